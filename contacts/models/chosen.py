from __future__ import annotations

from django.db import models

from contacts.models.work import Work


class ChosenWork(Work):
    """A work about some contacts: those of a filter, or those that were ticked.

    ``criteria`` are the words of ``contacts.selectors.criteria``; ``uuids`` are set
    instead when rows were ticked. ``newest_id`` is the youngest contact at the click:
    those added later are left alone. ``chosen_by`` says the criteria in words, with
    the names that groups had then.
    """

    criteria = models.JSONField(default=dict)
    uuids = models.JSONField(default=list)
    newest_id = models.BigIntegerField(default=0)
    chosen_by = models.JSONField(default=dict)

    class Meta(Work.Meta):
        abstract = True
