"""What every resource stands on."""

from __future__ import annotations

from seven_dashboard.gateway.parsing import Flag, GatewayModel, TextOrNone
from seven_dashboard.gateway.transport import Transport


class Resource:
    """A group of operations over one transport."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


class Done(GatewayModel):
    """The plain `success: true` of an operation; a refusal is raised instead."""

    success: Flag = True
    error: TextOrNone = None
