"""Pages of contacts in an order, quick for rare and for common words alike.

The planner guesses how rare a word is. Where it errs, an ordered walk goes through a
million rows that do not match, or an index fetches half a million that do. So no page
depends on the guess. It is looked for in steps, each bounded, and each exact where it
answers:

1. *Walk* the next ``WINDOW`` rows of the order. Where one row in a hundred matches,
   that fills a page.
2. *Gather* all that match by the indexes for words, countries, days, groups and
   numbers, up to ``MAX_GATHERED``, and sort them.
3. There are many matches, but they cluster. By id, *walk on*: rows lie in the order of
   their ids, so that this reads the table once at most. By name it would jump about in
   it a million times: read all that match and sort them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import (
    CharField,
    F,
    Func,
    Max,
    Min,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast

from accounts.models import Workspace
from contacts.models import Contact, GroupMembership
from contacts.selectors import conditions, counts, criteria
from contacts.selectors import segment_sql as sql
from contacts.selectors.counts import Count
from contacts.selectors.criteria import Filter
from contacts.selectors.keyset import PAGE_SIZE, Key, Order, key_text, read_key

WINDOW = 10_000
FAR = 50_000
MAX_GATHERED = 20_000
NEWEST = Order()
# By their words in an address; a minus in front turns them round.
ORDERS = {
    "-added": NEWEST,
    "added": Order(is_down=False),
    "name": Order("name_key", is_down=False),
    "-name": Order("name_key"),
}
DEFAULT = "-added"
HIDDEN = ("notes", "search_text")


@dataclass(frozen=True)
class ListPage:
    """Rows in their order, the cursors of the neighbouring pages, and how many match.

    ``before`` and ``after`` are "" where there is no page.
    """

    rows: list[Contact]
    before: str
    after: str
    total: Count


@dataclass(frozen=True)
class _Found:
    rows: list[Contact]
    # None where the step did not see all that match.
    total: int | None = None


@dataclass(frozen=True)
class _Question:
    workspace: Workspace
    wanted: Filter
    order: Order
    key: Key | None
    is_backward: bool
    most: int

    @property
    def is_plain(self) -> bool:
        """Whether every row that an index gives in this order is one of the answer."""
        if self.order.column:
            return self.wanted == Filter()
        return replace(self.wanted, group=None) == Filter()

    @property
    def everyone(self) -> QuerySet[Contact]:
        return Contact.objects.filter(workspace=self.workspace)

    def narrowed(self, rows: QuerySet[Contact]) -> QuerySet[Contact]:
        return conditions.narrow(
            rows,
            self.wanted,
            home=self.workspace.country,
            zone=self.workspace.time_zone,
        )

    def beyond(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return self.order.beyond(rows, self.key, backward=self.is_backward)

    def first(self, rows: QuerySet[Contact]) -> list[Contact]:
        return list(self.beyond(rows).defer(*HIDDEN)[: self.most])


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
    question = _Question(workspace, wanted, order, back or on, bool(back), size + 1)
    found = _find(question)
    if back and len(found.rows) < size:
        # Rows were deleted meanwhile: show a full first page instead of a stub.
        return page(workspace, wanted, sort=sort, size=size)
    shown = found.rows[:size]
    has_more = len(found.rows) > size
    if back:
        shown.reverse()
    has_before, has_after = (has_more, True) if back else (bool(on), has_more)
    return ListPage(
        rows=shown,
        before=key_text(order.key_of(shown[0])) if has_before and shown else "",
        after=key_text(order.key_of(shown[-1])) if has_after and shown else "",
        total=_total(question, found),
    )


def _find(question: _Question) -> _Found:
    if question.is_plain:
        return _Found(question.first(question.narrowed(question.everyone)))
    found = _walk(question, WINDOW) or _gather(question, most=MAX_GATHERED)
    if found:
        return found
    if question.order.column:
        return _gather(question, most=None) or _Found([])
    return _walk(question, FAR) or _Found(
        question.first(question.narrowed(question.everyone))
    )


def _walk(question: _Question, window: int) -> _Found | None:
    """Return a full page of matches out of the next rows of the order, or None."""
    group, column = question.wanted.group, question.order.column or "pk"
    near: QuerySet[Any] = question.beyond(question.everyone).values(column)
    if group and not question.order.column:
        # The members of a group are in the order of their ids already.
        column, near = "contact_id", _members_beyond(question)
    is_down = question.order.is_down != question.is_backward
    last = Min(column) if is_down else Max(column)
    edge = near[:window].aggregate(edge=last)["edge"]
    if edge is None:
        return None
    bound = f"{question.order.column or 'pk'}__{'gte' if is_down else 'lte'}"
    rows = question.narrowed(question.everyone).filter(**{bound: edge})
    found = question.first(rows)
    return _Found(found) if len(found) == question.most else None


def _members_beyond(question: _Question) -> QuerySet[Any]:
    members = GroupMembership.objects.filter(group=question.wanted.group)
    is_down = question.order.is_down != question.is_backward
    if question.key:
        side = "lt" if is_down else "gt"
        members = members.filter(**{f"contact_id__{side}": question.key.id})
    return members.order_by("-contact_id" if is_down else "contact_id").values(
        "contact_id"
    )


def _gather(question: _Question, *, most: int | None) -> _Found | None:
    """Return what matches, found by other indexes; None if it is more than ``most``."""
    if most and _members(question) > most:
        return None
    names = ["id", *filter(None, [question.order.column])]
    hits = question.narrowed(_indexed(question)).values_list(*names)
    try:
        inner, values = hits[: most and most + 1].query.sql_with_params()
    except EmptyResultSet:
        return _Found([], total=0)
    where, order, more = _ordering(question)
    statement = (
        f"WITH hits AS MATERIALIZED ({inner}) SELECT (SELECT count(*) FROM hits),"
        f" ARRAY(SELECT id FROM hits {where} ORDER BY {order} LIMIT {question.most})"
    )
    with _planner(reads_tables=most is None), connection.cursor() as cursor:
        cursor.execute(statement, [*values, *more])
        total, ids = cursor.fetchone()
    if most and total > most:
        return None
    rows = question.everyone.filter(pk__in=ids).defer(*HIDDEN)
    return _Found(
        list(rows.order_by(*question.order.by(backward=question.is_backward))), total
    )


def _ordering(question: _Question) -> tuple[str, str, list[str | int]]:
    """Return condition, order and values of the statement that sorts the gathered."""
    column, key = question.order.column, question.key
    is_down = question.order.is_down != question.is_backward
    way, sign = ("DESC", "<") if is_down else ("ASC", ">")
    if not column:
        where = f"WHERE id {sign} %s" if key else ""
        return where, f"id {way}", [key.id] if key else []
    where = f"WHERE ({column}, id) {sign} (%s, %s)" if key else ""
    return where, f"{column} {way}, id {way}", [*key] if key else []


def _indexed(question: _Question) -> QuerySet[Contact]:
    """Return the contacts of the workspace as a question to other indexes.

    Every ordered index begins with the workspace and would be read from end to end if
    the planner took it; the cast hides the workspace from it.
    """
    wanted = question.wanted
    has_country = wanted.country or wanted.number == criteria.WITHOUT
    has_others = wanted.text or wanted.value or wanted.added or wanted.changed
    if not has_country and not has_others:
        return question.everyone
    hidden = sql.Equals(
        Cast(F("workspace_id"), TextField()), Value(str(question.workspace.pk))
    )
    rows = Contact.objects.filter(sql.asks(hidden))
    if has_country:
        rows = rows.filter(sql.asks(_Holds(_countries(), Value([wanted.country]))))
    return rows


class _Holds(sql.Asks):
    template = "(%(expressions)s::varchar[])"
    arg_joiner = " @> "


def _countries() -> Func:
    """Return the expression of the index `contact_search` that knows countries."""
    return Func(
        F("country"),
        template="(ARRAY[%(expressions)s])",
        output_field=ArrayField(CharField()),
    )


@contextmanager
def _planner(*, reads_tables: bool) -> Iterator[None]:
    """Say whether the planner may read whole tables, and let it compile nothing."""
    with transaction.atomic(), connection.cursor() as cursor:
        _configure(cursor, reads_tables=reads_tables)
        yield
        # A surrounding transaction would keep what is set.
        _configure(cursor, reads_tables=True)


def _configure(cursor: Any, *, reads_tables: bool) -> None:
    cursor.execute(
        "SELECT set_config('enable_seqscan', %s, true), set_config('jit', 'off', true)",
        ["on" if reads_tables else "off"],
    )


def _members(question: _Question) -> int:
    """Return how many match when nothing but a group narrows, else 0."""
    group = question.wanted.group
    is_alone = group and question.wanted == Filter(group=group)
    return group.member_count if group and is_alone else 0


def _total(question: _Question, found: _Found) -> Count:
    if found.total is not None:
        return Count(found.total, True)
    if question.key is None and len(found.rows) < question.most:
        return Count(len(found.rows), True)
    if members := _members(question):
        return Count(members, True)
    matching = question.narrowed(question.everyone)
    if counts.about(question.everyone).is_exact:
        return Count(matching.count(), True)
    segment = question.wanted.segment
    if segment and question.wanted == Filter(segment=segment):
        # The planner knows nothing of what a segment asks of messages and lookups.
        return Count(max(segment.member_count or 0, len(found.rows)), False)
    return Count(max(counts.estimate(matching), len(found.rows)), False)
