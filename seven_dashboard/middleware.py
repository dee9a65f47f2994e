"""What every request passes: health answers, the content security policy, caches."""

from __future__ import annotations

from collections.abc import Callable

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotFound,
)
from django.utils.cache import patch_vary_headers

from seven_dashboard import health as checks

Respond = Callable[[HttpRequest], HttpResponseBase]

POLICY = "; ".join(
    [
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


def health(respond: Respond) -> Respond:
    """Answer probes before host checks, sessions and everything else."""
    answers: dict[str, Callable[[HttpRequest], HttpResponse]] = {
        "/healthz": checks.healthz,
        "/readyz": checks.readyz,
        "/metrics": checks.metrics,
    }

    def middleware(request: HttpRequest) -> HttpResponseBase:
        answer = answers.get(request.path)
        return answer(request) if answer else respond(request)

    return middleware


def no_zero_bytes(respond: Respond) -> Respond:
    """Take zero bytes out of the query: PostgreSQL has no texts with them.

    No page has one in its path. What is posted goes through forms, which refuse them.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path_info:
            return HttpResponseNotFound()
        query = request.META.get("QUERY_STRING", "")
        while "%00" in query:
            query = query.replace("%00", "")
        request.META["QUERY_STRING"] = query
        return respond(request)

    return middleware


def content_security_policy(respond: Respond) -> Respond:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = respond(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        return response

    return middleware


def parts_of_pages(respond: Respond) -> Respond:
    """Tell caches that scripts get parts of a page from its very address.

    A browser that goes back may show what it has of an address, however old; without
    this that may be the part alone.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = respond(request)
        patch_vary_headers(response, ["HX-Request"])
        return response

    return middleware
