from __future__ import annotations

from django.urls import path

from messaging.views import quick_send, timeline

urlpatterns = [
    path("send/", quick_send.quick_send_number, name="quick_send_number"),
    path("send/<uuid:contact_id>/", quick_send.quick_send, name="quick_send"),
    path(
        "send/<uuid:contact_id>/preview/",
        quick_send.quick_send_preview,
        name="quick_send_preview",
    ),
    path(
        "contact/<uuid:contact_id>/",
        timeline.contact_timeline,
        name="contact_timeline",
    ),
    path(
        "contact/<uuid:contact_id>/<int:message_id>/",
        timeline.timeline_message,
        name="timeline_message",
    ),
]
