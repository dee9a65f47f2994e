from __future__ import annotations

from django.urls import path

from messaging.views import journal_exports, journals

urlpatterns = [
    path("", journals.journal, name="journal"),
    path(
        "exports/<uuid:export_id>/",
        journal_exports.journal_export_detail,
        name="journal_export_detail",
    ),
    path(
        "exports/<uuid:export_id>/progress/",
        journal_exports.journal_export_progress,
        name="journal_export_progress",
    ),
    path(
        "exports/<uuid:export_id>/cancel/",
        journal_exports.journal_export_cancel,
        name="journal_export_cancel",
    ),
    path(
        "exports/<uuid:export_id>/file/",
        journal_exports.journal_export_file,
        name="journal_export_file",
    ),
    path("<slug:journal>/", journals.journal, name="journal_of"),
    path("<slug:journal>/rows/", journals.journal_rows, name="journal_rows"),
    path(
        "<slug:journal>/export/", journal_exports.journal_export, name="journal_export"
    ),
]
