from __future__ import annotations

from django.urls import path

from accounts.views import subaccount_money, subaccounts

urlpatterns = [
    path("", subaccounts.subaccount_list, name="subaccount_list"),
    path("state/", subaccounts.subaccount_list_state, name="subaccount_list_state"),
    path("create/", subaccounts.subaccount_create, name="subaccount_create"),
    path(
        "<uuid:subaccount_id>/", subaccounts.subaccount_detail, name="subaccount_detail"
    ),
    path(
        "<uuid:subaccount_id>/state/",
        subaccounts.subaccount_state,
        name="subaccount_state",
    ),
    path(
        "<uuid:subaccount_id>/transfer/",
        subaccount_money.subaccount_transfer,
        name="subaccount_transfer",
    ),
    path(
        "<uuid:subaccount_id>/top-up/",
        subaccount_money.subaccount_top_up,
        name="subaccount_top_up",
    ),
    path(
        "<uuid:subaccount_id>/workspace/",
        subaccounts.subaccount_workspace,
        name="subaccount_workspace",
    ),
    path(
        "<uuid:subaccount_id>/workspace/end/",
        subaccounts.subaccount_workspace_end,
        name="subaccount_workspace_end",
    ),
    path(
        "<uuid:subaccount_id>/delete/",
        subaccounts.subaccount_delete,
        name="subaccount_delete",
    ),
]
