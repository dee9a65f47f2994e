"""What a list of contacts says about itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contacts import fact_words
from contacts.models import NumberFact


def tell_facts(rows: Iterable[Any]) -> bool:
    """Give each contact with its ``fact`` the words for it; whether there are any."""
    for row in rows:
        row.known = known_of(row.fact)
    return any(row.known for row in rows)


def known_of(fact: NumberFact | None) -> str:
    """Return in a few words what matters of a number: network, kind, reachability."""
    if fact is None:
        return ""
    words = [fact.network or fact.carrier]
    if fact.network_type and fact_words.of_type(fact.network_type) != fact_words.MOBILE:
        words.append(fact_words.label(fact_words.of_type(fact.network_type)))
    for word in fact_words.of_answer("hlr", {"reachable": fact.reachable})[-1:]:
        if word != fact_words.REACHABLE:
            words.append(fact_words.label(word))
    if fact.has_rcs:
        words.append("RCS")
    return " · ".join(filter(None, words))
