from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentTypeError
from pathlib import Path

import pytest

from seven_dashboard.sandbox.options import parse, read_range

ROOT = Path(__file__).parents[2]


def test_command_line_fills_every_option() -> None:
    options = parse(["--port", "0", "--report-delay-s", "2", "--no-fates"])
    assert (options.port, options.report_delay_s, options.has_fates) == (
        0,
        (2.0, 2.0),
        False,
    )


@pytest.mark.parametrize("text", ["", "x", "4:1", "-1"])
def test_bad_range_is_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError):
        read_range(text)


def test_manage_py_serves_the_sandbox() -> None:
    command = [sys.executable, "manage.py", "sandbox", "--port", "0"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        process.terminate()
        assert process.wait(10) == 0
    assert line.startswith("sandbox listening on http://127.0.0.1:")
