from __future__ import annotations

from django.urls import path

from contacts.views import lookup_progress, lookups

app_name = "contacts"
urlpatterns = [
    path("", lookups.lookup_list, name="lookup_list"),
    path("new/", lookups.lookup_create, name="lookup_create"),
    path("prices/", lookup_progress.lookup_prices_edit, name="lookup_prices"),
    path("<uuid:lookup_id>/", lookup_progress.lookup_detail, name="lookup_detail"),
    path(
        "<uuid:lookup_id>/progress/",
        lookup_progress.lookup_progress,
        name="lookup_progress",
    ),
    path("<uuid:lookup_id>/pause/", lookup_progress.lookup_pause, name="lookup_pause"),
    path(
        "<uuid:lookup_id>/resume/", lookup_progress.lookup_resume, name="lookup_resume"
    ),
    path(
        "<uuid:lookup_id>/cancel/", lookup_progress.lookup_cancel, name="lookup_cancel"
    ),
    path(
        "<uuid:lookup_id>/settle/", lookup_progress.lookup_settle, name="lookup_settle"
    ),
    path("<uuid:lookup_id>/clean/", lookup_progress.lookup_clean, name="lookup_clean"),
]
