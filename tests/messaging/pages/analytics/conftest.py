"""Figures of the gateway and of our own, and how a page shows them."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import Connection, Poll, Usage, User, Workspace
from messaging.selectors import days
from tests.fixtures import ClientAs
from tests.messaging.pages.shown import soup

EURO = "\xa0€"


@pytest.fixture
def browser(owner: User, client_as: ClientAs) -> Client:
    return client_as(owner)


@pytest.fixture
def today(workspace: Workspace) -> date:
    return days.today(workspace)


def counted(connection: Connection, day: date, **values: Any) -> Usage:
    """Add a row of the gateway's own figures."""
    usual = {"dimension": "date", "fetched_at": timezone.now(), "is_final": True}
    return Usage.objects.create(connection=connection, day=day, **{**usual, **values})


def polled(connection: Connection, kind: str, ago: timedelta) -> None:
    """Note that a kind of figures was fetched so long ago."""
    now = timezone.now()
    values = {"due_at": now + timedelta(hours=1), "succeeded_at": now - ago}
    Poll.objects.update_or_create(connection=connection, kind=kind, defaults=values)


def numbers(page: Any, chart: str) -> list[list[str]]:
    """Return the table under a chart, without its head."""
    rows = soup(page).select(f"#{chart} tbody tr")
    return [[cell.get_text(strip=True) for cell in row.select("td")] for row in rows]


def lines(page: Any) -> list[list[str]]:
    """Return the rows of the table of all figures."""
    rows = soup(page).select("#figures > section:last-of-type tbody tr")
    return [[cell.get_text(" ", strip=True) for cell in row("td")] for row in rows]


def downloaded(answer: Any) -> list[list[str]]:
    assert isinstance(answer, StreamingHttpResponse)
    text = answer.getvalue().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";"))
