from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language as remember_language

from accounts.access import PersonRequest, signed_in
from accounts.forms.personal import PersonalForm
from accounts.models import User
from accounts.services import people


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def personal(request: PersonRequest) -> HttpResponse:
    user = request.user
    initial = {
        "name": user.get_full_name(),
        "language": user.language,
        "time_zone": user.time_zone,
    }
    form = PersonalForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        people.update(user=user, **form.cleaned_data)
        with translation.override(user.language or None):
            messages.success(request, _("Your settings are saved."))
        return redirect("accounts:personal")
    return render(request, "accounts/personal/form.html", {"form": form})


@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Remember the language in the browser, and for somebody signed in for good."""
    language = request.POST.get("language", "")
    if isinstance(request.user, User) and language in dict(settings.LANGUAGES):
        people.set_language(user=request.user, language=language)
    return remember_language(request)
