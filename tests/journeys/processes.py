"""Processes of one copy of the product, seen from outside through /proc."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    pid: int
    command: str


def of_folder(var: Path) -> list[Process]:
    """Return every living process that was started for this data folder."""
    mark = str(var).encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            is_ours = mark in command or mark in (entry / "environ").read_bytes()
        except OSError:
            continue
        if is_ours and command:
            shown = command.replace(b"\0", b" ").decode("utf-8", "replace").strip()
            found.append(Process(int(entry.name), shown))
    return found


def kill_all(wanted: list[Process]) -> None:
    """Kill these at once, as the machine's memory guard would."""
    for process in wanted:
        try:
            os.kill(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
