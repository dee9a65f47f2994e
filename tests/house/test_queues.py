from __future__ import annotations

import pytest
from django.conf import settings

from seven_dashboard import queues
from seven_dashboard.celery import app


@pytest.fixture(scope="module")
def our_tasks() -> dict[str, str]:
    """Return the queue of each of our tasks by the task's name."""
    app.loader.import_default_modules()
    return {
        name: getattr(task, "queue", None) or settings.CELERY_TASK_DEFAULT_QUEUE
        for name, task in app.tasks.items()
        if not name.startswith("celery.")
    }


def test_every_task_goes_to_a_queue_that_is_served(our_tasks: dict[str, str]) -> None:
    assert our_tasks
    assert set(our_tasks.values()) <= set(queues.ALL)


def test_every_periodic_task_exists(our_tasks: dict[str, str]) -> None:
    periodic = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert periodic <= set(our_tasks)
