"""Run the checks one after the other, the tests last, and say what failed.

    python scripts/check.py all|lint|types|format [arguments for pytest]

A failed check does not hide the tests: all run, the exit status tells of any failure.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
Command = list[str]


def lint() -> dict[str, Command]:
    return {
        "ruff check": [PYTHON, "-m", "ruff", "check", "."],
        "ruff format": [PYTHON, "-m", "ruff", "format", "--check", "."],
        "djade": [*djade(), "--check", *templates()],
    }


def types() -> dict[str, Command]:
    return {"mypy": [PYTHON, "-m", "mypy", "--no-error-summary", "."]}


def formatting() -> dict[str, Command]:
    return {
        "ruff fixes": [PYTHON, "-m", "ruff", "check", "--fix", "."],
        "ruff format": [PYTHON, "-m", "ruff", "format", "."],
        "djade": [*djade(), *templates()],
    }


def djade() -> Command:
    return [str(Path(PYTHON).with_name("djade")), "--target-version", "5.2"]


def templates() -> list[str]:
    found = sorted((REPOSITORY / "templates").rglob("*.html"))
    return [str(path.relative_to(REPOSITORY)) for path in found]


def run_all(commands: dict[str, Command]) -> list[str]:
    """Run every command; return the names of those that failed."""
    failed = []
    for name, command in commands.items():
        if not run(name, command):
            failed.append(name)
    return failed


def run(name: str, command: Command) -> bool:
    done = subprocess.run(
        command,
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    has_passed = done.returncode == 0
    say(f"{name:<12} {'passed' if has_passed else 'FAILED'}")
    if not has_passed:
        say(done.stdout.rstrip())
    return has_passed


def run_tests(arguments: list[str]) -> bool:
    """Run pytest with its own output; its summary is the last thing printed."""
    subprocess.run([PYTHON, "scripts/chromium.py"], cwd=REPOSITORY, check=False)
    # Two processes with servers of their own; "-n 0" among the arguments is one.
    together = ["-n", "2", "--dist", "loadscope"]
    command = [PYTHON, "-m", "pytest", *together, *arguments]
    return subprocess.run(command, cwd=REPOSITORY, check=False).returncode == 0


def main(what: str, *arguments: str) -> int:
    kinds = {"lint": lint, "types": types, "format": formatting}
    if what != "all":
        return 1 if run_all(kinds[what]()) else 0
    failed = run_all({**lint(), **types()})
    if failed:
        say(f"The tests run all the same; not passed: {', '.join(failed)}")
    has_passed = run_tests(list(arguments))
    return 0 if has_passed and not failed else 1


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
