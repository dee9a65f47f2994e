"""The frame with pages that say their name, for tests of the frame alone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.views.i18n import set_language

from seven_dashboard import frame_views, styleguide

handler403 = "tests.look.urls.forbidden"


def page(request: HttpRequest) -> HttpResponse:
    return render(request, "styleguide/empty.html")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def failing(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)


urlpatterns = [
    path("", page, name="home"),
    path(
        "",
        include(
            (
                [
                    path("campaigns/", page, name="campaign_list"),
                    path("campaigns/new/", page, name="campaign_create"),
                    path("campaigns/7/", page, name="campaign_detail"),
                    path("send/", page, name="quick_send_number"),
                ],
                "messaging",
            )
        ),
    ),
    path(
        "",
        include(
            (
                [
                    path("contacts/", page, name="contact_list"),
                    path("groups/", page, name="group_list"),
                    path("fields/", page, name="field_list"),
                    path("contacts/new/", page, name="contact_create"),
                ],
                "contacts",
            )
        ),
    ),
    path("", include(([path("setup/", page, name="setup")], "accounts"))),
    path("auth/", include("allauth.urls")),
    path("language/", set_language, name="set_language"),
    path("theme/", frame_views.set_theme, name="set_theme"),
    path("pages/", frame_views.palette, name="palette"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("styleguide/<slug:page>/", styleguide.styleguide, name="styleguide_page"),
]
