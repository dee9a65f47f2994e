"""Comparisons of expressions as conditions, so that a filter needs no annotation."""

from __future__ import annotations

from django.db.models import BooleanField, Exists, Func, Q


class Asks(Func):
    output_field = BooleanField()
    template = "(%(expressions)s)"


class Equals(Asks):
    arg_joiner = " = "


class Differs(Asks):
    arg_joiner = " <> "


class Below(Asks):
    arg_joiner = " < "


class Above(Asks):
    arg_joiner = " > "


class AtLeast(Asks):
    arg_joiner = " >= "


class AtMost(Asks):
    arg_joiner = " <= "


class Matches(Asks):
    """Say whether a text has a form; the pattern is ours, never a person's."""

    arg_joiner = " ~ "


class Holds(Asks):
    """Say whether a text is in another; no sign in it means anything special."""

    template = "(position(%(expressions)s) > 0)"
    arg_joiner = " IN "


class StartsWith(Asks):
    template = "starts_with(%(expressions)s)"


def asks(condition: Asks | Exists) -> Q:
    """Return a condition as what filters take."""
    return Q(condition)
