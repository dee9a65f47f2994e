"""Read whom a draft would reach, without freezing anybody."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.db.models import Count, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.fields import BooleanField, CharField
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from accounts.models import Workspace
from contacts.models import Channel, Contact, OptOut
from contacts.selectors.segment_shapes import for_pages
from messaging.models import ListedNumber
from messaging.selectors import addressees
from messaging.selectors.addressees import COLUMNS, Addressee, values_of
from messaging.selectors.audience_parts import Parts, included, left_out
from messaging.selectors.listed import Lists

# The blanks that rendering takes away around a value.
_BLANKS = " \t\r\n\f\v\u00a0\u202f\u2007"
__all__ = [
    "COLUMNS",
    "Audience",
    "Counts",
    "Equals",
    "is_blank",
    "value_of",
    "values_of",
]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people of an audience can be written to, and why others not.

    ``missing`` maps a variable without a default to the recipients that lack it.
    """

    by_country: Mapping[str, int]
    opted_out: int
    no_number: int
    missing: Mapping[str, int] = field(default_factory=dict)

    @property
    def recipients(self) -> int:
        return sum(self.by_country.values())


@dataclass(frozen=True, slots=True)
class Audience:
    """The people of groups, segments and lists but those left out, each number once.

    ``members`` and ``reachable`` are its contacts alone; one whose number stands in a
    list counts there. Asking raises Refused when a part is broken (``audience_parts``).
    """

    workspace: Workspace
    parts: Parts
    channel: str = Channel.SMS

    def members(self, *, is_page: bool = False) -> QuerySet[Contact]:
        """Return the contacts, whether they can be written to or not.

        ``is_page``: in the shape that is quick for the first ones in order of id.
        """
        rows = Contact.objects.filter(workspace=self.workspace)
        if not self.parts.has_contacts:
            return rows.none()
        wanted = [included(self.workspace, self.parts)]
        wanted += [~question for question in left_out(self.workspace, self.parts)]
        for question in wanted:
            rows = rows.filter(for_pages(question) if is_page else question)
        if self.parts.lists:
            rows = rows.exclude(Exists(self._listed(OuterRef("phone"))))
        return rows

    def reachable(self, *, is_page: bool = False) -> QuerySet[Contact]:
        """Return those with a number that is not opted out."""
        rows = self.members(is_page=is_page)
        return rows.exclude(phone="").exclude(self._opted_out())

    @property
    def key(self) -> str:
        """Return what names this audience, and changes with its definition."""
        words = [str(self.workspace.pk), self.channel, repr(self.parts)]
        return hashlib.sha256("/".join(words).encode()).hexdigest()

    def counts(self, needed: Sequence[str] = ()) -> Counts:
        """Count the audience by country, and what it lacks, in two queries.

        Opt-outs are few, so they are counted apart and taken off: asking for each
        of a million contacts whether it is one would take ten times as long.
        """
        everybody, no_number = _by_country(self.members(), needed)
        # That of the index of numbers, by which the few are found without a scan.
        few = self.members().exclude(phone="").filter(self._opted_out())
        gone, _none = _by_country(few, needed)
        everybody.subtract(gone)
        left: dict[str, int] = {}
        lacking: Counter[str] = Counter()
        for (country, name), count in everybody.items():
            if name:
                lacking[name] += count
            elif count:
                left[country] = count
        opted_out = sum(n for (_country, name), n in gone.items() if not name)
        if self.parts.lists:
            listed = self.lists.counts(needed)
            left = dict(Counter(left) + listed.by_country)
            opted_out += listed.opted_out
            lacking += listed.missing
        return Counts(
            by_country=left,
            opted_out=opted_out,
            no_number=no_number,
            missing={name: count for name, count in lacking.items() if count},
        )

    @property
    def lists(self) -> Lists:
        return Lists(self.workspace, self.parts, self.channel)

    def recipient(self, *, at: int = 0, step: str = "") -> Addressee | None:
        """Return the recipient ``at`` (``Addressee.pk``), or the next or previous one.

        At an end it stays where it is; without ``at`` it is the first. Contacts come
        first, then the numbers of lists.
        """
        if not self.parts.lists:
            return self._contact(at=at, step=step)
        if at < 0 and (found := self._from_list(-at, step)):
            return found
        here = self._contact(at=at, step=step) if at >= 0 else None
        if here is None or (step == "next" and here.pk == at):
            here = self.lists.recipient() or here
        return here or self._contact()

    def _from_list(self, at: int, step: str) -> Addressee | None:
        lists = self.lists
        if found := lists.recipient(at=at, step=step):
            return found
        if step == "previous" and (last := self.reachable().order_by("-pk").first()):
            return addressees.of_contact(last)
        return lists.recipient(at=at)

    def _contact(self, *, at: int = 0, step: str = "") -> Addressee | None:
        rows = self.reachable(is_page=True)
        found = None
        if at and step == "next":
            found = rows.filter(pk__gt=at).order_by("pk").first()
        elif at and step == "previous":
            found = rows.filter(pk__lt=at).order_by("-pk").first()
        if at and not found:
            found = rows.filter(pk=at).first()
        found = found or rows.order_by("pk").first()
        return addressees.of_contact(found) if found else None

    def _listed(self, phone: Any) -> QuerySet[ListedNumber]:
        return ListedNumber.objects.filter(source__in=self.parts.list_ids, phone=phone)

    def _opted_out(self) -> Exists:
        return Exists(
            OptOut.objects.filter(
                workspace=self.workspace,
                phone=OuterRef("phone"),
                channel__in=("", self.channel),
            )
        )


def _by_country(
    rows: QuerySet[Contact], needed: Sequence[str]
) -> tuple[Counter[tuple[str, str]], int]:
    """Count those with a number by country, and by what they lack.

    The name of a count is empty, or that of the missing value. The second figure
    is how many have no number.
    """
    has_number = ~Q(phone="")
    lacks = {
        f"lacks_{at}": Count("pk", filter=has_number & is_blank(name))
        for at, name in enumerate(needed)
    }
    found = (
        rows.order_by()
        .values("country")
        .annotate(people=Count("pk", filter=has_number), everybody=Count("pk"), **lacks)
    )
    counted: Counter[tuple[str, str]] = Counter()
    no_number = 0
    for row in cast(list[dict[str, Any]], list(found)):
        no_number += row["everybody"] - row["people"]
        counted[row["country"], ""] += row["people"]
        for at, name in enumerate(needed):
            counted[row["country"], name] += row[f"lacks_{at}"]
    return counted, no_number


def value_of(name: str) -> Combinable:
    """Return the value of a variable as an expression on contacts."""
    if name in COLUMNS:
        return F(name)
    if name == "birthday":
        text: Combinable = Func(
            F("birthday"),
            Value("YYYY-MM-DD"),
            function="to_char",
            output_field=CharField(),
        )
    else:
        text = KT(f"custom__{name}")
    return Coalesce(text, Value(""), output_field=CharField())


def is_blank(name: str) -> Q:
    """Return which contacts have no value of a variable."""
    trimmed = Func(
        value_of(name), Value(_BLANKS), function="btrim", output_field=CharField()
    )
    return Q(Equals(trimmed, Value("")))


class Equals(Func):
    """Compare two expressions, so that a condition needs no annotation."""

    template = "(%(expressions)s)"
    arg_joiner = " = "
    output_field = BooleanField()
