"""Which network a number is in, and what a part to it costs.

A lookup (MNP, HLR) knows, and so does the journal of an earlier message
(``selectors/known_networks.py``). Otherwise the ranges that networks were given once,
from the data of phonenumbers, allow a guess: in most countries people keep their number
when they change the network. Networks of those ranges are matched with those of the
price list by their names, which are all that both have. Better than the range alone is
what became of others of it (``selectors/own_traffic.py``): where enough of them were
sent to, a part is expected to cost what it did to them on average. Who is not matched
pays the country's usual price.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple, Protocol

from phonenumbers.carrierdata import CARRIER_DATA, CARRIER_LONGEST_PREFIX

KNOWN: Final = "known"
GUESSED: Final = "guessed"
UNKNOWN: Final = "unknown"

# Numbers of a range that were in a network, by (country, holder of the range) and code.
Traffic = Mapping[tuple[str, str], Mapping[str, int]]
# Of fewer numbers a share says too little.
FEWEST: Final = 30

# Different names of one network, as patterns of their spellings without accents.
_BRANDS: Final = (
    (re.compile(r"t-? ?mobile|magenta|telekom deutschland|^d1$"), "tmobile"),
    (re.compile(r"\bo2\b|telefonica|movistar|e-?plus"), "telefonica"),
    (re.compile(r"\b(three|drei|hi3g|3g|tre)\b|hutchison|^3$"), "three"),
    (re.compile(r"\bee\b|everything everywhere"), "ee"),
)
# Words that say nothing of which network it is.
_COMMON_WORDS: Final = (
    "mobile mobil moviles comunicacoes communications communication telecom telekom"
    " gmbh ag sa spa plc limited ltd inc co ohg bv nv as the uk at de ch group wireless"
    " personal network networks"
)
# As exact as what is billed.
_EXACT: Final = Decimal("0.00001")
_COMMON: Final = frozenset(_COMMON_WORDS.split())
_WORD = re.compile(r"[a-z0-9&]{2,}")


class Listed(Protocol):
    """A network of the price list; ``amount`` is EUR for a part."""

    @property
    def name(self) -> str: ...
    @property
    def codes(self) -> tuple[str, ...]: ...
    @property
    def amount(self) -> Decimal: ...


class CountryPrice(Protocol):
    """EUR for a part: to an unnamed network, and to the dearest one."""

    @property
    def default(self) -> Decimal: ...
    @property
    def highest(self) -> Decimal: ...


class Told(Protocol):
    """What a lookup or the journal said."""

    @property
    def name(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def is_stale(self) -> bool: ...


class _Seen(NamedTuple):
    name: str
    code: str
    is_stale: bool


class Network(NamedTuple):
    """A network with its prices, EUR a part; None where the list has no row.

    ``highest`` is what a part costs should the network not be the one we think.
    """

    country: str
    name: str
    source: str
    price: Decimal | None
    highest: Decimal | None


class Directory:
    """The networks of a price list, by number."""

    def __init__(
        self,
        countries: Mapping[str, CountryPrice],
        networks: Mapping[str, Sequence[Listed]],
        traffic: Traffic | None = None,
    ) -> None:
        self._countries = countries
        self._networks = networks
        self._traffic = traffic or {}
        self._known: dict[tuple[str, str, str, bool], Network] = {}
        self._guessed: dict[str, Network] = {}

    @property
    def is_empty(self) -> bool:
        """Say whether there is no price at all."""
        return not self._countries

    def of(self, phone: str, country: str, fact: Told | None) -> Network:
        """Return the network of a number (E.164) of a country."""
        if fact is None:
            head = country + phone[1 : CARRIER_LONGEST_PREFIX + 1]
            found = self._guessed.get(head)
            if found is None:
                found = self._guessed[head] = self._guess(phone, country)
            return found
        key = (country, fact.code, fact.name, fact.is_stale)
        if key not in self._known:
            self._known[key] = self._told(country, fact)
        return self._known[key]

    def _told(self, country: str, fact: Told) -> Network:
        source = GUESSED if fact.is_stale else KNOWN
        listed = self._networks.get(country, ())
        same = [n for n in listed if fact.code and fact.code in n.codes]
        same += [n for n in listed if fact.name and n.name == fact.name]
        match = same[0] if same else None
        # By the name of the price list, so that a network is one line however it is
        # known; the journal has digits alone.
        name = (match.name if match else "") or fact.name or fact.code
        return self._network(country, name, source, match)

    def _guess(self, phone: str, country: str) -> Network:
        name = range_holder(phone)
        seen = self._traffic.get((country, name), {})
        if phone and sum(seen.values()) >= FEWEST:
            return self._expected(country, seen)
        if not name:
            return self._network(country, "", UNKNOWN, None)
        match = matching(name, self._networks.get(country, ()))
        return self._network(country, match.name if match else name, GUESSED, match)

    def _expected(self, country: str, seen: Mapping[str, int]) -> Network:
        """Return the commonest of some networks, at the mean price of them all."""
        each = {
            code: self._told(country, _Seen("", code, is_stale=True)) for code in seen
        }
        likely = each[max(seen, key=lambda code: (seen[code], code))]
        if likely.price is None:
            return likely
        total = sum((each[code].price or 0) * n for code, n in seen.items())
        mean = Decimal(total) / sum(seen.values())
        return likely._replace(price=mean.quantize(_EXACT))

    def _network(
        self, country: str, name: str, source: str, listed: Listed | None
    ) -> Network:
        prices = self._countries.get(country)
        if prices is None:
            return Network(country, name, source, None, None)
        price = listed.amount if listed else prices.default
        is_sure = source == KNOWN and listed is not None
        highest = price if is_sure else max(price, prices.highest)
        return Network(country, name, source, price, highest)


def range_holder(phone: str) -> str:
    """Return who was given the range that a number is of, or ""."""
    digits = phone.removeprefix("+")
    for length in range(min(CARRIER_LONGEST_PREFIX, len(digits)), 0, -1):
        names = CARRIER_DATA.get(digits[:length])
        if names:
            return str(names.get("en") or next(iter(names.values())))
    return ""


def matching(name: str, listed: Sequence[Listed]) -> Listed | None:
    """Return the network of a list that a name means, if it is one alone."""
    words = _words(name)
    scores = [len(words & _words(network.name)) for network in listed]
    best = max(scores, default=0)
    if not best or scores.count(best) > 1:
        return None
    return listed[scores.index(best)]


def _words(name: str) -> set[str]:
    text = name.lower()
    brands = {brand for pattern, brand in _BRANDS if pattern.search(text)}
    return brands or set(_WORD.findall(text)) - _COMMON
