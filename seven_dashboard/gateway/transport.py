"""One HTTP call to the gateway: credentials, time limits, signature, outcome.

The only importer of requests. Reads are repeated when that is safe; everything else
is tried once, because only the caller can find out what became of it.
"""

from __future__ import annotations

import copy
import email.utils
import logging
import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import DEFAULT_POOLBLOCK, HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError

from seven_dashboard.gateway import fields, signing
from seven_dashboard.gateway.answers import (
    Answer,
    read_answer,
    refusal_detail,
    refusal_word,
)
from seven_dashboard.gateway.credentials import Credentials
from seven_dashboard.gateway.errors import (
    GatewayError,
    GatewayUnavailable,
    Throttled,
    UnclearOutcome,
    error_for_status,
)
from seven_dashboard.gateway.wire import POOLS, departure

Session = requests.Session

logger = logging.getLogger(__name__)

CLIENT_TAG: Final = "seven-dashboard"
MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024
_CHUNK_BYTES: Final = 64 * 1024
_CONNECT_TIMEOUT_S: Final = 5.0


class _TrackedAdapter(HTTPAdapter):
    """Use connections that note when a request leaves.

    What is the same for every call is worked out once, and what nobody reads is left
    out: a campaign makes a million of them, and these steps were a third of each.
    """

    # Pools by scheme and host; certificates are always checked, so they are alike.
    _pools: dict[str, Any]

    def init_poolmanager(
        self,
        connections: int,
        maxsize: int,
        block: bool = DEFAULT_POOLBLOCK,
        **pool_kwargs: Any,
    ) -> None:
        super().init_poolmanager(connections, maxsize, block, **pool_kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS
        self._pools = {}

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> Any:
        origin = "/".join((request.url or "").split("/", 3)[:3])
        pool = self._pools.get(origin)
        if pool is None:
            pool = super().get_connection_with_tls_context(request, *args, **kwargs)
            self._pools[origin] = pool
        return pool

    def request_url(
        self, request: requests.PreparedRequest, proxies: Any = None
    ) -> str:
        # No call goes by a proxy (`new_session`), so it is the path and the query.
        return _target(request.url or "")

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> Any:
        # Without cookies, charset and history. Its headers know no case either.
        response = requests.Response()
        response.status_code = resp.status
        response.headers = resp.headers
        response.raw = resp
        return response

    def close(self) -> None:
        self._pools.clear()
        super().close()


def new_session(*, pool_size: int = 10) -> requests.Session:
    """Return a pooled session that several clients and threads may share.

    It reads no proxies, netrc or certificates from the environment, keeps no cookies
    and repeats nothing. At most `pool_size` calls run at once; further ones wait.
    """
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("https://", "http://"):
        adapter = _TrackedAdapter(
            pool_connections=4, pool_maxsize=pool_size, pool_block=True
        )
        session.mount(scheme, adapter)
    return session


@dataclass(frozen=True, slots=True)
class Repeats:
    """Say how reads are repeated: full jitter under a doubling ceiling.

    A Retry-After longer than `longest_pause_s` is handed to the caller instead.
    """

    attempts: int = 3
    first_pause_s: float = 0.3
    longest_pause_s: float = 10.0
    sleep: Callable[[float], None] = time.sleep
    rng: random.Random = field(default_factory=random.Random, repr=False)

    def pause_s(self, *, attempt: int, error: GatewayError) -> float | None:
        """Return the pause before the next attempt, None if there is to be none."""
        if attempt >= self.attempts or not isinstance(
            error, Throttled | GatewayUnavailable | UnclearOutcome
        ):
            return None
        if error.code is not None:
            return None
        if error.retry_after_s is not None:
            wanted = error.retry_after_s
            return wanted if wanted <= self.longest_pause_s else None
        ceiling = min(self.longest_pause_s, self.first_pause_s * 2 ** (attempt - 1))
        return self.rng.uniform(0, ceiling)


@dataclass(frozen=True, slots=True)
class Call:
    """Describe one request before credentials are added."""

    operation: str
    method: str
    url: str
    form: bytes | None = field(repr=False)


class Transport:
    """Carry calls to one base URL with one set of credentials, from any thread."""

    def __init__(
        self,
        *,
        base_url: str,
        credentials: Credentials | None = None,
        timeout_s: float = 15.0,
        pool_size: int = 10,
        session: requests.Session | None = None,
        repeats: Repeats | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._base_url = checked_base_url(base_url)
        self._credentials = credentials or Credentials()
        self._timeout_s = timeout_s
        self._owns_session = session is None
        self._session = session or new_session(pool_size=pool_size)
        self._repeats = repeats or Repeats()
        self._clock = clock
        # When reads give up, by the monotonic clock.
        self._deadline: float | None = None
        adapter = self._session.get_adapter(self._base_url)
        self._is_tracked = isinstance(adapter, _TrackedAdapter)
        # A session of our own adds nothing to a call but the time it takes.
        self._send: Callable[..., requests.Response] = (
            adapter.send if self._is_tracked else self._session_send
        )

    def __repr__(self) -> str:
        return f"<Transport {self._base_url}>"

    def until(self, deadline: float) -> Transport:
        """Return the same, but for reads that are over at a monotonic moment."""
        limited = copy.copy(self)
        limited._deadline = deadline
        limited._owns_session = False
        return limited

    def close(self) -> None:
        """Close the connections, unless the session was given to us."""
        if self._owns_session:
            self._session.close()

    def read(
        self,
        operation: str,
        path: str,
        *,
        query: Mapping[str, object] | None = None,
        is_free: bool = True,
    ) -> Answer:
        """Return the answer to a GET; a free one is repeated when it fails."""
        encoded = fields.encoded(query or {})
        url = f"{self._base_url}{path}" + (f"?{encoded}" if encoded else "")
        call = Call(operation, "GET", url, None)
        attempt = 1
        while True:
            left_s = self._left_s()
            if left_s <= 0:
                raise GatewayUnavailable(operation=operation)
            outcome = self._attempt(call, timeout_s=min(self._timeout_s, left_s))
            if isinstance(outcome, Answer):
                return outcome
            pause_s = self._repeats.pause_s(attempt=attempt, error=outcome)
            if pause_s is None or not is_free or pause_s >= self._left_s():
                raise outcome
            self._repeats.sleep(pause_s)
            attempt += 1

    def _left_s(self) -> float:
        return math.inf if self._deadline is None else self._deadline - time.monotonic()

    def write(
        self,
        operation: str,
        method: str,
        path: str,
        *,
        form: Mapping[str, object] | None = None,
    ) -> Answer:
        """Return the answer to a call that changes something; it is tried once."""
        url = f"{self._base_url}{path}"
        call = Call(operation, method, url, None if form is None else _body(form))
        outcome = self._attempt(call, timeout_s=self._timeout_s)
        if isinstance(outcome, GatewayError):
            raise outcome
        return outcome

    def _attempt(self, call: Call, *, timeout_s: float) -> Answer | GatewayError:
        # Errors are returned, not raised, so that no exception of requests, which
        # holds the request and its key, becomes the context of ours.
        started = time.perf_counter()
        outcome = self._outcome(call, timeout_s=timeout_s)
        logger.debug(
            "gateway call",
            extra={
                "operation": call.operation,
                "outcome": type(outcome).__name__,
                "duration_ms": round((time.perf_counter() - started) * 1000),
            },
        )
        return outcome

    def _outcome(self, call: Call, *, timeout_s: float) -> Answer | GatewayError:
        departure.has_left = False
        try:
            response = self._send(
                self._prepared(call),
                stream=True,
                timeout=(min(_CONNECT_TIMEOUT_S, timeout_s), timeout_s),
                verify=True,
            )
        except (HTTPError, OSError, ValueError):
            # With a foreign session nobody noted whether the request left.
            has_left = departure.has_left or not self._is_tracked
            kind = UnclearOutcome if has_left else GatewayUnavailable
            return kind(operation=call.operation)
        return self._received(call, response, timeout_s=timeout_s)

    def _session_send(
        self, request: requests.PreparedRequest, **options: Any
    ) -> requests.Response:
        return self._session.send(request, allow_redirects=False, **options)

    def _prepared(self, call: Call) -> requests.PreparedRequest:
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip" if call.method == "GET" else "identity",
            "User-Agent": CLIENT_TAG,
            "SentWith": CLIENT_TAG,
            **self._credentials.headers(),
        }
        if call.form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if call.method != "GET":
            headers["Content-Length"] = str(len(call.form or b""))
        request = requests.PreparedRequest()
        request.method = call.method
        request.url = _prepared_url(call.url)
        # Nobody looks for one of them in another spelling but a foreign session.
        request.headers = headers  # type: ignore[assignment]
        request.body = call.form
        if not self._is_tracked:
            request.headers = CaseInsensitiveDict(headers)
            request.prepare_cookies({})
        signing_key = self._credentials.signing_key
        if signing_key:
            signature = signing.signed_headers(
                key=signing_key.reveal(),
                method=call.method,
                url=request.url or call.url,
                body=call.form or b"",
                timestamp=int(self._clock()),
            )
            request.headers.update(signature)
        return request

    def _received(
        self, call: Call, response: requests.Response, *, timeout_s: float
    ) -> Answer | GatewayError:
        try:
            body = self._bounded_body(response, timeout_s=timeout_s)
        except (HTTPError, OSError, ValueError):
            body = None
        finally:
            response.close()
        status = response.status_code
        if not 200 <= status < 300:
            return error_for_status(
                status,
                retry_after_s=self._retry_after_s(response.headers.get("Retry-After")),
                detail=refusal_detail(body or b""),
                word=refusal_word(body or b""),
                operation=call.operation,
            )
        if body is None:
            return UnclearOutcome(http_status=status, operation=call.operation)
        return read_answer(body, operation=call.operation)

    def _bounded_body(
        self, response: requests.Response, *, timeout_s: float
    ) -> bytes | None:
        """Return the whole body, None if it is too long or too slow."""
        deadline = time.monotonic() + timeout_s
        chunks: list[bytes] = []
        size = 0
        while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
            chunks.append(chunk)
            size += len(chunk)
            if size > MAX_ANSWER_BYTES or time.monotonic() > deadline:
                return None
        return b"".join(chunks)

    def _retry_after_s(self, header: str | None) -> float | None:
        """Return the seconds to wait, out of seconds or an HTTP date."""
        if not header:
            return None
        if header.strip().isdecimal() and len(header) < 10:
            return float(header)
        try:
            at = email.utils.parsedate_to_datetime(header).timestamp()
        except (ValueError, OverflowError):
            return None
        return max(0.0, at - self._clock())


def checked_base_url(base_url: str) -> str:
    """Return the base URL without a closing slash, or raise ValueError.

    The error does not repeat the URL: someone may have put a key into it.
    """
    parts = urlsplit(base_url.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("the base URL must start with http:// or https:// and a host")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("the base URL must hold no sign-in, query or fragment")
    return base_url.strip().rstrip("/")


@lru_cache(maxsize=64)
def _prepared_url(url: str) -> str:
    request = requests.PreparedRequest()
    request.prepare_url(url, None)
    return request.url or url


@lru_cache(maxsize=64)
def _target(url: str) -> str:
    request = requests.PreparedRequest()
    request.url = url
    return request.path_url


def _body(form: Mapping[str, object]) -> bytes:
    return fields.encoded(form).encode()
