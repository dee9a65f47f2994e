from __future__ import annotations

import pytest

from messaging import text_checks
from seven_dashboard.errors import Refused

KNOWN = ("firstname", "lastname", "phone")


def refusal(text: str) -> str:
    with pytest.raises(Refused) as caught:
        text_checks.check_text(text, known=KNOWN)
    assert caught.value.field == "text"
    return str(caught.value)


def test_unknown_variable_names_the_nearest() -> None:
    assert "{{ firstname }}" in refusal("Hi {{ fristname }}")


def test_unknown_variable_without_neighbour_says_where_to_choose() -> None:
    assert "zzz" in refusal("Hi {{ zzz }}")


def test_broken_braces_are_shown() -> None:
    assert "{{ firstname" in refusal("Hi {{ firstname")


def test_empty_text_is_refused() -> None:
    assert refusal("  \n") == "Write a text first."


def test_known_variables_pass() -> None:
    found = text_checks.check_text("Hi {{ firstname|you }}", known=KNOWN)
    assert [variable.name for variable in found] == ["firstname"]


@pytest.mark.parametrize(
    ("typed", "taken"),
    [
        ("", ""),
        ("seven.io", "seven.io"),
        ("Cafe 24/7 !", "Cafe 24/7 !"),
        ("+49 171 6992343", "+491716992343"),
        ("1234567890123456", "1234567890123456"),
    ],
)
def test_allowed_sender_passes(typed: str, taken: str) -> None:
    assert text_checks.check_sender(typed) == taken


@pytest.mark.parametrize("typed", ["twelve chars", "Käse", "12345678901234567", "a;b"])
def test_forbidden_sender_is_refused(typed: str) -> None:
    with pytest.raises(Refused) as caught:
        text_checks.check_sender(typed)
    assert caught.value.field == "sender"


@pytest.mark.parametrize("label", ["spring sale", "größe", "x" * 101])
def test_forbidden_label_is_refused(label: str) -> None:
    with pytest.raises(Refused):
        text_checks.check_label(label)


def test_text_over_the_gateways_length_is_refused() -> None:
    with pytest.raises(Refused, match="1521 characters"):
        text_checks.check_length("x" * 1521)


def test_german_word_for_a_field_leads_to_its_variable() -> None:
    assert "{{ lastname }}" in refusal("Frau {{ Nachname }}")
