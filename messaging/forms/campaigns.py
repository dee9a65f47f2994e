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
from contacts.models import Group
from contacts.selectors import fields as contact_fields
from messaging import text_checks
from messaging.models import Campaign
from messaging.rendering import MAX_TEXT
from seven_dashboard.errors import Refused
from seven_dashboard.formatting import number_text

MAX_RATE = 1_000


# Django's own class takes no type argument when it runs.
class GroupChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Group) -> str:
        return f"{obj.name} ({number_text(obj.member_count)})"


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
    groups = GroupChoices(
        label=_("Goes to"),
        queryset=Group.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose groups of this workspace.")},
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
        choices = self.fields["groups"]
        assert isinstance(choices, forms.ModelMultipleChoiceField)
        choices.queryset = self._groups().order_by("name")

    @classmethod
    def of(cls, campaign: Campaign) -> CampaignForm:
        """Return the form filled with a draft."""
        initial = {
            name: getattr(campaign, name)
            for name in ("name", "text", "sender", "label", "rate_per_s")
        }
        initial["groups"] = list(campaign.groups.values_list("pk", flat=True))
        return cls(initial=initial, workspace=campaign.workspace)

    @property
    def has_groups(self) -> bool:
        return self._groups().exists()

    def chosen_groups(self) -> list[UUID]:
        """Return the ids of the groups ticked so far, whether or not all is valid."""
        ticked = self["groups"].value() or []
        valid = [value for value in ticked if _is_uuid(str(value))]
        return list(self._groups().filter(pk__in=valid).values_list("pk", flat=True))

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

    def _groups(self) -> QuerySet[Group]:
        return Group.objects.filter(workspace=self.workspace)

    def require_text(self) -> bool:
        """Make errors of what a draft may lack; return whether all is well."""
        if not self.cleaned_data.get("text"):
            self.text_error = str(_("Write a text first."))
        if not self.cleaned_data.get("groups"):
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
