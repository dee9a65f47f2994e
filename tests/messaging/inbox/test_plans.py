"""Boxes, searches and conversations read by index: 20,000 conversations."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from accounts.models import Membership, Role, User, Workspace
from messaging.models import Campaign, Conversation
from messaging.selectors import boxes, conversation_search, threads
from messaging.selectors.boxes import Wanted
from tests.filled import filled
from tests.messaging.pages.test_plans import read_by

pytestmark = pytest.mark.django_db
BIG = {
    "messaging_conversation",
    "messaging_inboundmessage",
    "messaging_incomingcall",
    "messaging_message",
    "contacts_contact",
}
PERSONS = """
INSERT INTO contacts_contact (workspace_id, uuid, phone, country, firstname, lastname,
  company, email, home_phone, address, postal_code, city, notes, custom)
SELECT %(workspace)s, gen_random_uuid(), '+49171' || (1000000 + n), 'DE',
  'First' || mod(n, 500), 'Last' || md5(n::text), '', '', '', '', '', '', '', '{}'
FROM generate_series(1, 20000) AS n
"""
CAME = """
INSERT INTO messaging_inboundmessage (workspace_id, channel, gateway_id, sender,
  recipient, text, is_opt_out, is_from_journal, received_at, created_at)
SELECT %(workspace)s, 'sms', n::text, '+49171' || (1000000 + mod(n, 20000)),
  '491771783130', CASE WHEN mod(n, 2) = 0 THEN 'Thank you' ELSE md5(n::text) END,
  false, false, now() - n * interval '10 seconds', now()
FROM generate_series(1, 40000) AS n
"""
SENT = """
INSERT INTO messaging_message (workspace_id, campaign_id, channel, recipient, country,
  variables, text, parts, state, skip_reason, attempts, foreign_id, gateway_id, looks,
  doubts, attempted_at)
SELECT %(workspace)s, %(campaign)s, 'sms', '+49171' || (1000000 + n), 'DE', '{}', 'Hi',
  1, 'delivered', '', 1, '', '', 0, 0, now()
FROM generate_series(1, 40000) AS n
"""
# So few call so often that the planner takes everybody for one of them.
CALLED = """
INSERT INTO messaging_incomingcall (workspace_id, gateway_id, caller, recipient, state,
  digits, called_at, created_at)
SELECT %(workspace)s, n::text, '+49172' || (1000000 + mod(n, 150)), '+491771783130',
  'received', '', now() - n * interval '10 seconds', now()
FROM generate_series(1, 60000) AS n
"""
TALKS = """
INSERT INTO messaging_conversation (uuid, workspace_id, number, state, snoozed_until,
  unread, assigned_to_id, stands_at, said_at, said, said_kind, is_said_by_us, channel,
  own_number, is_opted_out, created_at, changed_at)
SELECT gen_random_uuid(), %(workspace)s, '+49171' || (1000000 + n),
  (ARRAY['open','closed','closed','snoozed'])[1 + mod(n, 4)], NULL,
  CASE WHEN mod(n, 200) = 0 THEN 1 ELSE 0 END,
  CASE WHEN mod(n, 100) = 1 THEN %(user)s::uuid END, now() - n * interval '1 minute',
  now(), 'Hi', '', false, CASE WHEN mod(n, 300) = 0 THEN 'rcs' ELSE 'sms' END, '',
  mod(n, 150) = 0, now(), now()
FROM generate_series(1, 20000) AS n
"""


@pytest.fixture(scope="module")
def person(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[User]:
    def fill() -> User:
        workspace = Workspace.objects.create(name="Large", slug="large")
        user = User.objects.create_user("large@example.com")
        Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
        campaign = Campaign.objects.create(workspace=workspace, name="Large")
        known = {"workspace": workspace.pk, "user": user.pk, "campaign": campaign.pk}
        with connection.cursor() as cursor:
            for statement in (PERSONS, CAME, SENT, CALLED, TALKS):
                cursor.execute(statement, known)
            for table in sorted(BIG | {"messaging_campaign"}):
                cursor.execute(f"ANALYZE {table}")
        return user

    with filled(django_db_blocker, fill) as made:
        yield made


@pytest.fixture
def large(person: User) -> Workspace:
    return Workspace.objects.get(slug="large")


@pytest.mark.parametrize("channel", ["", "rcs"])
@pytest.mark.parametrize("box", boxes.BOXES)
def test_box_reads_little_more_than_it_shows(
    box: str, channel: str, large: Workspace, person: User
) -> None:
    wanted = Wanted(box=box, channel=channel)
    first = boxes.page(large, wanted, person=person)
    for after in ("", first.after):
        count, whole = read_by(
            lambda after=after: boxes.page(large, wanted, person=person, after=after)
        )
        assert not whole & BIG
        # A rare channel in a rare box is looked for in the smaller of the two.
        assert count < (1_000 if channel else 400)


def test_next_page_goes_on_where_the_first_ended(
    large: Workspace, person: User
) -> None:
    seen: list[int] = []
    after = ""
    for _page in range(3):
        listing = boxes.page(large, Wanted(box=boxes.ALL), person=person, after=after)
        seen += [line.row.pk for line in listing.lines]
        after = listing.after
    rows = Conversation.objects.filter(workspace=large).order_by("-stands_at", "-pk")
    assert seen == list(rows.values_list("pk", flat=True)[: 3 * boxes.SIZE])


@pytest.mark.parametrize("after", ["1", "1~", "1~soon", "1~2026-01-01", "x~y", "\0~\0"])
def test_made_up_cursor_gives_the_first_page(
    after: str, large: Workspace, person: User
) -> None:
    first = boxes.page(large, Wanted(), person=person)
    assert boxes.page(large, Wanted(), person=person, after=after) == first


def test_unread_are_counted_by_their_index(large: Workspace) -> None:
    assert boxes.unread(large) == boxes.MOST_COUNTED
    count, whole = read_by(lambda: boxes.unread(large))
    assert not whole
    assert count <= boxes.MOST_COUNTED


def test_conversation_reads_no_other(large: Workspace) -> None:
    found = Conversation.objects.get(workspace=large, number="+491711010000")
    for read in (threads.of, threads.ways):
        count, whole = read_by(lambda read=read: read(found))
        assert not whole & BIG
        assert count < 100


@pytest.mark.parametrize(
    ("text", "most"),
    [("thank you", 60_000), ("c4ca4238a0", 60_000), ("0171 1012345", 60_000)]
    + [("first77", 60_000), ("qzqzqz", 60_000), ("a", 60_000)],
)
def test_search_is_bounded(text: str, most: int, large: Workspace) -> None:
    count, _whole = read_by(lambda: conversation_search.numbers(large, text))
    assert count < most


def test_people_of_the_newest_are_looked_up_by_their_numbers(large: Workspace) -> None:
    # A tenth of the contacts has such a name: each found by it would be read.
    count, whole = read_by(lambda: conversation_search._of_people(large, "First1"))
    assert not whole & BIG
    assert count < 3 * conversation_search.NEWEST_CONVERSATIONS


@pytest.mark.parametrize(
    "text",
    ["c4ca4238a0b923820dcc509a6f75849b", "0171 1012345", "+49 (0)171 1012345"],
    ids=["words", "number", "other spelling"],
)
def test_search_finds_one_of_many(text: str, large: Workspace, person: User) -> None:
    listing = boxes.page(large, Wanted(text=text), person=person)
    assert len(listing.lines) in (1, 2)
    assert not listing.is_cut


def test_search_for_what_everybody_says_tells_that_there_is_more(
    large: Workspace, person: User
) -> None:
    listing = boxes.page(large, Wanted(text="thank you"), person=person)
    assert len(listing.lines) == boxes.SIZE
    assert listing.is_cut
