"""The process that does a job on contacts, or its undo, as a worker: ``KIND ID``.

Prints its CPU seconds and the seconds from the claim to the end as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from uuid import UUID

import django

if __name__ == "__main__":
    django.setup()

from contacts import tasks


def main(kind: str, work_id: UUID) -> None:
    model, run = next(work for work in tasks.WORKS if kind == work[0].KIND)
    began = time.perf_counter()
    run(work_id)
    total_s = time.perf_counter() - began
    work = model._default_manager.get(id=work_id)
    if work.state != work.State.FINISHED:
        raise RuntimeError(f"the {kind} ended as {work.state}: {work.error}")
    report = {"total_s": total_s, "cpu_s": sum(os.times()[:4]), "done": work.done}
    sys.stdout.write(json.dumps(report) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], UUID(sys.argv[2]))
