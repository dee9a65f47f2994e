"""One authenticated call: what an operation gets to see, and how it may answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seven_dashboard.sandbox.accounts import Account
from seven_dashboard.sandbox.http import (
    Request,
    Response,
    json_response,
    text_response,
)
from seven_dashboard.sandbox.params import Params, is_true, list_of, text_of, whole
from seven_dashboard.sandbox.world import World

if TYPE_CHECKING:
    from seven_dashboard.sandbox.reports import Reporter


@dataclass(slots=True)
class Call:
    """A request on behalf of an account, with its parameters read."""

    world: World
    reporter: Reporter
    account: Account
    request: Request
    params: Params
    path_values: tuple[str, ...] = ()
    # Reports that overtake the answer: it waits for them.
    early_reports: list[asyncio.Future[None]] = field(default_factory=list)

    @property
    def wants_json(self) -> bool:
        """Say whether JSON was asked for by ``Accept`` or ``json=1``."""
        accept = self.request.headers.get("accept", "")
        return "application/json" in accept or is_true(self.params.get("json"))

    @property
    def connection(self) -> str:
        """Return the client's tag for the journal; ``http`` when it gave none."""
        tag = self.request.headers.get("sentwith") or text_of(
            self.params.get("sentWith") or self.params.get("sendwith")
        )
        return tag[:64] or "http"

    def text(self, name: str) -> str:
        """Return a parameter as text, empty when missing."""
        return text_of(self.params.get(name))

    def texts(self, name: str) -> list[str]:
        """Return a parameter as a list, comma texts split."""
        return list_of(self.params.get(name))

    def flag(self, name: str) -> bool:
        """Say whether a switch is on."""
        return is_true(self.params.get(name))

    def number(self, name: str, *, default: int) -> int:
        """Return a parameter as a whole number."""
        return whole(self.params.get(name), default=default)

    def code(self, code: str) -> Response:
        """Answer a bare code: text, or a JSON string when JSON is wanted."""
        return json_response(code) if self.wants_json else text_response(code)


def missing(what: str) -> Response:
    """Answer that an object of a newer resource is not there (gateway.md 2.2)."""
    return json_response(
        {"code": 404, "message": f"{what} not found", "errors": []}, status=404
    )


def invalid(message: str, *, code: int = 400) -> Response:
    """Answer that the input of a newer resource is wrong (gateway.md 2.2)."""
    return json_response({"error_code": code, "error_message": message}, status=400)
