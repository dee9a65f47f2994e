"""The files for production say the same as the code that runs on a bare machine."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from seven_dashboard import queues
from seven_dashboard.supervisor import plans

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    text = (REPOSITORY / "compose.yaml").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)["services"]
    return found


def read(name: str) -> str:
    return (REPOSITORY / name).read_text("utf-8")


def named(requirement: str) -> str:
    bare = re.split(r"[\[<>=!~; ]", requirement.strip(), maxsplit=1)[0]
    return bare.lower().replace("_", "-")


def locked(name: str) -> set[str]:
    lines = read(name).splitlines()
    return {named(line) for line in lines if line and line[0] not in "#-"}


def test_every_queue_has_a_worker() -> None:
    served = [queue for worker in plans.WORKERS for queue in worker.queues]
    assert sorted(served) == sorted(queues.ALL)


@pytest.mark.parametrize("worker", plans.WORKERS, ids=lambda worker: worker.name)
def test_compose_runs_the_same_workers(
    services: dict[str, Any], worker: plans.Worker
) -> None:
    service = services[f"worker-{worker.name}"]
    assert service["command"] == ["python", *worker.command()]
    assert service["environment"]["SEVEN_WORKER"] == worker.name


def test_compose_runs_the_same_clock(services: dict[str, Any]) -> None:
    command = plans.beat_command(Path("/data/beat-schedule"))
    assert services["beat"]["command"] == ["python", *command]


def test_compose_and_image_run_the_same_web_server(services: dict[str, Any]) -> None:
    command = ["python", *plans.web_command(host="0.0.0.0", port=8000, workers=2)]
    assert services["web"]["command"] == command
    image = read("Dockerfile").partition("\nCMD ")[2]
    assert yaml.safe_load(image.replace("\\\n", "")) == command


def test_no_secret_stands_in_compose(services: dict[str, Any]) -> None:
    given = services["web"]["environment"]
    for name in ("DATABASE_URL", "SECRET_KEY", "FIELD_KEYS"):
        assert name not in given
        assert given[f"{name}_FILE"].startswith("/run/secrets/")


def test_image_does_not_run_as_root() -> None:
    assert re.search(r"^USER (?!root)\w+$", read("Dockerfile"), re.MULTILINE)


def test_every_variable_of_compose_is_explained(services: dict[str, Any]) -> None:
    names = set(services["web"]["environment"]) | set(
        re.findall(r"^([A-Z_]+)=", read(".env.example"), re.MULTILINE)
    )
    missing = {name.removesuffix("_FILE") for name in names} - documented()
    assert not missing


def test_every_variable_the_product_reads_is_explained() -> None:
    pattern = re.compile(r'(?:env\.)?(?:text|flag|number|words|secret)\(\s*"([A-Z_]+)"')
    files = [
        REPOSITORY / "seven_dashboard" / name
        for name in ("settings.py", "env.py", "whereabouts.py")
    ]
    read_names = {
        name for file in files for name in pattern.findall(file.read_text("utf-8"))
    }
    assert not read_names - documented()


def documented() -> set[str]:
    return set(re.findall(r"^\| `([A-Z_]+)`", read("docs/operations.md"), re.MULTILINE))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_lock_file_has_versions_and_no_host(name: str) -> None:
    for line in read(name).splitlines():
        assert re.fullmatch(
            r"#.*|-r requirements\.txt|[\w.-]+==[\w.]+( ; .+)?", line
        ), line
        assert "://" not in line


def test_lock_files_name_every_dependency() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    runtime = {named(entry) for entry in project["dependencies"]}
    dev = {named(entry) for entry in project["optional-dependencies"]["dev"]}
    assert not runtime - locked("requirements.txt")
    assert not dev - locked("requirements-dev.txt") - locked("requirements.txt")


def test_locked_versions_install_on_the_oldest_python() -> None:
    pins = re.findall(
        r"^([\w.-]+)==([\w.]+)",
        read("requirements.txt") + read("requirements-dev.txt"),
        re.MULTILINE,
    )
    wanted = {named(name): version for name, version in pins}
    for found in distributions():
        allowed = SpecifierSet(found.metadata["Requires-Python"] or "")
        if wanted.get(named(found.metadata["Name"])) == found.version:
            assert allowed.contains("3.11.0"), found.metadata["Name"]
