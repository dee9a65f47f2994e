"""Where the embedded servers keep their data, logs and locks."""

from __future__ import annotations

from pathlib import Path

from seven_dashboard import env
from seven_dashboard.env import var_dir

__all__ = ["is_fast", "log_path", "make_private", "open_up_to", "run_path", "var_dir"]


def is_fast() -> bool:
    """Say whether safety on power loss may be traded for speed (tests only)."""
    return env.flag("SEVEN_EMBEDDED_FAST")


def make_private(folder: Path) -> Path:
    """Create a folder that only its owner can read, parents included."""
    open_up_to(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def open_up_to(folder: Path) -> Path:
    """Create a folder others may pass through but not list."""
    if not folder.is_dir():
        open_up_to(folder.parent)
        folder.mkdir(mode=0o711, exist_ok=True)
        folder.chmod(0o711)
    return folder


def log_path(name: str) -> Path:
    """Return the log file of a child, its folder made."""
    return make_private(var_dir() / "log") / f"{name}.log"


def run_path(name: str) -> Path:
    """Return a lock or state file of the running copy, its folder made."""
    return make_private(var_dir() / "run") / name
