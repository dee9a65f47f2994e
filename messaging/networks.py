"""Which network a number is in, and what a part to it costs.

A lookup (MNP, HLR) knows. Otherwise the ranges that networks were given once, from the
data of phonenumbers, allow a guess: in most countries people keep their number when
they change the network. Networks of those ranges are matched with those of the price
list by their names, which are all that both have. Who is not matched pays the
country's usual price.
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


class LookedUp(Protocol):
    """What a lookup said."""

    @property
    def name(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def is_stale(self) -> bool: ...


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
    ) -> None:
        self._countries = countries
        self._networks = networks
        self._known: dict[tuple[str, str, str, bool], Network] = {}
        self._guessed: dict[str, Network] = {}

    def of(self, phone: str, country: str, fact: LookedUp | None) -> Network:
        """Return the network of a number (E.164) of a country."""
        if fact is None:
            head = country + phone[1 : CARRIER_LONGEST_PREFIX + 1]
            found = self._guessed.get(head)
            if found is None:
                found = self._guessed[head] = self._guess(phone, country)
            return found
        key = (country, fact.code, fact.name, fact.is_stale)
        if key not in self._known:
            self._known[key] = self._looked_up(country, fact)
        return self._known[key]

    def _looked_up(self, country: str, fact: LookedUp) -> Network:
        source = GUESSED if fact.is_stale else KNOWN
        listed = self._networks.get(country, ())
        same = [n for n in listed if fact.code and fact.code in n.codes]
        same += [n for n in listed if n.name == fact.name]
        return self._network(country, fact.name, source, same[0] if same else None)

    def _guess(self, phone: str, country: str) -> Network:
        name = range_holder(phone)
        if not name:
            return self._network(country, "", UNKNOWN, None)
        match = matching(name, self._networks.get(country, ()))
        return self._network(country, match.name if match else name, GUESSED, match)

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
