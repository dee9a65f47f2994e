"""Texts for answers, kept under a name for the whole team."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from accounts.services import audit
from contacts.models import Channel
from messaging.models import SavedAnswer
from messaging.services import templates
from seven_dashboard import seen as pages
from seven_dashboard.errors import Refused

# All of them stand in one menu.
MOST = 200


def create(*, workspace: Workspace, actor: User, name: str, text: str) -> SavedAnswer:
    """Return a new saved answer. Raises Refused."""
    if SavedAnswer.objects.filter(workspace=workspace).count() >= MOST:
        raise Refused(
            _("There can be %(most)d saved answers. Delete one first.")
            % {"most": MOST},
            code="too_many",
        )
    answer = SavedAnswer(workspace=workspace)
    _save(answer, actor, "create", name=name, text=text, before={})
    return answer


@transaction.atomic
def update(
    *, answer: SavedAnswer, actor: User, name: str, text: str, seen: str = ""
) -> None:
    """Give a saved answer another name or text.

    ``seen`` is what the person's page showed (``pages``). Raises Refused, and
    Overtaken.
    """
    fresh = SavedAnswer.objects.select_for_update().filter(pk=answer.pk).first()
    if fresh is None:
        raise Refused(
            _("Somebody has deleted this saved answer meanwhile."), code="gone"
        )
    before = shown_values(fresh)
    wanted = before | pages.merged({"name": name, "text": text}, now=before, seen=seen)
    _save(fresh, actor, "update", **wanted, before=before)


def shown_values(answer: SavedAnswer) -> dict[str, str]:
    """Return what the form of a saved answer shows."""
    return {"name": answer.name, "text": answer.text}


def delete(*, answer: SavedAnswer, actor: User) -> None:
    """Delete a saved answer; what was written with it stays."""
    before = {"name": answer.name, "text": answer.text}
    with transaction.atomic():
        _record(answer, actor, "delete", before=before, after={})
        answer.delete()


def _save(
    answer: SavedAnswer,
    actor: User,
    action: str,
    *,
    name: str,
    text: str,
    before: dict[str, Any],
) -> None:
    # The grammar and the bounds of a template, whatever the channel of the answer.
    answer.text = templates.check(Channel.SMS, text)
    answer.name = name.strip()
    try:
        with transaction.atomic():
            answer.save()
            after = {"name": answer.name, "text": answer.text}
            _record(answer, actor, action, before=before, after=after)
    except IntegrityError:
        raise Refused(
            _("There is a saved answer of this name already."),
            code="name_taken",
            field="name",
        ) from None


def _record(
    answer: SavedAnswer,
    actor: User,
    action: str,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    audit.record(
        workspace=answer.workspace,
        actor=actor,
        action=f"saved_answer.{action}",
        subject=str(answer.pk),
        before=before,
        after=after,
    )
