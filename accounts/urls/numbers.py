from __future__ import annotations

from django.urls import path

from accounts.views import errands, number_orders, numbers

urlpatterns = [
    path("", numbers.number_list, name="number_list"),
    path("state/", numbers.number_list_state, name="number_list_state"),
    path("available/", number_orders.number_search, name="number_search"),
    path(
        "available/live/",
        number_orders.number_search_live,
        name="number_search_live",
    ),
    path("order/<slug:number>/", number_orders.number_order, name="number_order"),
    path("<uuid:number_id>/", numbers.number_detail, name="number_detail"),
    path("<uuid:number_id>/state/", numbers.number_state, name="number_state"),
    path("<uuid:number_id>/rename/", numbers.number_rename, name="number_rename"),
    path("<uuid:number_id>/forward/", numbers.number_forward, name="number_forward"),
    path("<uuid:number_id>/give-up/", numbers.number_give_up, name="number_give_up"),
    path(
        "errands/<uuid:errand_id>/settle/", errands.errand_settle, name="errand_settle"
    ),
]
