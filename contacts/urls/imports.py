from __future__ import annotations

from django.urls import path

from contacts.views import import_steps, imports

app_name = "contacts"
urlpatterns = [
    path("", imports.import_list, name="import_list"),
    path("new/", imports.import_create, name="import_create"),
    path("paste/", imports.import_paste, name="import_paste"),
    path("<uuid:import_id>/", imports.import_detail, name="import_detail"),
    path(
        "<uuid:import_id>/reading/", import_steps.import_reading, name="import_reading"
    ),
    path("<uuid:import_id>/guess/", import_steps.import_guess, name="import_guess"),
    path(
        "<uuid:import_id>/columns/",
        import_steps.import_columns,
        name="import_columns",
    ),
    path("<uuid:import_id>/check/", import_steps.import_check, name="import_check"),
    path("<uuid:import_id>/start/", import_steps.import_start, name="import_start"),
    path("<uuid:import_id>/progress/", imports.import_progress, name="import_progress"),
    path("<uuid:import_id>/cancel/", imports.import_cancel, name="import_cancel"),
    path("<uuid:import_id>/undo/", imports.import_undo, name="import_undo"),
    path("<uuid:import_id>/refused.csv", imports.import_refused, name="import_refused"),
    path(
        "<uuid:import_id>/refused.xlsx",
        imports.import_refused_xlsx,
        name="import_refused_xlsx",
    ),
]
