from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts import countries
from accounts.models import Workspace
from contacts import sentences
from contacts.forms.number import NumberField
from contacts.models import Channel, OptOut, OptOutList
from contacts.opt_out_columns import PHONE, REASON, SINCE
from contacts.reading.tables import Layout

CHANNELS = [("", _("All channels")), *Channel.choices]
ACCEPTED = ".csv,.tsv,.txt,.tab,.xlsx,.xlsm,.xlsb,.xls,.ods"
MAX_PASTED = 2_000_000


class OptOutForm(forms.Form):
    phone = NumberField(label=_("Number"))
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=CHANNELS)
    reason = forms.CharField(label=_("Reason"), required=False, max_length=200)

    def __init__(self, *args: Any, workspace: Workspace, **options: Any) -> None:
        super().__init__(*args, **options)
        number = self.fields["phone"]
        assert isinstance(number, NumberField)
        number.country = workspace.country


class OptInForm(forms.Form):
    """How we know that the person wants messages again."""

    reason = forms.CharField(
        label=_("How do you know that the person wants messages again?"),
        max_length=200,
        help_text=_("For example: signed form of 3 May. It is kept as proof."),
    )


class OptOutFilterForm(forms.Form):
    """What the list of opt-outs, or of their history, is narrowed to."""

    q = forms.CharField(required=False, max_length=40)
    channel = forms.ChoiceField(
        required=False,
        choices=[("", ""), ("all", _("All channels")), *Channel.choices],
    )
    source = forms.ChoiceField(
        required=False, choices=[("", ""), *OptOut.Source.choices]
    )

    def value(self, name: str) -> str:
        """Return the cleaned value, "" for one that is not allowed."""
        self.is_valid()
        return str(self.cleaned_data.get(name, "")).strip()


class OptOutListForm(forms.Form):
    """A list of numbers: a file, or a text pasted into the page."""

    file = forms.FileField(
        label=_("Choose a file or drop it here"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        error_messages={
            "empty": _("The file is empty. Choose a file with a list of numbers.")
        },
    )
    pasted = forms.CharField(
        label=_("or paste numbers here"),
        required=False,
        max_length=MAX_PASTED,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=_("One number in each line, in any spelling."),
    )

    def clean_file(self) -> UploadedFile[bytes] | None:
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file and (file.size or 0) > settings.IMPORT_MAX_BYTES:
            facts = {"most": settings.IMPORT_MAX_BYTES >> 20}
            raise forms.ValidationError(sentences.of_file("too_large", facts))
        return file

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not self.errors and not values.get("file") and not values.get("pasted"):
            raise forms.ValidationError(_("Choose a file or paste numbers first."))
        return values


class OptOutColumnsForm(forms.Form):
    """Which column is what, and what the whole list means."""

    phone = forms.ChoiceField(label=_("Number"))
    reason_column = forms.ChoiceField(label=_("Reason"), required=False)
    since = forms.ChoiceField(label=_("Date of the opt-out"), required=False)
    country = forms.ChoiceField(label=_("Country of numbers without a country code"))
    channel = forms.ChoiceField(label=_("Channel"), required=False, choices=CHANNELS)
    reason = forms.CharField(
        label=_("Reason for rows without one"), required=False, max_length=200
    )

    def __init__(self, *args: Any, source: OptOutList, **options: Any) -> None:
        at = {target: position for position, target in source.mapping.items()}
        options["initial"] = {
            "phone": at.get(PHONE, ""),
            "reason_column": at.get(REASON, ""),
            "since": at.get(SINCE, ""),
            "country": source.country,
            "channel": source.channel,
            "reason": source.reason,
        }
        super().__init__(*args, **options)
        found = _columns(Layout(**source.layout))
        self._choose("phone", [("", _("Choose a column")), *found])
        self._choose("reason_column", [("", _("No column")), *found])
        self._choose("since", [("", _("No column")), *found])
        self._choose("country", list(countries.choices()))

    def mapping(self) -> dict[str, str]:
        """Return the target of each column by its position; the number comes first."""
        wanted = ((PHONE, "phone"), (REASON, "reason_column"), (SINCE, "since"))
        found: dict[str, str] = {}
        for target, name in wanted:
            position = self.cleaned_data[name]
            if position and position not in found:
                found[position] = target
        return found

    def _choose(self, name: str, choices: list[tuple[str, str | Promise]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def _columns(layout: Layout) -> list[tuple[str, str | Promise]]:
    headings = layout.header or []
    return [
        (
            str(at),
            headings[at]
            if at < len(headings) and headings[at]
            else format_lazy("{} {}", _("Column"), at + 1),
        )
        for at in range(layout.width)
    ]
