from __future__ import annotations

import subprocess

from tests.house.source import ROOT, python_files

FORBIDDEN_NAMES = {"utils", "helpers", "misc", "common"}


def test_no_module_is_called_utils() -> None:
    assert [p for p in python_files() if p.stem in FORBIDDEN_NAMES] == []


def test_files_stay_small_enough_to_read() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (*python_files(), *(ROOT / "tests").rglob("*.py"))
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_data_and_keys_are_not_tracked() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "var", ".env", ".venv"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert tracked == ""
