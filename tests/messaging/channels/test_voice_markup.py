"""SSML and XML of calls: what is refused, with the line, and what is heard."""

from __future__ import annotations

import pytest

from messaging import contents, voice_markup
from messaging.voice_markup import Piece
from seven_dashboard.errors import Refused

LAUGHS = "".join(
    f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9)
)  # a billion of them, if anybody expanded them


@pytest.mark.parametrize(
    ("markup", "sentence"),
    [
        ("<speak>Hi & bye</speak>", "Line 1: This is not well-formed"),
        ("<speak>\n<p>Hi</speak>", "Line 2: An element is closed"),
        ("<speak>Hi", "The end is missing"),
        ("<speak>&nbsp;</speak>", "This entity is not known"),
        ("<speak>Hi</speak>more", "Nothing may follow"),
        ("<html>Hi</html>", "Begin with <speak> or <Response>"),
        ("<speak>\n\n<brake/></speak>", "Line 3: There is no element <brake>. Did"),
        ("<Response><say>Hi</say></Response>", "Did you mean <Say>"),
        ("<Response>Hi</Response>", "Put it into <Say>"),
        ("<speak><![CDATA[Hi]]></speak>", "without CDATA"),
        ("<speak><?php x?>Hi</speak>", "between <? and ?>"),
        ('<speak><break time="2 weeks"/></speak>', "Write a pause like 500ms"),
        ("<Response><Play>file:///etc/passwd</Play></Response>", "web address"),
        ('<speak><audio src="//x"/></speak>', "web address"),
        ('<!DOCTYPE speak SYSTEM "http://x/y"><speak/>', "Leave out the DOCTYPE"),
        (f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><speak>&l9;</speak>', "DOCTYPE"),
        (
            '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><speak>&f;</speak>',
            "DOCTYPE",
        ),
        ("<speak>" + "<p>" * 30, "lie too deep"),
        ("<speak>" + "<break/>" * 600 + "</speak>", "too many elements"),
        ("<speak>\x00</speak>", "not well-formed"),
        ("<speak>\ud800</speak>", "not well-formed"),
    ],
)
def test_markup_that_no_call_can_read_is_refused(markup: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence.replace("?", r"\?")):
        voice_markup.check(markup)


@pytest.mark.parametrize(
    "markup",
    [
        "<speak>Grüße 🎉 <emphasis>jetzt</emphasis> مرحبا</speak>",
        '<?xml version="1.0" encoding="UTF-8"?>\n<speak>Hi</speak>',
        '<Response><Say voice="x">Hi</Say><Pause length="2"/><Hangup/></Response>',
        f"<speak>{'a' * 9_900}</speak>",
    ],
)
def test_markup_of_a_call_is_taken(markup: str) -> None:
    voice_markup.check(markup)


def test_what_is_heard_has_its_pauses() -> None:
    pieces = voice_markup.heard(
        '<speak>\n  Hello\n  Anna <break time="500ms"/> bye</speak>'
    )
    assert pieces == [Piece("Hello Anna"), Piece(pause_s=0.5), Piece("bye")]


def test_plain_text_is_heard_as_it_stands() -> None:
    assert voice_markup.heard("1 < 2 & so") == [Piece("1 < 2 & so")]


def test_value_is_read_and_never_markup() -> None:
    text = "<speak>Hi {{ firstname|a & b }}</speak>"
    filled = contents.fill("voice", text, {"firstname": 'Tom & <break/> "Co" \' \x01'})
    assert filled == (
        "<speak>Hi Tom &amp; &lt;break/&gt; &quot;Co&quot; &apos; </speak>"
    )
    voice_markup.check(filled)
    assert "a &amp; b" in contents.fill("voice", text, {})


def test_plain_text_of_a_call_is_not_escaped() -> None:
    assert contents.fill("voice", "Hi {{ x }}", {"x": "A & B"}) == "Hi A & B"


@pytest.mark.parametrize(
    "text",
    ["<speak><{{ x }}/></speak>", "<speak><!-- {{ x }} --></speak>", "<{{ x }}>"],
)
def test_variable_in_the_markup_itself_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        contents.check_text("voice", text, known=["x"])


def test_variable_in_an_attribute_is_taken() -> None:
    text = '<speak><say-as interpret-as="{{ x }}">1</say-as></speak>'
    assert contents.check_text("voice", text, known=["x"])


def test_name_that_looks_like_markup_is_read_out() -> None:
    filled = contents.fill("voice", "{{ x }}, hi", {"x": "<Response><Dial>+49"})
    voice_markup.check(filled)
    assert voice_markup.heard(filled) == [Piece("<Response><Dial>+49, hi")]
