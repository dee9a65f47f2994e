"""Components as the style page shows them."""

from __future__ import annotations

import json
import re

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.conf import LazySettings
from django.template import RequestContext, Template
from django.test import Client, RequestFactory

from accounts.models import User
from seven_dashboard import statuses, styleguide

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.look.urls")]


class OneField(forms.Form):
    number = forms.CharField(help_text="With country code.")


def _draw(source: str, **values: object) -> BeautifulSoup:
    request = RequestFactory().get("/?state=failed&q=ada")
    drawn = Template(source).render(RequestContext(request, values))
    return BeautifulSoup(drawn, "html.parser")


@pytest.mark.parametrize("page", styleguide.PAGES)
def test_style_page_keeps_the_security_policy(
    page: str, owner: User, settings: LazySettings
) -> None:
    settings.IS_TRIAL = True
    client = Client()
    client.force_login(owner)
    response = client.get(f"/styleguide/{page}/")
    html = response.content.decode()
    assert response.status_code == 200
    assert not re.search(r'\sstyle="|\son[a-z]+="', html)
    assert not re.search(r"<script(?![^>]*(src=|application/json))", html)


def test_field_names_help_and_error_for_readers() -> None:
    soup = _draw("{% field form.number %}", form=OneField({"number": ""}))
    widget = soup.select_one("input")
    assert widget and widget["aria-invalid"] == "true"
    described = str(widget["aria-describedby"]).split()
    assert described and all(soup.find(id=name) for name in described)


def test_status_has_icon_word_and_tone() -> None:
    badge = _draw('{% status "undelivered" %}').select_one(".status")
    assert badge and "tone-danger" in badge["class"]
    assert badge.get_text(strip=True) == "Not delivered" and badge.find("svg")


def test_unknown_status_is_shown_under_its_name() -> None:
    assert _draw('{% status "half_way" %}').get_text(strip=True) == "Half way"


def test_states_of_one_kind_differ_by_more_than_colour() -> None:
    ends = ["delivered", "undelivered", "expired", "refused", "skipped", "unclear"]
    assert len({statuses.find(code).icon for code in ends}) == len(ends)


def test_pages_keep_the_filters() -> None:
    source = (
        '{% include "components/pagination.html" with after="c" request=request only %}'
    )
    link = _draw(source).select_one("a[rel=next]")
    assert link and link["href"] == "?state=failed&q=ada&after=c"


def test_hidden_filters_leave_out_the_named_ones() -> None:
    inputs = _draw('{% keep_query "q" %}').select("input")
    assert [(i["name"], i["value"]) for i in inputs] == [("state", "failed")]


def test_sorted_head_sorts_the_other_way() -> None:
    source = (
        '{% include "components/sort_head.html" with field="name" label="Name" '
        'sort="name" request=request only %}'
    )
    head = _draw(source).select_one("th")
    assert head and head["aria-sort"] == "ascending"
    assert "sort=-name" in str(head.a and head.a["href"])


def test_chart_comes_with_a_table_of_the_same_numbers() -> None:
    chart = {
        "type": "bar",
        "labels": ["2026-11-22"],
        "series": [{"key": "sms", "label": "SMS", "values": [1284]}],
    }
    source = (
        '{% include "components/chart.html" with id="c" title="T" chart=chart only %}'
    )
    soup = _draw(source, chart=chart)
    data = soup.find("script", id="c-data")
    assert data and json.loads(data.get_text())["series"][0]["values"] == [1284]
    assert [td.get_text() for td in soup.select("td")] == ["1,284"]


def test_chart_data_cannot_close_its_script() -> None:
    chart = {"labels": ["</script>"], "series": [{"label": "A", "values": [1]}]}
    data = _draw("{{ chart|chart_json:'c' }}", chart=chart).find(id="c-data")
    assert data and json.loads(data.get_text())["labels"] == ["</script>"]


def test_progress_is_never_localized() -> None:
    source = (
        '{% include "components/progress.html" '
        'with done=1284 total=5200 label="x" only %}'
    )
    bar = _draw(source).find("progress")
    assert bar and bar["value"] == "1284" and bar["max"] == "5200"


def test_share_is_never_all_before_the_end() -> None:
    drawn = _draw("{{ 1999|share_of:2000 }} {{ 2000|share_of:2000 }}").get_text()
    assert drawn.replace("\xa0", " ") == "99 % 100 %"


def test_dialog_posts_with_a_token_and_asks_for_the_word() -> None:
    source = (
        '{% dialog id="d" title="T" label="Delete" action="/x/" word="Customers" %}'
        "<p>Gone.</p>{% enddialog %}"
    )
    soup = _draw(source)
    assert soup.select_one("form[method=post] [name=csrfmiddlewaretoken]")
    assert soup.select_one("[data-word=Customers]") and soup.select_one("dialog p")


def test_block_tags_escape_their_values() -> None:
    soup = _draw("{% section title=evil %}x{% endsection %}", evil="<b>x</b>")
    assert soup.find("b") is None


def test_toasts_can_be_added_to_a_page() -> None:
    source = '{% include "components/toasts.html" with oob=True %}'
    region = _draw(source, messages=[]).find(id="toasts")
    assert region and region["hx-swap-oob"] == "beforeend:#toasts"
