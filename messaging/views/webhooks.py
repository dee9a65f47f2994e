"""The letterbox: what the gateway posts is verified, stored and answered."""

from __future__ import annotations

import logging

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.request import HttpHeaders, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from messaging import bell, tasks
from messaging.services import letterbox
from messaging.services.letterbox import Post, Verdict
from seven_dashboard import sources
from seven_dashboard.gateway import signing

logger = logging.getLogger(__name__)

# As the server names them: asking for three costs less than reading all.
_TIMESTAMP, _NONCE, _SIGNATURE = (
    HttpHeaders.to_wsgi_name(name)
    for name in (
        signing.TIMESTAMP_HEADER,
        signing.NONCE_HEADER,
        signing.SIGNATURE_HEADER,
    )
)
# gateway.md 4: repeated on 429, 5xx and lost connections only. Whatever may get better
# is a 503; the others are final on purpose.
_STATUS = {
    Verdict.STORED: 200,
    Verdict.KNOWN: 200,
    Verdict.NO_SUCH_TOKEN: 404,
    Verdict.UNSIGNED: 401,
    Verdict.FOREIGN: 403,
    Verdict.TOO_LARGE: 413,
    Verdict.NO_KEY: 503,
    Verdict.UNREADABLE_KEY: 503,
    Verdict.UNLISTED: 503,
}


@csrf_exempt
@require_http_methods(["GET", "POST"])
def webhook_receive(request: HttpRequest, token: str) -> HttpResponse:
    try:
        post = _post(request, token)
        verdict = letterbox.take_in(post) if post else Verdict.TOO_LARGE
    except UnreadablePostError:
        # The connection broke: whoever sent it knows, and comes again.
        return _answer(400)
    except DatabaseError as error:
        logger.warning("event not stored", extra={"reason": type(error).__name__})
        return _answer(503)
    except Exception:
        # A mistake of ours must not be the end of an event.
        logger.exception("event not taken in")
        return _answer(503)
    if verdict is Verdict.STORED:
        bell.ring(tasks.ring_apply_events)
    return _answer(_STATUS[verdict])


def _post(request: HttpRequest, token: str) -> Post | None:
    """Return the request with the address the gateway used, None if too large."""
    body = _body(request)
    if body is None:
        return None
    query = request.META.get("QUERY_STRING", "")
    source = _source(request)
    listed = settings.WEBHOOK_SOURCES
    return Post(
        token=token,
        method=request.method or "",
        # Behind a proxy the request's own host and scheme are not what was signed.
        url=f"{settings.PUBLIC_URL}{request.path}{'?' if query else ''}{query}",
        query=query,
        content_type=request.META.get("CONTENT_TYPE", ""),
        body=body,
        timestamp=request.META.get(_TIMESTAMP),
        nonce=request.META.get(_NONCE),
        signature=request.META.get(_SIGNATURE),
        source=str(source or ""),
        is_listed=not listed or sources.is_listed(source, listed),
    )


def _body(request: HttpRequest) -> bytes | None:
    """Return the body as it was signed, None if too large."""
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if not declared.isdecimal() or int(declared) > letterbox.MAX_BYTES:
        return None
    if request.META.get("HTTP_TRANSFER_ENCODING"):
        # In chunks, as a proxy may pass it on: it names no length, and to Django it
        # would be empty. The server ends it where it ends.
        stream = request.META["wsgi.input"]
        body: bytes = stream.read(letterbox.MAX_BYTES + 1)
        return body if len(body) <= letterbox.MAX_BYTES else None
    try:
        return request.body
    except RequestDataTooBig:
        return None


def _source(request: HttpRequest) -> sources.Address | None:
    return sources.address(
        peer=request.META.get("REMOTE_ADDR", ""),
        forwarded_for=request.META.get("HTTP_X_FORWARDED_FOR", ""),
        is_behind_proxy=settings.BEHIND_PROXY,
    )


def _answer(status: int) -> HttpResponse:
    # Said here, because no middleware does; else the answer comes in chunks.
    headers = {"Content-Length": "0"}
    return HttpResponse(status=status, content_type="text/plain", headers=headers)
