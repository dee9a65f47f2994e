"""What an export is to hold and how it is written."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts.models import Export
from contacts.selectors import export_columns


class ExportForm(forms.Form):
    columns = forms.MultipleChoiceField(
        label=_("Columns"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose one column at least.")},
    )
    format = forms.ChoiceField(
        label=_("File"),
        choices=Export.Format.choices,
        widget=forms.RadioSelect,
        initial=Export.Format.CSV,
    )
    separator = forms.ChoiceField(
        label=_("Between the columns of a CSV file"),
        choices=Export.Separator.choices,
        initial=Export.Separator.SEMICOLON,
        help_text=_(
            "German and French spreadsheet programs want semicolons, English ones "
            "commas. The text is UTF-8."
        ),
    )

    def __init__(
        self, *args: Any, workspace: Workspace, remembered: Any = None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        offered = export_columns.offered(workspace)
        keys = [column.key for column in offered]
        columns = self.fields["columns"]
        assert isinstance(columns, forms.MultipleChoiceField)
        columns.choices = [(column.key, column.heading) for column in offered]
        known = [key for key in remembered or () if key in keys]
        columns.initial = known or [
            key for key in keys if not export_columns.is_added(key)
        ]
