"""One URL list for each prefix, included from the apps."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("", include("messaging.urls.home")),
    path("campaigns/", include("messaging.urls.campaigns")),
    path("webhooks/", include("messaging.urls.webhooks")),
    path("analytics/", include("messaging.urls.analytics")),
    path("contacts/", include("contacts.urls.contacts")),
    path("groups/", include("contacts.urls.groups")),
    path("imports/", include("contacts.urls.imports")),
    path("opt-outs/", include("contacts.urls.opt_outs")),
    path("account/", include("accounts.urls.account")),
    path("workspaces/", include("accounts.urls.workspaces")),
    path("setup/", include("accounts.urls.setup")),
    path("auth/", include("allauth.urls")),
    path("language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
]
