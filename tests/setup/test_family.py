"""The supervisor's children, with small scripts in the place of the real ones."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from seven_dashboard.embedded.leases import wait_until
from seven_dashboard.supervisor import child as child_module
from seven_dashboard.supervisor.child import Child, Plan, cause_of_death
from seven_dashboard.supervisor.family import Family
from seven_dashboard.supervisor.logs import Log, loud_text
from tests.setup.user import ends, is_running

REPOSITORY = Path(__file__).resolve().parents[2]
SLEEPER = "import time; time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPER
PARENT = (
    "import subprocess, sys; "
    f"print(subprocess.Popen([sys.executable, '-c', {SLEEPER!r}]).pid, flush=True); "
    f"{SLEEPER}"
)
SUPERVISOR = """
import sys, time
from pathlib import Path
from seven_dashboard.supervisor.child import Plan
from seven_dashboard.supervisor.family import Family
folder = Path(sys.argv[1])
family = Family(log_of=lambda name: folder / f"{name}.log", folder=folder, tell=print)
child = family.add(Plan("parent", (sys.executable, "-c", sys.argv[2])))
print(child.pid, flush=True)
time.sleep(600)
"""


class Told(list[str]):
    """What the family had to say."""


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def family(tmp_path: Path, told: Told) -> Iterator[Family]:
    made = Family(
        log_of=lambda name: tmp_path / f"{name}.log", folder=tmp_path, tell=told.append
    )
    yield made
    made.stop(list(made.children), is_hurried=lambda: True)
    made.close()


def python(name: str, code: str, *, grace_s: float = 5.0) -> Plan:
    return Plan(name, (sys.executable, "-c", code), grace_s=grace_s)


def beating(pulse: Path) -> Plan:
    code = (
        "import os, pathlib, time\n"
        "while True: pathlib.Path(os.environ['SEVEN_PULSE_FILE']).touch(); "
        "time.sleep(0.05)"
    )
    return Plan("one", (sys.executable, "-c", code), grace_s=0.1, pulse=pulse)


def ticks_until(family: Family, is_so: Callable[[], bool]) -> bool:
    """Let the family look after itself until something is so."""

    def tick() -> bool:
        family.tick()
        return is_so()

    return wait_until(tick, timeout_s=60)


def restarts(family: Family, child: Child, old_pid: int) -> bool:
    return ticks_until(family, lambda: child.is_alive and child.pid != old_pid)


def pid_of(child: Child) -> int:
    assert child.pid is not None
    return child.pid


def printed_pid(log: Path) -> int:
    assert wait_until(lambda: log.exists() and b"\n" in log.read_bytes(), timeout_s=30)
    return int(log.read_text("utf-8").split()[0])


def test_killed_child_is_started_again(family: Family, told: Told) -> None:
    child = family.add(python("one", SLEEPER))
    old_pid = pid_of(child)
    os.kill(old_pid, signal.SIGKILL)
    assert restarts(family, child, old_pid)
    assert "killed by SIGKILL" in told[0]


def test_what_a_killed_child_had_started_ends_too(
    family: Family, tmp_path: Path
) -> None:
    child = family.add(python("one", PARENT))
    grandchild = printed_pid(tmp_path / "one.log")
    old_pid = pid_of(child)
    os.kill(old_pid, signal.SIGKILL)
    assert restarts(family, child, old_pid)
    assert ends(grandchild)


def test_child_that_keeps_dying_is_started_ever_slower(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child_module, "FIRST_PAUSE_S", 0.05)
    monkeypatch.setattr(child_module, "LONGEST_PAUSE_S", 0.2)
    child = family.add(python("one", "raise SystemExit(3)"))
    child.pause_s = 0.05
    for pause_s in (0.1, 0.2, 0.2):
        assert ticks_until(family, lambda: child.process is None)
        assert child.pause_s == pause_s
        assert ticks_until(family, lambda: child.process is not None)


def test_child_that_lived_long_starts_at_once(family: Family) -> None:
    child = family.add(python("one", SLEEPER))
    child.pause_s = 8.0
    child.started_at -= child_module.HEALTHY_AFTER_S + 1
    os.kill(pid_of(child), signal.SIGKILL)
    assert ticks_until(family, lambda: child.process is None)
    assert child.pause_s == 2 * child_module.FIRST_PAUSE_S


def test_child_that_stands_still_is_started_again(
    family: Family, told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child_module, "SILENT_AFTER_S", 0.3)
    child = family.add(beating(tmp_path / "pulse"))
    assert ticks_until(family, (tmp_path / "pulse").exists)
    old_pid = pid_of(child)
    os.kill(old_pid, signal.SIGSTOP)
    assert restarts(family, child, old_pid)
    assert told[0] == "one stands still, ending it"


def test_child_with_a_pulse_is_left_alone(
    family: Family, told: Told, tmp_path: Path
) -> None:
    pulse = tmp_path / "pulse"
    child = family.add(beating(pulse))
    assert ticks_until(family, pulse.exists)
    for _look in range(3):
        assert wait_until(lambda: pulse.stat().st_mtime_ns != child.beat, timeout_s=30)
        # The last look was an hour ago, the last touch since.
        child.beat_seen_at -= 3600
        family.tick()
    assert told == []


def test_stopped_family_is_gone(family: Family) -> None:
    pids = [pid_of(family.add(python(name, SLEEPER))) for name in ("one", "two")]
    family.stop(["one", "two"], is_hurried=lambda: False)
    assert not any(is_running(pid) for pid in pids)
    assert not family.children


def test_child_that_ignores_the_request_is_killed(family: Family) -> None:
    pid = pid_of(family.add(python("one", STUBBORN, grace_s=0.5)))
    family.stop(["one"], is_hurried=lambda: False)
    assert not is_running(pid)


def test_hurry_waits_for_nobody(family: Family) -> None:
    pid = pid_of(family.add(python("one", STUBBORN, grace_s=600)))
    family.stop(["one"], is_hurried=lambda: True)
    assert not is_running(pid)


def test_killed_supervisor_takes_all_with_it(tmp_path: Path) -> None:
    supervisor = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(tmp_path), PARENT],
        stdout=subprocess.PIPE,
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
    )
    assert supervisor.stdout is not None
    child = int(supervisor.stdout.readline())
    grandchild = printed_pid(tmp_path / "parent.log")
    supervisor.kill()
    supervisor.communicate()
    assert ends(child)
    assert ends(grandchild)


def test_killed_leash_is_replaced(family: Family, tmp_path: Path) -> None:
    family.add(python("one", SLEEPER))
    leash = family._leash
    leash.kill()
    leash.wait()
    assert leash.stdin is not None
    leash.stdin.close()
    family.tick()
    assert family._leash.poll() is None


def test_error_in_a_log_is_told(family: Family, told: Told) -> None:
    line = '{"level": "error", "message": "cannot reach the gateway\\nTraceback"}'
    family.add(python("one", f"print({line!r}, flush=True); {SLEEPER}"))
    assert ticks_until(family, lambda: bool(told))
    assert told == ["one: cannot reach the gateway"]


def test_repeated_error_is_told_once(family: Family, told: Told) -> None:
    line = '{"level": "error", "message": "again"}'
    other = '{"level": "error", "message": "end"}'
    code = f"for _ in range(9): print({line!r})\nprint({other!r}, flush=True)"
    family.add(python("one", f"{code}\n{SLEEPER}"))
    assert ticks_until(family, lambda: "one: end" in told)
    assert told == ["one: again", "one: end"]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ('{"level": "INFO", "message": "fine"}', ""),
        ('{"level": "CRITICAL", "message": "on fire"}', "on fire"),
        ("plain text with ERROR in it", ""),
        ("[1, 2]", ""),
    ],
    ids=["info", "critical", "plain", "no-object"],
)
def test_only_structured_errors_are_loud(line: str, text: str) -> None:
    assert loud_text(line) == text


def test_long_log_is_moved_aside(tmp_path: Path) -> None:
    path = tmp_path / "one.log"
    log = Log(path, limit=10)
    path.write_text("0123456789\n", "utf-8")
    log.shorten()
    assert path.stat().st_size == 0
    assert (tmp_path / "one.log.1").read_text("utf-8") == "0123456789\n"


@pytest.mark.parametrize(
    ("status", "words"),
    [(0, "exit status 0"), (3, "exit status 3"), (-9, "killed by SIGKILL")],
)
def test_death_is_put_into_words(status: int, words: str) -> None:
    assert cause_of_death(status) == words
