"""Say in words what is wrong with a text or a sender, before anything is sent.

Used by the forms while a person writes and by the launch, so both refuse the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from messaging import rendering
from messaging.rendering import TemplateError, Variable
from messaging.text_parts import MAX_SMS_CHARACTERS
from seven_dashboard.errors import Refused

# gateway.md 2.3: 11 characters, or up to 16 digits; and which signs are allowed.
SENDER_MAX_NAME = 11
SENDER_MAX_DIGITS = 16
_SENDER_NUMBER = re.compile(r"\+?[0-9]+")
_SENDER_FOREIGN = re.compile(r"[^A-Za-z0-9/ .\-@_!()+$,&]")
_LABEL_FOREIGN = re.compile(r"[^A-Za-z0-9.\-_@]")
LABEL_MAX = 100
# Words that German users reach for first.
_ALSO_KNOWN_AS = {
    "vorname": "firstname",
    "nachname": "lastname",
    "name": "lastname",
    "firma": "company",
    "handy": "phone",
    "mobil": "phone",
    "telefon": "phone",
    "nummer": "phone",
    "ort": "city",
    "stadt": "city",
    "plz": "postal_code",
    "strasse": "address",
    "straße": "address",
    "geburtstag": "birthday",
}


def check_text(text: str, *, known: Iterable[str]) -> tuple[Variable, ...]:
    """Return the variables of a text whose every name is one of ``known``.

    Raises Refused (field ``text``) with a sentence that names the place and, for an
    unknown variable, the nearest known one.
    """
    if not text.strip():
        raise _text(_("Write a text first."), "text_empty")
    try:
        variables = rendering.variables_of(text)
    except TemplateError as error:
        raise _text(broken_sentence(error), f"text_{error.code}") from None
    names = sorted(known)
    for variable in variables:
        if variable.name not in names:
            raise _text(unknown_sentence(variable.name, names), "variable_unknown")
    return variables


def check_length(text: str) -> None:
    """Refuse a rendered SMS that the gateway would refuse with code 401."""
    if len(text) <= MAX_SMS_CHARACTERS:
        return
    sentence = _(
        "The text has %(length)d characters. An SMS can have %(most)d at most."
    ) % {"length": len(text), "most": MAX_SMS_CHARACTERS}
    raise _text(sentence, "text_too_long")


def check_sender(sender: str) -> str:
    """Return the sender as the gateway takes it; an empty one is the account's own.

    Raises Refused (field ``sender``).
    """
    sender = sender.strip()
    digits = re.sub(r"[\s()/.-]", "", sender)
    if _SENDER_NUMBER.fullmatch(digits):
        if len(digits.lstrip("+")) > SENDER_MAX_DIGITS:
            raise _sender(_("A number as sender can have 16 digits at most."))
        return digits
    foreign = _SENDER_FOREIGN.search(sender)
    if foreign:
        raise _sender(
            _("The sender cannot contain “%(sign)s”. Use letters, digits and . - _ &.")
            % {"sign": foreign.group()}
        )
    if len(sender) > SENDER_MAX_NAME:
        sentence = _(
            "The sender has %(length)d characters. A name can have 11 at most, "
            "a number 16 digits."
        ) % {"length": len(sender)}
        raise _sender(sentence)
    return sender


def check_label(label: str) -> str:
    """Return a label the gateway takes; raises Refused (field ``label``)."""
    label = label.strip()
    foreign = _LABEL_FOREIGN.search(label)
    if foreign:
        sentence = _(
            "A label can have letters, digits and . - _ @ only, not “%(sign)s”."
        ) % {"sign": foreign.group()}
        raise Refused(sentence, code="label_foreign", field="label")
    if len(label) > LABEL_MAX:
        sentence = _("A label can have 100 characters at most.")
        raise Refused(sentence, code="label_long", field="label")
    return label


def broken_sentence(error: TemplateError) -> str:
    """Return what is wrong with the braces of a text and how to mend it."""
    sentences = {
        "too_long": _("The text is too long."),
        "too_many": _("The text has too many variables; 100 are allowed."),
        "unclosed": _(
            "A variable that starts at “%(excerpt)s” is not closed. "
            "Write it like {{ firstname }}."
        ),
        "unopened": _(
            "There are closing braces at “%(excerpt)s” without opening ones. "
            "Write a variable like {{ firstname }}."
        ),
        "name": _(
            "“%(excerpt)s” is not a variable. A name has letters, digits and "
            "underscores, like {{ firstname }}."
        ),
    }
    sentence = sentences[error.code]
    return sentence % {"excerpt": error.excerpt} if error.excerpt else sentence


def unknown_sentence(name: str, known: list[str]) -> str:
    """Return that a variable is unknown, with the nearest known one if any."""
    alias = _ALSO_KNOWN_AS.get(name)
    near = alias if alias in known else rendering.nearest(name, known)
    if near:
        return _("There is no variable “%(name)s”. Did you mean {{ %(near)s }}?") % {
            "name": name,
            "near": near,
        }
    return _("There is no variable “%(name)s”. Choose one of those under the text.") % {
        "name": name
    }


def _text(sentence: str | Promise, code: str) -> Refused:
    return Refused(sentence, code=code, field="text")


def _sender(sentence: str) -> Refused:
    return Refused(sentence, code="sender", field="sender")
