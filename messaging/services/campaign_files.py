"""Files that an SMS of a draft links to: added, removed, copied, checked, forgotten."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import audit
from contacts.models import Channel
from contacts.services import uploaded_files
from messaging import placeholders
from messaging.models import Campaign, CampaignFile
from messaging.states import CampaignState
from seven_dashboard.errors import Refused

FOLDER = "campaign-files"
MOST_FILES = 5
# The gateway documents no limit. Ours is for all files of a campaign together: each
# request carries them, and many requests are under way at a time.
MOST_BYTES = 2 << 20
VALIDITY_MAX_DAYS = 365
KEEP_AFTER_END = timedelta(days=30)
KEEP_ORPHANS = timedelta(days=1)


def names_of(campaign: Campaign) -> frozenset[str]:
    """Return the placeholders that a campaign has a file for."""
    if campaign.channel != Channel.SMS:
        return frozenset()
    return frozenset(campaign.files.values_list("name", flat=True))


def linked(campaign: Campaign, text: str) -> str:
    """Return a text of the campaign as long as it will be with its links."""
    return placeholders.linked(text, names_of(campaign)) if "[[" in text else text


@transaction.atomic
def add(
    *,
    campaign: Campaign,
    actor: User | None,
    chunks: Iterable[bytes],
    name: str,
    content_type: str = "",
    validity_days: int | None = None,
    password: str = "",
) -> CampaignFile:
    """Keep a file for a draft. Raises Refused and keeps nothing."""
    draft = _locked(campaign)
    name = placeholders.name_of(name)
    if not name:
        raise _refused("name", _("Give the file a name of letters and digits."))
    known = list(draft.files.all())
    if len(known) >= MOST_FILES:
        sentence = _("A campaign can have %(most)d files. Remove one first.")
        raise _refused("file", sentence % {"most": MOST_FILES})
    if name in {file.name for file in known}:
        raise _refused("name", _("There is a file of this name already."))
    room = MOST_BYTES - sum(file.size_bytes for file in known)
    stored, size_bytes = _store(chunks, room)
    try:
        file = CampaignFile.objects.create(
            campaign=draft,
            name=name,
            file=stored,
            size_bytes=size_bytes,
            content_type=content_type[:100],
            validity_days=validity_days,
            password=password,
        )
        _changed(draft, actor, "campaign_file.add", file)
    except BaseException:
        _delete(stored)
        raise
    return file


@transaction.atomic
def remove(*, file: CampaignFile, actor: User | None) -> None:
    """Take a file from its draft, and from the disk."""
    draft = _locked(file.campaign)
    _changed(draft, actor, "campaign_file.remove", file)
    stored = str(file.file.name)
    file.delete()
    transaction.on_commit(lambda: _delete(stored))


@transaction.atomic
def insert(*, file: CampaignFile, actor: User | None) -> None:
    """Put the place of a file at the end of its draft's text."""
    draft = _locked(file.campaign)
    if draft.typed:
        raise Refused(
            _("Something in the draft is not finished. Open it and look for the red."),
            code="unfinished",
        )
    text = f"{draft.text.rstrip()} [[{file.name}]]".strip()
    draft.text = text
    draft.revision += 1
    draft.save(update_fields=["text", "revision", "updated_at"])
    _record(draft, actor, "campaign_file.insert", file)


def copy(*, campaign: Campaign, to: Campaign) -> None:
    """Give another campaign the files; one that is gone is left out."""
    for old in campaign.files.order_by("pk"):
        path = path_of(old)
        if path is None or not path.is_file():
            continue
        stored, size_bytes = _store([path.read_bytes()], MOST_BYTES)
        CampaignFile.objects.create(
            campaign=to,
            name=old.name,
            file=stored,
            size_bytes=size_bytes,
            content_type=old.content_type,
            validity_days=old.validity_days,
            password=old.password,
        )


def check(campaign: Campaign) -> None:
    """Raise Refused unless every place has a file, and every file a place."""
    if campaign.channel != Channel.SMS:
        return
    files = list(campaign.files.order_by("pk"))
    places = placeholders.names_in(campaign.text)
    names = [file.name for file in files]
    for place in places:
        if place not in names:
            sentence = _(
                "There is no file for [[%(name)s]] in the text. Add it, or take the "
                "place out of the text."
            )
            raise _refused("text", sentence % {"name": place})
    for file in files:
        if file.name not in places:
            sentence = _(
                "The file “%(name)s” has no place in the text. Write [[%(name)s]] "
                "where its link is to stand, or remove it."
            )
            raise _refused("text", sentence % {"name": file.name})
        path = path_of(file)
        if path is None or not path.is_file():
            sentence = _("The file “%(name)s” is not kept any more. Add it again.")
            raise _refused("text", sentence % {"name": file.name})


def seen(campaign: Campaign) -> list[list[object]]:
    """Return what a person agrees to about the files; never a password."""
    return [
        [f.pk, f.name, f.size_bytes, f.validity_days, bool(f.password)]
        for f in campaign.files.order_by("pk")
    ]


def path_of(file: CampaignFile) -> Path | None:
    return Path(default_storage.path(str(file.file.name))) if file.file else None


def delete_after(campaign: Campaign) -> None:
    """Delete the files from the disk once the campaign's deletion is committed."""
    for stored in campaign.files.values_list("file", flat=True):
        transaction.on_commit(partial(_delete, stored))


def forget_old() -> int:
    """Delete what was sent long ago, or was never anybody's; return how many."""
    now = timezone.now()
    old = CampaignFile.objects.exclude(file="").filter(
        campaign__state__in=(CampaignState.FINISHED, CampaignState.CANCELLED),
        campaign__finished_at__lt=now - KEEP_AFTER_END,
    )
    count = 0
    for file in old[:100]:
        _delete(str(file.file.name))
        CampaignFile.objects.filter(pk=file.pk).update(file="", password="")
        count += 1
    uploaded_files.remove_orphans(
        before=now - KEEP_ORPHANS,
        is_known=lambda name: CampaignFile.objects.filter(file=name).exists(),
        folder=FOLDER,
    )
    return count


def _store(chunks: Iterable[bytes], most_bytes: int) -> tuple[str, int]:
    """Write a file under a name of chance; return that and its size."""
    stored = f"{FOLDER}/{uuid4().hex}"
    target = Path(default_storage.path(stored))
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    size_bytes = 0
    try:
        with target.open("xb") as stream:
            target.chmod(0o600)
            for chunk in chunks:
                size_bytes += len(chunk)
                if size_bytes > most_bytes:
                    sentence = _(
                        "The files of a campaign can have 2 MB together. Choose a "
                        "smaller one."
                    )
                    raise _refused("file", sentence)
                stream.write(chunk)
        if not size_bytes:
            raise _refused("file", _("This file is empty."))
    except BaseException:
        _delete(stored)
        raise
    return stored, size_bytes


def _delete(stored: str) -> None:
    if stored:
        with suppress(OSError):
            Path(default_storage.path(stored)).unlink(missing_ok=True)


def _locked(campaign: Campaign) -> Campaign:
    """Return the draft, locked; raises Refused once it was launched or planned."""
    draft = (
        Campaign.objects.select_for_update(of=("self",), no_key=True)
        .select_related("workspace")
        .get(pk=campaign.pk)
    )
    if draft.state != CampaignState.DRAFT:
        raise Refused(_("A launched campaign can no longer be changed."), code="state")
    return draft


def _changed(
    draft: Campaign, actor: User | None, action: str, file: CampaignFile
) -> None:
    draft.save(update_fields=["updated_at"])
    _record(draft, actor, action, file)


def _record(
    draft: Campaign, actor: User | None, action: str, file: CampaignFile
) -> None:
    audit.record(
        workspace=draft.workspace,
        actor=actor,
        action=action,
        subject=draft.name,
        before={},
        after={"file": file.name, "campaign": str(draft.pk)},
    )


def _refused(field: str, sentence: str) -> Refused:
    return Refused(sentence, code="campaign_file", field=field)
