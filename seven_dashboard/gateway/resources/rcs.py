"""RCS: send, revoke, and show the person that we read or type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from seven_dashboard.gateway import fields
from seven_dashboard.gateway.parsing import GatewayModel, Listed, Text, TextOrNone
from seven_dashboard.gateway.receipts import Receipt, read_receipt
from seven_dashboard.gateway.resources.base import Done, Resource
from seven_dashboard.gateway.resources.sms import SmsMessage


class RcsEvent(StrEnum):
    """What the person can be shown."""

    IS_TYPING = "IS_TYPING"
    READ = "READ"


class RcsMessage(SmsMessage):
    """One RCS message; parts and price are 0 when sent, because it is billed later."""

    channel: Text = "RCS"
    fallback: TextOrNone = None


class RcsReceipt(Receipt[RcsMessage]):
    """The outcome of sending RCS."""


class Agent(GatewayModel):
    """Who RCS messages can come from."""

    id: Text
    name: Text = Field(default="", alias="display_name")
    status: Text = ""

    @property
    def can_send(self) -> bool:
        """Say that it may write to people, or to testers; an odd word forbids nothing.

        Seen are test, pending, launched, wait, approved and denied.
        """
        return self.status.lower() not in ("pending", "wait", "denied")


class _Agents(GatewayModel):
    agents: Annotated[list[Agent], Listed]


class Rcs(Resource):
    """Operations of /rcs."""

    def agents(self) -> list[Agent]:
        """Return the account's agents.

        Newer than the specification (gateway.md 3.4): an older gateway has no such
        route, and the call raises NotFound.
        """
        return self._transport.read("RcsAgents", "/rcs/agents").one(_Agents).agents

    def send(
        self,
        *,
        to: str,
        content: str | Mapping[str, Any],
        agent_id: str | None = None,
        fallback: str | Mapping[str, Any] | None = None,
        foreign_id: str | None = None,
        label: str | None = None,
        delay: datetime | None = None,
        ttl: int | None = None,
        performance_tracking: bool | None = None,
    ) -> RcsReceipt:
        """Send a text, or a card, carousel or file as an object; never repeated.

        `fallback` is "sms", "webview", or an object with a text and sender of its own.
        Without `agent_id` the account's first agent sends. `ttl` is in minutes.
        """
        text = _written(content)
        form = {
            "to": fields.joined([to]),
            "text": text,
            "from": agent_id,
            "fallback": None if fallback is None else _written(fallback),
            "foreign_id": foreign_id,
            "label": label,
            "delay": fields.unix(delay),
            "ttl": ttl,
            "performance_tracking": performance_tracking,
        }
        answer = self._transport.write(
            "RcsDispatch", "POST", "/rcs/messages", form=form
        )
        return read_receipt(answer, RcsReceipt, recipients=[to], text=text)

    def delete(self, message_id: str) -> None:
        """Revoke a message that was not delivered yet."""
        path = f"/rcs/messages/{fields.segment(message_id)}"
        self._transport.write("RcsDelete", "DELETE", path).one(Done)

    def send_event(
        self,
        event: RcsEvent | str,
        *,
        to: str | None = None,
        message_id: str | None = None,
        agent_id: str | None = None,
    ) -> None:
        """Show that we type or have read; without an id, the message received last."""
        form = {"event": event, "to": to, "msg_id": message_id, "from": agent_id}
        answer = self._transport.write("RcsEvent", "POST", "/rcs/events", form=form)
        answer.one(Done)


def _written(content: str | Mapping[str, Any]) -> str:
    if isinstance(content, str):
        return content
    return json.dumps(content, ensure_ascii=False)
