from __future__ import annotations

from accounts.models.alerts import (
    Alert,
    AlertChoice,
    AlertMail,
    AlertReader,
    AlertRules,
)
from accounts.models.audit import AuditEntry
from accounts.models.connections import BalanceReading, Connection
from accounts.models.errands import Errand
from accounts.models.grants import Grant, SignIn
from accounts.models.hooks import GatewayHook, HookCheck
from accounts.models.numbers import Interval, NumberOffer, OwnNumber
from accounts.models.polled import Poll, Price, Usage
from accounts.models.price_history import PriceChange, PriceCheck
from accounts.models.subaccounts import Subaccount
from accounts.models.task_records import TaskRecord
from accounts.models.users import User
from accounts.models.workspaces import Invitation, Membership, Role, Workspace

__all__ = [
    "Alert",
    "AlertChoice",
    "AlertMail",
    "AlertReader",
    "AlertRules",
    "AuditEntry",
    "BalanceReading",
    "Connection",
    "Errand",
    "GatewayHook",
    "Grant",
    "HookCheck",
    "Interval",
    "Invitation",
    "Membership",
    "NumberOffer",
    "OwnNumber",
    "Poll",
    "Price",
    "PriceChange",
    "PriceCheck",
    "Role",
    "SignIn",
    "Subaccount",
    "TaskRecord",
    "Usage",
    "User",
    "Workspace",
]
