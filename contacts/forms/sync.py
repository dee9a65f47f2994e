from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.models import Direction, Group, SyncSetup
from contacts.selectors.sync import Row

EVERY: Final = (
    (15, _("every 15 minutes")),
    (60, _("every hour")),
    (360, _("every 6 hours")),
    (1440, _("every day")),
)
# Nothing can be pulled from where there is no group yet.
_FROM_HERE: Final = [
    choice for choice in Direction.choices if choice[0] != Direction.PULL
]


class RulesForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = SyncSetup
        fields = (
            "ungrouped",
            "on_conflict",
            "on_deleted_here",
            "on_deleted_there",
            "sends_own_fields",
        )
        widgets = dict.fromkeys(
            ("on_conflict", "on_deleted_here", "on_deleted_there"), forms.RadioSelect
        )


class PairForm(forms.Form):
    """One line of the table: which ways, and with which group of ours."""

    direction = forms.ChoiceField(label=_("Direction"), choices=Direction.choices)
    group = forms.ChoiceField(label=_("Group here"), required=False)

    def __init__(self, data: Any = None, *, row: Row, free: list[Group]) -> None:
        self.row = row
        number = f"pair-{row.pair.pk}" if row.pair else f"own-{row.group_id}"
        chosen = row.group or row.suggestion
        initial = {
            "direction": row.direction,
            "group": str(chosen.id) if chosen else "",
        }
        super().__init__(data, prefix=number, initial=initial)
        if row.pair is None or row.pair.remote_id is None:
            self.fields["direction"].choices = _FROM_HERE  # type: ignore[attr-defined]
            del self.fields["group"]
            return
        choices = [(str(group.id), group.name) for group in free]
        if row.group:
            choices.insert(0, (str(row.group.id), row.group.name))
        new = [] if row.group else [("", _("New group of this name"))]
        self.fields["group"].choices = new + choices  # type: ignore[attr-defined]


class ScheduleForm(forms.Form):
    is_automatic = forms.BooleanField(label=_("Sync by itself"), required=False)
    every_minutes = forms.TypedChoiceField(
        label=_("How often"), choices=EVERY, coerce=int
    )
