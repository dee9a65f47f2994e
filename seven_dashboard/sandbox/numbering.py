"""Facts about a number that look-ups tell, the same ones every time."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from seven_dashboard.sandbox.pricing import Country, Network, country_of, network_of
from seven_dashboard.sandbox.recipients import normalize

_TYPES = {
    PhoneNumberType.FIXED_LINE: "fixed_line",
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed_line_or_mobile",
    PhoneNumberType.TOLL_FREE: "toll_free",
    PhoneNumberType.PREMIUM_RATE: "premium_rate",
    PhoneNumberType.SHARED_COST: "shared_cost",
    PhoneNumberType.VOIP: "voip",
    PhoneNumberType.PERSONAL_NUMBER: "personal_number",
    PhoneNumberType.PAGER: "pager",
    PhoneNumberType.UAN: "uan",
    PhoneNumberType.VOICEMAIL: "voicemail",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """A valid number in its spellings, with its country and network."""

    digits: str
    national: str
    international: str
    country: Country
    network: Network
    network_type: str

    @property
    def carrier(self) -> str:
        """Return the network's name, or a made-up one for the country."""
        return self.network.name or f"{self.country.name} Mobile"

    @property
    def mccmnc(self) -> str:
        """Return the network's code, or one that belongs to nobody."""
        return self.network.mccmnc or "99901"


def facts_of(text: str) -> Facts | None:
    """Return what is known of a number, None when it is none."""
    digits = normalize(text)
    country = country_of(digits) if digits else None
    if digits is None or country is None:
        return None
    try:
        parsed = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return None
    return Facts(
        digits=digits,
        national=phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL),
        international=phonenumbers.format_number(
            parsed, PhoneNumberFormat.INTERNATIONAL
        ),
        country=country,
        network=network_of(digits, country),
        network_type=_TYPES.get(phonenumbers.number_type(parsed), "unknown"),
    )
