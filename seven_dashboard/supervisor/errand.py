"""A command that is run once, while the rest of the house is looked after."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from pathlib import Path


def run_to_end(
    command: Sequence[str], *, folder: Path, meanwhile: Callable[[], None]
) -> tuple[int, str]:
    """Run a command; return its exit status and what it printed.

    `meanwhile` is called again and again until then. When it raises, the command and
    all it started are ended, and the exception goes on.
    """
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        text=True,
        start_new_session=True,
    )
    output: list[str] = []
    reader = threading.Thread(target=_read_into, args=(process, output))
    reader.start()
    try:
        while process.poll() is None:
            meanwhile()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        reader.join()
    return process.returncode, "".join(output)


def _read_into(process: subprocess.Popen[str], output: list[str]) -> None:
    assert process.stdout is not None
    with process.stdout:
        output.extend(process.stdout)
