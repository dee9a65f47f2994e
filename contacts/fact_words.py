"""The words that lists, segments and results use for what lookups have found out.

A word stands in an address (``fact=landline``); ``network:`` goes before the name of a
network. Pure: what a word means to the database is in `selectors.number_facts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOBILE, LANDLINE, OTHER_TYPE = "mobile", "landline", "other_type"
REACHABLE, ABSENT, UNREACHABLE = "reachable", "absent", "unreachable"
INVALID, RCS, NO_RCS, NAMED = "invalid", "rcs", "no_rcs", "named"
PORTED, NEVER, STALE = "ported", "never", "stale"
NETWORK: Final = "network:"
MAX_NETWORK_LENGTH: Final = 100

LABELS: Final[dict[str, str | Promise]] = {
    MOBILE: _("Mobile"),
    LANDLINE: _("Landline"),
    OTHER_TYPE: _("Neither mobile nor landline"),
    REACHABLE: _("Handset reachable"),
    UNREACHABLE: _("Not reachable"),
    ABSENT: _("Handset switched off"),
    INVALID: _("Number not valid"),
    RCS: _("RCS capable"),
    NO_RCS: _("Without RCS"),
    NAMED: _("With a caller name"),
    PORTED: _("Ported to another network"),
    NEVER: _("Never looked up"),
    STALE: _("Looked up long ago"),
}

# The gateway's words (shared specification: network_type, reachable).
MOBILE_TYPES: Final = ("mobile", "fixed_line_or_mobile")
LANDLINE_TYPES: Final = ("fixed_line",)
UNREACHABLE_STATES: Final = ("undeliverable", "absent", "bad_number", "blacklisted")


def known(word: str) -> str:
    """Return a word as it was given if it is one, else ""."""
    if word in LABELS:
        return word
    network = word.removeprefix(NETWORK)
    is_network = word.startswith(NETWORK) and 0 < len(network) <= MAX_NETWORK_LENGTH
    return word if is_network else ""


def label(word: str) -> str:
    """Return a word for a person."""
    if word.startswith(NETWORK):
        return str(_("Network: %(name)s") % {"name": word.removeprefix(NETWORK)})
    return str(LABELS[word])


def of_type(network_type: str) -> str:
    """Return the word for a kind of number."""
    if network_type in MOBILE_TYPES:
        return MOBILE
    return LANDLINE if network_type in LANDLINE_TYPES else OTHER_TYPE


def of_answer(kind: str, values: Mapping[str, object]) -> tuple[str, ...]:
    """Return the words for what one kind of lookup found, from the facts' columns."""
    if kind == "format":
        return (of_type(found) if (found := str(values["network_type"])) else INVALID,)
    if kind == "rcs":
        return (RCS if values["has_rcs"] else NO_RCS,)
    if kind == "cnam":
        return (NAMED,) if values["caller_name"] else ()
    if kind == "mnp":
        name = values["network"]
        network = f"{NETWORK}{name}" if name else INVALID
        return (network, PORTED) if values["is_ported"] else (network,)
    return _of_reachable(str(values["reachable"]))


def _of_reachable(reachable: str) -> tuple[str, ...]:
    if reachable not in UNREACHABLE_STATES:
        return (REACHABLE,) if reachable == "reachable" else ()
    narrower = {"absent": (ABSENT,), "bad_number": (INVALID,)}
    return (UNREACHABLE, *narrower.get(reachable, ()))
