"""Says in a sentence that the database or the disk is away, not in an error page."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable

from django.core.signals import got_request_exception
from django.db.utils import InterfaceError, OperationalError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

Respond = Callable[[HttpRequest], HttpResponseBase]

RETRY_AFTER_S = 5
# No right, read-only, full, over its quota, broken.
OF_THE_DISK = frozenset(
    (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO)
)


@receiver(got_request_exception, dispatch_uid="note-outage")
def note(sender: object, request: HttpRequest | None = None, **_: object) -> None:
    # Each layer of middleware turns an error into a 500 before the next one sees it;
    # this signal is the only place that all of them pass.
    page = _page_for(sys.exc_info()[1])
    if request is not None and page:
        request.outage_page = page  # type: ignore[attr-defined]


def _page_for(error: BaseException | None) -> str:
    if isinstance(error, OperationalError | InterfaceError):
        return "503.html"
    is_disk = isinstance(error, OSError) and error.errno in OF_THE_DISK
    return "503_disk.html" if is_disk else ""


def service_away(respond: Respond) -> Respond:
    """Answer 503 with what to do, where a request failed for want of a service."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = respond(request)
        template = getattr(request, "outage_page", "")
        if response.status_code != 500 or not template:
            return response
        page = render(None, template, status=503)
        page.headers["Retry-After"] = str(RETRY_AFTER_S)
        return page

    return middleware
