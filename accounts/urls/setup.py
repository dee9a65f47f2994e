from __future__ import annotations

from django.urls import path

from accounts.views import setup

urlpatterns = [path("", setup.setup, name="setup")]
