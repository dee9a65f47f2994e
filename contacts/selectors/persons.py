"""Read everything that the page of one contact shows."""

from __future__ import annotations

from dataclasses import dataclass

from contacts.models import (
    ConsentEvent,
    Contact,
    Duplicate,
    Group,
    Merge,
    NumberFact,
    OptOut,
)
from contacts.selectors import (
    contacts,
    duplicates,
    fields,
    groups,
    merges,
    number_facts,
    opt_outs,
)


@dataclass(frozen=True, slots=True)
class Person:
    """A contact and what hangs on it; ``numbers`` are its own and its former ones."""

    contact: Contact
    numbers: list[str]
    own: list[tuple[str, str]]
    groups: list[Group]
    other_groups: list[Group]
    opt_outs: list[OptOut]
    consent: list[ConsentEvent]
    fact: NumberFact | None
    merges: list[tuple[Merge, bool]]
    duplicates: list[tuple[Duplicate, Contact]]

    @property
    def former_numbers(self) -> list[str]:
        return [number for number in self.numbers if number != self.contact.phone]

    @property
    def is_invalid(self) -> bool:
        """Say whether a lookup has found that there is no such number."""
        return self.fact is not None and (
            self.fact.validity == "not_valid" or self.fact.reachable == "bad_number"
        )


def of(contact: Contact) -> Person:
    """Return a contact with all that its page shows."""
    numbers = merges.numbers_of(contact)
    mine = groups.of_contact(contact)
    others = [group for group in groups.all(contact.workspace) if group not in mine]
    merged = merges.of_contact(contact)
    pairs = duplicates.of_contact(contact)
    return Person(
        contact=contact,
        numbers=numbers,
        own=fields.values_of(contact),
        groups=mine,
        other_groups=others,
        opt_outs=contacts.opt_outs_of(contact) if contact.phone else [],
        consent=opt_outs.history(contact.workspace, *numbers),
        fact=number_facts.of_number(contact.workspace, contact.phone),
        merges=[(merge, merges.can_undo(merge)) for merge in merged],
        duplicates=[
            (pair, pair.second if pair.first_id == contact.pk else pair.first)
            for pair in pairs
        ],
    )
