from __future__ import annotations

import pytest

from seven_dashboard.sandbox.params import (
    from_body,
    from_pairs,
    is_true,
    list_of,
    whole,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=1&b=", {"a": "1", "b": ""}),
        ("a=1&a=2&a=3", {"a": ["1", "2", "3"]}),
        ("a[]=1&a[]=2", {"a": ["1", "2"]}),
        ("a[0]=1&a[1]=2", {"a": ["1", "2"]}),
        ("f[0][name]=x&f[0][validity]=1", {"f": [{"name": "x", "validity": "1"}]}),
        ("a%5Bb%5D=1", {"a": {"b": "1"}}),
        ("a[=1", {"a[": "1"}),
        ("", {}),
    ],
)
def test_pairs(text: str, expected: dict[str, object]) -> None:
    assert from_pairs(text) == expected


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        (b'{"a": [1], "b": null}', "application/json", {"a": [1]}),
        (b'{"a": 1}', "text/plain", {"a": 1}),
        (b"a=1", "application/x-www-form-urlencoded", {"a": "1"}),
        (b"{broken", "application/json", {}),
        (b"[1]", "application/json", {}),
        (b"", "application/json", {}),
    ],
)
def test_body(body: bytes, content_type: str, expected: dict[str, object]) -> None:
    assert from_body(body, content_type=content_type) == expected


@pytest.mark.parametrize("value", ["1", 1, True, "true", "TRUE", "on", ["0", "1"]])
def test_true_words(value: object) -> None:
    assert is_true(value)


@pytest.mark.parametrize("value", ["0", 0, False, "false", "", None, "undefined"])
def test_false_words(value: object) -> None:
    assert not is_true(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a, b,,c", ["a", "b", "c"]),
        (["a", 1], ["a", "1"]),
        (4917, ["4917"]),
        (None, []),
    ],
)
def test_lists(value: object, expected: list[str]) -> None:
    assert list_of(value) == expected


@pytest.mark.parametrize(("value", "expected"), [("7", 7), ("x", 3), ("inf", 3)])
def test_whole_numbers(value: object, expected: int) -> None:
    assert whole(value, default=3) == expected
