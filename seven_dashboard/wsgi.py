from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seven_dashboard.settings")

application = get_wsgi_application()
# All pages are loaded before the first request, and what is loaded stays: walking
# through it in search of garbage would hold up every thread, and webhooks are answered
# within milliseconds.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
