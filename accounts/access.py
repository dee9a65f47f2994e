"""Who may open a view: decorators, and the request that views then get.

Objects of a workspace are fetched by one function of each noun, through
`request.workspace`, so that a stranger gets 404. A member without the right gets 403.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from accounts.models import Membership, User, Workspace
from accounts.rights import Right, allows

P = ParamSpec("P")


class HtmxHttpRequest(HttpRequest):
    htmx: HtmxDetails


class PersonRequest(HtmxHttpRequest):
    """A request of somebody signed in, with or without a workspace."""

    user: User


class WorkspaceRequest(PersonRequest):
    """A request of a member who has the right that the view asks for."""

    workspace: Workspace
    membership: Membership


PersonView = Callable[Concatenate[PersonRequest, P], HttpResponseBase]
MemberView = Callable[Concatenate[WorkspaceRequest, P], HttpResponseBase]
AnyView = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

# What the views below ask for, for whoever wants to know without asking them.
_RIGHTS: dict[Callable[..., object], Right] = {}


def signed_in(view: PersonView[P]) -> AnyView[P]:
    """Let anybody signed in open the view; send others to the sign-in page."""

    @wraps(view)
    def guarded(
        request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        return view(cast(PersonRequest, request), *args, **kwargs)

    return guarded


def member(right: Right) -> Callable[[MemberView[P]], AnyView[P]]:
    """Let members with `right` open the view, in the workspace they work under."""

    def decorate(view: MemberView[P]) -> AnyView[P]:
        @wraps(view)
        def guarded(
            request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_sign_in(request)
            theirs = cast(WorkspaceRequest, request)
            # Lazy: `accounts.middleware.workspace` put it there.
            if not theirs.membership:
                return redirect("accounts:workspace_create")
            if not allows(theirs.membership.role, right):
                raise PermissionDenied
            theirs.workspace = theirs.membership.workspace
            return view(theirs, *args, **kwargs)

        _RIGHTS[guarded] = right
        return guarded

    return decorate


def right_of(view: Callable[..., object] | None) -> Right | None:
    """Return the right that a view asks for, None where it asks for no membership."""
    while view is not None:
        if view in _RIGHTS:
            return _RIGHTS[view]
        view = getattr(view, "__wrapped__", None)
    return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    answer = redirect_to_login(_page_of(request))
    if getattr(request, "htmx", False):
        # A swapped-in sign-in form would stand inside the page that asked.
        return HttpResponseClientRedirect(answer.url)
    return answer


def _page_of(request: HttpRequest) -> str:
    """Return where to go on after signing in: never a fragment or a form target."""
    htmx = getattr(request, "htmx", None)
    if htmx:
        return htmx.current_url_abs_path or "/"
    return request.get_full_path() if request.method in {"GET", "HEAD"} else "/"
