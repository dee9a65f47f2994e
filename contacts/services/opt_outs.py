"""Numbers that must not be written to any more, and the proof of who said so.

Every change of the list leaves a ``ConsentEvent`` and an audit entry in its own
transaction. The list says what holds now; the events say how it came about and are
never changed or deleted. What is said of a number holds for its other form, too, which
comes on the list and goes off it with the number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User, Workspace
from accounts.services import audit
from contacts.models import ConsentEvent, OptOut
from contacts.number_forms import forms, twin
from contacts.services import consent, opt_out_rows
from contacts.services.opt_out_rows import MAX_REASON, Added, Entry

# In the audit trail: somebody says that the person wants messages, and an act of ours
# is undone, which says nothing about what the person wants.
# And the person asks for messages again themselves.
REMOVE, WITHDRAW, START = "opt_out.remove", "opt_out.withdraw", "opt_out.start"


def add(
    *,
    workspace: Workspace,
    phone: str,
    channel: str = "",
    source: str,
    reason: str = "",
    evidence: str = "",
    actor: User | None = None,
) -> bool:
    """Put a number (E.164) on the list; True when it was not there before.

    An empty channel means every channel. ``source`` is one of ``OptOut.Source``. A
    list that already holds the number keeps its first reason and time, but for a
    reply: the person's own word replaces what somebody else had noted, so that
    nothing that withdraws the note can withdraw the word.
    """
    with transaction.atomic():
        # In one order, as ``add_many`` does.
        is_new = {
            number: _add(
                workspace, number, channel, source, reason[:MAX_REASON], evidence, actor
            )
            for number in sorted({phone, twin(phone) or phone})
        }
    return is_new[phone]


def _add(
    workspace: Workspace,
    phone: str,
    channel: str,
    source: str,
    reason: str,
    evidence: str,
    actor: User | None,
) -> bool:
    entry, is_new = OptOut.objects.select_for_update().get_or_create(
        workspace=workspace,
        phone=phone,
        channel=channel,
        defaults={"source": source, "reason": reason, "added_by": actor},
    )
    is_word = source == OptOut.Source.REPLY and entry.source != source
    if not is_new and not is_word:
        OptOut.objects.filter(pk=entry.pk).update(is_confirmed=True)
        return False
    if not is_new:
        OptOut.objects.filter(pk=entry.pk).update(
            source=source, reason=reason, added_by=None
        )
    consent.note(
        workspace=workspace,
        phone=phone,
        channel=channel,
        kind=ConsentEvent.Kind.OPT_OUT,
        source=source,
        reason=reason,
        evidence=evidence,
        actor=actor,
    )
    audit.record(
        workspace=workspace,
        actor=actor,
        action="opt_out.add",
        subject=phone,
        before={} if is_new else _facts(entry),
        after={"channel": channel, "source": source, "reason": reason},
    )
    return is_new


def add_many(
    *,
    workspace: Workspace,
    entries: Iterable[Entry],
    channel: str = "",
    source: str,
    actor: User | None,
) -> list[Added]:
    """Put many numbers on the list in one statement; return those that are new.

    The caller keeps a call to some thousand entries, so that its transaction is short.
    Other forms come with them, and are not returned: ``withdraw`` finds them.
    """
    asked = list(entries)
    wanted = opt_out_rows.in_all_forms(asked)
    if not wanted:
        return []
    with transaction.atomic():
        added = opt_out_rows.insert(
            workspace, wanted, channel=channel, source=source, actor=actor
        )
    numbers = {entry.phone for entry in asked}
    return [row for row in added if row.phone in numbers]


def remove(
    *,
    workspace: Workspace,
    phone: str,
    channel: str = "",
    reason: str = "",
    source: str = OptOut.Source.MANUAL,
    actor: User | None = None,
) -> bool:
    """Take a number off the list of one channel; True when it was there.

    ``reason`` says how we know that the person wants messages again.
    """
    entries = OptOut.objects.filter(
        workspace=workspace, phone__in=forms(phone), channel=channel
    )
    return bool(_remove(entries, workspace, reason, source, actor, action=REMOVE))


def remove_all(
    *,
    workspace: Workspace,
    phone: str,
    reason: str = "",
    source: str = OptOut.Source.MANUAL,
    actor: User | None = None,
) -> bool:
    """Allow a number again on every channel; True when it was on the list."""
    entries = OptOut.objects.filter(workspace=workspace, phone__in=forms(phone))
    return bool(_remove(entries, workspace, reason, source, actor, action=REMOVE))


def start(
    *, workspace: Workspace, phone: str, text: str, until: datetime
) -> list[OptOut]:
    """Take a number off the list that has asked for messages; return what went.

    Their own word lifts their own STOP, and what others noted ``until`` then.
    """
    entries = OptOut.objects.filter(
        Q(source=OptOut.Source.REPLY) | Q(created_at__lte=until),
        workspace=workspace,
        phone__in=forms(phone),
    )
    return _by_reply(entries, workspace, text)


def start_others(
    *, workspace: Workspace, phones: Sequence[str], text: str, until: datetime
) -> list[OptOut]:
    """Do the same for a person's other numbers, as far as a STOP was carried over."""
    entries = OptOut.objects.filter(
        workspace=workspace,
        phone__in=[form for phone in phones for form in forms(phone)],
        source=OptOut.Source.MERGE,
        created_at__lte=until,
    )
    return _by_reply(entries, workspace, text)


def _by_reply(
    entries: QuerySet[OptOut], workspace: Workspace, text: str
) -> list[OptOut]:
    source = OptOut.Source.REPLY
    return _remove(entries, workspace, text, source, None, action=START, evidence=text)


def withdraw(
    *,
    workspace: Workspace,
    ids: Sequence[int],
    source: str,
    reason: str,
    actor: User | None,
) -> int:
    """Take back rows that an act of ours has added; return how many were left.

    Only those that are still of ``source`` and that nobody has asked for again: a row
    stays that a reply, a person or a list has confirmed since. Other forms of the
    numbers go by the same rule.
    """
    ours = OptOut.objects.filter(workspace=workspace, source=source, is_confirmed=False)
    others = opt_out_rows.other_forms(ours.filter(id__in=ids))
    entries = ours.filter(others | Q(id__in=ids))
    taken = _remove(entries, workspace, reason, source, actor, action=WITHDRAW)
    asked = set(ids)
    return sum(entry.id in asked for entry in taken)


def record_export(*, workspace: Workspace, actor: User, action: str) -> None:
    """Write into the audit trail that numbers have left the house."""
    audit.record(
        workspace=workspace, actor=actor, action=action, after={"format": "csv"}
    )


def _remove(
    entries: QuerySet[OptOut],
    workspace: Workspace,
    reason: str,
    source: str,
    actor: User | None,
    *,
    action: str,
    evidence: str = "",
) -> list[OptOut]:
    reason = reason[:MAX_REASON]
    with transaction.atomic():
        # As ``add_many`` does, so that the two do not wait for each other.
        found = list(entries.select_for_update().order_by("phone", "channel"))
        opt_out_rows.delete(
            found,
            workspace=workspace,
            source=source,
            reason=reason,
            evidence=evidence,
            actor=actor,
            action=action,
        )
    return found


def _facts(entry: OptOut) -> dict[str, object]:
    return {
        "channel": entry.channel,
        "source": entry.source,
        "reason": entry.reason,
        "created_at": entry.created_at.isoformat(),
    }
