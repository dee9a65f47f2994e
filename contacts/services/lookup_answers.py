"""Write down what became of asks: facts, costs and counts in one transaction.

An answer that comes late, after its ask was called unclear, is still the truth; only an
ask that a person has let go again since takes none.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Least
from django.utils import timezone

from accounts.models import Workspace
from contacts import fact_words
from contacts.models import Lookup, LookupAsk, NumberFact
from contacts.models.number_facts import STALE_AFTER_DAYS
from contacts.number_answers import Found
from contacts.services import lookup_claims, lookup_plans
from seven_dashboard.gateway.codes import meaning_of

State = LookupAsk.State


@dataclass(slots=True)
class Written:
    """What was made of the answers; ``stop_code`` concerns more than one number."""

    answered: list[tuple[LookupAsk, Found]] = field(default_factory=list)
    unclear: list[LookupAsk] = field(default_factory=list)
    stop_code: int | None = None


def write(
    lookup_id: UUID,
    asks: list[LookupAsk],
    found: dict[str, Found],
    *,
    unit_price: Decimal | None,
) -> Written:
    """Settle asks by their answers; those without one are unclear.

    ``unit_price`` (EUR) is taken for answers that name no price.
    """
    written = Written()
    with transaction.atomic():
        lookup = Lookup.objects.select_for_update(of=("self",)).get(pk=lookup_id)
        settled = []
        for ask in _still_open(asks):
            answer = found.get(ask.phone)
            if answer is None:
                written.unclear.append(ask)
                continue
            settled.append(ask)
            _forget_doubt(lookup, ask)
            written.stop_code = _settle(lookup, ask, answer, unit_price) or (
                written.stop_code
            )
            if ask.state == State.ANSWERED:
                written.answered.append((ask, answer))
        LookupAsk.objects.bulk_update(
            settled, ["state", "price", "lease_until", "code"]
        )
        _keep_facts(lookup.workspace, written.answered)
        lookup.save(
            update_fields=[
                *("done", "answered", "refused", "unclear"),
                *("spent", "doubtful", "tally"),
            ]
        )
        lookup_claims.doubt(lookup_id, [ask.pk for ask in written.unclear])
    return written


def call_unclear(lookup_id: UUID, asks: list[LookupAsk]) -> None:
    """Note that nobody knows what became of a call."""
    write(lookup_id, asks, {}, unit_price=None)


def release(asks: list[LookupAsk], *, after_s: float = 0.0) -> None:
    """Let asks wait again that were surely not answered and not paid for."""
    due_at = timezone.now() + timedelta(seconds=after_s) if after_s else None
    _open_of(asks).filter(state=State.ASKING).update(
        state=State.WAITING, lease_until=None, due_at=due_at
    )


def _open_of(asks: list[LookupAsk]) -> QuerySet[LookupAsk]:
    """Return the rows of asks that nobody has let go or asked again since."""
    mine = Q(pk__in=[])
    for attempt in {ask.attempt for ask in asks}:
        ids = [ask.pk for ask in asks if ask.attempt == attempt]
        mine |= Q(pk__in=ids, attempt=attempt)
    return LookupAsk.objects.filter(mine, state__in=(State.ASKING, State.UNCLEAR))


def _still_open(asks: list[LookupAsk]) -> list[LookupAsk]:
    return list(_open_of(asks).select_for_update())


def _forget_doubt(lookup: Lookup, ask: LookupAsk) -> None:
    """Take back the doubt about an ask whose answer came late."""
    if ask.state == State.UNCLEAR:
        lookup.unclear -= 1
        lookup.done -= 1
        lookup.doubtful -= ask.price or Decimal(0)


def _settle(
    lookup: Lookup, ask: LookupAsk, answer: Found, unit_price: Decimal | None
) -> int | None:
    """Write one ask; return the code of an answer that is about the account."""
    ask.lease_until, ask.code = None, answer.code
    if answer.code is not None:
        meaning = meaning_of(answer.code)
        if meaning.certain_unsent and meaning.concerns != "row":
            ask.state, ask.price = State.WAITING, None
            return answer.code
        ask.state = State.REFUSED
        lookup.refused += 1
    else:
        ask.state = State.ANSWERED
        lookup.answered += 1
        words = fact_words.of_answer(ask.kind, answer.values)
        lookup_plans.count(lookup, ask.kind, words)
    ask.price = _price(answer, unit_price)
    lookup.spent += ask.price or Decimal(0)
    lookup.done += 1
    return None


def _price(answer: Found, unit_price: Decimal | None) -> Decimal | None:
    if answer.price is not None:
        return answer.price
    if answer.code is not None and meaning_of(answer.code).certain_unsent:
        return Decimal(0)
    return unit_price if answer.is_charged else Decimal(0)


def _keep_facts(workspace: Workspace, answered: list[tuple[LookupAsk, Found]]) -> None:
    """Store what was found, each kind with the moment of its answer."""
    now = timezone.now()
    alike: dict[tuple[str, ...], list[NumberFact]] = defaultdict(list)
    for ask, answer in answered:
        values = {**answer.values, f"{ask.kind}_at": now}
        fact = NumberFact(workspace=workspace, phone=ask.phone, **values)
        alike[tuple(values)].append(fact)
    for names, facts in alike.items():
        NumberFact.objects.bulk_create(
            # In one order, so that two lookups do not wait for each other for ever.
            sorted(facts, key=lambda fact: fact.phone),
            update_conflicts=True,
            unique_fields=["workspace", "phone"],
            update_fields=list(names),
        )
    _note_stale_at(workspace, [ask.phone for ask, _answer in answered])


def _note_stale_at(workspace: Workspace, phones: list[str]) -> None:
    ages = [
        F(f"{kind}_at") + timedelta(days=days)
        for kind, days in STALE_AFTER_DAYS.items()
    ]
    rows = NumberFact.objects.filter(workspace=workspace, phone__in=phones)
    rows.update(stale_at=Least(*ages))
