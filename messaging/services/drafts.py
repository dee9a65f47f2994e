"""What can be done to a campaign only before it is launched: write, change, delete."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User, Workspace
from accounts.services import audit
from contacts.models import Channel
from messaging import options, senders, text_checks
from messaging.models import Campaign
from messaging.services import campaign_files, number_lists
from messaging.services.campaigns import locked, require_state
from messaging.states import CampaignState
from seven_dashboard.errors import Refused

# When it goes out; see `selectors/timetables.py`.
TIMETABLE = (
    "start_clock",
    "start_on",
    "start_time",
    "spread_minutes",
    "hours_kept",
    "hours_start",
    "hours_end",
    "weekdays",
    "after_hours",
)
EDITABLE = (
    "name",
    "channel",
    "text",
    "sender",
    "label",
    "rate_per_s",
    "options",
    "numbers",
    "template_version",
    "before_template",
    *TIMETABLE,
    "spares",
)
# What an audience is made of, and the sentence for one of another workspace.
PARTS = {
    "groups": gettext_lazy("Choose groups of this workspace."),
    "segments": gettext_lazy("Choose segments of this workspace."),
    "excluded_groups": gettext_lazy("Choose groups of this workspace."),
    "excluded_segments": gettext_lazy("Choose segments of this workspace."),
    "excluded_campaigns": gettext_lazy("Choose campaigns of this workspace."),
}


@transaction.atomic
def create(
    *, workspace: Workspace, actor: User | None, name: str, **fields: Any
) -> Campaign:
    """Return a new draft; `fields` are those of EDITABLE and PARTS.

    Raises Refused for a sender or label nobody takes.
    """
    channel = str(fields.get("channel", Channel.SMS))
    values, parts = checked({"name": name.strip(), **fields}, channel)
    campaign = Campaign.objects.create(workspace=workspace, created_by=actor, **values)
    _set_parts(campaign, parts)
    if campaign.numbers:
        number_lists.set_pasted(campaign=campaign, actor=actor)
    return campaign


@transaction.atomic
def update(*, campaign: Campaign, actor: User | None, **fields: Any) -> Campaign:
    """Change a draft; `fields` are those of EDITABLE and PARTS.

    Raises Refused once launched.
    """
    draft = locked(campaign.pk)
    require_state(
        draft,
        (CampaignState.DRAFT,),
        _("A launched or scheduled campaign cannot be changed. Make it a draft first."),
    )
    values, parts = checked(fields, str(fields.get("channel", draft.channel)))
    had = draft.numbers
    for name, value in values.items():
        setattr(draft, name, value)
    draft.revision += 1
    draft.save(update_fields=[*values, "revision", "updated_at"])
    _set_parts(draft, parts)
    if draft.numbers != had:
        number_lists.set_pasted(campaign=draft, actor=actor)
    return draft


@transaction.atomic
def duplicate(*, campaign: Campaign, actor: User | None) -> Campaign:
    """Return a new draft that is like a campaign; of a segment, as it is now."""
    values: dict[str, Any] = {name: getattr(campaign, name) for name in EDITABLE}
    values |= {name: getattr(campaign, name).all() for name in PARTS}
    values["before_template"] = {}
    values["name"] = _("Copy of %(name)s") % {"name": campaign.name[:100]}
    copy = create(workspace=campaign.workspace, actor=actor, **values)
    number_lists.copy(campaign=campaign, to=copy, actor=actor)
    campaign_files.copy(campaign=campaign, to=copy)
    return copy


def checked(
    fields: Mapping[str, Any], channel: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the columns and the parts among the fields of a draft.

    Options may be unfinished, as the text may; the launch asks for all of it.
    """
    parts = {name: value for name, value in fields.items() if name in PARTS}
    values = {name: value for name, value in fields.items() if name not in PARTS}
    if unknown := set(values) - set(EDITABLE):
        raise TypeError(f"not a field of a campaign: {sorted(unknown)}")
    if "sender" in values:
        values["sender"] = senders.check(channel, values["sender"])
    if "label" in values:
        values["label"] = text_checks.check_label(values["label"])
    if not isinstance(values.get("options", {}), dict):
        values["options"] = options.as_json(values["options"])
    return values, parts


@transaction.atomic
def delete(*, campaign_id: UUID, actor: User | None) -> None:
    """Delete a draft. Raises Refused once it was launched: messages are kept."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign_id)
    if campaign.state != CampaignState.DRAFT:
        raise Refused(_("Only a draft can be deleted."), code="state")
    audit.record(
        workspace=campaign.workspace,
        actor=actor,
        action="campaign.delete",
        subject=str(campaign.pk),
        before={"name": campaign.name},
    )
    number_lists.delete_files(campaign)
    campaign_files.delete_after(campaign)
    campaign.delete()


def _set_parts(campaign: Campaign, parts: Mapping[str, Iterable[Any]]) -> None:
    if unknown := set(parts) - set(PARTS):
        raise TypeError(f"not a part of an audience: {sorted(unknown)}")
    for name, rows in parts.items():
        chosen = list(rows)
        if any(row.workspace_id != campaign.workspace_id for row in chosen):
            raise Refused(PARTS[name], field=name)
        getattr(campaign, name).set(chosen)
