"""Files that an SMS links to: kept, checked, counted, sent, gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Connection, User, Workspace
from contacts.models import Group
from messaging import placeholders
from messaging.models import Campaign, CampaignFile, Message
from messaging.services import (
    audiences,
    campaign_files,
    campaigns,
    checks,
    drafts,
    forecasts,
    quick_sends,
    sent_files,
    test_sends,
)
from messaging.states import CampaignState
from seven_dashboard.errors import Refused
from tests.fixtures import ClientAs, SandboxAccount
from tests.messaging.engine.conftest import add_contacts, phones, send

TEXT = "Look: [[a.txt]]"


@pytest.fixture
def draft(workspace: Workspace, group: Group, fast: Connection) -> Campaign:
    add_contacts(workspace, group, phones(2))
    return drafts.create(
        workspace=workspace, actor=None, name="Files", text=TEXT, groups=[group]
    )


def add(campaign: Campaign, name: str = "a.txt", **fields: Any) -> CampaignFile:
    return campaign_files.add(
        campaign=campaign, actor=None, chunks=[b"hello"], name=name, **fields
    )


def disk(file: CampaignFile) -> Path:
    path = campaign_files.path_of(file)
    assert path is not None
    return path


def launch(campaign: Campaign) -> None:
    campaigns.launch(campaign_id=campaign.pk, actor=None, cost_agreed=None)
    assert audiences.freeze(campaign.pk)


def test_text_arrives_with_the_link(
    draft: Campaign, fast: Connection, sandbox: SandboxAccount
) -> None:
    add(draft, validity_days=3, password="secret")
    launch(draft)
    report = send(fast)
    texts = [m["text"] for m in sandbox.ask("messages")["messages"]]
    assert report.accepted == 2
    assert all(text.startswith("Look: https://svn.me/") for text in texts)
    # One request for both.
    assert Message.objects.values("foreign_id").distinct().count() == 1


def test_personal_text_arrives_with_the_link(
    draft: Campaign, fast: Connection, sandbox: SandboxAccount
) -> None:
    add(draft)
    drafts.update(campaign=draft, actor=None, text="{{ firstname }} " + TEXT)
    launch(draft)
    send(fast)
    texts = sorted(m["text"] for m in sandbox.ask("messages")["messages"])
    assert [text[:14] for text in texts] == ["A0 Look: https", "A1 Look: https"]


@pytest.mark.parametrize("text", ["Hi [[b.txt]] [[a.txt]]", "Hi [[{{ phone }}]]", "Hi"])
def test_place_and_file_need_each_other(draft: Campaign, text: str) -> None:
    add(draft)
    drafts.update(campaign=draft, actor=None, text=text)
    draft.refresh_from_db()
    assert checks.of(draft).problems
    with pytest.raises(Refused):
        launch(draft)


def test_parts_are_counted_with_the_link(draft: Campaign, fast: Connection) -> None:
    add(draft)
    # 9 + 4 for the brackets, or 24 of a link.
    text = "x" * 140 + "[[a.txt]]"
    drafts.update(campaign=draft, actor=None, text=text)
    draft.refresh_from_db()
    assert forecasts.estimate(draft).parts == 4
    launch(draft)
    send(fast)
    assert set(Message.objects.values_list("parts", flat=True)) == {2}


def test_file_that_is_gone_pauses(
    draft: Campaign, fast: Connection, sandbox: SandboxAccount
) -> None:
    file = add(draft)
    launch(draft)
    disk(file).unlink()
    send(fast)
    draft.refresh_from_db()
    assert (draft.state, draft.pause_reason) == (CampaignState.PAUSED, "files_gone")
    assert sandbox.ask("messages")["messages"] == []


def test_launch_refuses_a_file_that_is_gone(draft: Campaign) -> None:
    disk(add(draft)).unlink()
    with pytest.raises(Refused, match="not kept"):
        launch(draft)


def test_copy_has_files_of_its_own(
    draft: Campaign, django_capture_on_commit_callbacks: Any
) -> None:
    file = add(draft, password="secret")
    copy = drafts.duplicate(campaign=draft, actor=None)
    with django_capture_on_commit_callbacks(execute=True):
        drafts.delete(campaign_id=draft.pk, actor=None)
    mine = copy.files.get()
    assert not disk(file).exists()
    assert disk(mine).read_bytes() == b"hello"
    assert mine.password.reveal() == "secret"


def test_test_message_has_the_link_though_the_draft_goes(
    draft: Campaign, manager: User, fast: Connection, sandbox: SandboxAccount
) -> None:
    file = add(draft)
    test_sends.remember_number(campaign=draft, actor=manager, number=phones(3)[2])
    quote = test_sends.quote(campaign=draft, actor=manager)
    assert quote is not None
    token = quick_sends.token_of(quote, workspace=draft.workspace)
    test_sends.send(campaign=draft, actor=manager, at=0, token=token)
    campaign_files.remove(file=file, actor=None)
    send(fast)
    (sent,) = sandbox.ask("messages")["messages"]
    assert sent["text"].startswith("Look: https://svn.me/")


def test_files_are_small_and_few(draft: Campaign) -> None:
    with pytest.raises(Refused, match="2 MB"):
        campaign_files.add(
            campaign=draft, actor=None, chunks=[bytes(3 << 20)], name="big"
        )
    for number in range(campaign_files.MOST_FILES):
        add(draft, f"{number}")
    with pytest.raises(Refused, match="5 files"):
        add(draft, "six")


def test_launched_campaign_keeps_its_files(draft: Campaign) -> None:
    file = add(draft)
    launch(draft)
    with pytest.raises(Refused):
        campaign_files.remove(file=file, actor=None)


def test_change_of_files_asks_for_another_look(draft: Campaign) -> None:
    file = add(draft)
    seen = checks.fingerprint(draft)
    campaign_files.remove(file=file, actor=None)
    add(draft, password="x")
    draft.refresh_from_db()
    assert checks.fingerprint(draft) != seen


def test_password_is_shown_nowhere(draft: Campaign) -> None:
    add(draft, password="hunter2")
    (file,) = sent_files.of(draft)
    assert file.password == "hunter2"
    events = str(list(AuditEntry.objects.values()))
    assert "hunter2" not in f"{file!r} {events}"


def test_journal_entry_with_a_link_may_be_ours() -> None:
    assert placeholders.could_be("See https://svn.me/abc !", "See [[a]] !")
    assert not placeholders.could_be("See something else !", "See [[a]] !")
    assert not placeholders.could_be("Other", "See it")


def test_page_adds_inserts_and_removes(
    draft: Campaign, manager: User, client_as: ClientAs
) -> None:
    browser: Client = client_as(manager)
    page = reverse("messaging:campaign_file_list", args=[draft.pk])
    upload = SimpleUploadedFile("my flyer.pdf", b"pdf")
    answer = browser.post(page, {"file": upload, "password": "hunter2"})
    assert answer.status_code == 302
    shown = browser.get(page).content.decode()
    assert "[[my-flyer.pdf]]" in shown and "hunter2" not in shown
    file = draft.files.get()
    change = reverse("messaging:campaign_file_change", args=[draft.pk, file.pk])
    browser.post(change, {"act": "insert"})
    draft.refresh_from_db()
    assert draft.text == f"{TEXT} [[my-flyer.pdf]]"
    browser.post(change, {"act": "remove"})
    assert not draft.files.exists()


def test_composer_leads_to_the_files(
    draft: Campaign, manager: User, client_as: ClientAs
) -> None:
    page = client_as(manager).get(reverse("messaging:campaign_edit", args=[draft.pk]))
    address = reverse("messaging:campaign_file_list", args=[draft.pk])
    assert address in page.content.decode()
