"""The price list: countries, networks and what a part costs there.

The figures are our own plausible ones, not the gateway's; only Germany's 0.075 was
seen in real answers.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import phonenumbers

_DATA = Path(__file__).parent / "data"
_NORTH_AMERICA = "1"

CSV_HEADER = (
    "countryCode",
    "countryName",
    "countryPrefix",
    "mcc",
    "mnc",
    "networkName",
    "price",
    "features",
    "comment",
)


@dataclass(frozen=True, slots=True)
class Network:
    """One network of a country; the default row of a country has no name."""

    mcc: str | None
    mncs: tuple[str, ...] | None
    name: str | None
    price: float

    @property
    def mccmnc(self) -> str | None:
        """Return the first mobile country and network code, e.g. ``26201``."""
        if self.mcc is None or not self.mncs:
            return None
        return self.mcc[:3] + self.mncs[0]

    def as_json(self) -> dict[str, object]:
        """Return the row as /pricing spells it."""
        return {
            "mcc": self.mcc,
            "mncs": list(self.mncs) if self.mncs else None,
            "networkName": self.name,
            "features": [],
            "comment": None,
            "price": self.price,
        }


@dataclass(frozen=True, slots=True)
class Country:
    """A country with its networks, the default price first."""

    iso: str
    name: str
    prefix: str
    networks: tuple[Network, ...]

    @property
    def price(self) -> float:
        """Return the default price per part in EUR."""
        return self.networks[0].price

    def as_json(self) -> dict[str, object]:
        """Return the country as /pricing spells it."""
        return {
            "countryCode": self.iso,
            "countryName": self.name,
            "countryPrefix": self.prefix,
            "networks": [network.as_json() for network in self.networks],
        }


def _read(name: str) -> list[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=";"))


def _load() -> dict[str, Country]:
    named: dict[str, list[Network]] = {}
    for row in _read("networks.csv"):
        mncs = tuple(row["mncs"].split())
        network = Network(row["mcc"], mncs, row["name"], float(row["price"]))
        named.setdefault(row["iso"], []).append(network)
    countries = {}
    for row in _read("countries.csv"):
        default = Network(None, None, None, float(row["price"]))
        networks = (default, *named.get(row["iso"], []))
        countries[row["iso"]] = Country(
            row["iso"], row["name"], row["prefix"], networks
        )
    return countries


COUNTRIES = _load()


def _by_prefix() -> dict[str, Country]:
    found: dict[str, Country] = {}
    for country in COUNTRIES.values():
        main = phonenumbers.region_code_for_country_code(_calling_code(country.prefix))
        if country.prefix not in found or country.iso == main:
            found[country.prefix] = country
    return found


def _calling_code(prefix: str) -> int:
    return int(prefix) if len(prefix) <= 3 else 0


_PREFIXES = _by_prefix()
_LONGEST = max(map(len, _PREFIXES))


def country_of(digits: str) -> Country | None:
    """Return the country of an international number without its plus sign."""
    for length in range(min(_LONGEST, len(digits)), 0, -1):
        country = _PREFIXES.get(digits[:length])
        if country is not None:
            return _north_american(digits[:4], country)
    return None


def _north_american(area: str, country: Country) -> Country:
    if country.prefix != _NORTH_AMERICA:
        return country
    return COUNTRIES.get(_region_of_area(area), country)


@lru_cache(maxsize=1024)
def _region_of_area(area: str) -> str:
    number = phonenumbers.PhoneNumber(
        country_code=1, national_number=int(f"{area[1:]:0<3}2345678"[:10])
    )
    return phonenumbers.region_code_for_number(number) or "US"


def network_of(digits: str, country: Country) -> Network:
    """Return the network of a number: always the same one for the same number."""
    named = country.networks[1:]
    if not named:
        return country.networks[0]
    return named[int(digits[-6:] or "0") // 7 % len(named)]


def price_of(digits: str) -> float:
    """Return the price of one part to a number in EUR, by its network."""
    country = country_of(digits)
    return network_of(digits, country).price if country else 0.0


def price_list(iso: str) -> dict[str, object]:
    """Return /pricing as JSON, for one country (any case) or for all."""
    wanted = iso.strip().upper()
    chosen = [c for c in COUNTRIES.values() if not wanted or c.iso == wanted]
    return {
        "countCountries": len(chosen),
        "countNetworks": sum(len(country.networks) for country in chosen),
        "countries": [country.as_json() for country in chosen],
    }


def price_csv(iso: str) -> str:
    """Return /pricing as CSV.

    The recorded rows hold the price in the last column although the header names it
    seventh (gateway.md 3.11); so do these.
    """
    wanted = iso.strip().upper()
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
    out.write(";".join(CSV_HEADER) + "\n")
    for country in COUNTRIES.values():
        if wanted and country.iso != wanted:
            continue
        head = (country.iso, country.name, country.prefix)
        for row in country.networks:
            mncs = ",".join(row.mncs or ())
            writer.writerow(
                (*head, row.mcc or "", mncs, row.name or "", "", "", row.price)
            )
    return out.getvalue()
