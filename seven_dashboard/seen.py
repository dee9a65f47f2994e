"""What a page showed of a thing that several people may change.

A page carries a short print of each value that it shows (`prints`). When it comes back
after somebody else has changed the thing, a value that the person left alone stays as
it is by now, and one that both have changed is asked about (`Overtaken`). So nobody
writes over what they have not seen, and two people may change two values of one thing
at the same time. A page that carries nothing, as a script's, writes over what is there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.http import HttpRequest
from django.utils import formats
from django.utils.translation import gettext as _

from seven_dashboard.errors import Refused

# The hidden field of a page.
FIELD = "seen"
_MOST_CHARACTERS = 20_000


class Overtaken(Refused):
    """Somebody else has changed what the page showed and the person changed too.

    ``now`` has the values that are there by now, ``seen`` is what the page carries when
    it has shown them.
    """

    def __init__(self, now: Mapping[str, object], seen: str) -> None:
        super().__init__(
            _("Somebody has changed this while you had the page open."),
            code="overtaken",
        )
        self.now = now
        self.seen = seen


def prints(values: Mapping[str, object]) -> str:
    """Return what a page carries that shows these values."""
    return json.dumps({name: _print(value) for name, value in values.items()})


def carried(request: HttpRequest, values: Mapping[str, object]) -> str:
    """Return what a page goes on carrying, or begins to where it was just opened."""
    return request.POST.get(FIELD) or prints(values)


def merged(
    wanted: Mapping[str, Any],
    *,
    now: Mapping[str, object],
    seen: str,
    together: Iterable[Iterable[str]] = (),
) -> dict[str, Any]:
    """Return those of the wanted values that are to be written; raises `Overtaken`.

    ``now`` are the values of the thing, read under a lock. ``together`` names values
    that make sense together only, as both ends of the hours: who changes one of them
    is asked about all that somebody else has changed.
    """
    known = _read(seen)
    if not known:
        return dict(wanted)
    nothing = _print("")
    touched, theirs = set(), set()
    for name, value in wanted.items():
        was, is_now = known.get(name, nothing), _print(now.get(name))
        if _print(value) not in (was, is_now):
            touched.add(name)
        if is_now not in (was, _print(value)):
            theirs.add(name)
    mine = touched.union(*(names for names in together if touched & set(names)))
    if overtaken := {name: now.get(name) for name in wanted if name in mine & theirs}:
        shown = {name: _print(value) for name, value in overtaken.items()}
        raise Overtaken(overtaken, json.dumps(known | shown))
    return {name: value for name, value in wanted.items() if name not in theirs}


def mark(
    form: forms.BaseForm, overtaken: Overtaken, words: Mapping[str, str] | None = None
) -> None:
    """Say beside each field what it is by now, and how to go on.

    ``words`` are values as people read them, where the field itself does not know.
    """
    for name, value in overtaken.now.items():
        sentence = _(
            "Somebody has changed this while you had the page open. By now it is: "
            "%(value)s. Save again to put yours in its place."
        )
        field = form.fields.get(name)
        shown = (words or {}).get(name) or _shown(field, value)
        form.add_error(name if field else None, sentence % {"value": shown})


def _shown(field: forms.Field | None, value: Any) -> str:
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if value is None or value in ("", []):
        return _("empty")
    if isinstance(field, forms.ChoiceField):
        chosen = field.prepare_value(value)
        choices = cast("Iterable[tuple[object, object]]", field.choices)
        words = {str(key): str(word) for key, word in choices}
        several = chosen if isinstance(chosen, list | tuple) else [chosen]
        return ", ".join(words.get(str(one), str(one)) for one in several)
    return str(formats.localize(value))


def _read(seen: str) -> dict[str, str]:
    try:
        found = json.loads(seen[:_MOST_CHARACTERS]) if seen else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _print(value: object) -> str:
    return hashlib.sha256(_plain(value).encode()).hexdigest()[:8]


def _plain(value: object) -> str:
    """Return a value so that what a form gives and what is kept are the same."""
    if value is None or value is False:
        return ""
    if isinstance(value, str):
        return "\n".join(value.splitlines()).strip()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, sort_keys=True, default=str) if value else ""
    return str(value)
