"""Keys are ciphertext in the database and show themselves nowhere."""

from __future__ import annotations

import copy
import pickle

import pytest
from django.db import connection as database
from pytest_django.fixtures import Settings

from accounts.fields import Secret, UnreadableSecret
from accounts.models import Connection


def stored(connection: Connection) -> str:
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT api_key FROM accounts_connection WHERE id = %s", [connection.pk]
        )
        return str(cursor.fetchone()[0])


def test_row_holds_ciphertext(connection: Connection, api_key: str) -> None:
    assert api_key not in stored(connection)
    assert stored(connection).startswith("gAAAA")


def test_reading_back_reveals_the_key(connection: Connection, api_key: str) -> None:
    assert Connection.objects.get().api_key.reveal() == api_key


@pytest.mark.parametrize("show", [repr, str, "{}".format, "%s".__mod__])
def test_secret_prints_nothing(show: object) -> None:
    assert callable(show)
    assert "hunter2" not in show(Secret("hunter2"))


def test_secret_is_not_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret("hunter2"))


def test_secret_may_be_copied() -> None:
    assert copy.deepcopy(Secret("hunter2")).reveal() == "hunter2"


def test_unreadable_row_loads_and_fails_when_asked(
    connection: Connection, settings: Settings
) -> None:
    settings.FIELD_KEYS = ["another"]
    loaded = Connection.objects.get()
    assert loaded.api_key
    with pytest.raises(UnreadableSecret):
        loaded.api_key.reveal()


def test_saving_keeps_an_unreadable_secret(
    connection: Connection, settings: Settings
) -> None:
    before = stored(connection)
    settings.FIELD_KEYS = ["another"]
    Connection.objects.get().save()
    assert stored(connection) == before


def test_old_key_still_decrypts(
    connection: Connection, settings: Settings, api_key: str
) -> None:
    settings.FIELD_KEYS = ["new", *settings.FIELD_KEYS]
    assert Connection.objects.get().api_key.reveal() == api_key


def test_empty_secret_stays_empty(connection: Connection) -> None:
    Connection.objects.update(signing_key="")
    loaded = Connection.objects.get()
    assert not loaded.signing_key
    assert loaded.signing_key.reveal() == ""
