from __future__ import annotations

from django.urls import path

from contacts.views import duplicates

app_name = "contacts"
urlpatterns = [
    path("", duplicates.duplicate_list, name="duplicate_list"),
    path("progress/", duplicates.duplicate_progress, name="duplicate_progress"),
    path("search/", duplicates.duplicate_search, name="duplicate_search"),
    path(
        "<int:pair_id>/dismiss/", duplicates.duplicate_dismiss, name="duplicate_dismiss"
    ),
    path("<int:pair_id>/recall/", duplicates.duplicate_recall, name="duplicate_recall"),
]
