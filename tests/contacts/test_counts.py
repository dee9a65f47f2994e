"""How long a figure may take."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from contacts.selectors import counts


@pytest.mark.django_db
def test_limit_gives_back_the_one_around_it() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '30s'")
        with counts.time_limit(500):
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("500ms",)
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("30s",)
