"""Delivery status of single messages, up to 30 days back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pydantic import AliasChoices, Field

from seven_dashboard.gateway import fields
from seven_dashboard.gateway.answers import Answer
from seven_dashboard.gateway.parsing import GatewayModel, MomentOrNone, Text, TextOrNone
from seven_dashboard.gateway.resources.base import Resource

# /status answers an id it does not know with a bare 600 (recorded in 2023).
_UNKNOWN_ID: Final = 600


class MessageStatus(GatewayModel):
    """The latest report of one message; `status` is None while there is none."""

    id: Text
    status: TextOrNone = None
    status_at: MomentOrNone = Field(
        default=None, validation_alias=AliasChoices("status_time", "statusTime")
    )


class Status(Resource):
    """Operations of /status."""

    def get(self, ids: Sequence[str]) -> list[MessageStatus]:
        """Return the status of the messages the gateway still knows."""
        if not ids:
            return []
        query = {"msg_id": fields.joined(ids)}
        answer = self._transport.read("Status", "/status", query=query)
        if isinstance(answer.data, list):
            rows = [row for item in answer.data for row in _flat(item)]
            return [answer.parse(MessageStatus, row) for row in rows]
        if answer.bare_code == _UNKNOWN_ID:
            return []
        return [_from_lines(answer, ids[0])]


def _flat(item: object) -> list[object]:
    """Return the rows of one entry: the specification nests them once more."""
    return item if isinstance(item, list) else [item]


def _from_lines(answer: Answer, message_id: str) -> MessageStatus:
    lines = answer.lines
    if not lines or answer.bare_code is not None or not lines[0].isupper():
        answer.refuse()
    reported_at = lines[1] if len(lines) > 1 else None
    row = {"id": message_id, "status": lines[0], "status_time": reported_at}
    return answer.parse(MessageStatus, row)
