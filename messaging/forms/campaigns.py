from __future__ import annotations

import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Connection, Workspace
from contacts.models import Group, Segment
from contacts.selectors import fields as contact_fields
from contacts.selectors import segments
from messaging import text_checks
from messaging.models import Campaign
from messaging.rendering import MAX_TEXT
from messaging.selectors import campaigns
from messaging.selectors.audience_parts import Parts, asked, named
from messaging.selectors.audiences import Audience
from seven_dashboard.errors import Refused
from seven_dashboard.formatting import number_text

MAX_RATE = 1_000
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


class CampaignForm(forms.Form):
    """A draft: who gets which text from whom.

    While drafting, a text may be unfinished; its errors are shown and the draft is kept
    (``text_error``). Sender and label are refused, because they can only be wrong.
    """

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("Only you and your team see this name."),
    )
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
    text = forms.CharField(
        label=_("Text"),
        required=False,
        strip=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 7, "spellcheck": "true"}),
    )
    sender = forms.CharField(
        label=_("Sender"),
        required=False,
        max_length=24,
        help_text=_(
            "Up to 11 letters and digits, or a number of up to 16 digits. "
            "Empty: the sender set in your seven.io account."
        ),
    )
    label = forms.CharField(
        label=_("Label"),
        required=False,
        max_length=100,
        help_text=_("Groups the cost in the gateway's own statistics."),
    )
    rate_per_s = forms.DecimalField(
        label=_("Messages a second"),
        required=False,
        min_value=Decimal("0.01"),
        max_value=MAX_RATE,
        max_digits=7,
        decimal_places=2,
        help_text=_("Empty: as fast as the account allows."),
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workspace = workspace
        self.text_error = ""
        for name, rows in self._offered().items():
            choices = self.fields[name]
            assert isinstance(choices, forms.ModelMultipleChoiceField)
            choices.queryset = rows

    @classmethod
    def of(cls, campaign: Campaign) -> CampaignForm:
        """Return the form filled with a draft."""
        initial = {
            name: getattr(campaign, name)
            for name in ("name", "text", "sender", "label", "rate_per_s")
        }
        for name in PARTS:
            chosen = getattr(campaign, name).values_list("pk", flat=True)
            initial[name] = list(chosen)
        return cls(initial=initial, workspace=campaign.workspace)

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
        )
        return Audience(self.workspace, parts)

    def _ticked(self, name: str) -> QuerySet[Any]:
        return self._offered()[name].filter(pk__in=self._values(name))

    def _values(self, name: str) -> list[str]:
        values = [str(value) for value in self[name].value() or []]
        return list(filter(_is_uuid, values))

    def typed_text(self) -> str:
        """Return the text as typed so far."""
        return tidy(str(self["text"].value() or ""))[:MAX_TEXT]

    def clean_rate_per_s(self) -> Decimal | None:
        """Refuse to be faster than the account; its pace is the owner's to raise."""
        wanted: Decimal | None = self.cleaned_data["rate_per_s"]
        connection = Connection.objects.filter(workspace=self.workspace).first()
        if wanted and connection and wanted > connection.rate_per_s:
            raise forms.ValidationError(
                _(
                    "The account sends %(rate)s messages a second. An owner can raise "
                    "that on the connection page."
                ),
                params={"rate": f"{connection.rate_per_s.normalize():f}"},
            )
        return wanted

    def clean_text(self) -> str:
        """Return the text as it is kept; what is wrong with it goes to text_error."""
        text = tidy(str(self.cleaned_data["text"]))
        known = [v.name for v in contact_fields.variables(self.workspace)]
        try:
            if text:
                text_checks.check_text(text, known=known)
        except Refused as refused:
            self.text_error = str(refused)
        return text

    def clean_sender(self) -> str:
        return _checked(text_checks.check_sender, self.cleaned_data["sender"])

    def clean_label(self) -> str:
        return _checked(text_checks.check_label, self.cleaned_data["label"])

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

    def require_text(self) -> bool:
        """Make errors of what a draft may lack; return whether all is well."""
        if not self.cleaned_data.get("text"):
            self.text_error = str(_("Write a text first."))
        has_audience = any(self.cleaned_data.get(n) for n in ("groups", "segments"))
        if not has_audience and "segments" not in self.errors:
            self.add_error("groups", _("Choose the groups that it goes to."))
        if self.text_error:
            self.add_error("text", self.text_error)
        return not self.errors


class LaunchForm(forms.Form):
    """Agreement to a cost, and a typed word where it is high.

    ``fingerprint`` names the draft and audience that the person has seen.
    """

    cost_agreed = forms.DecimalField(
        label=_("Sending stops at (EUR)"),
        min_value=0,
        max_digits=14,
        decimal_places=4,
        help_text=_("The campaign pauses before it would cost more."),
    )
    fingerprint = forms.CharField(max_length=64, widget=forms.HiddenInput)
    confirm_word = forms.CharField(required=False, max_length=40)

    def show_again(self, *, fingerprint: str, cost_bound: Decimal | None) -> None:
        """Let the next try be about what is shown now."""
        data = cast(QueryDict, self.data).copy()
        data["fingerprint"] = fingerprint
        data["cost_agreed"] = "" if cost_bound is None else str(cost_bound)
        data["confirm_word"] = ""
        self.data = data


class ResumeForm(forms.Form):
    cost_agreed = forms.DecimalField(
        label=_("Stop at (EUR)"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=4,
    )


class SettleForm(forms.Form):
    decision = forms.ChoiceField(choices=[("sent", ""), ("send_again", "")])


def tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").rstrip())


def _is_uuid(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def _checked(check: Callable[[str], str], value: str) -> str:
    try:
        return check(value)
    except Refused as refused:
        raise forms.ValidationError(str(refused), code=refused.code) from None
