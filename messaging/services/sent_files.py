"""The files of a campaign as every call carries them, read once in each process."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.core.files.storage import default_storage

from accounts.fields import UnreadableSecret
from contacts.models import Channel
from messaging import placeholders
from messaging.models import Campaign, CampaignFile
from seven_dashboard.gateway.resources.sms import SmsFile


class Gone(Exception):
    """A text has a place whose file cannot be sent any more."""


def of(campaign: Campaign) -> tuple[SmsFile, ...]:
    """Return the files of a campaign; raises Gone rather than leave a place empty.

    A single message is sent as it stands: brackets that were typed stay brackets.
    """
    if campaign.channel != Channel.SMS or "[[" not in campaign.text:
        return ()
    rows = list(campaign.files.order_by("pk").values_list("pk", "name"))
    names = {name for _pk, name in rows}
    is_bulk = campaign.kind != Campaign.Kind.SINGLE
    if is_bulk and not names.issuperset(placeholders.names_in(campaign.text)):
        raise Gone
    return _read(campaign.pk, tuple(pk for pk, _name in rows)) if rows else ()


# A row is never changed. Few campaigns send at a time; one holds 2 MB at most.
@lru_cache(maxsize=8)
def _read(campaign_id: UUID, ids: tuple[int, ...]) -> tuple[SmsFile, ...]:
    rows = CampaignFile.objects.filter(campaign_id=campaign_id, pk__in=ids)
    try:
        found = tuple(_file(row) for row in rows.order_by("pk"))
    except (OSError, UnreadableSecret):
        raise Gone from None
    if len(found) != len(ids):
        raise Gone
    return found


def _file(row: CampaignFile) -> SmsFile:
    if not row.file:
        raise FileNotFoundError
    return SmsFile(
        name=row.name,
        contents=Path(default_storage.path(str(row.file.name))).read_bytes(),
        validity_days=row.validity_days,
        password=row.password.reveal() or None,
    )
