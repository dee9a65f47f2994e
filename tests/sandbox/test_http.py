from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest

from .conftest import Gateway


def exchange(gateway: Gateway, data: bytes, *, until: bytes) -> bytes:
    parts = urlsplit(gateway.root_url)
    found = b""
    with socket.create_connection((parts.hostname or "", parts.port or 0), 5) as line:
        line.sendall(data)
        while until not in found and (more := line.recv(65536)):
            found += more
    return found


def get(gateway: Gateway, path: str) -> bytes:
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nX-Api-Key: {gateway.key}\r\n\r\n"
    return head.encode()


def test_pipelined_requests_are_answered_in_order(gateway: Gateway) -> None:
    data = get(gateway, "/api/balance") + get(gateway, "/api/hooks")
    found = exchange(gateway, data, until=b'"hooks"')
    assert found.index(b"1000") < found.index(b'"hooks"')


def test_body_in_chunks_is_read(gateway: Gateway) -> None:
    head = (
        f"POST /api/sms HTTP/1.1\r\nHost: x\r\nX-Api-Key: {gateway.key}\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    body = b"a\r\nto=4917100\r\nb\r\n001&text=Hi\r\n0\r\n\r\n"
    assert exchange(gateway, head.encode() + body, until=b"\r\n\r\n100").endswith(
        b"100"
    )


def test_waiting_client_is_told_to_continue(gateway: Gateway) -> None:
    head = (
        f"POST /api/sms HTTP/1.1\r\nHost: x\r\nX-Api-Key: {gateway.key}\r\n"
        "Expect: 100-continue\r\nContent-Length: 23\r\n\r\n"
    )
    found = exchange(gateway, head.encode(), until=b"Continue\r\n\r\n")
    assert found.startswith(b"HTTP/1.1 100 Continue")


@pytest.mark.parametrize("data", [b"nonsense\r\n\r\n", b"GET / HTTP/9.9 x\r\n\r\n"])
def test_nonsense_is_a_400(gateway: Gateway, data: bytes) -> None:
    assert b" 400 " in exchange(gateway, data, until=b"\r\n\r\n")


def test_close_is_honoured(gateway: Gateway) -> None:
    head = get(gateway, "/api/balance").replace(b"\r\n\r\n", b"\r\nConnection: close")
    found = exchange(gateway, head + b"\r\n\r\n", until=b"never")
    assert found.endswith(b"1000")
