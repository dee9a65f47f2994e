"""What must be there before anything is sent."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Connection, Workspace
from seven_dashboard.errors import Refused


def working_connection(workspace: Workspace) -> Connection:
    """Return the connection of a workspace; raise Refused if it cannot send."""
    connection = Connection.objects.filter(workspace=workspace).first()
    if connection is None:
        raise Refused(
            _("Connect a seven.io account first: enter an API key under Account."),
            code="no_connection",
        )
    if connection.state == Connection.State.BROKEN:
        raise Refused(
            _("The gateway refuses the API key. Check the connection under Account."),
            code="connection_broken",
        )
    return connection
