"""Everything below ``/api``: read, identify, route, spoil when a plan says so."""

from __future__ import annotations

import asyncio
import json
from functools import partial

from seven_dashboard.sandbox import auth, resources, routing
from seven_dashboard.sandbox.accounts import Account
from seven_dashboard.sandbox.call import Call, missing
from seven_dashboard.sandbox.committing import Committer
from seven_dashboard.sandbox.fates import ENDING_DIGITS, FATES
from seven_dashboard.sandbox.faults import Fault, FaultPlan, read_fault
from seven_dashboard.sandbox.http import (
    Answer,
    Request,
    Response,
    json_response,
    text_response,
)
from seven_dashboard.sandbox.params import Params, from_body, from_pairs
from seven_dashboard.sandbox.recipients import normalize
from seven_dashboard.sandbox.reports import Reporter
from seven_dashboard.sandbox.world import World

PREFIX = "/api"
# Importing a resource registers its operations.
RESOURCES = resources.__all__
_GARBAGE = b"<html><body>upstream hiccup \x00\xff</body></html>"
_SPOILING = {ending: fate for ending, fate in FATES.items() if fate.fault}


class Api:
    """Answers the gateway's operations."""

    def __init__(self, world: World, reporter: Reporter, committer: Committer) -> None:
        self._world = world
        self._reporter = reporter
        self._committer = committer

    def handle(self, request: Request, answer: Answer) -> None:
        """Answer one request, after the commit of what it changed."""
        self._committer.answer(answer, self._respond(request), is_late=True)

    def _respond(self, request: Request) -> Response:
        path = request.path.removeprefix(PREFIX).rstrip("/")
        route, path_values = routing.find(request.method, path)
        if route is None:
            return missing("Route")
        params = _params(request)
        try:
            caller = auth.identify(self._world, request, params)
            auth.authorize(caller, request, scope=route.scope)
            auth.check_signature(self._world, caller, request)
        except auth.Refused as refused:
            return self._turn_away(request, params, refused)
        call = Call(
            self._world,
            self._reporter,
            caller.account,
            request,
            params,
            path_values,
        )
        return self._perform(route, call)

    def _turn_away(
        self, request: Request, params: Params, refused: auth.Refused
    ) -> Response:
        wants_json = "application/json" in request.headers.get("accept", "") or (
            str(params.get("json")).lower() in ("1", "true")
        )
        reply = json_response if wants_json else text_response
        return reply(refused.code, status=refused.status)

    def _perform(self, route: routing.Route, call: Call) -> Response:
        path = call.request.path.removeprefix(PREFIX)
        call.account.requests[f"{call.request.method} {path}"] += 1
        plan = call.account.faults
        said = partial(_said, call.request)
        fault = plan.draw(route.kind, said)
        if fault is None and route.kind == "read":
            plan = call.account.read_faults
            fault = plan.draw(route.kind, said)
        if fault is None and route.is_send and self._reporter.has_fates(call.account):
            fault = _fated(call)
        if fault is None:
            return _held(call, route.handler(call))
        name = f"{route.path} {fault.name}" if route.kind == "read" else fault.name
        call.account.troubles[name] += 1
        good = route.handler(call) if fault.is_accepted else None
        return self._spoiled(call, plan, fault, good)

    def _spoiled(
        self, call: Call, plan: FaultPlan, fault: Fault, good: Response | None
    ) -> Response:
        if fault.kind == "code":
            return call.code(fault.code)
        if fault.kind == "drop":
            return Response(is_dropped=True)
        if good is not None and fault.kind in _BENT:
            return _BENT[fault.kind](good)
        if good is not None and fault.kind == "slow":
            good.wait_s = plan.slow_s
            return good
        if fault.kind == "garbage":
            return Response(_GARBAGE, content_type="text/html")
        if fault.kind == "hang":
            late = good or Response(is_dropped=True)
            late.wait_s = plan.hang_s or self._world.options.hang_s
            return late
        response = text_response("Service trouble", status=fault.status)
        if fault.status == 429:
            response.headers["Retry-After"] = f"{plan.retry_after_s:g}"
        return response


def _said(request: Request) -> str:
    return f"{request.target} {request.body.decode(errors='replace')}"


def _params(request: Request) -> Params:
    params = from_pairs(request.query)
    if request.body:
        content_type = request.headers.get("content-type", "")
        params |= from_body(request.body, content_type=content_type)
    return params


def _held(call: Call, response: Response) -> Response:
    if call.early_reports:
        response.wait_for = asyncio.ensure_future(_all(call.early_reports))
    return response


async def _all(futures: list[asyncio.Future[None]]) -> None:
    await asyncio.gather(*futures)


def _shortened(good: Response) -> Response:
    """Leave the last entry of a list out, as a gateway that lost one would."""
    if not good.body.startswith(b"["):
        return good
    return json_response(json.loads(good.body)[:-1])


def _plain(good: Response) -> Response:
    """Answer the code of the whole and nothing else, as to a client of long ago."""
    if not good.body.startswith(b"{"):
        return good
    return text_response(str(json.loads(good.body).get("success", "100")))


_BENT = {"short": _shortened, "plain": _plain}


def _fated(call: Call) -> Fault | None:
    """Return the fault that a recipient's ending asks for; the first one decides."""
    for entry in call.texts("to"):
        fate = _SPOILING.get(entry[-ENDING_DIGITS:])
        digits = normalize(entry) if fate is not None else None
        if fate is None or digits is None:
            continue
        if not fate.fault_times or _is_due(call.account, digits, fate.fault_times):
            return read_fault(fate.fault)
    return None


def _is_due(account: Account, digits: str, times: int) -> bool:
    used = account.fate_uses.get(digits, 0)
    if used >= times:
        return False
    account.fate_uses[digits] = used + 1
    return True
