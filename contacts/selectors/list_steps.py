"""The steps in which a page of contacts is looked for, each exact where it answers.

The planner guesses how rare a word is. Where it errs, an ordered walk goes through a
million rows that do not match, or an index fetches half a million that do. So no page
depends on the guess; it only says which step is tried before the others:

1. *Walk* the next ``WINDOW`` rows of the order. Where one row in a hundred matches,
   that fills a page.
2. *Gather* all that match by the indexes for words, countries, days, groups and
   numbers, up to ``MAX_GATHERED``, and sort them. Left out where half of that is
   expected: what the index has found by then would be looked up twice.
3. There are many matches, but they cluster. *Sort* all of them; by name always, as a
   walk would jump about in the table a million times.
4. By id, *walk on* where they are more than ``MAX_SORTED`` or unexpectedly many: rows
   lie in the order of their ids, so that this reads the table once at most.

A segment may ask each contact for all of its messages, and no index knows the answer.
Where steps 2 to 4 take longer than ``LONGEST_MS``, the page shows what the rows of the
first one hold, and the next page begins behind these.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connection, transaction
from django.db.models import (
    CharField,
    Count,
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
from contacts.selectors.criteria import Filter
from contacts.selectors.keyset import MAX_KEY, Key, Order

WINDOW = 10_000
FAR = 50_000
MAX_GATHERED = 20_000
# Measured: 100,000 that match are read and sorted in 0.1 s.
MAX_SORTED = 150_000
LONGEST_MS = 1_500
HIDDEN = ("notes", "search_text")


@dataclass(frozen=True)
class Found:
    """Rows of a page, and how many match: None where the step did not see them all.

    ``edge`` is where a look that took too long has ended; more may come behind it.
    """

    rows: list[Contact]
    total: int | None = None
    edge: Key | None = None


@dataclass(frozen=True)
class Question:
    """What page is asked for: ``most`` rows beyond a key of the contacts that match."""

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

    @property
    def matching(self) -> QuerySet[Contact]:
        return self.narrowed(self.everyone)

    @property
    def members(self) -> int:
        """How many match when nothing but a group narrows, else 0."""
        group = self.wanted.group
        is_alone = group and self.wanted == Filter(group=group)
        return group.member_count if group and is_alone else 0

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


def find(question: Question) -> Found:
    """Return the rows that are asked for."""
    if question.is_plain:
        return Found(question.first(question.matching))
    near = _window(question, WINDOW)
    if len(near.rows) == question.most:
        return Found(near.rows)
    if question.wanted.segment is None:
        return _leap(question)
    try:
        with counts.time_limit(LONGEST_MS):
            return _leap(question)
    except OperationalError:
        return near


def _leap(question: Question) -> Found:
    """Find a page where the next rows of the order hold few that match."""
    hits = question.narrowed(_indexed(question))
    expected = question.members or counts.estimate(hits)
    if expected <= MAX_GATHERED // 2:
        found = _gather(question, hits)
        if found:
            return found
    if question.order.column or MAX_GATHERED // 2 < expected <= MAX_SORTED:
        return _sort(question, hits)
    return _walk(question, FAR) or Found(question.first(question.matching))


def _walk(question: Question, window: int) -> Found | None:
    """Return a full page of matches out of the next rows of the order, or None."""
    rows = _window(question, window).rows
    return Found(rows) if len(rows) == question.most else None


def _window(question: Question, window: int) -> Found:
    """Return the matches among the next rows of the order, and where these end."""
    group, column = question.wanted.group, question.order.column or "pk"
    near: QuerySet[Any] = question.beyond(question.everyone).values(column)
    if group and not question.order.column:
        # The members of a group are in the order of their ids already.
        column, near = "contact_id", _members_beyond(question)
    is_down = question.order.is_down != question.is_backward
    last = Min(column) if is_down else Max(column)
    ends = near[:window].aggregate(edge=last, rows=Count(column))
    edge = ends["edge"]
    if edge is None:
        return Found([])
    bound = f"{question.order.column or 'pk'}__{'gte' if is_down else 'lte'}"
    rows = question.first(question.matching.filter(**{bound: edge}))
    if ends["rows"] < window:
        return Found(rows)
    if question.order.column:
        # Behind everybody of the same name.
        return Found(rows, edge=Key(edge, 0 if is_down else MAX_KEY))
    return Found(rows, edge=Key("", edge))


def _members_beyond(question: Question) -> QuerySet[Any]:
    members = GroupMembership.objects.filter(group=question.wanted.group)
    is_down = question.order.is_down != question.is_backward
    if question.key:
        side = "lt" if is_down else "gt"
        members = members.filter(**{f"contact_id__{side}": question.key.id})
    return members.order_by("-contact_id" if is_down else "contact_id").values(
        "contact_id"
    )


def _gather(question: Question, hits: QuerySet[Contact]) -> Found | None:
    """Return what matches, found by other indexes; None where it is too much."""
    found = _sort(question, hits[: MAX_GATHERED + 1], reads_tables=False)
    return found if (found.total or 0) <= MAX_GATHERED else None


def _sort(
    question: Question, hits: QuerySet[Contact], *, reads_tables: bool = True
) -> Found:
    """Read all that match, in whatever order, count and sort them."""
    names = ["id", *filter(None, [question.order.column])]
    try:
        inner, values = hits.values_list(*names).query.sql_with_params()
    except EmptyResultSet:
        return Found([], total=0)
    # The key stays outside: the planner would read half an index of keys for it.
    where, order, more = _ordering(question)
    statement = (
        f"WITH hits AS MATERIALIZED ({inner}) SELECT (SELECT count(*) FROM hits),"
        f" ARRAY(SELECT id FROM hits {where} ORDER BY {order} LIMIT {question.most})"
    )
    with _planner(reads_tables=reads_tables), connection.cursor() as cursor:
        cursor.execute(statement, [*values, *more])
        total, ids = cursor.fetchone()
    rows = question.everyone.filter(pk__in=ids).defer(*HIDDEN)
    by = question.order.by(backward=question.is_backward)
    return Found(list(rows.order_by(*by)), total)


def _ordering(question: Question) -> tuple[str, str, list[str | int]]:
    """Return condition, order and values of the statement that sorts the gathered."""
    column, key = question.order.column, question.key
    is_down = question.order.is_down != question.is_backward
    way, sign = ("DESC", "<") if is_down else ("ASC", ">")
    if not column:
        where = f"WHERE id {sign} %s" if key else ""
        return where, f"id {way}", [key.id] if key else []
    where = f"WHERE ({column}, id) {sign} (%s, %s)" if key else ""
    return where, f"{column} {way}, id {way}", [*key] if key else []


def _indexed(question: Question) -> QuerySet[Contact]:
    """Return the contacts of the workspace as a question to other indexes.

    Every ordered index begins with the workspace and would be read from end to end if
    the planner took it; the cast hides the workspace from it, and COALESCE makes it
    expect every second contact to be of this workspace instead of each two hundredth,
    for which it would look up opt-outs and facts one by one.
    """
    wanted = question.wanted
    has_country = wanted.country or wanted.number == criteria.WITHOUT
    has_others = wanted.text or wanted.value or wanted.added or wanted.changed
    if not has_country and not has_others:
        return question.everyone
    hidden = sql.Equals(
        Cast(F("workspace_id"), TextField()), Value(str(question.workspace.pk))
    )
    rows = Contact.objects.filter(sql.asks(_Perhaps(hidden, Value(False))))
    if has_country:
        rows = rows.filter(sql.asks(_Holds(_countries(), Value([wanted.country]))))
    return rows


class _Perhaps(sql.Asks):
    template = "coalesce(%(expressions)s)"


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
