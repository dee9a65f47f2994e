from __future__ import annotations

from django.urls import path

from messaging.views import (
    at_gateway,
    campaign_files,
    campaigns,
    checking,
    comparison,
    composer,
    deliveries,
    drafting,
    launch,
    number_lists,
    rcs_reach,
    recipient_exports,
    reports,
    schedules,
    settling,
    steering,
)

urlpatterns = [
    path("", campaigns.campaign_list, name="campaign_list"),
    path("compare/", comparison.campaign_compare, name="campaign_compare"),
    path(
        "<uuid:campaign_id>/same-text/",
        comparison.campaign_same_text,
        name="campaign_same_text",
    ),
    path(
        "exports/<uuid:export_id>/",
        recipient_exports.recipient_export_detail,
        name="recipient_export_detail",
    ),
    path(
        "exports/<uuid:export_id>/progress/",
        recipient_exports.recipient_export_progress,
        name="recipient_export_progress",
    ),
    path(
        "exports/<uuid:export_id>/cancel/",
        recipient_exports.recipient_export_cancel,
        name="recipient_export_cancel",
    ),
    path(
        "exports/<uuid:export_id>/file/",
        recipient_exports.recipient_export_file,
        name="recipient_export_file",
    ),
    path("new/", composer.campaign_create, name="campaign_create"),
    path("preview/", composer.campaign_preview, name="campaign_preview"),
    path("save/", drafting.campaign_autosave, name="campaign_autosave"),
    path(
        "<uuid:campaign_id>/lists/",
        number_lists.campaign_lists,
        name="campaign_lists",
    ),
    path(
        "<uuid:campaign_id>/lists/<uuid:list_id>/columns/",
        number_lists.campaign_list_columns,
        name="campaign_list_columns",
    ),
    path(
        "<uuid:campaign_id>/lists/<uuid:list_id>/refused/",
        number_lists.campaign_list_refused,
        name="campaign_list_refused",
    ),
    path(
        "<uuid:campaign_id>/files/",
        campaign_files.campaign_file_list,
        name="campaign_file_list",
    ),
    path(
        "<uuid:campaign_id>/files/<int:file_id>/",
        campaign_files.campaign_file_change,
        name="campaign_file_change",
    ),
    path("<uuid:campaign_id>/", campaigns.campaign_detail, name="campaign_detail"),
    path("<uuid:campaign_id>/live/", campaigns.campaign_live, name="campaign_live"),
    path(
        "<uuid:campaign_id>/report/",
        reports.campaign_report_fragment,
        name="campaign_report_fragment",
    ),
    path(
        "<uuid:campaign_id>/report/refresh/",
        reports.campaign_report_refresh,
        name="campaign_report_refresh",
    ),
    path("<uuid:campaign_id>/edit/", composer.campaign_edit, name="campaign_edit"),
    path("<uuid:campaign_id>/check/", launch.campaign_check, name="campaign_check"),
    path(
        "<uuid:campaign_id>/check/rcs/",
        rcs_reach.campaign_rcs_reach,
        name="campaign_rcs_reach",
    ),
    path(
        "<uuid:campaign_id>/check/leave-out/",
        checking.campaign_leave_out,
        name="campaign_leave_out",
    ),
    path(
        "<uuid:campaign_id>/check/test/", checking.campaign_test, name="campaign_test"
    ),
    path(
        "<uuid:campaign_id>/check/<str:word>/",
        checking.campaign_concerned,
        name="campaign_concerned",
    ),
    path("<uuid:campaign_id>/launch/", launch.campaign_launch, name="campaign_launch"),
    path(
        "<uuid:campaign_id>/duplicate/",
        composer.campaign_duplicate,
        name="campaign_duplicate",
    ),
    path(
        "<uuid:campaign_id>/delete/", composer.campaign_delete, name="campaign_delete"
    ),
    path(
        "<uuid:campaign_id>/redraft/",
        schedules.campaign_redraft,
        name="campaign_redraft",
    ),
    path(
        "<uuid:campaign_id>/send-now/",
        schedules.campaign_send_now,
        name="campaign_send_now",
    ),
    path(
        "<uuid:campaign_id>/started/",
        schedules.campaign_started,
        name="campaign_started",
    ),
    path("<uuid:campaign_id>/pause/", steering.campaign_pause, name="campaign_pause"),
    path(
        "<uuid:campaign_id>/resume/", steering.campaign_resume, name="campaign_resume"
    ),
    path(
        "<uuid:campaign_id>/cancel/", steering.campaign_cancel, name="campaign_cancel"
    ),
    path("<uuid:campaign_id>/retry/", steering.campaign_retry, name="campaign_retry"),
    path(
        "<uuid:campaign_id>/settle/", settling.campaign_settle, name="campaign_settle"
    ),
    path(
        "<uuid:campaign_id>/recipients/", deliveries.message_list, name="message_list"
    ),
    path(
        "<uuid:campaign_id>/recipients/export/",
        recipient_exports.message_export,
        name="message_export",
    ),
    path(
        "<uuid:campaign_id>/recipients/<int:message_id>/",
        deliveries.message_detail,
        name="message_detail",
    ),
    path(
        "<uuid:campaign_id>/recipients/<int:message_id>/settle/",
        deliveries.message_settle,
        name="message_settle",
    ),
    path(
        "<uuid:campaign_id>/recipients/<int:message_id>/call/",
        at_gateway.call_course,
        name="call_course",
    ),
    path(
        "<uuid:campaign_id>/recipients/<int:message_id>/hang-up/",
        at_gateway.call_hang_up,
        name="call_hang_up",
    ),
    path(
        "<uuid:campaign_id>/recipients/<int:message_id>/withdraw/",
        at_gateway.message_withdraw,
        name="message_withdraw",
    ),
]
