"""What the frame of every page needs: ``ui`` in each template."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import HttpRequest

from seven_dashboard import navigation
from seven_dashboard.navigation import Entry

THEMES = ("light", "dark", "auto")
THEME_COOKIE = "theme"
FOLD_COOKIE = "side"


class Frame:
    """Facts of the frame, each worked out when a template first asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def theme(self) -> str:
        """The chosen theme; "auto" follows the system."""
        chosen = self._request.COOKIES.get(THEME_COOKIE, "auto")
        return chosen if chosen in THEMES else "auto"

    @cached_property
    def is_folded(self) -> bool:
        return self._request.COOKIES.get(FOLD_COOKIE) == "folded"

    @cached_property
    def nav(self) -> list[Entry]:
        """Pages of the side navigation, the shown one marked."""
        match = self._request.resolver_match
        current = match.view_name if match else ""
        counts = {"messaging:inbox": int(self.account.get("unread") or 0)}
        return navigation.entries(navigation.PAGES, current=current, counts=counts)

    @cached_property
    def bottom(self) -> list[Entry]:
        return [entry for entry in self.nav if entry.is_in_bottom_bar][:5]

    @cached_property
    def account(self) -> dict[str, Any]:
        """Return workspace, balance and sandbox facts of a signed-in person."""
        membership = getattr(self._request, "membership", None)
        # The membership is lazy: only its truth tells whether there is one.
        return _facts(membership) if membership else {}


def _facts(membership: Any) -> dict[str, Any]:
    workspace = membership.workspace
    connection = getattr(workspace, "connection", None)
    return {
        "workspace": workspace,
        "role": membership.get_role_display(),
        "connection": connection,
        "is_sandbox": bool(getattr(connection, "is_sandbox", False)),
        "balance": getattr(connection, "balance", None),
        "balance_as_of": getattr(connection, "balance_as_of", None),
        "days_left": getattr(connection, "days_left", None),
    }


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Offer ``ui`` to every template; nothing is queried before it is shown."""
    return {"ui": Frame(request)}
