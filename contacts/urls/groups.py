from __future__ import annotations

from django.urls import path

from contacts.views import groups

app_name = "contacts"
urlpatterns = [
    path("", groups.group_list, name="group_list"),
    path("new/", groups.group_create, name="group_create"),
    path("<uuid:group_id>/", groups.group_detail, name="group_detail"),
    path("<uuid:group_id>/edit/", groups.group_edit, name="group_edit"),
    path("<uuid:group_id>/delete/", groups.group_delete, name="group_delete"),
]
