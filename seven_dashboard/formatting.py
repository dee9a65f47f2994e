"""Numbers, money, phone numbers and times as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

import phonenumbers
from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
CURRENCY_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF"}
SMALL_AMOUNT = Decimal(1)
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400
RELATIVE_DAYS = 7

Numeric = Decimal | int | float | str | None


def to_decimal(value: object) -> Decimal | None:
    """Return ``value`` as a finite Decimal, or None when it is no number."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value)
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def number_text(value: Numeric, *, decimals: int = 0) -> str:
    """Return a number with the separators of the current language."""
    return _written(value, decimals, _signs(get_language()))


def number_texts(values: Iterable[Numeric], *, decimals: int = 0) -> list[str]:
    """Return numbers as `number_text` does; the language is looked up once for all."""
    signs = _signs(get_language())
    return [_written(value, decimals, signs) for value in values]


def _written(value: Numeric, decimals: int, signs: dict[int, str]) -> str:
    number = to_decimal(value)
    if number is None:
        return ""
    # Django cuts decimals off; a person expects 0.999 to be shown as 1.00.
    shown = abs(number).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{shown:,f}".translate(signs)
    return f"{MINUS}{text}" if number < 0 and shown else text


@lru_cache(maxsize=32)
def _signs(language: str | None) -> dict[int, str]:
    """Return what a language writes for the comma and the point that Python writes.

    A page may have thousands of numbers; Django's own way looks formats up for each.
    Every language of the pages groups digits by three, as Python does.
    """
    comma = get_format("THOUSAND_SEPARATOR", language, use_l10n=True)
    point = get_format("DECIMAL_SEPARATOR", language, use_l10n=True)
    return str.maketrans({",": comma, ".": point})


def money_text(value: Numeric, *, currency: str = "EUR") -> str:
    """Return an amount with its currency; prices under one unit keep 4 decimals."""
    text = amount_text(value)
    return f"{text}{NBSP}{CURRENCY_SIGNS.get(currency, currency)}" if text else ""


def amount_text(value: Numeric) -> str:
    """Return an amount as `money_text` does, where something else names the currency.

    "" for what is no number.
    """
    amount = to_decimal(value)
    if amount is None:
        return ""
    return number_text(amount, decimals=_money_decimals(amount))


def _money_decimals(amount: Decimal) -> int:
    if abs(amount) >= SMALL_AMOUNT:
        return 2
    shown = amount.quantize(Decimal("0.0001")).normalize()
    exponent = shown.as_tuple().exponent
    return max(2, -exponent if isinstance(exponent, int) else 2)


def percent_text(ratio: Numeric, *, decimals: int = 1) -> str:
    """Return a share (0 to 1) in percent; what is nearly all is never shown as all."""
    number = to_decimal(ratio)
    if number is None:
        return ""
    share = number * 100
    step = Decimal(1).scaleb(-decimals)
    if 0 < share < step:
        return f"<{NBSP}{number_text(step, decimals=decimals)}{NBSP}%"
    if 100 - step < share < 100:
        share = 100 - step
    places = 0 if share == share.to_integral_value() else decimals
    return f"{number_text(share, decimals=places)}{NBSP}%"


@lru_cache(maxsize=4096)
def phone_parts(value: str) -> tuple[str, str]:
    """Return the international form and the ISO country code ("" if unknown)."""
    text = value.strip()
    candidate = text if text.startswith("+") else f"+{text}"
    try:
        number = phonenumbers.parse(candidate)
    except phonenumbers.NumberParseException:
        return text, ""
    if not phonenumbers.is_possible_number(number):
        return text, ""
    form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    country = phonenumbers.region_code_for_number(number) or ""
    shown = phonenumbers.format_number(number, form)
    return shown.replace(" ", NBSP), "" if country == "001" else country


def exact_time(moment: datetime) -> str:
    """Return date, time and zone in the current language and time zone."""
    local = timezone.localtime(moment)
    return f"{date_format(local, 'DATETIME_FORMAT')} {local:%Z}".strip()


def day_text(label: str) -> str:
    """Return "2026-11-23" as a day in the current language, other words unchanged."""
    return _day_text(label, get_language())


@lru_cache(maxsize=4096)
def _day_text(label: str, language: str | None) -> str:
    """Return a day as `day_text` does; the charts of a page name the same days."""
    try:
        day = date.fromisoformat(label)
    except ValueError:
        return label
    return date_format(day, "DATE_FORMAT")


def relative_time(moment: datetime, *, now: datetime | None = None) -> str:
    """Return "3 minutes ago", "in 2 hours", or the date when it is far away."""
    gap = moment - (now or timezone.now())
    seconds = round(abs(gap).total_seconds())
    if seconds >= RELATIVE_DAYS * DAY_S:
        return date_format(timezone.localtime(moment), "DATE_FORMAT")
    if seconds < MINUTE_S:
        return _("just now") if gap <= timedelta(0) else _("in a moment")
    return _future(seconds) if gap > timedelta(0) else _past(seconds)


def _past(seconds: int) -> str:
    if seconds < HOUR_S:
        n = seconds // MINUTE_S
        return ngettext("%(n)d minute ago", "%(n)d minutes ago", n) % {"n": n}
    if seconds < DAY_S:
        n = seconds // HOUR_S
        return ngettext("%(n)d hour ago", "%(n)d hours ago", n) % {"n": n}
    n = seconds // DAY_S
    return ngettext("%(n)d day ago", "%(n)d days ago", n) % {"n": n}


def _future(seconds: int) -> str:
    if seconds < HOUR_S:
        n = seconds // MINUTE_S
        return ngettext("in %(n)d minute", "in %(n)d minutes", n) % {"n": n}
    if seconds < DAY_S:
        n = seconds // HOUR_S
        return ngettext("in %(n)d hour", "in %(n)d hours", n) % {"n": n}
    n = seconds // DAY_S
    return ngettext("in %(n)d day", "in %(n)d days", n) % {"n": n}


def duration_text(seconds: Numeric) -> str:
    """Return a length of time in at most two units: "1 h 12 min", "40 s"."""
    number = to_decimal(seconds)
    if number is None:
        return ""
    total = max(0, round(number))
    days, rest = divmod(total, DAY_S)
    hours, rest = divmod(rest, HOUR_S)
    minutes, left = divmod(rest, MINUTE_S)
    units = [
        (days, _("%(n)s d")),
        (hours, _("%(n)s h")),
        (minutes, _("%(n)s min")),
        (left, _("%(n)s s")),
    ]
    first = next((i for i, (n, _unit) in enumerate(units) if n), len(units) - 1)
    shown = [unit % {"n": n} for n, unit in units[first : first + 2] if n]
    return " ".join(shown or [units[-1][1] % {"n": 0}]).replace(" ", NBSP)
