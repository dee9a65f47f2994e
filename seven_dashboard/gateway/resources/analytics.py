"""The gateway's own count of what an account sent, received and spent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from seven_dashboard.gateway import fields
from seven_dashboard.gateway.parsing import DayOrNone, GatewayModel, Money, Text, Whole
from seven_dashboard.gateway.resources.base import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Narrow the count: the last 30 days unless told; both days are included.

    `label` is "all" unless told, empty for what has none; `subaccounts` is
    "only_main", "all" or an account's id.
    """

    start: date | None = None
    end: date | None = None
    label: str | None = None
    subaccounts: str | None = None

    def query(self) -> dict[str, object]:
        """Return the query of a request."""
        return {
            "start": fields.day(self.start),
            "end": fields.day(self.end),
            "label": self.label,
            "subaccounts": self.subaccounts,
        }


class Usage(GatewayModel):
    """What was counted; `usage_eur` is what it cost."""

    sms: Whole = 0
    rcs: Whole = 0
    voice: Whole = 0
    hlr: Whole = 0
    mnp: Whole = 0
    inbound: Whole = 0
    usage_eur: Money = Field(default=0, validate_default=True)


class DayUsage(Usage):
    """Usage of one day."""

    on: DayOrNone = Field(alias="date")


class CountryUsage(Usage):
    """Usage to one country."""

    country: Text


class LabelUsage(Usage):
    """Usage under one label, empty for what has none."""

    label: Text


class AccountUsage(Usage):
    """Usage of one subaccount or of the main account."""

    account: Text


class Analytics(Resource):
    """Operations of /analytics."""

    def by_date(self, period: Period | None = None) -> list[DayUsage]:
        """Return the usage of each day, those with nothing included."""
        query = (period or Period()).query()
        answer = self._transport.read("AnalyticsByDate", "/analytics/date", query=query)
        return [row for row in answer.many(DayUsage) if row.on is not None]

    def by_country(self, period: Period | None = None) -> list[CountryUsage]:
        """Return the usage by country."""
        query = (period or Period()).query()
        answer = self._transport.read(
            "AnalyticsByCountry", "/analytics/country", query=query
        )
        return answer.many(CountryUsage)

    def by_label(self, period: Period | None = None) -> list[LabelUsage]:
        """Return the usage by label."""
        query = (period or Period()).query()
        answer = self._transport.read(
            "AnalyticsByLabel", "/analytics/label", query=query
        )
        return answer.many(LabelUsage)

    def by_subaccount(self, period: Period | None = None) -> list[AccountUsage]:
        """Return the usage by subaccount."""
        query = (period or Period()).query()
        answer = self._transport.read(
            "AnalyticsBySubaccount", "/analytics/subaccount", query=query
        )
        return answer.many(AccountUsage)
