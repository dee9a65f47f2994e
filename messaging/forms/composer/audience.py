"""Whom a campaign goes to, and who is left out."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts.models import Group, Segment
from contacts.selectors import segments
from messaging.forms.composer.channel import ChannelChoice
from messaging.models import Campaign
from messaging.selectors import campaigns
from messaging.selectors.audience_parts import Parts, asked, listed, named
from messaging.selectors.audiences import Audience
from seven_dashboard.errors import Refused
from seven_dashboard.formatting import number_text

# The fields that say whom it goes to.
PARTS = (
    "groups",
    "segments",
    "excluded_groups",
    "excluded_segments",
    "excluded_campaigns",
)


# Django's own class takes no type argument when it runs.
class GroupChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Group) -> str:
        return f"{obj.name} ({number_text(obj.member_count)})"


class SegmentChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Segment) -> str:
        if obj.member_count is None:
            return obj.name
        count = number_text(obj.member_count)
        if not obj.is_estimated:
            return f"{obj.name} ({count})"
        return _("%(name)s (about %(count)s)") % {"name": obj.name, "count": count}


class CampaignChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Campaign) -> str:
        return obj.name


def _choice(
    kind: Any, model: Any, label: Any, sentence: Any, help_text: Any = ""
) -> Any:
    """Return a field of check boxes; a workspace's own things are filled in later."""
    return kind(
        label=label,
        queryset=model.objects.none(),
        required=False,
        help_text=help_text,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": sentence},
    )


class AudienceRoom(ChannelChoice):
    """The parts of an audience; the workspace's own things are offered."""

    groups = _choice(
        GroupChoices, Group, _("Goes to"), _("Choose groups of this workspace.")
    )
    segments = _choice(
        SegmentChoices,
        Segment,
        _("Goes to segments"),
        _("Choose segments of this workspace."),
        _("Who is in a segment is found when the campaign starts."),
    )
    excluded_groups = _choice(
        GroupChoices,
        Group,
        _("Leave out groups"),
        _("Choose groups of this workspace."),
    )
    excluded_segments = _choice(
        SegmentChoices,
        Segment,
        _("Leave out segments"),
        _("Choose segments of this workspace."),
    )
    excluded_campaigns = _choice(
        CampaignChoices,
        Campaign,
        _("Leave out whom these campaigns have reached"),
        _("Choose campaigns of this workspace."),
        _(
            "Also those whose message is still waiting or unclear. Refused and skipped "
            "ones were not reached."
        ),
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, workspace=workspace, **kwargs)
        for name, rows in self._offered().items():
            choices = self.fields[name]
            assert isinstance(choices, forms.ModelMultipleChoiceField)
            choices.queryset = rows

    @classmethod
    def filled(cls, campaign: Campaign) -> dict[str, Any]:
        values = super().filled(campaign)
        for name in PARTS:
            values[name] = list(getattr(campaign, name).values_list("pk", flat=True))
        return values

    @property
    def has_groups(self) -> bool:
        return self._offered()["groups"].exists()

    @property
    def offered(self) -> set[str]:
        """Return the parts of an audience that there is something to choose for."""
        return {name for name, rows in self._offered().items() if rows.exists()}

    @property
    def leaves_out(self) -> bool:
        """Say whether somebody is left out so far."""
        return any(self[name].value() for name in PARTS if name.startswith("excluded"))

    def audience(self) -> Audience:
        """Return whom the parts ticked so far mean, whether or not all is valid."""
        ticked = {name: self._ticked(name) for name in PARTS}
        parts = Parts(
            groups=named(ticked["groups"]),
            segments=asked(ticked["segments"]),
            excluded_groups=named(ticked["excluded_groups"]),
            excluded_segments=asked(ticked["excluded_segments"]),
            excluded_campaigns=named(ticked["excluded_campaigns"]),
            lists=listed(self.campaign) if self.campaign else (),
            spared=tuple(self.campaign.spares) if self.campaign else (),
        )
        return Audience(self.workspace, parts, self.chosen_channel())

    def _ticked(self, name: str) -> QuerySet[Any]:
        return self._offered()[name].filter(pk__in=self._values(name))

    def _values(self, name: str) -> list[str]:
        values = [str(value) for value in self[name].value() or []]
        return list(filter(_is_uuid, values))

    def clean_segments(self) -> QuerySet[Segment]:
        return self._usable("segments")

    def clean_excluded_segments(self) -> QuerySet[Segment]:
        return self._usable("excluded_segments")

    def _usable(self, name: str) -> QuerySet[Segment]:
        """Refuse a segment that is broken, before a launch does."""
        chosen: QuerySet[Segment] = self.cleaned_data[name]
        for segment in chosen:
            try:
                segments.required(self.workspace, segment.definition, name=segment.name)
            except Refused as refused:
                raise forms.ValidationError(str(refused)) from None
        return chosen

    def _offered(self) -> dict[str, QuerySet[Any]]:
        groups = Group.objects.filter(workspace=self.workspace).order_by("name")
        all_segments = Segment.objects.filter(workspace=self.workspace).order_by("name")
        return {
            "groups": groups,
            "segments": all_segments,
            "excluded_groups": groups,
            "excluded_segments": all_segments,
            "excluded_campaigns": campaigns.launched(
                self.workspace, also=self._values("excluded_campaigns")
            ),
        }

    def require(self) -> None:
        super().require()
        wanted = ("groups", "segments", "numbers")
        has_audience = any(self.cleaned_data.get(name) for name in wanted)
        if self.campaign and not has_audience:
            has_audience = self.campaign.number_lists.exists()
        if not has_audience and "segments" not in self.errors:
            self.add_error("groups", _("Choose the groups or numbers that it goes to."))


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True
