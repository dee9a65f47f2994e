from __future__ import annotations

from django.urls import path

from messaging.views import call_log

urlpatterns = [path("", call_log.call_list, name="call_list")]
