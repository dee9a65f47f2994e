"""What one would write first: a Django view that inserts the body and answers.

No signature, nothing stored once, no middleware. ``granian bench._webhooks_bare:app``.
"""

from __future__ import annotations

import os

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seven_dashboard.settings")
django.setup()
settings.MIDDLEWARE = []
settings.ROOT_URLCONF = __name__

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection  # noqa: E402
from django.urls import path  # noqa: E402


def receive(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_event (body) VALUES (%s)", [request.body])
    return HttpResponse(headers={"Content-Length": "0"})


urlpatterns = [path("webhooks/", receive)]
app = WSGIHandler()
