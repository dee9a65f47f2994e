"""What the command says to an audience that is none."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Connection, Workspace
from contacts.models import Group


@pytest.mark.parametrize(
    "options",
    [
        ["--segment", "nobody"],
        ["--exclude-campaign", "x"],
        ["--group", "Customers", "--exclude-segment", "nobody"],
        [],
    ],
)
def test_command_refuses_what_it_does_not_know(
    workspace: Workspace, fast: Connection, group: Group, options: list[str]
) -> None:
    with pytest.raises(CommandError):
        call_command("send_campaign", workspace.slug, *options, "--text", "Hi")
