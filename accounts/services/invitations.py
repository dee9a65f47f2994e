"""Offers to join a workspace; only a hash of the link's token is kept."""

from __future__ import annotations

import hashlib
import logging
import secrets
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, Membership, User, Workspace
from accounts.selectors import invitations as open_ones
from accounts.services import audit, people
from seven_dashboard.errors import Refused

logger = logging.getLogger(__name__)

VALID_FOR: Final = timedelta(days=7)
MOST_OPEN: Final = 100


def create(
    *, workspace: Workspace, actor: User, email: str, role: str
) -> tuple[Invitation, str]:
    """Invite an address; return the row and the token, which is shown only once.

    An earlier open invitation of the same address is replaced. Raises Refused when
    the person is a member already.
    """
    email, token = email.strip().lower(), secrets.token_urlsafe(32)
    with transaction.atomic():
        Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
        _refuse_member(workspace, email)
        still_open = Invitation.objects.filter(workspace=workspace, accepted_at=None)
        still_open.filter(email__iexact=email).delete()
        if still_open.count() >= MOST_OPEN:
            raise Refused(
                _("There are 100 open invitations. Revoke some first."),
                code="too_many_invitations",
                field="email",
            )
        invitation = Invitation.objects.create(
            workspace=workspace,
            email=email,
            role=role,
            token_hash=hash_of(token),
            invited_by=actor,
            expires_at=timezone.now() + VALID_FOR,
        )
        audit.record(
            workspace=workspace,
            actor=actor,
            action="member.invite",
            subject=email,
            after={"role": role},
        )
    return invitation, token


def has_mail_server() -> bool:
    """Say whether mail leaves this server; without one it only prints it."""
    return not settings.EMAIL_BACKEND.endswith(("console.EmailBackend", ".dummy"))


def send(invitation: Invitation, *, link: str) -> bool:
    """Mail the link; False if there is no mail server or it did not take it."""
    if not has_mail_server():
        return False
    values = {"invitation": invitation, "link": link}
    subject = translated("Join %(workspace)s on Seven Dashboard") % {
        "workspace": invitation.workspace.name
    }
    body = render_to_string("accounts/invitations/mail.txt", values)
    try:
        send_mail(" ".join(subject.split()), body, None, [invitation.email])
    except OSError as error:
        logger.warning(
            "invitation not mailed",
            extra={
                "invitation_id": str(invitation.pk),
                "reason": type(error).__name__,
            },
        )
        return False
    return True


def revoke(*, invitation: Invitation, actor: User) -> None:
    """Make the link worthless."""
    with transaction.atomic():
        audit.record(
            workspace=invitation.workspace,
            actor=actor,
            action="member.revoke_invitation",
            subject=invitation.email,
        )
        invitation.delete()


def find(token: str) -> Invitation | None:
    """Return the open invitation of a link's token."""
    mine = open_ones.acceptable().filter(token_hash=hash_of(token))
    return mine.select_related("workspace", "invited_by").first()


def belongs_to(invitation: Invitation, user: User) -> bool:
    """Say whether the invitation went to the person's address."""
    return invitation.email.lower() == user.email.lower()


def accept(*, invitation: Invitation, user: User) -> Membership:
    """Make the person a member; somebody who is one keeps the role they have.

    Raises Refused when the invitation is for another address or no longer open.
    """
    if not belongs_to(invitation, user):
        raise Refused(
            _("This invitation is for another e-mail address."), code="other_address"
        )
    with transaction.atomic():
        still_open = open_ones.acceptable().filter(pk=invitation.pk)
        used = still_open.update(accepted_at=timezone.now())
        if not used:
            raise Refused(_("This invitation is no longer open."), code="not_open")
        membership, is_new = Membership.objects.get_or_create(
            workspace=invitation.workspace,
            user=user,
            defaults={"role": invitation.role},
        )
        if is_new:
            audit.record(
                workspace=invitation.workspace,
                actor=user,
                action="member.join",
                subject=user.email,
                after={"role": membership.role},
            )
    return membership


def accept_as_new(
    *, invitation: Invitation, name: str, password: str
) -> tuple[User, Membership]:
    """Create the person the invitation is for, and make them a member."""
    with transaction.atomic():
        user = people.create(email=invitation.email, password=password, name=name)
        return user, accept(invitation=invitation, user=user)


def hash_of(token: str) -> str:
    # The token has 256 random bits, so a plain hash cannot be searched.
    return hashlib.sha256(token.encode()).hexdigest()


def _refuse_member(workspace: Workspace, email: str) -> None:
    is_member = Membership.objects.filter(
        workspace=workspace, user__email__iexact=email
    ).exists()
    if is_member:
        raise Refused(
            _("This person is a member already."), code="is_member", field="email"
        )
