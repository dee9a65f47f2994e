"""One URL list for each prefix, included from the apps."""

from __future__ import annotations

from importlib import import_module

from django.contrib import admin
from django.urls import URLResolver, include, path

from accounts.views.personal import set_language
from seven_dashboard import frame_views, styleguide


def app(name: str, prefixes: dict[str, str]) -> URLResolver:
    """Include the URL lists of an app under one namespace.

    All lists stand in one include, because Django reverses only into the first of
    several includes that share a namespace.
    """
    lists = [
        path(prefix, include(import_module(f"{name}.urls.{module}").urlpatterns))
        for prefix, module in prefixes.items()
    ]
    return path("", include((lists, name)))


urlpatterns = [
    path("", include("messaging.urls.home")),
    app(
        "messaging",
        {
            "campaigns/": "campaigns",
            "templates/": "templates",
            "messages/": "messages",
            "sending-rules/": "rules",
            "stop-words/": "stop_words",
            "inbox/": "inbox",
            "callers/": "callers",
            "webhooks/": "webhooks",
            "events/": "events",
            "analytics/": "analytics",
            "journal/": "journal",
            "calls/": "calls",
        },
    ),
    app(
        "contacts",
        {
            "contacts/jobs/": "jobs",
            "contacts/exports/": "exports",
            "contacts/sync/": "sync",
            "contacts/": "contacts",
            "groups/": "groups",
            "segments/": "segments",
            "imports/": "imports",
            "lookups/": "lookups",
            "fields/": "fields",
            "opt-outs/": "opt_outs",
            "duplicates/": "duplicates",
            "merges/": "merges",
        },
    ),
    app(
        "accounts",
        {
            "account/numbers/": "numbers",
            "account/subaccounts/": "subaccounts",
            "account/hooks/": "hooks",
            "account/": "account",
            "workspaces/": "workspaces",
            "setup/": "setup",
        },
    ),
    path("auth/", include("allauth.urls")),
    path("language/", set_language, name="set_language"),
    path("theme/", frame_views.set_theme, name="set_theme"),
    path("pages/", frame_views.palette, name="palette"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("styleguide/<slug:page>/", styleguide.styleguide, name="styleguide_page"),
    path("admin/", admin.site.urls),
]
