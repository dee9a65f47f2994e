"""What a campaign may still spend: asked message by message while they are claimed.

The agreed cost holds because the campaign's row is locked while a claim is made.
Limits of a day hold for all campaigns of a workspace together: whoever claims takes
the lock of the workspace's spending before it adds up, and keeps it until its intents
are committed, so no two claims can spend the same amount. That lock is not taken
before there is something to spend, and not at all where no such limit is set.

Without any price list, as where the key has no right to it, what was billed so far
stands in. Before that a message counts as much as is left to spend: it goes alone, and
the next one waits until its bill says what it costs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import connection as database

from accounts.models import Connection
from contacts.models import Channel
from messaging import options
from messaging.models import Campaign, CountryLimit
from messaging.pause_reasons import COST, LIMIT_COUNTRY, LIMIT_COUNTRY_DAY, LIMIT_DAY
from messaging.selectors import channel_prices, days, network_prices
from messaging.selectors import rules as found_rules
from messaging.selectors import spending as found
from messaging.selectors.spending import Billed, PriceOf, Spending
from seven_dashboard import locks

__all__ = ["Bound", "PriceOf", "bound_of"]

ZERO = Decimal(0)
# What any message costs at least: nothing goes out where nothing is left.
LEAST = Decimal("0.0001")
# Not paused for: the bill of a message on its way is awaited.
AWAITS_BILL = "awaits_bill"


@dataclass(slots=True)
class Bound:
    """What is spent, EUR, and what may be.

    `own_price_of` gives a unit of the campaign to a country (a part, a minute, an RCS
    message), `price_of` what others have on their way at worst.
    """

    campaign: Campaign
    own_price_of: PriceOf
    price_of: PriceOf
    agreed: Decimal | None = None
    per_day: Decimal | None = None
    countries: dict[str, CountryLimit] = field(default_factory=dict)
    # Set where there is no price list.
    billed: Billed | None = None
    # The word that pauses the campaign, once something did not fit.
    reached: str = ""
    # The numbers that a claim is about, with their countries.
    numbers: Sequence[tuple[str, str]] = ()
    _spent: Spending | None = None
    _taken: list[tuple[str, str, int]] = field(default_factory=list)
    # What a part costs numbers whose network is known; None until it matters.
    _known: Mapping[str, Decimal] | None = None

    @property
    def is_shared(self) -> bool:
        """Say whether other campaigns draw on it too."""
        return self.per_day is not None or bool(self.countries)

    @property
    def pauses(self) -> bool:
        """Say whether what was reached is for a person, and not soon over."""
        return self.reached not in ("", AWAITS_BILL)

    def covers(self, number: str, country: str, units: int) -> bool:
        """Take the cost of a message off; False when it would be too much.

        `units` are what it may be billed by at most.
        """
        if self.reached:
            return False
        if self.agreed is None and not self.is_shared:
            return True
        if self._spent is None:
            self._spent = self._add_up()
        taken = (number, country, max(units, 1))
        if self.billed is not None and self._awaits_bill(self._spent):
            self.reached = AWAITS_BILL
            return False
        if self._is_unpriced(country):
            return self._take_alone(self._spent, taken)
        self.reached = self._take(self._spent, taken)
        if self.reached and self._known is None and self._look_closer():
            self.reached = self._take(self._spent, taken)
        return not self.reached

    def _take(self, spent: Spending, taken: tuple[str, str, int]) -> str:
        """Count a message if it fits; return the word for why it does not."""
        number, country, parts = taken
        price = (self._known or {}).get(number)
        each = self.own_price_of(country) if price is None else price
        amount = each * parts
        reason = self._reason_against(spent, country, amount)
        if not reason:
            spent.add(country, amount)
            self._taken.append(taken)
        return reason

    def _is_unpriced(self, country: str) -> bool:
        is_known = self.billed is None or country in self.billed.known
        return not is_known and not self.own_price_of(country)

    def _awaits_bill(self, spent: Spending) -> bool:
        open_ones = spent.all_unpriced if self.is_shared else spent.own_unpriced
        return bool(open_ones)

    def _take_alone(self, spent: Spending, taken: tuple[str, str, int]) -> bool:
        """Take a message that nobody knows the price of, and none after it."""
        self.reached = self._reason_against(spent, taken[1], LEAST)
        if self.reached:
            return False
        self._taken.append(taken)
        self.reached = AWAITS_BILL
        return True

    def _look_closer(self) -> bool:
        """Add up again with the networks that are known; say whether any is.

        Only once something does not fit by the dearest networks, because it costs two
        look-ups. What is on its way was read after the sums: who was answered in
        between counts at the dearest network, and nobody can join meanwhile.
        """
        self._known = {}
        connection = Connection.objects.filter(
            workspace=self.campaign.workspace_id
        ).first()
        if self.campaign.channel != Channel.SMS or connection is None:
            return False
        spent = self._add_up()
        flying = network_prices.on_its_way(connection)
        self._known = network_prices.of_numbers(connection, self.numbers)
        for one in flying:
            saved = (self.price_of(one.country) - one.price) * one.parts
            is_own = one.campaign_id == self.campaign.pk
            spent.save(one.country, saved, of_campaign=is_own)
        self._spent, before = spent, self._taken
        self._taken = []
        for taken in before:
            self._take(spent, taken)
        return bool(self._known or flying)

    def _add_up(self) -> Spending:
        """Add up what was spent; what is shared is this transaction's from here on."""
        if self.is_shared:
            key = locks.key_of(f"spending:{self.campaign.workspace_id}")
            with database.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
        return found.of(
            self.campaign.workspace_id,
            day=days.today(self.campaign.workspace),
            campaign_id=self.campaign.pk,
            price_of=self.price_of,
            own_price_of=self.own_price_of,
        )

    def _reason_against(self, spent: Spending, country: str, amount: Decimal) -> str:
        if self.agreed is not None and spent.of_campaign + amount > self.agreed:
            return COST
        if self.per_day is not None and spent.of_day + amount > self.per_day:
            return LIMIT_DAY
        limit = self.countries.get(country) or self.countries.get("")
        if limit is None:
            return ""
        today = spent.day.get(country, ZERO) + amount
        if limit.per_day is not None and today > limit.per_day:
            return f"{LIMIT_COUNTRY_DAY}:{country}"
        here = spent.campaign.get(country, ZERO) + amount
        if limit.per_campaign is not None and here > limit.per_campaign:
            return f"{LIMIT_COUNTRY}:{country}"
        return ""


def bound_of(campaign: Campaign, *, price_of: PriceOf) -> Bound:
    """Return what bounds the spending of a campaign, whose row is locked."""
    agreed = campaign.cost_agreed
    limits = found_rules.country_limits(campaign.workspace)
    per_day = found_rules.of(campaign.workspace).limit_per_day
    is_bounded = agreed is not None or per_day is not None or limits
    if isinstance(price_of, Billed) and is_bounded:
        # Whoever claimed before may have been billed since.
        price_of = Billed(channel_prices.billed_parts(campaign.workspace))
    return Bound(
        campaign,
        _own_price(campaign, price_of),
        _worst_price(campaign, price_of),
        agreed=agreed,
        per_day=per_day,
        countries={limit.country: limit for limit in limits},
        billed=price_of if isinstance(price_of, Billed) else None,
    )


def _own_price(campaign: Campaign, price_of: PriceOf) -> PriceOf:
    """Return what a unit of the campaign costs: calls and RCS have no list.

    What was billed so far tells; before that, a part of an SMS there stands for it. RCS
    that may become an SMS costs what the check agreed to: at most that SMS.
    """
    channel = campaign.channel
    if channel == Channel.SMS:
        return price_of
    own = options.read(channel, campaign.options)
    known = channel_prices.of_message(campaign.workspace, channel, own)

    def own_price(country: str) -> Decimal:
        price = known.get(country)
        return price.highest if price else price_of(country)

    return own_price


def _worst_price(campaign: Campaign, price_of: PriceOf) -> PriceOf:
    """Return what others that draw on the same limit cost: an SMS, or one of ours."""
    own = _own_price(campaign, price_of)
    return lambda country: max(price_of(country), own(country))
