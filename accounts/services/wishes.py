"""What a person agreed to becomes an errand: the intent, on disk before anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import sentences
from accounts.models import Connection, Errand, User, Workspace
from seven_dashboard.errors import Refused


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person agreed to: its kind, what it is about, and the values."""

    kind: str
    subject: str
    token: str
    subject_name: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    secret: str = ""


def working_connection(workspace: Workspace) -> Connection:
    """Return the connection of a workspace; raise Refused if it cannot be used."""
    found = Connection.objects.filter(workspace=workspace).first()
    if found is None:
        raise Refused(
            _("Connect a seven.io account first: enter an API key under Account."),
            code="no_connection",
        )
    if found.is_broken:
        raise Refused(sentences.of_connection(found), code="connection_broken")
    return found


def begin(*, workspace: Workspace, actor: User | None, wish: Wish) -> Errand:
    """Write the intent and return it; the same form sent again finds the first.

    Raises Refused while another errand of this kind for the same thing is open.
    """
    known = of_token(workspace, wish.token)
    if known is not None:
        return known
    connection = working_connection(workspace)
    try:
        with transaction.atomic():
            return Errand.objects.create(
                workspace=workspace,
                connection=connection,
                actor=actor,
                kind=wish.kind,
                subject=wish.subject,
                subject_name=wish.subject_name[:120],
                token=wish.token,
                values=dict(wish.values),
                secret=wish.secret,
                due_at=timezone.now(),
            )
    except IntegrityError:
        known = of_token(workspace, wish.token)
        if known is not None:
            return known
    raise Refused(
        _("The same is being done already. Wait until it is settled."), code="open"
    )


def of_token(workspace: Workspace, token: str) -> Errand | None:
    """Return the errand that this form has asked for already."""
    return Errand.objects.filter(workspace=workspace, token=token).first()
