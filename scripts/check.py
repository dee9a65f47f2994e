"""Run the checks and the tests, and say what failed.

    python scripts/check.py all|lint|types|format [arguments for pytest]

A failed check does not hide the tests: all run, the exit status tells of any failure.
Types are checked beside the tests, out of what these leave of two cores. What they say
comes in between, or after the tests where they take longer; what failed is named last.
"""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
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
    """Run a check and say how it went."""
    ran = subprocess.run(
        command, cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    is_well = ran.returncode == 0
    say(f"{name:<12} {'passed' if is_well else 'FAILED'}")
    if not is_well:
        say(f"{ran.stdout}{ran.stderr}".rstrip())
    return is_well


def run_tests(arguments: list[str]) -> bool:
    """Run pytest with its own output; its summary is the last thing printed."""
    subprocess.run([PYTHON, "scripts/chromium.py"], cwd=REPOSITORY, check=False)
    # Two processes with servers of their own; "-n 0" among the arguments is one.
    together = ["-n", "2", "--dist", "loadscope"]
    command = [PYTHON, "-m", "pytest", *together, *arguments]
    return subprocess.run(command, cwd=REPOSITORY, check=False).returncode == 0


def run_everything(arguments: list[str]) -> bool:
    failed = run_all(lint())
    with ThreadPoolExecutor() as beside:
        # The lowest claim to a core: tests that look at the clock do not notice.
        begun = {
            name: beside.submit(run, name, ["nice", *command])
            for name, command in types().items()
        }
        has_tests_passed = run_tests(arguments)
    failed += [name for name, one in begun.items() if not one.result()]
    if failed:
        say(f"Not passed: {', '.join(failed)}")
    return has_tests_passed and not failed


def main(what: str, *arguments: str) -> int:
    kinds = {"lint": lint, "types": types, "format": formatting}
    if what != "all":
        return 1 if run_all(kinds[what]()) else 0
    return 0 if run_everything(list(arguments)) else 1


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
