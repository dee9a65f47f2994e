"""Renting numbers (gateway.md 3.9)."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers

from seven_dashboard.sandbox.call import Call, missing
from seven_dashboard.sandbox.clock import stamp
from seven_dashboard.sandbox.http import Response, json_response
from seven_dashboard.sandbox.params import is_true, text_of
from seven_dashboard.sandbox.records import ActiveNumber
from seven_dashboard.sandbox.routing import operation

_PERIOD_S = {"monthly": 30 * 86_400, "annually": 365 * 86_400}
_DEFAULT_INTERVAL = "annually"
_PER_COUNTRY = 6


@dataclass(frozen=True, slots=True)
class Offer:
    """What numbers of a country cost and can do."""

    country: str
    first: int
    step: int
    monthly_eur: float
    setup_eur: float
    has_voice: bool
    has_a2p: bool

    def charge(self, interval: str) -> tuple[float, float]:
        """Return basic charge and setup fee for an interval in EUR."""
        if interval == "monthly":
            return self.monthly_eur, self.setup_eur
        return round(self.monthly_eur * 8, 2), round(self.setup_eur / 2, 2)

    def features(self) -> dict[str, bool]:
        """Return what the numbers can do."""
        return {"sms": True, "a2p_sms": self.has_a2p, "voice": self.has_voice}


_OFFERS = {
    offer.country: offer
    for offer in (
        Offer("DE", 4915735980100, 117, 9.9, 19.9, False, True),
        Offer("AT", 436703080100, 113, 14.9, 19.9, False, True),
        Offer("CH", 41797990100, 111, 19.9, 29.9, True, False),
        Offer("DK", 4523854800, 18, 29.9, 19.9, True, True),
        Offer("FR", 33644630100, 127, 12.9, 19.9, True, False),
        Offer("GB", 447873070100, 131, 4.9, 9.9, True, True),
        Offer("NL", 3197010240100, 119, 11.9, 9.9, False, True),
        Offer("PL", 48732050100, 109, 8.9, 9.9, True, True),
        Offer("SE", 46726400100, 107, 7.9, 9.9, True, True),
        Offer("US", 12015550100, 13, 2.9, 0.0, True, False),
    )
}


def _numbers(offer: Offer) -> list[str]:
    return [str(offer.first + n * offer.step) for n in range(_PER_COUNTRY)]


def _is_taken(call: Call, number: str) -> bool:
    return any(number in account.numbers for account in call.world.accounts.values())


def _offer_json(offer: Offer, number: str) -> dict[str, object]:
    monthly, setup = offer.charge("monthly")
    annually, setup_annually = offer.charge("annually")
    shown = phonenumbers.format_number(
        phonenumbers.parse("+" + number), phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return {
        "country": offer.country,
        "number": number,
        "number_parsed": shown,
        "fees": {
            "monthly": {"basic_charge": monthly, "setup": setup},
            "annually": {"basic_charge": annually, "setup": setup_annually},
            "sms_mo": 0,
            "voice_mo": 0.01 if offer.has_voice else 0,
        },
        "features": offer.features(),
    }


@operation("GET", "/numbers/available", scope="numbers")
def available(call: Call) -> Response:
    """List numbers for rent, by country and features."""
    country = call.text("country").upper()
    wanted = {
        name
        for name in ("sms", "a2p_sms", "voice")
        if is_true(call.params.get(f"features_{name}"))
    }
    rows = [
        _offer_json(offer, number)
        for offer in _OFFERS.values()
        if country in ("", "UNDEFINED", offer.country)
        and all(offer.features()[name] for name in wanted)
        for number in _numbers(offer)
        if not _is_taken(call, number)
    ]
    return json_response({"availableNumbers": rows})


@operation("POST", "/numbers/order", scope="numbers")
def order(call: Call) -> Response:
    """Rent a number."""
    number = call.text("number").lstrip("+")
    interval = call.text("payment_interval") or _DEFAULT_INTERVAL
    offer = next((o for o in _OFFERS.values() if number in _numbers(o)), None)
    if offer is None or _is_taken(call, number):
        return json_response({"success": False, "error": "Number not available"})
    if interval not in _PERIOD_S:
        return json_response({"success": False, "error": "Invalid payment interval"})
    price = round(sum(offer.charge(interval)), 2)
    if price > call.account.profile.balance:
        return json_response({"success": False, "error": "Not enough credits"})
    call.world.charge(call.account, price)
    rented = ActiveNumber(
        number, call.account.id, offer.country, interval, call.world.now()
    )
    call.account.numbers[number] = rented
    call.world.store.put(rented)
    return json_response({"error": None, "success": True})


def active_json(rented: ActiveNumber) -> dict[str, object]:
    """Return a rented number as the gateway spells it."""
    offer = _OFFERS[rented.country]
    charge, setup = offer.charge(rented.payment_interval)
    forward: dict[str, object] = {
        "sms": {"number": rented.sms_forward, "enabled": bool(rented.sms_forward)},
        "email": {
            "address": rented.email_forward,
            "enabled": bool(rented.email_forward),
        },
    }
    if rented.slack_forward:
        # One is a text, as specified; several are a list, as with numbers.
        several = len(rented.slack_forward) > 1
        uri = rented.slack_forward if several else rented.slack_forward[0]
        forward["slack"] = {"uri": uri, "enabled": True}
    expires_at = rented.expires_at
    return {
        "country": rented.country,
        "number": rented.id,
        "friendly_name": rented.friendly_name,
        "billing": {
            "fees": {
                "setup": setup,
                "basic_charge": charge,
                "sms_mo": 0,
                "voice_mo": 0,
            },
            "payment_interval": rented.payment_interval,
        },
        "features": offer.features(),
        "forward_sms_mo": forward,
        "expires": stamp(expires_at) if expires_at is not None else None,
        "created": stamp(rented.created_at),
    }


@operation("GET", "/numbers/active", scope="numbers")
def active(call: Call) -> Response:
    """List the rented numbers."""
    _end_expired(call)
    rows = [active_json(rented) for rented in call.account.numbers.values()]
    return json_response({"activeNumbers": rows})


def _end_expired(call: Call) -> None:
    for rented in list(call.account.numbers.values()):
        if rented.expires_at is not None and rented.expires_at <= call.world.now():
            _end(call, rented)


def _end(call: Call, rented: ActiveNumber) -> None:
    del call.account.numbers[rented.id]
    call.world.store.delete(rented)


def _find(call: Call) -> ActiveNumber | None:
    _end_expired(call)
    return call.account.numbers.get(call.path_values[0].lstrip("+"))


@operation("GET", "/numbers/active/{number}", scope="numbers")
def show(call: Call) -> Response:
    """Answer one rented number."""
    rented = _find(call)
    return missing("Number") if rented is None else json_response(active_json(rented))


@operation("PATCH", "/numbers/active/{number}", scope="numbers")
def update(call: Call) -> Response:
    """Change name and forwarding; a given list replaces the present one."""
    rented = _find(call)
    if rented is None:
        return missing("Number")
    if "friendly_name" in call.params:
        rented.friendly_name = text_of(call.params["friendly_name"])
    for name in ("sms_forward", "email_forward", "slack_forward"):
        if name in call.params:
            setattr(rented, name, call.texts(name))
    call.world.store.put(rented)
    return json_response(active_json(rented))


@operation("DELETE", "/numbers/active/{number}", scope="numbers")
def delete(call: Call) -> Response:
    """End the rent now, or at the end of the paid period."""
    rented = _find(call)
    if rented is None:
        return missing("Number")
    if call.flag("delete_immediately"):
        _end(call, rented)
    else:
        period_s = _PERIOD_S[rented.payment_interval]
        elapsed = call.world.now() - rented.created_at
        rented.expires_at = rented.created_at + (elapsed // period_s + 1) * period_s
        call.world.store.put(rented)
    return json_response({"success": True})
