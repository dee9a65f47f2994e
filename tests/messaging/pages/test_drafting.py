"""Drafts that save themselves, two people in one, numbers and templates in them."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Connection, User
from contacts.models import Contact, Group
from messaging.models import Campaign, NumberList, Template
from messaging.services import checks, number_list_runs, templates
from tests.fixtures import ClientAs
from tests.messaging.pages.conftest import TEXT
from tests.messaging.pages.shown import soup, words

CREATE, SAVE = "/campaigns/new/", "/campaigns/save/"
CSV = b"Handy;Vorname;Code\n0171 5000001;Anna;A1\nx;;\n"


@pytest.fixture
def browser(manager: User, client_as: ClientAs, connected: Connection) -> Client:
    return client_as(manager)


@pytest.fixture
def colleague(owner: User, client_as: ClientAs) -> Client:
    return client_as(owner)


def hidden(response: Any) -> dict[str, str]:
    """Return what a page knows of its draft."""
    names = ("draft", "revision", "page")
    page = soup(response)
    return {n: str(page.select_one(f"[name={n}]")["value"]) for n in names}  # type: ignore[index]


def edit(draft: Campaign) -> str:
    return reverse("messaging:campaign_edit", args=[draft.pk])


def fields(**more: str) -> dict[str, Any]:
    return {"name": "Autumn offer", "text": "Hello", "channel": "sms", **more}


class TestAutosave:
    def test_opening_the_page_makes_no_draft(self, browser: Client) -> None:
        known = hidden(browser.get(CREATE))
        assert browser.post(SAVE, {**known, "channel": "sms"}).status_code == 204
        assert not Campaign.objects.exists()

    def test_first_save_makes_the_draft_and_names_its_address(
        self, browser: Client
    ) -> None:
        response = browser.post(SAVE, {"text": "Hi", "revision": "", "page": "a"})
        draft = Campaign.objects.get()
        assert response["HX-Replace-Url"] == edit(draft)
        assert "Saved at" in words(response, "#saved")
        assert hidden(response)["draft"] == str(draft.pk)

    def test_second_save_is_of_the_same_draft(self, browser: Client) -> None:
        first = hidden(browser.post(SAVE, {"text": "Hi", "page": "a"}))
        browser.post(SAVE, {**first, "text": "Hi there"})
        assert Campaign.objects.get().text == "Hi there"

    def test_page_that_has_not_heard_of_its_draft_makes_no_second_one(
        self, browser: Client
    ) -> None:
        browser.post(SAVE, fields(page="a", text="Hi"))
        browser.post(SAVE, fields(page="a", text="Hi there"))
        assert Campaign.objects.get().text == "Hi there"

    def test_two_pages_make_two_drafts(self, browser: Client) -> None:
        for page in ("a", "b"):
            browser.post(SAVE, fields(page=page))
        assert Campaign.objects.count() == 2

    def test_nothing_new_is_no_change(self, browser: Client) -> None:
        first = hidden(browser.post(SAVE, fields(page="a")))
        again = hidden(browser.post(SAVE, fields(**first)))
        assert first["revision"] == again["revision"]

    def test_invalid_input_is_kept_and_shown_again(
        self, browser: Client, draft: Campaign
    ) -> None:
        known = hidden(browser.get(edit(draft)))
        wrong = fields(**known, sender="much too long a name", rate_per_s="fast")
        response = browser.post(SAVE, wrong)
        assert "something unfinished" in words(response, "#saved")
        page = soup(browser.get(edit(draft)))
        assert page.select_one("[name=rate_per_s]")["value"] == "fast"  # type: ignore[index]
        assert page.select_one("#id_sender_error")
        draft.refresh_from_db()
        assert draft.text == "Hello"
        assert "not finished" in checks.of(draft).problems[0]

    def test_mended_input_is_an_ordinary_draft_again(
        self, browser: Client, draft: Campaign
    ) -> None:
        known = hidden(browser.get(edit(draft)))
        known = hidden(browser.post(SAVE, fields(**known, rate_per_s="fast")))
        browser.post(SAVE, fields(**known, rate_per_s="5"))
        draft.refresh_from_db()
        assert not draft.typed
        assert draft.rate_per_s == 5

    def test_unnamed_draft_is_called_untitled(self, browser: Client) -> None:
        browser.post(SAVE, {"text": "Hi", "page": "a"})
        assert Campaign.objects.get().name == "Untitled campaign"

    def test_foreign_draft_is_not_saved(
        self, browser: Client, stranger: User, client_as: ClientAs, draft: Campaign
    ) -> None:
        data = fields(draft=str(draft.pk))
        assert client_as(stranger).post(SAVE, data).status_code in (403, 404)

    def test_launched_campaign_is_not_saved(
        self, browser: Client, campaign: Campaign
    ) -> None:
        response = browser.post(SAVE, fields(draft=str(campaign.pk)))
        assert "cannot be changed" in words(response, "#saved")


class TestTwoPages:
    def test_later_page_writes_over_nothing_unseen(
        self, browser: Client, colleague: Client, draft: Campaign
    ) -> None:
        mine, theirs = (
            hidden(browser.get(edit(draft))),
            hidden(colleague.get(edit(draft))),
        )
        colleague.post(SAVE, fields(**theirs) | {"text": "Theirs"})
        response = browser.post(SAVE, fields(**mine) | {"text": "Mine"})
        assert "Two people write this draft" in words(response, "#saved")
        assert "Theirs" in words(response, ".message-text")
        draft.refresh_from_db()
        assert draft.text == "Theirs"

    def test_same_page_may_have_missed_its_own_save(
        self, browser: Client, draft: Campaign
    ) -> None:
        known = hidden(browser.get(edit(draft)))
        browser.post(SAVE, fields(**known) | {"text": "One"})
        browser.post(SAVE, fields(**known) | {"text": "Two"})
        draft.refresh_from_db()
        assert draft.text == "Two"

    @pytest.mark.parametrize(
        ("act", "texts"),
        [("copy", {"Theirs", "Mine"}), ("overwrite", {"Mine"})],
    )
    def test_person_decides_what_becomes_of_both(
        self,
        browser: Client,
        colleague: Client,
        draft: Campaign,
        act: str,
        texts: set[str],
    ) -> None:
        mine = hidden(browser.get(edit(draft)))
        theirs = hidden(colleague.get(edit(draft)))
        colleague.post(SAVE, fields(**theirs) | {"text": "Theirs"})
        data = fields(**mine) | {"text": "Mine", "act": "draft"}
        response = browser.post(edit(draft), data)
        assert response.status_code == 422
        assert "Mine" in words(response, "textarea[name=text]")
        browser.post(edit(draft), {**data, "act": act})
        assert set(Campaign.objects.values_list("text", flat=True)) == texts

    def test_what_was_written_over_stays_in_the_trail(
        self, browser: Client, draft: Campaign
    ) -> None:
        known = hidden(browser.get(edit(draft)))
        browser.post(SAVE, fields(**known))
        entry = AuditEntry.objects.get(action="campaign.update")
        assert (entry.before["text"], entry.after["text"]) == (TEXT, "Hello")


class TestLists:
    def test_file_is_added_without_scripts(self, browser: Client) -> None:
        file = SimpleUploadedFile("once.csv", CSV)
        response = browser.post(CREATE, fields(act="upload") | {"file": file})
        draft = Campaign.objects.get()
        assert response["Location"] == edit(draft)
        number_list_runs.run(draft.number_lists.get().pk)
        page = browser.get(edit(draft))
        assert "1 number" in words(page, "#number-lists")
        assert "1 row refused" in words(page, "#number-lists")
        assert "{{ code }}" in page.content.decode()
        assert "Hi A1!" in words(
            browser.post(
                "/campaigns/preview/",
                fields(draft=str(draft.pk)) | {"text": "Hi {{ code }}!"},
            ),
            ".bubble",
        )

    def test_what_is_no_table_is_said_beside_the_file(self, browser: Client) -> None:
        file = SimpleUploadedFile("once.csv", b"%PDF-1.4 ...")
        response = browser.post(CREATE, fields(act="upload") | {"file": file})
        assert response.status_code == 422
        assert "PDF" in words(response, "#id_file_error")

    def test_columns_are_changed(self, browser: Client, draft: Campaign) -> None:
        file = SimpleUploadedFile("once.csv", CSV)
        browser.post(edit(draft), fields(act="upload") | {"file": file})
        source = NumberList.objects.get()
        address = reverse("messaging:campaign_list_columns", args=[draft.pk, source.pk])
        assert "Anna" in words(browser.get(address), "table")
        wrong = browser.post(address, {"country": "DE", "column1": "phone"})
        assert wrong.status_code == 302
        source.refresh_from_db()
        assert source.mapping == {"1": "phone"}
        none = browser.post(address, {"country": "DE", "column1": "firstname"})
        assert "Choose the column" in words(none, "form")

    def test_refused_rows_are_downloaded(
        self, browser: Client, draft: Campaign
    ) -> None:
        file = SimpleUploadedFile("once.csv", CSV)
        browser.post(edit(draft), fields(act="upload") | {"file": file})
        source = NumberList.objects.get()
        number_list_runs.run(source.pk)
        address = reverse("messaging:campaign_list_refused", args=[draft.pk, source.pk])
        text = b"".join(browser.get(address)).decode()
        assert "x" in text.splitlines()[1]

    def test_list_is_removed(self, browser: Client, draft: Campaign) -> None:
        browser.post(edit(draft), fields(act="draft", numbers="0171 5000001"))
        source = NumberList.objects.get()
        browser.post(edit(draft), fields(remove=str(source.pk), numbers="0171 5000001"))
        draft.refresh_from_db()
        assert (draft.numbers, NumberList.objects.count()) == ("", 0)

    def test_numbers_alone_are_an_audience(
        self, browser: Client, contact: Contact
    ) -> None:
        data = fields(act="check", numbers="0171 5000001")
        response = browser.post(CREATE, data)
        assert response.status_code == 302
        page = browser.get(response["Location"])
        assert "Pasted numbers" in words(page, "dl.facts")

    def test_words_are_no_numbers(self, browser: Client) -> None:
        browser.post(CREATE, fields(act="draft", numbers="nobody"))
        page = browser.get(edit(Campaign.objects.get()))
        assert "No number was found" in words(page, "#number-lists")


class TestTemplates:
    def test_text_comes_from_the_template(
        self, browser: Client, template: Template
    ) -> None:
        data = fields(act="template", template=str(template.pk))
        browser.post(CREATE, data)
        draft = Campaign.objects.get()
        assert draft.text == TEXT
        assert draft.template_version == template.versions.get()
        assert "“Offer”, version 1" in words(browser.get(edit(draft)), ".pin")

    def test_address_of_a_template_begins_with_its_text(
        self, browser: Client, template: Template
    ) -> None:
        page = browser.get(CREATE, {"template": str(template.pk)})
        assert "Hi {{ firstname" in words(page, "textarea[name=text]")
        assert not Campaign.objects.exists()

    def test_newer_version_and_changed_text_are_said(
        self, browser: Client, template: Template, draft: Campaign
    ) -> None:
        draft.template_version = template.versions.get()
        draft.text = "Mine"
        draft.save()
        templates.update(
            template=template, actor=None, name="Offer", text="New", seen=1
        )
        for address in (
            edit(draft),
            reverse("messaging:campaign_check", args=[draft.pk]),
        ):
            said = words(browser.get(address), ".pin")
            assert "The text was changed since." in said
            assert "Version 2 is newer." in said

    def test_text_is_kept_as_a_template(self, browser: Client, draft: Campaign) -> None:
        browser.post(edit(draft), fields(act="keep", template_name="Greeting"))
        template = Template.objects.get()
        draft.refresh_from_db()
        assert template.name == "Greeting"
        assert draft.template_version == template.versions.get()

    def test_sender_keeps_no_templates(
        self, sender_member: User, client_as: ClientAs, connected: Connection
    ) -> None:
        client = client_as(sender_member)
        assert client.post(CREATE, fields(act="keep")).status_code == 403
        assert not Template.objects.exists()

    def test_copy_keeps_template_and_lists(
        self, browser: Client, draft: Campaign, template: Template
    ) -> None:
        draft.template_version = template.versions.get()
        draft.save()
        browser.post(reverse("messaging:campaign_duplicate", args=[draft.pk]))
        copy = Campaign.objects.exclude(pk=draft.pk).get()
        assert copy.template_version == draft.template_version


def test_chosen_groups_stand_on_top(
    browser: Client, draft: Campaign, group: Group
) -> None:
    for number in range(20):
        Group.objects.create(workspace=draft.workspace, name=f"A{number}")
    page = soup(browser.get(edit(draft)))
    assert len(page.select(".picker-chosen [name=groups][checked]")) == 1
    assert len(page.select(".picker-list [name=groups]")) == 20
    assert page.select_one("[data-picker-search][hidden]")
