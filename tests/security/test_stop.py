"""Who said STOP gets nothing more, however the number is spelled."""

from __future__ import annotations

import pytest

from accounts.models import Connection, Workspace
from contacts.models import OptOut
from messaging.services import reports
from tests.messaging.webhooks.conftest import Post, event, post, silent_bell

__all__ = ["post", "silent_bell"]


def stop_from(sender: str, post: Post, *, text: str = "STOP") -> None:
    inbound = {"id": f"id-{sender}", "sender": sender, "system": "4915799999999"}
    assert post(event("sms_mo", text=text, **inbound)).status_code == 200
    reports.apply_pending()


@pytest.mark.parametrize(
    "sender",
    [
        "4915112345101",
        "+4915112345101",
        "004915112345101",
        "015112345101",
        "+49 (0)151 12345101",
    ],
)
def test_stop_counts_in_every_spelling_of_the_sender(
    sender: str, workspace: Workspace, post: Post
) -> None:
    stop_from(sender, post)
    assert OptOut.objects.get(workspace=workspace).phone == "+4915112345101"


def test_stop_of_a_number_no_plan_knows_is_kept_all_the_same(
    workspace: Workspace, post: Post
) -> None:
    stop_from("9991512345678", post)
    assert OptOut.objects.get(workspace=workspace).phone == "+9991512345678"


def test_stop_of_a_name_is_no_opt_out(workspace: Workspace, post: Post) -> None:
    stop_from("Bakery", post)
    assert not OptOut.objects.filter(workspace=workspace).exists()


def test_stop_concerns_the_workspace_of_the_connection_only(
    connection: Connection, other_workspace: Workspace, post: Post
) -> None:
    stop_from("4915112345101", post)
    assert not OptOut.objects.filter(workspace=other_workspace).exists()
