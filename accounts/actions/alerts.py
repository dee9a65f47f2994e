"""What happens to the rules for alerts: `noun.verb` to words."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Final[dict[str, Promise]] = {
    "alert_rules.update": _("Rules for alerts changed"),
}
FIELDS: Final[dict[str, Promise]] = {
    "balance_below": _("Balance is low below (EUR)"),
    "days_below": _("Balance is low below so many days"),
}
