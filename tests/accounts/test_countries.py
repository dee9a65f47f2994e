from __future__ import annotations

from django.utils import translation

from accounts import countries, recorded


def test_umlaut_is_sorted_beside_its_letter() -> None:
    with translation.override("de"):
        names = [name for _code, name in countries.choices()]
    assert names.index("Österreich") < names.index("Polen")


def test_audit_says_a_role_in_words() -> None:
    with translation.override("de"):
        assert recorded.written("role", "sender") == "Versender"


def test_audit_leaves_a_free_value() -> None:
    assert recorded.written("name", "manager") == "manager"
