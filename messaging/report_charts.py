"""The charts of a campaign's report, as components/chart.html draws them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from messaging.charts import Chart
from messaging.figures import CALL_BOUNDS_S, DELIVERY_BOUNDS_S, Spread
from messaging.selectors import answers as answers_found
from messaging.selectors.campaign_report import Share, Step
from seven_dashboard.formatting import duration_text, percent_text
from seven_dashboard.statuses import find

# More bars than these are a table.
MOST_BARS = 8


def funnel(steps: Sequence[Step]) -> Chart:
    """Return how far the messages came."""
    has_any = any(step.count for step in steps)
    return {
        "type": "funnel",
        "label_head": _("Step"),
        "labels": [_named_step(step) for step in steps] if has_any else [],
        "colors": [step.key for step in steps],
        "series": [
            {
                "key": "",
                "label": _("Messages"),
                "values": [step.count for step in steps],
            }
        ],
    }


def _named_step(step: Step) -> str:
    if step.of_before is None:
        return step.label
    return f"{step.label} · {percent_text(step.of_before, decimals=0)}"


def delivery(spread: Spread) -> Chart:
    """Return how many arrived within how long."""
    return _bars(spread, DELIVERY_BOUNDS_S, key="delivered", head=_("Time to arrive"))


def calls(spread: Spread) -> Chart:
    """Return how many calls took how long."""
    return _bars(spread, CALL_BOUNDS_S, key="voice", head=_("Length of the call"))


def answers(lines: Sequence[answers_found.Line]) -> Chart:
    """Return how many pressed which key."""
    has_any = any(line.people for line in lines)
    return {
        "type": "bar",
        "label_head": _("Answer"),
        "labels": [_answer(line) for line in lines] if has_any else [],
        "series": [
            {
                "key": "voice",
                "label": _("People"),
                "values": [line.people for line in lines],
            }
        ],
    }


def _answer(line: answers_found.Line) -> str:
    return f"{line.key} · {line.meaning}" if line.key else line.meaning


def outcomes(shares: Sequence[Share], *, head: str, channel: str) -> Chart:
    """Return what became of the messages of each country or network."""
    shown = [share for share in shares if share.line.sent][:MOST_BARS]
    lines = [share.line for share in shown]
    series: list[tuple[str, str, list[int]]] = [
        ("delivered", _word("delivered", channel), [line.delivered for line in lines]),
        (
            "accepted",
            _("On the way"),
            [line.sent - line.delivered - line.failed for line in lines],
        ),
        ("undelivered", _word("undelivered", channel), [line.failed for line in lines]),
    ]
    return {
        "type": "stacked",
        "label_head": head,
        "labels": [share.name for share in shown] if len(shown) > 1 else [],
        "series": _named(series),
    }


def _word(state: str, channel: str) -> str:
    return str(find(state, channel=channel).label)


def columns(
    labels: Sequence[str], series: Sequence[tuple[str, str, Sequence[Any]]], **more: Any
) -> Chart:
    """Return groups of bars, a colour for each series."""
    return {"type": "bar", "labels": list(labels), "series": _named(series), **more}


def _bars(spread: Spread, bounds: Sequence[int], *, key: str, head: str) -> Chart:
    labels = _ranges(bounds)
    used = [at for at, count in enumerate(spread.bars) if count]
    # An empty bar at either end shows that there it ends.
    shown = slice(max(0, used[0] - 1), used[-1] + 2) if used else slice(0)
    return {
        "type": "bar",
        "label_head": head,
        "labels": labels[shown],
        "series": [{"key": key, "label": _("Messages"), "values": spread.bars[shown]}],
    }


def _ranges(bounds: Sequence[int]) -> list[str]:
    """Return what each bar holds: up to 2 s, 2–5 s, 30 s – 1 min, over 1 d."""
    texts = [duration_text(bound) for bound in bounds]
    between = [
        f"{low}–{duration_text(high)}" if high < 60 else f"{before} – {after}"
        for (low, high), (before, after) in zip(
            pairwise(bounds), pairwise(texts), strict=True
        )
    ]
    return [
        _("up to %(time)s") % {"time": texts[0]},
        *between,
        _("over %(time)s") % {"time": texts[-1]},
    ]


def _named(series: Sequence[tuple[str, str, Sequence[Any]]]) -> list[dict[str, Any]]:
    return [
        {"key": key, "label": label, "values": list(values)}
        for key, label, values in series
    ]
