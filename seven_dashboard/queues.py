"""Names of the queues and which kind of work goes where.

Each kind of work has its own queue and its own workers, so that a long import
never delays a STOP and a campaign never delays a single message.
"""

from __future__ import annotations

INTERACTIVE = "interactive"
SENDING = "sending"
IMPORTS = "imports"
JOBS = "jobs"
PERIODIC = "periodic"

ALL = (INTERACTIVE, SENDING, IMPORTS, JOBS, PERIODIC)
