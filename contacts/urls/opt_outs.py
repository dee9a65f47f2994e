from __future__ import annotations

from django.urls import path

from contacts.views import opt_outs

app_name = "contacts"
urlpatterns = [
    path("", opt_outs.opt_out_list, name="opt_out_list"),
    path("new/", opt_outs.opt_out_create, name="opt_out_create"),
    path("<int:opt_out_id>/delete/", opt_outs.opt_out_delete, name="opt_out_delete"),
]
