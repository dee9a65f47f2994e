"""What every resource stands on."""

from __future__ import annotations

from typing import Literal

from pydantic import field_validator

from seven_dashboard.gateway.parsing import (
    Flag,
    GatewayModel,
    TextOrNone,
    flag_or_none,
)
from seven_dashboard.gateway.transport import Transport


class Resource:
    """A group of operations over one transport."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class Confirmed(GatewayModel):
    """An explicit `success: true`, where anything less must not count as done."""

    success: Literal[True]

    @field_validator("success", mode="before")
    @classmethod
    def _read(cls, value: object) -> bool | None:
        return flag_or_none(value)


class Done(GatewayModel):
    """The plain `success: true` of an operation; a refusal is raised instead."""

    success: Flag = True
    error: TextOrNone = None
