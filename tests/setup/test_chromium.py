from __future__ import annotations

from pathlib import Path

import pytest

from scripts import chromium


def stub(folder: Path, answer: str) -> Path:
    program = folder / "chromium"
    program.write_text(f"#!/bin/sh\necho '{answer}'\n", "utf-8")
    program.chmod(0o755)
    return program


def test_named_browser_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = stub(tmp_path, "<html></html>")
    monkeypatch.setenv("CHROMIUM", str(program))
    assert chromium.find() == program


def test_stub_that_draws_nothing_is_no_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHROMIUM", str(stub(tmp_path, "please install the snap")))
    assert chromium.find() is None


def test_missing_browser_is_found_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    assert chromium.find() is None
