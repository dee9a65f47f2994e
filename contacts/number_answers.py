"""What the gateway's answers to lookups say about which number.

Pure: answers go in, what was found for each number comes out. Answers are told apart by
the number they name; only one that names none (the gateway does so for a number it
cannot read) is told apart by its place. A number that is left over got no answer that
can be relied on, and whoever asked must call it unclear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from seven_dashboard.gateway.parsing import GatewayModel

_OK: Final = 100
_BAD_NUMBER: Final = 202
_VALID, _NOT_VALID = "valid", "not_valid"
_NAME_LENGTH: Final = 100
_MAX_PRICE: Final = Decimal(1000)


@dataclass(frozen=True, slots=True)
class Found:
    """What one answer says, as columns of the facts.

    ``price`` (EUR) is None when the answer names none. A ``code`` without values says
    that the gateway refused to answer.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    price: Decimal | None = None
    code: int | None = None
    # The gateway takes nothing for what is no number.
    is_charged: bool = True


def read(
    kind: str, phones: Sequence[str], answers: Sequence[GatewayModel]
) -> dict[str, Found]:
    """Return what was found for each number (E.164) that got an answer."""
    number_of, found_in = _KINDS[kind]
    return {
        phone: found_in(answer)
        for phone, answer in _matched(phones, answers, number_of)
    }


def _matched(
    phones: Sequence[str],
    answers: Sequence[GatewayModel],
    number_of: Callable[[Any], str],
) -> Iterator[tuple[str, GatewayModel]]:
    by_digits = {_digits(phone): phone for phone in phones}
    is_whole = len(phones) == len(answers)
    given: set[str] = set()
    for answer in answers:
        phone = by_digits.get(_digits(number_of(answer)), "")
        if phone and phone not in given:
            given.add(phone)
            yield phone, answer
    for phone, answer in zip(phones, answers, strict=False):
        # An empty object is garbage and says nothing, whatever its place.
        is_nameless = not _digits(number_of(answer)) and answer.model_fields_set
        if is_whole and is_nameless and phone not in given:
            yield phone, answer


def _digits(text: str | None) -> str:
    return "".join(c for c in text or "" if c.isdigit())


def _format(answer: Any) -> Found:
    if not answer.is_success:
        values = {"network_type": "", "carrier": "", "validity": _NOT_VALID}
        return Found(values, is_charged=False)
    # "unknown" in place of nothing: nothing says that there is no such number.
    kind = _word(answer.network_type, 24) or "unknown"
    carrier = _word(answer.carrier, _NAME_LENGTH)
    return Found({"network_type": kind, "carrier": carrier, "validity": _VALID})


def _rcs(answer: Any) -> Found:
    abilities = sorted({_word(ability, 40) for ability in answer.capabilities})
    values = {"rcs_capabilities": abilities, "has_rcs": bool(abilities)}
    return Found(values, is_charged=answer.is_success)


def _mnp(answer: Any) -> Found:
    price = _price(answer.price)
    if answer.code == _BAD_NUMBER:
        return _invalid({"network": "", "mccmnc": "", "is_ported": None}, price)
    if answer.mnp is None or answer.code not in (None, _OK):
        return Found(price=price, code=answer.code or 0)
    values: dict[str, object] = {
        "network": _word(answer.mnp.network, _NAME_LENGTH),
        "mccmnc": _word(answer.mnp.mccmnc, 8),
        "is_ported": answer.mnp.is_ported,
        "validity": _VALID,
    }
    if answer.mnp.network_type:
        values["network_type"] = _word(answer.mnp.network_type, 24)
    return Found(values, price=price)


def _cnam(answer: Any) -> Found:
    if answer.code == _BAD_NUMBER:
        return _invalid({"caller_name": ""}, None)
    if answer.code not in (None, _OK):
        return Found(code=answer.code)
    return Found({"caller_name": _word(answer.name, _NAME_LENGTH)})


def _hlr(answer: Any) -> Found:
    reachable = _word(answer.reachable, 16) or "unknown"
    is_bad = reachable == "bad_number"
    values = {
        "reachable": reachable,
        "validity": _NOT_VALID if is_bad else _word(answer.valid_number, 16),
        "roaming": _word(answer.roaming.status, 24),
    }
    carrier = answer.current_carrier
    if carrier.network_code and not is_bad:
        # Where the handset is at home now, which is what a message is charged by.
        values["network"] = _word(carrier.name, _NAME_LENGTH)
        values["mccmnc"] = _word(carrier.network_code, 8)
    return Found(values, is_charged=bool(_digits(answer.number)))


def _invalid(values: dict[str, object], price: Decimal | None) -> Found:
    values["validity"] = _NOT_VALID
    return Found(values, price=price, is_charged=False)


def _word(value: object, most: int) -> str:
    return str(value or "").replace("\x00", "")[:most]


def _price(value: Decimal | None) -> Decimal | None:
    if value is None or not value.is_finite() or not 0 <= value < _MAX_PRICE:
        return None
    return value.quantize(Decimal("0.00001"))


_KINDS: Final[dict[str, tuple[Callable[[Any], str], Callable[[Any], Found]]]] = {
    "format": (lambda answer: answer.international or "", _format),
    "rcs": (lambda answer: answer.international or "", _rcs),
    "mnp": (lambda answer: answer.mnp.number if answer.mnp else "", _mnp),
    "cnam": (lambda answer: answer.number or "", _cnam),
    "hlr": (lambda answer: answer.number or "", _hlr),
}
