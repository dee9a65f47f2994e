from __future__ import annotations

from django.urls import path

from contacts.views import exports

app_name = "contacts"
urlpatterns = [
    path("", exports.export_list, name="export_list"),
    path("new/", exports.export_create, name="export_create"),
    path("<uuid:export_id>/", exports.export_detail, name="export_detail"),
    path("<uuid:export_id>/progress/", exports.export_progress, name="export_progress"),
    path("<uuid:export_id>/cancel/", exports.export_cancel, name="export_cancel"),
    path("<uuid:export_id>/file/", exports.export_file, name="export_file"),
]
