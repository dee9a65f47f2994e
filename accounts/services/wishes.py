"""What a person agreed to becomes an errand: the intent, on disk before anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Errand, User, Workspace
from accounts.services import standing
from seven_dashboard.errors import Refused


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person agreed to: its kind, what it is about, and the values.

    It must wait while an errand of a kind of `not_beside` is open for the same thing.
    """

    kind: str
    subject: str
    token: str
    subject_name: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    secret: str = ""
    not_beside: tuple[str, ...] = ()


def begin(*, workspace: Workspace, actor: User | None, wish: Wish) -> Errand:
    """Write the intent and return it; the same form sent again finds the first.

    Raises Refused while another errand of this kind for the same thing is open, or one
    that this must not go beside.
    """
    known = of_token(workspace, wish.token)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            # Locked, so that of two wishes at once the second sees the first.
            connection = standing.working(workspace, is_locked=True)
            _refuse_beside(workspace, wish)
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


def _refuse_beside(workspace: Workspace, wish: Wish) -> None:
    others = Errand.objects.filter(
        workspace=workspace,
        subject=wish.subject,
        kind__in=wish.not_beside,
        state__in=Errand.OPEN,
    )
    if others.exists():
        raise Refused(
            _("Something else is being done to it. Wait until that is settled."),
            code="beside",
        )


def of_token(workspace: Workspace, token: str) -> Errand | None:
    """Return the errand that this form has asked for already."""
    return Errand.objects.filter(workspace=workspace, token=token).first()
