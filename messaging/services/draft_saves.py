"""Save a draft as it is typed, and never write over what a person has not seen.

A draft counts its changes. A page says which count it has and what it is called; when
another page has saved since, nothing is written and both texts are kept. What cannot
be kept as a draft's own fields (a pace of "fast") stays in ``Campaign.typed`` and is
shown again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection as database
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from accounts.services import audit
from messaging.models import Campaign
from messaging.services import drafts
from messaging.services.campaigns import locked, require_state
from messaging.services.drafts import EDITABLE, PARTS
from messaging.states import CampaignState
from seven_dashboard.errors import Refused

# What is typed is kept up to so many characters in all; no form of ours is longer.
MOST_TYPED = 400_000


class Conflict(Refused):
    """Somebody else has saved the draft since this page was loaded."""

    def __init__(self, theirs: Campaign) -> None:
        who = str(theirs.saved_by) if theirs.saved_by else _("Somebody")
        at = date_format(localtime(theirs.saved_at or theirs.updated_at), "H:i")
        super().__init__(
            _("%(who)s saved this draft at %(time)s, while you had it open.")
            % {"who": who, "time": at},
            code="conflict",
        )
        self.theirs = theirs


@dataclass(frozen=True, slots=True)
class Page:
    """What a page knows of the draft it shows: its count of changes, and its own name.

    ``revision`` None: it knows nothing, as a script, and writes over what is there.
    """

    revision: int | None = None
    name: str = ""


@transaction.atomic
def save(
    *,
    workspace: Workspace,
    campaign: Campaign | None,
    actor: User,
    fields: Mapping[str, Any],
    typed: Mapping[str, list[str]],
    page: Page,
) -> Campaign:
    """Return the draft with the fields that are valid and the rest as typed.

    Makes a draft where there is none. Raises Conflict, and Refused once launched.
    """
    known = {n: v for n, v in fields.items() if n in EDITABLE or n in PARTS}
    kept = dict(typed) if _size(typed) <= MOST_TYPED else {}
    if campaign is None:
        campaign = _begun_by(workspace, page)
    if campaign is None:
        known["name"] = known.get("name") or _("Untitled campaign")
        made = drafts.create(workspace=workspace, actor=actor, **known)
        _record(made, actor, "campaign.create", {}, {"text": made.text})
        return _noted(made, actor, kept, page)
    draft = locked(campaign.pk)
    require_state(
        draft,
        (CampaignState.DRAFT,),
        _("A launched or scheduled campaign cannot be changed. Make it a draft first."),
    )
    if _is_behind(draft, page):
        raise Conflict(draft)
    if not known.get("name"):
        known.pop("name", None)
    if not _is_changed(draft, known, kept):
        return draft
    is_first = draft.saved_from != page.name or not page.name
    before = {"name": draft.name, "text": draft.text}
    changed = drafts.update(campaign=draft, actor=actor, **known)
    if is_first:
        # Once for each page that changes it: what was there before stays in the trail.
        after = {"name": changed.name, "text": changed.text}
        _record(changed, actor, "campaign.update", before, after)
    return _noted(changed, actor, kept, page)


def _begun_by(workspace: Workspace, page: Page) -> Campaign | None:
    """Return the draft that a page has begun and not heard of yet.

    It saves by itself while the person presses the button: two calls, one draft.
    """
    if not page.name:
        return None
    with database.cursor() as cursor:
        lock = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
        cursor.execute(lock, [f"draft:{workspace.pk}:{page.name}"])
    return (
        Campaign.objects.filter(
            workspace=workspace, state=CampaignState.DRAFT, saved_from=page.name
        )
        .order_by("-created_at")
        .first()
    )


def _is_behind(draft: Campaign, page: Page) -> bool:
    if page.revision is None or page.revision == draft.revision:
        return False
    # The same page may not have heard of its own last save.
    return not page.name or draft.saved_from != page.name


def _is_changed(
    draft: Campaign, fields: Mapping[str, Any], typed: Mapping[str, list[str]]
) -> bool:
    if dict(draft.typed) != dict(typed):
        return True
    values, parts = drafts.checked(fields, str(fields.get("channel", draft.channel)))
    if any(getattr(draft, name) != value for name, value in values.items()):
        return True
    return any(
        set(getattr(draft, name).values_list("pk", flat=True))
        != {row.pk for row in rows}
        for name, rows in parts.items()
    )


def _noted(
    draft: Campaign, actor: User, typed: dict[str, list[str]], page: Page
) -> Campaign:
    draft.typed = typed
    draft.saved_by = actor
    draft.saved_at = timezone.now()
    draft.saved_from = page.name
    draft.save(update_fields=["typed", "saved_by", "saved_at", "saved_from"])
    return draft


def _size(typed: Mapping[str, list[str]]) -> int:
    return sum(len(name) + sum(map(len, each)) for name, each in typed.items())


def _record(
    draft: Campaign,
    actor: User,
    action: str,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    audit.record(
        workspace=draft.workspace,
        actor=actor,
        action=action,
        subject=draft.name,
        before=before,
        after={**after, "campaign": str(draft.pk)},
    )
