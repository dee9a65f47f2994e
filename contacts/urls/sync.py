from __future__ import annotations

from django.urls import path

from contacts.views import sync, sync_questions

app_name = "contacts"
urlpatterns = [
    path("", sync.sync_overview, name="sync_overview"),
    path("settings/", sync.sync_settings, name="sync_settings"),
    path("schedule/", sync.sync_schedule, name="sync_schedule"),
    path("groups/", sync.sync_groups, name="sync_groups"),
    path(
        "groups/<int:pair_id>/",
        sync_questions.sync_group_answer,
        name="sync_group_answer",
    ),
    path("preview/", sync.sync_preview, name="sync_preview"),
    path("start/", sync.sync_start, name="sync_start"),
    path("start-over/", sync.sync_start_over, name="sync_start_over"),
    path("runs/<uuid:run_id>/", sync.sync_run, name="sync_run"),
    path(
        "runs/<uuid:run_id>/progress/", sync.sync_run_progress, name="sync_run_progress"
    ),
    path("runs/<uuid:run_id>/cancel/", sync.sync_run_cancel, name="sync_run_cancel"),
    path("runs/<uuid:run_id>/approve/", sync.sync_approve, name="sync_approve"),
    path("conflicts/", sync_questions.sync_conflicts, name="sync_conflicts"),
    path(
        "conflicts/resolve/",
        sync_questions.sync_conflicts_resolve,
        name="sync_conflicts_resolve",
    ),
    path(
        "conflicts/<int:link_id>/", sync_questions.sync_conflict, name="sync_conflict"
    ),
    path("answer/", sync_questions.sync_answer, name="sync_answer"),
    path("contacts/<uuid:contact_id>/", sync.sync_contact, name="sync_contact"),
    path("<slug:kind>/", sync_questions.sync_questions, name="sync_questions"),
]
