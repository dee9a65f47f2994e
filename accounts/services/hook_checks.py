"""Check that events reach us: post one to our own public address, and see it arrive.

The gateway has no operation that sends a test event. What can go wrong on our side lies
on the way of a post of our own all the same: the name, the proxy before us, PUBLIC_URL,
the signature over it, the letterbox, the report desk. That the gateway knows our
address is in its list of hooks.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import timezone

from accounts import own_address
from accounts.addresses import webhook_url
from accounts.fields import UnreadableSecret
from accounts.models import Connection, HookCheck, User
from accounts.services import audit
from seven_dashboard.gateway import signing

EVENT: Final = "dashboard_test"
TIMEOUT_S: Final = 10.0
State = HookCheck.State


def begin(*, connection: Connection, actor: User | None) -> HookCheck:
    """Note that a test event is wanted; `post` sends it."""
    audit.record(workspace=connection.workspace, actor=actor, action="hook.check")
    return HookCheck.objects.create(connection=connection)


def post(check_id: UUID) -> str:
    """Send the test event of a check that was not sent yet; return its state."""
    now = timezone.now()
    claimed = HookCheck.objects.filter(pk=check_id, state=State.ASKED).update(
        state=State.POSTED, posted_at=now
    )
    check = HookCheck.objects.select_related("connection").filter(pk=check_id).first()
    if not claimed or check is None:
        return "gone"
    try:
        key = check.connection.key_holder.signing_key.reveal()
    except UnreadableSecret:
        key = ""
    if not key:
        return _fail(check, reason="no_signing_key")
    return _post(check, key, now)


def arrived(envelope: Mapping[str, object], *, at: datetime) -> None:
    """Note that the test event with this envelope has come in at a moment."""
    data = envelope.get("data")
    code = data.get("code") if isinstance(data, Mapping) else None
    if not isinstance(code, str):
        return
    HookCheck.objects.filter(code=code[:32]).exclude(state=State.ARRIVED).update(
        state=State.ARRIVED, arrived_at=at, reason=""
    )


def _post(check: HookCheck, key: str, now: datetime) -> str:
    url = webhook_url(check.connection)
    body = json.dumps(
        {
            "data": {"code": check.code},
            "webhook_event": EVENT,
            "webhook_timestamp": now.isoformat(timespec="seconds"),
        }
    ).encode()
    headers = {
        "Content-Type": "application/json",
        **signing.signed_headers(key=key, method="POST", url=url, body=body),
    }
    answer = own_address.post(url, headers=headers, body=body, timeout_s=TIMEOUT_S)
    if answer.status is None:
        return _fail(check, reason=answer.reason)
    if answer.status != 200:
        return _fail(check, reason="status", status=answer.status)
    HookCheck.objects.filter(pk=check.pk).update(status=answer.status)
    return State.POSTED.value


def _fail(check: HookCheck, *, reason: str, status: int | None = None) -> str:
    # What has arrived meanwhile has arrived.
    HookCheck.objects.filter(pk=check.pk, state=State.POSTED).update(
        state=State.FAILED, reason=reason[:24], status=status
    )
    return State.FAILED.value
