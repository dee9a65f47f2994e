"""Measures processes while they run: CPU seconds, memory, how long a page takes.

Reads ``/proc``; elsewhere than on Linux there is no CPU time and no memory.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")
_PPID, _OWN, _CHILDREN = 1, slice(11, 13), slice(13, 15)


def _stat(pid: int) -> list[str]:
    """Return the fields of a process after its name; empty when it is gone."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _children(pid: int) -> list[int]:
    found = (int(path.name) for path in _PROC.glob("[0-9]*"))
    return [child for child in found if _parent(child) == pid]


def _parent(pid: int) -> int:
    stat = _stat(pid)
    return int(stat[_PPID]) if stat else 0


def _seconds(pid: int, which: slice) -> float:
    return sum(map(int, _stat(pid)[which])) / _TICKS_PER_S


def server_cpu_s(backend: int) -> float:
    """Return the CPU seconds of a whole PostgreSQL server but for one backend."""
    postmaster = _parent(backend)
    if postmaster <= 1:
        return 0.0
    others = [pid for pid in _children(postmaster) if pid != backend]
    own = _seconds(postmaster, _OWN) + _seconds(postmaster, _CHILDREN)
    return own + sum(_seconds(pid, _OWN) for pid in others)


class Memory(threading.Thread):
    """Samples the memory of a process and its children, in MB."""

    def __init__(self, pid: int, every_s: float = 0.25) -> None:
        super().__init__(daemon=True)
        self._pid, self._every_s = pid, every_s
        self._is_over = threading.Event()
        self.samples: list[float] = []

    def __enter__(self) -> Memory:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self.join()

    def run(self) -> None:
        while not self._is_over.wait(self._every_s):
            pids = [self._pid, *_children(self._pid)]
            self.samples.append(sum(map(_resident_mb, pids)))

    @property
    def peak(self) -> float:
        return max(self.samples, default=0.0)

    @property
    def growth(self) -> float:
        """Return the peak of the last third as a share of that of the second."""
        third = len(self.samples) // 3
        if not third:
            return 1.0
        return max(self.samples[2 * third :]) / max(self.samples[third : 2 * third])


def _resident_mb(pid: int) -> float:
    try:
        pages = int((_PROC / str(pid) / "statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def times_ms(
    visit: Callable[[], object], go_on: Callable[[], bool], *, every_s: float
) -> list[float]:
    """Visit again and again with pauses; return how long each visit took."""
    found = []
    while go_on():
        began = time.perf_counter()
        visit()
        found.append((time.perf_counter() - began) * 1_000)
        time.sleep(every_s)
    return found


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)] if values else 0.0
