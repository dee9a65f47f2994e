from __future__ import annotations

from django.urls import path

from messaging.views import templates

urlpatterns = [
    path("", templates.template_list, name="template_list"),
    path("new/", templates.template_create, name="template_create"),
    path("<uuid:template_id>/", templates.template_detail, name="template_detail"),
    path("<uuid:template_id>/edit/", templates.template_edit, name="template_edit"),
    path(
        "<uuid:template_id>/versions/<int:number>/",
        templates.template_version,
        name="template_version",
    ),
    path(
        "<uuid:template_id>/versions/<int:number>/restore/",
        templates.template_restore,
        name="template_restore",
    ),
    path(
        "<uuid:template_id>/archive/",
        templates.template_archive,
        name="template_archive",
    ),
    path(
        "<uuid:template_id>/delete/", templates.template_delete, name="template_delete"
    ),
]
