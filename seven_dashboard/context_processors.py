"""What the frame of every page needs: ``ui`` in each template."""

from __future__ import annotations

from functools import cached_property

from django.http import HttpRequest

from accounts.selectors.frame import FrameFacts, for_request
from messaging.selectors import boxes
from seven_dashboard import navigation
from seven_dashboard.navigation import Entry, Shown

THEMES = ("light", "dark", "auto")
THEME_COOKIE = "theme"
FOLD_COOKIE = "side"
INBOX = "messaging:inbox"


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
    def shown(self) -> Shown:
        """For whom and where the navigation is drawn."""
        match = self._request.resolver_match
        return Shown(
            role=self.account.get("role", ""),
            current=match.view_name if match else "",
            counts=self.counts,
        )

    @cached_property
    def counts(self) -> dict[str, int]:
        """What waits on a page, by its URL name."""
        workspace = self.account.get("workspace")
        return {INBOX: boxes.unread(workspace)} if workspace else {}

    @cached_property
    def nav(self) -> list[Entry]:
        """Pages of the side navigation, the shown one marked."""
        return navigation.entries(navigation.PAGES, self.shown)

    @cached_property
    def bottom(self) -> list[Entry]:
        """Up to five pages for the bar of narrow screens."""
        return [entry for entry in self.nav if entry.is_in_bottom_bar][:5]

    @cached_property
    def account(self) -> FrameFacts:
        """Workspace, balance and connection facts of a signed-in person."""
        # Error pages are also drawn for requests that never met the sessions.
        return for_request(self._request) if hasattr(self._request, "user") else {}


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Offer ``ui`` to every template; nothing is queried before it is shown."""
    return {"ui": Frame(request)}
