"""One module per gateway resource; each registers its operations on import."""

from __future__ import annotations

from seven_dashboard.sandbox.resources import account, hooks, journal, sms, status

__all__ = ["account", "hooks", "journal", "sms", "status"]
