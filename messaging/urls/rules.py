from __future__ import annotations

from django.urls import path

from messaging.views import rules

urlpatterns = [
    path("", rules.rules_edit, name="rules_edit"),
    path("countries/", rules.country_limit_set, name="country_limit_set"),
    path(
        "countries/<int:limit_id>/remove/",
        rules.country_limit_remove,
        name="country_limit_remove",
    ),
]
