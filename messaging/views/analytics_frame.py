"""What every page of analytics has: its days, whose figures, downloads, fragments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import WorkspaceRequest
from accounts.models import Poll
from accounts.selectors import freshness
from accounts.views.downloads import Table, csv_answer
from messaging import period_words
from messaging.chart_tables import table_of
from messaging.charts import Chart
from messaging.forms.periods import CUTS, PRESETS, SOURCES, PeriodForm
from messaging.selectors import analytics, days

PAGES: Final = {
    "messaging:analytics": _("Overview"),
    "messaging:analytics_countries": _("Countries"),
    "messaging:analytics_labels": _("Labels"),
    "messaging:analytics_subaccounts": _("Subaccounts"),
    "messaging:analytics_money": _("Month and balance"),
    "messaging:analytics_compared": _("Beside the gateway"),
}
# Words of the address that lead from one page to the next.
KEPT: Final = ("period", "from", "to", "by", "source")


class Frame:
    """The chosen days of a request, and its answer."""

    def __init__(
        self, request: WorkspaceRequest, *, poll_kind: str = Poll.Kind.ANALYTICS
    ) -> None:
        self._request = request
        self._poll_kind = poll_kind
        today = days.today(request.workspace)
        self.form = PeriodForm(request.GET, today=today)
        self.chosen = self.form.chosen()
        self.about = analytics.scope(
            request.workspace, self.chosen, self.form.source_wanted()
        )

    def answer(
        self,
        fragment: str,
        charts: Mapping[str, Chart],
        values: Mapping[str, Any],
        *,
        tables: Mapping[str, Table] | None = None,
    ) -> HttpResponseBase:
        """Return the page, its fragment, or one of its charts or tables as a file."""
        if self._request.GET.get("format") == "csv":
            return self._file(charts, tables or {})
        context = {**self._context(fragment), "charts": charts, **values}
        is_swap = bool(self._request.htmx)
        page = fragment if is_swap else "messaging/analytics/page.html"
        return render(self._request, page, context)

    def _context(self, fragment: str) -> dict[str, Any]:
        chosen, match = self.chosen, self._request.resolver_match
        connection = self.about.connection
        return {
            "fragment": fragment,
            "about": self.about,
            "fresh": freshness.of(connection, self._poll_kind) if connection else None,
            "cuts": CUTS,
            "sources": SOURCES,
            "form": self.form,
            "chosen": chosen,
            "span": period_words.span(chosen.period),
            "span_before": period_words.span(chosen.before),
            "presets": [
                {"key": key, "label": label, "is_current": key == chosen.preset}
                for key, label in PRESETS.items()
            ],
            "tabs": [
                {
                    "label": label,
                    "url": f"{reverse(name)}{self._query()}",
                    "current": match is not None and match.view_name == name,
                }
                for name, label in PAGES.items()
            ],
        }

    def _query(self) -> str:
        kept = self._request.GET.copy()
        for name in set(kept) - set(KEPT):
            del kept[name]
        return f"?{kept.urlencode()}" if kept else ""

    def _file(
        self, charts: Mapping[str, Chart], tables: Mapping[str, Table]
    ) -> HttpResponseBase:
        wanted = self._request.GET.get("chart", "")
        if wanted in charts:
            rows: Table = table_of(charts[wanted])
        elif wanted in tables:
            rows = tables[wanted]
        else:
            raise Http404
        period = self.chosen.period
        name = f"{wanted}-{period.start}-{period.end}"
        return csv_answer(self._request.workspace, name, rows)
