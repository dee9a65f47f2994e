"""What the team does with a conversation, as forms that come back to it."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages as notices
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from messaging import presence, tasks
from messaging.forms.inbox import NoteForm, ReplyForm, SnoozeForm
from messaging.models import Conversation
from messaging.selectors import boxes, saved_answers, threads
from messaging.services import conversations, replies
from messaging.views import inbox_pages
from seven_dashboard.errors import Refused

# Asks an open page to look for news at once.
NEWS = "inbox-changed"


@require_POST
@member(Right.SEND)
def conversation_reply(
    request: WorkspaceRequest, conversation_id: UUID
) -> HttpResponse:
    """Send an answer; without the button's token, show what it would cost."""
    found = threads.get(request.workspace, conversation_id)
    form = ReplyForm(request.POST, ways=threads.ways(found))
    if request.POST.get("answer"):
        return _inserted(request, found, form)
    if not form.is_valid() or not request.POST.get("token"):
        return _box(request, found, form)
    try:
        campaign = replies.send(
            conversation=found,
            actor=request.user,
            text=form.cleaned_data["text"],
            way=form.chosen,
            token=request.POST["token"],
        )
    except Refused as refused:
        return _box(request, found, form, error=str(refused), status=422)
    transaction.on_commit(partial(tasks.ring_single, campaign), robust=True)
    presence.note_answered(found.pk, request.user.pk)
    if request.htmx:
        return trigger_client_event(_box(request, found, None), NEWS)
    return redirect(_address(request, found))


@require_POST
@member(Right.SEND)
def conversation_cost(request: WorkspaceRequest, conversation_id: UUID) -> HttpResponse:
    """Show what the words so far cost, and the others that somebody writes."""
    found = threads.get(request.workspace, conversation_id)
    form = ReplyForm(request.POST, ways=threads.ways(found))
    if request.POST.get("text", "").strip():
        presence.note_answering(found.pk, request.user.pk)
        _show_typing(found, form)
    values = inbox_pages.reply_values(request, found, form)
    return render(request, "messaging/inbox/_cost.html", values)


@require_POST
@member(Right.SEND)
def conversation_note(request: WorkspaceRequest, conversation_id: UUID) -> HttpResponse:
    found = threads.get(request.workspace, conversation_id)
    form = NoteForm(request.POST, auto_id="note_%s")
    status = 422
    if form.is_valid():
        note = form.cleaned_data["note"]
        conversations.add_note(conversation=found, actor=request.user, text=note)
        form, status = NoteForm(auto_id="note_%s"), 200
    if request.htmx:
        values = {"conversation": found, "note_form": form}
        answer = render(request, "messaging/inbox/_note.html", values, status=status)
        return trigger_client_event(answer, NEWS)
    if status == 422:
        return inbox_pages.page(request, found, status=422, more={"note_form": form})
    return redirect(_address(request, found))


@require_POST
@member(Right.SEND)
def conversation_assign(
    request: WorkspaceRequest, conversation_id: UUID
) -> HttpResponse:
    found = threads.get(request.workspace, conversation_id)
    person = inbox_pages.member_named(request)
    try:
        conversations.assign(conversation=found, actor=request.user, to=person)
    except Refused as refused:
        notices.error(request, str(refused))
    return _head(request, found)


@require_POST
@member(Right.SEND)
def conversation_close(
    request: WorkspaceRequest, conversation_id: UUID
) -> HttpResponse:
    found = threads.get(request.workspace, conversation_id)
    following = _following(request, found)
    conversations.close(conversation=found, actor=request.user)
    notices.success(request, _("The conversation is closed."))
    return redirect(following)


@require_POST
@member(Right.SEND)
def conversation_reopen(
    request: WorkspaceRequest, conversation_id: UUID
) -> HttpResponse:
    found = threads.get(request.workspace, conversation_id)
    conversations.reopen(conversation=found, actor=request.user)
    return _head(request, found)


@require_POST
@member(Right.SEND)
def conversation_snooze(
    request: WorkspaceRequest, conversation_id: UUID
) -> HttpResponse:
    found = threads.get(request.workspace, conversation_id)
    form = SnoozeForm(request.POST)
    following = _following(request, found)
    if not form.is_valid():
        return _snooze_refused(request, found, form)
    until = form.cleaned_data["until"]
    try:
        conversations.snooze(conversation=found, actor=request.user, until=until)
    except Refused as refused:
        form.add_error("until", str(refused))
        return _snooze_refused(request, found, form)
    notices.success(request, _("The conversation rests until then."))
    return redirect(following)


@require_POST
@member(Right.SEND)
def conversation_unread(
    request: WorkspaceRequest, conversation_id: UUID
) -> HttpResponse:
    found = threads.get(request.workspace, conversation_id)
    conversations.mark_unread(found)
    query = inbox_pages.query_of(request)
    return redirect(reverse("messaging:inbox") + (f"?{query}" if query else ""))


def _box(
    request: WorkspaceRequest,
    found: Conversation,
    form: ReplyForm | None,
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """Return the box for an answer, alone or in its page."""
    if error or form is None:
        found.refresh_from_db()
    values = inbox_pages.reply_values(request, found, form, error)
    if request.htmx:
        name = "messaging/inbox/_reply.html"
        return render(request, name, values, status=status)
    return inbox_pages.page(request, found, status=status, more=values)


def _inserted(
    request: WorkspaceRequest, found: Conversation, form: ReplyForm
) -> HttpResponse:
    """Put a saved answer behind the words so far."""
    answer = saved_answers.get(request.workspace, _uuid(request.POST["answer"]))
    words, missing = replies.insertion(found, answer.text)
    before = request.POST.get("text", "").rstrip()
    data = request.POST.copy()
    data["text"] = f"{before}\n{words}" if before else words
    form = ReplyForm(data, ways=list(form.ways.values()))
    error = ""
    if missing:
        error = _(
            "There is no value for %(name)s here. Write over it before you send."
        ) % {"name": missing}
    return _box(request, found, form, error=error)


def _head(request: WorkspaceRequest, found: Conversation) -> HttpResponse:
    if not request.htmx:
        return redirect(_address(request, found))
    fresh = threads.get(request.workspace, found.uuid)
    values = inbox_pages.head_values(request, fresh)
    answer = render(request, "messaging/inbox/_head.html", values)
    return trigger_client_event(answer, NEWS)


def _snooze_refused(
    request: WorkspaceRequest, found: Conversation, form: SnoozeForm
) -> HttpResponse:
    return inbox_pages.page(request, found, status=422, more={"snooze_form": form})


def _show_typing(found: Conversation, form: ReplyForm) -> None:
    newest = threads.newest_rcs(found)
    if form.is_valid() and newest and not newest.typing_told_at:
        # Told only where the workspace wants it; the task looks.
        transaction.on_commit(partial(tasks.ring_tell_typing, newest.pk), robust=True)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def _address(request: WorkspaceRequest, found: Conversation) -> str:
    query = inbox_pages.query_of(request)
    address = reverse("messaging:conversation", args=[found.uuid])
    return f"{address}?{query}" if query else address


def _following(request: WorkspaceRequest, found: Conversation) -> str:
    """Return the address of the next conversation of the list that is worked on."""
    wanted = boxes.read(request.POST)
    following = boxes.following(request.workspace, wanted, found, person=request.user)
    if following is not None:
        return _address(request, following)
    query = f"?{wanted.query}" if wanted.query else ""
    return reverse("messaging:inbox") + query
