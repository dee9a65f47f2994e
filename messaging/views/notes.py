"""Notes of a conversation, changed by whoever wrote them."""

from __future__ import annotations

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from messaging.forms.inbox import NoteForm
from messaging.models import ConversationEntry
from messaging.selectors import threads
from messaging.services import conversations
from messaging.views import inbox_pages
from seven_dashboard.errors import Refused


@require_http_methods(["GET", "POST"])
@member(Right.SEND)
def note_edit(request: WorkspaceRequest, note_id: int) -> HttpResponse:
    note = threads.note(request.workspace, note_id)
    is_posted = request.method == "POST"
    values = request.POST if is_posted else {"note": note.text}
    form = NoteForm(values, auto_id=f"note_{note_id}_%s")
    if form.is_valid() and is_posted:
        text = form.cleaned_data["note"]
        try:
            conversations.edit_note(note=note, actor=request.user, text=text)
        except Refused as refused:
            form.add_error("note", str(refused))
        else:
            return _shown(request, note)
    return _form(request, note, form, status=422 if is_posted else 200)


@require_POST
@member(Right.SEND)
def note_take_back(request: WorkspaceRequest, note_id: int) -> HttpResponse:
    note = threads.note(request.workspace, note_id)
    try:
        conversations.take_note_back(note=note, actor=request.user)
    except Refused as refused:
        if not request.htmx:
            notices.error(request, str(refused))
            return redirect("messaging:conversation", note.conversation.uuid)
        form = NoteForm({"note": note.text}, auto_id=f"note_{note_id}_%s")
        form.add_error("note", str(refused))
        return _form(request, note, form, status=422)
    return _shown(request, note)


def _form(
    request: WorkspaceRequest, note: ConversationEntry, form: NoteForm, *, status: int
) -> HttpResponse:
    values = {"editing": note.pk, "note": note, "edit_form": form}
    if request.htmx:
        name = "messaging/inbox/_note_edit.html"
        return render(request, name, values, status=status)
    return inbox_pages.page(request, note.conversation, status=status, more=values)


def _shown(request: WorkspaceRequest, note: ConversationEntry) -> HttpResponse:
    if not request.htmx:
        return redirect("messaging:conversation", note.conversation.uuid)
    note.refresh_from_db(fields=["text", "edited_at"])
    values = {"line": threads.line_of(note), "conversation": note.conversation}
    return render(request, "messaging/inbox/_line.html", values)
