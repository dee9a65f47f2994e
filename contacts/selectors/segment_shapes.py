"""The shape in which a question is asked: for a page of contacts, or for all of them.

Both mean the same. Counting a million contacts is best done by joins of whole tables,
and PostgreSQL makes joins of EXISTS by itself. A page wants the first fifty in order of
id, and there a join goes wrong where PostgreSQL cannot know how many are found: "never
had a message" reads five million messages to find fifty people. So what is denied, and
what stands in an "or", is asked of one contact after the other. What is demanded stays
an EXISTS: a small group is found from its members.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, Q


class Probe(Exists):
    """An EXISTS that is looked up for each row and never becomes a join."""

    template = "((%(subquery)s) IS NOT NULL)"


def for_pages(question: Q) -> Q:
    """Return the question as it is best asked for a page, or a range of ids."""
    return _shaped(question, is_single=False)


def _shaped(question: Q, *, is_single: bool) -> Q:
    """Rewrite a Q; ``is_single``: it is denied or one of several that may hold."""
    single = is_single or question.negated
    single = single or (question.connector == Q.OR and len(question.children) > 1)
    children = [_child(child, is_single=single) for child in question.children]
    return Q(*children, _connector=question.connector, _negated=question.negated)


def _child(child: Any, *, is_single: bool) -> Any:
    if isinstance(child, Q):
        return _shaped(child, is_single=is_single)
    if isinstance(child, Exists) and is_single:
        return _probe(child)
    return child


def _probe(exists: Exists) -> Probe:
    probe = Probe.__new__(Probe)
    probe.__dict__.update(exists.__dict__)
    return probe
