from __future__ import annotations

import copy
import logging
import pickle
import traceback
from collections.abc import Callable

import pytest

from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.credentials import Credentials, Secret
from seven_dashboard.gateway.errors import GatewayError

from .conftest import PATIENCE_S
from .stub import Stub

KEY = "SECRETSECRETSECRET"


def client_of(stub: Stub, *, timeout_s: float = PATIENCE_S) -> SevenClient:
    return SevenClient(
        base_url=stub.url, api_key=KEY, signing_key=KEY, timeout_s=timeout_s
    )


@pytest.fixture
def keyed(stub: Stub) -> SevenClient:
    return client_of(stub)


FAULTS: dict[str, Callable[[Stub], Stub]] = {
    "refused": lambda stub: stub.answers("900"),
    "hang-up": Stub.hangs_up,
    "no answer": Stub.hangs,
    "garbage": lambda stub: stub.answers("{"),
    "HTTP error": lambda stub: stub.answers(KEY, status=500),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_no_traceback_shows_the_key(stub: Stub, fault: Callable[[Stub], Stub]) -> None:
    fault(stub)
    # One of the faults is that no answer comes.
    hasty = client_of(stub, timeout_s=0.2)
    with hasty, pytest.raises(GatewayError) as caught:
        hasty.sms.send(to=["491771783130"], text="Hello")
    told = traceback.TracebackException.from_exception(
        caught.value, capture_locals=True
    )
    assert KEY not in "".join(told.format())
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_refused_connection_shows_no_key() -> None:
    client = SevenClient(base_url="http://127.0.0.1:1/api", api_key=KEY)
    with client, pytest.raises(GatewayError) as caught:
        client.sms.send(to=["491771783130"], text="Hello")
    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert caught.value.__context__ is None


def test_no_repr_shows_the_key(keyed: SevenClient) -> None:
    shown = [repr(keyed), repr(vars(keyed)), repr(Secret(KEY)), str(Secret(KEY))]
    shown += [repr(vars(value)) for value in vars(keyed).values()]
    shown.append(repr(Credentials.of(api_key=KEY, signing_key=KEY)))
    keyed.close()
    assert not [text for text in shown if KEY in text]


def test_no_log_shows_key_number_or_text(
    keyed: SevenClient, stub: Stub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="seven_dashboard")
    stub.answers({"success": "100"})
    keyed.sms.send(to=["491771783130"], text="Hello")
    keyed.close()
    told = "".join(str(vars(record)) for record in caplog.records)
    assert "SmsDispatch" in told
    assert not [word for word in (KEY, "491771783130", "Hello") if word in told]


@pytest.mark.parametrize("act", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_key_cannot_be_pickled(act: Callable[[object], object]) -> None:
    with pytest.raises(TypeError, match="not written"):
        act(Secret(KEY))


@pytest.mark.parametrize("key", [f"{KEY}\n", f"{KEY} x", f"{KEY}\u00e4", "\x00"])
def test_a_key_that_breaks_a_header_is_refused_unseen(key: str) -> None:
    with pytest.raises(ValueError, match="plain characters") as caught:
        SevenClient(base_url="http://127.0.0.1:1", api_key=key)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("keys", [{}, {"api_key": "a", "bearer": "b"}])
def test_key_or_token_but_not_both(keys: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="either"):
        SevenClient(base_url="http://127.0.0.1:1", **keys)  # type: ignore[arg-type]


def test_an_error_survives_pickling(keyed: SevenClient, stub: Stub) -> None:
    stub.answers("402")
    with keyed, pytest.raises(GatewayError) as caught:
        keyed.sms.send(to=["491771783130"], text="Hello")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (type(again), vars(again)) == (type(caught.value), vars(caught.value))
