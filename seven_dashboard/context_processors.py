"""What the frame of every page needs: ``ui`` in each template."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import Connection, Membership
from seven_dashboard import env, navigation
from seven_dashboard.navigation import Entry, Shown

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
    def shown(self) -> Shown:
        """For whom and where the navigation is drawn."""
        match = self._request.resolver_match
        unread = int(self.account.get("unread") or 0)
        return Shown(
            role=self.account.get("role", ""),
            current=match.view_name if match else "",
            counts={"messaging:inbox": unread},
        )

    @cached_property
    def nav(self) -> list[Entry]:
        """Pages of the side navigation, the shown one marked."""
        return navigation.entries(navigation.PAGES, self.shown)

    @cached_property
    def bottom(self) -> list[Entry]:
        """Up to five pages for the bar of narrow screens."""
        return [entry for entry in self.nav if entry.is_in_bottom_bar][:5]

    @cached_property
    def account(self) -> dict[str, Any]:
        """Workspace, balance and connection facts of a signed-in person."""
        membership = getattr(self._request, "membership", None)
        # The membership is lazy: only its truth tells whether there is one.
        return _facts(membership) if membership else {}


def _facts(membership: Membership) -> dict[str, Any]:
    workspace = membership.workspace
    facts: dict[str, Any] = {
        "workspace": workspace,
        "role": membership.role,
        "role_label": membership.get_role_display(),
        "is_sandbox": settings.SEVEN_BASE_URL != env.REAL_GATEWAY_URL,
    }
    try:
        connection = workspace.connection
    except ObjectDoesNotExist:
        return facts
    if connection.state == Connection.State.BROKEN:
        facts["trouble"] = _("The gateway does not accept the key of this workspace.")
    return {
        **facts,
        "balance": connection.balance,
        "currency": connection.currency,
        "balance_at": connection.balance_at,
    }


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Offer ``ui`` to every template; nothing is queried before it is shown."""
    return {"ui": Frame(request)}
