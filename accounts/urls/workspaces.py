from __future__ import annotations

from django.urls import path

from accounts.views import invitations, workspaces

urlpatterns = [
    path("", workspaces.workspace, name="workspace"),
    path("create/", workspaces.workspace_create, name="workspace_create"),
    path("switch/", workspaces.workspace_switch, name="workspace_switch"),
    path("leave/", workspaces.workspace_leave, name="workspace_leave"),
    path("join/<str:token>/", invitations.invitation_accept, name="invitation_accept"),
]
