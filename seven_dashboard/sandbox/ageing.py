"""Let time pass for what an account sent, for trials that cannot wait for it."""

from __future__ import annotations

from seven_dashboard.sandbox.accounts import Account
from seven_dashboard.sandbox.params import Params, text_of
from seven_dashboard.sandbox.world import World


def age(world: World, account: Account, params: Params) -> float:
    """Make messages, calls and reload locks so many seconds older; return how many.

    Reports that are under way come when they would have come.
    """
    by_s = float(text_of(params.get("s")) or 0)
    for message in account.messages:
        message.created_at -= by_s
        message.send_at -= by_s
        if message.status_at is not None:
            message.status_at -= by_s
        world.store.put(message)
    for placed in account.calls.values():
        placed.created_at -= by_s
        if placed.answered_at is not None:
            placed.answered_at -= by_s
        world.store.put(placed)
    for lock in account.reload_locks:
        account.reload_locks[lock] -= by_s
    return by_s
