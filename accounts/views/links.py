"""Addresses that leave the browser: by mail, or copied."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse


def invitation_link(token: str) -> str:
    path = reverse("accounts:invitation_accept", kwargs={"token": token})
    return f"{settings.PUBLIC_URL}{path}"
