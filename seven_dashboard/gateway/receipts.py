"""The answer to sending something: one outcome for all, one per recipient.

SMS, voice and RCS answer alike. Recorded shapes: an envelope with `success` as a code
in a string, or lines of plain text whose first is the code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Generic, TypeVar

from pydantic import Field

from seven_dashboard.gateway.answers import Answer, detail_of
from seven_dashboard.gateway.codes import (
    ACCEPTED,
    PARTLY_ACCEPTED,
    Meaning,
    meaning_of,
)
from seven_dashboard.gateway.errors import UnclearOutcome, error_for_code
from seven_dashboard.gateway.parsing import (
    Flag,
    GatewayModel,
    MoneyOrNone,
    Sections,
    Text,
    TextOrNone,
    WholeOrNone,
    decimal_or_none,
    flag_or_none,
    whole_or_none,
)

_ID: Final = re.compile(r"[0-9]{5,20}")


class SentMessage(GatewayModel):
    """One recipient's part of the outcome.

    `price` is EUR for all its parts; None: the answer did not say, which is not free.
    """

    id: TextOrNone = None
    recipient: Text = ""
    sender: Text = ""
    text: Text = ""
    price: MoneyOrNone = None
    is_success: Flag = Field(default=False, alias="success")
    error_code: WholeOrNone = Field(default=None, alias="error")
    error_text: TextOrNone = None

    @property
    def refusal(self) -> Meaning | None:
        """Return what the refusal means, None for a message that was accepted."""
        return None if self.is_success else meaning_of(self.error_code)


MessageT = TypeVar("MessageT", bound=SentMessage)


class Receipt(GatewayModel, Generic[MessageT]):
    """The whole outcome. `code` is 100, 101, or what refused a part of it.

    `balance` is the account's credit afterwards; both amounts are EUR. An accepted
    message has no id after a trial (`is_debug`) and after an answer in plain text.
    """

    code: int
    total_price: MoneyOrNone = None
    balance: MoneyOrNone = None
    is_debug: Flag = Field(default=False, alias="debug")
    messages: Annotated[list[MessageT], Sections] = Field(default_factory=list)


ReceiptT = TypeVar("ReceiptT", bound=Receipt[Any])


def read_receipt(
    answer: Answer, kind: type[ReceiptT], *, recipients: Sequence[str], text: str
) -> ReceiptT:
    """Return the receipt, or raise if nothing was accepted at all.

    A refusal code never hides an accepted message, nor why each of several recipients
    was refused: then the receipt is returned.
    """
    if isinstance(answer.data, Mapping):
        return _from_envelope(answer, answer.data, kind, recipients, text)
    return _from_lines(answer, kind, recipients, text)


def outcome_code(value: object) -> int | None:
    """Return the code of a `success` member: "100", true, 1; None for a plain no."""
    number = whole_or_none(value)
    if number is not None and number > 1:
        return number
    return ACCEPTED if flag_or_none(value) else None


def _from_envelope(
    answer: Answer,
    data: Mapping[str, Any],
    kind: type[ReceiptT],
    recipients: Sequence[str],
    text: str,
) -> ReceiptT:
    if "success" not in data:
        raise _unreadable(answer, data)
    code = outcome_code(data["success"])
    messages = data.get("messages")
    if not messages and code == ACCEPTED:
        messages = _assumed(recipients, text)
    fields = {**data, "code": code or PARTLY_ACCEPTED, "messages": messages or []}
    receipt = answer.parse(kind, fields)
    if any(message.is_success for message in receipt.messages):
        return receipt
    if code in (ACCEPTED, PARTLY_ACCEPTED):
        return receipt
    if len(recipients) > 1 and receipt.messages:
        # The code of the whole is that of one of them; each says its own.
        return receipt
    if code is None:
        raise answer.refusal()
    detail = detail_of(data)
    raise error_for_code(code, detail=detail, operation=answer.operation)


def _unreadable(answer: Answer, data: Mapping[str, Any]) -> Exception:
    # {"code": 404, ...} and {"error_code": ..} refuse without a success member.
    if "error_code" in data or "code" in data:
        return answer.refusal()
    return UnclearOutcome(operation=answer.operation)


def _from_lines(
    answer: Answer, kind: type[ReceiptT], recipients: Sequence[str], text: str
) -> ReceiptT:
    """Read "100", an id, and either a price (voice) or labelled details (SMS)."""
    lines = answer.lines
    code = whole_or_none(lines[0]) if lines else None
    if code is None:
        raise UnclearOutcome(operation=answer.operation)
    if code not in (ACCEPTED, PARTLY_ACCEPTED):
        raise error_for_code(code, operation=answer.operation)
    rest = [line for line in lines[1:] if line]
    ids = [line for line in rest if _ID.fullmatch(line)]
    details = dict(line.split(": ", 1) for line in rest if ": " in line)
    prices = [line for line in rest if line not in ids and decimal_or_none(line)]
    total_price = details.get("Preis", prices[0] if prices else None)
    messages = _assumed(recipients, text) if code == ACCEPTED else []
    if len(ids) == len(messages) == 1:
        encoding = details.get("Encoding")
        messages[0] |= {"id": ids[0], "price": total_price, "encoding": encoding}
    fields = {
        "code": code,
        "total_price": total_price,
        "balance": details.get("Guthaben"),
        "debug": details.get("Debug"),
        "messages": messages,
    }
    return answer.parse(kind, fields)


def _assumed(recipients: Sequence[str], text: str) -> list[dict[str, Any]]:
    """Return a message without an id for each recipient of an accepted request."""
    return [
        {"recipient": recipient, "text": text, "success": True}
        for recipient in recipients
    ]
