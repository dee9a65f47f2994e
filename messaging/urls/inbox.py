from __future__ import annotations

from django.urls import path

from messaging.views import inbox

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("settings/", inbox.inbox_settings, name="inbox_settings"),
    path("<int:message_id>/tell/", inbox.inbound_tell, name="inbound_tell"),
]
