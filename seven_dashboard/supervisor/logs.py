"""Log files of the children: kept short, and watched for errors."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

LIMIT = 10 * 1024 * 1024
LONGEST_READ = 256 * 1024
LONGEST_TEXT = 300
LOUD_LEVELS = {"ERROR", "CRITICAL"}


class Log:
    """The file a child writes to; several programs may append to it."""

    def __init__(self, path: Path, *, limit: int = LIMIT) -> None:
        self.path = path
        self.limit = limit
        self._seen = path.stat().st_size if path.exists() else 0
        self._rest = ""

    def errors(self) -> list[str]:
        """Return what was logged as an error since the last call, one line each."""
        return [text for line in self._new_lines() if (text := loud_text(line))]

    def last_lines(self, count: int) -> list[str]:
        """Return the end of the file, blank lines left out."""
        if not self.path.exists():
            return []
        with self.path.open("rb") as file:
            file.seek(max(0, self.path.stat().st_size - LONGEST_READ))
            text = file.read().decode("utf-8", "replace")
        return [line for line in text.splitlines() if line.strip()][-count:]

    def shorten(self) -> None:
        """Move a long log aside; its writers go on with the emptied file."""
        if not self.path.exists() or self.path.stat().st_size < self.limit:
            return
        old = self.path.with_suffix(".log.1")
        shutil.copyfile(self.path, old)
        old.chmod(0o600)
        # Writers append, so that the next line lands at the new end.
        with self.path.open("r+b") as file:
            file.truncate(0)
        self._seen = 0

    def _new_lines(self) -> list[str]:
        if not self.path.exists():
            return []
        size = self.path.stat().st_size
        start = min(self._seen, size)
        with self.path.open("rb") as file:
            file.seek(max(start, size - LONGEST_READ))
            text = self._rest + file.read(size - start).decode("utf-8", "replace")
        self._seen = size
        *lines, self._rest = text.split("\n")
        return lines


def loud_text(line: str) -> str:
    """Return the message of a structured log line that tells of an error, else ''."""
    try:
        entry = json.loads(line)
    except ValueError:
        return ""
    if not isinstance(entry, dict):
        return ""
    if str(entry.get("level", "")).upper() not in LOUD_LEVELS:
        return ""
    first_line = str(entry.get("message") or line).partition("\n")[0]
    return first_line[:LONGEST_TEXT]
