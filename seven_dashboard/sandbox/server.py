"""One sandbox, served: wires the parts together and runs them on a loop."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import logging
import signal
import sys
from collections.abc import Callable

from seven_dashboard.sandbox import calls
from seven_dashboard.sandbox.api import PREFIX, Api
from seven_dashboard.sandbox.committing import Committer
from seven_dashboard.sandbox.control import Control
from seven_dashboard.sandbox.http import (
    Answer,
    Request,
    ServerProtocol,
    json_response,
    style_response,
)
from seven_dashboard.sandbox.oauth import PREFIX as OAUTH_PREFIX
from seven_dashboard.sandbox.oauth import OAuthServer
from seven_dashboard.sandbox.options import Options
from seven_dashboard.sandbox.pages import STYLE
from seven_dashboard.sandbox.reports import Reporter
from seven_dashboard.sandbox.schedule import Schedule
from seven_dashboard.sandbox.webhooks import Webhooks
from seven_dashboard.sandbox.world import World

_BACKLOG = 1024
_log = logging.getLogger(__name__)


class Sandbox:
    """The world, its servants, and the door by which requests come in."""

    def __init__(self, options: Options, loop: asyncio.AbstractEventLoop) -> None:
        self.options = options
        self.world = World(options)
        self._schedule = Schedule(loop, self.world.now)
        self._committer = Committer(
            loop, self.world.store, latency_ms=options.latency_ms
        )
        self._webhooks = Webhooks(self.world, self._schedule, self._committer)
        reporter = Reporter(self.world, self._schedule, self._webhooks, self._committer)
        self._reporter = reporter
        self._api = Api(self.world, reporter, self._committer)
        self._oauth = OAuthServer(self.world)
        self._control = Control(self.world, reporter, self._committer, self._oauth)
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        """Listen, go on where a restart interrupted, and return the port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: ServerProtocol(self.handle),
            self.options.host,
            self.options.port,
            backlog=_BACKLOG,
        )
        self._webhooks.resume()
        self._reporter.resume()
        calls.resume(self._reporter)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        """Stop listening and keep what is not kept yet."""
        if self._server is not None:
            self._server.close()
        await self._webhooks.close()
        self.world.store.close()

    def handle(self, request: Request, answer: Answer) -> None:
        """Answer a request; a defect of the sandbox is a logged 500."""
        try:
            self._dispatch(request, answer)
        except Exception:
            _log.exception("%s %s failed", request.method, request.path)
            answer(json_response({"error": "defect of the sandbox"}, status=500))

    def _dispatch(self, request: Request, answer: Answer) -> None:
        if request.target.startswith(PREFIX + "/"):
            self._api.handle(request, answer)
        elif request.target.startswith(OAUTH_PREFIX + "/"):
            response = self._oauth.respond(request)
            self._committer.answer(answer, response, is_late=True)
        elif request.target == "/style.css":
            answer(style_response(STYLE))
        elif _is_loopback(request.peer):
            self._control.handle(request, answer)
        else:
            answer(json_response({"error": "loopback only"}, status=403))


def _is_loopback(peer: str) -> bool:
    try:
        return ipaddress.ip_address(peer).is_loopback
    except ValueError:
        return False


async def serve(options: Options, announce: Callable[[str], None]) -> None:
    """Run until SIGINT or SIGTERM; announce the address once it listens."""
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Event loops of Windows have no signal handlers; Ctrl-C raises there instead.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stopping.set)
    sandbox = Sandbox(options, loop)
    port = await sandbox.start()
    host = f"[{options.host}]" if ":" in options.host else options.host
    announce(f"sandbox listening on http://{host}:{port}")
    try:
        await stopping.wait()
    finally:
        await sandbox.stop()


def run(options: Options, announce: Callable[[str], None]) -> None:
    """Run a sandbox on uvloop where there is one."""
    if sys.platform == "win32":
        asyncio.run(serve(options, announce))
        return
    import uvloop

    uvloop.run(serve(options, announce))
