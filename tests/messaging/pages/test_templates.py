"""Texts kept under a name, version by version."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User, Workspace
from messaging.models import Campaign, Template
from messaging.selectors import templates as found
from messaging.services import templates
from seven_dashboard.errors import Refused
from tests.fixtures import ClientAs
from tests.messaging.pages.conftest import TEXT
from tests.messaging.pages.shown import words


@pytest.fixture
def browser(manager: User, client_as: ClientAs) -> Client:
    return client_as(manager)


def address(name: str, template: Template, *more: object) -> str:
    return reverse(f"messaging:template_{name}", args=[template.pk, *more])


def change(template: Template, text: str, seen: int) -> Template:
    return templates.update(
        template=template, actor=None, name=template.name, text=text, seen=seen
    )


def test_new_template_is_version_one(browser: Client) -> None:
    data = {"name": "Thanks", "channel": "sms", "text": "Thanks, {{ firstname|you }}!"}
    response = browser.post(reverse("messaging:template_create"), data)
    template = Template.objects.get()
    assert response["Location"] == address("detail", template)
    assert "Text of version 1" in words(browser.get(response["Location"]))


@pytest.mark.parametrize("text", ["Hi {{ firstname", "", "Hi {{ 1 }}"])
def test_broken_text_is_refused(browser: Client, text: str) -> None:
    data = {"name": "Thanks", "channel": "sms", "text": text}
    response = browser.post(reverse("messaging:template_create"), data)
    assert response.status_code == 422
    assert words(response, "#id_text_error")


def test_name_is_taken_once_in_a_channel(browser: Client, template: Template) -> None:
    data = {"name": "oFFer", "channel": "sms", "text": "Hi"}
    response = browser.post(reverse("messaging:template_create"), data)
    assert "of this name already" in words(response, "#id_name_error")


def test_each_change_is_a_version(browser: Client, template: Template) -> None:
    data = {"name": "Offer", "text": "New text", "seen": "1"}
    browser.post(address("edit", template), data)
    template.refresh_from_db()
    assert template.latest == 2
    assert [v.text for v in found.versions(template)] == ["New text", TEXT]


def test_same_text_is_no_new_version(browser: Client, template: Template) -> None:
    data = {"name": "Other name", "text": TEXT, "seen": "1"}
    browser.post(address("edit", template), data)
    template.refresh_from_db()
    assert (template.latest, template.name) == (1, "Other name")


def test_nobody_writes_over_a_version_they_have_not_seen(
    browser: Client, template: Template
) -> None:
    change(template, "Theirs", seen=1)
    data = {"name": "Offer", "text": "Mine", "seen": "1"}
    response = browser.post(address("edit", template), data)
    assert response.status_code == 422
    assert "Mine" in words(response, "textarea")
    assert "Theirs" in words(response, ".message-text")
    again = browser.post(address("edit", template), {**data, "seen": "2"})
    assert again.status_code == 302


def test_older_version_is_brought_back_as_a_new_one(
    browser: Client, template: Template
) -> None:
    change(template, "Second", seen=1)
    assert "version 1" in words(browser.get(address("version", template, 1)), "main")
    browser.post(address("restore", template, 1))
    newest = found.versions(template)[0]
    assert (newest.number, newest.text, newest.restored_from) == (3, TEXT, 1)


def test_archived_template_is_offered_no_longer(
    browser: Client, template: Template, workspace: Workspace
) -> None:
    browser.post(address("archive", template), {"archived": "1"})
    assert not found.offered(workspace, "sms")
    page = browser.get(reverse("messaging:template_list"), {"archived": "1"})
    assert "Offer" in words(page, "table")
    browser.post(address("archive", template), {"archived": "0"})
    assert found.offered(workspace, "sms") == [template]


def test_template_of_a_sent_campaign_is_not_deleted(
    browser: Client, template: Template, campaign: Campaign
) -> None:
    campaign.template_version = template.versions.get()
    campaign.save(update_fields=["template_version"])
    browser.post(address("delete", template))
    assert Template.objects.exists()


def test_drafts_keep_the_text_of_a_deleted_template(
    browser: Client, template: Template, draft: Campaign
) -> None:
    draft.template_version = template.versions.get()
    draft.save(update_fields=["template_version"])
    browser.post(address("delete", template))
    draft.refresh_from_db()
    assert (draft.text, draft.template_version_id) == (TEXT, None)


def test_list_is_searched_by_name(browser: Client, template: Template) -> None:
    address = reverse("messaging:template_list")
    assert "Offer" in words(browser.get(address, {"q": "ff"}), "table")
    assert "No template fits" in words(browser.get(address, {"q": "x"}))


def test_variable_that_no_contact_has_is_named(
    browser: Client, workspace: Workspace
) -> None:
    template = templates.create(
        workspace=workspace, actor=None, name="X", channel="sms", text="{{ code }}"
    )
    assert "“code” is no field" in words(browser.get(address("detail", template)))


def test_every_change_is_in_the_trail(template: Template) -> None:
    change(template, "Second", seen=1)
    entry = AuditEntry.objects.filter(action="template.update").get()
    assert entry.before["text"] == TEXT
    assert entry.after["text"] == "Second"


def test_readers_see_no_buttons_to_change(
    reader: User, client_as: ClientAs, template: Template
) -> None:
    page = client_as(reader).get(address("detail", template))
    assert "Edit" not in words(page, "main")


def test_nothing_brings_back_the_text_that_is_there(template: Template) -> None:
    with pytest.raises(Refused):
        templates.restore(version=template.versions.get(), actor=None)
