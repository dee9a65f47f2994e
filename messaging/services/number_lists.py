"""Numbers that a draft goes to once: pasted or uploaded, read, changed, forgotten.

A list belongs to a draft and can be changed as long as that can. Its file stays until
the launch, so that it can be read again with other columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection as database
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from contacts import columns
from contacts.models import Work
from contacts.reading.pasted import as_table
from contacts.services import import_columns, uploaded_files
from contacts.services.uploaded_files import FileRefused, Kept
from messaging.models import Campaign, ListedNumber, NumberList, NumberRefusal
from messaging.services import number_list_runs
from messaging.states import CampaignState
from seven_dashboard.errors import Refused

FOLDER = "number-lists"
MOST_FILES = 10
# Pasted numbers up to so many characters are read at once; a file is for more.
MOST_PASTED = 200_000
# How long numbers are kept after a campaign has ended, or a draft was touched last.
KEEP_AFTER_END = timedelta(days=30)
KEEP_DRAFTS = timedelta(days=180)
KEEP_ORPHANS = timedelta(days=1)
_BEFORE_LAUNCH = (CampaignState.DRAFT, CampaignState.SCHEDULED)
_ENDED = (CampaignState.FINISHED, CampaignState.CANCELLED)


def upload(
    *, campaign: Campaign, actor: User | None, chunks: Iterable[bytes], filename: str
) -> NumberList:
    """Keep a file for a draft and guess its columns; the caller rings for a worker.

    Raises Refused, and FileRefused when it is no table, and keeps nothing then.
    """
    _require_draft(campaign)
    files = campaign.number_lists.filter(source=NumberList.Source.FILE)
    if files.count() >= MOST_FILES:
        raise Refused(
            _("A campaign can have %(most)d files. Put the numbers into one.")
            % {"most": MOST_FILES},
            code="too_many_files",
            field="file",
        )
    kept = uploaded_files.keep(chunks, folder=FOLDER)
    with transaction.atomic():
        source = _made(campaign, actor, kept, NumberList.Source.FILE, filename)
        _touch(campaign)
        _record(campaign, actor, "number_list.add", source)
    return source


def set_pasted(*, campaign: Campaign, actor: User | None) -> None:
    """Read the draft's pasted numbers anew, at once.

    What is no number at all is kept as a list that failed, for the person to mend.
    """
    old = campaign.number_lists.filter(source=NumberList.Source.PASTED)
    if not campaign.numbers.strip():
        old.delete()
        return
    table = as_table(campaign.numbers, is_numbers=True)
    old.delete()
    try:
        kept = uploaded_files.keep([table.encode()], folder=FOLDER)
    except FileRefused:
        _failed(campaign, actor)
        return
    try:
        pasted = NumberList.Source.PASTED
        source = _made(campaign, actor, kept, pasted, filename=pasted)
        number_list_runs.run(source.pk)
    finally:
        uploaded_files.delete(kept.path)
    NumberList.objects.filter(pk=source.pk).update(file="")


def set_columns(
    *, source: NumberList, mapping: Mapping[str, str], country: str, actor: User | None
) -> None:
    """Read a list again with other columns; the caller rings for a worker."""
    _require_draft(source.campaign)
    if not set(columns.NUMBERS) & set(mapping.values()):
        raise Refused(_("Choose the column that holds the numbers."), code="no_phone")
    if not source.file:
        raise Refused(
            _("The file is not kept any more. Upload it again."), code="file_missing"
        )
    before = {"columns": _words(source.mapping), "country": source.country}
    with transaction.atomic():
        _empty(source)
        NumberList.objects.filter(pk=source.pk).update(
            mapping=dict(mapping),
            country=country,
            state=Work.State.READY,
            claim=None,
            error="",
            done=0,
            bookmark=0,
            breakdowns=0,
            numbers=0,
            refused=0,
            duplicates=0,
            started_at=None,
            finished_at=None,
            heartbeat_at=timezone.now(),
        )
        _touch(source.campaign)
        source.refresh_from_db()
        after = {"columns": _words(source.mapping), "country": source.country}
        _record(source.campaign, actor, "number_list.read", source, before, after)


def delete(*, source: NumberList, actor: User | None) -> None:
    """Take a list from its draft, with its file."""
    _require_draft(source.campaign)
    with transaction.atomic():
        _record(source.campaign, actor, "number_list.remove", source)
        _touch(source.campaign)
        source.delete()
        transaction.on_commit(lambda: _delete_file(source.file.name))


def delete_files(campaign: Campaign) -> None:
    """Delete the files of a draft that is about to be deleted, once that is so."""
    for name in campaign.number_lists.values_list("file", flat=True):
        transaction.on_commit(partial(_delete_file, name))


def copy(*, campaign: Campaign, to: Campaign, actor: User | None) -> None:
    """Give a draft the files of another campaign, as they were read.

    What was forgotten, or is being read, is not copied. The file stays with the first.
    """
    finished = campaign.number_lists.filter(
        source=NumberList.Source.FILE,
        state=Work.State.FINISHED,
        forgotten_at=None,
    )
    for old in finished.order_by("created_at"):
        new = NumberList.objects.get(pk=old.pk)
        new.pk, new.campaign, new.created_by, new.file = None, to, actor, ""
        new.id = NumberList._meta.pk.get_default()
        new._state.adding = True
        new.save(force_insert=True)
        with database.cursor() as cursor:
            cursor.execute(
                "INSERT INTO messaging_listednumber (source_id, phone, country,"
                " variables) SELECT %s, phone, country, variables"
                " FROM messaging_listednumber WHERE source_id = %s ORDER BY id",
                [new.pk, old.pk],
            )


def require_read(campaign: Campaign) -> None:
    """Raise Refused while a list of the campaign is not wholly read."""
    unread = campaign.number_lists.exclude(state=Work.State.FINISHED)
    source = unread.first() or campaign.number_lists.exclude(forgotten_at=None).first()
    if source is None:
        return
    sentences = {
        Work.State.READY: _("“%(name)s” is still being read. Wait a moment."),
        Work.State.RUNNING: _("“%(name)s” is still being read. Wait a moment."),
        Work.State.FINISHED: _(
            "The numbers of “%(name)s” were deleted after a long time. Add them again, "
            "or remove the list."
        ),
        NumberList.UPLOADED: _(
            "Choose the column of “%(name)s” that holds the numbers, or remove it."
        ),
    }
    sentence = sentences.get(
        source.state, _("“%(name)s” could not be read. Remove it, or add it again.")
    )
    raise Refused(sentence % {"name": source.name}, code="list_unread")


def forget_old() -> int:
    """Delete files that are read for good, and numbers of long ago; return how many."""
    now = timezone.now()
    launched = NumberList.objects.exclude(file="").exclude(
        campaign__state__in=_BEFORE_LAUNCH
    )
    for source in launched[:1_000]:
        _delete_file(source.file.name)
        NumberList.objects.filter(pk=source.pk).update(file="")
    is_old = Q(
        campaign__state__in=_ENDED, campaign__finished_at__lt=now - KEEP_AFTER_END
    ) | Q(
        # Not of a scheduled one: it needs them at its start.
        campaign__state=CampaignState.DRAFT,
        campaign__updated_at__lt=now - KEEP_DRAFTS,
    )
    count = 0
    for source in NumberList.objects.filter(is_old, forgotten_at=None)[:100]:
        with transaction.atomic():
            _empty(source)
            _delete_file(source.file.name)
            NumberList.objects.filter(pk=source.pk).update(forgotten_at=now, file="")
            Campaign.objects.filter(pk=source.campaign_id).update(numbers="")
        count += 1
    uploaded_files.remove_orphans(
        before=now - KEEP_ORPHANS,
        is_known=lambda name: NumberList.objects.filter(file=name).exists(),
        folder=FOLDER,
    )
    return count


def _made(
    campaign: Campaign, actor: User | None, kept: Kept, kind: str, filename: str
) -> NumberList:
    mapping = import_columns.guess(kept.path, kept.layout)
    is_known = bool(set(columns.NUMBERS) & set(mapping.values()))
    return NumberList.objects.create(
        workspace=campaign.workspace,
        campaign=campaign,
        created_by=actor,
        source=kind,
        state=Work.State.READY if is_known else NumberList.UPLOADED,
        file=kept.name,
        filename=Path(filename).name[-200:] or "numbers",
        layout=kept.layout.as_json(),
        mapping=mapping,
        country=campaign.workspace.country,
        total=kept.layout.rows,
        heartbeat_at=timezone.now(),
    )


def _failed(campaign: Campaign, actor: User | None) -> None:
    NumberList.objects.create(
        workspace=campaign.workspace,
        campaign=campaign,
        created_by=actor,
        source=NumberList.Source.PASTED,
        state=Work.State.FAILED,
        filename=NumberList.Source.PASTED,
        finished_at=timezone.now(),
    )


def _empty(source: NumberList) -> None:
    for model in (ListedNumber, NumberRefusal):
        rows = model._default_manager.filter(source=source)
        rows._raw_delete(rows.db)


def _require_draft(campaign: Campaign) -> None:
    """Lock nothing, but refuse what is launched; a launch reads the lists once more."""
    state = Campaign.objects.values_list("state", flat=True).get(pk=campaign.pk)
    if state != CampaignState.DRAFT:
        raise Refused(_("A launched campaign can no longer be changed."), code="state")


def _touch(campaign: Campaign) -> None:
    """Make whoever has checked the draft look again, and a launch wait for us."""
    changed = Campaign.objects.filter(pk=campaign.pk, state=CampaignState.DRAFT).update(
        updated_at=timezone.now()
    )
    if not changed:
        raise Refused(_("A launched campaign can no longer be changed."), code="state")


def _delete_file(name: str | None) -> None:
    if name:
        uploaded_files.delete(Path(NumberList(file=name).file.path))


def _words(mapping: Mapping[str, str]) -> str:
    return ", ".join(mapping[at] for at in sorted(mapping, key=int))


def _record(
    campaign: Campaign,
    actor: User | None,
    action: str,
    source: NumberList,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(
        workspace=campaign.workspace,
        actor=actor,
        action=action,
        subject=campaign.name,
        before=before or {},
        after={
            "file": source.filename,
            "rows": source.total,
            **(after or {}),
            "campaign": str(campaign.pk),
        },
    )


__all__ = [
    "FileRefused",
    "copy",
    "delete",
    "forget_old",
    "require_read",
    "set_columns",
    "set_pasted",
    "upload",
]
