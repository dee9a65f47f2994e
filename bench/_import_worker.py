"""The process that imports a file as a worker does: ``PATH WORKSPACE GROUP``.

Prints its report as JSON: seconds of each part, and its CPU seconds with those of the
process that cleans the rows.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import django

if __name__ == "__main__":
    django.setup()

from accounts.models import Workspace
from contacts.models import Group, Import
from contacts.services import import_runs, imports


def main(path: Path, workspace_id: str, group_id: str) -> None:
    began = time.perf_counter()
    with path.open("rb") as stream:
        source = imports.upload(
            workspace=Workspace.objects.get(id=workspace_id),
            actor=None,
            chunks=iter(lambda: stream.read(1 << 20), b""),
            filename="contacts.csv",
            groups=[Group.objects.get(id=group_id)],
        )
    uploaded = time.perf_counter()
    imports.start(source=source, actor=None)
    import_runs.run(source.id)
    ended = time.perf_counter()
    source.refresh_from_db()
    if (source.state, source.refused) != (Import.State.FINISHED, 0):
        raise RuntimeError(f"the import ended as {source.state}: {source.error}")
    times = os.times()
    report = {
        "source": str(source.id),
        "upload_s": uploaded - began,
        "total_s": ended - began,
        "cpu_s": sum(times[:4]),
    }
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
