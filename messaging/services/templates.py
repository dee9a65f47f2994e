"""Texts kept under a name: saved, changed as new versions, brought back, put away."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from accounts.services import audit
from messaging import contents, options, text_checks
from messaging.models import Campaign, Template, TemplateVersion
from messaging.options import Options
from messaging.rendering import TemplateError
from messaging.states import CampaignState
from seven_dashboard.errors import Refused

MOST_VERSIONS = 1_000
_BEFORE_LAUNCH = (CampaignState.DRAFT, CampaignState.SCHEDULED)


def check(channel: str, text: str, own: Options | None = None) -> str:
    """Return a text as a template keeps it; raises Refused with the field's name.

    Variables may be any: a file of the campaign may have them. Which of them the
    workspace does not know is for the page to say (`selectors.templates.foreign`).
    """
    text = text.replace("\r\n", "\n").rstrip()
    kept = own or options.read(channel, {})
    try:
        names = [variable.name for variable in contents.variables_of(text, kept)]
    except TemplateError as error:
        sentence = text_checks.broken_sentence(error)
        raise Refused(sentence, code=f"text_{error.code}", field="text") from None
    contents.check(channel, text, kept, known=names)
    return text


def create(
    *,
    workspace: Workspace,
    actor: User | None,
    name: str,
    channel: str,
    text: str,
    own: Options | None = None,
) -> Template:
    """Return a new template with its first version. Raises Refused."""
    content = _content(channel, text, own)
    with transaction.atomic():
        template = Template(workspace=workspace, name=name.strip(), channel=channel)
        _save(template, force_insert=True)
        _add_version(template, actor, content)
        _record(template, actor, "template.create", after=content)
    return template


def update(
    *,
    template: Template,
    actor: User | None,
    name: str,
    text: str,
    seen: int,
    own: Options | None = None,
) -> Template:
    """Rename a template and give it another content, which becomes a new version.

    ``seen`` is the version that the person had before them. Raises Refused when there
    is a newer one by now, so that nobody writes over what they have not read.
    """
    content = _content(template.channel, text, own)
    with transaction.atomic():
        fresh = _locked(template)
        latest = fresh.versions.get(number=fresh.latest)
        is_new = _kept(latest) != content
        before = {"name": fresh.name, **_kept(latest)}
        if is_new and seen != fresh.latest:
            raise Refused(
                _(
                    "Version %(number)s was saved meanwhile by %(who)s. Your text is "
                    "still here; look at theirs, then save yours as a newer version."
                )
                % {"number": fresh.latest, "who": _who(latest)},
                code="conflict",
                field="text",
            )
        fresh.name = name.strip()
        _save(fresh, update_fields=["name", "updated_at"])
        if is_new:
            _add_version(fresh, actor, content)
        after = {"name": fresh.name, **content}
        if before != after:
            _record(fresh, actor, "template.update", before=before, after=after)
    return fresh


def restore(*, version: TemplateVersion, actor: User | None) -> Template:
    """Make an older version the newest one, as a version of its own."""
    with transaction.atomic():
        template = _locked(version.template)
        latest = template.versions.get(number=template.latest)
        if _kept(latest) == _kept(version):
            raise Refused(_("The template has this very text already."), code="same")
        _add_version(template, actor, _kept(version), restored_from=version.number)
        _record(
            template,
            actor,
            "template.restore",
            before=_kept(latest),
            after=_kept(version),
        )
    return template


def set_archived(
    *, template: Template, actor: User | None, is_archived: bool
) -> Template:
    """Put a template away, so that it is offered no longer, or take it back."""
    with transaction.atomic():
        fresh = _locked(template)
        if (fresh.archived_at is not None) == is_archived:
            return fresh
        fresh.archived_at = timezone.now() if is_archived else None
        fresh.save(update_fields=["archived_at", "updated_at"])
        action = "template.archive" if is_archived else "template.unarchive"
        _record(fresh, actor, action)
    return fresh


def delete(*, template: Template, actor: User | None) -> None:
    """Delete a template with its versions; drafts keep their text.

    Raises Refused once a campaign was sent with it: its report names the version.
    """
    with transaction.atomic():
        fresh = _locked(template)
        sent = Campaign.objects.filter(template_version__template=fresh).exclude(
            state__in=_BEFORE_LAUNCH
        )
        if sent.exists():
            raise Refused(
                _(
                    "Campaigns were sent with this template, and their reports name "
                    "it. Archive it instead."
                ),
                code="in_use",
            )
        latest = fresh.versions.get(number=fresh.latest)
        _record(
            fresh,
            actor,
            "template.delete",
            before={**_kept(latest), "channel": fresh.channel},
        )
        fresh.delete()


def _locked(template: Template) -> Template:
    rows = Template.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("workspace").get(pk=template.pk)


def _save(template: Template, **how: Any) -> None:
    try:
        with transaction.atomic():
            template.save(**how)
    except IntegrityError:
        raise Refused(
            _("There is a template of this name already. Choose another one."),
            code="name_taken",
            field="name",
        ) from None


def _add_version(
    template: Template,
    actor: User | None,
    content: dict[str, Any],
    *,
    restored_from: int | None = None,
) -> None:
    if template.latest >= MOST_VERSIONS:
        raise Refused(
            _("This template has %(most)s versions. Make a new one of it.")
            % {"most": MOST_VERSIONS},
            code="too_many_versions",
            field="text",
        )
    template.latest += 1
    TemplateVersion.objects.create(
        template=template,
        number=template.latest,
        **content,
        restored_from=restored_from,
        created_by=actor,
    )
    template.save(update_fields=["latest", "updated_at"])


def _content(channel: str, text: str, own: Options | None) -> dict[str, Any]:
    """Return text and options as a version keeps them; raises Refused."""
    kept = options.as_json(own) if own else {}
    return {"text": check(channel, text, own), "options": kept}


def _kept(version: TemplateVersion) -> dict[str, Any]:
    return {"text": version.text, "options": version.options}


def _who(version: TemplateVersion) -> str:
    return str(version.created_by or _("somebody who has left"))


def _record(
    template: Template,
    actor: User | None,
    action: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    audit.record(
        workspace=template.workspace,
        actor=actor,
        action=action,
        subject=template.name,
        before=before or {},
        after=after or {},
    )
