from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.rendering import (
    MissingValue,
    TemplateError,
    Variable,
    nearest,
    occurrences,
    render,
    variables_of,
)


def test_variable_is_filled() -> None:
    assert render("Hi {{ firstname }}!", {"firstname": "Ada"}) == "Hi Ada!"


def test_default_stands_in_for_an_empty_value() -> None:
    assert render("Hi {{firstname|there}}!", {"firstname": "  "}) == "Hi there!"


def test_value_wins_over_the_default() -> None:
    assert render("Hi {{ firstname|there }}", {"firstname": "Ada"}) == "Hi Ada"


def test_missing_value_is_never_an_empty_hole() -> None:
    with pytest.raises(MissingValue) as caught:
        render("Hi {{ firstname }}", {"lastname": "Lovelace"})
    assert caught.value.name == "firstname"


def test_empty_default_is_a_choice_of_the_writer() -> None:
    assert render("{{ company| }}Hi", {}) == "Hi"


def test_names_do_not_care_about_case() -> None:
    assert render("{{ FirstName }}", {"firstname": "Ada"}) == "Ada"


def test_value_is_never_read_as_a_template() -> None:
    assert render("{{ firstname }}", {"firstname": "{{ phone }}"}) == "{{ phone }}"


def test_blanks_of_a_value_become_one_space() -> None:
    assert render("{{ a }}", {"a": " Ada\u00a0\n Lovelace\t"}) == "Ada Lovelace"


def test_long_value_is_cut() -> None:
    assert len(render("{{ a }}", {"a": "x" * 5000})) == 1000


def test_variables_come_in_order_and_once() -> None:
    found = variables_of("{{ b|x }} {{ a }} {{ b|x }} {{ b }}")
    assert found == (Variable("b", "x"), Variable("a", None), Variable("b", None))


def test_occurrences_tell_defaults_apart() -> None:
    assert occurrences("{{ a }} {{ a|x }} {{a}}", Variable("a", None)) == 2


def test_name_may_have_umlauts_and_digits() -> None:
    assert render("{{ straße_2 }}", {"straße_2": "Weg"}) == "Weg"


def test_single_braces_are_ordinary_characters() -> None:
    assert render("{ok} } {", {}) == "{ok} } {"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hi {{ firstname", "unclosed"),
        ("Hi {{ firstname }", "unclosed"),
        ("Hi {{ first {{ name }}", "unclosed"),
        ("Hi firstname }}", "unopened"),
        ("{{ a }} }}", "unopened"),
        ("{{ }}", "name"),
        ("{{ |there }}", "name"),
        ("{{ first name }}", "name"),
        ("{{ a.b }}", "name"),
        ("{{ a[0] }}", "name"),
        ("{{ a() }}", "name"),
        ("{{ 1st }}", "name"),
        ("{{ " + "a" * 61 + " }}", "name"),
        ("{{ a }}" * 101, "too_many"),
        ("x" * 10_001, "too_long"),
    ],
)
def test_broken_text_is_refused(text: str, code: str) -> None:
    with pytest.raises(TemplateError) as caught:
        variables_of(text)
    assert caught.value.code == code


def test_error_points_at_the_place() -> None:
    with pytest.raises(TemplateError) as caught:
        variables_of("Dear {{ firstname, your parcel")
    assert (caught.value.position, caught.value.excerpt[:12]) == (5, "{{ firstname")


@given(st.text(max_size=300))
def test_any_text_is_rendered_or_refused(text: str) -> None:
    try:
        rendered = render(text, {})
    except (TemplateError, MissingValue):
        return
    assert rendered == unicodedata.normalize("NFC", text) or "{{" in text


def test_accents_are_joined_to_their_letters() -> None:
    assert render("fu\u0308r {{ a }}", {"a": "Jo\u0308rg"}) == "für Jörg"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("fistname", "firstname"), ("zzz", None), ("kundennr", "kundennummer")],
)
def test_nearest_known_name_is_found(typed: str, meant: str | None) -> None:
    assert nearest(typed, ["firstname", "lastname", "kundennummer"]) == meant
