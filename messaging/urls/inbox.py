from __future__ import annotations

from django.urls import path

from messaging.views import inbox

urlpatterns = [path("", inbox.inbox, name="inbox")]
