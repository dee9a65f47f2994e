from __future__ import annotations

from django.urls import path

from messaging.views import analytics, used_prices

urlpatterns = [
    path("", analytics.analytics, name="analytics"),
    path("countries/", analytics.analytics_countries, name="analytics_countries"),
    path("labels/", analytics.analytics_labels, name="analytics_labels"),
    path("subaccounts/", analytics.analytics_subaccounts, name="analytics_subaccounts"),
    path("money/", analytics.analytics_money, name="analytics_money"),
    path("prices/", used_prices.used_prices, name="used_prices"),
    path("gateway/", analytics.analytics_compared, name="analytics_compared"),
]
