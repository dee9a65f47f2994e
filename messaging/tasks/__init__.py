"""The tasks of messaging, a module for each room: doors to services.

Celery finds them here, so a new module needs its line.
"""

from __future__ import annotations

from messaging.tasks.alerts import watch_campaigns
from messaging.tasks.callers import check_caller, ring_check_caller, sweep_callers
from messaging.tasks.figures import (
    ring_summary,
    squash_tallies,
    sweep_summaries,
    work_out_summary,
)
from messaging.tasks.inbox import (
    release_conversations,
    ring_tell_typing,
    tell_typing,
    wake_conversations,
)
from messaging.tasks.incoming import (
    apply_events,
    forget_events,
    listen_inbound,
    ring_apply_events,
    ring_tell_read,
    tell_read,
)
from messaging.tasks.lists import forget_lists
from messaging.tasks.sending import (
    prepare_campaign,
    ring_prepare,
    ring_single,
    ring_start,
    send_batches,
    send_singles,
    start_campaign,
    sweep_campaigns,
    wind_up,
)
from messaging.tasks.settling import (
    learn_from_journal,
    reconcile_reports,
    settle_unclear,
    sweep_leases,
)

__all__ = [
    "apply_events",
    "check_caller",
    "forget_events",
    "forget_lists",
    "learn_from_journal",
    "listen_inbound",
    "prepare_campaign",
    "reconcile_reports",
    "release_conversations",
    "ring_apply_events",
    "ring_check_caller",
    "ring_prepare",
    "ring_single",
    "ring_start",
    "ring_summary",
    "ring_tell_read",
    "ring_tell_typing",
    "send_batches",
    "send_singles",
    "settle_unclear",
    "squash_tallies",
    "start_campaign",
    "sweep_callers",
    "sweep_campaigns",
    "sweep_leases",
    "sweep_summaries",
    "tell_read",
    "tell_typing",
    "wake_conversations",
    "watch_campaigns",
    "wind_up",
    "work_out_summary",
]
