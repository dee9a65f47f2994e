"""Every template compiles, is used, and keeps the content security policy."""

from __future__ import annotations

import re

import pytest
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template

from tests.house.source import ROOT, python_files

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
NAMES = [str(path.relative_to(ROOT / "templates")) for path in TEMPLATES]
# What the content security policy forbids.
INLINE = {
    "script": r"<script(?![^>]*\bsrc=)(?![^>]*application/json)",
    "style": r"\sstyle=|<style\b",
    "handler": r"\son[a-z]+=|\shx-on",
    "address": r"javascript:",
}
# Django and allauth find these by name.
FOUND_BY_NAME = ("4", "5", "account/", "mfa/", "usersessions/", "allauth/")


def test_templates_compile() -> None:
    broken = {}
    for name in NAMES:
        try:
            get_template(name)
        except (TemplateDoesNotExist, TemplateSyntaxError) as error:
            broken[name] = repr(error)
    assert broken == {}


@pytest.mark.parametrize("pattern", INLINE.values(), ids=INLINE)
def test_templates_have_nothing_inline(pattern: str) -> None:
    found = {
        name: written.group()
        for path, name in zip(TEMPLATES, NAMES, strict=True)
        if (written := re.search(pattern, path.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_every_template_is_used() -> None:
    texts = {p: p.read_text(encoding="utf-8") for p in (*TEMPLATES, *python_files())}
    naming = {path: text for path, text in texts.items() if ".html" in text}
    unused = [
        name
        for path, name in zip(TEMPLATES, NAMES, strict=True)
        if not name.startswith(FOUND_BY_NAME)
        and not any(name in text for other, text in naming.items() if other != path)
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
