from __future__ import annotations

import ast
import re

import pytest
from babel.messages import Catalog

from scripts import messages

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    return messages.german()


def test_every_text_is_in_the_german_catalogue() -> None:
    assert messages.stale_texts() == []


def test_every_text_has_its_german(catalogue: Catalog) -> None:
    assert messages.missing_from(catalogue) == []


def test_placeholders_survive_translation(catalogue: Catalog) -> None:
    def names(text: object) -> set[str]:
        return set(PLACEHOLDER.findall(str(text)))

    broken = []
    for message in catalogue:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = (
            message.string if isinstance(message.string, tuple) else (message.string,)
        )
        if names(ids[-1]) != names(strings[-1]):
            broken.append(ids[0])
    assert broken == []


def test_compiled_catalogue_is_current(catalogue: Catalog) -> None:
    compiled = messages.CATALOGUE.with_suffix(".mo").read_bytes()
    assert compiled == messages.rendered(catalogue)[1]


def test_writing_the_catalogue_again_changes_nothing() -> None:
    assert messages.CATALOGUE.read_bytes() == messages.rendered(messages.updated())[0]


def test_no_text_hides_behind_a_name_of_its_own() -> None:
    # Babel collects what the known names mark, so that such a text stays English.
    hidden = [
        f"{path.name}:{part.lineno} {name.asname}"
        for path in messages.source_files()
        if path.suffix == ".py"
        for part in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(part, ast.ImportFrom)
        and part.module == "django.utils.translation"
        for name in part.names
        if "gettext" in name.name
        and (name.asname or name.name) not in messages.KEYWORDS
    ]
    assert hidden == []


def test_no_text_hides_in_an_f_string() -> None:
    # Babel does not look into them, so that such a text stays English.
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in messages.source_files()
        if path.suffix == ".py"
        for part in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(part, ast.JoinedStr)
        for call in ast.walk(part)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        if call.func.id in messages.KEYWORDS
    ]
    assert hidden == []
