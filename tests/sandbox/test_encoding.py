from __future__ import annotations

import pytest

from seven_dashboard.sandbox.encoding import Measure, measure


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x" * 160, Measure("gsm", 1)),
        ("x" * 161, Measure("gsm", 2)),
        ("x" * 306, Measure("gsm", 2)),
        ("x" * 307, Measure("gsm", 3)),
        ("€" * 80, Measure("gsm", 1)),
        ("€" * 81, Measure("gsm", 2)),
        ("ä" * 70, Measure("gsm", 1)),
        ("ж" * 70, Measure("ucs2", 1)),
        ("ж" * 133, Measure("ucs2", 2)),
        ("ж" * 143, Measure("ucs2", 3)),
        ("ж" * 196, Measure("ucs2", 3)),
        ("😀" * 35, Measure("ucs2", 1)),
        ("😀" * 36, Measure("ucs2", 2)),
        ("", Measure("gsm", 1)),
    ],
)
def test_text_has_the_recorded_parts(text: str, expected: Measure) -> None:
    assert measure(text) == expected
