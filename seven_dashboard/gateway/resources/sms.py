"""SMS: send, and take back what was not sent yet."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import Field

from seven_dashboard.gateway import fields
from seven_dashboard.gateway.parsing import (
    Flag,
    GatewayModel,
    Text,
    TextOrNone,
    Texts,
    Whole,
)
from seven_dashboard.gateway.receipts import Receipt, SentMessage, read_receipt
from seven_dashboard.gateway.resources.base import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsFile:
    """A file that a short link in the text leads to; `[[name]]` is its place."""

    name: str
    contents: bytes = field(repr=False)
    validity_days: int | None = None
    password: str | None = field(default=None, repr=False)


class SmsMessage(SentMessage):
    """One SMS. `encoding` is "gsm" or "ucs2"."""

    encoding: Text = ""
    parts: Whole = 0
    label: TextOrNone = None
    udh: TextOrNone = None
    is_binary: Flag = False


class SmsReceipt(Receipt[SmsMessage]):
    """The outcome of sending SMS."""

    sms_type: Text = ""


class SmsDeletion(GatewayModel):
    """The ids that were withdrawn in time; the others were sent or are unknown."""

    ids: Texts = Field(default_factory=list, alias="deleted")


class Sms(Resource):
    """Operations of /sms."""

    def send(
        self,
        *,
        to: Sequence[str],
        text: str,
        sender: str | None = None,
        foreign_id: str | None = None,
        label: str | None = None,
        delay: datetime | None = None,
        flash: bool | None = None,
        ttl: int | None = None,
        udh: str | None = None,
        performance_tracking: bool | None = None,
        files: Sequence[SmsFile] = (),
    ) -> SmsReceipt:
        """Send one text to one or more recipients; never repeated by itself.

        `ttl` is in minutes (2880 if not given). Raises a GatewayError when nothing was
        accepted; failures of single recipients stand in the receipt.
        """
        form = {
            "to": fields.joined(to),
            "text": text,
            "from": sender,
            "foreign_id": foreign_id,
            "label": label,
            "delay": fields.unix(delay),
            "flash": flash,
            "ttl": ttl,
            "udh": udh,
            "performance_tracking": performance_tracking,
            **_file_fields(files),
        }
        answer = self._transport.write("SmsDispatch", "POST", "/sms", form=form)
        return read_receipt(answer, SmsReceipt, recipients=to, text=text)

    def delete(self, ids: Sequence[str]) -> SmsDeletion:
        """Withdraw messages that wait at the gateway; return which ones it was."""
        if not ids:
            return SmsDeletion()
        form = fields.indexed("ids", ids)
        answer = self._transport.write("SmsDelete", "DELETE", "/sms", form=form)
        # {"success": false, "deleted": null} says that none was left to withdraw.
        data = answer.mapping()
        if "deleted" not in data:
            answer.fail_if_refused()
        return answer.parse(SmsDeletion, data)


def _file_fields(files: Sequence[SmsFile]) -> dict[str, object]:
    form: dict[str, object] = {}
    for index, file in enumerate(files):
        contents = base64.b64encode(file.contents).decode()
        form |= {
            f"files[{index}][name]": file.name,
            f"files[{index}][contents]": contents,
            f"files[{index}][validity]": file.validity_days,
            f"files[{index}][password]": file.password,
        }
    return form
