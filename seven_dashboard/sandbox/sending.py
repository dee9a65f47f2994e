"""Accepting messages: checks, price, credit, reload lock, and the record of it."""

from __future__ import annotations

import re
import secrets
import string
from dataclasses import dataclass

from seven_dashboard.sandbox.accounts import text_key_of
from seven_dashboard.sandbox.call import Call
from seven_dashboard.sandbox.clock import read_delay
from seven_dashboard.sandbox.encoding import Measure, measure
from seven_dashboard.sandbox.pricing import country_of, network_of
from seven_dashboard.sandbox.recipients import normalize
from seven_dashboard.sandbox.records import Message

ERROR_TEXTS = {
    "202": "The recipient number is invalid.",
    "402": "The same text was sent to this number within the last 180 seconds.",
    "403": "The daily limit for this recipient is reached.",
    "500": "The credit of the account is too low.",
    "600": "The carrier did not take the message.",
}
MAX_FOREIGN_ID, MAX_LABEL = 64, 100

_TAG = re.compile(r"[A-Za-z0-9.\-_@]*")
_SENDER = re.compile(r"[A-Za-z0-9/ .\-@_!()+$,&]{1,11}|\+?[0-9]{1,16}")
_URL = re.compile(r"https?://[^\s]+")
_SHORT_LINK = "https://svn.me/"
_LINK_LETTERS = string.ascii_letters + string.digits
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")


@dataclass(slots=True)
class Draft:
    """What a request asks to send, before its recipients are looked at."""

    text: str
    sender: str
    measure: Measure
    send_at: float
    channel: str = "SMS"
    label: str | None = None
    foreign_id: str | None = None
    udh: str | None = None
    fallback: str | None = None
    is_binary: bool = False
    is_tracked: bool = False
    final_url: str | None = None
    is_debug: bool = False
    ignores_lock: bool = False


@dataclass(slots=True)
class Outcome:
    """What became of one recipient: an accepted message, or a code."""

    recipient: str
    price: float = 0.0
    code: str = ""
    message: Message | None = None


def tag_error(call: Call) -> str:
    """Return the code of a bad sender, foreign id or label, else nothing.

    801 and 802 for the latter two are our reading of contradicting sources.
    """
    sender = call.text("from")
    if sender and not _SENDER.fullmatch(sender):
        return "201"
    foreign_id, label = call.text("foreign_id"), call.text("label")
    if len(foreign_id) > MAX_FOREIGN_ID or not _TAG.fullmatch(foreign_id):
        return "801"
    if len(label) > MAX_LABEL or not _TAG.fullmatch(label):
        return "802"
    return ""


def draft_sms(call: Call) -> Draft:
    """Read the parameters of an SMS."""
    now = call.world.now()
    text, final_url = _with_links(call)
    udh = call.text("udh") or None
    # Text beside a header is no binary message (gateway.md 3.1).
    is_binary = udh is not None and _HEX.fullmatch(text) is not None
    return Draft(
        text=text,
        sender=call.text("from") or call.account.profile.sender,
        measure=measure(text),
        send_at=read_delay(call.params.get("delay"), now=now),
        label=call.text("label") or None,
        foreign_id=call.text("foreign_id") or None,
        udh=udh,
        is_binary=is_binary,
        is_tracked=call.flag("performance_tracking"),
        final_url=final_url,
        is_debug=call.account.profile.is_debug or call.flag("debug"),
        ignores_lock=call.flag("no_reload"),
    )


def _with_links(call: Call) -> tuple[str, str | None]:
    """Return the text with short links, and the first address that one hides."""
    text = call.text("text")
    files = call.params.get("files")
    for item in files if isinstance(files, list) else []:
        if isinstance(item, dict) and item.get("name"):
            text = text.replace(f"[[{item['name']}]]", short_link())
    if not call.flag("performance_tracking"):
        return text, None
    found = _URL.search(text)
    tracked = _URL.sub(lambda _: short_link(), text)
    return tracked, found.group() if found else None


def short_link() -> str:
    """Return a short address as the gateway puts into texts."""
    return _SHORT_LINK + "".join(secrets.choice(_LINK_LETTERS) for _ in range(9))


def send_all(call: Call, draft: Draft, entries: list[str]) -> list[Outcome]:
    """Try every recipient of a request and start the reports of the accepted."""
    account = call.account
    text_key = text_key_of(draft.text)
    outcomes = [_send_one(call, draft, entry, text_key=text_key) for entry in entries]
    if account.pending_eur:
        call.world.charge(account, account.pending_eur)
        account.pending_eur = 0.0
    for outcome in outcomes:
        if outcome.message is not None:
            call.reporter.start_or_overtake(call, outcome.message)
    return outcomes


def _send_one(call: Call, draft: Draft, entry: str, *, text_key: str) -> Outcome:
    digits = normalize(entry)
    if digits is None:
        return Outcome(entry, code="202")
    fate = call.reporter.fate(call.account, digits)
    if fate.code:
        return Outcome(digits, code=fate.code)
    if draft.is_debug:
        return Outcome(digits)
    account, now = call.account, call.world.now()
    lock = (digits, text_key)
    if not draft.ignores_lock and account.reload_locks.get(lock, 0) > now:
        return Outcome(digits, code="402")
    message = _message(call, draft, digits)
    # Every message of a request is charged at its end, hence the running sum.
    if account.pending_eur + message.price > account.profile.balance + 1e-9:
        return Outcome(digits, code="500")
    account.pending_eur += message.price
    account.lock(digits, text_key, at=now)
    account.add_message(message)
    call.world.store.put(message)
    return Outcome(digits, price=message.price, message=message)


def _message(call: Call, draft: Draft, digits: str) -> Message:
    country = country_of(digits)
    network = network_of(digits, country) if country else None
    is_sms = draft.channel == "SMS"
    part_price = network.price if network and is_sms else 0.0
    parts = draft.measure.parts if is_sms else 0
    return Message(
        id=call.world.next_message_id(),
        account_id=call.account.id,
        sender=draft.sender,
        recipient=digits,
        text=draft.text,
        encoding=draft.measure.encoding,
        parts=parts,
        price=round(parts * part_price, 4),
        created_at=call.world.now(),
        send_at=_slot(call, draft.send_at),
        channel=draft.channel,
        label=draft.label,
        foreign_id=draft.foreign_id,
        udh=draft.udh,
        is_binary=draft.is_binary,
        fallback=draft.fallback,
        connection=call.connection,
        mccmnc=network.mccmnc if network else None,
        is_tracked=draft.is_tracked,
        final_url=draft.final_url,
    )


def _slot(call: Call, send_at: float) -> float:
    """Return when a message leaves; the surplus over the throughput waits in line."""
    rate = call.account.profile.throughput_per_s
    if rate is None:
        rate = call.world.options.throughput_per_s
    if rate <= 0:
        return send_at
    slot = max(send_at, call.account.next_slot_at)
    call.account.next_slot_at = slot + 1 / rate
    return slot
