"""What every request passes first of all: the letterbox takes out what is its own."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from messaging.views.webhooks import webhook_receive

Respond = Callable[[HttpRequest], HttpResponseBase]

PREFIX = "/webhooks/"


def letterbox(respond: Respond) -> Respond:
    """Answer the gateway before anything else can redirect, refuse or change it.

    To the gateway a redirect is success and a 400 is final (gateway.md 4), so a host
    name that a proxy did not pass on, a plain-http hop or a missing slash would lose
    the event for good. The signature is over the query as it came. And nobody needs a
    session here: without one an answer costs a quarter.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        token = _token_of(request.path)
        return webhook_receive(request, token) if token else respond(request)

    return middleware


def _token_of(path: str) -> str:
    if not path.startswith(PREFIX):
        return ""
    token = path.removeprefix(PREFIX).removesuffix("/")
    return "" if "/" in token or "\0" in token else token
