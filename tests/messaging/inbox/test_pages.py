"""The pages of the inbox, as a browser without scripts gets them, and with htmx."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from contacts.models import Contact
from messaging import presence
from messaging.models import Conversation, InboxSettings, Message
from messaging.services import conversations, saved_answers
from tests.fixtures import ClientAs
from tests.messaging.inbox.conftest import ANNA, BEN, OWN, WriteIn
from tests.messaging.pages.shown import soup, words

HTMX = {"HX-Request": "true"}
pytestmark = pytest.mark.usefixtures("connected")
INBOX = "/inbox/"


@pytest.fixture
def browser(owner: User, client_as: ClientAs) -> Client:
    return client_as(owner)


@pytest.fixture
def found(write_in: WriteIn) -> Conversation:
    return write_in("Open today?")


def of(found: Conversation, act: str = "") -> str:
    return reverse(f"messaging:conversation{act}", args=[found.uuid])


def token_in(response: Any) -> str:
    field = soup(response).select_one("input[name=token]")
    assert field is not None
    return str(field["value"])


def rows_of(browser: Client, query: str = "") -> list[str]:
    shown = soup(browser.get(INBOX + query)).select("#inbox-list .chat-top strong")
    return [one.get_text().strip() for one in shown]


def test_list_shows_who_waits_with_name_and_words(
    browser: Client, found: Conversation, contact: Contact
) -> None:
    shown = words(browser.get(INBOX), "#inbox-list")
    assert "Anna Weber" in shown
    assert "Open today?" in shown
    assert "1 unread" in shown


def test_other_workspace_sees_nothing_of_it(
    found: Conversation, stranger: User, client_as: ClientAs
) -> None:
    for query in ("?box=all", "?q=today", f"?q={ANNA}"):
        page = words(client_as(stranger).get(INBOX + query), "#inbox-list")
        assert "today" not in page
        assert "Anna" not in page


def test_unread_count_stands_in_the_navigation(
    browser: Client, found: Conversation
) -> None:
    assert words(browser.get("/templates/"), "#side-count-inbox") == "1 unread"
    browser.get(of(found))
    assert words(browser.get("/templates/"), "#side-count-inbox") == ""


def test_opening_marks_read_and_says_what_is_new(
    browser: Client, found: Conversation
) -> None:
    shown = browser.get(of(found))
    assert words(shown, ".thread-new") == "New"
    assert "Open today?" in words(shown, "#thread")
    found.refresh_from_db()
    assert found.unread == 0
    assert words(browser.get(of(found)), ".thread-new") == ""


def test_reader_leaves_it_unread(
    found: Conversation, reader: User, client_as: ClientAs
) -> None:
    shown = client_as(reader).get(of(found))
    assert "You may read here" in words(shown, ".compose")
    found.refresh_from_db()
    assert found.unread == 1


def test_answer_without_scripts_names_its_cost_and_goes_out_once(
    browser: Client, found: Conversation
) -> None:
    page = browser.get(of(found))
    assert "Send for about 0.075 €" in words(page, "#reply button")
    assert f"SMS from +{OWN[:2]}" in words(page, ".compose-way")
    posted = {"text": "Until six", "way": f"sms:{OWN}", "token": token_in(page)}
    for _n in range(2):
        assert browser.post(of(found, "_reply"), posted).status_code == 302
    message = Message.objects.select_related("campaign").get()
    assert (message.campaign.text, message.campaign.sender) == ("Until six", OWN)
    shown = words(browser.get(of(found)), "#thread")
    assert "Until six" in shown
    assert "took the conversation" in shown


def test_answer_that_costs_more_is_shown_again_with_its_words(
    browser: Client, found: Conversation
) -> None:
    token = token_in(browser.get(of(found)))
    text = "long " * 50
    answer = browser.post(of(found, "_reply"), {"text": text, "token": token})
    assert answer.status_code == 422
    assert text.strip() in words(answer, "#reply-text")
    assert "Send for about 0.15 €" in words(answer, "#reply button")
    assert not Message.objects.exists()


def test_cost_keeps_up_with_typing_and_others_see_it(
    browser: Client, found: Conversation, sender_member: User, client_as: ClientAs
) -> None:
    other = client_as(sender_member)
    typed = {"text": "x" * 200}
    shown = other.post(of(found, "_cost"), typed, headers=HTMX)
    assert "Send for about 0.15 €" in words(shown, "button")
    assert "is answering" in words(browser.get(of(found)), "#talk-writing")
    assert "is answering" not in words(other.get(of(found)), "#talk-writing")


def test_person_who_types_is_shown(browser: Client, found: Conversation) -> None:
    presence.note_typing(found.workspace_id, ANNA)
    assert "is typing" in words(browser.get(of(found)), "#talk-writing")


def test_who_said_stop_gets_no_box_but_the_reason(
    browser: Client, found: Conversation, write_in: WriteIn
) -> None:
    write_in("STOP")
    page = browser.get(of(found))
    assert not soup(page).select("#reply textarea")
    assert "This number has opted out" in words(page, "#reply")
    assert ": STOP" in words(page, "#reply")


def test_file_of_a_stranger_is_a_link_that_fetches_nothing(
    browser: Client, write_in: WriteIn
) -> None:
    content = {
        "kind": "file",
        "name": "<b>cake</b>.jpg",
        "mime": "image/jpeg",
        "size": 2048,
        "uri": "https://files.example/cake.jpg",
    }
    found = write_in("", channel="rcs", recipient="bakery", content=content)
    thread = soup(browser.get(of(found))).select_one("#thread")
    assert thread is not None
    link = thread.select_one(".attachment a")
    assert link is not None
    assert link["rel"] == ["noopener", "noreferrer", "nofollow"]
    assert not thread.select("img, iframe, video, audio, object, link")
    assert "<b>cake</b>.jpg" in thread.get_text()
    assert re.search(r"2.0\sKB", thread.get_text())


def test_unsafe_address_is_no_link(browser: Client, write_in: WriteIn) -> None:
    content = {"kind": "file", "name": "a", "mime": "", "size": None}
    content["uri"] = "javascript:alert(1)"
    found = write_in("", channel="rcs", recipient="bakery", content=content)
    page = browser.get(of(found))
    assert not soup(page).select(".attachment a")
    assert "not a secure one" in words(page, ".attachment")


def test_saved_answer_is_filled_behind_the_words_so_far(
    browser: Client, found: Conversation, contact: Contact, owner: User
) -> None:
    answer = saved_answers.create(
        workspace=found.workspace, actor=owner, name="Hi", text="Hi {{ firstname }}"
    )
    posted = {"text": "Well.", "answer": str(answer.pk)}
    shown = browser.post(of(found, "_reply"), posted)
    assert words(shown, "#reply-text") == "Well. Hi Anna"
    assert not Message.objects.exists()


def test_note_is_seen_by_the_team_alone(browser: Client, found: Conversation) -> None:
    browser.post(of(found, "_note"), {"note": "Calls back"})
    assert "Calls back" in words(browser.get(of(found)), ".note")
    assert browser.post(of(found, "_note"), {"note": " "}).status_code == 422
    assert not Message.objects.exists()


def test_note_is_changed_and_taken_back_in_its_place(
    browser: Client, found: Conversation, owner: User, sender_member: User
) -> None:
    conversations.add_note(conversation=found, actor=owner, text="Calls bakc")
    conversations.add_note(conversation=found, actor=sender_member, text="I see")
    [link] = soup(browser.get(of(found))).select("#thread .bubble-meta a[hx-get]")
    address = str(link["href"])
    assert words(browser.get(address), ".note-edit textarea") == "Calls bakc"
    assert browser.post(address, {"note": " "}).status_code == 422
    shown = browser.post(address, {"note": "Calls back"}, headers=HTMX)
    assert words(shown, ".note") == "Calls back"
    assert browser.post(f"{address}take-back/").status_code == 302
    assert "took a note back" in words(browser.get(of(found)), "#thread")
    assert browser.get(address).status_code == 404


def test_closing_goes_on_to_the_next(
    browser: Client, found: Conversation, write_in: WriteIn
) -> None:
    older = write_in("Me first", BEN, age_s=600)
    answer = browser.post(of(found, "_close"))
    assert answer["Location"] == of(older)
    last = browser.post(of(older, "_close"))
    assert last["Location"] == INBOX


@pytest.mark.parametrize("word", ["hour", "tomorrow", "monday"])
def test_snoozed_leaves_the_open_ones(
    word: str, browser: Client, found: Conversation
) -> None:
    browser.post(of(found, "_snooze"), {"word": word})
    assert rows_of(browser) == []
    assert len(rows_of(browser, "?box=snoozed")) == 1


def test_snooze_without_a_time_says_so(browser: Client, found: Conversation) -> None:
    answer = browser.post(of(found, "_snooze"), {"until": "soon"})
    assert answer.status_code == 422
    assert "no date with a time" in words(answer, ".snooze-own")


def test_each_box_holds_its_own(
    browser: Client, write_in: WriteIn, owner: User, sender_member: User
) -> None:
    numbers = {
        "mine": "+491711000001",
        "theirs": "+491711000002",
        "closed": "+491711000003",
        "stop": "+491711000004",
    }
    rows = {name: write_in("Hi", number) for name, number in numbers.items()}
    write_in("STOP", numbers["stop"])
    conversations.assign(conversation=rows["mine"], actor=owner, to=owner)
    conversations.assign(conversation=rows["theirs"], actor=owner, to=sender_member)
    conversations.close(conversation=rows["closed"], actor=owner)
    conversations.mark_read(Conversation.objects.get(pk=rows["theirs"].pk))
    found = {
        box: {n for n, number in numbers.items() if number[-1] in tails(browser, box)}
        for box in ("", "unread", "mine", "unassigned", "closed", "opted_out", "all")
    }
    assert found == {
        "": {"mine", "theirs", "stop"},
        "unread": {"mine", "stop"},
        "mine": {"mine"},
        "unassigned": {"stop"},
        "closed": {"closed"},
        "opted_out": {"stop"},
        "all": set(numbers),
    }


def tails(browser: Client, box: str) -> set[str]:
    return {name[-1] for name in rows_of(browser, f"?box={box}")}


def test_what_a_colleague_has_is_looked_at(
    browser: Client, found: Conversation, owner: User, sender_member: User
) -> None:
    conversations.assign(conversation=found, actor=owner, to=sender_member)
    assert rows_of(browser, "?box=mine") == []
    theirs = f"?box=mine&who={sender_member.pk}"
    assert len(rows_of(browser, theirs)) == 1
    chosen = words(browser.get(INBOX + theirs), "select[name=who] [selected]")
    assert chosen == sender_member.display_name
    assert rows_of(browser, "?box=mine&who=nobody") == []


def test_settings_are_kept(browser: Client, found: Conversation) -> None:
    browser.post(reverse("messaging:inbox_settings"), {"tells_typing": "on"})
    kept = InboxSettings.objects.get()
    assert (kept.tells_read, kept.tells_typing) == (False, True)
