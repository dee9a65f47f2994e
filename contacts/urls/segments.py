from __future__ import annotations

from django.urls import path

from contacts.views import segment_builder, segments

app_name = "contacts"
urlpatterns = [
    path("", segments.segment_list, name="segment_list"),
    path("new/", segment_builder.segment_create, name="segment_create"),
    path("build/", segment_builder.segment_build, name="segment_build"),
    path("preview/", segment_builder.segment_preview, name="segment_preview"),
    path("<uuid:segment_id>/", segments.segment_detail, name="segment_detail"),
    path("<uuid:segment_id>/edit/", segment_builder.segment_edit, name="segment_edit"),
    path("<uuid:segment_id>/count/", segments.segment_count, name="segment_count"),
    path(
        "<uuid:segment_id>/duplicate/",
        segments.segment_duplicate,
        name="segment_duplicate",
    ),
    path("<uuid:segment_id>/delete/", segments.segment_delete, name="segment_delete"),
]
