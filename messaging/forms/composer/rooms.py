"""What the rooms of the composer have in common."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from accounts.models import Workspace
from messaging.models import Campaign


class Room(forms.Form):
    """Some fields of a draft: one room of the composer, put together in `CampaignForm`.

    ``kept`` are the fields that are columns of `Campaign` by the same name.
    """

    kept: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        *args: Any,
        workspace: Workspace,
        campaign: Campaign | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.workspace = workspace
        # The draft as it is saved, None before its first save.
        self.campaign = campaign

    @classmethod
    def filled(cls, campaign: Campaign) -> dict[str, Any]:
        """Return the values of this room and those it is made of, from a draft."""
        values: dict[str, Any] = {}
        for room in cls.__mro__:
            for name in vars(room).get("kept", ()):
                values[name] = getattr(campaign, name)
        return values

    def require(self) -> None:
        """Add the errors of what a draft may lack but a campaign to be sent may not."""
