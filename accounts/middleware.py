"""Puts the workspace that the person has chosen on the request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from accounts.selectors import memberships

Respond = Callable[[HttpRequest], HttpResponseBase]


def workspace(respond: Respond) -> Respond:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        # Lazy: a page that needs no workspace asks no query for it.
        request.membership = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: memberships.current(request)
        )
        return respond(request)

    return middleware
