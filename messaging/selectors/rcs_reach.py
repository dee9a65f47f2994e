"""Who of an audience can be reached by RCS, as far as lookups have told."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from contacts.models import NumberFact
from messaging.selectors.audiences import Audience


@dataclass(frozen=True, slots=True)
class Reach:
    """Contacts with RCS, without, and those that nobody has asked about.

    ``listed`` are numbers of lists, which cannot be looked up as such.
    """

    capable: int = 0
    without: int = 0
    unknown: int = 0
    listed: int = 0

    @property
    def asked(self) -> int:
        return self.capable + self.without

    @property
    def share(self) -> float | None:
        """Return the share of those asked about that have RCS."""
        return self.capable / self.asked if self.asked else None


def of(audience: Audience) -> Reach:
    """Count an audience; raises Refused where it cannot be told."""
    people = audience.reachable()
    facts = NumberFact.objects.filter(
        workspace=audience.workspace, phone=OuterRef("phone"), rcs_at__isnull=False
    )
    capable = people.filter(Exists(facts.filter(has_rcs=True))).count()
    asked = people.filter(Exists(facts)).count()
    listed = audience.lists.counts().by_country.total() if audience.parts.lists else 0
    return Reach(capable, asked - capable, people.count() - asked, listed)
