"""The fields of an RCS message's cards: of the first one, and of those beside it.

The page shows as many cards as the form says (``card_count``), two at least, so that a
row of cards can be begun without scripts. Adding and taking one away are buttons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from messaging import option_checks
from messaging.options import Button, Card, card_field

COUNT = "card_count"
LEAST, MOST = 2, option_checks.CARDS_MAX
ADD, TAKE_AWAY = "add_card", "take_card"
BUTTON_CHOICES = [
    ("", _("No button")),
    ("reply", _("Answers with its text")),
    ("open", _("Opens an address")),
    ("dial", _("Calls a number")),
]
_NUMBERS = range(1, option_checks.BUTTONS_MAX + 1)
_BUTTON_PARTS = ("kind", "text", "target")


def count_of(value: object) -> int:
    """Return how many cards a form has, from what is posted or kept."""
    text = str(value or "")
    count = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
    return max(LEAST, min(MOST, count))


def fields_of(number: int) -> dict[str, forms.Field]:
    """Return the fields of a card; the first one has the text of the message."""
    own: dict[str, forms.Field] = {
        "title": forms.CharField(label=_("Title"), required=False, max_length=200),
    }
    if number > 1:
        own["text"] = forms.CharField(
            label=_("Text of the card"),
            required=False,
            max_length=option_checks.DESCRIPTION_MAX,
            widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "true"}),
        )
    own["media"] = forms.CharField(
        label=_("Picture or video"),
        required=False,
        max_length=2048,
        help_text=_("Its public web address, like https://example.com/offer.jpg."),
    )
    for button in _NUMBERS:
        own |= _button_fields(button)
    return {card_field(number, name): field for name, field in own.items()}


def names_of(count: int) -> list[str]:
    """Return the names of all fields of so many cards."""
    return [name for number in range(1, count + 1) for name in _names(number)]


def rows_of(form: forms.Form, number: int) -> list[dict[str, forms.BoundField]]:
    """Return the fields of each button of a card, for the page."""
    return [
        {
            part: form[card_field(number, f"button{button}_{part}")]
            for part in _BUTTON_PARTS
        }
        for button in _NUMBERS
    ]


def read(values: Mapping[str, Any], number: int) -> Card:
    """Return a card out of what was typed."""

    def typed(name: str) -> str:
        return str(values.get(card_field(number, name)) or "")

    buttons = []
    for at in _NUMBERS:
        kind = typed(f"button{at}_kind")
        if kind:
            target = "" if kind == "reply" else typed(f"button{at}_target").strip()
            text = typed(f"button{at}_text").strip()
            buttons.append(Button(kind=kind, text=text, target=target))
    return Card(
        title=typed("title"),
        media_url=typed("media"),
        buttons=tuple(buttons),
        text=typed("text").replace("\r\n", "\n").rstrip(),
    )


def initial_of(shown: Sequence[Card]) -> dict[str, Any]:
    """Return cards as the fields show them."""
    values: dict[str, Any] = {COUNT: count_of(len(shown))}
    for number, card in enumerate(shown, start=1):
        own = {"title": card.title, "text": card.text, "media": card.media_url}
        for at, button in enumerate(card.buttons, start=1):
            own[f"button{at}_kind"] = button.kind
            own[f"button{at}_text"] = button.text
            own[f"button{at}_target"] = button.target
        values |= {card_field(number, name): value for name, value in own.items()}
    return values


def is_asked(request: HttpRequest) -> bool:
    """Say whether a page was posted to have a card more, or one less."""
    return request.POST.get("act") == ADD or TAKE_AWAY in request.POST


def changed(data: QueryDict) -> QueryDict:
    """Return what was posted with a card more, or without the one to take away."""
    found = data.copy()
    count = count_of(data.get(COUNT))
    taken = data.get(TAKE_AWAY, "")
    if taken.isdecimal() and len(taken) < 3 and 1 < int(taken) <= count:
        for number in range(int(taken), count + 1):
            for here, there in zip(_names(number), _names(number + 1), strict=True):
                found[here] = data.get(there, "") if number < count else ""
        found[COUNT] = str(max(LEAST, count - 1))
    elif data.get("act") == ADD:
        found[COUNT] = str(min(MOST, count + 1))
    return found


def _names(number: int) -> list[str]:
    names = ["title", "media"] if number == 1 else ["title", "text", "media"]
    buttons = [f"button{at}_{part}" for at in _NUMBERS for part in _BUTTON_PARTS]
    return [card_field(number, name) for name in (*names, *buttons)]


def _button_fields(number: int) -> dict[str, forms.Field]:
    return {
        f"button{number}_kind": forms.ChoiceField(
            label=_("Button"), choices=BUTTON_CHOICES, required=False
        ),
        f"button{number}_text": forms.CharField(
            label=_("What stands on it"), required=False, max_length=100
        ),
        f"button{number}_target": forms.CharField(
            label=_("Address or number"), required=False, max_length=2048
        ),
    }
