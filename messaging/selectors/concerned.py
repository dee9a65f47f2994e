"""Who of an audience a concern is about, or lacks a value: how many, and who first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.selectors import search
from contacts.selectors.segment_shapes import for_pages
from messaging.models import Campaign, ListedNumber
from messaging.selectors import addressees, audience_parts, concerns
from messaging.selectors.addressees import Addressee
from messaging.selectors.audiences import Audience, is_blank

FIRST = 10
PAGE = 50
MOST_FOUND = 8
_LACKS = "lacks:"


@dataclass(frozen=True, slots=True)
class Concern:
    """A concern and how many recipients it is about; ``is_spared``: none is left."""

    word: str
    count: int
    is_spared: bool = False
    twins: tuple[Campaign, ...] = ()

    @property
    def label(self) -> str:
        return str(concerns.LABELS[self.word])

    @property
    def can_be_spared(self) -> bool:
        return bool(self.count) and not self.is_spared


@dataclass(frozen=True, slots=True)
class Lack:
    """A variable without a default, and who has no value for it."""

    name: str
    count: int
    first: Sequence[Addressee]

    @property
    def word(self) -> str:
        return f"{_LACKS}{self.name}"


def of(campaign: Campaign) -> list[Concern]:
    """Return the concerns about a draft's audience as it is now; raises Refused."""
    audience = audience_of(campaign)
    found = []
    for word in concerns.SPARABLE:
        is_spared = word in campaign.spares
        if is_spared or concerns.is_possible(campaign.workspace, word):
            about = concerns.about(campaign.workspace, word)
            count = 0 if is_spared else _count(audience, about)
            found.append(Concern(word, count, is_spared))
    twins = _twins(campaign)
    if twins:
        about = concerns.reached_by(campaign.workspace, twins)
        count = _count(audience, about)
        found.append(Concern(concerns.SAME_TEXT, count, twins=tuple(twins)))
    return found


def lacking(campaign: Campaign, counts: dict[str, int]) -> list[Lack]:
    """Return who lacks which value; ``counts`` are those of a forecast."""
    audience = audience_of(campaign)
    return [
        Lack(name, count, _lacking(audience, name, after=0, limit=FIRST))
        for name, count in sorted(counts.items())
    ]


def page(
    campaign: Campaign, word: str, *, after: int = 0
) -> tuple[str, list[Addressee]]:
    """Return a title and the next recipients that a word is about.

    Contacts come first, then numbers of lists (with a negative ``pk``). Raises Http404
    for a word that is none, Refused for an audience that cannot be told.
    """
    audience = audience_of(campaign)
    if word.startswith(_LACKS):
        name = word.removeprefix(_LACKS)[:100]
        people = _lacking(audience, name, after=after, limit=PAGE + 1)
        return _("No value for %(name)s") % {"name": name}, people
    if word not in concerns.ALL:
        raise Http404
    question = _question(campaign, word)
    return str(concerns.LABELS[word]), _about(audience, question, after, PAGE + 1)


def find(campaign: Campaign, text: str) -> list[Addressee]:
    """Return the recipients of a draft that a search finds, some at most."""
    audience = audience_of(campaign)
    found: list[Addressee] = []
    if audience.parts.has_contacts:
        wanted = search.matches(text, country=campaign.workspace.country)
        rows = audience.reachable(is_page=True).filter(wanted).order_by("pk")
        found = [addressees.of_contact(row) for row in rows[:MOST_FOUND]]
    digits = "".join(sign for sign in text if sign.isdigit()).lstrip("0")
    if audience.parts.lists and len(digits) > 3:
        ids = audience.lists.about(Q(phone__contains=digits), limit=MOST_FOUND)
        found += _listed(ids)
    return found[:MOST_FOUND]


def audience_of(campaign: Campaign) -> Audience:
    """Return the audience of a draft."""
    parts = audience_parts.of_draft(campaign)
    return Audience(campaign.workspace, parts, campaign.channel)


def _question(campaign: Campaign, word: str) -> Q:
    if word == concerns.SAME_TEXT:
        return concerns.reached_by(campaign.workspace, _twins(campaign))
    return concerns.about(campaign.workspace, word)


def _twins(campaign: Campaign) -> list[Campaign]:
    left_out = set(campaign.excluded_campaigns.values_list("pk", flat=True))
    return [c for c in concerns.twins_of(campaign) if c.pk not in left_out]


def _count(audience: Audience, question: Q) -> int:
    count = 0
    if audience.parts.has_contacts:
        count = audience.reachable().filter(question).count()
    if audience.parts.lists:
        count += len(audience.lists.about(question))
    return count


def _about(audience: Audience, question: Q, after: int, limit: int) -> list[Addressee]:
    found: list[Addressee] = []
    if audience.parts.has_contacts and after >= 0:
        rows = audience.reachable(is_page=True).filter(for_pages(question))
        found = _contacts(rows.filter(pk__gt=after).order_by("pk")[:limit])
    if audience.parts.lists and len(found) < limit:
        start, left = max(0, -after), limit - len(found)
        found += _listed(audience.lists.about(question, after=start, limit=left))
    return found


def _lacking(
    audience: Audience, name: str, *, after: int, limit: int
) -> list[Addressee]:
    found: list[Addressee] = []
    if audience.parts.has_contacts and after >= 0:
        rows = audience.reachable(is_page=True).filter(is_blank(name))
        found = _contacts(rows.filter(pk__gt=after).order_by("pk")[:limit])
    if audience.parts.lists and len(found) < limit:
        start, left = max(0, -after), limit - len(found)
        found += _listed(audience.lists.lacking(name, after=start, limit=left))
    return found


def _contacts(rows: Iterable[Contact]) -> list[Addressee]:
    return [addressees.of_contact(row) for row in rows]


def _listed(ids: Sequence[int]) -> list[Addressee]:
    rows = ListedNumber.objects.select_related("source").filter(pk__in=ids)
    return [addressees.of_listed(row) for row in rows.order_by("pk")]
