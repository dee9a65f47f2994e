from __future__ import annotations

from django.urls import path

from messaging.views import callers

urlpatterns = [
    path("", callers.caller_list, name="caller_list"),
    path("new/", callers.caller_create, name="caller_create"),
    path("rows/", callers.caller_rows, name="caller_rows"),
    path("options/", callers.sender_options, name="sender_options"),
    path("told/<str:token>/", callers.caller_told, name="caller_told"),
    path("<uuid:caller_id>/delete/", callers.caller_delete, name="caller_delete"),
]
