"""Make people, and keep what they prefer."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Workspace
from accounts.services import workspaces
from seven_dashboard.errors import Refused

# Any number will do; it is the name of "somebody sets this server up".
_FIRST_START_LOCK = 7_700_001


def create(*, email: str, password: str, name: str = "") -> User:
    """Create somebody who signs in by e-mail and password, address confirmed.

    Raises Refused when somebody has the address already.
    """
    first, _space, last = name.strip().partition(" ")
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email, password, first_name=first[:150], last_name=last.strip()[:150]
            )
            EmailAddress.objects.create(
                user=user, email=user.email, primary=True, verified=True
            )
    except IntegrityError:
        raise Refused(
            _("Somebody with this e-mail address has an account already."),
            code="email_taken",
            field="email",
        ) from None
    return user


def is_first_start() -> bool:
    """Say whether this server has nobody yet."""
    return not User.objects.exists()


def has_account(email: str) -> bool:
    return User.objects.filter(email__iexact=email).exists()


def set_up(
    *, email: str, password: str, name: str, workspace_name: str, time_zone: str
) -> tuple[User, Workspace]:
    """Create the first person with the first workspace.

    Raises Refused when somebody was faster.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FIRST_START_LOCK])
        if not is_first_start():
            raise Refused(
                _("This server is set up already. Sign in."), code="set_up_already"
            )
        user = create(email=email, password=password, name=name)
        workspace = workspaces.create(
            actor=user, name=workspace_name, time_zone=time_zone
        )
    return user, workspace


def update(*, user: User, name: str, language: str, time_zone: str) -> None:
    """Keep a person's name and how pages speak to them."""
    first, _space, last = name.strip().partition(" ")
    user.first_name, user.last_name = first[:150], last.strip()[:150]
    user.language, user.time_zone = language, time_zone
    user.save(update_fields=["first_name", "last_name", "language", "time_zone"])


def set_language(*, user: User, language: str) -> None:
    User.objects.filter(pk=user.pk).update(language=language)
