"""Reasons for consent that are ours, kept in English and read in any language. Pure.

A worker that obeys a STOP has no language, and who reads the proof has another one than
who did the act. What a person wrote is shown as it is.
"""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

OTHER_NUMBER: Final = gettext_noop("Opted out with another number of the same person.")
MERGE_UNDONE: Final = gettext_noop("The merge was undone.")
BULK_UNDONE: Final = gettext_noop("The opt-out of many contacts was undone.")

OURS: Final[dict[str, Promise]] = {
    OTHER_NUMBER: _("Opted out with another number of the same person."),
    MERGE_UNDONE: _("The merge was undone."),
    BULK_UNDONE: _("The opt-out of many contacts was undone."),
}


def reason(text: str) -> str:
    """Return a stored reason as the person reads it."""
    return str(OURS.get(text, text))
