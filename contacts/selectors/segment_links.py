"""What segments may ask of groups, opt-outs and what lookups have found out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Workspace
from contacts import fact_words
from contacts.models import Channel, Group, GroupMembership, NumberFact, OptOut
from contacts.segments.catalog import Field, Operator
from contacts.segments.moments import Moment
from contacts.segments.options import Choice, Choices, Fixed
from contacts.segments.values import MAX_DAYS, Whole
from contacts.selectors import groups, number_facts

SECTION, NUMBERS = _("Groups and opt-outs"), _("What lookups found")
ANY_CHANNEL, EVERY_CHANNEL = "any", "all"
_TIMES = ("format_at", "mnp_at", "hlr_at", "cnam_at", "rcs_at")


class Named(ABC):
    """Things of a workspace that have a name, to choose from.

    A list of segments asks for the same ones again and again: each is read once.
    """

    def __init__(self, rows: QuerySet[Any]) -> None:
        self._rows = rows
        self._names: dict[UUID, str] = {}

    @abstractmethod
    def offered(self) -> Iterable[Any]:
        """Return those that a form offers."""

    def listed(self) -> Sequence[tuple[str, str]]:
        return [(str(one.pk), one.name) for one in self.offered()]

    def found(self, values: Sequence[str]) -> Mapping[str, str]:
        unknown = set(uuids(values)) - self._names.keys()
        if unknown:
            found = self._rows.filter(pk__in=unknown)
            self._names |= dict(found.values_list("pk", "name"))
        names = self._names
        return {text: names[pk] for text, pk in ids_of(values) if pk in names}


class Groups(Named):
    """The groups of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(Group.objects.filter(workspace=workspace))
        self.workspace = workspace

    def offered(self) -> list[Group]:
        return groups.all(self.workspace)


class Networks:
    """The networks that a workspace's numbers were found in."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def listed(self) -> Sequence[tuple[str, str]]:
        return [(name, name) for name in number_facts.networks(self.workspace)]

    def found(self, values: Sequence[str]) -> Mapping[str, str]:
        # One that is not there now is nobody's network, which is an answer.
        most = fact_words.MAX_NETWORK_LENGTH
        return {name: name for name in values if len(name) <= most and "\0" not in name}


def fields(workspace: Workspace) -> list[Field]:
    """Return the fields about a contact's groups, consent and number."""
    return [
        Field("group", _("Group"), SECTION, _groups(workspace)),
        Field("opt_out", _("Opt-out"), SECTION, _opt_outs()),
        Field("fact", pgettext_lazy("lookups", "Number"), NUMBERS, _facts()),
        Field("network", _("Network"), NUMBERS, _networks(workspace)),
        Field("looked_up", _("Looked up"), NUMBERS, _looked_up()),
    ]


def ids_of(values: Sequence[str]) -> list[tuple[str, UUID]]:
    """Return those texts that are ids, with the id."""
    found = []
    for text in values:
        try:
            found.append((text, UUID(text)))
        except ValueError:
            continue
    return found


def uuids(values: Sequence[str]) -> list[UUID]:
    """Return the ids among some texts."""
    return [pk for _text, pk in ids_of(values)]


def in_groups(ids: Sequence[Any]) -> Exists:
    """Return whether a contact is in any of some groups."""
    return Exists(GroupMembership.objects.filter(contact=OuterRef("pk"), group__in=ids))


def _groups(workspace: Workspace) -> tuple[Operator, ...]:
    listed = Choices(Groups(workspace), _("One of these groups does not exist."))

    def any_of(moment: Moment, value: Any) -> Q:
        return Q(in_groups(uuids(value)))

    def all_of(moment: Moment, value: Any) -> Q:
        found = Q()
        for group in uuids(value):
            found &= Q(in_groups([group]))
        return found

    def none_of(moment: Moment, value: Any) -> Q:
        return ~Q(in_groups(uuids(value)))

    return (
        Operator("any", _("is any of"), _("in group %(value)s"), any_of, listed),
        Operator("all", _("is each of"), _("in all groups %(value)s"), all_of, listed),
        Operator("none", _("is none of"), _("not in group %(value)s"), none_of, listed),
    )


def _opt_outs() -> tuple[Operator, ...]:
    channels = (
        (ANY_CHANNEL, _("any channel")),
        *((value, label) for value, label in Channel.choices),
        (EVERY_CHANNEL, _("every channel")),
    )
    listed = Choice(Fixed(channels), _("There is no such channel."))

    def gone(moment: Moment, value: Any) -> Q:
        return Q(_opted_out(value))

    def there(moment: Moment, value: Any) -> Q:
        return ~Q(_opted_out(value))

    return (
        Operator("is", _("is there for"), _("opted out of %(value)s"), gone, listed),
        Operator(
            "is_not",
            _("is not there for"),
            _("not opted out of %(value)s"),
            there,
            listed,
        ),
    )


def _opted_out(channel: str) -> Exists:
    rows = OptOut.objects.filter(
        workspace_id=OuterRef("workspace_id"), phone=OuterRef("phone")
    )
    if channel == EVERY_CHANNEL:
        rows = rows.filter(channel="")
    elif channel != ANY_CHANNEL:
        rows = rows.filter(channel__in=("", channel))
    return Exists(rows)


def _facts() -> tuple[Operator, ...]:
    words = tuple(
        pair for pair in fact_words.LABELS.items() if pair[0] != fact_words.NEVER
    )
    listed = Choice(Fixed(words), _("Lookups do not tell this."))

    def is_so(moment: Moment, value: Any) -> Q:
        return Q(Exists(_of_number().filter(number_facts.condition(value))))

    def is_not(moment: Moment, value: Any) -> Q:
        return ~is_so(moment, value)

    return (
        Operator("is", _("is"), _("number: %(value)s"), is_so, listed),
        Operator("is_not", _("is not"), _("number not: %(value)s"), is_not, listed),
    )


def _networks(workspace: Workspace) -> tuple[Operator, ...]:
    listed = Choices(Networks(workspace), _("There is no such network."))

    def any_of(moment: Moment, value: Any) -> Q:
        known = _of_number().filter(mnp_at__isnull=False, network__in=value)
        return Q(Exists(known))

    def none_of(moment: Moment, value: Any) -> Q:
        return ~any_of(moment, value)

    return (
        Operator("any", _("is"), _("%(field)s is %(value)s"), any_of, listed),
        Operator("none", _("is not"), _("%(field)s is not %(value)s"), none_of, listed),
    )


def _looked_up() -> tuple[Operator, ...]:
    def within(moment: Moment, value: Any) -> Q:
        since = Q()
        for name in _TIMES:
            since |= Q(**{f"{name}__gte": moment.days_ago(value)})
        return Q(Exists(_of_number().filter(since)))

    def not_within(moment: Moment, value: Any) -> Q:
        return ~within(moment, value)

    def never(moment: Moment, value: Any) -> Q:
        return ~Q(Exists(_of_number()))

    days, unit = Whole(0, MAX_DAYS), (_("days"),)
    return (
        Operator(
            "within",
            _("within the last"),
            _("looked up within the last %(value)s days"),
            within,
            days,
            after=unit,
        ),
        Operator(
            "not_within",
            _("not within the last"),
            _("not looked up within the last %(value)s days"),
            not_within,
            days,
            after=unit,
        ),
        Operator("never", _("never"), _("never looked up"), never),
    )


def _of_number() -> QuerySet[NumberFact]:
    return NumberFact.objects.filter(
        workspace_id=OuterRef("workspace_id"), phone=OuterRef("phone")
    )
