"""Numbers of the account, and those to rent."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db.models import Min
from django.http import Http404
from django.utils import timezone

from accounts.models import Connection, Interval, NumberOffer, OwnNumber, Workspace
from accounts.selectors.sorted_pages import SortedPage, Sorting, page

MOST: Final = 500
SORTINGS: Final = {
    "monthly": Sorting("monthly_charge", is_amount=True),
    "annually": Sorting("annual_charge", is_amount=True),
    "number": Sorting("number"),
}
# Older offers are fetched anew while somebody looks at them.
FRESH_FOR: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a number to rent must have."""

    country: str = ""
    has_sms: bool = False
    has_a2p_sms: bool = False
    has_voice: bool = False

    @property
    def features(self) -> dict[str, bool]:
        """Return the features that are asked for, as columns."""
        names = ("has_sms", "has_a2p_sms", "has_voice")
        return {name: True for name in names if getattr(self, name)}


def listing(connection: Connection) -> list[OwnNumber]:
    """Return the numbers of the account, by country."""
    rows = OwnNumber.objects.filter(connection=connection)
    return list(rows.order_by("country", "number")[:MOST])


def get(workspace: Workspace, number_id: UUID) -> OwnNumber:
    """Return a number of the workspace; raises Http404 for any other."""
    rows = OwnNumber.objects.select_related("connection__workspace")
    found = rows.filter(connection__workspace=workspace, pk=number_id).first()
    if found is None:
        raise Http404
    return found


def of_workspace(workspace: Workspace, number: str) -> OwnNumber | None:
    rows = OwnNumber.objects.filter(connection__workspace=workspace)
    return rows.filter(number=number).first()


def yearly_cost(numbers: list[OwnNumber]) -> Decimal:
    """Return what the numbers that go on cost a year (EUR), set-up left out."""
    times = {Interval.MONTHLY.value: 12, Interval.ANNUALLY.value: 1}
    going_on = [number for number in numbers if number.expires_at is None]
    return sum(
        (n.charge * times.get(n.interval, 0) for n in going_on if n.charge),
        Decimal(0),
    )


def period_end(number: OwnNumber, *, now: datetime | None = None) -> datetime | None:
    """Return until when it is paid, reckoned from its first day; None if unknown."""
    months = {Interval.MONTHLY.value: 1, Interval.ANNUALLY.value: 12}
    step, start = months.get(number.interval), number.rented_at
    now = now or timezone.now()
    if step is None or start is None or start > now:
        return None
    elapsed = (now.year - start.year) * 12 + now.month - start.month
    end = _months_later(start, elapsed // step * step)
    return end if end > now else _months_later(start, (elapsed // step + 1) * step)


def _months_later(start: datetime, months: int) -> datetime:
    """Return the same day of a later month, or the last one of a shorter month."""
    years, month = divmod(start.month - 1 + months, 12)
    year = start.year + years
    last = monthrange(year, month + 1)[1]
    return start.replace(year=year, month=month + 1, day=min(start.day, last))


def offers(
    connection: Connection, wanted: Wanted, *, sort: str = "", after: str = ""
) -> SortedPage[NumberOffer]:
    """Return a page of numbers to rent that have what is wanted."""
    rows = NumberOffer.objects.filter(connection=connection, **wanted.features)
    if wanted.country:
        rows = rows.filter(country=wanted.country)
    return page(rows, sortings=SORTINGS, sort=sort, after=after)


def offer(workspace: Workspace, number: str) -> NumberOffer:
    """Return the offer of a number; raises Http404 without one."""
    rows = NumberOffer.objects.select_related("connection__workspace")
    found = rows.filter(connection__workspace=workspace, number=number).first()
    if found is None:
        raise Http404
    return found


def offered_countries(connection: Connection) -> list[str]:
    """Return the countries that numbers are to be had in."""
    rows = NumberOffer.objects.filter(connection=connection).exclude(country="")
    return list(rows.order_by("country").values_list("country", flat=True).distinct())


def offers_seen_at(connection: Connection, country: str = "") -> datetime | None:
    """Return when the oldest of the shown offers was listed."""
    rows = NumberOffer.objects.filter(connection=connection)
    if country:
        rows = rows.filter(country=country)
    oldest: datetime | None = rows.aggregate(oldest=Min("seen_at"))["oldest"]
    return oldest
