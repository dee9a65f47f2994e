"""The builder as a browser without scripts meets it, and the pages around it."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, User, Workspace
from accounts.rights import Right
from contacts.models import Contact, CustomField, Group, Segment
from contacts.services import segments
from tests.access import Arguments, ObjectAccess, ViewAccess
from tests.fixtures import ClientAs

NEW = reverse("contacts:segment_create")
LIST = reverse("contacts:segment_list")
CITY: dict[str, Any] = {
    "match": "all",
    "conditions": [{"field": "city", "op": "is", "value": "Berlin"}],
}


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    cache.clear()


@pytest.fixture
def segment(workspace: Workspace) -> Segment:
    return segments.create(
        workspace=workspace, name="Berliners", definition=CITY, actor=None
    )


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


def soup(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def filled(page: BeautifulSoup) -> dict[str, Any]:
    """Return what a browser would post of the builder's form."""
    form = page.select_one("form.columns")
    assert form
    data: dict[str, Any] = {}
    for box in form.select("input[name]"):
        if box.get("type") != "checkbox" or box.has_attr("checked"):
            data.setdefault(str(box["name"]), []).append(box.get("value", ""))
    for select in form.select("select[name]"):
        chosen = [str(o["value"]) for o in select.select("option[selected]")]
        first = select.select_one("option")
        if not chosen and first and not select.has_attr("multiple"):
            chosen = [str(first["value"])]
        data.setdefault(str(select["name"]), []).extend(chosen)
    return data


def post(browser: Client, page: BeautifulSoup, act: str, **typed: Any) -> Any:
    values = {key.replace("__", "-"): value for key, value in typed.items()}
    return browser.post(NEW, {**filled(page), **values, "act": act})


def test_segment_is_built_step_by_step_without_scripts(
    browser: Client, workspace: Workspace
) -> None:
    page = soup(browser.get(NEW))
    page = soup(post(browser, page, "show", **{"c-0-field": "city"}))
    page = soup(post(browser, page, "add", **{"c-0-op": "is", "c-0-value": "Berlin"}))
    page = soup(post(browser, page, "bracket", **{"c-1-field": "created_at"}))
    assert page.select_one("#c-0-value-0[value=Berlin]")
    page = soup(
        post(
            browser,
            page,
            "add:2",
            **{"c-1-op": "within", "c-1-value": "30", "c-2.0-field": "email"},
        )
    )
    page = soup(
        post(browser, page, "show", **{"c-2.0-op": "filled", "c-2.1-field": "phone"})
    )
    response = post(browser, page, "save", name="New in Berlin")
    segment = Segment.objects.get()
    assert response["Location"] == reverse("contacts:segment_detail", args=[segment.pk])
    assert segment.definition == {
        "match": "all",
        "conditions": [
            *CITY["conditions"],
            {"field": "created_at", "op": "within", "value": 30},
            {
                "match": "any",
                "conditions": [
                    {"field": "email", "op": "filled"},
                    {"field": "phone", "op": "filled"},
                ],
            },
        ],
    }


def test_saved_segment_opens_as_it_was_built(browser: Client, segment: Segment) -> None:
    address = reverse("contacts:segment_edit", args=[segment.pk])
    page = soup(browser.get(address))
    response = browser.post(address, {**filled(page), "act": "save"})
    assert response.status_code == 302
    segment.refresh_from_db()
    assert segment.definition == CITY
    assert AuditEntry.objects.filter(action="segment.update").count() == 0


def test_dropped_condition_takes_its_bracket_along(browser: Client) -> None:
    page = soup(post(browser, soup(browser.get(NEW)), "bracket"))
    page = soup(post(browser, page, "drop:1.0"))
    assert [box["value"] for box in page.select("[name=row]")] == ["0"]
    page = soup(post(browser, page, "drop:0"))
    assert [box["value"] for box in page.select("[name=row]")] == ["0"]


def test_nothing_typed_is_lost_by_dropping_another_condition(browser: Client) -> None:
    page = soup(post(browser, soup(browser.get(NEW)), "add"))
    page = soup(post(browser, page, "show", **{"c-1-field": "city"}))
    page = soup(post(browser, page, "drop:0", name="Mine", **{"c-1-value": "Bonn"}))
    assert page.select_one("#c-0-value-0[value=Bonn]")
    assert page.select_one("#id_name[value=Mine]")


def test_value_of_another_kind_of_question_is_not_kept(browser: Client) -> None:
    page = soup(post(browser, soup(browser.get(NEW)), "show", **{"c-0-field": "city"}))
    page = soup(
        post(browser, page, "show", **{"c-0-value": "Bonn", "c-0-field": "created_at"})
    )
    box = page.select_one("#c-0-value-0")
    assert box and not box["value"]


def test_twenty_conditions_are_enough(browser: Client) -> None:
    rows = {"row": [str(at) for at in range(20)], "act": "show"}
    page = soup(browser.post(NEW, rows))
    assert len(page.select(".segment-row")) == 20
    assert not page.select_one("#segment-add")
    page = soup(post(browser, page, "add"))
    assert len(page.select(".segment-row")) == 20


def test_incomplete_condition_is_marked_when_it_is_saved(browser: Client) -> None:
    page = soup(post(browser, soup(browser.get(NEW)), "show", **{"c-0-field": "city"}))
    response = post(browser, page, "save", name="X")
    assert response.status_code == 422
    error = soup(response).select_one("#c-0-error")
    assert error and "Write what to look for" in error.text
    assert not Segment.objects.exists()


def test_name_that_is_taken_is_said(browser: Client, segment: Segment) -> None:
    address = reverse("contacts:segment_edit", args=[segment.pk])
    page = soup(browser.get(address))
    response = browser.post(NEW, {**filled(page), "name": "BERLINERS", "act": "save"})
    assert response.status_code == 422
    assert "exists already" in soup(response).text


def test_look_says_who_it_is(browser: Client, workspace: Workspace) -> None:
    for name in ("Ada", "Ben"):
        Contact.objects.create(workspace=workspace, firstname=name, city="Berlin")
    page = soup(post(browser, soup(browser.get(NEW)), "show", **{"c-0-field": "city"}))
    result = soup(post(browser, page, "look", **{"c-0-value": "Berlin"})).select_one(
        "#segment-result"
    )
    assert result
    assert "2 contacts" in " ".join(result.text.split())
    assert "City is “Berlin”." in result.text
    assert [item.text.strip() for item in result.select("li")] == ["Ben", "Ada"]


def test_fragments_answer_for_one_row_and_for_all(browser: Client) -> None:
    page = soup(browser.get(NEW))
    build = reverse("contacts:segment_build")
    data = {**filled(page), "c-0-field": "city", "changed": "0"}
    row = soup(browser.post(build, data))
    assert row.select_one("fieldset #c-0-op") and not row.select_one("#segment-builder")
    whole = browser.post(build, {**filled(page), "act": "add"})
    assert whole["HX-Trigger-After-Settle"] == "segmentChanged"
    assert soup(whole).select_one("#c-1-field[autofocus]")


def test_broken_segment_says_what_is_broken(
    browser: Client, workspace: Workspace
) -> None:
    field = CustomField.objects.create(workspace=workspace, slug="shoe", label="Shoe")
    definition = {
        "match": "all",
        "conditions": [{"field": "custom:shoe", "op": "is", "value": "43"}],
    }
    segment = segments.create(
        workspace=workspace, name="Feet", definition=definition, actor=None
    )
    field.delete()
    assert "no field “shoe”" in soup(browser.get(LIST)).text
    members = reverse("contacts:segment_detail", args=[segment.pk])
    assert "This segment is broken" in soup(browser.get(members, follow=True)).text
    address = reverse("contacts:segment_edit", args=[segment.pk])
    error = soup(browser.get(address)).select_one("#c-0-error")
    assert error and "no field “shoe”" in error.text
    assert browser.post(address, {**filled(soup(browser.get(address))), "act": "save"})
    segment.refresh_from_db()
    assert segment.definition == definition


def test_contacts_of_a_segment_are_told_and_listed(
    browser: Client, segment: Segment, workspace: Workspace
) -> None:
    for name, city in (("Ada", "Berlin"), ("Cleo", "Bonn")):
        Contact.objects.create(workspace=workspace, firstname=name, city=city)
    address = reverse("contacts:segment_detail", args=[segment.pk])
    page = soup(browser.get(address, follow=True))
    assert "City is “Berlin”" in page.text
    assert [row.text for row in page.select("a.row-link")] == ["Ada"]


def test_list_has_counts_taken_in_the_background(
    browser: Client,
    segment: Segment,
    workspace: Workspace,
    django_capture_on_commit_callbacks: Any,
) -> None:
    Contact.objects.create(workspace=workspace, city="Berlin")
    assert "not counted yet" in soup(browser.get(LIST)).text
    assert segments.refresh_count(segment.pk)
    page = soup(browser.get(LIST))
    counted = page.select_one(".segment-counted")
    assert counted and counted.text.strip().startswith("1")
    assert not counted.has_attr("hx-get")
    address = reverse("contacts:segment_count", args=[segment.pk])
    assert browser.get(address).status_code == 286


def test_changed_definition_forgets_its_count(segment: Segment) -> None:
    segments.refresh_count(segment.pk)
    changed = {**CITY, "match": "any"}
    segments.update(segment=segment, name="B", definition=changed, actor=None)
    segment.refresh_from_db()
    assert segment.member_count is None


def test_copy_has_a_name_of_its_own(browser: Client, segment: Segment) -> None:
    address = reverse("contacts:segment_duplicate", args=[segment.pk])
    browser.post(address)
    browser.post(address)
    names = Segment.objects.order_by("created_at").values_list("name", flat=True)
    assert list(names)[1:] == ["Copy of Berliners", "Copy of Berliners (2)"]


def test_deleted_segment_is_in_the_trail(browser: Client, segment: Segment) -> None:
    browser.post(reverse("contacts:segment_delete", args=[segment.pk]))
    assert not Segment.objects.exists()
    entry = AuditEntry.objects.get(action="segment.delete")
    assert entry.before == {"name": "Berliners", "conditions": "City is “Berlin”"}


READ, EDIT = Right.READ, Right.EDIT_CONTACTS


class OfSegment(ObjectAccess):
    @pytest.fixture
    def arguments(self, segment: Segment) -> Arguments:
        return {"segment_id": segment.pk}


class TestSegmentList(ViewAccess):
    url_name, right, methods = "contacts:segment_list", READ, ("get",)


class TestSegmentCreate(ViewAccess):
    url_name, right = "contacts:segment_create", EDIT


class TestSegmentBuild(ViewAccess):
    url_name, right, method = "contacts:segment_build", EDIT, "post"
    methods = ("post",)


class TestSegmentPreview(ViewAccess):
    url_name, right, method = "contacts:segment_preview", EDIT, "post"
    methods = ("post",)


class TestSegmentDetail(OfSegment):
    url_name, right, methods = "contacts:segment_detail", READ, ("get",)


class TestSegmentCount(OfSegment):
    url_name, right, methods = "contacts:segment_count", READ, ("get",)


class TestSegmentEdit(OfSegment):
    url_name, right = "contacts:segment_edit", EDIT


class TestSegmentDuplicate(OfSegment):
    url_name, right, method = "contacts:segment_duplicate", EDIT, "post"
    methods = ("post",)


class TestSegmentDelete(OfSegment):
    url_name, right = "contacts:segment_delete", EDIT


def test_list_asks_for_a_group_once_however_many_segments_name_it(
    browser: Client, workspace: Workspace, group: Group
) -> None:
    row = {"field": "group", "op": "any", "value": [str(group.pk)]}
    asked = []
    for name in "ABC":
        Segment.objects.create(
            workspace=workspace,
            name=name,
            definition={"match": "all", "conditions": [row]},
        )
        with CaptureQueriesContext(connection) as found:
            browser.get(LIST)
        asked.append(len(found))
    assert asked[1] == asked[2]
