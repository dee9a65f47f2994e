"""Options of a channel: kept as JSON, filled for a recipient, checked in one place."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from messaging import contents, option_checks, options, rcs_contents, senders
from messaging.options import (
    Button,
    Card,
    Fallback,
    Options,
    RcsOptions,
    SmsOptions,
    VoiceOptions,
)
from seven_dashboard.errors import Refused

CARD = Card(
    title="For {{ firstname|you }}",
    media_url="https://bakery.example/{{ city|all }}.jpg",
    buttons=(
        Button(kind="open", text="Look", target="https://bakery.example/?c={{ city }}"),
        Button(kind="dial", text="Call", target="+49301234567"),
        Button(kind="reply", text="Yes"),
    ),
)


@pytest.mark.parametrize(
    ("channel", "own"),
    [
        ("sms", SmsOptions()),
        ("sms", SmsOptions(is_flash=True, ttl_min=60, has_tracking=True)),
        ("sms", SmsOptions(has_plain_values=True)),
        ("sms", SmsOptions(deliver_at=datetime(2026, 12, 24, 18, tzinfo=UTC))),
        ("voice", VoiceOptions(ringtime_s=30)),
        ("rcs", RcsOptions(card=CARD, ttl_min=5)),
        ("rcs", RcsOptions(fallback=Fallback(kind="sms", text="Hi", sender="B"))),
        ("rcs", RcsOptions(fallback=Fallback(kind="webview"))),
    ],
)
def test_what_is_kept_is_read_back(channel: str, own: Options) -> None:
    assert options.read(channel, options.as_json(own)) == own


@pytest.mark.parametrize(
    "stored",
    [
        {"ttl_min": "soon", "card": [1], "fallback": "sms", "deliver_at": ""},
        {"card": {"buttons": [None, "x"]}, "unknown": 1},
    ],
)
def test_odd_rows_still_open(stored: dict[str, Any]) -> None:
    for channel in options.KINDS:
        options.read(channel, stored)


def test_usual_options_are_kept_as_nothing() -> None:
    assert options.as_json(SmsOptions()) == {}


@pytest.mark.parametrize(
    ("own", "field"),
    [
        (SmsOptions(ttl_min=0), "ttl_min"),
        (SmsOptions(ttl_min=10_081), "ttl_min"),
        (VoiceOptions(ringtime_s=4), "ringtime_s"),
        (VoiceOptions(ringtime_s=61), "ringtime_s"),
        (RcsOptions(card=Card()), "card_title"),
        (RcsOptions(card=Card(title="x" * 201)), "card_title"),
        (RcsOptions(card=Card(media_url="javascript:alert(1)")), "card_media"),
        (RcsOptions(card=Card(media_url="https://a b.example/")), "card_media"),
        (RcsOptions(card=Card(media_url="https://[")), "card_media"),
        (
            RcsOptions(card=Card(buttons=(Button(kind="reply", text="🎉" * 26),))),
            "button1_text",
        ),
        (
            RcsOptions(card=Card(buttons=(Button(kind="open", text="a"),))),
            "button1_target",
        ),
        (
            RcsOptions(card=Card(buttons=(Button(kind="dial", text="a", target="1"),))),
            "button1_target",
        ),
        (
            RcsOptions(card=Card(buttons=(Button(kind="reply", text="a"),) * 5)),
            "card_title",
        ),
        (RcsOptions(fallback=Fallback(kind="sms", sender="x" * 12)), "fallback_sender"),
        (RcsOptions(fallback=Fallback(kind="sms", text="x" * 1521)), "fallback_text"),
    ],
)
def test_option_that_the_gateway_would_refuse_names_its_field(
    own: Options, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        option_checks.check(own, text="Hi")
    assert refused.value.field == field


def test_unknown_variable_of_a_button_is_named_beside_it() -> None:
    with pytest.raises(Refused, match="no variable “city”") as refused:
        contents.check("rcs", "Hi", RcsOptions(card=CARD), known=["firstname"])
    assert refused.value.field == "card_media"


def test_card_is_written_with_the_values_of_the_recipient() -> None:
    own = options.filled(RcsOptions(card=CARD), {"firstname": "Anna", "city": "Kiel"})
    assert isinstance(own, RcsOptions)
    content = rcs_contents.of("Come in!", own.cards)
    assert isinstance(content, dict)
    card = content["richCard"]["standaloneCard"]["cardContent"]
    assert (card["title"], card["description"]) == ("For Anna", "Come in!")
    assert card["media"]["contentInfo"]["fileUrl"] == "https://bakery.example/Kiel.jpg"
    assert [next(iter(one)) for one in card["suggestions"]] == [
        "action",
        "action",
        "reply",
    ]


@pytest.mark.parametrize(
    "text", ["Hi {{ you }}", "{no json", '{"a": 1}', '{"a": ' + "[" * 3_000]
)
def test_text_that_is_no_card_is_read_as_it_is(text: str) -> None:
    assert rcs_contents.words_of(text) == text


def test_card_of_the_journal_is_read_by_its_words() -> None:
    sent = json.dumps(rcs_contents.of("Come in!", RcsOptions(card=CARD).cards))
    assert rcs_contents.words_of(sent) == "For {{ firstname|you }} · Come in!"


def test_fallback_is_a_word_unless_it_has_a_text_of_its_own() -> None:
    assert rcs_contents.fallback_of(Fallback(kind="sms")) == "sms"
    assert rcs_contents.fallback_of(Fallback(kind="sms", text="Hi")) == {
        "type": "sms",
        "text": "Hi",
    }


@pytest.mark.parametrize(
    ("channel", "sender"),
    [("voice", "Bakery"), ("voice", "1" * 17), ("rcs", "no blanks"), ("sms", "x" * 12)],
)
def test_sender_that_the_channel_does_not_take_is_refused(
    channel: str, sender: str
) -> None:
    with pytest.raises(Refused):
        senders.check(channel, sender)
