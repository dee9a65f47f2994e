from __future__ import annotations

from django.urls import path

from accounts.views import hooks

urlpatterns = [
    path("", hooks.hook_list, name="hook_list"),
    path("new/", hooks.hook_create, name="hook_create"),
    path("connect/", hooks.hook_register, name="hook_register"),
    path("check/", hooks.hook_check, name="hook_check"),
    path("check/state/", hooks.hook_check_state, name="hook_check_state"),
    path("<int:hook_id>/remove/", hooks.hook_delete, name="hook_delete"),
]
