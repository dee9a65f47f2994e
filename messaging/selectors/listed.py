"""Read the numbers of an audience's lists: how many, where, and one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection as database
from django.db.models import Q

from accounts.models import Workspace
from messaging.models import ListedNumber
from messaging.selectors import addressees, listed_sql, value_sql
from messaging.selectors.addressees import Addressee
from messaging.selectors.audience_parts import Parts

CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Counted:
    """Recipients by country, the opted out, and recipients that lack a value."""

    by_country: Counter[str]
    opted_out: int
    missing: Counter[str]


@dataclass(frozen=True, slots=True)
class Lists:
    """The numbers of all lists, each once, without those that are left out."""

    workspace: Workspace
    parts: Parts
    channel: str

    def counts(self, needed: Sequence[str] = ()) -> Counted:
        """Count them by country, and who lacks one of the needed values."""
        params = value_sql.parameters(needed)
        gone = value_sql.LISTED_OPTED_OUT
        lacks = "".join(
            f", count(*) FILTER (WHERE NOT gone AND lacks_{key})" for key in params
        )
        blank = "".join(
            f", {value_sql.is_blank(key, name, is_listed=True)} AS lacks_{key}"
            for key, name in params.items()
        )
        found = self._rows(
            "SELECT country, count(*) FILTER (WHERE NOT gone),"
            f" count(*) FILTER (WHERE gone){lacks}"
            f" FROM (SELECT l.country, {gone} AS gone{blank} {{rows}}) AS x"
            " GROUP BY country",
            params,
        )
        counted = Counted(Counter(), 0, Counter())
        opted_out = 0
        for country, people, gone_ones, *lacking in found:
            opted_out += gone_ones
            if people:
                counted.by_country[country] += people
            counted.missing.update(dict(zip(params.values(), lacking, strict=True)))
        return Counted(counted.by_country, opted_out, +counted.missing)

    def recipient(self, *, at: int = 0, step: str = "") -> Addressee | None:
        """Return who stands in the row ``at``, or in the next or previous one.

        None beyond an end; without ``at`` it is the first one, or the last one when
        the step is "previous".
        """
        order = "DESC" if step == "previous" else "ASC"
        sign = {"next": ">", "previous": "<"}.get(step, "=")
        place = f"AND l.id {sign} %(at)s" if at else ""
        found = self._rows(
            f"SELECT l.id {{rows}} AND NOT {value_sql.LISTED_OPTED_OUT} {place}"
            f" ORDER BY l.id {order} LIMIT 1",
            {"at": at},
        )
        if not found:
            return None
        rows = ListedNumber.objects.select_related("source")
        return addressees.of_listed(rows.get(pk=found[0][0]))

    def rows(
        self, names: Sequence[str], *, ids: Sequence[int] | None = None
    ) -> Iterator[tuple[int, str, str, dict[str, str]]]:
        """Yield id, number, country and values of each recipient, or of some."""
        params = value_sql.parameters(names)
        columns = "".join(
            f", {value_sql.expression(key, name, is_listed=True)}"
            for key, name in params.items()
        )
        some = "" if ids is None else "AND l.id = ANY(%(ids)s)"
        statement = (
            f"SELECT l.id, l.phone, l.country{columns} {{rows}}"
            f" AND NOT {value_sql.LISTED_OPTED_OUT} {some} AND l.id > %(last)s"
            " ORDER BY l.id LIMIT %(most)s"
        )
        wanted = {**params, "ids": list(ids or ()), "last": 0, "most": CHUNK}
        while found := self._rows(statement, wanted):
            for pk, phone, country, *texts in found:
                values = dict(zip(params.values(), texts, strict=True))
                yield pk, phone, country, values
            wanted["last"] = found[-1][0]

    def ids(self, *, every: int = 1, limit: int | None = None) -> list[int]:
        """Return the ids of the recipients, or of about one of so many, in order."""
        if not self.parts.lists:
            return []
        some = "AND abs(hashint8(l.id)::bigint) %% %(every)s = 0" if every > 1 else ""
        statement = (
            f"SELECT l.id {{rows}} AND NOT {value_sql.LISTED_OPTED_OUT} {some}"
            " ORDER BY l.id LIMIT %(most)s"
        )
        return [pk for (pk,) in self._rows(statement, {"every": every, "most": limit})]

    def about(
        self, question: Q, *, after: int = 0, limit: int | None = None
    ) -> list[int]:
        """Return the ids of recipients whose number a question is about."""
        meant = listed_sql.about(self.parts, question, among=None, prefix="about")
        statement = (
            f"SELECT l.id {{rows}} AND NOT {value_sql.LISTED_OPTED_OUT}"
            f" AND l.id > %(after)s AND l.id IN ({meant.text})"
            " ORDER BY l.id LIMIT %(most)s"
        )
        wanted = {**meant.params, "after": after, "most": limit}
        return [pk for (pk,) in self._rows(statement, wanted)]

    def lacking(
        self, name: str, *, after: int = 0, limit: int | None = None
    ) -> list[int]:
        """Return the ids of recipients without a value."""
        blank = value_sql.is_blank("name0", name, is_listed=True)
        statement = (
            f"SELECT l.id {{rows}} AND NOT {value_sql.LISTED_OPTED_OUT}"
            f" AND l.id > %(after)s AND {blank} ORDER BY l.id LIMIT %(most)s"
        )
        wanted = {"name0": name, "after": after, "most": limit}
        return [pk for (pk,) in self._rows(statement, wanted)]

    def _rows(self, statement: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
        source = listed_sql.rows(self.workspace, self.parts)
        values = {
            **params,
            **source.params,
            "workspace": self.workspace.pk,
            "channel": self.channel,
            "blanks": value_sql.BLANKS,
        }
        with database.cursor() as cursor:
            cursor.execute(statement.format(rows=source.text), values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
