from __future__ import annotations

import gzip
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPResponse

import pytest

from seven_dashboard.gateway import transport
from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import (
    GatewayError,
    GatewayUnavailable,
    InvalidCredentials,
    InvalidRequest,
    MissingPermission,
    NotFound,
    Throttled,
    UnclearOutcome,
)
from seven_dashboard.gateway.wire import PlainConnection

from .conftest import PATIENCE_S
from .stub import Handler, Stub

ACCEPTED = {"success": "100", "messages": [{"id": "77", "success": True}]}


def send(client: SevenClient) -> object:
    return client.sms.send(to=["491771783130"], text="Hello")


def send_to(base_url: str, *, timeout_s: float = PATIENCE_S) -> object:
    with SevenClient(base_url=base_url, api_key="k", timeout_s=timeout_s) as client:
        return send(client)


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def test_refused_connection_is_certainly_unsent(closed_port: int) -> None:
    with pytest.raises(GatewayUnavailable) as caught:
        send_to(f"http://127.0.0.1:{closed_port}")
    assert caught.value.is_certainly_unsent


def test_unknown_host_is_certainly_unsent() -> None:
    with pytest.raises(GatewayUnavailable) as caught:
        send_to("http://gateway.invalid/api")
    assert caught.value.is_certainly_unsent


def test_unusable_host_is_certainly_unsent() -> None:
    with pytest.raises(GatewayUnavailable):
        send_to(f"http://{'x' * 70}.invalid")


def test_failed_tls_handshake_is_certainly_unsent(stub: Stub) -> None:
    stub.answers(ACCEPTED)
    with pytest.raises(GatewayUnavailable) as caught:
        send_to(stub.url.replace("http:", "https:"))
    assert caught.value.is_certainly_unsent
    assert stub.received == []


def test_tls_error_after_the_request_is_unclear(
    client: SevenClient, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken_read(response: HTTPResponse) -> None:
        raise ssl.SSLError("bad record mac")

    stub.answers(ACCEPTED)
    monkeypatch.setattr(PlainConnection.response_class, "begin", broken_read)
    with pytest.raises(UnclearOutcome):
        send(client)


FAULTS: dict[str, Callable[[Stub], Stub]] = {
    "no answer": Stub.hangs,
    "hang-up": Stub.hangs_up,
    "reset": Stub.resets,
    "garbage instead of HTTP": lambda stub: stub.sends(b"\x00\xff\x00 nonsense\r\n"),
    "body cut short": lambda stub: stub.sends(
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"
    ),
    "broken chunks": lambda stub: stub.sends(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
    ),
    "broken gzip": lambda stub: stub.answers(b"nope", Content_Encoding="gzip"),
    "slow body": lambda stub: stub.drips(chunks=100, pause_s=0.05),
    "empty body": lambda stub: stub.answers(""),
    "JSON cut short": lambda stub: stub.answers('{"success":"100","mess'),
    "page of a proxy": lambda stub: stub.answers("<html>Welcome</html>"),
    "other words": lambda stub: stub.answers("moved to the moon"),
    "no text at all": lambda stub: stub.answers(b"\xff\xfe\xfd"),
    "null": lambda stub: stub.answers(None),
    "a truth": lambda stub: stub.answers(True),
    "a list": lambda stub: stub.answers([1]),
    "an object of something else": lambda stub: stub.answers({"amount": 1}),
    "not a number": lambda stub: stub.answers('{"success":NaN}'),
    "too deep": lambda stub: stub.answers("[" * 200_000),
    "unknown code": lambda stub: stub.answers("999"),
    "redirect": lambda stub: stub.answers("", status=302, Location="/api/other"),
    "HTTP 500": lambda stub: stub.answers("900", status=500),
    "HTTP 502": lambda stub: stub.answers("", status=502),
    "HTTP 504": lambda stub: stub.answers("", status=504),
    "HTTP 408": lambda stub: stub.answers("", status=408),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_lost_answer_to_a_send_is_unclear_and_not_repeated(
    hasty: SevenClient, stub: Stub, fault: Callable[[Stub], Stub]
) -> None:
    fault(stub)
    with pytest.raises(UnclearOutcome) as caught:
        send(hasty)
    assert not caught.value.is_certainly_unsent
    assert stub.takes(1) == 1


def test_too_long_an_answer_is_not_read_to_its_end(
    client: SevenClient, stub: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "MAX_ANSWER_BYTES", 1000)
    stub.answers(gzip.compress(b"0" * 5_000_000), Content_Encoding="gzip")
    with pytest.raises(UnclearOutcome):
        send(client)


def test_connection_that_idled_away_is_replaced(
    client: SevenClient, stub: Stub
) -> None:
    stub.answers_and_closes(ACCEPTED).answers(ACCEPTED)
    send(client)
    stub.waits_until_closed()
    send(client)
    assert len(stub.received) == 2


def test_reset_of_a_reused_connection_is_unclear(
    client: SevenClient, stub: Stub
) -> None:
    stub.answers(ACCEPTED).resets()
    send(client)
    with pytest.raises(UnclearOutcome):
        send(client)
    assert len(stub.received) == 2


STATUSES: dict[int, tuple[type[GatewayError], bool]] = {
    400: (InvalidRequest, True),
    401: (InvalidCredentials, True),
    403: (MissingPermission, True),
    404: (NotFound, True),
    413: (InvalidRequest, True),
    429: (Throttled, True),
    503: (GatewayUnavailable, True),
    500: (UnclearOutcome, False),
    502: (UnclearOutcome, False),
    504: (UnclearOutcome, False),
}


@pytest.mark.parametrize("status", STATUSES)
def test_http_status_becomes_an_error(
    client: SevenClient, stub: Stub, status: int
) -> None:
    kind, is_certain = STATUSES[status]
    stub.answers({"code": status, "message": "No", "errors": []}, status=status)
    with pytest.raises(kind) as caught:
        send(client)
    assert caught.value.http_status == status
    assert caught.value.is_certainly_unsent is is_certain
    assert caught.value.detail == "No"


@pytest.mark.parametrize("body", ["<h1>Not here</h1>", {"message": "No route"}])
def test_wrong_address_of_the_gateway_concerns_the_connection(
    client: SevenClient, stub: Stub, body: object
) -> None:
    stub.answers(body, status=404)
    with pytest.raises(NotFound) as caught:
        send(client)
    assert caught.value.concerns == "connection"


def test_unknown_contact_concerns_the_row(client: SevenClient, stub: Stub) -> None:
    stub.answers({"code": 404, "message": "Not found", "errors": []}, status=404)
    with pytest.raises(NotFound) as caught:
        client.contacts.get(5)
    assert caught.value.concerns == "row"


def test_redirect_is_not_followed(client: SevenClient, stub: Stub) -> None:
    stub.answers("", status=307, Location="/api/elsewhere")
    with pytest.raises(UnclearOutcome):
        send(client)
    assert [request.path for request in stub.received] == ["/api/sms"]


def test_environment_is_not_asked_for_proxies_or_passwords(
    stub: Stub, closed_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port}")
    stub.answers(ACCEPTED)
    with SevenClient(base_url=stub.url, api_key="k") as client:
        send(client)
    assert "Authorization" not in stub.last.headers


def test_cookies_are_not_kept(client: SevenClient, stub: Stub) -> None:
    stub.answers(ACCEPTED, Set_Cookie="session=1; Path=/")
    send(client)
    send(client)
    assert "Cookie" not in stub.last.headers


def test_threads_share_one_pool_of_connections(stub: Stub) -> None:
    seen: set[int] = set()

    def counted(handler: Handler) -> None:
        seen.add(threading.get_ident())
        handler.respond(b'{"success":"100"}')

    stub.reacts(counted)
    client = SevenClient(base_url=stub.url, api_key="k", pool_size=4)
    with client, ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda _: send(client), range(64)))
    assert len(stub.received) == 64
    assert len(seen) <= 4


def test_a_given_session_stays_open(stub: Stub) -> None:
    stub.answers(ACCEPTED)
    session = transport.new_session(pool_size=1)
    with SevenClient(base_url=stub.url, api_key="k", session=session) as client:
        send(client)
    with SevenClient(base_url=stub.url, api_key="k", session=session) as client:
        send(client)
    session.close()
    assert len(stub.received) == 2


@pytest.mark.parametrize(
    "base_url",
    ["", "gateway.seven.io/api", "ftp://x/api", "https://u:p@x/api", "https://x/?p=k"],
)
def test_odd_base_url_is_refused(base_url: str) -> None:
    with pytest.raises(ValueError, match="base URL"):
        SevenClient(base_url=base_url, api_key="k")
