from __future__ import annotations

from django.urls import path

from messaging.views import conversations, inbox, inbox_sets, notes, saved_answers

ONE = "<uuid:conversation_id>/"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("news/", inbox.inbox_news, name="inbox_news"),
    path("several/", inbox_sets.conversation_bulk, name="conversation_bulk"),
    path("notes/<int:note_id>/", notes.note_edit, name="note_edit"),
    path("notes/<int:note_id>/take-back/", notes.note_take_back, name="note_take_back"),
    path("settings/", inbox.inbox_settings, name="inbox_settings"),
    path("<int:message_id>/", inbox.inbound_open, name="inbound_open"),
    path("<int:message_id>/tell/", inbox.inbound_tell, name="inbound_tell"),
    path("answers/", saved_answers.saved_answer_list, name="saved_answer_list"),
    path("answers/new/", saved_answers.saved_answer_create, name="saved_answer_create"),
    path(
        "answers/<uuid:answer_id>/",
        saved_answers.saved_answer_edit,
        name="saved_answer_edit",
    ),
    path(
        "answers/<uuid:answer_id>/delete/",
        saved_answers.saved_answer_delete,
        name="saved_answer_delete",
    ),
    path(ONE, inbox.conversation, name="conversation"),
    path(f"{ONE}older/", inbox.conversation_older, name="conversation_older"),
    path(f"{ONE}reply/", conversations.conversation_reply, name="conversation_reply"),
    path(f"{ONE}cost/", conversations.conversation_cost, name="conversation_cost"),
    path(f"{ONE}note/", conversations.conversation_note, name="conversation_note"),
    path(
        f"{ONE}assign/", conversations.conversation_assign, name="conversation_assign"
    ),
    path(f"{ONE}close/", conversations.conversation_close, name="conversation_close"),
    path(
        f"{ONE}reopen/", conversations.conversation_reopen, name="conversation_reopen"
    ),
    path(
        f"{ONE}snooze/", conversations.conversation_snooze, name="conversation_snooze"
    ),
    path(
        f"{ONE}unread/", conversations.conversation_unread, name="conversation_unread"
    ),
]
