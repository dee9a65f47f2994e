"""Every template compiles, is used, and keeps the content security policy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from tests.house.source import ROOT, python_files

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
NAMES = [str(path.relative_to(ROOT / "templates")) for path in TEMPLATES]
# Django and allauth find these by name.
FOUND_BY_NAME = ("4", "5", "account/", "mfa/", "usersessions/", "allauth/")


def _everything_but(path: Path) -> str:
    texts = [p.read_text(encoding="utf-8") for p in TEMPLATES if p != path]
    texts += [p.read_text(encoding="utf-8") for p in python_files()]
    return "\n".join(texts)


@pytest.mark.parametrize("name", NAMES)
def test_template_compiles(name: str) -> None:
    assert get_template(name)


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_template_has_nothing_inline(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text)
    assert not re.search(r"\sstyle=|<style\b", text)
    assert not re.search(r"\son[a-z]+=|\shx-on", text)
    assert "javascript:" not in text


def test_every_template_is_used() -> None:
    unused = [
        name
        for path, name in zip(TEMPLATES, NAMES, strict=True)
        if not name.startswith(FOUND_BY_NAME) and name not in _everything_but(path)
    ]
    assert unused == []


def test_templates_load_nothing_from_elsewhere() -> None:
    pattern = re.compile(r"(?:src|href)=\"(?:https?:)?//(?!www\.w3\.org)")
    foreign = [
        name
        for path, name in zip(TEMPLATES, NAMES, strict=True)
        if pattern.search(path.read_text(encoding="utf-8"))
        and 'rel="noopener' not in path.read_text(encoding="utf-8")
    ]
    assert foreign == []
