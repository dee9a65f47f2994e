"""Writing a campaign in a real browser: template, pasted numbers, a file, no mouse."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Connection, Workspace
from contacts.models import Group
from messaging.models import Campaign, NumberList
from messaging.services import number_list_runs, templates
from tests.browser import axe
from tests.browser.live.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CSV = "Handy;Vorname;Code\n0171 5000001;Anna;A1\n0171 5000002;Ben;B2\nx;;\n"


@pytest.fixture
def shop(workspace: Workspace) -> Workspace:
    Connection.objects.create(workspace=workspace, api_key="k", balance=50)
    for number in range(20):
        Group.objects.create(workspace=workspace, name=f"Group {number}")
    templates.create(
        workspace=workspace,
        actor=None,
        name="Offer",
        channel="sms",
        text="Hi {{ firstname|there }}!",
    )
    return workspace


def draft() -> Campaign:
    return Campaign.objects.get()


def test_campaign_of_template_paste_and_file_by_mouse(
    shop: Workspace, open_page: Open, tmp_path: Path
) -> None:
    page = open_page("/campaigns/new/")
    assert not Campaign.objects.exists()
    page.get_by_label("Name", exact=True).fill("Autumn")
    expect(page.locator("#saved")).to_contain_text("Saved at")
    page.wait_for_url("**/edit/")
    page.get_by_label("Template", exact=True).select_option(label="Offer (version 1)")
    page.get_by_role("button", name="Use its text").click()
    expect(page.locator(".pin")).to_contain_text("“Offer”, version 1")
    page.get_by_text("Numbers for this campaign only").click()
    page.get_by_label("Paste numbers").fill("0171 5000001\n0171 5000003")
    expect(page.locator("#number-lists")).to_contain_text("2 numbers")
    file = tmp_path / "once.csv"
    file.write_text(CSV)
    page.get_by_label("A file for this campaign only").set_input_files(file)
    expect(page.locator("#number-lists")).to_contain_text("once.csv")
    number_list_runs.run(NumberList.objects.get(source="file").pk)
    expect(page.locator("#number-lists")).to_contain_text("1 row refused")
    expect(page.locator("#facts")).to_contain_text("Recipients3")
    page.get_by_role("button", name="Next recipient").click()
    expect(page.locator(".bubble")).to_contain_text("Hi Anna!")
    page.get_by_text("Choose groups").first.click()
    page.get_by_label("Search: Goes to").fill("group 17")
    page.locator("#id_groups").get_by_label("Group 17").check()
    expect(page.locator(".picker-chosen").first).to_contain_text("Group 17")
    assert not page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
    assert axe.breaches(page) == []
    page.get_by_role("button", name="Check before sending").click()
    page.wait_for_url("**/check/")
    expect(page.locator("dl.facts")).to_contain_text("once.csv")
    expect(page.locator(".pin")).to_contain_text("“Offer”, version 1")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, wanted: str) -> None:
    """Go on with the Tab key until the named element has the focus."""
    for _step in range(60):
        press(page, "Tab")
        if page.evaluate(f"document.activeElement.matches({wanted!r})"):
            return
    raise AssertionError(f"the keyboard does not reach {wanted}")


def test_campaign_is_written_by_keyboard_alone(
    shop: Workspace, open_page: Open
) -> None:
    page = open_page("/campaigns/new/")
    tab_to(page, "[name=name]")
    page.keyboard.type("Autumn")
    tab_to(page, "summary")
    press(page, "Enter")
    tab_to(page, "[data-picker-search]")
    page.keyboard.type("group 3")
    tab_to(page, "[name=groups]")
    press(page, "Space")
    tab_to(page, "summary")
    while "Numbers for" not in page.evaluate("document.activeElement.textContent"):
        tab_to(page, "summary")
    press(page, "Enter")
    tab_to(page, "[name=numbers]")
    page.keyboard.type("0171 5000001")
    expect(page.locator("#number-lists")).to_contain_text("1 number")
    tab_to(page, "[name=template]")
    page.keyboard.type("Offer")
    tab_to(page, "[value=template]")
    press(page, "Enter")
    expect(page.locator(".pin")).to_contain_text("“Offer”, version 1")
    tab_to(page, "[name=text]")
    press(page, "Control+End")
    page.keyboard.type(" Today only.")
    expect(page.locator("#saved")).to_contain_text("Saved at")
    tab_to(page, ".composer-acts [value=check]")
    press(page, "Enter")
    page.wait_for_url("**/check/")
    assert draft().text.endswith("Today only.")
    assert [group.name for group in draft().groups.all()] == ["Group 3"]


def test_other_tab_is_told_and_both_texts_stay(
    shop: Workspace, open_page: Open
) -> None:
    page = open_page("/campaigns/new/")
    page.get_by_label("Name", exact=True).fill("Autumn")
    page.wait_for_url("**/edit/")
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("[name=text]").fill("From the other tab")
    expect(other.locator("#saved")).to_contain_text("Saved at")
    expect(other.locator("#saved [name=revision]")).not_to_have_value("0")
    page.locator("[name=text]").fill("From this tab")
    expect(page.locator("#saved")).to_contain_text("Two people write this draft")
    expect(page.locator("#saved .message-text")).to_have_text("From the other tab")
    expect(page.locator("[name=text]")).to_have_value("From this tab")
    with page.expect_event("load"):
        page.get_by_role("button", name="Save mine as a draft of its own").click()
    expect(page.locator("[name=text]")).to_have_value("From this tab")
    assert Campaign.objects.count() == 2
