"""The life of a list of opt-outs around its work: upload, columns, start, forget."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from pathlib import Path

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from accounts.services import audit
from contacts import opt_out_columns
from contacts.models import OptOutList, OptOutRefusal
from contacts.opt_out_columns import PHONE
from contacts.reading import tables
from contacts.reading.tables import Layout, Row
from contacts.rows import Refusal
from contacts.services import uploaded_files
from seven_dashboard.errors import Refused

FOLDER = "opt-out-lists"
# Rows that the check page looks at; a second of work.
CHECKED_ROWS = 20_000
SHOWN_ROWS = 5
SHOWN_REFUSALS = 20
SAMPLE_ROWS = 50
KEEP_FILES = timedelta(days=1)
KEEP_REFUSALS = timedelta(days=30)


@dataclass(slots=True)
class Check:
    """What the first rows of a list would do."""

    numbers: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    # Row number, reason and the offending cell of the first refused rows.
    refusals: list[tuple[int, str, str]] = field(default_factory=list)
    shown: list[Row] = field(default_factory=list)
    is_whole: bool = True

    @property
    def refused_count(self) -> int:
        return sum(self.refused.values())


def upload(
    *,
    workspace: Workspace,
    actor: User | None,
    chunks: Iterable[bytes],
    filename: str,
    channel: str = "",
    reason: str = "",
) -> OptOutList:
    """Keep an uploaded list, look through it, and guess its columns.

    Raises ``uploaded_files.FileRefused`` and keeps nothing when it is no table.
    """
    kept = uploaded_files.keep(chunks, folder=FOLDER)
    rows = islice(tables.rows(kept.path, kept.layout), SAMPLE_ROWS)
    return OptOutList.objects.create(
        workspace=workspace,
        created_by=actor,
        state=OptOutList.UPLOADED,
        file=kept.name,
        filename=Path(filename).name[-200:] or "opt-outs",
        layout=kept.layout.as_json(),
        mapping=opt_out_columns.guess(
            kept.layout.header, [cells for _line, cells in rows]
        ),
        channel=channel,
        country=workspace.country,
        reason=reason[:200],
        total=kept.layout.rows,
    )


def set_columns(
    *,
    source: OptOutList,
    mapping: Mapping[str, str],
    country: str,
    channel: str,
    reason: str,
) -> None:
    """Change how the list is read; only before its work has started."""
    values = {
        "mapping": dict(mapping),
        "country": country,
        "channel": channel,
        "reason": reason[:200],
    }
    if not _uploaded(source).update(**values):
        raise Refused(_("This list has been started already."), code="started")
    source.refresh_from_db()


def check(source: OptOutList) -> Check:
    """Say what the first ``CHECKED_ROWS`` rows would do; writes nothing."""
    layout = Layout(**source.layout)
    shape = opt_out_columns.shape(source.mapping, country=source.country)
    found, seen, rows = Check(), set(), 0
    all_rows = tables.rows(Path(source.file.path), layout)
    for number, cells in islice(all_rows, CHECKED_ROWS):
        rows += 1
        if len(found.shown) < SHOWN_ROWS:
            found.shown.append((number, list(cells)))
        try:
            seen.add(opt_out_columns.read(cells, shape).phone)
        except Refusal as refusal:
            found.refused[refusal.reason] += 1
            if len(found.refusals) < SHOWN_REFUSALS:
                at = shape.phone
                cell = cells[at] if at is not None and at < len(cells) else ""
                found.refusals.append((number, refusal.reason, cell[:40]))
    found.numbers, found.is_whole = len(seen), rows == layout.rows
    return found


def start(*, source: OptOutList, actor: User | None) -> None:
    """Make the list ready for a worker; the caller rings for one.

    Raises ``Refused`` when no column is the number or it has started already.
    """
    if PHONE not in source.mapping.values():
        raise Refused(_("Choose the column that holds the numbers."), code="no_phone")
    with transaction.atomic():
        ready = {"state": OptOutList.State.READY, "heartbeat_at": timezone.now()}
        if not _uploaded(source).update(**ready):
            raise Refused(_("This list has been started already."), code="started")
        audit.record(
            workspace=source.workspace,
            actor=actor,
            action="opt_out_list.start",
            subject=source.filename,
            after={"rows": source.total, "channel": source.channel},
        )
    source.refresh_from_db()


def cancel(*, source: OptOutList, actor: User | None) -> bool:
    """Stop a list; what it has added stays. False when it was over already."""
    open_states = (
        OptOutList.UPLOADED,
        OptOutList.State.READY,
        OptOutList.State.RUNNING,
    )
    with transaction.atomic():
        rows = OptOutList.objects.filter(id=source.id, state__in=open_states)
        changed = rows.update(
            state=OptOutList.State.CANCELLED, finished_at=timezone.now()
        )
        if changed:
            audit.record(
                workspace=source.workspace,
                actor=actor,
                action="opt_out_list.cancel",
                subject=source.filename,
            )
    return bool(changed)


def forget_old() -> int:
    """Delete files and refused rows of old lists; return how many files went.

    A list that was never started goes as a whole.
    """
    now, count = timezone.now(), 0
    limit = now - KEEP_FILES
    never_started = OptOutList.objects.filter(
        state=OptOutList.UPLOADED, created_at__lt=limit
    )
    ended = OptOutList.objects.filter(finished_at__lt=limit).exclude(file="")
    for source in [*never_started, *ended]:
        with suppress(OSError):
            Path(source.file.path).unlink(missing_ok=True)
        count += 1
    never_started.delete()
    ended.update(file="")
    OptOutRefusal.objects.filter(source__finished_at__lt=now - KEEP_REFUSALS).delete()
    uploaded_files.remove_orphans(
        before=limit,
        is_known=lambda name: OptOutList.objects.filter(file=name).exists(),
        folder=FOLDER,
    )
    return count


def _uploaded(source: OptOutList) -> models.QuerySet[OptOutList]:
    return OptOutList.objects.filter(id=source.id, state=OptOutList.UPLOADED)
