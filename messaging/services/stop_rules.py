"""Change which words end messages in a workspace, and what is answered."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User, Workspace
from accounts.services import audit
from messaging import stop_words
from messaging.models import StopRules, StopWord
from messaging.stop_words import Meaning
from seven_dashboard import seen as pages
from seven_dashboard.errors import Refused

FIELDS = (
    "languages",
    "confirms_stop",
    "stop_text",
    "confirms_start",
    "start_text",
    "most_per_day",
)
TOGETHER = (("confirms_stop", "stop_text"), ("confirms_start", "start_text"))
# More own words than this nobody can look over.
MOST_WORDS = 200
Kind = StopWord.Kind


@transaction.atomic
def update(
    *, workspace: Workspace, actor: User | None, seen: str = "", **fields: Any
) -> StopRules:
    """Change the rules, ``fields`` being those of FIELDS; the rest stays.

    ``seen`` is what the person's page showed (``pages``). Raises Overtaken.
    """
    if unknown := set(fields) - set(FIELDS):
        raise TypeError(f"not a rule: {sorted(unknown)}")
    StopRules.objects.get_or_create(workspace=workspace)
    rules = StopRules.objects.select_for_update().get(workspace=workspace)
    fields = pages.merged(fields, now=shown_values(rules), seen=seen, together=TOGETHER)
    before = {name: getattr(rules, name) for name in fields}
    changed = [name for name in fields if fields[name] != before[name]]
    for name in changed:
        setattr(rules, name, fields[name])
    if changed:
        rules.save(update_fields=changed)
        audit.record(
            workspace=workspace,
            actor=actor,
            action="stop_rules.update",
            before={name: before[name] for name in changed},
            after={name: fields[name] for name in changed},
        )
    return rules


def shown_values(rules: StopRules) -> dict[str, object]:
    """Return what the page of the rules shows."""
    return {name: getattr(rules, name) for name in FIELDS}


@transaction.atomic
def add_word(
    *, workspace: Workspace, actor: User | None, kind: str, phrase: str
) -> StopWord:
    """Let a word of the workspace's own count. Raises Refused (field ``phrase``)."""
    phrase = " ".join(phrase.split())
    plain = stop_words.plain(phrase)
    if not plain or len(plain) > 80:
        raise _refused(
            _("A word needs at least one letter or digit of the Latin alphabet.")
            if not plain
            else _("A word can have 60 characters at most.")
        )
    if StopWord.objects.filter(workspace=workspace).count() >= MOST_WORDS:
        raise _refused(_("There are 200 words already. Remove one first."))
    if kind == Kind.START and plain in {
        stop_words.plain(word) for word in stop_words.always(Meaning.STOP)
    }:
        raise _refused(_("This word always ends messages."))
    word, is_new = StopWord.objects.update_or_create(
        workspace=workspace, plain=plain, defaults={"kind": kind, "phrase": phrase}
    )
    if is_new or word.kind != Kind.OFF:
        _record(word, actor, before={}, after={"kind_of_word": kind})
    return word


@transaction.atomic
def remove_word(*, word: StopWord, actor: User | None) -> None:
    """Take an own word away; it means nothing from now on."""
    _record(word, actor, before={"kind_of_word": word.kind}, after={})
    word.delete()


@transaction.atomic
def switch(
    *, workspace: Workspace, actor: User | None, phrase: str, is_on: bool
) -> None:
    """Let a usual word count, or not. Raises Refused for one that always counts."""
    plain = stop_words.plain(phrase)
    usual = {
        stop_words.plain(word): word
        for kind in (Meaning.STOP, Meaning.START)
        for code in stop_words.LANGUAGES
        for word in stop_words.defaults(kind, code)
    }
    if plain not in usual:
        raise _refused(_("This is none of the usual words."))
    mine = StopWord.objects.filter(workspace=workspace, plain=plain, kind=Kind.OFF)
    if is_on:
        gone, _by_model = mine.delete()
        is_changed = bool(gone)
    else:
        _word, is_changed = StopWord.objects.get_or_create(
            workspace=workspace,
            plain=plain,
            defaults={"kind": Kind.OFF, "phrase": usual[plain]},
        )
    if is_changed:
        audit.record(
            workspace=workspace,
            actor=actor,
            action="stop_word.switch_on" if is_on else "stop_word.switch_off",
            subject=usual[plain],
        )


def _record(
    word: StopWord,
    actor: User | None,
    *,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    audit.record(
        workspace=word.workspace,
        actor=actor,
        action="stop_word.add" if after else "stop_word.remove",
        subject=word.phrase,
        before=before,
        after=after,
    )


def _refused(sentence: str) -> Refused:
    return Refused(sentence, code="stop_word", field="phrase")
