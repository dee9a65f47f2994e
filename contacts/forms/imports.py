"""Forms of an import: the file or text, how it is read, what its columns become."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import countries
from contacts import sentences
from contacts.models import Group, Import

# Where most of the gateway's customers are stands first.
_NEAR = ("DE", "AT", "CH")
ACCEPTED = ".csv,.tsv,.txt,.tab,.xlsx,.xlsm,.xlsb,.xls,.ods"
# A form field is held in memory as a whole; more comes as a file.
MAX_PASTED = 1_000_000

Choices = list[tuple[Any, Any]]


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Choose a file or drop it here"),
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("The file is empty. Choose a file with a table of contacts."),
        },
    )

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > settings.IMPORT_MAX_BYTES:
            facts = {"most": settings.IMPORT_MAX_BYTES >> 20}
            raise forms.ValidationError(sentences.of_file("too_large", facts))
        return file


class PasteForm(forms.Form):
    text = forms.CharField(
        label=_("Paste your contacts here"),
        max_length=MAX_PASTED,
        strip=False,
        widget=forms.Textarea(attrs={"class": "tall-area", "spellcheck": "false"}),
        help_text=_(
            "Rows copied from a spreadsheet, a table from a mail, or one number on "
            "each line."
        ),
        error_messages={
            "required": _("Paste something first."),
            "max_length": _("That is too much text. Save it as a file and upload it."),
        },
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # A browser would cut off what is too long and say nothing.
        del self.fields["text"].widget.attrs["maxlength"]


class ReadingForm(forms.Form):
    """How the file is read, where the guess was wrong."""

    sheet = forms.TypedChoiceField(label=_("Sheet"), coerce=int, required=False)
    encoding = forms.ChoiceField(label=_("Encoding"), required=False)
    delimiter = forms.ChoiceField(label=_("Cells are parted by"), required=False)
    has_header = forms.BooleanField(
        label=_("The file has column names"), required=False
    )

    def __init__(self, *args: Any, source: Import, **options: Any) -> None:
        layout = source.layout
        options["initial"] = {
            "sheet": source.sheet,
            "encoding": layout["encoding"],
            "delimiter": layout["delimiter"],
            "has_header": layout["has_header"],
        }
        super().__init__(*args, **options)
        if layout["is_numbered"]:
            del self.fields["encoding"], self.fields["delimiter"]
        else:
            self._offer("encoding", sentences.ENCODINGS, layout["encoding"])
            self._offer("delimiter", sentences.DELIMITERS, layout["delimiter"])
        if len(source.sheets) > 1:
            self._choice("sheet").choices = list(enumerate(source.sheets))
        else:
            del self.fields["sheet"]

    def _offer(
        self, name: str, known: Mapping[str, str | Promise], current: str
    ) -> None:
        choices: Choices = [("", _("Detect")), *known.items()]
        if current not in known:
            choices.insert(1, (current, current))
        self._choice(name).choices = choices

    def _choice(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        return field


def country_choices() -> Choices:
    """Return the countries by name, the nearest first."""
    known = countries.choices()
    near = [(code, countries.name_of(code)) for code in _NEAR]
    return near + [choice for choice in known if choice[0] not in _NEAR]


class HowForm(forms.Form):
    """Country, what happens on a match, and the groups."""

    country = forms.ChoiceField(
        label=_("Country of numbers without a country code"), choices=country_choices
    )
    policy = forms.ChoiceField(
        label=_("When a number is in the contacts already"),
        choices=Import.Policy.choices,
        widget=forms.RadioSelect,
    )
    groups = forms.ModelMultipleChoiceField(
        queryset=Group.objects.none(),
        label=_("Add everyone to groups"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose groups of this workspace.")},
    )
    new_group = forms.CharField(
        label=_("and to a new group"), max_length=100, required=False
    )

    def __init__(self, *args: Any, source: Import, **options: Any) -> None:
        options["initial"] = {
            "country": source.country,
            "policy": source.policy,
            "groups": list(source.groups.values_list("pk", flat=True)),
            **options.get("initial", {}),
        }
        super().__init__(*args, **options)
        groups = self.fields["groups"]
        assert isinstance(groups, forms.ModelMultipleChoiceField)
        groups.queryset = Group.objects.filter(workspace=source.workspace).order_by(
            "name"
        )


class StartForm(forms.Form):
    """What a person has to say before an import starts, if anything."""

    runs_ok = forms.BooleanField(
        label=_("These people gave me their numbers; import them"),
        error_messages={"required": _("Tick this to go on with these numbers.")},
    )

    def __init__(self, *args: Any, has_runs: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["runs_ok"].required = has_runs
