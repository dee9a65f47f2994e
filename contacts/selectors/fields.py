"""The fields that contacts of a workspace have, built in and their own."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts import field_kinds
from contacts.models import Contact, CustomField, FieldWork
from contacts.models.work import Work
from seven_dashboard.formatting import day_text, number_text

# Name, heading and example of each built-in field that a message may use.
BUILT_IN: tuple[tuple[str, str | Promise, str], ...] = (
    ("firstname", _("First name"), "Anna"),
    ("lastname", _("Last name"), "Schmidt"),
    ("company", _("Company"), "Schmidt GmbH"),
    ("phone", _("Mobile number"), "+4915112345678"),
    ("email", _("E-mail"), "anna@example.com"),
    ("address", _("Street and number"), "Lindenstraße 5"),
    ("postal_code", _("Postal code"), "10969"),
    ("city", _("City"), "Berlin"),
    ("birthday", _("Birthday"), "1990-05-17"),
)
MAX_CUSTOM_FIELDS = 100
# Up to here the list of fields says how many contacts have each.
COUNTED_CONTACTS = 5_000


class Variable(NamedTuple):
    """A name for ``{{ name }}``, its heading, and an example of its value."""

    name: str
    label: str | Promise
    sample: str


def variables(workspace: Workspace) -> list[Variable]:
    """Return every variable that a message of the workspace may use."""
    built_in = [Variable(*row) for row in BUILT_IN]
    return built_in + [
        Variable(field.slug, field.label, field.label) for field in custom(workspace)
    ]


def custom(workspace: Workspace) -> list[CustomField]:
    """Return the workspace's own fields by heading."""
    fields = CustomField.objects.filter(workspace=workspace)
    return list(fields.order_by("label", "id")[:MAX_CUSTOM_FIELDS])


def value_text(value: str, kind: str) -> str:
    """Return a stored value as the person reads it: 17 May 1990, 1,234.5, Yes.

    What does not fit its kind is shown as it is: a field may have had another kind.
    """
    if kind == field_kinds.DATE:
        return day_text(value)
    if kind == field_kinds.NUMBER:
        decimals = len(value.partition(".")[2])
        return number_text(value, decimals=decimals) or value
    if kind == field_kinds.BOOLEAN:
        return str({"1": _("Yes"), "0": _("No")}.get(value, value))
    return value


def get(workspace: Workspace, slug: str) -> CustomField:
    """Return an own field of the workspace, or raise Http404."""
    try:
        return CustomField.objects.get(workspace=workspace, slug=slug)
    except CustomField.DoesNotExist:
        raise Http404 from None


def values_of(contact: Contact) -> list[tuple[str, str]]:
    """Return heading and value, as the person reads it, of each own field."""
    return [
        (field.label, value_text(str(contact.custom.get(field.slug, "")), field.kind))
        for field in custom(contact.workspace)
    ]


def in_messages(contact: Contact) -> dict[str, str]:
    """Return the values of the own fields as messages write them.

    Yes and no are the words that the field has for them; a date stays 2026-05-17 and
    a number 1234.5, because a workspace writes in more than one language.
    """
    values = {str(name): str(value) for name, value in contact.custom.items()}
    if not {"0", "1"} & set(values.values()):
        return values
    yes_or_no = CustomField.objects.filter(
        workspace=contact.workspace_id, kind=field_kinds.BOOLEAN, slug__in=values
    )
    for field in yes_or_no:
        words = dict(zip(("1", "0"), field.choices, strict=False))
        values[field.slug] = words.get(values[field.slug], values[field.slug])
    return values


def filled(workspace: Workspace) -> dict[str, int] | None:
    """Count the contacts that have each own field filled; None where that is dear."""
    some = Contact.objects.filter(workspace=workspace).order_by("id")
    if some[: COUNTED_CONTACTS + 1].count() > COUNTED_CONTACTS:
        return None
    counts: Counter[str] = Counter()
    for values in some.exclude(custom={}).values_list("custom", flat=True):
        counts.update(values.keys())
    return dict(counts)


def running_works(workspace: Workspace) -> list[FieldWork]:
    """Return the changes to own fields that are not over yet."""
    unfinished = (Work.State.READY, Work.State.RUNNING)
    rows = FieldWork.objects.filter(workspace=workspace, state__in=unfinished)
    return list(rows.order_by("created_at")[:20])


def last_misfit(field: CustomField) -> FieldWork | None:
    """Return the last change of the field, if its values stood in the way of it."""
    last = field.works.order_by("-created_at").first()
    return last if last and last.state == Work.State.FAILED else None
