from __future__ import annotations

from django.urls import path

from messaging.views import timeline

urlpatterns = [
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
