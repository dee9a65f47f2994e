"""Search a workspace for contacts that are there twice, and settle what was found.

A search goes through the rules one after the other, each a statement over the whole
workspace; it never runs while a page is shown.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User, Workspace
from accounts.services import audit
from contacts import phone as phones
from contacts.models import Duplicate, DuplicateSearch
from contacts.services import works
from contacts.services.duplicate_rules import STATEMENTS
from contacts.services.works import ClaimLost
from seven_dashboard import locks

logger = logging.getLogger(__name__)

# More than this for one reason says that the list itself is odd, not the people.
MAX_PAIRS = 50_000
WORK_MEMORY = "64MB"
TRIES = 3
KEEP_DAYS = 30


def start(*, workspace: Workspace, actor: User | None) -> DuplicateSearch:
    """Return a search that waits for a worker; the one under way when there is one."""
    with transaction.atomic():
        _keep_apart(workspace)
        running = DuplicateSearch.objects.filter(
            workspace=workspace,
            state__in=(DuplicateSearch.State.READY, DuplicateSearch.State.RUNNING),
        ).first()
        return running or DuplicateSearch.objects.create(
            workspace=workspace, created_by=actor, total=len(STATEMENTS)
        )


def run(work_id: UUID) -> bool:
    """Do a search from its bookmark to its end; False when it is not ours to do."""
    work = works.claim(DuplicateSearch, work_id)
    if work is None:
        return False
    try:
        for number in range(work.bookmark, len(STATEMENTS)):
            _step(work, number)
        _end(work)
    except ClaimLost:
        return False
    except (DataError, IntegrityError):
        # It would fail again for ever; the next night begins anew.
        logger.exception("search failed", extra={"work_id": str(work_id)})
        works.fail(work, "database_refused")
        return False
    return works.finish(work)


def dismiss(*, pair: Duplicate, actor: User | None) -> bool:
    """Note that two contacts are not the same person; False when it was noted."""
    return _settle(pair, actor, is_dismissed=True)


def recall(*, pair: Duplicate, actor: User | None) -> bool:
    """Suggest a pair again; False when it is suggested already."""
    return _settle(pair, actor, is_dismissed=False)


def forget_old() -> int:
    """Delete searches of long ago but the latest of each workspace."""
    limit = timezone.now() - timedelta(days=KEEP_DAYS)
    old = DuplicateSearch.objects.filter(created_at__lt=limit)
    return old.exclude(state__in=("ready", "running")).delete()[0]


def _keep_apart(workspace: Workspace) -> None:
    """Let a second start of this moment wait, and nothing else of the workspace."""
    key = locks.key_of(f"duplicate-search {workspace.pk}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])


def _step(work: DuplicateSearch, number: int) -> None:
    """Search by one rule; again when a contact was deleted in the middle of it."""
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                fresh = works.hold(work)
                _find(fresh, number)
                works.advance(fresh, done=1, bookmark=number + 1)
        except IntegrityError:
            if not left:
                raise
        else:
            return


def _find(work: DuplicateSearch, number: int) -> None:
    reason, statement = STATEMENTS[number]
    code, trunk = phones.home_plan(work.workspace.country)
    values: dict[str, Any] = {
        "workspace": work.workspace_id,
        "reason": reason,
        "at": work.created_at,
        "most": MAX_PAIRS,
        "code": code,
        "trunk": trunk,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, true)", [WORK_MEMORY])
        cursor.execute(statement, values)


def _end(work: DuplicateSearch) -> None:
    """Drop suggestions that this search has not found again."""
    with transaction.atomic():
        fresh = works.hold(work)
        Duplicate.objects.filter(
            workspace=fresh.workspace,
            dismissed_at=None,
            found_at__lt=fresh.created_at,
        ).delete()
        works.advance(fresh)


def _settle(pair: Duplicate, actor: User | None, *, is_dismissed: bool) -> bool:
    rows = Duplicate.objects.filter(pk=pair.pk, dismissed_at__isnull=is_dismissed)
    with transaction.atomic():
        changed = rows.update(
            dismissed_at=timezone.now() if is_dismissed else None,
            dismissed_by=actor if is_dismissed else None,
        )
        if changed:
            for one, two in ((pair.first, pair.second), (pair.second, pair.first)):
                audit.record(
                    workspace=pair.workspace,
                    actor=actor,
                    action="duplicate.dismiss" if is_dismissed else "duplicate.recall",
                    subject=str(one.uuid),
                    after={"merged_with": two.name or two.phone},
                )
    return bool(changed)
