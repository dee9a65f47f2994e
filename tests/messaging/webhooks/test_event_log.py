"""Applying an event again, and forgetting old ones."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, Connection, User, Workspace
from contacts.models import OptOut
from contacts.services import opt_outs
from messaging.models import Campaign, InboundMessage, Message, WebhookEvent
from messaging.selectors import event_log as selected
from messaging.services import event_log, event_rows, reactions, reports
from seven_dashboard.errors import Refused
from tests.messaging.webhooks.conftest import Post, event

STOP = event("sms_mo", id="681590", sender="4915112345000", text="STOP")
State = WebhookEvent.State


def apply(post: Post, *envelopes: dict[str, object]) -> WebhookEvent:
    for envelope in envelopes:
        post(envelope)
    reports.apply_pending()
    return WebhookEvent.objects.order_by("-pk")[0]


def replay(stored: WebhookEvent, owner: User) -> WebhookEvent:
    event_log.replay(event=stored, actor=owner)
    reports.apply_pending()
    stored.refresh_from_db()
    return stored


def test_replayed_reply_is_kept_once(post: Post, owner: User) -> None:
    stored = replay(apply(post, STOP), owner)
    assert (stored.state, stored.replays) == (State.APPLIED, 1)
    assert InboundMessage.objects.count() == 1


def test_replayed_stop_does_not_overrule_a_person(
    post: Post, owner: User, workspace: Workspace
) -> None:
    now = str(round(timezone.now().timestamp()) - 3600)
    data = {"id": "7", "sender": "4915112345000", "text": "STOP", "time": now}
    stored = apply(post, event("sms_mo", **data))
    opt_outs.remove_all(workspace=workspace, phone="+4915112345000", actor=owner)
    replay(stored, owner)
    assert not OptOut.objects.exists()


def test_replayed_report_moves_nothing_back(
    post: Post, owner: User, workspace: Workspace
) -> None:
    campaign = Campaign.objects.create(workspace=workspace, name="X", state="sending")
    message = Message.objects.create(
        workspace=workspace,
        campaign=campaign,
        recipient="+4915112345000",
        state="accepted",
        gateway_id="77000000001",
    )
    early = apply(post, event("dlr", msg_id="77000000001", status="TRANSMITTED"))
    apply(post, event("dlr", msg_id="77000000001", status="DELIVERED"))
    early = replay(early, owner)
    message.refresh_from_db()
    assert message.state == "delivered"
    assert (early.message_id, early.subject) == (message.pk, "77000000001")


def test_waiting_event_is_not_replayed(post: Post, owner: User) -> None:
    post(STOP)
    with pytest.raises(Refused):
        event_log.replay(event=WebhookEvent.objects.get(), actor=owner)


def test_replay_is_in_the_audit_trail(post: Post, owner: User) -> None:
    replay(apply(post, STOP), owner)
    entry = AuditEntry.objects.get(action="event.replay")
    assert (entry.actor, entry.before) == (owner, {"state": "applied"})


def test_failed_events_are_replayed_together(
    post: Post, owner: User, workspace: Workspace
) -> None:
    apply(post, event("dlr", status="DELIVERED"), event("sms_mo", text="x"))
    assert set(WebhookEvent.objects.values_list("state", flat=True)) == {State.FAILED}
    assert event_log.replay_failed(workspace=workspace, actor=owner) == 2
    waiting = set(WebhookEvent.objects.values_list("state", "replays"))
    assert waiting == {(State.PENDING, 1)}


def test_event_that_lacks_what_it_is_about_is_kept_as_failed(post: Post) -> None:
    stored = apply(post, event("dlr", status="DELIVERED"))
    assert (stored.kind, stored.error) == ("dlr", "its data are incomplete")


def test_unknown_kind_is_kept_under_its_name(post: Post) -> None:
    stored = apply(post, event("fax_received", pages=3))
    assert (stored.kind, stored.state) == ("fax_received", State.IGNORED)


@pytest.mark.parametrize("kind", ["voice_call", "voice_status", "voice_dtmf"])
def test_every_voice_event_is_kept_with_the_id_of_its_call(
    post: Post, kind: str
) -> None:
    data = {"id": 1038703, "status": "completed", "dtmf_digit": 1, "caller": "49160"}
    assert apply(post, event(kind, **data)).subject == "1038703"


def test_mistake_of_ours_is_tried_again_and_then_waits_for_a_person(
    post: Post, owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*_: object) -> None:
        raise KeyError

    post(event("dlr", msg_id="1", status="DELIVERED"))
    monkeypatch.setattr(reactions, "of_event", wrong)
    for tried in range(event_rows.FAILURES + 1):
        assert WebhookEvent.objects.get().state == State.PENDING, tried
        WebhookEvent.objects.update(due_at=timezone.now() - timedelta(seconds=1))
        reports.apply_pending()
    stored = WebhookEvent.objects.get()
    assert (stored.state, stored.error) == (State.FAILED, "KeyError")


@pytest.fixture
def old(post: Post, connection: Connection) -> None:
    """Three events of 40 days ago, one of them unmatched, and one of today."""
    apply(post, STOP, event("x", id="1"), event("dlr", msg_id="1", status="DELIVERED"))
    WebhookEvent.objects.update(received_at=timezone.now() - timedelta(days=40))
    apply(post, event("y", id="2"))


@pytest.mark.usefixtures("old")
def test_old_events_are_forgotten_but_for_those_that_wait() -> None:
    assert event_log.forget_old()["events"] == 2
    kinds = WebhookEvent.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["dlr", "y"]


@pytest.mark.usefixtures("old")
def test_workspace_decides_how_long_events_are_kept(
    workspace: Workspace, owner: User
) -> None:
    event_log.keep_for(workspace=workspace, actor=owner, days=90)
    assert event_log.forget_old()["events"] == 0
    assert AuditEntry.objects.get(action="event.keep_for").before == {"days_kept": 30}


@pytest.mark.parametrize("days", [0, 6, 731])
def test_days_have_bounds(workspace: Workspace, owner: User, days: int) -> None:
    with pytest.raises(Refused):
        event_log.keep_for(workspace=workspace, actor=owner, days=days)


def test_page_goes_on_in_both_directions(post: Post, workspace: Workspace) -> None:
    apply(post, *(event(f"kind{n}", id=str(n)) for n in range(5)))
    wanted = selected.Filter(state=State.IGNORED.value)
    first = selected.page(workspace, wanted, size=2)
    second = selected.page(workspace, wanted, after=first.after, size=2)
    back = selected.page(workspace, wanted, before=second.before, size=2)
    pages = [[e.kind for e in one.rows] for one in (first, second, back)]
    assert pages == [["kind4", "kind3"], ["kind2", "kind1"], ["kind4", "kind3"]]


def test_filters_work_together(post: Post, workspace: Workspace) -> None:
    apply(post, STOP, event("x", id="1"), event("dlr", msg_id="1", status="DELIVERED"))
    found = [
        len(selected.page(workspace, wanted).rows)
        for wanted in (
            selected.Filter(),
            selected.Filter(kind="x"),
            selected.Filter(kind="x", state="applied"),
            selected.Filter(state="unmatched"),
            selected.Filter(subject="681590"),
            selected.Filter(subject="681590", kind="dlr"),
        )
    ]
    assert found == [3, 1, 0, 1, 1, 0]


def test_log_shows_nothing_of_another_workspace(
    post: Post, other_workspace: Workspace
) -> None:
    apply(post, STOP)
    assert selected.page(other_workspace, selected.Filter()).rows == []
    assert selected.kinds(other_workspace) == []
