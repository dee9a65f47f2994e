"""The Celery application; tasks live in each app's ``tasks.py``."""

from __future__ import annotations

import os

from celery import Celery
from kombu.transport.redis import Channel

from seven_dashboard.deafness import SelfWatch

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seven_dashboard.settings")

# A task is a bell that the sweeps ring again. Putting unstarted ones back into a broker
# that has just vanished ended the worker with an AttributeError (kombu 5.7.0,
# Connection.close after Connection.collect).
Channel.do_restore = False

app = Celery("seven_dashboard")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(SelfWatch)
