"""Make the demo: a person, a workspace, a connected gateway account, contacts.

May run at every start. Against the sandbox it connects by itself; against another
gateway only with SEVEN_DEMO_API_KEY (and SEVEN_DEMO_SIGNING_KEY).
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import override

from accounts.models import Connection, Membership, Poll, Role, User, Workspace
from accounts.services import (
    connections,
    hooks,
    people,
    polls,
    schedules,
    workspaces,
)
from contacts.services import contacts, groups
from seven_dashboard import env, whereabouts
from seven_dashboard.errors import Refused

EMAIL: Final = "demo@example.com"
SLUG: Final = "demo"
SANDBOX_KEY: Final = "sandbox-demo-key"
SANDBOX_SIGNING_KEY: Final = "sandbox-demo-signing-key"
GROUP: Final = "Demo customers"
# What a page shows at once; the rest is fetched by the worker.
FETCHED_AT_ONCE: Final = (Poll.Kind.BALANCE, Poll.Kind.PRICING, Poll.Kind.ANALYTICS)

# The last six digits choose the fate in the sandbox (docs/sandbox.md).
PEOPLE: Final = (
    ("Anna", "Schmidt", "Bäckerei Schmidt", "+4915112345101"),
    ("Ben", "Müller", "", "+4915112345102"),
    ("Clara", "Öztürk", "Studio Öztürk", "+4915112345103"),
    ("David", "Nowak", "", "+4915112345104"),
    ("Emma", "Fischer", "Fischer & Söhne", "+4915112345105"),
    ("Felix", "Wagner", "", "+4915112345106"),
    ("Giulia", "Rossi", "", "+4366412345107"),
    ("Hannah", "Keller", "Keller AG", "+41791234108"),
    ("Igor", "Refused", "", "+4915112000901"),
    ("Jana", "Unreachable", "", "+4915112000902"),
    ("Karl", "Expired", "", "+4915112000903"),
    ("Lea", "Silent", "", "+4915112000904"),
)


@dataclass(frozen=True, slots=True)
class Demo:
    """How to sign in; kept in the data folder, readable by its owner only."""

    email: str
    password: str
    workspace: str


class Command(BaseCommand):
    help = "Make the demo person, workspace, connection and contacts (DEBUG only)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print only the result")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IS_TRIAL:
            raise CommandError("The demo is made on a development server only.")
        self._is_quiet = bool(options["json"])
        with transaction.atomic():
            user, password = _person()
            workspace = _workspace(user)
        with override("en"):
            self._connect(workspace, user)
        demo = Demo(EMAIL, password, workspace.slug)
        if password:
            _keep(demo)
        self.stdout.write(json.dumps(asdict(demo)))

    def _connect(self, workspace: Workspace, user: User) -> None:
        keys = _keys()
        if keys is None:
            self._say(
                "The gateway is not our sandbox, so the demo is not connected. Set "
                "SEVEN_DEMO_API_KEY, or connect the workspace yourself."
            )
            return
        try:
            connection = connections.connect(
                workspace=workspace, actor=user, api_key=keys[0], signing_key=keys[1]
            )
            hooks.register(connection=connection, actor=user)
        except Refused as refused:
            self._say(f"The demo is not connected to the gateway. {refused}")
            return
        for kind in FETCHED_AT_ONCE:
            _fetch(connection, kind)

    def _say(self, sentence: str) -> None:
        stream = self.stderr if self._is_quiet else self.stdout
        stream.write(sentence)


def _person() -> tuple[User, str]:
    """Return the demo person and the password, "" when the person changed it."""
    user = User.objects.filter(email=EMAIL).first()
    known = _kept()
    if user is None:
        password = secrets.token_urlsafe(12)
        return people.create(email=EMAIL, password=password, name="Demo"), password
    if known is not None and user.check_password(known.password):
        return user, known.password
    if known is not None:
        return user, ""
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.save(update_fields=["password"])
    return user, password


def _workspace(user: User) -> Workspace:
    found = Workspace.objects.filter(slug=SLUG).first()
    if found is None:
        found = workspaces.create(actor=user, name="Demo", slug=SLUG)
        _add_contacts(found, user)
    Membership.objects.get_or_create(
        workspace=found, user=user, defaults={"role": Role.OWNER}
    )
    return found


def _add_contacts(workspace: Workspace, user: User) -> None:
    group = groups.create(workspace=workspace, name=GROUP, actor=user)
    added = [
        contacts.create(
            workspace=workspace,
            actor=user,
            phone=phone,
            firstname=first,
            lastname=last,
            company=company,
        )
        for first, last, company, phone in PEOPLE
    ]
    groups.add(group=group, uuids=[contact.uuid for contact in added], actor=user)


def _keys() -> tuple[str, str] | None:
    """Return API key and signing key of the gateway we talk to, if we have any."""
    given = env.text("SEVEN_DEMO_API_KEY")
    if given:
        return given, env.text("SEVEN_DEMO_SIGNING_KEY")
    is_ours = (
        f"http://127.0.0.1:{whereabouts.sandbox_port()}/api" == settings.SEVEN_BASE_URL
    )
    return (SANDBOX_KEY, SANDBOX_SIGNING_KEY) if is_ours else None


def _fetch(connection: Connection, kind: str) -> None:
    claim = schedules.claim_now(connection=connection, kind=kind)
    if claim is not None:
        polls.run(claim)


def _path() -> Path:
    return Path(settings.VAR_DIR) / "demo.json"


def _kept() -> Demo | None:
    try:
        return Demo(**json.loads(_path().read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _keep(demo: Demo) -> None:
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(asdict(demo), stream)
    temporary.replace(path)
