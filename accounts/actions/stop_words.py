"""What happens to the words that end messages: `noun.verb` to words."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Final[dict[str, Promise]] = {
    "opt_out.start": _("Messages wanted again (START)"),
    "stop_rules.update": _("Rules for STOP changed"),
    "stop_word.add": _("Word for STOP or START added"),
    "stop_word.remove": _("Word for STOP or START removed"),
    "stop_word.switch_off": _("Usual word for STOP or START switched off"),
    "stop_word.switch_on": _("Usual word for STOP or START switched on"),
}
FIELDS: Final[dict[str, Promise]] = {
    "languages": _("Languages"),
    "confirms_stop": _("Confirm a STOP"),
    "stop_text": _("Confirmation of a STOP"),
    "confirms_start": _("Confirm a START"),
    "start_text": _("Confirmation of a START"),
    "most_per_day": _("Confirmations in 24 hours at most"),
    "kind_of_word": _("What the word does"),
}
VALUES: Final[dict[str, dict[object, Promise]]] = {
    "kind_of_word": {
        "stop": _("Ends messages"),
        "start": _("Wants messages again"),
    },
    "languages": {
        "de": _("German"),
        "en": _("English"),
        "fr": _("French"),
        "es": _("Spanish"),
        "it": _("Italian"),
        "pl": _("Polish"),
        "tr": _("Turkish"),
        "nl": _("Dutch"),
    },
}
