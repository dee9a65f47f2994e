"""Probes answer strangers with nothing, whatever they send."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django.fixtures import Settings


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer wrong", "Bearer schlüssel"])
def test_metrics_want_the_token(given: str, settings: Settings) -> None:
    settings.METRICS_TOKEN = "right"
    answer = Client().get("/metrics", headers={"Authorization": given})
    assert answer.status_code == 404


def test_metrics_are_closed_to_who_came_by_a_proxy(settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    answer = Client().get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
    assert answer.status_code == 404
