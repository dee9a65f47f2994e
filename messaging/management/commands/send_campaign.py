from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Workspace
from contacts.models import Channel, Group
from messaging import tasks
from messaging.models import Campaign
from messaging.selectors import statuses
from messaging.services import campaigns, checks
from messaging.states import CampaignState
from seven_dashboard.errors import Refused

POLL_S = 0.5
ENDED = (CampaignState.FINISHED, CampaignState.CANCELLED, CampaignState.PAUSED)


class Command(BaseCommand):
    help = "Send a text to a group; the agreed cost is what the price list says."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("workspace", help="the workspace's short name")
        parser.add_argument("--group", required=True, action="append")
        parser.add_argument("--text", required=True)
        parser.add_argument("--channel", choices=Channel.values, default=Channel.SMS)
        parser.add_argument("--from", dest="sender", default="")
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
        campaign = campaigns.create(
            workspace=workspace,
            actor=None,
            name=options["name"] or ", ".join(options["group"])[:120],
            text=options["text"],
            channel=options["channel"],
            sender=options["sender"],
            label=options["label"],
            groups=[self._group(workspace, name) for name in options["group"]],
            rate_per_s=self._rate(options["rate"]),
        )
        try:
            return campaigns.launch(
                campaign_id=campaign.pk,
                actor=None,
                cost_agreed=checks.of(campaign).cost_bound,
            )
        except Refused:
            # Nobody asked for a draft.
            campaign.delete()
            raise

    def _workspace(self, slug: str) -> Workspace:
        found = Workspace.objects.filter(slug=slug).first()
        if found is None:
            raise CommandError(f"There is no workspace {slug!r}.")
        return found

    def _group(self, workspace: Workspace, name: str) -> Group:
        found = Group.objects.filter(workspace=workspace, name__iexact=name).first()
        if found is None:
            raise CommandError(f"There is no group {name!r} in {workspace.slug!r}.")
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
