"""The life of a message after its acceptance: statuses, and the reports of them."""

from __future__ import annotations

import asyncio

from seven_dashboard.sandbox.accounts import Account
from seven_dashboard.sandbox.call import Call
from seven_dashboard.sandbox.clock import stamp_us
from seven_dashboard.sandbox.committing import Committer
from seven_dashboard.sandbox.fates import ORDINARY, Fate, fate_of
from seven_dashboard.sandbox.records import FINAL_STATUSES, Delivery, Message
from seven_dashboard.sandbox.schedule import Schedule
from seven_dashboard.sandbox.webhooks import Webhooks
from seven_dashboard.sandbox.world import World

# Share of the whole delay after which the first of two reports comes.
_FIRST_SHARE = 0.3
_RCS_READ_FACTOR = 1.5
RCS_PRICE_EUR = 0.085


class Reporter:
    """Moves messages through their statuses and tells the hooks."""

    def __init__(
        self,
        world: World,
        schedule: Schedule,
        webhooks: Webhooks,
        committer: Committer,
    ) -> None:
        self.world = world
        self.schedule = schedule
        self.webhooks = webhooks
        self.committer = committer

    def has_fates(self, account: Account) -> bool:
        """Say whether number endings choose anything for an account."""
        return self.world.options.has_fates and account.profile.has_fates

    def fate(self, account: Account, digits: str) -> Fate:
        """Return the fate of a number, the ordinary one when fates are off."""
        return fate_of(digits) if self.has_fates(account) else ORDINARY

    def start(self, account: Account, message: Message) -> None:
        """Schedule the next report of a message."""
        steps = self._steps(account, message)
        if message.steps_done >= len(steps) or message.is_deleted:
            return
        share = 1.0 if message.steps_done == len(steps) - 1 else _FIRST_SHARE
        due = message.send_at + self.delay_s(account, message.id) * share
        self.schedule.at(due, lambda: self._step(account, message))

    def start_or_overtake(self, call: Call, message: Message) -> None:
        """Start the reports, at once when they are meant to overtake the answer."""
        account = call.account
        is_first = self.fate(account, message.recipient).is_reported_first
        if is_first or account.webhook_plan.is_before_answer:
            account.troubles["report-before-answer"] += 1
            held = self.overtake(account, message)
            if held is not None:
                call.early_reports.append(held)
        else:
            self.start(account, message)

    def resume(self) -> None:
        """Go on with what a restart interrupted."""
        for account in self.world.accounts.values():
            for message in account.messages:
                if message.status not in FINAL_STATUSES:
                    self.start(account, message)

    def overtake(
        self, account: Account, message: Message
    ) -> asyncio.Future[None] | None:
        """Report everything now; the future ends when the hooks had one attempt."""
        watched = [
            self.webhooks.watch(delivery)
            for status in self._steps(account, message)
            for delivery in self._report(account, message, status)
            if delivery.state == "waiting"
        ]
        if not watched:
            return None
        return asyncio.ensure_future(_all(watched))

    def delay_s(self, account: Account, message_id: int) -> float:
        """Return the time to the final report: the same for the same message."""
        low, high = account.profile.report_delay_s or self.world.options.report_delay_s
        share = (message_id * 2_654_435_761 % 4_294_967_296) / 4_294_967_296
        return low + share * (high - low)

    def _steps(self, account: Account, message: Message) -> tuple[str, ...]:
        fate = self.fate(account, message.recipient)
        if message.channel == "RCS" and not fate.has_rcs:
            return ("NOTDELIVERED",)
        return fate.statuses

    def _step(self, account: Account, message: Message) -> None:
        steps = self._steps(account, message)
        is_over = message.is_deleted or message.steps_done >= len(steps)
        if is_over or account.by_id.get(message.id) is not message:
            return
        self._report(account, message, steps[message.steps_done])
        self.start(account, message)
        self.committer.soon()

    def _report(
        self, account: Account, message: Message, status: str
    ) -> list[Delivery]:
        message.status = status
        message.status_at = self.world.now()
        message.steps_done += 1
        self.world.store.put(message)
        is_twice = self.fate(account, message.recipient).is_reported_twice
        data = dlr_data(message)
        started = self.webhooks.emit(account, "dlr", data, is_twice=is_twice)
        if message.channel == "RCS" and status == "DELIVERED":
            self._rcs_delivered(account, message)
        return started

    def _rcs_delivered(self, account: Account, message: Message) -> None:
        message.price = RCS_PRICE_EUR
        self.world.charge(account, RCS_PRICE_EUR)
        self._rcs_status(account, message, "DELIVERED")
        wait_s = self.delay_s(account, message.id) * (_RCS_READ_FACTOR - 1)
        self.schedule.at(
            self.world.now() + wait_s,
            lambda: self._rcs_status(account, message, "READ"),
        )

    def _rcs_status(self, account: Account, message: Message, status: str) -> None:
        data: dict[str, object] = {
            "msg_id": str(message.id),
            "status": status,
            "sender": message.recipient,
            "agent_id": message.sender,
            "foreign_id": message.foreign_id,
            "timestamp": stamp_us(self.world.now()),
        }
        self.webhooks.emit(account, "rcs", data, subject=message.sender)


def dlr_data(message: Message) -> dict[str, object]:
    """Return the data of a delivery report; ``foreign_id`` only when one was given."""
    data: dict[str, object] = {
        "msg_id": str(message.id),
        "status": message.status,
        "timestamp": stamp_us(message.status_at or 0),
    }
    if message.foreign_id:
        data["foreign_id"] = message.foreign_id
    return data


async def _all(futures: list[asyncio.Future[None]]) -> None:
    await asyncio.gather(*futures)
