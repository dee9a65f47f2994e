"""What every page of analytics has: its days, whose figures, downloads, fragments."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.core.cache import cache
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from accounts.access import WorkspaceRequest
from accounts.models import Poll, Usage
from accounts.selectors import freshness
from accounts.selectors.freshness import Freshness
from accounts.views.downloads import Table, csv_answer
from messaging import period_words
from messaging.chart_tables import table_of
from messaging.charts import Chart
from messaging.forms.periods import CUTS, PRESETS, SOURCES, PeriodForm, source_wanted
from messaging.selectors import analytics
from messaging.selectors.analytics import Source
from messaging.selectors.sent_since import sent_since

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
# Figures are drawn once in so many seconds, and anew whenever they were fetched.
CACHE_S: Final = 15


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a page shows of its days: charts and tables by name, and other values."""

    charts: Mapping[str, Chart]
    values: Mapping[str, Any]
    tables: Mapping[str, Table] = field(default_factory=dict)


class Frame:
    """The chosen days of a request, and its answer.

    `dimension` is what the page breaks down by; `only` is the one source that it knows.
    """

    def __init__(
        self,
        request: WorkspaceRequest,
        *,
        dimension: str = Usage.Dimension.DATE,
        only: Source | None = None,
    ) -> None:
        self._request = request
        workspace = request.workspace
        wanted = only or source_wanted(request.GET)
        today = analytics.today(workspace, wanted)
        self.form = PeriodForm(request.GET, today=today)
        self.chosen = self.form.chosen()
        self.about = analytics.scope(
            workspace, self.chosen, wanted, dimension=dimension
        )
        is_by_day = dimension == Usage.Dimension.DATE
        self.fresh = self._freshness(
            Poll.Kind.ANALYTICS if is_by_day else Poll.Kind.BREAKDOWN
        )

    def answer(self, fragment: str, draw: Callable[[], Drawn]) -> HttpResponseBase:
        """Return the page, its fragment, or one of its charts or tables as a file.

        What `draw` returns is read only where it was not drawn a moment ago.
        """
        if self._request.GET.get("format") == "csv":
            return self._file(draw())
        figures = self._figures(fragment, draw)
        if self._request.htmx:
            return HttpResponse(figures)
        values = {"figures": figures, "fresh": self.fresh, "tabs": self._tabs()}
        return render(self._request, "messaging/analytics/page.html", values)

    def _freshness(self, kind: str) -> Freshness | None:
        if self.about.connection is None:
            return None
        found = freshness.of(self.about.connection, kind)
        if found.at is None:
            return found
        is_behind = sent_since(self._request.workspace, found.at)
        return replace(found, is_behind=is_behind)

    def _figures(self, fragment: str, draw: Callable[[], Drawn]) -> str:
        key = self._key(fragment)
        known: str | None = cache.get(key)
        if known is None:
            drawn = draw()
            values = {**self._values(), "charts": drawn.charts, **drawn.values}
            known = render_to_string(fragment, values, request=self._request)
            cache.set(key, known, timeout=CACHE_S)
        return known

    def _key(self, fragment: str) -> str:
        """Name all that the figures depend on: a refresh has a new time of fetching."""
        fresh, about = self.fresh, self.about
        seen = (
            str(about.workspace.pk),
            fragment,
            self._request.get_full_path(),
            translation.get_language(),
            timezone.get_current_timezone_name(),
            str(self.chosen.period.end),
            about.source,
            about.is_stand_in,
            fresh and (fresh.seen, fresh.is_behind),
        )
        return f"analytics:{hashlib.sha256(repr(seen).encode()).hexdigest()}"

    def _values(self) -> dict[str, Any]:
        chosen = self.chosen
        return {
            "about": self.about,
            "fresh": self.fresh,
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
        }

    def _tabs(self) -> list[dict[str, Any]]:
        match, query = self._request.resolver_match, self._query()
        return [
            {
                "label": label,
                "url": f"{reverse(name)}{query}",
                "current": match is not None and match.view_name == name,
            }
            for name, label in PAGES.items()
        ]

    def _query(self) -> str:
        kept = self._request.GET.copy()
        for name in set(kept) - set(KEPT):
            del kept[name]
        return f"?{kept.urlencode()}" if kept else ""

    def _file(self, drawn: Drawn) -> HttpResponseBase:
        wanted = self._request.GET.get("chart", "")
        if wanted in drawn.charts:
            rows: Table = table_of(drawn.charts[wanted])
        elif wanted in drawn.tables:
            rows = drawn.tables[wanted]
        else:
            raise Http404
        period = self.chosen.period
        name = f"{wanted}-{period.start}-{period.end}"
        return csv_answer(self._request.workspace, name, rows)
