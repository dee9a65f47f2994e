"""The values that a text uses, as SQL: of a contact, or of a row of a list.

A contact is ``c``, a row of a list ``l``; what the list says of a person goes before
what we know of them.
"""

from __future__ import annotations

from collections.abc import Iterable

# A contact's values as text, by variable name; any other name is a custom field.
_COLUMNS = {
    "firstname": "c.firstname",
    "lastname": "c.lastname",
    "company": "c.company",
    "phone": "c.phone",
    "email": "c.email",
    "home_phone": "c.home_phone",
    "address": "c.address",
    "postal_code": "c.postal_code",
    "city": "c.city",
    "country": "c.country",
    "birthday": "coalesce(to_char(c.birthday, 'YYYY-MM-DD'), '')",
    "notes": "c.notes",
}
_OF_LISTS = {"phone": "l.phone", "country": "l.country"}
# Yes and no are kept as 1 and 0, and read as the words that the field has for them;
# the planner looks those up once for a statement.
_WORD = """(SELECT f.choices ->> {at} FROM contacts_customfield AS f
    WHERE f.workspace_id = %(workspace)s AND f.slug = {{key}} AND f.kind = 'boolean')"""
_OWN_FIELD = (
    "CASE c.custom ->> {key}"
    f" WHEN '1' THEN coalesce({_WORD.format(at=0)}, '1')"
    f" WHEN '0' THEN coalesce({_WORD.format(at=1)}, '0')"
    " ELSE coalesce(c.custom ->> {key}, '') END"
)
BLANKS = " \t\r\n\f\v\u00a0\u202f\u2007"
_OPTED_OUT = """EXISTS (
    SELECT 1 FROM contacts_optout AS o
    WHERE o.workspace_id = %(workspace)s AND o.phone = {of}.phone
      AND o.channel IN ('', %(channel)s))"""
OPTED_OUT = _OPTED_OUT.format(of="c")
LISTED_OPTED_OUT = _OPTED_OUT.format(of="l")


def parameters(names: Iterable[str]) -> dict[str, str]:
    """Return the names as parameters of a statement, by their key."""
    return {f"name{at}": name for at, name in enumerate(sorted(names))}


def expression(key: str, name: str, *, is_listed: bool = False) -> str:
    """Return a value as text, empty when there is none; ``key`` is its parameter.

    Needs the parameter workspace.
    """
    known = _COLUMNS.get(name, _OWN_FIELD.format(key=f"%({key})s"))
    if not is_listed:
        return known
    if name in _OF_LISTS:
        return _OF_LISTS[name]
    return f"coalesce(l.variables ->> %({key})s, {known}, '')"


def collected(params: dict[str, str], *, is_listed: bool = False) -> str:
    """Return a JSON object of the named values."""
    pairs = ", ".join(
        f"%({key})s::text, {expression(key, name, is_listed=is_listed)}"
        for key, name in params.items()
    )
    return f"jsonb_build_object({pairs})"


def is_blank(key: str, name: str, *, is_listed: bool = False) -> str:
    """Return whether a value is missing; needs the parameter blanks."""
    return f"btrim({expression(key, name, is_listed=is_listed)}, %(blanks)s) = ''"
