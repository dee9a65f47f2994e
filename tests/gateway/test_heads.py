"""Heads of answers, usual and odd ones, are read alike."""

from __future__ import annotations

import pytest

from seven_dashboard.gateway.client import SevenClient
from seven_dashboard.gateway.errors import GatewayError

from .stub import Handler, Stub

HEADS: dict[str, bytes] = {
    "usual": b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n44.631",
    "in another spelling": b"HTTP/1.1 200 \r\ncontent-length:6 \r\n\r\n44.631",
    "without a length": b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n44.631",
    "in chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"2\r\n44\r\n4\r\n.631\r\n0\r\n\r\n",
    "in chunks with a length": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n"
    b"Transfer-Encoding: Chunked\r\n\r\n6\r\n44.631\r\n0\r\n\r\n",
    "of an old server": b"HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\n44.631",
    "a line that goes on": b"HTTP/1.1 200 OK\r\nX-Note: one\r\n two\r\n"
    b"Content-Length: 6\r\n\r\n44.631",
    "bare line ends": b"HTTP/1.1 200 OK\nContent-Length: 6\n\n44.631",
    "after a 100": b"HTTP/1.1 100 Continue\r\n\r\n"
    b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n44.631",
    "bare line ends and others in the body": b"HTTP/1.1 200 OK\nContent-Length: 10\n\n"
    b"44.631\r\n\r\n",
    "no headers": b"HTTP/1.1 200 OK\r\n\r\n44.631",
    "long": b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 20_000 + b"\r\n"
    b"Content-Length: 6\r\n\r\n44.631",
    "a length that is none": b"HTTP/1.1 200 OK\r\nContent-Length: six\r\n\r\n44.631",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_answer_is_read_whatever_its_head_is_like(
    client: SevenClient, stub: Stub, head: bytes
) -> None:
    stub.sends(head)
    assert str(client.balance.get().amount) == "44.631"


def test_head_that_comes_in_pieces_is_read(client: SevenClient, stub: Stub) -> None:
    def in_pieces(handler: Handler) -> None:
        for piece in (b"HTTP/1.1 200 OK\r\nContent-Le", b"ngth: 6\r\n", b"\r\n44.631"):
            handler.wfile.write(piece)
            handler.wfile.flush()
        handler.close_connection = True

    stub.reacts(in_pieces)
    assert str(client.balance.get().amount) == "44.631"


def test_connection_is_kept_after_a_usual_answer(
    client: SevenClient, stub: Stub
) -> None:
    ports: set[int] = set()

    def reaction(handler: Handler) -> None:
        ports.add(handler.client_address[1])
        handler.respond(b"44.631")

    stub.reacts(reaction)
    for _ in range(3):
        client.balance.get()
    assert len(ports) == 1


@pytest.mark.parametrize("hint", ["102 Processing", "103 Early Hints"])
def test_hint_is_not_taken_for_the_answer(
    client: SevenClient, stub: Stub, hint: str
) -> None:
    def reaction(handler: Handler) -> None:
        handler.wfile.write(f"HTTP/1.1 {hint}\r\nLink: </>\r\n\r\n".encode())
        handler.respond(b'{"success": true}')

    stub.reacts(reaction)
    # Not repeated, as a read would be.
    client.rcs.delete("77000000001")


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n44.631"],
    ids=["nothing", "no end of the head", "too short"],
)
def test_answer_that_breaks_off_is_an_error(
    client: SevenClient, stub: Stub, answer: bytes
) -> None:
    stub.sends(answer)
    with pytest.raises(GatewayError):
        client.balance.get()
