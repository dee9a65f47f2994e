"""Connect a workspace to its gateway account, without a browser."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_slug
from django.utils.translation import override

from accounts import tasks
from accounts.models import Connection, User, Workspace
from accounts.services import connections, hooks, workspaces
from seven_dashboard import env
from seven_dashboard.errors import Refused

MAX_SLUG = 60


class Command(BaseCommand):
    help = (
        "Connect WORKSPACE (its slug, made when missing, and owned by the first person "
        "of this copy) to a gateway account. The key "
        "is checked at the gateway. To keep it out of the process list give "
        "--api-key - and write it to standard input (the signing key on a second line "
        "with --signing-key -), or set SEVEN_API_KEY and SEVEN_SIGNING_KEY."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("workspace", metavar="WORKSPACE")
        parser.add_argument("--api-key", metavar="KEY", help="- reads standard input")
        parser.add_argument("--signing-key", metavar="KEY", help="- reads it too")
        parser.add_argument(
            "--hooks", action="store_true", help="register our webhook at the gateway"
        )
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, **options: Any) -> None:
        slug = _valid_slug(str(options["workspace"]))
        # The key first: a missing one must not leave a workspace behind.
        api_key = _key(options["api_key"], "SEVEN_API_KEY")
        signing_key = _key(options["signing_key"], "SEVEN_SIGNING_KEY")
        if not api_key:
            raise CommandError(
                "Give the key: --api-key KEY, --api-key - or SEVEN_API_KEY."
            )
        try:
            with override("en"):
                connection = _connect(slug, api_key, signing_key or None)
                if options["hooks"]:
                    hooks.register(connection=connection, actor=None)
        except Refused as refused:
            with override("en"):
                raise CommandError(str(refused)) from None
        tasks.queue_all(connection)
        self._report(connection, has_hooks=options["hooks"], as_json=options["as_json"])

    def _report(
        self, connection: Connection, *, has_hooks: bool, as_json: bool
    ) -> None:
        facts = {
            "workspace": connection.workspace.slug,
            "balance": str(connection.balance),
            "currency": connection.currency,
            "hooks": has_hooks,
        }
        if as_json:
            self.stdout.write(json.dumps(facts))
            return
        self.stdout.write(
            f"Workspace {facts['workspace']} is connected. "
            f"Balance: {facts['balance']} {facts['currency']}."
            + (" Webhooks come to this server." if has_hooks else "")
        )


def _connect(slug: str, api_key: str, signing_key: str | None) -> Connection:
    found = Workspace.objects.filter(slug=slug).first()
    if found is None:
        connections.check_keys(api_key=api_key, signing_key=signing_key or "")
    workspace = found or _create(slug)
    return connections.connect(
        workspace=workspace, actor=None, api_key=api_key, signing_key=signing_key
    )


def _create(slug: str) -> Workspace:
    """Make a workspace for whoever set this copy up, so that a browser reaches it."""
    name = slug.replace("-", " ").capitalize()
    first = User.objects.filter(is_active=True).order_by("date_joined").first()
    return workspaces.create(actor=first, name=name, slug=slug)


def _valid_slug(slug: str) -> str:
    try:
        validate_slug(slug)
    except ValidationError:
        raise CommandError(
            f"{slug!r} is not a slug: use letters, digits, - and _ only."
        ) from None
    if len(slug) > MAX_SLUG:
        raise CommandError(f"A slug has at most {MAX_SLUG} characters.")
    return slug


def _key(given: str | None, name: str) -> str:
    if given == "-":
        return sys.stdin.readline().strip()
    return (given or env.text(name)).strip()
