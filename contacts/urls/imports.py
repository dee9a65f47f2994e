from __future__ import annotations

from django.urls import path

from contacts.views import imports

app_name = "contacts"
urlpatterns = [
    path("", imports.import_list, name="import_list"),
    path("new/", imports.import_create, name="import_create"),
    path("<uuid:import_id>/", imports.import_detail, name="import_detail"),
    path("<uuid:import_id>/columns/", imports.import_columns, name="import_columns"),
    path("<uuid:import_id>/progress/", imports.import_progress, name="import_progress"),
    path("<uuid:import_id>/cancel/", imports.import_cancel, name="import_cancel"),
    path("<uuid:import_id>/refused.csv", imports.import_refused, name="import_refused"),
]
