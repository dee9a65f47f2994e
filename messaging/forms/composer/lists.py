"""Numbers that a campaign goes to once, and the template it was written with."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from contacts import sentences
from messaging.forms.composer.rooms import Room
from messaging.models import TemplateVersion
from messaging.services.number_lists import MOST_PASTED

ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xls,.xlsb,.ods"


class ListsRoom(Room):
    """Pasted numbers and a file, which makes no contacts of them."""

    kept: ClassVar[tuple[str, ...]] = ("numbers",)

    numbers = forms.CharField(
        label=_("Paste numbers"),
        required=False,
        strip=False,
        max_length=MOST_PASTED,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=_(
            "One in each line, in any spelling, or rows of a spreadsheet with their "
            "headings. Nobody becomes a contact by it."
        ),
        error_messages={
            "max_length": _("These are too many numbers to paste. Use a file.")
        },
    )
    file = forms.FileField(
        label=_("A file for this campaign only"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={
            "empty": _("The file is empty. Choose a file with a list of numbers.")
        },
    )

    def clean_numbers(self) -> str:
        return str(self.cleaned_data["numbers"]).replace("\r\n", "\n").rstrip()

    def clean_file(self) -> UploadedFile[bytes] | None:
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file and (file.size or 0) > settings.IMPORT_MAX_BYTES:
            facts = {"most": settings.IMPORT_MAX_BYTES >> 20}
            raise forms.ValidationError(sentences.of_file("too_large", facts))
        return file


class TemplateRoom(Room):
    """The version of a template that the text was written with."""

    kept: ClassVar[tuple[str, ...]] = ("template_version",)

    template_version = forms.ModelChoiceField(
        queryset=TemplateVersion.objects.none(),
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["template_version"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = TemplateVersion.objects.filter(
            template__workspace=self.workspace
        )
