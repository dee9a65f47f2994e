"""Campaigns of every channel through a real sandbox, with the engine run by hand."""

from __future__ import annotations

from tests.messaging.engine.conftest import (
    empty_pacing,
    fast,
    group,
    make_campaign,
)
from tests.messaging.webhooks.conftest import post, silent_bell

__all__ = ["empty_pacing", "fast", "group", "make_campaign", "post", "silent_bell"]
