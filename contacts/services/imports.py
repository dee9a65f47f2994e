"""The life of an import around its work: upload, columns, start, cancel, forget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Workspace
from accounts.services import audit
from contacts import columns
from contacts import rows as cleaning
from contacts.models import CustomField, Group, Import, ImportedNumber, ImportRefusal
from contacts.reading import tables
from contacts.reading.errors import Unreadable
from contacts.reading.tables import Layout, Row
from contacts.services import uploaded_files
from contacts.services.uploaded_files import FileRefused
from seven_dashboard.errors import Refused

# Rows that the check page looks at; a second of work.
CHECKED_ROWS = 20_000
SHOWN_ROWS = 8
SHOWN_REFUSALS = 20
KEEP_FILES_DAYS = 1
KEEP_REFUSALS_DAYS = 30


@dataclass(frozen=True, slots=True)
class Check:
    """What the first rows of a file would become.

    ``has_number_column`` is False when no column is the number: nothing can start.
    """

    has_number_column: bool
    checked: int
    good: int
    duplicates: int
    refused: int
    # Row number and reason of the first refused rows.
    refusals: list[tuple[int, str]]
    shown: list[Row]
    is_whole: bool

    @property
    def outcome(self) -> str:
        """Return "columns", "rows" or "fine"."""
        if not self.has_number_column or not self.good:
            return "columns"
        return "rows" if self.refused else "fine"


def upload(
    *,
    workspace: Workspace,
    actor: User | None,
    chunks: Iterable[bytes],
    filename: str,
    groups: Sequence[Group] = (),
    country: str = "",
) -> Import:
    """Keep an uploaded file, look through it, and guess its columns.

    The file gets a name of chance and is readable by this program only. Raises
    ``FileRefused`` and keeps nothing when it is no table.
    """
    kept = uploaded_files.keep(chunks)
    layout, target = kept.layout, kept.path
    source = Import(
        workspace=workspace,
        created_by=actor,
        file=kept.name,
        filename=Path(filename).name[-200:] or "contacts",
        size_bytes=kept.size_bytes,
        layout=layout.as_json(),
        mapping=guess(target, layout),
        country=country or workspace.country,
        rows_estimated=layout.rows,
    )
    with transaction.atomic():
        source.save(force_insert=True)
        source.groups.set(groups)
    return source


def set_columns(
    *,
    source: Import,
    mapping: Mapping[str, str] | None = None,
    country: str | None = None,
    policy: str | None = None,
    groups: Sequence[Group] | None = None,
    has_header: bool | None = None,
) -> None:
    """Change how the file is read; only before the import has started.

    Another ``has_header`` than before throws the mapping away and guesses again.
    """
    path, layout = Path(source.file.path), Layout(**source.layout)
    if has_header is not None and has_header != layout.has_header:
        layout = _look_again(path, layout, has_header=has_header)
        source.layout, source.rows_estimated = layout.as_json(), layout.rows
        source.mapping = guess(path, layout)
    elif mapping is not None:
        source.mapping = {at: target for at, target in mapping.items() if target}
    source.country = country or source.country
    source.policy = policy or source.policy
    with transaction.atomic():
        changed = Import.objects.filter(
            id=source.id, state=Import.State.UPLOADED
        ).update(
            layout=source.layout,
            mapping=source.mapping,
            rows_estimated=source.rows_estimated,
            country=source.country,
            policy=source.policy,
        )
        if not changed:
            raise Refused(_("This import has started already."), code="started")
        if groups is not None:
            source.groups.set(groups)


def check(source: Import) -> Check:
    """Say what the first ``CHECKED_ROWS`` rows would become; writes nothing."""
    layout = Layout(**source.layout)
    shape = _shape(source, layout)
    shown: list[Row] = []
    refusals: list[tuple[int, str]] = []
    seen: set[str] = set()
    checked = refused = 0
    rows = tables.rows(Path(source.file.path), layout)
    for number, cells in islice(rows, CHECKED_ROWS):
        checked += 1
        if len(shown) < SHOWN_ROWS:
            shown.append((number, list(cells)))
        try:
            seen.add(cleaning.clean(cells, shape)[0])
        except cleaning.Refusal as refusal:
            refused += 1
            if len(refusals) < SHOWN_REFUSALS:
                refusals.append((number, refusal.reason))
    return Check(
        has_number_column=bool(shape.phone_columns),
        checked=checked,
        good=len(seen),
        duplicates=checked - refused - len(seen),
        refused=refused,
        refusals=refusals,
        shown=shown,
        is_whole=checked == layout.rows,
    )


def start(*, source: Import, actor: User | None) -> None:
    """Make the import ready for a worker; the caller rings for one.

    Raises ``Refused`` when no column is the number or it has started already.
    """
    if "phone" not in source.mapping.values():
        raise Refused(
            _("Choose the column that holds the mobile numbers."), code="no_phone"
        )
    with transaction.atomic():
        changed = Import.objects.filter(
            id=source.id, state=Import.State.UPLOADED
        ).update(state=Import.State.READY, heartbeat_at=timezone.now())
        if not changed:
            raise Refused(_("This import has started already."), code="started")
        _make_fields(source)
        audit.record(
            workspace=source.workspace,
            actor=actor,
            action="import.start",
            subject=source.filename,
            after={"rows": source.rows_estimated, "policy": source.policy},
        )
    source.refresh_from_db()


def cancel(*, source: Import, actor: User | None) -> bool:
    """Stop an import; what it has written stays. False when it was over already."""
    open_states = (Import.State.UPLOADED, Import.State.READY, Import.State.RUNNING)
    with transaction.atomic():
        changed = Import.objects.filter(id=source.id, state__in=open_states).update(
            state=Import.State.CANCELLED, finished_at=timezone.now()
        )
        if changed:
            audit.record(
                workspace=source.workspace,
                actor=actor,
                action="import.cancel",
                subject=source.filename,
            )
    return bool(changed)


def rung(source_ids: Iterable[object]) -> None:
    """Note that a worker was rung for, so that the next sweep waits before ringing."""
    Import.objects.filter(id__in=list(source_ids), state=Import.State.READY).update(
        heartbeat_at=timezone.now()
    )


def forget_old() -> int:
    """Delete files of old imports and what was kept to finish them; return how many.

    An upload that was never started goes as a whole.
    """
    limit = timezone.now() - timedelta(days=KEEP_FILES_DAYS)
    abandoned = Import.objects.filter(state=Import.State.UPLOADED, created_at__lt=limit)
    ended = Import.objects.filter(finished_at__lt=limit).exclude(file="")
    count = 0
    for source in [*abandoned, *ended]:
        if source.file:
            with suppress(OSError):
                Path(source.file.path).unlink(missing_ok=True)
        ImportedNumber.objects.filter(source=source).delete()
        if source.state == Import.State.UPLOADED:
            source.delete()
        else:
            Import.objects.filter(id=source.id).update(file="")
        count += 1
    uploaded_files.remove_orphans(
        before=limit, is_known=lambda name: Import.objects.filter(file=name).exists()
    )
    refusals = ImportRefusal.objects.filter(
        source__finished_at__lt=timezone.now() - timedelta(days=KEEP_REFUSALS_DAYS)
    )
    refusals.delete()
    return count


def guess(path: Path, layout: Layout) -> dict[str, str]:
    """Return the guessed target of each column by its position."""
    if layout.has_header:
        targets = columns.guess(layout.header)
    else:
        sample = [cells for _line, cells in islice(tables.rows(path, layout), 50)]
        targets = columns.guess_by_content(sample, layout.width)
    return {str(at): target for at, target in enumerate(targets) if target}


def _look_again(path: Path, layout: Layout, *, has_header: bool) -> Layout:
    try:
        return tables.inspect(
            path, has_header=has_header, is_numbered=layout.is_numbered
        )
    except Unreadable as error:
        raise FileRefused(error) from None


def _shape(source: Import, layout: Layout) -> cleaning.Shape:
    return cleaning.shape(
        source.mapping,
        country=source.country,
        width=len(layout.header) if layout.has_header else 0,
    )


def _make_fields(source: Import) -> None:
    header = Layout(**source.layout).header
    for at, target in source.mapping.items():
        if target.startswith(columns.CUSTOM):
            slug = target.removeprefix(columns.CUSTOM)
            label = header[int(at)] if int(at) < len(header) else slug
            CustomField.objects.get_or_create(
                workspace=source.workspace,
                slug=slug,
                defaults={"label": label[:100]},
            )
