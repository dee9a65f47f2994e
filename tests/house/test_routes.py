"""Every route refuses a signed-out visitor and another workspace's member."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import User

OURS = ("accounts", "contacts", "messaging")
# Open on purpose: first start, an invitation's holder, the signed gateway.
OPEN = {
    "accounts:setup",
    "accounts:invitation_accept",
    "messaging:webhook_receive",
    # The gateway's word on a caller number: a hint that is checked.
    "messaging:caller_told",
    "set_language",
    "javascript-catalog",
}
SAMPLE_ARGUMENTS: dict[str, object] = {
    "UUIDConverter": uuid4(),
    "IntConverter": 987654321,
    "SlugConverter": "nothing-here",
    "StringConverter": "nothing-here",
}


def _walk(
    resolver: URLResolver, namespace: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = entry.namespace or namespace
            if inner not in {"admin", "djdt"}:
                yield from _walk(entry, inner)
        elif entry.name:
            yield f"{namespace}:{entry.name}" if namespace else entry.name, entry


def _ours() -> list[tuple[str, URLPattern]]:
    return [
        (name, pattern)
        for name, pattern in _walk(get_resolver())
        if name == "home" or name.split(":")[0] in OURS
    ]


def _path(name: str, pattern: URLPattern) -> str:
    from django.urls import reverse

    arguments = {
        key: SAMPLE_ARGUMENTS[type(converter).__name__]
        for key, converter in pattern.pattern.converters.items()
    }
    return reverse(name, kwargs=arguments)


ROUTES = _ours()
NAMES = [name for name, _ in ROUTES]


def test_routes_are_found() -> None:
    assert len(ROUTES) > 30


@pytest.mark.django_db
@pytest.mark.parametrize("route", ROUTES, ids=NAMES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_signed_out_visitor_sees_nothing(
    route: tuple[str, URLPattern], method: str, owner: User
) -> None:
    name, pattern = route
    if name in OPEN:
        return
    response = getattr(Client(), method)(_path(name, pattern))
    signed_in_needed = response.status_code == 302 and "/login/" in response["Location"]
    assert signed_in_needed or response.status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(
    "route", [r for r in ROUTES if r[1].pattern.converters], ids=str
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_unknown_object_is_not_found(
    route: tuple[str, URLPattern], method: str, owner: User
) -> None:
    name, pattern = route
    if name in OPEN:
        return
    client = Client()
    client.force_login(owner)
    response = getattr(client, method)(_path(name, pattern))
    assert response.status_code in {404, 405}
