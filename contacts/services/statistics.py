"""Tell the planner of contacts that came by the thousand.

Until it knows them it takes their workspace for a single row, and reads all of it for
a page. PostgreSQL looks by itself only when a minute is over, or a tenth is new.
"""

from __future__ import annotations

from django.db import connection

WORTH_TELLING = 10_000


def tell(added: int) -> None:
    """Take statistics anew when so many rows were added; takes about a second.

    What somebody else is looking at in this moment is left out.
    """
    if added < WORTH_TELLING:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE (SKIP_LOCKED) contacts_contact, contacts_groupmembership"
        )
