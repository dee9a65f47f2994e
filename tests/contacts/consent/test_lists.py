"""A list of opt-outs from another system is taken over whole, or says what is not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import AuditEntry, Workspace
from contacts import opt_out_columns
from contacts.models import ConsentEvent, OptOut, OptOutList, OptOutRefusal
from contacts.services import (
    opt_out_list_runs,
    opt_out_lists,
    opt_outs,
    uploaded_files,
    works,
)
from seven_dashboard.errors import Refused

LIST = """Telefon;Grund;Abgemeldet am
0171 1234567;Anruf;03.05.2024
+49 (0)172 1234567;;
12;Tippfehler;
0171/1234567;doppelt;
4,91711E+11;gekuerzt;
"""
Give = Callable[..., OptOutList]


@pytest.fixture
def give(workspace: Workspace) -> Give:
    """Return a function that uploads a list and starts it."""

    def upload(content: str | bytes, **options: Any) -> OptOutList:
        data = content.encode() if isinstance(content, str) else content
        source = opt_out_lists.upload(
            workspace=workspace,
            actor=None,
            chunks=[data],
            filename="stop.csv",
            **options,
        )
        opt_out_lists.start(source=source, actor=None)
        return source

    return upload


def done(source: OptOutList) -> tuple[int, int, int]:
    assert opt_out_list_runs.run(source.id)
    source.refresh_from_db()
    assert source.state == "finished"
    return source.added, source.known, source.refused


def test_list_is_added_and_counted(give: Give) -> None:
    assert done(give(LIST)) == (2, 1, 2)
    phones = OptOut.objects.order_by("phone").values_list("phone", flat=True)
    assert list(phones) == ["+491711234567", "+491721234567"]


def test_reason_and_day_of_the_list_are_kept(give: Give) -> None:
    done(give(LIST, reason="Old system"))
    first, second = OptOut.objects.order_by("phone")
    assert (first.reason, second.reason) == ("Anruf", "Old system")
    local = first.created_at.astimezone(dt.timezone(timedelta(hours=2)))
    assert local.isoformat() == "2024-05-03T00:00:00+02:00"


def test_proof_names_file_and_row(give: Give) -> None:
    done(give(LIST))
    event = ConsentEvent.objects.get(phone="+491721234567")
    assert (event.source, event.evidence) == ("import", "stop.csv:3")


def test_refused_rows_say_why(give: Give) -> None:
    done(give(LIST))
    rows = OptOutRefusal.objects.order_by("row_number")
    assert list(rows.values_list("row_number", "reason")) == [
        (4, "bad_number"),
        (6, "shortened_number"),
    ]


def test_list_of_bare_numbers_needs_no_heading(give: Give) -> None:
    assert done(give("0171 1234567\n0172 1234567\n")) == (2, 0, 0)


def test_list_on_one_channel_leaves_the_others(give: Give) -> None:
    done(give("0171 1234567\n", channel="voice"))
    assert OptOut.objects.get().channel == "voice"


def test_number_that_is_on_the_list_keeps_its_first_reason(
    workspace: Workspace, give: Give
) -> None:
    opt_outs.add(
        workspace=workspace, phone="+491711234567", source="reply", reason="STOP"
    )
    assert done(give(LIST)) == (1, 2, 2)
    assert OptOut.objects.get(phone="+491711234567").reason == "STOP"


def test_worker_that_died_is_followed_by_another(
    give: Give, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opt_out_list_runs, "SLICE_ROWS", 10)
    source = give("\n".join(f"0171 {2_000_000 + at}" for at in range(35)))
    slices = 0

    def die(*arguments: Any, **values: Any) -> None:
        nonlocal slices
        slices += 1
        if slices == 3:
            raise MemoryError
        advance(*arguments, **values)

    advance = works.advance
    monkeypatch.setattr(works, "advance", die)
    with pytest.raises(MemoryError):
        opt_out_list_runs.run(source.id)
    assert OptOut.objects.count() == 20
    past = timezone.now() - timedelta(seconds=works.STALE_AFTER_S + 1)
    OptOutList.objects.update(heartbeat_at=past)
    assert done(source) == (35, 0, 0)
    assert ConsentEvent.objects.count() == 35


def test_second_worker_finds_the_list_taken(give: Give) -> None:
    source = give(LIST)
    works.claim(OptOutList, source.id)
    assert not opt_out_list_runs.run(source.id)


def test_cancelled_list_is_not_done(give: Give) -> None:
    source = give(LIST)
    assert opt_out_lists.cancel(source=source, actor=None)
    assert not opt_out_list_runs.run(source.id)
    assert not OptOut.objects.exists()


def test_list_without_a_number_column_is_refused(workspace: Workspace) -> None:
    source = opt_out_lists.upload(
        workspace=workspace, actor=None, chunks=[b"Name\nAnna\n"], filename="x.csv"
    )
    with pytest.raises(Refused, match="Choose the column"):
        opt_out_lists.start(source=source, actor=None)


def test_pdf_is_refused_and_not_kept(workspace: Workspace, media: Path) -> None:
    with pytest.raises(uploaded_files.FileRefused, match="PDF"):
        opt_out_lists.upload(
            workspace=workspace, actor=None, chunks=[b"%PDF-1.7\n"], filename="x.csv"
        )
    assert not OptOutList.objects.exists()
    assert not list((media / "opt-out-lists").glob("*"))


def test_list_whose_file_is_gone_fails_and_is_told(give: Give) -> None:
    source = give(LIST)
    Path(source.file.path).unlink()
    assert opt_out_list_runs.run(source.id)
    source.refresh_from_db()
    assert source.state == "failed"
    assert AuditEntry.objects.filter(action="opt_out_list.fail").exists()


def test_old_files_and_unstarted_lists_are_forgotten(
    workspace: Workspace, give: Give, media: Path
) -> None:
    finished = give(LIST)
    done(finished)
    opt_out_lists.upload(
        workspace=workspace, actor=None, chunks=[LIST.encode()], filename="y.csv"
    )
    long_ago = timezone.now() - timedelta(days=2)
    OptOutList.objects.update(created_at=long_ago)
    OptOutList.objects.filter(id=finished.id).update(finished_at=long_ago)
    opt_out_lists.forget_old()
    assert list(OptOutList.objects.values_list("id", "file")) == [(finished.id, "")]
    assert not list((media / "opt-out-lists").glob("*"))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["Handy", "Grund"], {"0": "phone", "1": "reason"}),
        (["Date", "Recipient", "Comment"], {"0": "since", "1": "phone", "2": "reason"}),
        (["Name", "Telefon"], {"1": "phone"}),
        (["a", "b"], {"1": "phone"}),
    ],
)
def test_columns_are_guessed(header: list[str], expected: dict[str, str]) -> None:
    sample = [["Anna", "0171 1234567"], ["Ben", "0172 1234567"]]
    assert opt_out_columns.guess(header, sample) == expected


@pytest.mark.parametrize("text", ["tomorrow", "31.02.2024", "01.01.1900", "01.01.2999"])
def test_day_that_cannot_be_leaves_the_number_in(text: str) -> None:
    shape = opt_out_columns.shape({"0": "phone", "1": "since"}, country="DE")
    line = opt_out_columns.read(["0171 1234567", text], shape)
    assert line == ("+491711234567", "", None)
