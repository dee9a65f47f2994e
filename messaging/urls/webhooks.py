from __future__ import annotations

from django.urls import path

from messaging.views import webhooks

urlpatterns = [path("<str:token>/", webhooks.webhook_receive, name="webhook_receive")]
