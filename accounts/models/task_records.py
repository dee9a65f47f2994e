"""How the tasks of the workers last went, for the System page."""

from __future__ import annotations

from django.db import models


class TaskRecord(models.Model):
    """One name: an entry of the beat schedule, or another task that failed."""

    name = models.CharField(max_length=120, unique=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    duration_ms = models.PositiveIntegerField(null=True)
    # Small figures of the last run, as the task returned them.
    report = models.JSONField(default=dict, blank=True)
    failed_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    # The kind of the last error; its words may name a person.
    error = models.CharField(max_length=120, blank=True)
