"""The brake: a run that would delete much stops before it and asks a person."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from contacts.models import SyncLink, SyncRun
from seven_dashboard.errors import Refused

MOST: Final = 50
SHARE: Final = 0.1
FEW: Final = 3
# Contacts that may turn out to be missing there before we ask what is going on; the
# sentence below says so too.
MOST_MISSING: Final = 500
# What such a run keeps in `SyncRun.braked`, and its code. A run that a person has
# started in spite of it has the word with 0 from its beginning.
MISSING: Final = "missing"
TOO_MANY_MISSING: Final = "too_many_missing"


def limit(linked: int) -> int:
    """Return how many deletions on one side need no question: a tenth, at most 50."""
    return min(MOST, max(FEW, int(linked * SHARE)))


def is_over(run: SyncRun, deletions: int) -> bool:
    """Say whether so many deletions on one side are more than go without asking."""
    if run.is_released or not deletions:
        return False
    linked = SyncLink.objects.filter(workspace=run.workspace, remote_id__isnull=False)
    return deletions > limit(linked.count())


def count_missing(run: SyncRun) -> None:
    """Stop a run that finds contact after contact missing at the gateway."""
    found = int(run.tally.get("missing_there", 0))
    is_known = run.is_released or MISSING in run.braked
    if found >= MOST_MISSING and not is_known:
        raise Refused(
            _(
                "More than 500 linked contacts are missing at seven.io. If this is "
                "another account, start over. If they were deleted there, go on."
            ),
            code=TOO_MANY_MISSING,
        )
