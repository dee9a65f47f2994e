"""By what two contacts look like one person, as SQL over a whole workspace.

Each rule gives every contact that has what it asks for a key; contacts that share a key
are compared. A key that many share (an office's address) says nothing and is left out,
and so are pairs whose first names or birthdays speak against it: a wrong suggestion
costs more trust than a missing one.
"""

from __future__ import annotations

from dataclasses import dataclass

from contacts.models import Duplicate
from contacts.number_forms import RANGE, twin_sql
from contacts.selectors.own_keys import known_by

MAX_SHARING = 5
# Accented letters that many type without the accent, and what they type; signs and
# blanks, which have no counterpart, are left out. A regular expression would take
# three times as long.
_ACCENTED = "áàâãåāçćčďéèêëēęěíìîïīłñńňóòôõøōřśšťúùûūůýÿžźż"
_PLAIN = "aaaaaacccdeeeeeeeiiiiilnnnoooooorsstuuuuuyyzzz"
_SIGNS = " .,-/()&+_''\"’"


def _plain(column: str) -> str:
    """Return a text in lower case, without accents, blanks and signs."""
    text = f"lower({column})"
    for sign, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        text = f"replace({text}, '{sign}', '{letters}')"
    return f"translate({text}, '{_ACCENTED}{_SIGNS}', '{_PLAIN}')"


# Both names of a contact in one order, so that swapped ones are equal. The contact
# has its plain names as `f` and `l`: each is worked out once.
_NAME = """least(c.f COLLATE "C", c.l) || ' ' || greatest(c.f COLLATE "C", c.l)"""


# A number as a person wrote it, in international form; see `phone.home_plan`.
_DIGITS = r"regexp_replace(c.home_phone, '\(0\)|[^0-9+]', '', 'g')"
_HOME = f"""CASE WHEN {_DIGITS} LIKE '+%%' THEN {_DIGITS}
 WHEN {_DIGITS} LIKE '00%%' THEN '+' || substr({_DIGITS}, 3)
 WHEN %(trunk)s <> '' AND starts_with({_DIGITS}, %(trunk)s)
 THEN '+' || %(code)s || substr({_DIGITS}, length(%(trunk)s) + 1)
 ELSE {_DIGITS} END"""
_NAMED = "c.firstname <> '' AND c.lastname <> ''"
_SAME_BIRTHDAY = "(a.birthday IS NULL OR b.birthday IS NULL OR a.birthday = b.birthday)"
_SAME_INITIAL = (
    "(a.firstname = '' OR b.firstname = ''"
    f" OR left({_plain('a.firstname')}, 1) = left({_plain('b.firstname')}, 1))"
)
_WHOLE = {
    t: f"{_plain(f'{t}.firstname')} || ' ' || {_plain(f'{t}.lastname')}" for t in "ab"
}
_ALIKE = (
    f"{_WHOLE['a']} <> {_WHOLE['b']} AND similarity({_WHOLE['a']}, {_WHOLE['b']}) > 0.5"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """What a contact must ``have``, its ``key``, and on what pairs must ``agree``."""

    reason: str
    have: str
    key: str
    agree: str = _SAME_BIRTHDAY


_Reason = Duplicate.Reason
RULES = (
    Rule(
        _Reason.EMAIL,
        "c.email <> ''",
        "lower(btrim(c.email))",
        f"{_SAME_BIRTHDAY} AND {_SAME_INITIAL}",
    ),
    Rule(
        _Reason.BIRTHDAY,
        f"{_NAMED} AND c.birthday IS NOT NULL",
        f"{_NAME} || c.birthday",
    ),
    Rule(
        _Reason.ADDRESS,
        f"{_NAMED} AND c.address <> '' AND (c.postal_code <> '' OR c.city <> '')",
        f"{_NAME} || '/' || {_plain('c.address')} || '/' ||"
        f" coalesce(nullif({_plain('c.postal_code')}, ''), {_plain('c.city')})",
    ),
    Rule(
        _Reason.COMPANY,
        f"{_NAMED} AND c.company <> ''",
        f"{_NAME} || '/' || {_plain('c.company')}",
    ),
    Rule(
        _Reason.HOME,
        f"{_NAMED} AND c.home_phone <> ''",
        f"{_NAME} || '/' || {_HOME}",
    ),
    Rule(
        _Reason.SPELLING,
        f"{_NAMED} AND c.birthday IS NOT NULL",
        "c.birthday || '/' || c.l",
        _ALIKE,
    ),
    Rule(
        _Reason.SPELLING,
        f"{_NAMED} AND c.birthday IS NOT NULL",
        "c.birthday || '/' || c.f",
        _ALIKE,
    ),
)

_PAIRS_BY_KEY = f"""
WITH shared AS (
  SELECT array_agg(k.id ORDER BY k.id) AS ids FROM (
    SELECT c.id, hashtextextended({{key}}, 0) AS key FROM (
      SELECT c.*, {_plain("c.firstname")} AS f, {_plain("c.lastname")} AS l
      FROM contacts_contact AS c WHERE c.workspace_id = %(workspace)s AND {{have}}
      OFFSET 0
    ) AS c
  ) AS k GROUP BY k.key HAVING count(*) BETWEEN 2 AND {MAX_SHARING}
), pair AS (
  SELECT x.id AS one, y.id AS two
  FROM shared, unnest(ids) AS x (id), unnest(ids) AS y (id) WHERE x.id < y.id
)"""
_PAIRS_BY_NUMBER = f"""
WITH home AS MATERIALIZED (
  SELECT c.id, {_HOME} AS number FROM contacts_contact c
  WHERE c.workspace_id = %(workspace)s AND c.home_phone <> ''
), pair AS (
  SELECT DISTINCT least(h.id, c.id) AS one, greatest(h.id, c.id) AS two
  FROM home h {known_by("h.number")} WHERE c.id <> h.id
)"""
_PAIRS_BY_FORM = f"""
WITH pair AS (
  SELECT o.id AS one, c.id AS two
  FROM (SELECT k.id, {twin_sql("k.phone")} AS other FROM contacts_contact AS k
    WHERE k.workspace_id = %(workspace)s AND NOT (k.phone = '')
      AND k.phone >= '{RANGE[0]}' AND k.phone < '{RANGE[1]}' OFFSET 0) AS o
  {known_by("o.other")} WHERE o.id < c.id
)"""
_KEEP = """
INSERT INTO contacts_duplicate
  (workspace_id, first_id, second_id, reason, found_at)
SELECT %(workspace)s, a.id, b.id, %(reason)s, %(at)s FROM pair
JOIN contacts_contact a ON a.id = pair.one JOIN contacts_contact b ON b.id = pair.two
WHERE {agree} ORDER BY a.id, b.id LIMIT %(most)s
ON CONFLICT (first_id, second_id) DO UPDATE
SET reason = excluded.reason, found_at = excluded.found_at
WHERE contacts_duplicate.found_at < excluded.found_at
"""
# Reason and statement; the first reason of a pair is the one that is told.
STATEMENTS: tuple[tuple[str, str], ...] = (
    (
        _Reason.NUMBER,
        _PAIRS_BY_NUMBER + _KEEP.format(agree=f"{_SAME_BIRTHDAY} AND {_SAME_INITIAL}"),
    ),
    (_Reason.FORM, _PAIRS_BY_FORM + _KEEP.format(agree="true")),
    *(
        (
            rule.reason,
            _PAIRS_BY_KEY.format(key=rule.key, have=rule.have)
            + _KEEP.format(agree=rule.agree),
        )
        for rule in RULES
    ),
)
