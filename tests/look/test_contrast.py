"""The colours keep WCAG AA, computed from the tokens, in light and in dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from seven_dashboard.statuses import STATUSES

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
TEXT, MARK = 4.5, 3.0
GROUNDS = ("surface", "canvas", "sunken", "hover")
TONES = sorted({status.tone for status in STATUSES.values()})
SERIES = [
    "sms",
    "voice",
    "rcs",
    "delivered",
    "undelivered",
    "expired",
    "refused",
    "accepted",
    "queued",
    "skipped",
    "unclear",
]
TEXT_PAIRS = [
    *[(text, ground) for text in ("text", "text-2", "text-3") for ground in GROUNDS],
    *[("accent", ground) for ground in ("surface", "canvas", "accent-soft")],
    ("text", "accent-soft"),
    ("text-3", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("on-danger", "danger-fill"),
    ("on-danger", "danger-hover"),
    *[(f"tone-{tone}", f"ground-{tone}") for tone in TONES],
    *[(f"tone-{tone}", "surface") for tone in TONES],
    *[("text", f"ground-{tone}") for tone in TONES],
]
MARK_PAIRS = [
    ("focus", "surface"),
    ("focus", "canvas"),
    ("line-strong", "surface"),
    ("accent", "line"),
    *[(f"chart-{key}", "surface") for key in SERIES],
]


def _tokens(theme: str) -> dict[str, str]:
    text = (CSS / "tokens.css").read_text(encoding="utf-8")
    rule = text[text.index(f'[data-bs-theme="{theme}"] {{') :].split("}", 1)[0]
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", rule))


def _luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted([_luminance(one), _luminance(other)])
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_wcag_says() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)
    assert _contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("pair", TEXT_PAIRS, ids="-on-".join)
def test_words_can_be_read(theme: str, pair: tuple[str, str]) -> None:
    tokens = _tokens(theme)
    assert _contrast(tokens[pair[0]], tokens[pair[1]]) >= TEXT


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("pair", MARK_PAIRS, ids="-on-".join)
def test_marks_can_be_seen(theme: str, pair: tuple[str, str]) -> None:
    tokens = _tokens(theme)
    assert _contrast(tokens[pair[0]], tokens[pair[1]]) >= MARK


def test_both_themes_name_the_same_colours() -> None:
    assert _tokens("light").keys() == _tokens("dark").keys()
