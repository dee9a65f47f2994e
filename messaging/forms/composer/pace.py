"""How fast a campaign may be."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Connection
from messaging.forms.composer.rooms import Room

MAX_RATE = 1_000


class PaceRoom(Room):
    """Messages a second."""

    kept: ClassVar[tuple[str, ...]] = ("rate_per_s",)

    rate_per_s = forms.DecimalField(
        label=_("Messages a second"),
        required=False,
        min_value=Decimal("0.01"),
        max_value=MAX_RATE,
        max_digits=7,
        decimal_places=2,
        help_text=_("Empty: as fast as the account allows."),
    )

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
