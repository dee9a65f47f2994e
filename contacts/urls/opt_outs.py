from __future__ import annotations

from django.urls import path

from contacts.views import opt_out_lists, opt_outs

app_name = "contacts"
urlpatterns = [
    path("", opt_outs.opt_out_list, name="opt_out_list"),
    path("new/", opt_outs.opt_out_create, name="opt_out_create"),
    path("export.csv", opt_outs.opt_out_export, name="opt_out_export"),
    path("history/", opt_outs.opt_out_history, name="opt_out_history"),
    path(
        "history/export.csv",
        opt_outs.opt_out_history_export,
        name="opt_out_history_export",
    ),
    path("<int:opt_out_id>/", opt_outs.opt_out_detail, name="opt_out_detail"),
    path("<int:opt_out_id>/delete/", opt_outs.opt_out_delete, name="opt_out_delete"),
    path("lists/new/", opt_out_lists.opt_out_list_create, name="opt_out_list_create"),
    path(
        "lists/<uuid:list_id>/",
        opt_out_lists.opt_out_list_detail,
        name="opt_out_list_detail",
    ),
    path(
        "lists/<uuid:list_id>/columns/",
        opt_out_lists.opt_out_list_columns,
        name="opt_out_list_columns",
    ),
    path(
        "lists/<uuid:list_id>/progress/",
        opt_out_lists.opt_out_list_progress,
        name="opt_out_list_progress",
    ),
    path(
        "lists/<uuid:list_id>/cancel/",
        opt_out_lists.opt_out_list_cancel,
        name="opt_out_list_cancel",
    ),
    path(
        "lists/<uuid:list_id>/refused.csv",
        opt_out_lists.opt_out_list_refused,
        name="opt_out_list_refused",
    ),
]
