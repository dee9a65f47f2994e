"""Where a form leads back to, never to another site."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme


def wanted(request: HttpRequest, *, otherwise: str) -> str:
    """Return the address that the form names as `next`, or the page `otherwise`."""
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        target, {request.get_host()}, require_https=request.is_secure()
    )
    return target if is_ours and target.startswith("/") else reverse(otherwise)


def wanted_anywhere(request: HttpRequest, *, otherwise: str) -> str:
    """Return `next` only if it is a page that exists in every workspace."""
    target = wanted(request, otherwise=otherwise).partition("?")[0]
    try:
        match = resolve(target)
    except Resolver404:
        return reverse(otherwise)
    # What has an argument is an object of the workspace that was left.
    return reverse(otherwise) if match.kwargs else target
