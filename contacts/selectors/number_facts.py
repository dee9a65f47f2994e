"""Read what lookups have found out about numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from accounts.models import Workspace
from contacts import fact_words as words
from contacts.models import Contact, NumberFact
from contacts.models.number_facts import STALE_AFTER_DAYS, LookupKind

_IS: dict[str, Q] = {
    words.MOBILE: Q(network_type__in=words.MOBILE_TYPES),
    words.LANDLINE: Q(network_type__in=words.LANDLINE_TYPES),
    words.REACHABLE: Q(hlr_at__isnull=False, reachable="reachable"),
    words.ABSENT: Q(hlr_at__isnull=False, reachable="absent"),
    words.UNREACHABLE: Q(hlr_at__isnull=False, reachable__in=words.UNREACHABLE_STATES),
    words.RCS: Q(rcs_at__isnull=False, has_rcs=True),
    words.NO_RCS: Q(rcs_at__isnull=False, has_rcs=False),
    words.NAMED: ~Q(caller_name=""),
    words.PORTED: Q(mnp_at__isnull=False, is_ported=True),
    # The gateway knows no such number, by its digits or by its home network.
    words.INVALID: Q(validity="not_valid"),
}
_ASKED_FOR_TYPE = Q(format_at__isnull=False) | Q(mnp_at__isnull=False)


def of_number(workspace: Workspace, phone: str) -> NumberFact | None:
    """Return what is known of a number (E.164), or None."""
    if not phone:
        return None
    return NumberFact.objects.filter(workspace=workspace, phone=phone).first()


def facts_of(workspace: Workspace, phones: Iterable[str]) -> dict[str, NumberFact]:
    """Return what is known of some numbers, by number; unknown ones are left out."""
    wanted = [phone for phone in phones if phone]
    found = NumberFact.objects.filter(workspace=workspace, phone__in=wanted)
    return {fact.phone: fact for fact in found}


class KnownNetwork(NamedTuple):
    """The network of a number as it was told at a time; ``code`` is MCC and MNC."""

    name: str
    code: str
    is_stale: bool
    at: datetime | None = None


def networks_of(workspace: Workspace, phones: Sequence[str]) -> dict[str, KnownNetwork]:
    """Return the networks of those of some numbers that were looked up."""
    # An array in one piece: Django takes a list apart, which is slow for thousands.
    wanted = RawSQL("phone = ANY(%s)", [list(phones)], output_field=BooleanField())
    found = NumberFact.objects.filter(wanted, workspace=workspace)
    rows = found.exclude(network="", mccmnc="").values_list(
        "phone", "network", "mccmnc", "mnp_at", "hlr_at"
    )
    now = timezone.now()
    known = {}
    for phone, name, code, *times in rows:
        ages = zip(times, (LookupKind.MNP, LookupKind.HLR), strict=True)
        is_fresh = any(
            at and at + timedelta(days=STALE_AFTER_DAYS[kind]) >= now
            for at, kind in ages
        )
        at = max((one for one in times if one), default=None)
        known[phone] = KnownNetwork(name, code, not is_fresh, at)
    return known


def has_any(workspace: Workspace) -> bool:
    """Tell whether anything is known of any number of the workspace."""
    return NumberFact.objects.filter(workspace=workspace).exists()


def narrow(contacts: QuerySet[Contact], word: str) -> QuerySet[Contact]:
    """Return those contacts whose number is what a word of `fact_words` says."""
    # The index of a workspace's numbers knows only those that are there.
    contacts = contacts.exclude(phone="")
    if word == words.NEVER:
        return contacts.filter(~Exists(_of_contact()))
    return contacts.filter(Exists(_of_contact().filter(condition(word))))


def condition(word: str) -> Q:
    """Return what a word asks of a `NumberFact`; not for NEVER, which is none."""
    if word.startswith(words.NETWORK):
        network = word.removeprefix(words.NETWORK)
        return Q(mnp_at__isnull=False, network=network)
    if word == words.STALE:
        return Q(stale_at__lt=timezone.now())
    if word == words.OTHER_TYPE:
        known: Any = (*words.MOBILE_TYPES, *words.LANDLINE_TYPES, "")
        return _ASKED_FOR_TYPE & ~Q(network_type__in=known)
    if word in (words.MOBILE, words.LANDLINE):
        return _ASKED_FOR_TYPE & _IS[word]
    return _IS[word]


def networks(workspace: Workspace) -> list[str]:
    """Return the names of the networks that numbers were found in."""
    found = NumberFact.objects.filter(workspace=workspace, mnp_at__isnull=False)
    names = found.exclude(network="").order_by("network").values_list("network")
    return [name for (name,) in names.distinct()]


def _of_contact() -> QuerySet[NumberFact]:
    return NumberFact.objects.filter(
        workspace_id=OuterRef("workspace_id"), phone=OuterRef("phone")
    )


def is_stale(fact: NumberFact, kind: str) -> bool:
    """Say whether an answer is too old to be relied on."""
    at = getattr(fact, f"{kind}_at")
    age = timedelta(days=STALE_AFTER_DAYS[kind])
    return bool(at and at + age < timezone.now())
