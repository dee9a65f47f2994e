"""Says STOP by signed webhooks and takes the time until each is in force.

In force is what a claim asks before every message: the row on the list of opt-outs.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

from django.utils import timezone

from seven_dashboard.gateway import signing

if TYPE_CHECKING:
    from accounts.models import Connection

PAUSE_S, LOOK_EVERY_S, GIVEN_UP_S = 0.3, 0.02, 60.0


def in_force_ms(
    connection: Connection, url: str, *, key: str, seconds: float
) -> list[float]:
    """Say STOP from one number after the other for so long; return milliseconds."""
    from django.db import connections

    times: list[float] = []
    began = time.monotonic()
    try:
        while time.monotonic() - began < seconds:
            times.append(_one(connection, url, key, len(times)))
            time.sleep(PAUSE_S)
    finally:
        # That of this thread.
        connections.close_all()
    return times


def _one(connection: Connection, url: str, key: str, number: int) -> float:
    from contacts.models import OptOut

    sender = f"49160{number:07d}"
    data = {"id": f"88{number:09d}", "sender": sender, "system": "4915799999999"}
    body = json.dumps(
        {
            "data": {**data, "text": "STOP"},
            "webhook_event": "sms_mo",
            "webhook_timestamp": timezone.now().isoformat(),
        }
    ).encode()
    signed = signing.signed_headers(key=key, method="POST", url=url, body=body)
    headers = {"Content-Type": "application/json", **signed}
    began = time.monotonic()
    urlopen(Request(url, data=body, headers=headers), timeout=30).close()
    listed = OptOut.objects.filter(workspace=connection.workspace, phone=f"+{sender}")
    while not listed.exists():
        if time.monotonic() - began > GIVEN_UP_S:
            raise RuntimeError(f"a STOP is not in force after {GIVEN_UP_S} s")
        time.sleep(LOOK_EVERY_S)
    return (time.monotonic() - began) * 1000
