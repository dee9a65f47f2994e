from __future__ import annotations

from django.urls import path

from contacts.views import merges

app_name = "contacts"
urlpatterns = [
    path(
        "<uuid:contact_id>/with/", merges.contact_merge_with, name="contact_merge_with"
    ),
    path(
        "<uuid:contact_id>/with/<uuid:other_id>/",
        merges.contact_merge,
        name="contact_merge",
    ),
    path("<uuid:merge_id>/undo/", merges.merge_undo, name="merge_undo"),
]
