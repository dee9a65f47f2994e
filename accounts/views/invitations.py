from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.forms.setup import NewPersonForm
from accounts.models import Invitation, Membership, User
from accounts.selectors import memberships
from accounts.services import invitations, people
from accounts.views import refusals
from seven_dashboard.errors import Refused


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Let the holder of the link join: signed in, by signing in, or as somebody new."""
    invitation = invitations.find(token)
    if invitation is None:
        return render(request, "accounts/invitations/closed.html", status=404)
    if isinstance(request.user, User):
        return _accept(request, invitation, request.user)
    if people.has_account(invitation.email):
        context = {"invitation": invitation}
        return render(request, "accounts/invitations/sign_in.html", context)
    return _accept_as_new(request, invitation)


def _accept(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    is_theirs = invitations.belongs_to(invitation, user)
    if request.method == "POST" and is_theirs:
        try:
            membership = invitations.accept(invitation=invitation, user=user)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("home")
        return _welcome(request, membership)
    context = {"invitation": invitation, "is_theirs": is_theirs}
    return render(request, "accounts/invitations/accept.html", context)


def _accept_as_new(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = NewPersonForm(request.POST or None, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        try:
            user, membership = invitations.accept_as_new(
                invitation=invitation, **form.cleaned_data
            )
        except Refused as refused:
            refusals.add_to(form, refused)
        else:
            login(request, user)
            return _welcome(request, membership)
    context = {"form": form, "invitation": invitation}
    return render(request, "accounts/invitations/join.html", context)


def _welcome(request: HttpRequest, membership: Membership) -> HttpResponse:
    memberships.choose(request, membership.workspace)
    name = membership.workspace.name
    messages.success(request, _("Welcome to %(name)s.") % {"name": name})
    return redirect("home")
