"""What kind of number it is by its digits alone; nobody is asked, nothing is kept."""

from __future__ import annotations

from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberType

_NAMES: Final[dict[int, str]] = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "fixed_line",
    PhoneNumberType.FIXED_LINE_OR_MOBILE: "fixed_line_or_mobile",
}


def by_digits(phone: str) -> str:
    """Return mobile, fixed_line, fixed_line_or_mobile, or "" for other numbers."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return ""
    return _NAMES.get(phonenumbers.number_type(number), "")
