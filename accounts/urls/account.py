from __future__ import annotations

from django.urls import path

from accounts.views import (
    alerts,
    balance,
    connections,
    overview,
    permits,
    personal,
    polling,
    prices,
    system,
    team,
)

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("connection/", connections.connection, name="connection"),
    path(
        "connection/connect/",
        connections.connection_connect,
        name="connection_connect",
    ),
    path("connection/permit/", permits.connection_permit, name="connection_permit"),
    path(
        "connection/permitted/",
        permits.connection_permitted,
        name="connection_permitted",
    ),
    path(
        "connection/signing/",
        connections.connection_signing,
        name="connection_signing",
    ),
    path("connection/check/", connections.connection_check, name="connection_check"),
    path("connection/rate/", connections.connection_rate, name="connection_rate"),
    path(
        "connection/disconnect/",
        connections.connection_disconnect,
        name="connection_disconnect",
    ),
    path("refresh/<slug:kind>/", polling.poll_refresh, name="poll_refresh"),
    path("balance/", balance.balance, name="balance"),
    path("state/<slug:kind>/", polling.gateway_state, name="gateway_state"),
    path("prices/", prices.prices, name="prices"),
    path("prices/changes/", prices.price_changes, name="price_changes"),
    path("prices/compare/", prices.price_compare, name="price_compare"),
    path("prices/<slug:key>/", prices.price_networks, name="price_networks"),
    path("alerts/", alerts.alert_list, name="alert_list"),
    path("alerts/seen/", alerts.alert_seen, name="alert_seen"),
    path("alerts/settings/", alerts.alert_choices, name="alert_choices"),
    path("alerts/rules/", alerts.alert_rules, name="alert_rules"),
    path("team/", team.team, name="team"),
    path("team/invite/", team.invitation_create, name="invitation_create"),
    path(
        "team/invitations/<uuid:invitation_id>/revoke/",
        team.invitation_revoke,
        name="invitation_revoke",
    ),
    path("team/<int:member_id>/role/", team.member_role, name="member_role"),
    path("team/<int:member_id>/remove/", team.member_remove, name="member_remove"),
    path("audit/", overview.audit, name="audit"),
    path("system/", system.system, name="system"),
    path("system/gateway/", system.gateway_check, name="gateway_check"),
    path("you/", personal.personal, name="personal"),
]
