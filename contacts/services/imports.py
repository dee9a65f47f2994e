"""The life of an import around its work: upload, columns, start, cancel, forget."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Workspace
from accounts.services import audit
from contacts import columns
from contacts.models import (
    CustomField,
    Group,
    Import,
    ImportedNumber,
    ImportRefusal,
    Work,
)
from contacts.reading.tables import Layout
from contacts.services import fields, import_columns, uploaded_files, works
from seven_dashboard.errors import Refused

KEEP_FILES_DAYS = 1
KEEP_REFUSALS_DAYS = 30


def upload(
    *,
    workspace: Workspace,
    actor: User | None,
    chunks: Iterable[bytes],
    filename: str,
    groups: Sequence[Group] = (),
    country: str = "",
    uses_memory: bool = False,
) -> Import:
    """Keep an uploaded file, look through it, and guess its columns.

    ``uses_memory`` takes what was chosen for the last file with the same headings.
    The file gets a name of chance and is readable by this program only. Raises
    ``FileRefused`` and keeps nothing when it is no table.
    """
    kept = uploaded_files.keep(chunks, keeps_book=True)
    layout, book = kept.layout, kept.book
    source = Import(
        workspace=workspace,
        created_by=actor,
        file=kept.name,
        filename=Path(filename).name[-200:] or "contacts",
        size_bytes=kept.size_bytes,
        layout=layout.as_json(),
        mapping=import_columns.guess(kept.path, layout),
        country=country or workspace.country,
        rows_estimated=layout.rows,
        sheets=book.names if book else [],
        sheet=book.read if book else 0,
    )
    chosen = list(groups)
    if uses_memory:
        import_columns.recall(source)
        chosen = chosen or import_columns.remembered_groups(source)
    with transaction.atomic():
        source.save(force_insert=True)
        source.groups.set(chosen)
    return source


def start(*, source: Import, actor: User | None) -> None:
    """Make the import ready for a worker; the caller rings for one.

    What a person has chosen is remembered for the next file like it. Raises
    ``Refused`` when no column is the number or it has started already.
    """
    if not set(columns.NUMBERS) & set(source.mapping.values()):
        raise Refused(
            _("Choose the column that holds the mobile numbers."), code="no_phone"
        )
    with transaction.atomic():
        changed = Import.objects.filter(
            id=source.id, state=Import.State.UPLOADED
        ).update(state=Import.State.READY, heartbeat_at=timezone.now())
        if not changed:
            raise import_columns.Started
        _make_fields(source)
        if actor:
            import_columns.remember(source)
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


def broke_down(import_id: UUID) -> None:
    """Note an error that nobody foresaw: go on after a pause, or give the import up."""
    with transaction.atomic():
        running = Import.objects.filter(id=import_id, state=Import.State.RUNNING)
        source = running.select_for_update(of=("self",)).first()
        if source is None:
            return
        if source.breakdowns < works.MAX_BREAKDOWNS:
            running.update(state=Import.State.READY, **works.broken(source.breakdowns))
            return
        running.update(
            state=Import.State.FAILED,
            error=json.dumps({"code": Work.BROKEN, "facts": {}}),
            finished_at=timezone.now(),
        )
        works.record_given_up(
            source.workspace, source.created_by, "import", source.filename
        )


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
    ended = (
        Import.objects.filter(finished_at__lt=limit)
        .exclude(file="")
        .exclude(state=Import.State.UNDOING)
    )
    count = 0
    for source in [*abandoned, *ended]:
        if source.file:
            uploaded_files.delete(Path(source.file.path))
        ImportedNumber.objects.filter(source=source).delete()
        if source.state == Import.State.UPLOADED:
            source.delete()
        else:
            Import.objects.filter(id=source.id).update(file="")
        count += 1
    uploaded_files.remove_orphans(before=limit, is_known=_is_known)
    refusals = ImportRefusal.objects.filter(
        source__finished_at__lt=timezone.now() - timedelta(days=KEEP_REFUSALS_DAYS)
    )
    refusals.delete()
    return count


def _is_known(name: str) -> bool:
    # A workbook lies beside its table.
    table = name.removesuffix(".book") + ".csv" if name.endswith(".book") else name
    return Import.objects.filter(file=table).exists()


def _make_fields(source: Import) -> None:
    header, added = Layout(**source.layout).header, 0
    for at, target in source.mapping.items():
        if target.startswith(columns.CUSTOM):
            slug = target.removeprefix(columns.CUSTOM)
            label = header[int(at)] if int(at) < len(header) else slug
            new = {"label": label[:100], **source.new_fields.get(slug, {})}
            fields.check_not_changing(source.workspace, slug)
            _field, is_new = CustomField.objects.get_or_create(
                workspace=source.workspace, slug=slug, defaults=new
            )
            added += is_new
    if added:
        fields.check_room(source.workspace)
