from __future__ import annotations

from django.urls import path

from messaging.views import events

urlpatterns = [
    path("", events.event_list, name="event_list"),
    path("state/", events.event_state, name="event_state"),
    path("keep/", events.event_keep, name="event_keep"),
    path("replay/", events.event_replay_failed, name="event_replay_failed"),
    path("<int:event_id>/", events.event_detail, name="event_detail"),
    path("<int:event_id>/replay/", events.event_replay, name="event_replay"),
]
