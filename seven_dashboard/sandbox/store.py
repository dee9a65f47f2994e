"""Keeps records in a SQLite file; what was answered has been committed before.

The loop collects the answers of one turn, commits once, and only then writes them.
WAL with ``synchronous=NORMAL`` survives a killed process without loss; a power cut may
take the last moments.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import fields
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

Record = TypeVar("Record")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, id)
) WITHOUT ROWID
"""
_PUT = "INSERT OR REPLACE INTO record (kind, id, body) VALUES (?, ?, ?)"
_DELETE = "DELETE FROM record WHERE kind = ? AND id = ?"


class Store:
    """Collects changed records and writes them in one transaction.

    Without a file nothing is kept and every call is free.
    """

    def __init__(self, path: str = "") -> None:
        self._db = _open(path) if path else None
        self._changed: dict[tuple[str, str], object] = {}
        self._gone: set[tuple[str, str]] = set()
        self._encode: dict[type, Callable[[Any], str]] = {}

    @property
    def is_dirty(self) -> bool:
        """Say whether something waits to be committed."""
        return bool(self._changed or self._gone)

    def put(self, record: Any) -> None:
        """Remember that a record is new or changed."""
        if self._db is None:
            return
        key = (type(record).__name__, f"{_owner(record)}{record.id}")
        self._changed[key] = record
        self._gone.discard(key)

    def delete(self, record: Any) -> None:
        """Remember that a record is gone."""
        if self._db is None:
            return
        key = (type(record).__name__, f"{_owner(record)}{record.id}")
        self._changed.pop(key, None)
        self._gone.add(key)

    def commit(self) -> None:
        """Write what waits."""
        if self._db is None or not self.is_dirty:
            return
        rows = [(*key, self._text(record)) for key, record in self._changed.items()]
        with self._db:
            self._db.executemany(_PUT, rows)
            self._db.executemany(_DELETE, list(self._gone))
        self._changed.clear()
        self._gone.clear()

    def read(self, kind: type[Record]) -> Iterator[Record]:
        """Yield the kept records of a kind, oldest id first."""
        if self._db is None:
            return
        query = "SELECT body FROM record WHERE kind = ? ORDER BY id"
        known = {field.name for field in fields(kind)}  # type: ignore[arg-type]
        for (body,) in self._db.execute(query, (kind.__name__,)):
            values = json.loads(body)
            yield kind(**{k: v for k, v in values.items() if k in known})

    def close(self) -> None:
        """Commit and close the file."""
        if self._db is not None:
            self.commit()
            self._db.close()
            self._db = None

    def _text(self, record: object) -> str:
        encode = self._encode.get(type(record))
        if encode is None:
            encode = self._encode[type(record)] = _encoder(type(record))
        return encode(record)


def _encoder(kind: type) -> Callable[[Any], str]:
    names = tuple(field.name for field in fields(kind))
    values = attrgetter(*names)
    dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    return lambda record: dumps(dict(zip(names, values(record), strict=True)))


def _owner(record: Any) -> str:
    account_id = getattr(record, "account_id", None)
    return f"{account_id}/" if account_id else ""


def _open(path: str) -> sqlite3.Connection:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, check_same_thread=False)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute(_SCHEMA)
    return db
