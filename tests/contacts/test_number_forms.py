"""Argentine and some Brazilian numbers are written in two forms: one person."""

from __future__ import annotations

import pytest
from django.db import connection

from accounts.models import Workspace
from contacts import number_forms
from contacts.models import Contact, Duplicate
from contacts.selectors import contacts as selected
from contacts.selectors.criteria import Filter
from contacts.services import contacts, duplicates

WITH_9, WITHOUT = "+5491123456789", "+541123456789"
PAIRS = [(WITH_9, WITHOUT), ("+5511977654321", "+551177654321")]
BOTH = pytest.mark.parametrize(
    ("one", "other"),
    [*PAIRS, *(pair[::-1] for pair in PAIRS)],
    ids=["AR", "BR", "AR-back", "BR-back"],
)


def known(workspace: Workspace, phone: str) -> Contact:
    return contacts.create(workspace=workspace, actor=None, phone=phone)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("number", "other"),
    [
        *PAIRS,
        *(pair[::-1] for pair in PAIRS),
        ("+5511987654321", ""),
        ("+551187654321", ""),
        ("+551134567890", ""),
        ("+548102223333", ""),
        ("+54911234567", ""),
        ("+491711234567", ""),
        ("", ""),
    ],
)
def test_other_form_is_the_same_in_python_and_sql(number: str, other: str) -> None:
    with connection.cursor() as cursor:
        column = number_forms.twin_sql("n.phone")
        cursor.execute(f"SELECT {column} FROM (SELECT %s AS phone) AS n", [number])
        (found,) = cursor.fetchone()
    assert (number_forms.twin(number), found) == (other, other or None)


@pytest.mark.parametrize(
    ("told", "today"),
    [
        ("+558599887766", "+5585999887766"),
        ("+551187654321", "+5511987654321"),
        ("+551177654321", "+551177654321"),
        (WITHOUT, WITHOUT),
    ],
)
def test_network_may_tell_the_old_form(told: str, today: str) -> None:
    assert number_forms.of_today(told) == today


@BOTH
def test_contact_is_found_by_either_form(
    workspace: Workspace, one: str, other: str
) -> None:
    anna = known(workspace, one)
    assert selected.by_phone(workspace, other) == anna
    with pytest.raises(contacts.NumberTaken) as raised:
        known(workspace, other)
    assert raised.value.existing == anna
    assert contacts.update(contact=anna, actor=None, phone=other).phone == other


@pytest.mark.parametrize("stored", [WITH_9, WITHOUT])
@pytest.mark.parametrize(
    "typed",
    ["+54 9 11 2345 6789", "+54 11 2345-6789", "011 15 2345 6789", "5491123456789"],
)
def test_search_finds_either_form(
    workspace: Workspace, stored: str, typed: str
) -> None:
    Workspace.objects.filter(pk=workspace.pk).update(country="AR")
    workspace.refresh_from_db()
    anna = known(workspace, stored)
    known(workspace, "+5491123456780")
    assert selected.page(workspace, Filter(text=typed)).rows == [anna]


def test_search_for_the_beginning_finds_either_form(workspace: Workspace) -> None:
    anna = known(workspace, WITH_9)
    assert selected.page(workspace, Filter(text="+54 11 2345")).rows == [anna]


def test_contacts_of_before_are_suggested_as_one_person(workspace: Workspace) -> None:
    for phone in (WITH_9, WITHOUT, "+5491123456780"):
        Contact.objects.create(workspace=workspace, phone=phone, country="AR")
    duplicates.run(duplicates.start(workspace=workspace, actor=None).id)
    pair = Duplicate.objects.select_related("first", "second").get()
    assert (pair.reason, pair.first.phone, pair.second.phone) == (
        "form",
        WITH_9,
        WITHOUT,
    )
