"""A file that is one endless line is refused in flat memory."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from contacts.reading import tables
from contacts.reading.errors import Unreadable

MIB = 1 << 20


def test_endless_line_is_refused_in_flat_memory(tmp_path: Path) -> None:
    path = tmp_path / "line.csv"
    # A letter beyond the basic plane makes each of the others take four bytes.
    path.write_bytes("phone;name\n😀".encode() + b"a," * (20 * MIB))
    tracemalloc.start()
    with pytest.raises(Unreadable) as refused:
        tables.inspect(path)
    _now, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.facts == {"line": 2}
    assert peak_bytes < 32 * MIB
