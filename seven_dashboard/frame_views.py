"""Pages of the frame itself: the theme and the list of all pages."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from seven_dashboard import navigation
from seven_dashboard.context_processors import THEME_COOKIE, THEMES, Frame

YEAR_S = 365 * 24 * 3600


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or auto, for browsers that run no scripts."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}):
        target = "/"
    response = HttpResponseRedirect(target)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(THEME_COOKIE, theme, max_age=YEAR_S, samesite="Lax")
    return response


@login_required
@require_GET
def palette(request: HttpRequest) -> HttpResponse:
    """List all pages and actions: a page, or the list alone for the dialog."""
    shown = Frame(request).shown
    pages = navigation.entries(navigation.PAGES, shown)
    values = {
        "pages": list(navigation.flat(pages)),
        "actions": navigation.entries(navigation.ACTIONS, shown),
        "typed": navigation.entries(navigation.TYPED, shown),
    }
    is_fragment = request.headers.get("HX-Request") == "true"
    name = "frame/_palette_list.html" if is_fragment else "frame/palette.html"
    return render(request, name, values)
