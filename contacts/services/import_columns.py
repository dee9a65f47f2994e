"""What the columns of an uploaded file become: guessed, remembered, chosen."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts import columns, field_kinds, kind_guesses
from contacts.models import CustomField, Group, Import, ImportMemory
from contacts.reading import tables
from contacts.reading.errors import Unreadable
from contacts.reading.tables import Layout
from contacts.services import fields, uploaded_files
from seven_dashboard.errors import Refused

GUESSED_BY_ROWS = 50


class Started(Refused):
    """It is too late to change how the file is read."""

    def __init__(self) -> None:
        super().__init__(_("This import has started already."), code="started")


class TooManyChoices(Refused):
    """The column holds too many different values for a list of choices."""

    def __init__(self, label: str, column: int) -> None:
        super().__init__(
            format_lazy(
                _("“{}” has more than {} different values. Make it a text."),
                label,
                kind_guesses.MOST_CHOICES,
            ),
            code="too_many_choices",
        )
        self.column = column


def guess(path: Path, layout: Layout) -> dict[str, str]:
    """Return the guessed target of each column by its position."""
    if layout.has_header:
        targets = columns.guess(layout.header)
    else:
        rows = islice(tables.rows(path, layout), GUESSED_BY_ROWS)
        targets = columns.guess_by_content([row for _line, row in rows], layout.width)
    return {str(at): target for at, target in enumerate(targets) if target}


def guess_anew(source: Import) -> None:
    """Guess the columns as if no file like it had come before; no groups."""
    layout = Layout(**source.layout)
    with transaction.atomic():
        if source.is_remembered:
            source.groups.remove(*remembered_groups(source))
        _save(
            source,
            mapping=guess(Path(source.file.path), layout),
            new_fields={},
            is_remembered=False,
        )


def read_again(
    *,
    source: Import,
    has_header: bool | None = None,
    encoding: str = "",
    delimiter: str = "",
    sheet: int | None = None,
) -> None:
    """Read the file in another way than guessed, and guess its columns again.

    Raises ``FileRefused`` when it cannot be read so; then everything stays.
    """
    path, old = Path(source.file.path), Layout(**source.layout)
    is_other_sheet = sheet is not None and sheet != source.sheet
    if is_other_sheet:
        assert sheet is not None
        layout = uploaded_files.read_sheet(path, sheet)
        source.sheet = sheet
    else:
        layout = old
    if not is_other_sheet or has_header not in (None, layout.has_header):
        try:
            layout = tables.inspect(
                path,
                has_header=has_header,
                is_numbered=old.is_numbered,
                encoding_name=encoding,
                delimiter=delimiter,
            )
        except Unreadable as error:
            raise uploaded_files.FileRefused(error) from None
    _save(
        source,
        layout=layout.as_json(),
        rows_estimated=layout.rows,
        sheet=source.sheet,
        mapping=guess(path, layout),
        new_fields={},
        is_remembered=False,
    )


def choose(
    *,
    source: Import,
    mapping: Mapping[str, str] | None = None,
    new_fields: Mapping[str, Any] | None = None,
    country: str | None = None,
    policy: str | None = None,
    groups: Sequence[Group] | None = None,
) -> None:
    """Change what becomes of the file; only before the import has started.

    A new field that is one of a list gets the values of its ``column`` as choices;
    raises ``TooManyChoices``.
    """
    changes: dict[str, Any] = {
        "country": country or source.country,
        "policy": policy or source.policy,
    }
    if mapping is not None:
        changes["mapping"] = {at: target for at, target in mapping.items() if target}
        changes["new_fields"] = _with_choices(source, new_fields or {})
    with transaction.atomic():
        _save(source, **changes)
        if groups is not None:
            source.groups.set(groups)


def _with_choices(
    source: Import, new_fields: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    planned = {}
    for slug, new in new_fields.items():
        choices = fields.words_for(new["kind"])
        if new["kind"] == field_kinds.CHOICE:
            choices = _choices_in(source, new["column"])
            if len(choices) > kind_guesses.MOST_CHOICES:
                raise TooManyChoices(new["label"], new["column"])
        planned[slug] = {
            "label": new["label"],
            "kind": new["kind"],
            "choices": choices,
        }
    return planned


def _choices_in(source: Import, at: int) -> list[str]:
    rows = tables.rows(Path(source.file.path), Layout(**source.layout))
    return kind_guesses.choices_in(row[at] for _line, row in rows if len(row) > at)


def recall(source: Import) -> None:
    """Take what was chosen for the last file with the same headings, if any was.

    Groups that were chosen for this file already stay. Not saved yet.
    """
    memory = _memory(source.workspace, source.layout)
    if memory is None:
        return
    named = _names(source.layout["header"])
    targets = {str(at): memory.targets.get(name, "") for at, name in named.items()}
    own = set(
        CustomField.objects.filter(workspace=source.workspace).values_list(
            "slug", flat=True
        )
    )
    source.mapping = {
        at: target
        for at, target in targets.items()
        if target
        and (
            not target.startswith(columns.CUSTOM)
            or target.removeprefix(columns.CUSTOM) in own
        )
    }
    source.country, source.policy = memory.country, memory.policy
    source.is_remembered = True


def remembered_groups(source: Import) -> list[Group]:
    """Return the groups that the last file with the same headings went into."""
    memory = _memory(source.workspace, source.layout)
    return list(memory.groups.all()) if memory else []


def remember(source: Import) -> None:
    """Keep what was chosen, for the next file with the same headings.

    A group that was made for this file is its own: the next one is about other people.
    """
    if not source.layout["has_header"]:
        return
    named = _names(source.layout["header"])
    memory, _is_new = ImportMemory.objects.update_or_create(
        workspace=source.workspace,
        key=_key(source.layout["header"]),
        defaults={
            "targets": {
                name: source.mapping.get(str(at), "") for at, name in named.items()
            },
            "country": source.country,
            "policy": source.policy,
        },
    )
    memory.groups.set(source.groups.filter(created_at__lt=source.created_at))


def _memory(workspace: Workspace, layout: Mapping[str, Any]) -> ImportMemory | None:
    if not layout["has_header"]:
        return None
    return ImportMemory.objects.filter(
        workspace=workspace, key=_key(layout["header"])
    ).first()


def _names(header: Sequence[str]) -> dict[int, str]:
    """Return a name for each column that has a heading; equal ones are numbered."""
    seen: Counter[str] = Counter()
    named = {}
    for at, heading in enumerate(header):
        name = columns.plain(heading) or heading.strip()
        if name:
            seen[name] += 1
            named[at] = f"{name}#{seen[name]}" if seen[name] > 1 else name
    return named


def _key(header: Sequence[str]) -> str:
    names = sorted(_names(header).values())
    return hashlib.sha256(json.dumps(names).encode()).hexdigest()


def _save(source: Import, **changes: Any) -> None:
    changed = Import.objects.filter(id=source.id, state=Import.State.UPLOADED)
    if not changed.update(**changes):
        raise Started
    for name, value in changes.items():
        setattr(source, name, value)
