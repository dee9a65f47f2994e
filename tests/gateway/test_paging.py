from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest

from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayUnavailable
from seven_dashboard.gateway.resources.contacts import ContactFilter
from seven_dashboard.gateway.resources.journal import JournalFilter

from .stub import Stub


def page(*ids: int, **facts: object) -> dict[str, object]:
    return {"pagingMetadata": facts, "data": [{"id": number} for number in ids]}


def entries(*ids: int) -> list[dict[str, str]]:
    return [{"id": str(number)} for number in ids]


def offsets(stub: Stub) -> list[str]:
    return [sent.query.get("offset", "0") for sent in stub.received]


def test_contacts_are_read_to_the_last_page(client: SevenClient, stub: Stub) -> None:
    stub.answers(page(1, 2, has_more=True)).answers(page(3, has_more=False))
    assert [contact.id for contact in client.contacts.iter_all()] == [1, 2, 3]
    assert offsets(stub) == ["0", "2"]


def test_short_pages_of_the_gateway_lose_nobody(
    client: SevenClient, stub: Stub
) -> None:
    stub.answers(page(1, total=3)).answers(page(2, total=3)).answers(page(3, total=3))
    assert [group.id for group in client.groups.iter_all(limit=100)] == [1, 2, 3]


def test_gateway_that_repeats_a_page_ends_the_reading(
    client: SevenClient, stub: Stub
) -> None:
    stub.answers(page(1, 2, has_more=True))
    assert [contact.id for contact in client.contacts.iter_all()] == [1, 2]


def test_empty_address_book_is_one_question(client: SevenClient, stub: Stub) -> None:
    stub.answers(page(has_more=True))
    assert list(client.contacts.iter_all()) == []
    assert len(stub.received) == 1


def test_reading_starts_where_the_filter_says(client: SevenClient, stub: Stub) -> None:
    stub.answers(page(9, has_more=False))
    list(client.contacts.iter_all(ContactFilter(offset=40, limit=20)))
    assert stub.last.query == {"limit": "20", "offset": "40"}


def test_pages_are_fetched_only_when_needed(client: SevenClient, stub: Stub) -> None:
    stub.answers(page(1, 2, has_more=True))
    assert [contact.id for contact in islice(client.contacts.iter_all(), 2)] == [1, 2]
    assert len(stub.received) == 1


def test_journal_ends_with_a_page_that_is_not_full(
    client: SevenClient, stub: Stub
) -> None:
    stub.answers(entries(4, 3)).answers(entries(2))
    found = client.journal.iter_outbound(JournalFilter(limit=2))
    assert [entry.id for entry in found] == ["4", "3", "2"]
    assert offsets(stub) == ["0", "2"]


def test_entry_pushed_onto_the_next_page_comes_once(
    client: SevenClient, stub: Stub
) -> None:
    stub.answers(entries(4, 3)).answers(entries(3, 2)).answers(entries())
    found = client.journal.iter_inbound(JournalFilter(limit=2))
    assert [entry.id for entry in found] == ["4", "3", "2"]


def test_journal_that_ignores_the_offset_ends(client: SevenClient, stub: Stub) -> None:
    stub.answers(entries(2, 1))
    found = client.journal.iter_voice(JournalFilter(limit=2))
    assert [entry.id for entry in found] == ["2", "1"]
    assert len(stub.received) == 2


def test_failure_on_a_later_page_is_raised(client: SevenClient, stub: Stub) -> None:
    stub.answers(entries(2, 1)).answers("", status=503)
    found: Iterator[object] = client.journal.iter_replies(JournalFilter(limit=2))
    assert len(list(islice(found, 2))) == 2
    with pytest.raises(GatewayUnavailable):
        next(found)
