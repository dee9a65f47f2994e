"""Read which jobs on groups have moved a contact."""

from __future__ import annotations

from django.db.models import F, Func, IntegerField, QuerySet, Value

from contacts.models import BulkTrace, Contact


def of_contact(contact: Contact) -> QuerySet[BulkTrace]:
    """Return the jobs that have put a contact into a group or taken it out.

    By the index of its span: the rows that are looked at are as many as jobs have moved
    anybody of it, however many contacts those were.
    """
    span, bit = divmod(contact.pk, BulkTrace.SPAN)
    is_moved = Func(
        F("bits"), Value(bit), function="get_bit", output_field=IntegerField()
    )
    rows = BulkTrace.objects.filter(workspace=contact.workspace_id, span=span)
    moved = rows.annotate(is_moved=is_moved).filter(is_moved=1)
    people = ("job__created_by", "job__undo__created_by")
    return moved.select_related(*people).defer("bits", "job__uuids", "job__criteria")
