from __future__ import annotations

from django.urls import path

from contacts.views import contacts, lookup_progress, persons, quick_add

app_name = "contacts"
urlpatterns = [
    path("", contacts.contact_list, name="contact_list"),
    path("quick/", quick_add.contact_quick_add, name="contact_quick_add"),
    path("new/", contacts.contact_create, name="contact_create"),
    path("bulk/", contacts.contact_bulk, name="contact_bulk"),
    path("<uuid:contact_id>/", persons.contact_detail, name="contact_detail"),
    path("<uuid:contact_id>/edit/", contacts.contact_edit, name="contact_edit"),
    path("<uuid:contact_id>/delete/", contacts.contact_delete, name="contact_delete"),
    path(
        "<uuid:contact_id>/facts/",
        lookup_progress.contact_facts,
        name="contact_facts",
    ),
    path(
        "<uuid:contact_id>/opt-out/", contacts.contact_opt_out, name="contact_opt_out"
    ),
    path(
        "<uuid:contact_id>/groups/",
        persons.contact_group_add,
        name="contact_group_add",
    ),
    path(
        "<uuid:contact_id>/groups/<uuid:group_id>/remove/",
        persons.contact_group_remove,
        name="contact_group_remove",
    ),
    path("<uuid:contact_id>/allow/", contacts.contact_allow, name="contact_allow"),
]
