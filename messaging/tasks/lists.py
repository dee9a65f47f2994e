"""Lists of numbers, files of a campaign, exports of recipients and of journals."""

from __future__ import annotations

from celery import shared_task

from contacts import tasks as contact_tasks
from messaging.models import JournalExport, NumberList, RecipientExport
from messaging.services import (
    campaign_files,
    journal_exports,
    number_list_runs,
    number_lists,
    recipient_exports,
)
from seven_dashboard import locks, queues
from seven_dashboard.locks import Report

contact_tasks.add_work(NumberList, number_list_runs.run)
contact_tasks.add_work(RecipientExport, recipient_exports.run)
contact_tasks.add_work(JournalExport, journal_exports.run)


@shared_task(queue=queues.PERIODIC)
@locks.exclusive("forget-lists", 600.0)
def forget_lists() -> Report:
    """Delete files of lists that are read for good, and numbers of long ago."""
    forgotten = number_lists.forget_old() + campaign_files.forget_old()
    return {"forgotten": forgotten}
