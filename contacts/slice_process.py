"""Cleans the rows of a file ahead of the database, in a process of its own.

Cleaning a row takes a third of the time that writing it takes; in a process of its
own both go on at once, on two cores. Plain Python, so that it starts in a moment:
``python -m contacts.slice_process`` reads a ``Job`` and writes its slices, pickled. It
may come from a Celery worker, whose processes may not have children of
``multiprocessing``. It is never more than one slice ahead, because a pipe holds no
more, and it ends with its parent, because then the pipe breaks.
"""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
import traceback
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from contacts import slices
from contacts.reading import tables
from contacts.reading.errors import Unreadable
from contacts.reading.tables import Layout
from contacts.rows import Shape
from contacts.slices import Slice

# Fewer rows are cleaned sooner than a process starts.
ALONE_UP_TO_ROWS = 10_000
_ROOT = Path(__file__).resolve().parents[1]
_SLICE, _END, _UNREADABLE, _BROKEN = "slice", "end", "unreadable", "broken"


class CleaningFailed(RuntimeError):
    """The process met what it does not know; says where, without values."""


class CleaningDied(RuntimeError):
    """The process was ended from outside; another one can go on."""


@dataclass(frozen=True, slots=True)
class Job:
    """Which rows of which file to clean: those after the first ``skip``."""

    path: Path
    layout: Layout
    shape: Shape
    skip: int
    # Rows of a slice.
    size: int

    @property
    def is_small(self) -> bool:
        return self.layout.rows - self.skip <= ALONE_UP_TO_ROWS


def prepared(job: Job) -> Generator[Slice]:
    """Yield the slices of the file; raise ``Unreadable`` or ``FileNotFoundError``.

    Close it when it is not read to its end.
    """
    job.path.stat()
    if job.is_small:
        yield from _slices(job)
        return
    command = [sys.executable, "-m", "contacts.slice_process"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=_ROOT) as process:
        try:
            yield from _received(process, job)
        finally:
            process.kill()


def _slices(job: Job) -> Iterator[Slice]:
    rows = tables.rows(job.path, job.layout, skip=job.skip)
    for part in tables.slices(rows, job.size):
        yield slices.prepare(part, job.shape)


def _received(process: subprocess.Popen[bytes], job: Job) -> Iterator[Slice]:
    assert process.stdin and process.stdout
    try:
        with process.stdin as stream:
            pickle.dump(job, stream)
        while True:
            word, value = pickle.load(process.stdout)
            if word == _SLICE:
                yield value
            elif word == _UNREADABLE:
                raise Unreadable(value[0], **value[1])
            elif word == _BROKEN:
                raise CleaningFailed(value)
            else:
                return
    except (EOFError, BrokenPipeError):
        raise CleaningDied from None


def main() -> int:
    # A broken pipe ends it; a Ctrl-C is its parent's to answer.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    job: Job = pickle.load(sys.stdin.buffer)
    try:
        for part in _slices(job):
            _send(_SLICE, part)
    except Unreadable as error:
        _send(_UNREADABLE, (error.code, error.facts))
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        _send(_BROKEN, f"{type(error).__name__} in {place.name}, line {place.lineno}")
    else:
        _send(_END, None)
    return 0


def _send(word: str, value: object) -> None:
    pickle.dump((word, value), sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    # The parent knows the classes by this name, not as those of __main__.
    from contacts import slice_process

    sys.exit(slice_process.main())
