"""What a person says before a lookup: which numbers, which kinds, how much."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts import lookup_words
from contacts.forms.number import NumberField
from contacts.models import Group, LookupKind, Segment
from contacts.selectors.lookup_prices import Price

AGES = (
    (0, _("Ask for every number again")),
    (7, _("Not older than 7 days")),
    (30, _("Not older than 30 days")),
    (90, _("Not older than 90 days")),
    (365, _("Not older than a year")),
)
DEFAULT_AGE = 30
DEFAULT_KINDS = (LookupKind.FORMAT.value,)


def _choice(label: str, tells: object, price: str) -> str:
    line = '<span>{}, {}<br><span class="muted">{}</span></span>'
    return format_html(line, label, price, tells)


class NumberForm(forms.Form):
    """One number in any spelling; a contact need not have it."""

    phone = NumberField(label=_("Number"))

    def __init__(self, *args: Any, workspace: Workspace, **options: Any) -> None:
        super().__init__(*args, **options)
        number = self.fields["phone"]
        assert isinstance(number, NumberField)
        number.country = workspace.country


class ListForm(forms.Form):
    """A whole list: a group, a segment, those who are in both, or everybody."""

    group = forms.ChoiceField(label=_("Group"), required=False)
    segment = forms.ChoiceField(label=_("Segment"), required=False)
    all = forms.CharField(widget=forms.HiddenInput, initial="1")

    def __init__(
        self,
        *args: Any,
        groups: list[Group],
        segments: list[Segment],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._offer("group", groups, _("All contacts"))
        self._offer("segment", segments, _("No segment"))

    def _offer(
        self, name: str, things: Sequence[Group | Segment], nothing: str | Promise
    ) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", nothing), *((str(one.id), one.name) for one in things)]
        if not things and name == "segment":
            del self.fields[name]


class KindsForm(forms.Form):
    """What to ask for, and which answers are young enough to be used again."""

    kinds = forms.MultipleChoiceField(
        label=_("What do you want to know?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one kind of lookup.")},
    )
    max_age_days = forms.TypedChoiceField(
        label=_("Use answers again that are there"),
        choices=AGES,
        coerce=int,
        initial=DEFAULT_AGE,
        required=False,
        empty_value=str(DEFAULT_AGE),
    )

    def __init__(
        self, *args: Any, prices: list[tuple[str, str, Price]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        kinds = self.fields["kinds"]
        assert isinstance(kinds, forms.MultipleChoiceField)
        kinds.choices = [
            (kind, _choice(label, lookup_words.TELLS[kind], lookup_words.price(price)))
            for kind, label, price in prices
        ]


class StartForm(forms.Form):
    """Agreement to the cost, and a typed word where it is high.

    ``fingerprint`` names what the person has seen; ``launch_key`` makes that the same
    form starts one lookup, however often it is sent.
    """

    cap = forms.DecimalField(
        label=_("Spend at most (EUR)"),
        required=False,
        min_value=Decimal("0.01"),
        max_digits=8,
        decimal_places=2,
        help_text=_("The lookup pauses before it would cost more."),
    )
    fingerprint = forms.CharField(max_length=64, widget=forms.HiddenInput)
    launch_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    confirm_word = forms.CharField(required=False, max_length=12)

    def show_again(self, *, fingerprint: str, cap: Decimal | None) -> None:
        """Let the next try be about what is shown now."""
        data = cast(QueryDict, self.data).copy()
        data["fingerprint"] = fingerprint
        data["cap"] = "" if cap is None else str(cap)
        data["confirm_word"] = ""
        self.data = data


class ResumeForm(forms.Form):
    cap = forms.DecimalField(
        label=_("Spend at most (EUR)"),
        required=False,
        min_value=Decimal("0.01"),
        max_digits=8,
        decimal_places=2,
    )


class PriceForm(forms.Form):
    """The price of one lookup of a kind; empty goes by what was seen."""

    kind = forms.ChoiceField(choices=LookupKind.choices)
    amount = forms.DecimalField(
        required=False, min_value=0, max_value=100, max_digits=8, decimal_places=5
    )
