"""What the keeper needs to know of a packaged server."""

from __future__ import annotations

import importlib.util
import signal
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from . import access
from .book import Address, address_of
from .errors import EmbeddedError
from .places import log_path, var_dir


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

    @abstractmethod
    def prepare(self) -> access.Way:
        """Make the data if there is none; return the way to run the server."""

    @abstractmethod
    def program(self) -> list[str]:
        """Return the command line of the server."""

    @abstractmethod
    def is_ready(self, pid: int) -> bool:
        """Say whether the server with this process id accepts work."""


def packaged(package: str, program: str) -> Path:
    """Return the path of a program inside an installed wheel, not importing it."""
    found = importlib.util.find_spec(package)
    folders = found.submodule_search_locations if found else None
    for folder in folders or ():
        path = Path(folder) / program
        if path.is_file():
            return path
    raise EmbeddedError(
        f"The package {package} is not installed or has no {program} for this "
        "system. Install the requirements, or set DATABASE_URL and REDIS_URL."
    )
