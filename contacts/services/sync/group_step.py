"""Groups of both sides: found, created, renamed, and missed, before their members."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import audit
from contacts.models import SyncGroup, SyncRun, SyncSetup
from contacts.services import groups, works
from contacts.services.sync import group_trouble, pairs, setups
from contacts.services.sync.books import Book
from contacts.sync_merge import Verdict, Ways, allowed, verdict
from contacts.usage import InUse
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError, NotFound
from seven_dashboard.gateway.resources.groups import GatewayGroup

State, OnDeleted = SyncGroup.State, SyncSetup.OnDeleted
NAME_LENGTH = SyncGroup._meta.get_field("remote_name").max_length
LONGEST_OWN_NAME = 100
# What a run's tally calls groups that are left until later.
UNANSWERED = "groups_unanswered"


def refresh(setup: SyncSetup, client: SevenClient) -> list[GatewayGroup]:
    """List the gateway's groups and note those that are new, or named anew.

    Raises GatewayError when the gateway answers for none. A group that is not listed is
    looked for by its id before it is believed to be gone.
    """
    listed = list(client.groups.iter_all())
    known = {
        pair.remote_id: pair
        for pair in SyncGroup.objects.filter(workspace=setup.workspace)
        if pair.remote_id is not None
    }
    there = {group.id for group in listed}
    unlisted = [pair for number, pair in known.items() if number not in there]
    gone, unsure = group_trouble.missed(unlisted, client)
    with transaction.atomic():
        _note(setup, known, listed)
        for pair in gone:
            _note_gone(pair)
        for pair in unsure:
            group_trouble.note_unsure(pair)
        SyncSetup.objects.filter(pk=setup.pk).update(listed_at=timezone.now())
    return listed


def drop_gone(book: Book, pairs: Collection[int], client: SevenClient) -> None:
    """Leave pairs out of a run whose group was deleted at the gateway meanwhile.

    And those of which it does not say.
    """
    for pair in list(book.by_remote.values()):
        if pair.pk not in pairs or not pair.remote_id:
            continue
        found = group_trouble.is_gone(pair, client)
        if found:
            book.drop(pair)
            _note_gone(pair)
        elif found is None:
            book.rest(pair)
            group_trouble.note_unsure(pair)


def run(run: SyncRun, setup: SyncSetup, client: SevenClient) -> Counter[str]:
    """Bring groups in step: create missing ones, rename, settle what was deleted."""
    done: Counter[str] = Counter()
    refresh(setup, client)
    mine = SyncGroup.objects.filter(workspace=setup.workspace)
    for pair in mine.exclude(direction="off").select_related("group", "workspace"):
        works.beat(run)
        done.update([_tried(pair, setup, client)])
    del done[""]
    return done


def _tried(pair: SyncGroup, setup: SyncSetup, client: SevenClient) -> str:
    """Bring a pair in step unless it rests; trouble with it ends nothing else."""
    if pair.state == State.UNSURE or group_trouble.rests(pair):
        return UNANSWERED
    try:
        done = _one(pair, setup, client)
    except GatewayError as error:
        group_trouble.bear(pair, error, client)
        return UNANSWERED
    group_trouble.forget(pair)
    return done


def _one(pair: SyncGroup, setup: SyncSetup, client: SevenClient) -> str:
    if pair.group is None and pair.state == State.LINKED:
        pair.state = State.DELETED_HERE
        pair.save(update_fields=["state"])
    if pair.state == State.DELETED_HERE:
        return _deleted_here(pair, setup, client)
    if pair.state == State.DELETED_THERE:
        return _deleted_there(pair, setup)
    if pair.remote_id is None:
        return _create(pair, client)
    return _rename(pair, setup, client)


def _note(
    setup: SyncSetup, known: dict[int, SyncGroup], listed: list[GatewayGroup]
) -> None:
    for group in listed:
        name = group.name[:NAME_LENGTH]
        pair = known.get(group.id)
        if pair is None:
            pair = SyncGroup(workspace=setup.workspace, remote_id=group.id)
        group_trouble.note_there(pair)
        is_back = pair.state == State.DELETED_THERE
        if is_back:
            pair.state = State.LINKED
        now = (name, max(group.members_count, 0))
        if pair.pk is None or is_back or now != (pair.remote_name, pair.remote_count):
            pair.remote_name, pair.remote_count = now
            pair.save()


def _note_gone(pair: SyncGroup) -> None:
    if pair.state == State.SEEN or pair.group_id is None:
        pair.delete()
    else:
        pair.state = State.DELETED_THERE
        pair.save(update_fields=["state"])


def _create(pair: SyncGroup, client: SevenClient) -> str:
    """Create our group at the gateway, unless one of the name waits there unlinked.

    That is also how a creation whose answer was lost is found again: every run lists
    the groups first.
    """
    assert pair.group is not None
    name = pair.group.name
    same = SyncGroup.objects.filter(
        workspace=pair.workspace, state=State.SEEN, remote_name=name
    ).first()
    if same is None:
        made = client.groups.create(name)
        number, told, count = made.id, made.name, made.members_count
    else:
        number, told, count = same.remote_id or 0, same.remote_name, same.remote_count
    with transaction.atomic():
        if same is not None:
            same.delete()
        pair.remote_id, pair.remote_count = number, count
        pair.remote_name = (told or name)[:NAME_LENGTH]
        _settle_names(pair)
    return "" if same else "groups_created_there"


def _rename(pair: SyncGroup, setup: SyncSetup, client: SevenClient) -> str:
    assert pair.group is not None and pair.remote_id is not None
    ours, theirs = pair.group.name, pair.remote_name
    if not pair.base_name:
        # Linked under two names: both are kept.
        _settle_names(pair)
        return ""
    readable = theirs if 0 < len(theirs.strip()) <= LONGEST_OWN_NAME else None
    what = allowed(
        verdict(pair.base_name, pair.base_remote_name, ours, theirs, readable),
        Ways(pull=pair.pulls, push=pair.pushes),
        setup.on_conflict,
        is_readable=readable is not None,
    )
    if what == Verdict.PUSH:
        told = client.groups.update(pair.remote_id, name=ours).name
        pair.remote_name = (told or ours)[:NAME_LENGTH]
    elif what == Verdict.PULL and not _rename_ours(pair, theirs):
        what = Verdict.LEAVE
    if what not in (Verdict.NOTHING, Verdict.HOLD):
        # Renamed differently on both sides: a name is a label, so both may stay.
        _settle_names(pair)
    words = {
        Verdict.PUSH: "groups_renamed_there",
        Verdict.PULL: "groups_renamed_here",
    }
    return words.get(what, "")


def _rename_ours(pair: SyncGroup, name: str) -> bool:
    assert pair.group is not None
    try:
        groups.rename(group=pair.group, name=name, actor=None)
    except Refused:
        return False
    return True


def _settle_names(pair: SyncGroup) -> None:
    assert pair.group is not None
    pair.base_name, pair.base_remote_name = pair.group.name, pair.remote_name
    pair.save()


def _deleted_here(pair: SyncGroup, setup: SyncSetup, client: SevenClient) -> str:
    if setup.on_deleted_here == OnDeleted.DELETE and pair.pushes:
        delete_there(pair, client)
        return "groups_deleted_there"
    if setup.on_deleted_here == OnDeleted.KEEP or not pair.pushes:
        with setups.still_agreed(setup):
            pairs.switch_off(pair)
    return ""


def _deleted_there(pair: SyncGroup, setup: SyncSetup) -> str:
    if setup.on_deleted_there == OnDeleted.DELETE and pair.pulls:
        try:
            with setups.still_agreed(setup), transaction.atomic():
                delete_here(pair)
        except InUse:
            # A draft leaves its members out: the question waits until it is sent.
            return ""
        return "groups_deleted_here"
    if setup.on_deleted_there == OnDeleted.KEEP or not pair.pulls:
        with setups.still_agreed(setup):
            pair.delete()
    return ""


def delete_there(pair: SyncGroup, client: SevenClient) -> None:
    """Delete the gateway's group of a pair; its contacts stay there."""
    if pair.remote_id is not None:
        try:
            client.groups.delete(pair.remote_id, with_contacts=False)
        except NotFound as error:
            if error.concerns != "row":
                raise
    _gone(pair)


def delete_here(pair: SyncGroup) -> None:
    """Delete our group of a pair; its contacts stay here."""
    with transaction.atomic():
        group = pair.group
        _gone(pair)
        if group is not None:
            groups.delete(group=group, actor=None)


def _keep(pair: SyncGroup) -> None:
    if pair.state == State.DELETED_THERE:
        pair.delete()
    else:
        pairs.switch_off(pair)


def _gone(pair: SyncGroup) -> None:
    setup = setups.of(pair.workspace)
    with setups.still_agreed(setup):
        pair.delete()


def settle(pair: SyncGroup, act: str, client: SevenClient, *, actor: User) -> None:
    """Do what a person has said about a pair of which one group was deleted."""
    wanted = {
        State.DELETED_HERE: {"delete": "delete_there", "keep": "keep"},
        State.DELETED_THERE: {"delete": "delete_here", "keep": "keep"},
    }
    answer = wanted.get(State(pair.state), {}).get(act)
    if answer is None:
        raise Refused(setups.CHANGED, code="outdated")
    with setups.still_agreed(setups.of(pair.workspace)):
        _ANSWERS[answer](pair, client)
    audit.record(
        workspace=pair.workspace,
        actor=actor,
        action="sync.answer",
        subject=pair.base_name or pair.remote_name,
        after={"decision": act},
    )


_ANSWERS: dict[str, Callable[[SyncGroup, SevenClient], None]] = {
    "delete_there": delete_there,
    "delete_here": lambda pair, _client: delete_here(pair),
    "keep": lambda pair, _client: _keep(pair),
}
