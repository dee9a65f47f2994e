"""Pieces of time as the labels of a chart and in sentences."""

from __future__ import annotations

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from messaging.periods import Chosen, Cut, Period


def labels(chosen: Chosen) -> list[str]:
    """Return the label of each piece; days stay ISO days for the browser to write."""
    return [label(piece, chosen.cut) for piece in chosen.pieces]


def label(piece: Period, cut: Cut) -> str:
    if cut == Cut.DAY:
        return piece.start.isoformat()
    if cut == Cut.MONTH:
        return date_format(piece.start, "YEAR_MONTH_FORMAT")
    if piece.days == 1:
        return short(piece.start)
    return f"{short(piece.start)} – {short(piece.end)}"


def short(day: date) -> str:
    """Return a day without its year."""
    return date_format(day, pgettext("a day without year, as Django writes it", "j M"))


def span(period: Period) -> str:
    """Return the days in words."""
    start = date_format(period.start, "DATE_FORMAT")
    if period.days == 1:
        return start
    end = date_format(period.end, "DATE_FORMAT")
    return _("%(start)s to %(end)s") % {"start": start, "end": end}


def head(cut: Cut) -> str:
    """Return what the labels of a table are."""
    return {Cut.DAY: _("Day"), Cut.WEEK: _("Week"), Cut.MONTH: _("Month")}[cut]
