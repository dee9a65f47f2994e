from __future__ import annotations

from django.urls import path

from contacts.views import jobs

app_name = "contacts"
urlpatterns = [
    path("", jobs.bulk_list, name="bulk_list"),
    path("new/", jobs.bulk_create, name="bulk_create"),
    path("count/", jobs.bulk_count, name="bulk_count"),
    path("<uuid:job_id>/", jobs.bulk_detail, name="bulk_detail"),
    path("<uuid:job_id>/progress/", jobs.bulk_progress, name="bulk_progress"),
    path("<uuid:job_id>/cancel/", jobs.bulk_cancel, name="bulk_cancel"),
    path("<uuid:job_id>/undo/", jobs.bulk_undo, name="bulk_undo"),
]
