"""Messages from handsets to the account, and the events they set off."""

from __future__ import annotations

import re

from seven_dashboard.sandbox import keys
from seven_dashboard.sandbox.accounts import Account
from seven_dashboard.sandbox.params import Params, is_true, text_of, whole
from seven_dashboard.sandbox.recipients import normalize
from seven_dashboard.sandbox.records import Inbound, Message
from seven_dashboard.sandbox.reports import Reporter

DEFAULT_SYSTEM = "491771783130"
_LINK = re.compile(r"https://svn\.me/\w{9}")


def receive(reporter: Reporter, account: Account, params: Params) -> dict[str, object]:
    """Take a message from a handset: journal first, then the hooks."""
    sender = text_of(params.get("from"))
    sender = normalize(sender) or sender
    if not sender:
        raise ValueError("from is missing")
    answered = _last_to(account, sender)
    system = text_of(params.get("to")) or _own_number(account, answered)
    is_rcs = text_of(params.get("channel")).upper() == "RCS"
    row = Inbound(
        id=reporter.world.next_serial(),
        account_id=account.id,
        sender=sender,
        system=normalize(system) or system,
        text=text_of(params.get("text")),
        at=reporter.world.now(),
        reply_to=str(answered.id) if answered else None,
        is_reply=answered is not None,
        channel="RCS" if is_rcs else "SMS",
    )
    account.inbound.append(row)
    reporter.world.store.put(row)
    is_twice = is_true(params.get("twice"))
    content = _content(params) if is_rcs else None
    started = _emit(reporter, account, row, is_twice=is_twice, content=content)
    return {"id": str(row.id), "deliveries": started}


def _last_to(account: Account, number: str) -> Message | None:
    sent = account.by_recipient.get(number)
    return sent[-1] if sent else None


def _own_number(account: Account, answered: Message | None) -> str:
    if answered is not None and answered.sender.isdigit():
        return answered.sender
    return next(iter(account.numbers), DEFAULT_SYSTEM)


def typing(reporter: Reporter, account: Account, params: Params) -> dict[str, object]:
    """Let a handset show that its person types an RCS message."""
    sender = normalize(text_of(params.get("from")))
    if sender is None:
        raise ValueError("from is no number")
    last = _last_to(account, sender)
    data: dict[str, object] = {
        "msg_id": str(last.id if last else reporter.world.next_serial()),
        "status": "IS_TYPING",
        "sender": sender,
        "agent_id": account.profile.agent_id,
        "foreign_id": None,
        "timestamp": int(reporter.world.now()),
    }
    subject = account.profile.agent_id
    started = reporter.webhooks.emit(account, "rcs", data, subject=subject)
    return {"deliveries": len(started)}


def _content(params: Params) -> tuple[str, object] | None:
    """Return what an RCS message holds instead of words: its type and its text."""
    uri, latitude = text_of(params.get("file")), text_of(params.get("latitude"))
    if uri:
        payload = {
            "mimeType": text_of(params.get("mime")) or "image/jpeg",
            "fileSizeBytes": whole(params.get("size"), default=2048),
            "fileName": text_of(params.get("name")) or uri.rpartition("/")[2],
            "fileUri": uri,
        }
        return "user_file", {"payload": payload}
    if latitude:
        place = {
            "latitude": float(latitude),
            "longitude": float(text_of(params.get("longitude")) or 0),
        }
        return "location", place
    return None


def _emit(
    reporter: Reporter,
    account: Account,
    row: Inbound,
    *,
    is_twice: bool,
    content: tuple[str, object] | None,
) -> int:
    if row.channel == "RCS":
        content_type, text = content or ("text", row.text)
        data: dict[str, object] = {
            "id": row.id,
            "sender": row.sender,
            "time": int(row.at),
            "message_type": "RCS",
            "content_type": content_type,
            "text": text,
            "agent_id": account.profile.agent_id,
        }
        subject, event = account.profile.agent_id, "rcs"
    else:
        data = {
            "id": str(row.id),
            "sender": row.sender,
            "system": row.system,
            "text": row.text,
            "time": str(int(row.at)),
            "message_type": "SMS",
        }
        subject, event = row.system, "sms_mo"
    started = reporter.webhooks.emit(
        account, event, data, subject=subject, is_twice=is_twice
    )
    return len(started)


def call_in(reporter: Reporter, account: Account, params: Params) -> dict[str, object]:
    """Let somebody call one of the account's numbers, pressing ``digit`` if given."""
    caller = normalize(text_of(params.get("from")))
    if caller is None:
        raise ValueError("from is no number")
    system = normalize(text_of(params.get("to"))) or _own_number(account, None)
    serial, now = reporter.world.next_serial(), int(reporter.world.now())
    data: dict[str, object] = {
        "id": serial,
        "caller": caller,
        "system": system,
        "time": now,
    }
    started = reporter.webhooks.emit(account, "voice_call", data, subject=system)
    digit = text_of(params.get("digit"))
    if digit:
        started += reporter.webhooks.emit(
            account,
            "voice_dtmf",
            keys.data(
                call_id=serial,
                caller=caller,
                recipient=system,
                system=system,
                key=digit,
                at=now,
            ),
        )
    return {"id": serial, "deliveries": len(started)}


def click(reporter: Reporter, account: Account, params: Params) -> dict[str, object]:
    """Let a person follow the tracked link of a message."""
    text = text_of(params.get("id"))
    message = account.by_id.get(int(text)) if text.isdecimal() else None
    link = _LINK.search(message.text) if message is not None else None
    if message is None or link is None:
        raise ValueError("no message with a tracked link has this id")
    message.clicks += 1
    reporter.world.store.put(message)
    data: dict[str, object] = {
        "type": "click",
        "sms_id": text,
        "sms_label": message.label,
        "final_url": message.final_url or link.group(),
        "tracking_url": link.group(),
        "total_clicks": message.clicks,
        "total_views": message.clicks,
    }
    started = reporter.webhooks.emit(account, "tracking", data)
    return {"clicks": message.clicks, "deliveries": len(started)}
