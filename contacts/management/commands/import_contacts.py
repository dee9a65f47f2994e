"""Import a file of contacts from a script."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from phonenumbers import SUPPORTED_REGIONS

from accounts.models import Workspace
from contacts import sentences, tasks
from contacts.models import Group, Import
from contacts.services import groups, import_runs, imports
from seven_dashboard.errors import Refused

BLOCK = 1 << 20
LOOK_AGAIN_S = 0.5


class Command(BaseCommand):
    help = (
        "Import a CSV or spreadsheet file into a workspace. Columns are guessed from "
        "their names. With --wait this process does the work itself, unless a worker "
        "already has it; without it the import is queued."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("workspace", help="short name of the workspace")
        parser.add_argument("file", type=Path)
        parser.add_argument("--group", default="", help="add everyone to this group")
        parser.add_argument(
            "--country", default="", help="of numbers without a country code (DE)"
        )
        parser.add_argument("--wait", action="store_true")
        parser.add_argument("--json", action="store_true", dest="is_json")

    def handle(self, *args: Any, **options: Any) -> None:
        workspace = Workspace.objects.filter(slug=options["workspace"]).first()
        if workspace is None:
            raise CommandError(f"There is no workspace {options['workspace']}.")
        country = options["country"].upper()
        if country and country not in SUPPORTED_REGIONS:
            raise CommandError(f"{country} is no country code; Germany is DE.")
        try:
            source = _prepare(workspace, options["file"], options["group"], country)
        except Refused as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from None
        if options["wait"]:
            _wait(source)
        else:
            tasks.ring(source.id)
        source.refresh_from_db()
        self.stdout.write(_report(source, is_json=options["is_json"]))
        if options["wait"] and source.state != Import.State.FINISHED:
            why = sentences.of_failure(source.error) if source.error else source.state
            raise CommandError(why)


def _prepare(workspace: Workspace, path: Path, group: str, country: str) -> Import:
    targets: list[Group] = []
    if group.strip():
        targets = [groups.get_or_create(workspace=workspace, name=group, actor=None)]
    with path.open("rb") as stream:
        source = imports.upload(
            workspace=workspace,
            actor=None,
            chunks=_blocks(stream),
            filename=path.name,
            groups=targets,
            country=country,
        )
    try:
        imports.start(source=source, actor=None)
    except Refused:
        imports.cancel(source=source, actor=None)
        raise
    return source


def _blocks(stream: Any) -> Iterator[bytes]:
    while block := stream.read(BLOCK):
        yield block


def _wait(source: Import) -> None:
    """Do the work here; if a worker was faster, wait until it is done."""
    over = (Import.State.FINISHED, Import.State.FAILED, Import.State.CANCELLED)
    while source.state not in over:
        if not import_runs.run(source.id):
            time.sleep(LOOK_AGAIN_S)
        source.refresh_from_db()


def _report(source: Import, *, is_json: bool) -> str:
    counts = {
        name: getattr(source, name)
        for name in ("created", "updated", "unchanged", "refused", "duplicates")
    }
    if is_json:
        return json.dumps({"id": str(source.id), "state": source.state, **counts})
    facts = ", ".join(f"{name} {count}" for name, count in counts.items())
    return f"Import {source.id}: {source.state}. {facts}"
