from __future__ import annotations

import json
import re
import time
from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Workspace
from contacts.models import Channel, Group, Segment
from contacts.selectors import groups, segments
from messaging import option_checks, tasks
from messaging.forms.composer.channel import options_of
from messaging.models import Campaign
from messaging.options import Options
from messaging.selectors import statuses
from messaging.services import (
    campaigns,
    checks,
    drafts,
    number_list_runs,
    number_lists,
)
from messaging.states import CampaignState
from seven_dashboard.errors import Refused

POLL_S = 0.5
CHUNK_BYTES = 1 << 20
T = TypeVar("T")
# Whom it goes to, and who is left out; each may be given several times.
PARTS = (
    ("group", "the name of a group that it goes to"),
    ("segment", "the name of a segment that it goes to"),
    ("exclude-group", "the name of a group to leave out"),
    ("exclude-segment", "the name of a segment to leave out"),
    ("exclude-campaign", "the id of a campaign: leaves out whom it has reached"),
)
ENDED = (CampaignState.FINISHED, CampaignState.CANCELLED, CampaignState.PAUSED)


class Command(BaseCommand):
    help = "Send a text to groups and numbers; the price list says the agreed cost."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("workspace", help="the workspace's short name")
        for name, words in PARTS:
            parser.add_argument(f"--{name}", action="append", default=[], help=words)
        parser.add_argument(
            "--numbers",
            action="append",
            default=[],
            help="numbers that it goes to, with commas or spaces between",
        )
        parser.add_argument(
            "--file",
            action="append",
            default=[],
            help="a table with numbers that it goes to; its columns are variables",
        )
        parser.add_argument("--text", required=True)
        parser.add_argument("--channel", choices=Channel.values, default=Channel.SMS)
        parser.add_argument("--from", dest="sender", default="")
        parser.add_argument("--flash", action="store_true", help="SMS: show it at once")
        parser.add_argument("--ttl", type=int, help="SMS, RCS: minutes to go on trying")
        parser.add_argument(
            "--track", action="store_true", help="SMS, RCS: shorten and count links"
        )
        parser.add_argument("--ringtime", type=int, help="voice: seconds, 5 to 60")
        parser.add_argument("--card-title", default="", help="RCS: send a card")
        parser.add_argument("--card-media", default="", help="RCS: the picture's URL")
        parser.add_argument(
            "--fallback", choices=("sms", "webview"), help="RCS: for other handsets"
        )
        parser.add_argument("--fallback-text", default="", help="RCS: text of that SMS")
        parser.add_argument("--rate", help="messages a second for this campaign")
        parser.add_argument("--label", default="")
        parser.add_argument("--name", default="")
        parser.add_argument("--wait", action="store_true", help="until it has ended")
        parser.add_argument("--json", action="store_true", help="end with one object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            campaign = self._launch(options)
        except Refused as refused:
            self._fail({"error": refused.code}, str(refused), options)
        tasks.ring_prepare(campaign.pk)
        status = statuses.of(campaign)
        if options["wait"]:
            status = self._wait(campaign.pk, is_quiet=options["json"])
        self._show(status, is_json=options["json"])
        if options["wait"] and status["state"] != CampaignState.FINISHED:
            raise CommandError(
                f"The campaign is {status['state']}: {status['pause_reason']}".rstrip(
                    ": "
                )
            )

    def _launch(self, options: dict[str, Any]) -> Campaign:
        workspace = self._workspace(options["workspace"])
        names = [*options["group"], *options["segment"]]
        names += [Path(name).name for name in options["file"]]
        if options["numbers"]:
            names.append("numbers")
        if not names:
            raise CommandError(
                "Name a --group, a --segment, --numbers or a --file that it goes to."
            )
        campaign = drafts.create(
            workspace=workspace,
            actor=None,
            name=options["name"] or ", ".join(names)[:120],
            text=options["text"],
            channel=options["channel"],
            sender=options["sender"],
            options=self._options(options),
            label=options["label"],
            rate_per_s=self._rate(options["rate"]),
            numbers=self._numbers(options["numbers"]),
            groups=self._groups(workspace, options["group"]),
            segments=self._segments(workspace, options["segment"]),
            excluded_groups=self._groups(workspace, options["exclude_group"]),
            excluded_segments=self._segments(workspace, options["exclude_segment"]),
            excluded_campaigns=[
                self._campaign(workspace, text) for text in options["exclude_campaign"]
            ],
        )
        try:
            self._read(campaign, options["file"])
            check = checks.of(campaign)
            return campaigns.launch(
                campaign_id=campaign.pk,
                actor=None,
                cost_agreed=check.cost_bound,
                checked=check,
            )
        except (Refused, CommandError):
            # Nobody asked for a draft.
            drafts.delete(campaign_id=campaign.pk, actor=None)
            raise

    def _options(self, options: dict[str, Any]) -> Options:
        values = {
            **options,
            "ttl_min": options["ttl"],
            "has_tracking": options["track"],
            "is_flash": options["flash"],
            "ringtime_s": options["ringtime"],
        }
        if options["card_title"] or options["card_media"]:
            values["rcs_kind"] = "card"
        own = options_of(options["channel"], values)
        return option_checks.check(own, text=options["text"])

    def _numbers(self, given: list[str]) -> str:
        return "\n".join(
            line.strip() for text in given for line in re.split(r"[,;\n]", text)
        )

    def _read(self, campaign: Campaign, names: list[str]) -> None:
        """Read the files here and now; say on the way what was refused."""
        for name in names:
            try:
                with Path(name).open("rb") as stream:
                    source = number_lists.upload(
                        campaign=campaign,
                        actor=None,
                        chunks=iter(partial(stream.read, CHUNK_BYTES), b""),
                        filename=name,
                    )
            except OSError as error:
                raise CommandError(f"{name}: {error.strerror}") from None
            number_list_runs.run(source.pk)
        for source in campaign.number_lists.all():
            if source.refused:
                rows = "row was" if source.refused == 1 else "rows were"
                self.stderr.write(f"{source.filename}: {source.refused} {rows} refused")

    def _workspace(self, slug: str) -> Workspace:
        found = Workspace.objects.filter(slug=slug).first()
        if found is None:
            raise CommandError(f"There is no workspace {slug!r}.")
        return found

    def _groups(self, workspace: Workspace, names: list[str]) -> list[Group]:
        return [
            self._known("group", groups.by_name(workspace, name), name)
            for name in names
        ]

    def _segments(self, workspace: Workspace, names: list[str]) -> list[Segment]:
        return [
            self._known("segment", segments.by_name(workspace, name), name)
            for name in names
        ]

    def _campaign(self, workspace: Workspace, text: str) -> Campaign:
        try:
            found = Campaign.objects.filter(workspace=workspace, pk=UUID(text)).first()
        except ValueError:
            found = None
        return self._known("campaign", found, text)

    def _known(self, kind: str, found: T | None, name: str) -> T:
        if found is None:
            raise CommandError(f"There is no {kind} {name!r} in this workspace.")
        return found

    def _rate(self, given: str | None) -> Decimal | None:
        if given is None:
            return None
        try:
            rate = Decimal(given)
        except InvalidOperation:
            rate = Decimal(0)
        if not 0 < rate < 100_000:
            raise CommandError("--rate is a number of messages a second above 0.")
        return rate

    def _wait(self, campaign_id: UUID, *, is_quiet: bool) -> dict[str, Any]:
        shown = None
        while True:
            status = statuses.of(Campaign.objects.get(pk=campaign_id))
            line = f"{status['state']}: {status['settled']} of {status['total']}"
            if line != shown and not is_quiet:
                self.stderr.write(line)
            shown = line
            if status["state"] in ENDED:
                return status
            time.sleep(POLL_S)

    def _show(self, status: dict[str, Any], *, is_json: bool) -> None:
        if is_json:
            self.stdout.write(json.dumps(status))
            return
        self.stdout.write(f"Campaign {status['id']} is {status['state']}.")

    def _fail(
        self, facts: dict[str, str], sentence: str, options: dict[str, Any]
    ) -> None:
        if options["json"]:
            self.stdout.write(json.dumps({**facts, "sentence": sentence}))
        raise CommandError(sentence)
