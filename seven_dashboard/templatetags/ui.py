"""Formatting filters and component tags of every template; a builtin library."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString

from seven_dashboard import formatting, statuses

register = template.Library()

SPRITE = "vendor/tabler-icons-3.51.0.sprite.svg"
Values = dict[str, Any]


@register.filter
def money(value: formatting.Numeric, currency: str = "EUR") -> str:
    """``{{ price|money }}``: "96.30 €"; small prices keep up to 4 decimals."""
    return formatting.money_text(value, currency=currency)


@register.filter
def number(value: formatting.Numeric, decimals: int | None = 0) -> str:
    """``{{ total|number }}``: "1,284" in the person's language."""
    return formatting.number_text(value, decimals=decimals or 0)


@register.filter
def percent(value: formatting.Numeric, decimals: int = 1) -> str:
    """``{{ share|percent }}``: a ratio of 0 to 1 as "97.3 %"."""
    return formatting.percent_text(value, decimals=decimals)


@register.filter
def share_of(part: formatting.Numeric, whole: formatting.Numeric) -> str:
    """``{{ done|share_of:total }}``: "97 %", never 100 % before all is done."""
    done, total = formatting.to_decimal(part), formatting.to_decimal(whole)
    if done is None or not total:
        return ""
    return formatting.percent_text(min(done / total, Decimal(1)), decimals=0)


@register.filter
def change(value: formatting.Numeric) -> str:
    """``{{ change|change }}``: how much more it is than before, as "+50 %"."""
    text = formatting.percent_text(value, decimals=0)
    return f"+{text}" if (formatting.to_decimal(value) or 0) > 0 else text


@register.filter
def duration(value: formatting.Numeric) -> str:
    """``{{ seconds|duration }}``: "1 h 12 min"."""
    return formatting.duration_text(value)


@register.filter
def phone(value: str | None) -> str:
    """``{{ number|phone }}``: international form with the country's code."""
    if not value:
        return ""
    shown, country = formatting.phone_parts(str(value))
    if not country:
        return format_html('<span class="phone">{}</span>', shown)
    return format_html(
        '<span class="phone">{}<span class="phone-cc">{}</span></span>', shown, country
    )


@register.filter
def phone_text(value: str | None) -> str:
    """``{{ number|phone_text }}``: the same without markup, for attributes."""
    return formatting.phone_parts(str(value))[0] if value else ""


@register.filter
def ago(value: datetime | None) -> str:
    """``{{ moment|ago }}``: relative time, the exact one on hover."""
    if value is None:
        return ""
    return format_html(
        '<time datetime="{}" title="{}" data-ago>{}</time>',
        value.isoformat(),
        formatting.exact_time(value),
        formatting.relative_time(value),
    )


@register.filter
def initials(value: object) -> str:
    """``{{ name|initials }}``: one or two letters for an avatar."""
    words = str(value).partition("@")[0].replace(".", " ").split()
    letters = [word[0] for word in words if word[0].isalnum()]
    return "".join(letters[:1] + letters[1:][-1:]).upper()


@register.filter
def plain_number(value: formatting.Numeric) -> str:
    """``value="{{ done|plain_number }}"``: for attributes, never localized."""
    return str(formatting.to_decimal(value) or 0)


@register.filter
def chart_json(chart: Values, chart_id: str) -> SafeString:
    """Return the chart's values as a JSON script element for static/js/charts.js."""
    return json_script(chart, f"{chart_id}-data")


@register.filter
def chart_rows(chart: Values) -> SafeString:
    """Return the chart as rows of a table: a label and the value of each series.

    A year by day has thousands of cells: written here, not by tags for each of them.
    """
    decimals = int(chart.get("decimals") or 0)
    columns = [
        formatting.number_texts(series["values"], decimals=decimals)
        for series in chart["series"]
    ]
    labels = [formatting.day_text(label) for label in chart["labels"]]
    return format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        ((label, _cells(row)) for label, *row in zip(labels, *columns, strict=True)),
    )


def _cells(values: list[str]) -> SafeString:
    cells = ((value or "–",) for value in values)
    return format_html_join("", '<td class="num">{}</td>', cells)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """``{% icon "send" %}``: decorative unless it is given a label."""
    if not label:
        return _plain_icon(name)
    return format_html(
        '<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>',
        label,
        f"{static(SPRITE)}#{name}",
    )


@lru_cache(maxsize=512)
def _plain_icon(name: str) -> SafeString:
    """Return the markup of an icon; a page has dozens of them."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}"/></svg>',
        f"{static(SPRITE)}#{name}",
    )


@register.simple_tag
def status(code: object, plain: bool = False, channel: str = "") -> str:
    """``{% status message.state channel=message.channel %}``: the badge of a state."""
    look = statuses.find(str(code), channel=channel)
    values = {"code": str(code), "status": look, "plain": plain}
    return render_to_string("components/status_badge.html", values)


@register.filter
def status_label(code: object, channel: str = "") -> str:
    """``{{ state|status_label:channel }}``: the word of a state without its badge."""
    return str(statuses.find(str(code), channel=channel).label)


@register.simple_tag
def field(bound: BoundField, **values: Any) -> str:
    """``{% field form.name help=… %}``: components/field.html."""
    return render_to_string("components/field.html", {"field": bound, **values})


@register.inclusion_tag("components/hidden_filters.html", takes_context=True)
def keep_query(context: RequestContext, *dropped: str) -> Values:
    """``{% keep_query "q" %}``: the address's filters but these as hidden inputs."""
    query = context["request"].GET
    names = [name for name in query if name not in dropped]
    return {"pairs": [(n, value) for n in names for value in query.getlist(n)]}


def _component(name: str, context: template.Context, **values: Any) -> str:
    # Components see the request (for CSRF and addresses) but none of the page.
    return render_to_string(name, values, request=context.get("request"))


@register.simple_block_tag(takes_context=True)
def section(context: template.Context, content: str, **values: Any) -> str:
    """``{% section title=… %}…{% endsection %}``: components/section.html."""
    return _component("components/section.html", context, content=content, **values)


@register.simple_block_tag(takes_context=True)
def banner(context: template.Context, content: str, **values: Any) -> str:
    """``{% banner level="warning" title=… %}…{% endbanner %}``."""
    return _component("components/banner.html", context, content=content, **values)


@register.simple_block_tag(takes_context=True)
def menu(context: template.Context, content: str, **values: Any) -> str:
    """``{% menu label=… icon=… %}links and buttons{% endmenu %}``."""
    return _component("components/menu.html", context, content=content, **values)


@register.simple_block_tag(takes_context=True)
def dialog(context: template.Context, content: str, **values: Any) -> str:
    """``{% dialog id=… title=… %}…{% enddialog %}``: components/dialog.html."""
    return _component("components/dialog.html", context, content=content, **values)


@register.simple_block_tag
def capture(content: str) -> str:
    """``{% capture as name %}…{% endcapture %}``: markup as a component's value."""
    return content
