"""django-post_office with an e-mail backend that posts to the gateway instead.

``python -m bench._sending_mails MESSAGES`` prints messages a second.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from bench._sending_house import PROCESSES, THREADS
from bench._sending_roles import new_session, post
from seven_dashboard import whereabouts

# One pool of connections for each process, as every other program here has.
_sessions: dict[int, Any] = {}


class GatewayBackend(BaseEmailBackend):
    """Posts what it is given; the subject is the number."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        session = _sessions.setdefault(os.getpid(), new_session())
        for message in email_messages:
            post(
                session,
                os.environ["SEVEN_BASE_URL"],
                to=str(message.subject),
                text=str(message.body),
                foreign_id=str(message.subject).lstrip("+"),
            )
        return len(email_messages)


def main(count: int) -> float:
    """Queue so many mails and send them; return how many a second."""
    _set_up()
    from post_office import mail
    from post_office.models import STATUS, Email

    Email.objects.bulk_create(
        Email(
            from_email="bench@example.com",
            to=["someone@example.com"],
            subject=f"+49163{number:08d}",
            message=f"Hello Anna{number}",
            status=STATUS.queued,
        )
        for number in range(count)
    )
    began = time.monotonic()
    sent, _failed, _requeued = mail.send_queued(processes=PROCESSES, log_level=0)
    took_s = time.monotonic() - began
    if sent != count:
        raise RuntimeError(f"{sent} of {count} were sent")
    return count / took_s


def _set_up() -> None:
    settings.configure(
        DATABASES={"default": whereabouts.database_settings()},
        INSTALLED_APPS=["django.contrib.contenttypes", "post_office"],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
        EMAIL_BACKEND="post_office.EmailBackend",
        POST_OFFICE={
            "BACKENDS": {"default": "bench._sending_mails.GatewayBackend"},
            "BATCH_SIZE": 1_000_000,
            "THREADS_PER_PROCESS": THREADS,
        },
    )
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", "post_office", verbosity=0)


if __name__ == "__main__":
    sys.stdout.write(f"{main(int(sys.argv[1]))}\n")
