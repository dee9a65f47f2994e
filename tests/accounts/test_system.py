"""The System page: every job of the house, its queues, its workers, what failed."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from redis import Redis

from accounts import job_words, task_log
from accounts.models import TaskRecord, User
from accounts.selectors import jobs, system
from accounts.services import schedules, task_records
from seven_dashboard import presence, version
from seven_dashboard.celery import app
from tests.fixtures import ClientAs

pytestmark = pytest.mark.django_db
POLL = "poll-accounts"


@pytest.fixture(autouse=True)
def unthrottled() -> None:
    task_records._written.clear()


@pytest.fixture
def broker() -> Redis:
    store = Redis.from_url(settings.CELERY_BROKER_URL)
    store.delete(presence.KEY)
    return store


def job(name: str) -> jobs.Job:
    return next(one for one in jobs.all_of_house() if one.name == name)


def ran(name: str, *, ago: timedelta = timedelta(0)) -> None:
    task_records.note_run(name, took_s=0.02, report={"due": 3})
    TaskRecord.objects.filter(name=name).update(finished_at=timezone.now() - ago)


def test_every_job_of_the_schedule_has_words() -> None:
    assert set(settings.CELERY_BEAT_SCHEDULE) == set(job_words.WORDS)


def test_every_job_is_locked_against_itself() -> None:
    """A job that runs longer than its interval is not begun a second time."""
    app.loader.import_default_modules()
    unlocked = {
        entry["task"]
        for entry in settings.CELERY_BEAT_SCHEDULE.values()
        if not hasattr(app.tasks[str(entry["task"])].run, "__wrapped__")
    }
    # A sign does no harm twice; mails are leased one by one.
    assert unlocked <= {"accounts.tasks.heartbeat", "accounts.tasks.mail_alerts"}


def test_versions_begin_with_our_own() -> None:
    source = Path(version.__file__).parent.parent / "pyproject.toml"
    wanted = tomllib.loads(source.read_text())["project"]["version"]
    assert system._versions()[0] == ("Seven Dashboard", wanted)


def test_job_that_never_ran_is_unchecked() -> None:
    assert job(POLL).state == "unchecked"


def test_run_is_kept_with_its_figures() -> None:
    ran(POLL)
    assert TaskRecord.objects.get().report == {"due": 3}
    assert (job(POLL).state, job(POLL).took_ms) == ("ok", 20)


def test_next_run_follows_after_the_interval() -> None:
    ran(POLL)
    left = job(POLL).next_at - timezone.now()
    assert timedelta(seconds=55) < left <= timedelta(seconds=60)


def test_nightly_job_runs_at_its_time() -> None:
    found = job("clean-expired")
    assert found.at == "03:17"
    assert timedelta(0) < found.next_at - timezone.now() <= timedelta(days=1)


def test_missed_job_is_late() -> None:
    ran(POLL, ago=timedelta(minutes=10))
    assert job(POLL).state == "late"


def test_missed_night_is_late() -> None:
    ran("clean-expired", ago=timedelta(days=3))
    assert job("clean-expired").state == "late"


def test_failure_is_kept_by_its_kind_only() -> None:
    task_records.note_failure(POLL, error=ValueError("+49151 is wrong"))
    found = job(POLL)
    assert (found.state, found.error) == ("failed", "ValueError")
    assert jobs.failures()[0].failures == 1


def test_run_after_a_failure_ends_it() -> None:
    task_records.note_failure(POLL, error=ValueError())
    ran(POLL)
    assert job(POLL).state == "ok"
    assert jobs.failures()[0].error == "ValueError"


def test_worker_reports_what_it_did() -> None:
    app.tasks["accounts.tasks.poll_due"].apply()
    assert job(POLL).last_at is not None


def test_worker_reports_what_broke_down(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*, limit: int = 0) -> None:
        raise RuntimeError

    monkeypatch.setattr(schedules, "claim_due", broken)
    app.tasks["accounts.tasks.poll_due"].apply()
    assert job(POLL).error == "RuntimeError"


def test_run_that_another_process_has_in_hand_is_not_counted() -> None:
    task = app.tasks["accounts.tasks.poll_due"]
    task_log._end(task_id="1", task=task, retval={"skipped": "x"}, state="SUCCESS")
    assert not TaskRecord.objects.exists()


def test_heartbeats_of_queues_are_told_apart() -> None:
    assert task_log.job_of("accounts.tasks.heartbeat", ["jobs"]) == "heartbeat-jobs"
    assert task_log.job_of("accounts.tasks.heartbeat", []) == "heartbeat"
    assert task_log.job_of("accounts.tasks.poll", ["1", "hooks"]) == ""


def test_job_of_every_two_seconds_is_not_written_every_time() -> None:
    ran(POLL)
    TaskRecord.objects.update(report={})
    task_records.note_run(POLL, took_s=0.1, report={"due": 9})
    assert TaskRecord.objects.get().report == {}


def test_worker_is_seen_with_its_queues(broker: Redis) -> None:
    presence.show(broker, "sending@host", ["sending"], 2)
    (seen,) = presence.workers()
    assert (seen.name, seen.queues, seen.state) == ("sending@host", ("sending",), "ok")


def test_silent_worker_is_missing_and_forgotten_after_an_hour(
    broker: Redis,
) -> None:
    presence.show(broker, "sending@host", ["sending"], 2)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert presence.workers()[0].state == "missing"
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert presence.workers() == []


def test_worker_that_ends_in_order_leaves_the_list(broker: Redis) -> None:
    presence.show(broker, "sending@host", ["sending"], 2)
    presence.leave("sending@host")
    assert presence.workers() == []


def test_page_shows_it_all(
    owner: User, client_as: ClientAs, broker: Redis, client: Client
) -> None:
    ran(POLL)
    task_records.note_failure("contacts.tasks.run_work", error=KeyError())
    presence.show(broker, "sending@host", ["sending"], 2)
    page = client_as(owner).get(reverse("accounts:system")).content
    soup = BeautifulSoup(page, "html.parser")
    assert len(soup.select("#jobs tbody tr")) == len(settings.CELERY_BEAT_SCHEDULE)
    text = " ".join(soup.get_text().split())
    for words in ("sending@host", "KeyError", "day at 03:17", "20 ms"):
        assert words in text
