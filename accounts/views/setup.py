from __future__ import annotations

from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.forms.setup import SetupForm
from accounts.selectors import memberships
from accounts.services import people
from accounts.views import refusals
from seven_dashboard.errors import Refused


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Make the first person and workspace; once somebody exists, lead to sign-in."""
    if not people.is_first_start():
        return redirect("home")
    form = SetupForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user, workspace = people.set_up(**form.cleaned_data)
        except Refused as refused:
            refusals.add_to(form, refused)
        else:
            login(request, user)
            memberships.choose(request, workspace)
            return redirect("accounts:connection")
    return render(request, "accounts/setup/form.html", {"form": form})
