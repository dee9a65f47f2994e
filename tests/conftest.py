"""Fixtures that every part of the house uses."""

from __future__ import annotations

pytest_plugins = ["tests.fixtures", "tests.journeys.fixtures"]
