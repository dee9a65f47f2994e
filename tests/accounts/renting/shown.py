"""Offers as rows, and what a page of them shows."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Connection, NumberOffer


def listed(connection: Connection, number: str, **values: object) -> NumberOffer:
    defaults = {"country": "DK", "seen_at": timezone.now(), "has_sms": True}
    return NumberOffer.objects.create(
        connection=connection, number=number, **{**defaults, **values}
    )


def page(browser: Client, name: str, *args: object, **query: str) -> BeautifulSoup:
    answer = browser.get(reverse(f"accounts:{name}", args=args), query)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def fields(soup: BeautifulSoup) -> dict[str, str]:
    """Return what the hidden inputs of the page's own form say."""
    found = soup.select("main form.form input[type=hidden]")
    return {str(i["name"]): str(i.get("value", "")) for i in found}


def text_of(soup: BeautifulSoup) -> str:
    main = soup.select_one("main")
    assert main is not None
    return re.sub(r"\s+", " ", main.get_text(" "))
