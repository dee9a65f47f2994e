"""Read lookups: what one would cost, how one stands, what it has found."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_UP, Decimal
from typing import NamedTuple

from django.db import OperationalError
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Connection, Workspace
from contacts import fact_words, lookup_words
from contacts.models import Contact, Lookup, LookupAsk, LookupKind, NumberFact
from contacts.selectors import contacts, counts, lookup_prices, number_facts
from contacts.selectors.criteria import Filter
from contacts.selectors.lookup_prices import Price

# Above either, the number of lookups has to be typed: as at the launch of a campaign.
CONFIRM_ABOVE_EUR = Decimal(100)
CONFIRM_ABOVE_LOOKUPS = 5_000
CENT = Decimal("0.01")
# For each of the figures; a million contacts take a second.
COUNT_MS = 5_000
MAX_NETWORKS = 12
MAX_UNCLEAR_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Target:
    """Whom to look up, and what for: one number, or a list when ``phone`` is empty."""

    kinds: tuple[str, ...]
    wanted: Filter
    phone: str = ""
    max_age_days: int = 30

    @property
    def words(self) -> dict[str, str]:
        """Return what an address or a form carries to name the numbers again."""
        if self.phone:
            return {"phone": self.phone}
        return self.wanted.as_dict() or {"all": "1"}


class Part(NamedTuple):
    """What one kind of lookup would do."""

    kind: str
    label: str
    tells: str
    fresh: int
    to_ask: int
    price: Price
    cost: Decimal | None


@dataclass(frozen=True, slots=True)
class Check:
    """What a person agrees to: how many, at what cost (EUR), with what balance."""

    target: Target
    numbers: int
    parts: list[Part]
    balance: Decimal | None
    problem: str

    @property
    def to_ask(self) -> int:
        return sum(part.to_ask for part in self.parts)

    @property
    def fresh(self) -> int:
        return sum(part.fresh for part in self.parts)

    @property
    def is_paid(self) -> bool:
        return any(part.price.source != "free" for part in self.parts)

    @property
    def cost(self) -> Decimal:
        """Return the known part of the cost."""
        return sum((part.cost or Decimal(0) for part in self.parts), Decimal(0))

    @property
    def has_unknown(self) -> bool:
        """Say whether something is to be asked that nobody knows the price of."""
        return any(part.cost is None and part.to_ask for part in self.parts)

    @property
    def cap(self) -> Decimal | None:
        """Return the limit to offer, whole cents; None where a person has to say."""
        if self.has_unknown:
            return None
        return self.cost.quantize(CENT, rounding=ROUND_UP) or CENT

    @property
    def is_short(self) -> bool:
        return self.balance is not None and self.cost > self.balance

    @property
    def confirm_word(self) -> str:
        """Return what has to be typed: the number of lookups, or nothing."""
        is_large = self.cost > CONFIRM_ABOVE_EUR or self.to_ask > CONFIRM_ABOVE_LOOKUPS
        return str(self.to_ask) if self.is_paid and is_large else ""

    @property
    def fingerprint(self) -> str:
        """Return what changes when the numbers or their cost change."""
        target = self.target
        seen = [target.words, target.kinds, target.max_age_days, self.numbers]
        text = json.dumps([*seen, str(self.cost)], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def check(workspace: Workspace, target: Target) -> Check:
    """Return what a lookup would do and cost; counted exactly, it is about money."""
    connection = Connection.objects.filter(workspace=workspace).first()
    balance = connection.balance if connection else None
    try:
        with counts.time_limit(COUNT_MS):
            numbers = 1 if target.phone else _people(workspace, target).count()
            parts = [_part(workspace, target, kind, numbers) for kind in target.kinds]
    except OperationalError:
        return Check(target, 0, [], balance, lookup_words.stop("too_long"))
    return Check(target, numbers, parts, balance, _problem(connection, numbers))


class Result(NamedTuple):
    """How many numbers a word is true for, and what to narrow a list by."""

    word: str
    label: str
    numbers: int


class Results(NamedTuple):
    kind: str
    label: str
    rows: list[Result]


def results(lookup: Lookup) -> list[Results]:
    """Return what was found, by kind, the most frequent first."""
    return [
        Results(kind, str(LookupKind(kind).label), _rows(lookup, kind))
        for kind in lookup.kinds
    ]


def unclear(lookup: Lookup) -> list[LookupAsk]:
    """Return the first asks that ended without a clear answer."""
    rows = LookupAsk.objects.filter(lookup=lookup, state=LookupAsk.State.UNCLEAR)
    return list(rows.order_by("pk")[:MAX_UNCLEAR_SHOWN])


class Known(NamedTuple):
    """One answer about a number, in words, and how old it is."""

    label: str
    text: str
    at: object
    is_stale: bool


def known(fact: NumberFact | None) -> list[Known]:
    """Return what is known of a number, in the order of the kinds."""
    if fact is None:
        return []
    return [
        Known(
            str(LookupKind(kind).label),
            say(fact),
            getattr(fact, f"{kind}_at"),
            number_facts.is_stale(fact, kind),
        )
        for kind, say in _SAYINGS.items()
        if getattr(fact, f"{kind}_at")
    ]


def prices(workspace: Workspace) -> list[tuple[str, str, Price]]:
    """Return each kind with its name and its price."""
    return [
        (kind.value, str(kind.label), lookup_prices.of(workspace, kind.value))
        for kind in LookupKind
    ]


def _people(workspace: Workspace, target: Target) -> QuerySet[Contact]:
    return contacts.matching(workspace, target.wanted).exclude(phone="")


def _part(workspace: Workspace, target: Target, kind: str, numbers: int) -> Part:
    fresh = _fresh(workspace, target, kind)
    price = lookup_prices.of(workspace, kind)
    cost = None if price.amount is None else price.amount * (numbers - fresh)
    label, tells = str(LookupKind(kind).label), str(lookup_words.TELLS[kind])
    return Part(kind, label, tells, fresh, numbers - fresh, price, cost)


def _fresh(workspace: Workspace, target: Target, kind: str) -> int:
    since = timezone.now() - timedelta(days=target.max_age_days)
    young = NumberFact.objects.filter(workspace=workspace, **{f"{kind}_at__gte": since})
    if target.phone:
        return young.filter(phone=target.phone).count()
    people = _people(workspace, target)
    return people.filter(Exists(young.filter(phone=OuterRef("phone")))).count()


def _problem(connection: Connection | None, numbers: int) -> str:
    if not numbers:
        return _("None of these contacts has a number.")
    if connection is None:
        return lookup_words.stop("no_connection")
    return lookup_words.stop("broken_connection") if connection.is_broken else ""


def _rows(lookup: Lookup, kind: str) -> list[Result]:
    found = [
        Result(word, fact_words.label(word), count)
        for name, count in lookup.tally.items()
        if name.startswith(f"{kind}.") and (word := name.removeprefix(f"{kind}."))
    ]
    return sorted(found, key=lambda row: -row.numbers)[:MAX_NETWORKS]


def _format(fact: NumberFact) -> str:
    if not fact.network_type:
        return str(fact_words.LABELS[fact_words.INVALID])
    kind = str(lookup_words.TYPES.get(fact.network_type, lookup_words.UNKNOWN))
    return f"{kind}, {fact.carrier}" if fact.carrier else kind


def _mnp(fact: NumberFact) -> str:
    if not fact.network:
        return str(fact_words.LABELS[fact_words.INVALID])
    return (
        _("%(network)s, ported") % {"network": fact.network}
        if fact.is_ported
        else (fact.network)
    )


def _rcs(fact: NumberFact) -> str:
    return str(fact_words.LABELS[fact_words.RCS if fact.has_rcs else fact_words.NO_RCS])


_SAYINGS = {
    "format": _format,
    "hlr": lambda fact: str(
        lookup_words.REACHABLE.get(fact.reachable, lookup_words.UNKNOWN)
    ),
    "mnp": _mnp,
    "cnam": lambda fact: fact.caller_name or _("No name"),
    "rcs": _rcs,
}
