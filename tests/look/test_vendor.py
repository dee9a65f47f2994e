"""Vendored files are what their list says, and small enough to send."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from tests.look.make_sprite import ICONS

STATIC = Path(__file__).resolve().parents[2] / "static"
VENDOR = STATIC / "vendor"
TEMPLATES = STATIC.parent / "templates"
SPRITE = VENDOR / "tabler-icons-3.51.0.sprite.svg"
ROW = re.compile(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", re.MULTILINE)
LISTED = dict(ROW.findall((VENDOR / "README.md").read_text(encoding="utf-8")))
FIRST_LOAD_LIMIT = 250_000
# Loaded by the page of countries alone.
WORLD = VENDOR / "world-atlas-2.0.2.map.svg"
WORLD_LIMIT = 25_000


@pytest.mark.parametrize("name", LISTED)
def test_vendored_file_is_the_listed_one(name: str) -> None:
    digest = hashlib.sha256((VENDOR / name).read_bytes()).hexdigest()
    assert digest == LISTED[name]


def test_every_vendored_file_is_listed() -> None:
    present = {path.name for path in VENDOR.iterdir()} - {"README.md"}
    assert present == set(LISTED)


def test_no_file_points_to_a_source_map() -> None:
    texts = [p for p in STATIC.rglob("*") if p.suffix in {".js", ".css"}]
    assert [p.name for p in texts if b"sourceMappingURL" in p.read_bytes()] == []


def test_first_load_fits_the_budget() -> None:
    packed = {".css", ".js", ".svg"}
    sent = [p for p in STATIC.rglob("*") if p.suffix in packed and p != WORLD]
    total = sum(len(gzip.compress(path.read_bytes(), 6)) for path in sent)
    total += (VENDOR / "inter-5.3.0-latin-wght.woff2").stat().st_size
    assert total < FIRST_LOAD_LIMIT


def test_map_is_small() -> None:
    assert len(gzip.compress(WORLD.read_bytes(), 6)) < WORLD_LIMIT


def test_sprite_holds_the_listed_icons() -> None:
    drawn = re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text(encoding="utf-8"))
    assert sorted(drawn) == sorted(set(ICONS))


def test_every_icon_of_a_template_is_in_the_sprite() -> None:
    used: set[str] = set()
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        used |= set(re.findall(r'{% icon "([^"]+)"', text))
        used |= set(re.findall(r'icon_name="([^"]+)"', text))
    assert used - set(ICONS) == set()


def test_scripts_stay_under_a_hundred_lines() -> None:
    own = (STATIC / "js").glob("*.js")
    lines = {p.name: len(p.read_text(encoding="utf-8").splitlines()) for p in own}
    assert {name: count for name, count in lines.items() if count > 100} == {}


def test_every_reference_survives_hashed_names(
    tmp_path: Path, settings: LazySettings
) -> None:
    settings.STATIC_ROOT = tmp_path
    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
    call_command("collectstatic", interactive=False, verbosity=0)
    manifest = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    tokens = (tmp_path / manifest["css/tokens.css"]).read_text()
    assert re.search(r"inter-5\.3\.0-latin-wght\.[0-9a-f]{12}\.woff2", tokens)
