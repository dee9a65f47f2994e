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


def test_routes_are_found() -> None:
    assert len(ROUTES) > 30


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_signed_out_visitor_sees_nothing(method: str, owner: User) -> None:
    seen = {}
    for name, pattern in ROUTES:
        if name in OPEN:
            continue
        answer = getattr(Client(), method)(_path(name, pattern))
        is_sent_away = answer.status_code == 302 and "/login/" in answer["Location"]
        if not is_sent_away and answer.status_code != 405:
            seen[name] = answer.status_code
    assert seen == {}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_unknown_object_is_not_found(method: str, owner: User) -> None:
    client = Client()
    client.force_login(owner)
    found = {}
    for name, pattern in ROUTES:
        if name in OPEN or not pattern.pattern.converters:
            continue
        status = getattr(client, method)(_path(name, pattern)).status_code
        if status not in {404, 405}:
            found[name] = status
    assert found == {}
