from __future__ import annotations

from django.urls import path

from contacts.views import fields

app_name = "contacts"
urlpatterns = [
    path("", fields.field_list, name="field_list"),
    path("new/", fields.field_create, name="field_create"),
    path("progress/", fields.field_works_progress, name="field_works_progress"),
    path("<slug:slug>/edit/", fields.field_edit, name="field_edit"),
    path("<slug:slug>/delete/", fields.field_delete, name="field_delete"),
]
