"""Send the mails about alerts: one to a person, whatever has come together."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import alert_words
from accounts.models import AlertMail, User, Workspace
from accounts.services import invitations

logger = logging.getLogger(__name__)

BATCH = 200
# Another process takes a mail again after this long; sending one takes seconds.
LEASE = timedelta(minutes=5)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480))
MOST_IN_ONE = 20


def send_due() -> dict[str, int]:
    """Send what is due; return how many mails were sent, failed, or not needed."""
    counts = {"sent": 0, "failed": 0, "over": 0}
    mails = _take()
    open_ones = [mail for mail in mails if _is_needed(mail)]
    counts["over"] = len(mails) - len(open_ones)
    AlertMail.objects.filter(
        pk__in={mail.pk for mail in mails} - {mail.pk for mail in open_ones}
    ).update(due_at=None)
    by_person: dict[tuple[Workspace, User], list[AlertMail]] = defaultdict(list)
    for mail in open_ones:
        by_person[mail.alert.workspace, mail.user].append(mail)
    for (workspace, user), theirs in by_person.items():
        counts["sent" if _send(workspace, user, theirs) else "failed"] += 1
    return counts


def _take() -> list[AlertMail]:
    now = timezone.now()
    with transaction.atomic():
        due = list(
            AlertMail.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(due_at__lte=now)
            .select_related("alert__workspace", "user")
            .order_by("due_at")[:BATCH]
        )
        AlertMail.objects.filter(pk__in=[mail.pk for mail in due]).update(
            due_at=now + LEASE
        )
    return due


def _is_needed(mail: AlertMail) -> bool:
    """Say whether a mail is still news to somebody who is a member."""
    alert, user = mail.alert, mail.user
    is_member = user.memberships.filter(workspace=alert.workspace_id).exists()
    return user.is_active and is_member and not alert.is_over


def _send(workspace: Workspace, user: User, mails: Sequence[AlertMail]) -> bool:
    with translation.override(user.language or settings.LANGUAGE_CODE):
        message = _message(workspace, user, mails)
    try:
        message.send()
    except OSError as error:
        _put_off(mails, type(error).__name__)
        return False
    now = timezone.now()
    AlertMail.objects.filter(pk__in=[mail.pk for mail in mails]).update(
        due_at=None, sent_at=now
    )
    return True


def _message(
    workspace: Workspace, user: User, mails: Sequence[AlertMail]
) -> EmailMessage:
    told = [(alert_words.write(m.alert), m.alert.path) for m in mails[:MOST_IN_ONE]]
    title = (
        told[0][0].title
        if len(mails) == 1
        else ngettext("%(n)s alert", "%(n)s alerts", len(mails)) % {"n": len(mails)}
    )
    subject = _("%(workspace)s: %(title)s") % {
        "workspace": workspace.name,
        "title": title,
    }
    values = {
        "workspace": workspace,
        "alerts": [{"words": words, "path": path} for words, path in told],
        "more": len(mails) - len(told),
        "base": settings.PUBLIC_URL,
        "has_server": invitations.has_mail_server(),
    }
    body = render_to_string("accounts/alerts/mail.txt", values)
    return EmailMessage(" ".join(subject.split()), body, None, [user.email])


def _put_off(mails: Sequence[AlertMail], reason: str) -> None:
    logger.warning("alerts not mailed", extra={"mails": len(mails), "reason": reason})
    now = timezone.now()
    for mail in mails:
        is_last = mail.tries >= len(PAUSES)
        mail.due_at = None if is_last else now + PAUSES[mail.tries]
        mail.tries += 1
        mail.error = reason[:80]
    AlertMail.objects.bulk_update(mails, ["due_at", "tries", "error"])
