from __future__ import annotations

from django.urls import path

from messaging.views import analytics

urlpatterns = [path("", analytics.analytics, name="analytics")]
