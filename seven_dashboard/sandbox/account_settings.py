"""Changing the settings of an account by the control surface."""

from __future__ import annotations

from collections.abc import Mapping

from seven_dashboard.sandbox.accounts import Profile
from seven_dashboard.sandbox.params import text_of

_SETTABLE = frozenset(
    {
        "balance",
        "scopes",
        "allowed_ips",
        "is_signing_required",
        "is_debug",
        "reload_lock_s",
        "throughput_per_s",
        "report_delay_s",
        "journal_lag_s",
        "has_fates",
        "refusal_shape",
        "sender",
        "agent_id",
        "signing_key",
    }
)
_NUMERIC = frozenset({"balance", "reload_lock_s", "throughput_per_s", "journal_lag_s"})


class BadControl(Exception):
    """Say what is wrong with a control request."""


def change(profile: Profile, wanted: Mapping[str, object]) -> None:
    """Set the named settings; raises BadControl for what cannot be set."""
    unknown = wanted.keys() - _SETTABLE
    if unknown:
        raise BadControl(f"Not to be set: {', '.join(sorted(unknown))}.")
    for name, value in wanted.items():
        setattr(profile, name, _as(name, value))


def _as(name: str, value: object) -> object:
    if value is None:
        return None
    if name in _NUMERIC:
        return float(text_of(value))
    if name in ("scopes", "allowed_ips"):
        if not isinstance(value, list):
            raise BadControl(f"{name} must be a list")
        return [str(item) for item in value]
    if name == "report_delay_s":
        return _range(value)
    if name.startswith(("is_", "has_")):
        return text_of(value).lower() in ("1", "true")
    return text_of(value)


def _range(value: object) -> list[float]:
    if not isinstance(value, list) or len(value) != 2:
        raise BadControl("report_delay_s must be [lowest, highest]")
    return [float(text_of(item)) for item in value]
