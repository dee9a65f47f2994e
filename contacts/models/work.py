from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace


class Work(models.Model):
    """Something long that a worker does in the background, in steps.

    ``bookmark`` says how far the steps are committed and moves in their transaction,
    so that a killed worker's successor goes on from there. ``claim`` names the one
    worker that may write; a new claim makes older ones void. ``total`` is what was
    known at the start, 0 when nothing was.
    """

    class State(models.TextChoices):
        READY = "ready", _("Waiting to start")
        RUNNING = "running", _("Running")
        FINISHED = "finished", _("Finished")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    # The word by which `contacts.tasks.run_work` finds the service that does it.
    KIND = ""
    # What must not stay half done is tried for ever, with pauses.
    GIVES_UP: ClassVar[bool] = True
    # What ``error`` says of one that was given up.
    BROKEN: ClassVar[str] = "broken"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="%(class)ss"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(
        max_length=12, choices=State.choices, default=State.READY, editable=False
    )
    claim = models.UUIDField(null=True, editable=False)
    # A sentence for the person, or a code that one belongs to.
    error = models.TextField(blank=True)
    total = models.PositiveBigIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    bookmark = models.BigIntegerField(default=0)
    # Times that it broke down for a reason nobody foresaw, since its last bookmark.
    breakdowns = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["workspace", "-created_at"], name="%(class)s_newest"),
            models.Index(
                fields=["heartbeat_at"],
                name="%(class)s_unfinished",
                condition=models.Q(state__in=["ready", "running"]),
            ),
        ]

    @property
    def is_over(self) -> bool:
        return self.state in (
            self.State.FINISHED,
            self.State.FAILED,
            self.State.CANCELLED,
        )
