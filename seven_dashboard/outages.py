"""Says in a sentence that the database is away, instead of an error page."""

from __future__ import annotations

import sys
from collections.abc import Callable

from django.core.signals import got_request_exception
from django.db.utils import InterfaceError, OperationalError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

Respond = Callable[[HttpRequest], HttpResponseBase]

RETRY_AFTER_S = 5


@receiver(got_request_exception, dispatch_uid="note-database-outage")
def note(sender: object, request: HttpRequest | None = None, **_: object) -> None:
    # Each layer of middleware turns an error into a 500 before the next one sees it;
    # this signal is the only place that all of them pass.
    error = sys.exc_info()[1]
    if request is not None and isinstance(error, OperationalError | InterfaceError):
        request.is_without_database = True  # type: ignore[attr-defined]


def database_away(respond: Respond) -> Respond:
    """Answer 503 with what to do, where a request failed for want of the database."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = respond(request)
        if response.status_code != 500 or not hasattr(request, "is_without_database"):
            return response
        page = render(None, "503.html", status=503)
        page.headers["Retry-After"] = str(RETRY_AFTER_S)
        return page

    return middleware
