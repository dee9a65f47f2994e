"""What the keeper needs to know of a packaged server."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from . import access
from .book import Address, address_of
from .errors import EmbeddedError
from .leases import wait_until
from .places import log_path, var_dir

ORPHAN_TIMEOUT_S = 30.0


class Service(ABC):
    """A packaged server: how to make its data, start it and see that it answers."""

    name: ClassVar[str]
    title: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    @property
    def home(self) -> Path:
        return var_dir() / self.name

    @property
    def address(self) -> Address:
        return address_of(self.name)

    @property
    def log(self) -> Path:
        return log_path(self.name)

    @property
    @abstractmethod
    def pid_file(self) -> Path:
        """Return the file in which the server itself writes its process id."""

    @abstractmethod
    def prepare(self) -> access.Way:
        """Make the data if there is none; return the way to run the server."""

    @abstractmethod
    def program(self) -> list[str]:
        """Return the command line of the server."""

    @abstractmethod
    def is_ready(self, pid: int) -> bool:
        """Say whether the server with this process id accepts work."""

    def end_orphan(self) -> None:
        """Stop a server of this folder whose keeper died; forget a stranger's number.

        After a power loss or a container restart the number in the file may belong to
        any program, which must neither be stopped nor keep the server from starting.
        """
        pid = self._noted_pid()
        if pid is None:
            return
        if not self._is_own(pid):
            self.pid_file.unlink(missing_ok=True)
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, self.stop_signal)
        wait_until(lambda: not self._is_own(pid), timeout_s=ORPHAN_TIMEOUT_S)

    def _noted_pid(self) -> int | None:
        """Return the noted process id if some process has it now."""
        try:
            pid = int(self.pid_file.read_text("utf-8").split()[0])
            os.kill(pid, 0)
        except PermissionError:
            return pid
        except (OSError, ValueError, IndexError):
            return None
        return pid

    def _is_own(self, pid: int) -> bool:
        shown = _command_line(pid)
        return self.name in shown and str(self.home) in shown


def _command_line(pid: int) -> str:
    """Return how a process was started, or nothing when there is none."""
    path = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        with contextlib.suppress(OSError):
            return path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        return ""
    shown = subprocess.run(
        ["/bin/ps", "-o", "command=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    return shown.stdout.strip()


def packaged(package: str, program: str) -> Path:
    """Return a program inside an installed wheel, without importing the package.

    `program` may be a pattern, for packages that name the folder after the system.
    """
    found = importlib.util.find_spec(package)
    folders = found.submodule_search_locations if found else None
    for folder in folders or ():
        for path in sorted(Path(folder).glob(program)):
            if path.is_file():
                return path
    raise EmbeddedError(
        f"The package {package} is not installed or has no {program} for this "
        "system. Install the requirements, or set DATABASE_URL and REDIS_URL."
    )
