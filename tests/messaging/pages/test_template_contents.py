"""Templates keep what a channel is told, and give it back; what was there is kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User, Workspace
from messaging.models import Campaign, Template, TemplateVersion
from messaging.options import Card, RcsOptions, SmsOptions
from messaging.services import drafts, templates
from tests.fixtures import ClientAs
from tests.messaging.pages.shown import soup, words

CARD = RcsOptions(card=Card(title="For {{ firstname }}"))


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


@pytest.fixture
def flashing(workspace: Workspace) -> Template:
    return templates.create(
        workspace=workspace,
        actor=None,
        name="Alarm",
        channel="sms",
        text="Fire!",
        own=SmsOptions(is_flash=True),
    )


def posted(draft: Campaign, **more: str) -> dict[str, Any]:
    groups = [str(pk) for pk in draft.groups.values_list("pk", flat=True)]
    usual = {"name": draft.name, "channel": "sms", "groups": groups, "text": draft.text}
    return {**usual, "draft": str(draft.pk), "sender": draft.sender, **more}


def test_card_is_kept_with_the_template(browser: Client, workspace: Workspace) -> None:
    data = {
        "name": "Card",
        "channel": "rcs",
        "text": "Come in!",
        "rcs_kind": "card",
        "card_title": "Bread",
        "fallback": "sms",
    }
    browser.post(reverse("messaging:template_create"), data)
    version = TemplateVersion.objects.get()
    assert version.options["card"]["title"] == "Bread"
    page = browser.get(reverse("messaging:template_detail", args=[version.template.pk]))
    assert "Bread" in words(page, ".handset") and "an SMS" in words(page, ".facts")


def test_card_is_added_to_a_template(browser: Client) -> None:
    data = {"name": "C", "channel": "rcs", "text": "Hi", "rcs_kind": "carousel"}
    page = browser.post(
        reverse("messaging:template_create"),
        {**data, "card_count": "2", "act": "add_card"},
    )
    assert soup(page).select_one("[name=card3_title]")
    assert not Template.objects.exists()


def test_wrong_option_is_named_beside_its_field(browser: Client) -> None:
    data = {"name": "C", "channel": "rcs", "text": "Hi", "rcs_kind": "card"}
    page = browser.post(
        reverse("messaging:template_create"), {**data, "card_media": "bread.jpg"}
    )
    assert "whole web address" in words(page, "#id_card_media_error")


def test_other_options_are_a_new_version(browser: Client, flashing: Template) -> None:
    address = reverse("messaging:template_edit", args=[flashing.pk])
    assert soup(browser.get(address)).select_one("[name=is_flash][checked]")
    browser.post(address, {"name": "Alarm", "text": "Fire!", "seen": "1"})
    newest = flashing.versions.get(number=2)
    assert newest.options == {}


def test_campaign_takes_text_and_options(
    browser: Client, draft: Campaign, flashing: Template
) -> None:
    data = posted(draft, act="template", template=str(flashing.pk))
    browser.post(f"/campaigns/{draft.pk}/edit/", data)
    draft.refresh_from_db()
    assert (draft.text, draft.options) == ("Fire!", {"is_flash": True})


def test_new_campaign_begins_with_the_options(
    browser: Client, flashing: Template
) -> None:
    page = browser.get(f"/campaigns/new/?template={flashing.pk}")
    assert soup(page).select_one("[name=is_flash][checked]")


def test_what_was_written_before_is_brought_back(
    browser: Client, draft: Campaign, flashing: Template
) -> None:
    address = f"/campaigns/{draft.pk}/edit/"
    mine = posted(draft, text="My own words")
    browser.post(address, {**mine, "act": "template", "template": str(flashing.pk)})
    draft.refresh_from_db()
    assert "Bring the text of before back" in words(browser.get(address), "button")
    browser.post(address, posted(draft, is_flash="on", act="undo_template"))
    draft.refresh_from_db()
    assert (draft.text, draft.options) == ("My own words", {})
    # The undo can be undone.
    browser.post(address, posted(draft, act="undo_template"))
    draft.refresh_from_db()
    assert (draft.text, draft.options) == ("Fire!", {"is_flash": True})


def test_nothing_is_kept_where_nothing_was_written(
    browser: Client, draft: Campaign, flashing: Template
) -> None:
    drafts.update(campaign=draft, actor=None, text="")
    draft.refresh_from_db()
    data = posted(draft, act="template", template=str(flashing.pk))
    browser.post(f"/campaigns/{draft.pk}/edit/", data)
    draft.refresh_from_db()
    assert draft.before_template == {}


def test_template_of_another_channel_is_refused(
    browser: Client, draft: Campaign, workspace: Workspace
) -> None:
    card = templates.create(
        workspace=workspace, actor=None, name="C", channel="rcs", text="Hi", own=CARD
    )
    data = posted(draft, act="template", template=str(card.pk))
    page = browser.post(f"/campaigns/{draft.pk}/edit/", data)
    assert "for another channel: RCS" in words(page)


def test_campaign_is_saved_as_a_template_with_its_options(
    browser: Client, draft: Campaign
) -> None:
    data = posted(draft, act="keep", template_name="Kept", has_tracking="on")
    browser.post(f"/campaigns/{draft.pk}/edit/", data)
    assert TemplateVersion.objects.get().options == {"has_tracking": True}
