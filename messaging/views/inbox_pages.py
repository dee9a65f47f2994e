"""What the pages of the inbox show, for the views that answer with them."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import WorkspaceRequest
from accounts.models import User
from accounts.rights import Right, allows
from accounts.selectors import memberships
from contacts.models import Channel, Contact
from contacts.selectors import fields, groups
from messaging import snoozing, tasks
from messaging.forms.inbox import NoteForm, ReplyForm
from messaging.models import Conversation, InboundMessage
from messaging.selectors import (
    boxes,
    inbox_news,
    people,
    saved_answers,
    threads,
)
from messaging.selectors.boxes import Listing, Wanted
from messaging.selectors.inbox_news import Marks
from messaging.services import conversations, rcs_events, replies
from messaging.services.quick_sends import Quote
from messaging.views import rights
from seven_dashboard.errors import Refused

# Key, and what it does here; `static/js/keys.js` presses what carries it.
KEYS = (
    ("r", _("Write an answer")),
    ("n", _("Write a note")),
    ("s", _("Choose a saved answer")),
    ("a", _("Take the conversation, or give it to somebody")),
    ("z", _("Snooze")),
    ("e", _("Close the conversation")),
    ("u", _("Mark as unread")),
)
MOST_GROUPS = 12
Values = dict[str, Any]


def page(
    request: WorkspaceRequest,
    conversation: Conversation | None = None,
    *,
    status: int = 200,
    more: Values | None = None,
) -> HttpResponse:
    """Return the inbox with its list, and with a conversation if there is one.

    For htmx only the conversation and what belongs to it. ``more`` goes before what
    the page shows by itself.
    """
    values = page_values(request, conversation) | (more or {})
    is_part = request.htmx and request.htmx.target == "talk" and conversation
    name = "messaging/inbox/_opened.html" if is_part else "messaging/inbox/page.html"
    return render(request, name, values, status=status)


def page_values(request: WorkspaceRequest, conversation: Conversation | None) -> Values:
    """Return everything that the whole page shows."""
    wanted = boxes.read(request.GET)
    after = request.GET.get("after", "")
    values: Values = {**_frame(request, wanted), "after": after}
    if conversation is not None:
        # First, because that marks it as read in the list.
        values |= talk_values(request, conversation)
    listing = boxes.page(request.workspace, wanted, person=request.user, after=after)
    values["listing"] = boxes.named(request.workspace, listing)
    # Searching again every two seconds would cost more than it brings.
    is_watched = not after and not wanted.is_search
    values["marks"] = marks(request, values, listing if is_watched else None)
    return values


def marks(request: WorkspaceRequest, values: Values, listing: Listing | None) -> Marks:
    """Return the marks of what is shown, and put the unread count among the values."""
    values["unread_count"] = boxes.unread(request.workspace)
    return inbox_news.marks(
        listing,
        values["unread_count"],
        values.get("conversation"),
        values.get("thread"),
        values.get("writing"),
    )


def talk_values(request: WorkspaceRequest, conversation: Conversation) -> Values:
    """Return what the pane of one conversation shows; it is read from now on."""
    unread = read(request, conversation)
    head = head_values(request, conversation)
    return {
        **head,
        "card": _card(request, conversation, head["contact"]),
        "thread": threads.of(conversation, unread=unread),
        **writing_values(request, conversation),
        **reply_values(request, conversation),
        "note_form": NoteForm(auto_id="note_%s"),
    }


def read(request: WorkspaceRequest, conversation: Conversation) -> int:
    """Mark a conversation as read for the team, if the person may answer it.

    Returns how many messages nobody had seen.
    """
    if not rights.may_send(request):
        return 0
    unread = conversations.mark_read(conversation)
    newest = threads.newest_rcs(conversation) if unread else None
    if newest is not None:
        # Told only where the workspace wants it; the task looks.
        transaction.on_commit(partial(tasks.ring_tell_read, newest.pk), robust=True)
    return unread


def head_values(request: WorkspaceRequest, conversation: Conversation) -> Values:
    """Return what the head of a conversation shows."""
    found = people.of_numbers(request.workspace, [conversation.number])
    return {
        "conversation": conversation,
        "contact": found.get(conversation.number),
        "may_send": rights.may_send(request),
        "team": _team(request),
        "snoozes": snoozing.choices(timezone.localtime()),
        "query": query_of(request),
        "query_words": parse_qsl(query_of(request)),
        "rcs": _to_tell(request, conversation),
    }


def writing_values(request: WorkspaceRequest, conversation: Conversation) -> Values:
    """Return who else writes in it at this moment."""
    now = inbox_news.writing(conversation, besides=request.user.pk)
    return {"writing": now, "writers": threads.names(now.team)}


def reply_values(
    request: WorkspaceRequest,
    conversation: Conversation,
    form: ReplyForm | None = None,
    error: str = "",
) -> Values:
    """Return what the box for an answer shows: the words so far, and their cost."""
    ways = threads.ways(conversation)
    form = form or ReplyForm(ways=ways)
    values: Values = {
        "form": form,
        "ways": ways,
        "chosen": form.chosen,
        "answers": saved_answers.of(request.workspace),
        "may_send": rights.may_send(request),
        "conversation": conversation,
        "query_words": parse_qsl(query_of(request)),
    }
    return values | cost_values(conversation, form, error)


def cost_values(conversation: Conversation, form: ReplyForm, error: str = "") -> Values:
    """Return what an answer costs and the token that agrees, or why there is none."""
    if form.is_bound and not form.is_valid():
        return {"error": error}
    text = form.cleaned_data["text"] if form.is_bound else ""
    try:
        quote: Quote = replies.offer(
            conversation=conversation, text=text, way=form.chosen
        )
    except Refused as refused:
        is_final = refused.code in {"opted_out", "no_number"}
        return {
            "obstacle": str(refused) if is_final else "",
            "error": "" if is_final else error or str(refused),
            "obstacle_code": refused.code,
            "opt_outs": threads.opt_outs(conversation) if is_final else [],
        }
    token = replies.token_of(quote, conversation)
    return {"quote": quote, "token": token, "error": error, "has_text": bool(text)}


def _frame(request: WorkspaceRequest, wanted: Wanted) -> Values:
    return {
        "wanted": wanted,
        "boxes": boxes.BOXES,
        "channels": [(c.value, c.label) for c in boxes.CHANNELS],
        "query": wanted.query,
        "telling": rcs_events.telling(request.workspace),
        "may_send": rights.may_send(request),
        "query_words": parse_qsl(wanted.query),
        # Asked for where it is shown; a poll draws no such menu.
        "members": partial(_team, request),
        "may_set": allows(request.membership.role, Right.MANAGE_CAMPAIGNS),
        "page_keys": KEYS if rights.may_send(request) else (),
    }


def query_of(request: WorkspaceRequest) -> str:
    """Return the words of the list that an act should come back to."""
    return boxes.read({**request.GET.dict(), **request.POST.dict()}).query


def member_named(request: WorkspaceRequest) -> User | None:
    """Return the member that a form names; none is named to take it from everybody."""
    wanted = request.POST.get("to", "")
    if not wanted:
        return None
    for one in memberships.team(request.workspace):
        if str(one.user_id) == wanted:
            return one.user
    # Nobody of the team: the service refuses that.
    return User(pk=UUID(int=0))


def _team(request: WorkspaceRequest) -> list[User]:
    members = memberships.team(request.workspace)
    return [one.user for one in members if allows(one.role, Right.SEND)]


def _card(
    request: WorkspaceRequest, conversation: Conversation, contact: Contact | None
) -> Values:
    create = reverse("contacts:contact_create")
    return {
        "opt_outs": threads.opt_outs(conversation),
        "own": fields.values_of(contact) if contact else [],
        "groups": groups.of_contact(contact)[:MOST_GROUPS] if contact else [],
        "may_edit": allows(request.membership.role, Right.EDIT_CONTACTS),
        "create_url": f"{create}?{urlencode({'phone': conversation.number})}",
    }


def _to_tell(
    request: WorkspaceRequest, conversation: Conversation
) -> InboundMessage | None:
    """Return the RCS message whose sender can be shown something."""
    is_rcs = conversation.channel == Channel.RCS and rights.may_send(request)
    return threads.newest_rcs(conversation) if is_rcs else None


def news_values(request: WorkspaceRequest, seen: Marks) -> Values:
    """Return the marks of an open inbox as it is now, and what has changed of it.

    What is not to be drawn is not looked up.
    """
    found = threads.find(request.workspace, request.GET.get("c", ""))
    values: Values = {"conversation": found}
    if found is not None:
        read(request, found)
        values |= {
            "thread": threads.of(found),
            "writing": inbox_news.writing(found, besides=request.user.pk),
        }
    wanted, listing = boxes.read(request.GET), None
    if seen.listing:
        listing = boxes.page(request.workspace, wanted, person=request.user)
    values["marks"] = now = marks(request, values, listing)
    values["changed"] = inbox_news.changed(now, seen)
    return values if now == seen else values | _drawn(request, values, listing, seen)


def _drawn(
    request: WorkspaceRequest, values: Values, listing: Listing | None, seen: Marks
) -> Values:
    """Return what the parts that have changed are drawn of."""
    drawn = _frame(request, boxes.read(request.GET))
    if listing is not None:
        drawn["listing"] = boxes.named(request.workspace, listing)
    found = values["conversation"]
    if found is not None:
        drawn |= head_values(request, found)
        drawn["writers"] = threads.names(values["writing"].team)
        drawn["new_lines"] = inbox_news.new_lines(values["thread"], seen.last)
    return drawn
