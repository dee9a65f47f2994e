"""The living style page: every component in every state; only with DEBUG."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from seven_dashboard.statuses import STATUSES

PAGES = {
    "parts": "styleguide/parts.html",
    "list": "styleguide/list.html",
    "detail": "styleguide/detail.html",
    "form": "styleguide/form.html",
    "composer": "styleguide/composer.html",
    "plain": "styleguide/plain.html",
    "empty": "styleguide/empty.html",
}
DAYS = [f"2026-11-{day:02}" for day in range(9, 23)]
SMS = [812, 1204, 980, 1533, 1320, 260, 190, 1104, 1288, 1490, 1612, 1377, 322, 205]
VOICE = [40, 62, 51, 77, 60, 8, 4, 58, 66, 71, 82, 64, 12, 6]
RCS = [120, 180, 164, 240, 210, 33, 20, 190, 222, 260, 301, 256, 40, 25]


class SampleForm(forms.Form):
    """A field of each kind."""

    name = forms.CharField(help_text="Only you and your team see this name.")
    email = forms.EmailField(label="E-mail", required=False)
    number = forms.CharField(
        help_text="With country code, for example +49 170 1234567."
    )
    group = forms.ChoiceField(choices=[("", "All contacts"), ("1", "Customers")])
    when = forms.ChoiceField(
        choices=[("now", "Now"), ("later", "At a time")], widget=forms.RadioSelect
    )
    days = forms.MultipleChoiceField(
        choices=[("mo", "Monday"), ("tu", "Tuesday")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}))
    file = forms.FileField(label="Drop a contact file here, or choose one")
    agree = forms.BooleanField(label="Send me a copy")


def _rows() -> list[dict[str, Any]]:
    now = timezone.now()
    names = ["Autumn offer", "Appointment reminders", "Delivery window", "Survey"]
    states = ["sending", "finished", "paused", "scheduled", "draft", "cancelled"]
    return [
        {
            "id": at,
            "name": f"{names[at % 4]} {at + 1}",
            "state": states[at % 6],
            "sent": 1284 * (at + 1),
            "total": 5200 * (at + 1),
            "share": Decimal("0.973") - Decimal(at) / 50,
            "cost": Decimal("96.30") * (at + 1),
            "at": now - timedelta(minutes=7 * (at + 1) ** 3),
            "number": ["491701234567", "436601234567", "41791234567"][at % 3],
        }
        for at in range(12)
    ]


def _charts() -> dict[str, dict[str, Any]]:
    channels = [
        {"key": "sms", "label": "SMS", "values": SMS},
        {"key": "rcs", "label": "RCS", "values": RCS},
        {"key": "voice", "label": "Voice", "values": VOICE},
    ]
    cost = [round(value * 0.075, 2) for value in SMS]
    outcomes = ["delivered", "undelivered", "expired", "refused", "skipped"]
    shares = [{"key": "", "label": "Messages", "values": [11204, 312, 88, 41, 260]}]
    funnel = [{"key": "", "label": "Messages", "values": [12000, 11700, 11580, 11204]}]
    steps = ["skipped", "queued", "accepted", "delivered"]
    return {
        "stacked": {"type": "stacked", "labels": DAYS, "series": channels},
        "line": {
            "type": "line",
            "labels": DAYS,
            "unit": "€",
            "decimals": 2,
            "series": [{"key": "sms", "label": "Cost", "values": cost}],
        },
        "doughnut": {
            "type": "doughnut",
            "labels": ["Delivered", "Not delivered", "Expired", "Refused", "Skipped"],
            "colors": outcomes,
            "series": shares,
        },
        "funnel": {
            "type": "funnel",
            "labels": ["Recipients", "Sent", "Accepted", "Delivered"],
            "colors": steps,
            "series": funnel,
        },
        "nothing": {"type": "line", "labels": [], "series": []},
    }


@require_GET
def styleguide(request: HttpRequest, page: str = "parts") -> HttpResponse:
    """Show one style page; it does not exist outside DEBUG."""
    if not settings.IS_TRIAL or page not in PAGES:
        raise Http404
    if "toasts" in request.GET:
        messages.success(request, "Contact saved.")
        messages.error(request, "The gateway refused the key. Nothing was sent.")
    values = {
        "page": page,
        "pages": PAGES,
        "statuses": STATUSES,
        "rows": _rows(),
        "charts": _charts(),
        "form": SampleForm(),
        "wrong": SampleForm({"name": "Ada", "number": "12", "email": "ada"}),
        "now": timezone.now(),
        "earlier": timezone.now() - timedelta(minutes=4),
        "small_price": Decimal("0.075"),
        "steps": ["Choose a file", "Match columns", "Check", "Import"],
        "chips": [{"label": "State: Sending", "url": "?"}],
        "bulk": [
            {"label": "Archive", "value": "archive", "icon": "folder"},
            {"label": "Delete", "value": "delete", "icon": "trash", "danger": True},
        ],
        "tabs": [
            {"label": "Overview", "url": "?", "current": True, "count": None},
            {"label": "Recipients", "url": "?", "current": False, "count": 5200},
        ],
        "facts": [("Group", "Customers"), ("Channel", "SMS"), ("Sender", "")],
    }
    return render(request, PAGES[page], values)
