"""Rings for the report desk every two seconds, as beat does."""

from __future__ import annotations

import time

import django

django.setup()

from messaging import tasks  # noqa: E402

if __name__ == "__main__":
    while True:
        tasks.ring_apply_events()
        time.sleep(2)
