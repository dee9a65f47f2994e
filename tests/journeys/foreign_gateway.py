"""A second, independent imitation of the gateway: small and by the specification.

The sandbox was written beside the client, so both could share a mistake. This one
knows only the published shapes, answers strictly by the specification, keeps what
it accepted in memory, and can drop answers after accepting. Run it by hand with
``python -m tests.journeys.foreign_gateway PORT``; ``GET /received`` counts.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import threading
import time
from collections import Counter
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
PRICE = 0.075


class World:
    """What was accepted, counted under one lock."""

    def __init__(self, *, drop_share: float, latency_s: float, seed: int) -> None:
        self.lock = threading.Lock()
        self.ids = itertools.count(77_000_000_001)
        self.messages: list[dict[str, Any]] = []
        self.hooks: list[dict[str, Any]] = []
        self.random = random.Random(seed)
        self.drop_share = drop_share
        self.latency_s = latency_s

    def accept(self, form: dict[str, str]) -> dict[str, Any]:
        message = {
            "id": str(next(self.ids)),
            "to": form["to"].lstrip("+"),
            "from": form.get("from", "SMS"),
            "text": form["text"],
            "foreign_id": form.get("foreign_id"),
            "at": time.time(),
        }
        with self.lock:
            self.messages.append(message)
        return message

    def state_of(self, message: dict[str, Any]) -> str:
        return "DELIVERED" if time.time() - message["at"] > 2 else "TRANSMITTED"

    def counts(self) -> dict[str, int]:
        with self.lock:
            return dict(Counter(message["to"] for message in self.messages))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    world: World
    server: ThreadingHTTPServer

    def log_message(self, *arguments: object) -> None:
        pass

    def answer(self, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def form(self) -> dict[str, str]:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "json" in self.headers.get("Content-Type", ""):
            return {key: str(value) for key, value in json.loads(raw).items()}
        return {key: values[-1] for key, values in parse_qs(raw.decode()).items()}

    def query(self) -> dict[str, str]:
        parsed = parse_qs(urlsplit(self.path).query)
        return {key: values[-1] for key, values in parsed.items()}

    def handle_one_request(self) -> None:
        """Serve nobody any more over a kept connection once the server is closed."""
        super().handle_one_request()
        self.close_connection = self.close_connection or self.is_away

    @property
    def is_away(self) -> bool:
        return self.server.socket.fileno() == -1

    def parse_request(self) -> bool:
        if self.is_away:
            self.close_connection = True
            return False
        return super().parse_request()

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        form = self.form()
        if path == "/api/sms":
            self.send_sms(form)
        elif path == "/api/hooks":
            self.world.hooks.append({"id": len(self.world.hooks) + 1, **form})
            self.answer({"success": True, "id": len(self.world.hooks)})
        else:
            self.send_error(404)

    def send_sms(self, form: dict[str, str]) -> None:
        time.sleep(self.world.latency_s)
        message = self.world.accept(form)
        if self.world.random.random() < self.world.drop_share:
            self.close_connection = True
            self.connection.close()
            return
        shown = {
            "id": message["id"],
            "sender": message["from"],
            "recipient": message["to"],
            "text": message["text"],
            "encoding": "gsm",
            "parts": 1,
            "price": PRICE,
            "success": True,
            "error": None,
            "error_text": None,
        }
        self.answer(
            {
                "success": "100",
                "total_price": PRICE,
                "balance": 1000.0,
                "debug": "false",
                "sms_type": "direct",
                "messages": [shown],
            }
        )

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        answers: dict[str, Any] = {
            "/received": self.world.counts,
            "/api/balance": lambda: {"amount": 1000.0, "currency": "EUR"},
            "/api/journal/outbound": self.journal,
            "/api/status": self.status,
            "/api/hooks": lambda: {"success": True, "hooks": self.world.hooks},
            "/api/pricing": self.pricing,
        }
        if path.startswith("/api/analytics/"):
            self.answer([])
        elif path in answers:
            self.answer(answers[path]())
        else:
            self.send_error(404)

    def journal(self) -> list[dict[str, Any]]:
        query = self.query()
        limit, offset = int(query.get("limit", 100)), int(query.get("offset", 0))
        to = query.get("to", "").lstrip("+")
        with self.world.lock:
            found = [m for m in reversed(self.world.messages) if to in ("", m["to"])]
        return [self.row(m) for m in found[offset : offset + min(limit, 100)]]

    def row(self, message: dict[str, Any]) -> dict[str, Any]:
        at = datetime.fromtimestamp(message["at"], BERLIN)
        return {
            "id": message["id"],
            "to": message["to"],
            "from": message["from"],
            "text": message["text"],
            "timestamp": at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3],
            "price": f"{PRICE:.4f}",
            "dlr": self.world.state_of(message),
            "dlr_timestamp": at.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3],
            "type": "direct",
            "connection": "http",
            "label": None,
            "foreign_id": message["foreign_id"],
        }

    def status(self) -> list[dict[str, Any]]:
        wanted = set(self.query().get("msg_id", "").split(","))
        with self.world.lock:
            found = [m for m in self.world.messages if m["id"] in wanted]
        return [
            {"id": m["id"], "status": self.world.state_of(m), "status_time": None}
            for m in found
        ]

    def pricing(self) -> dict[str, Any]:
        network: dict[str, Any] = {
            "mcc": None,
            "mncs": None,
            "networkName": None,
            "price": PRICE,
            "features": [],
            "comment": None,
        }
        germany = {
            "countryCode": "DE",
            "countryName": "Germany",
            "countryPrefix": "49",
            "networks": [network],
        }
        return {"countCountries": 1, "countNetworks": 1, "countries": [germany]}


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


def serve(port: int = 0, *, known: World | None = None, **world: Any) -> Server:
    """Start on a free or the given port in a thread; the caller shuts it down.

    `known` is the world of an earlier server, which this one goes on with.
    """
    held = known or World(**world)
    handler = type("BoundHandler", (Handler,), {"world": held})
    server = Server(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--drop-share", type=float, default=0.01)
    parser.add_argument("--latency-s", type=float, default=0.05)
    options = parser.parse_args()
    serve(
        options.port,
        drop_share=options.drop_share,
        latency_s=options.latency_s,
        seed=1,
    )
    threading.Event().wait()
