"""The form of the composer: a draft, room by room."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from messaging.forms.composer.audience import PARTS, AudienceRoom
from messaging.forms.composer.channel import ChannelRoom
from messaging.forms.composer.lists import ListsRoom, TemplateRoom
from messaging.forms.composer.message import MessageRoom, tidy
from messaging.forms.composer.pace import PaceRoom
from messaging.forms.composer.schedule import ScheduleRoom
from messaging.models import Campaign

__all__ = ["PARTS", "CampaignForm", "tidy"]


class CampaignForm(
    AudienceRoom,
    ChannelRoom,
    MessageRoom,
    PaceRoom,
    ScheduleRoom,
    ListsRoom,
    TemplateRoom,
):
    """A draft: who gets which text from whom."""

    kept: ClassVar[tuple[str, ...]] = ("name",)

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("Only you and your team see this name."),
    )

    @classmethod
    def of(cls, campaign: Campaign) -> CampaignForm:
        """Return the form filled with a draft, or as it was typed, with its errors."""
        if campaign.typed:
            form = cls(
                _typed(campaign), workspace=campaign.workspace, campaign=campaign
            )
            form.is_valid()
            return form
        return cls(
            initial=cls.filled(campaign),
            workspace=campaign.workspace,
            campaign=campaign,
        )

    def is_complete(self) -> bool:
        """Make errors of what a draft may lack; return whether all is well."""
        self.require()
        return not self.errors


def _typed(campaign: Campaign) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in campaign.typed.items():
        data.setlist(name, values)
    return data
