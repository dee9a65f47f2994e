"""What most programs do: one Celery task for each message."""

from __future__ import annotations

import os
import sys
import threading
from typing import Any

import django

django.setup()

from celery import Celery  # noqa: E402
from django.conf import settings  # noqa: E402

from bench._sending_roles import new_session, post  # noqa: E402
from messaging import rendering  # noqa: E402
from messaging.models import Message  # noqa: E402

app = Celery("bench", broker=settings.CELERY_BROKER_URL)
app.conf.task_default_queue = "bench"
app.conf.worker_hijack_root_logger = False
_local = threading.local()


def _session() -> Any:
    if not hasattr(_local, "session"):
        _local.session = new_session()
    return _local.session


# Named, because the module has another name where it is run as a program.
@app.task(name="bench.send_one")
def send_one(message_id: int) -> None:
    """Read a row, render it, post it, write the row."""
    message = Message.objects.select_related("campaign").get(pk=message_id)
    text = rendering.render(message.campaign.text, message.variables)
    message.state, message.foreign_id = "sending", str(message.pk)
    message.save(update_fields=["state", "foreign_id"])
    url = os.environ["SEVEN_BASE_URL"]
    post(
        _session(), url, to=message.recipient, text=text, foreign_id=message.foreign_id
    )
    message.state = "accepted"
    message.save(update_fields=["state"])


if __name__ == "__main__":
    # PROCESSES of these, each with THREADS, so that connections are as many.
    options = ["--pool=threads", f"--concurrency={sys.argv[1]}", "--loglevel=ERROR"]
    app.worker_main(["worker", *options, "--without-gossip", "--without-mingle"])
