"""Run every benchmark beside what it is compared with; write one table.

Each module of this folder with a ``main`` prints one JSON object as its last line:
``{"name": ..., "rows": [{"what": ..., "value": ..., "unit": ..., "beside": ...,
"beside_value": ..., "ratio": ...}]}``. Ratios mean something on any machine,
absolute figures only on the one that made them.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
RESULTS = FOLDER / "results.json"
HEADINGS = ("what", "value", "beside", "value beside", "ratio")


def main() -> int:
    wanted = sys.argv[1:]
    modules = sorted(
        path.stem
        for path in FOLDER.glob("[a-z]*.py")
        if not wanted or path.stem in wanted
    )
    results = [found for module in modules if (found := _run(module))]
    RESULTS.write_text(
        json.dumps({**_machine(), "benchmarks": results}, indent=2) + "\n",
        encoding="utf-8",
    )
    sys.stdout.write(_table(results))
    return 0 if len(results) == len(modules) else 1


def _run(module: str) -> dict[str, Any] | None:
    sys.stderr.write(f"running {module} ...\n")
    run = subprocess.run(
        [sys.executable, "-m", f"bench.{module}"],
        cwd=FOLDER.parent,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    lines = run.stdout.strip().splitlines()
    if run.returncode or not lines:
        sys.stderr.write(f"{module} failed with exit status {run.returncode}\n")
        return None
    result: dict[str, Any] = json.loads(lines[-1])
    return result


def _machine() -> dict[str, Any]:
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.system(),
    }


def _table(results: list[dict[str, Any]]) -> str:
    lines = [HEADINGS] + [
        (
            str(row["what"]),
            f"{row['value']:,.0f} {row['unit']}",
            str(row["beside"]),
            f"{row['beside_value']:,.0f} {row['unit']}",
            f"{row['ratio']:.2f}",
        )
        for result in results
        for row in result["rows"]
    ]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEADINGS))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + "\n"
        for line in lines
    )


if __name__ == "__main__":
    raise SystemExit(main())
