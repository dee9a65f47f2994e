"""An answer: at a cost that a button named, once, and never after STOP."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection as database

from accounts.models import Connection, Price, User
from contacts.models import Contact, OptOut
from contacts.services import opt_outs
from messaging.models import Campaign, Conversation, Message
from messaging.selectors import threads
from messaging.services import replies, saved_answers
from messaging.ways import Way
from seven_dashboard.errors import Refused
from tests.messaging.inbox.conftest import ANNA, OWN, WriteIn

pytestmark = pytest.mark.usefixtures("connected")
WAY = Way("sms", OWN)


@pytest.fixture
def found(write_in: WriteIn) -> Conversation:
    return write_in()


def token(found: Conversation, text: str = "", way: Way = WAY) -> str:
    quote = replies.offer(conversation=found, text=text, way=way)
    return replies.token_of(quote, found)


def send(
    found: Conversation, actor: User, text: str, agreed: str, way: Way = WAY
) -> Campaign:
    return replies.send(
        conversation=found, actor=actor, text=text, way=way, token=agreed
    )


def code_of(found: Conversation, actor: User, text: str, agreed: str) -> str:
    with pytest.raises(Refused) as refused:
        send(found, actor, text, agreed)
    return refused.value.code


def test_answer_comes_from_the_number_written_to(
    found: Conversation, owner: User
) -> None:
    campaign = send(found, owner, "Yes, till six", token(found))
    assert (campaign.kind, campaign.sender, campaign.text) == (
        "single",
        OWN,
        "Yes, till six",
    )
    assert campaign.cost_agreed == Decimal("0.08")
    assert Message.objects.get().recipient == ANNA


def test_same_form_again_sends_nothing(found: Conversation, owner: User) -> None:
    agreed = token(found)
    first, again = (send(found, owner, "Yes", agreed) for _n in range(2))
    assert first == again
    assert Message.objects.count() == 1


def test_other_words_from_an_old_page_are_asked_about(
    found: Conversation, owner: User
) -> None:
    agreed = token(found)
    send(found, owner, "Yes", agreed)
    assert code_of(found, owner, "And bring cake", agreed) == "changed"
    assert Message.objects.count() == 1


def test_words_may_change_up_to_the_click_if_that_costs_no_more(
    found: Conversation, owner: User
) -> None:
    agreed = token(found, "Yes")
    assert code_of(found, owner, "long " * 40, agreed) == "changed"
    assert send(found, owner, "No", agreed).text == "No"


def test_higher_price_is_asked_about(found: Conversation, owner: User) -> None:
    agreed = token(found)
    Price.objects.filter(country="DE").update(amount=Decimal("0.2"))
    cache.clear()
    assert code_of(found, owner, "Yes", agreed) == "changed"


def test_other_sender_is_asked_about(found: Conversation, owner: User) -> None:
    agreed = token(found)
    with pytest.raises(Refused):
        send(found, owner, "Yes", agreed, Way("sms", ""))


def test_token_of_another_conversation_sends_nothing(
    found: Conversation, owner: User, write_in: WriteIn
) -> None:
    other = write_in("Hello", "+491711234999")
    assert code_of(found, owner, "Yes", token(other)) == "changed"
    assert code_of(found, owner, "Yes", "made-up") == "changed"


def test_who_said_stop_cannot_be_answered(
    found: Conversation, owner: User, write_in: WriteIn
) -> None:
    agreed = token(found)
    write_in("STOP")
    assert code_of(found, owner, "But wait", agreed) == "opted_out"
    assert not Message.objects.exists()


def test_other_channel_stays_open_after_an_opt_out_of_one(
    found: Conversation, owner: User
) -> None:
    opt_outs.add(
        workspace=found.workspace,
        phone=ANNA,
        channel="rcs",
        source=OptOut.Source.MANUAL,
    )
    assert send(found, owner, "Yes", token(found)).channel == "sms"


def test_opt_out_of_one_channel_leaves_the_other_way(
    found: Conversation, write_in: WriteIn
) -> None:
    again = write_in("Hello", channel="rcs", recipient="bakery")
    assert threads.ways(again)[0] == Way("rcs", "bakery")
    opt_outs.add(
        workspace=found.workspace,
        phone=ANNA,
        channel="rcs",
        source=OptOut.Source.MANUAL,
    )
    assert threads.ways(again) == [WAY, Way("sms", "")]


def test_name_as_sender_has_no_way_back(owner: User, write_in: WriteIn) -> None:
    found = write_in("Your code is 1234", "DHL")
    with pytest.raises(Refused) as refused:
        replies.offer(conversation=found, text="", way=WAY)
    assert refused.value.code == "no_number"


def test_second_to_answer_sees_the_first(
    found: Conversation, owner: User, sender_member: User
) -> None:
    agreed = token(found)
    send(found, sender_member, "Yes", token(found))
    assert code_of(found, owner, "No", agreed) == "answered"
    found.refresh_from_db()
    assert send(found, owner, "No", token(found)).text == "No"


def test_answer_takes_what_is_nobodys(
    found: Conversation, owner: User, sender_member: User
) -> None:
    send(found, sender_member, "Yes", token(found))
    found.refresh_from_db()
    send(found, owner, "Bye", token(found))
    found.refresh_from_db()
    assert (found.assigned_to, found.answered_by) == (sender_member, owner)


def test_variables_are_filled_for_a_contact(
    found: Conversation, owner: User, contact: Contact
) -> None:
    campaign = send(found, owner, "Hi {{ firstname }}", token(found, "Hi Anna"))
    assert campaign.text == "Hi Anna"


def test_saved_answer_keeps_what_cannot_be_filled(
    found: Conversation, contact: Contact
) -> None:
    assert replies.insertion(found, "Hi {{ firstname }}!") == ("Hi Anna!", "")
    text = "In {{ city }}"
    assert replies.insertion(found, text) == (text, "city")


@pytest.mark.django_db(transaction=True)
def test_clicks_at_the_same_time_send_once(
    connected: Connection, owner: User, write_in: WriteIn
) -> None:
    found = write_in()
    agreed = token(found)
    sent: list[object] = []

    def click() -> None:
        try:
            sent.append(send(found, owner, "Yes", agreed).pk)
        finally:
            database.close()

    clicks = [threading.Thread(target=click) for _n in range(4)]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert len(sent) == 4
    assert len(set(sent)) == 1
    assert Message.objects.count() == 1


def test_saved_answer_of_a_taken_name_says_so(found: Conversation, owner: User) -> None:
    def keep(name: str) -> None:
        saved_answers.create(
            workspace=found.workspace, actor=owner, name=name, text="{{ hour|six }}"
        )

    keep("Hours")
    with pytest.raises(Refused) as refused:
        keep("hours")
    assert refused.value.field == "name"
