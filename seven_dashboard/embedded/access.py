"""As whom the packaged servers run, so that PostgreSQL's refusal of root is met.

Root is left without making a user and without opening a folder: the ways are tried
from the least powerful to the most powerful, each by really running a program.
"""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import EmbeddedError
from .places import make_private, var_dir

LAUNCHER = Path(__file__).with_name("launch.py")
CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 1, 2
OUTPUT_LIMIT = 2_000


@dataclass(frozen=True)
class Way:
    """One way to run a server: as which user, with which right to pass folders."""

    owner: int
    group: int
    options: tuple[str, ...] = ()


def ways() -> list[Way]:
    """Return the ways to try here, the least powerful first."""
    uid, gid = os.geteuid(), os.getegid()
    if uid != 0:
        return [Way(uid, gid), *_namespaced(uid, gid)]
    plain = _unprivileged()
    numbers = ("--uid", str(plain.pw_uid), "--gid", str(plain.pw_gid))
    dropped = [
        Way(plain.pw_uid, plain.pw_gid, (*numbers, *right))
        for right in (
            (),
            ("--capability", str(CAP_DAC_READ_SEARCH)),
            ("--capability", str(CAP_DAC_OVERRIDE)),
        )
    ]
    return [*dropped, *_namespaced(uid, gid)] if sys.platform == "linux" else dropped


def settle(home: Path, probe: Sequence[str]) -> Way:
    """Return the first way in which `probe` runs with `home` as its own folder.

    Raises EmbeddedError with what each way answered.
    """
    answers = []
    for way in ways():
        try:
            own(home, way)
        except OSError as error:
            answers.append(f"{home}: {error.strerror}")
            continue
        tried = run(way, probe, home=home)
        if tried.returncode == 0:
            return way
        answers.append(tried.stdout.strip()[-OUTPUT_LIMIT:])
    raise EmbeddedError(
        "The packaged database cannot run here: "
        + " / ".join(dict.fromkeys(answers))
        + "\nStart it as an ordinary user, move this folder to where the user "
        "'nobody' may enter, or set DATABASE_URL and REDIS_URL to servers of yours."
    )


def own(home: Path, way: Way) -> None:
    """Give our own data folder, and nothing else, to the user of the server."""
    make_private(home)
    if home.stat().st_uid == way.owner:
        return
    for folder, _, files in os.walk(home):
        for entry in (folder, *(os.path.join(folder, name) for name in files)):
            os.lchown(entry, way.owner, way.group)


def run(
    way: Way, program: Sequence[str], *, home: Path, text_in: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end; its errors are in the standard output too."""
    return subprocess.run(
        command(way, program, home=home),
        input=text_in,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=clean_environment(home),
        cwd="/",
        check=False,
    )


def spawn(
    way: Way,
    program: Sequence[str],
    *,
    home: Path,
    log: Path,
    death_signal: signal.Signals,
) -> subprocess.Popen[bytes]:
    """Start a server that gets `death_signal` when this process dies (Linux)."""
    ties = ("--parent", str(os.getpid()), "--death-signal", str(int(death_signal)))
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return subprocess.Popen(
            command(way, program, home=home, ties=ties),
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            env=clean_environment(home),
            cwd="/",
            start_new_session=True,
        )
    finally:
        os.close(descriptor)


def command(
    way: Way, program: Sequence[str], *, home: Path, ties: Sequence[str] = ()
) -> list[str]:
    """Return the command line that launches `program` in this way."""
    launcher = [sys.executable, "-I", "-S", str(LAUNCHER)]
    return [*launcher, *way.options, "--home", str(home), *ties, "--", *program]


def clean_environment(home: Path) -> dict[str, str]:
    """Return an environment in which no setting of the caller changes a server."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": str(home)}


def _unprivileged() -> pwd.struct_passwd:
    """Return the user root steps down to: the owner of the folder, else nobody."""
    place = var_dir()
    owners = [folder.stat().st_uid for folder in (place, *place.parents)[:2]]
    for uid in (*(owner for owner in owners if owner), 65534):
        try:
            return pwd.getpwuid(uid)
        except KeyError:
            continue
    for entry in pwd.getpwall():
        if entry.pw_uid != 0:
            return entry
    raise EmbeddedError(
        "PostgreSQL refuses to run as root and this machine has no other user. "
        "Set DATABASE_URL and REDIS_URL to servers of yours."
    )


def _namespaced(uid: int, gid: int) -> list[Way]:
    """Return the way by which the same user looks like an ordinary, known one."""
    if sys.platform != "linux":
        return []
    return [Way(uid, gid, ("--inner-uid", "65534"))]
