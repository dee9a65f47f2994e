from __future__ import annotations

from seven_dashboard.celery import app as celery_app

__all__ = ["celery_app"]
