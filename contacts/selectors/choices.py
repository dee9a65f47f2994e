"""The contacts that an act is about: ticked ones, or all that match a filter."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Max, Model, QuerySet

from accounts.models import Workspace
from contacts import fact_words
from contacts.models import Contact
from contacts.models.chosen import ChosenWork
from contacts.selectors import contacts, counts, criteria, own_keys, segment_guards
from contacts.selectors.counts import Count
from contacts.selectors.criteria import Filter


@dataclass(frozen=True)
class Choice:
    """Ticked contacts when there are ``uuids``, otherwise all that ``wanted`` finds."""

    wanted: Filter
    uuids: tuple[UUID, ...] = ()

    def rows(self, workspace: Workspace) -> QuerySet[Contact]:
        """Return the contacts of the workspace, without an order."""
        if self.uuids:
            return own_keys.by_uuid(workspace, self.uuids)
        return contacts.matching(workspace, self.wanted)

    def count(self, workspace: Workspace) -> Count:
        """Count them, exactly when they are few."""
        group = self.wanted.group
        if not self.uuids and group and self.wanted == Filter(group=group):
            return Count(group.member_count, True)
        if self.wanted.segment:
            return counts.soon(self.rows(workspace))
        return counts.about(self.rows(workspace))

    def values(self, workspace: Workspace) -> dict[str, object]:
        """Return the fields of a ``ChosenWork`` that is about them."""
        return {
            "criteria": {} if self.uuids else self.wanted.as_dict(),
            "uuids": [str(uuid) for uuid in self.uuids],
            "newest_id": newest_id(workspace),
            "chosen_by": {} if self.uuids else words(self.wanted),
        }


def newest_id(workspace: Workspace) -> int:
    """Return the id of the contact that was added last, 0 when there is none."""
    found = Contact.objects.filter(workspace=workspace).aggregate(newest=Max("id"))
    return found["newest"] or 0


def words(wanted: Filter) -> dict[str, str]:
    """Return the criteria with the names of what they point at, for people."""
    named = {}
    for name, text in wanted.as_dict().items():
        thing = getattr(wanted, name, None)
        named[name] = str(thing) if isinstance(thing, Model) else text
    if "fact" in named:
        named["fact"] = fact_words.label(named["fact"])
    return named


def of(work: ChosenWork) -> QuerySet[Contact]:
    """Return the contacts of a work that were there at the click, without an order.

    Raises Http404 when what they were chosen by is gone, or another workspace's, and
    Refused for a segment that was changed or is broken.
    """
    wanted = criteria.read(work.workspace, work.criteria)
    segment_guards.require_as_chosen(
        wanted, workspace=work.workspace, at=work.created_at
    )
    choice = Choice(wanted, tuple(UUID(text) for text in work.uuids))
    return choice.rows(work.workspace).filter(id__lte=work.newest_id)


def walk(work: ChosenWork, *, after: int) -> QuerySet[Contact]:
    """Return the contacts of a work behind an id, in the order of their ids."""
    rows = of(work).filter(id__gt=after).order_by("id")
    if "group" not in work.criteria:
        return rows
    # The planner does not see that the membership's id is the contact's, and would read
    # the group from its beginning for each batch.
    members = rows.annotate(member_id=F("memberships__contact_id"))
    return members.filter(member_id__gt=after)


def batch(work: ChosenWork, *, most: int) -> list[int]:
    """Return the ids of the next contacts of a work, after its bookmark."""
    rows = walk(work, after=work.bookmark)
    return list(rows.values_list("id", flat=True)[:most])
