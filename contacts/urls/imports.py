from __future__ import annotations

from django.urls import path

from contacts.views import imports

app_name = "contacts"
urlpatterns = [path("", imports.import_list, name="import_list")]
