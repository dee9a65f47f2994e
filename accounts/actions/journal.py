"""The gateway's journal: `noun.verb` to words."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Final[dict[str, Promise]] = {
    "journal.export": _("Journal of the gateway exported"),
}
FIELDS: Final[dict[str, Promise]] = {
    "journal": _("Journal"),
    "date_from": _("From day"),
    "date_to": _("Until day"),
    "missing": _("Only what is missing here"),
    "to": _("To"),
}
