"""Pages of contacts in an order, quick for rare and for common words alike.

How many match is exact where a step saw them all or they are few, else an estimate.
"""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Workspace
from contacts.models import Contact
from contacts.selectors import counts, list_steps
from contacts.selectors.counts import Count
from contacts.selectors.criteria import Filter
from contacts.selectors.keyset import PAGE_SIZE, Key, Order, key_text, read_key
from contacts.selectors.list_steps import Found, Question

NEWEST = Order()
# By their words in an address; a minus in front turns them round.
ORDERS = {
    "-added": NEWEST,
    "added": Order(is_down=False),
    "name": Order("name_key", is_down=False),
    "-name": Order("name_key"),
}
DEFAULT = "-added"


@dataclass(frozen=True)
class ListPage:
    """Rows in their order, the cursors of the neighbouring pages, and how many match.

    ``before`` and ``after`` are "" where there is no page. ``is_part`` says that a look
    at all contacts would have taken too long: only the next of them were looked at.
    """

    rows: list[Contact]
    before: str
    after: str
    total: Count
    is_part: bool = False


def page(
    workspace: Workspace,
    wanted: Filter,
    *,
    sort: str = "",
    before: str = "",
    after: str = "",
    size: int = PAGE_SIZE,
) -> ListPage:
    """Return the contacts that match, beyond a cursor, in the order of a word.

    An unknown word is the default order, a cursor that is none the first page.
    """
    order = ORDERS.get(sort, NEWEST)
    back, on = read_key(before, order), read_key(after, order)
    question = list_steps.Question(
        workspace, wanted, order, back or on, bool(back), size + 1
    )
    found = list_steps.find(question)
    if back and len(found.rows) < size and found.edge is None:
        # Rows were deleted meanwhile: show a full first page instead of a stub.
        return page(workspace, wanted, sort=sort, size=size)
    shown = found.rows[:size]
    if back:
        shown.reverse()
    before, after = _cursors(question, found, shown)
    return ListPage(
        rows=shown,
        before=before,
        after=after,
        total=_total(question, found),
        is_part=found.edge is not None,
    )


def _cursors(question: Question, found: Found, shown: list[Contact]) -> tuple[str, str]:
    """Return the cursors of the pages before and after the shown rows."""
    order, is_back = question.order, question.is_backward
    first = order.key_of(shown[0]) if shown else None
    last = order.key_of(shown[-1]) if shown else None
    near, far = (last, first) if is_back else (first, last)
    has_far = found.edge is not None or len(found.rows) > len(shown)
    # A page without rows lies between where the look began and where it ended.
    on_this_side = _text(near or question.key) if question.key else ""
    beyond = _text(found.edge or far) if has_far else ""
    return (beyond, on_this_side) if is_back else (on_this_side, beyond)


def _text(key: Key | None) -> str:
    return key_text(key) if key else ""


def _total(question: Question, found: Found) -> Count:
    if found.total is not None:
        return Count(found.total, True)
    is_whole = question.key is None and found.edge is None
    if is_whole and len(found.rows) < question.most:
        return Count(len(found.rows), True)
    if members := question.members:
        return Count(members, True)
    matching = question.matching
    if counts.about(question.everyone).is_exact:
        return Count(matching.count(), True)
    segment = question.wanted.segment
    if segment and question.wanted == Filter(segment=segment):
        # The planner knows nothing of what a segment asks of messages and lookups.
        return Count(max(segment.member_count or 0, len(found.rows)), False)
    return Count(max(counts.estimate(matching), len(found.rows)), False)
