"""Find templates, their versions, and what a campaign was written with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404

from accounts.models import Workspace
from messaging import contents, options
from messaging.models import Campaign, Template, TemplateVersion
from messaging.rendering import TemplateError
from messaging.selectors import variables

# A longer list is for the search.
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Pin:
    """The version that a campaign was written with, and what became of both.

    ``is_changed``: the campaign's text is another one by now.
    """

    template: Template
    number: int
    is_changed: bool

    @property
    def has_newer(self) -> bool:
        return self.template.latest > self.number


def get(workspace: Workspace, template_id: UUID) -> Template:
    """Return a template of the workspace; raises Http404 for any other."""
    found = Template.objects.filter(workspace=workspace, pk=template_id).first()
    if found is None:
        raise Http404
    return found


def version(template: Template, number: int) -> TemplateVersion:
    """Return a version of a template, or raise Http404."""
    rows = template.versions.select_related("created_by")
    found = rows.filter(number=number).first()
    if found is None:
        raise Http404
    return found


def versions(template: Template) -> list[TemplateVersion]:
    """Return all versions, the newest first."""
    rows = template.versions.select_related("created_by")
    return list(rows.order_by("-number"))


def found(
    workspace: Workspace,
    *,
    search: str = "",
    channel: str = "",
    is_archived: bool = False,
) -> list[Template]:
    """Return templates by name, at most MOST_SHOWN, each with its ``text``."""
    rows = Template.objects.filter(
        workspace=workspace, archived_at__isnull=not is_archived
    )
    if channel:
        rows = rows.filter(channel=channel)
    if search:
        rows = rows.filter(name__icontains=search)
    return list(_with_text(rows).order_by("name", "pk")[:MOST_SHOWN])


def offered(workspace: Workspace, channel: str) -> list[Template]:
    """Return the templates that a campaign of this channel can begin with."""
    return found(workspace, channel=channel)


def foreign(workspace: Workspace, version: TemplateVersion) -> list[str]:
    """Return the variables of a version that are no fields of the contacts."""
    known = variables.names(workspace)
    own = options.read(version.template.channel, version.options)
    try:
        found = contents.variables_of(version.text, own)
        names = [variable.name for variable in found]
    except TemplateError:
        return []
    return [name for name in dict.fromkeys(names) if name not in known]


def pin_of(campaign: Campaign) -> Pin | None:
    """Return what a campaign was written with, None when that is no template."""
    if campaign.template_version_id is None:
        return None
    return pin(
        campaign.workspace,
        campaign.template_version_id,
        campaign.text,
        campaign.options,
    )


def pin(
    workspace: Workspace, version_id: int, text: str, own: Mapping[str, Any]
) -> Pin | None:
    """Return what has become of a version of a template and a draft made of it.

    ``own`` are the options of the draft, as they are kept.
    """
    rows = TemplateVersion.objects.filter(template__workspace=workspace)
    pinned = rows.select_related("template").filter(pk=version_id).first()
    if pinned is None:
        return None
    is_changed = (pinned.text, pinned.options) != (text, dict(own))
    return Pin(pinned.template, pinned.number, is_changed)


def _with_text(rows: QuerySet[Template]) -> QuerySet[Template]:
    newest = TemplateVersion.objects.filter(
        template=OuterRef("pk"), number=OuterRef("latest")
    )
    return rows.annotate(text=Subquery(newest.values("text")[:1]))
