"""Calls that read a text aloud, and the proof that a number is ours to call from."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import AliasChoices, Field

from seven_dashboard.gateway import fields
from seven_dashboard.gateway.parsing import Flag, GatewayModel, Text, TextOrNone
from seven_dashboard.gateway.receipts import Receipt, SentMessage, read_receipt
from seven_dashboard.gateway.resources.base import Done, Resource


class VoiceMessage(SentMessage):
    """One call; `id` is what `hang_up` takes."""


class VoiceReceipt(Receipt[VoiceMessage]):
    """The outcome of placing calls."""


class NumberValidation(GatewayModel):
    """How far the proof has come; a number that cannot be proved is no error.

    `code` is what the called person has to type on the phone; with `is_valid` the
    number is proved already.
    """

    is_success: Flag = Field(default=False, alias="success")
    is_valid: Flag = Field(default=False, alias="voice")
    code: TextOrNone = None
    id: TextOrNone = None
    number: Text = Field(default="", validation_alias=AliasChoices("sender", "number"))
    formatted: TextOrNone = Field(default=None, alias="formatted_output")
    message: TextOrNone = Field(default=None, alias="error")


class Voice(Resource):
    """Operations of /voice and /validate_for_voice."""

    def send(
        self,
        *,
        to: Sequence[str],
        text: str,
        sender: str | None = None,
        ringtime_s: int | None = None,
        foreign_id: str | None = None,
    ) -> VoiceReceipt:
        """Call one or more recipients; never repeated by itself.

        `text` is plain, SSML or TwiML; `ringtime_s` 5 to 60.
        """
        form = {
            "to": fields.joined(to),
            "text": text,
            "from": sender,
            "ringtime": ringtime_s,
            "foreign_id": foreign_id,
        }
        answer = self._transport.write("VoiceDispatch", "POST", "/voice", form=form)
        return read_receipt(answer, VoiceReceipt, recipients=to, text=text)

    def hang_up(self, call_id: str | int) -> None:
        """End a running call; a call that is not running raises InvalidRequest."""
        path = f"/voice/{fields.segment(call_id)}/hangup"
        self._transport.write("VoiceCallEnd", "POST", path).one(Done)

    def validate_number(
        self, number: str, *, callback_url: str | None = None
    ) -> NumberValidation:
        """Have the gateway call `number`, to prove that calls may come from it."""
        form = {"number": number, "callback": callback_url}
        answer = self._transport.write(
            "ValidateForVoice", "POST", "/validate_for_voice", form=form
        )
        return answer.parse(NumberValidation, answer.mapping())
