"""Write to one person: the text, then the cost by name, then it goes out."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from contacts.models import Channel, Contact
from contacts.selectors import contacts
from messaging import tasks
from messaging.forms.quick_send import QuickSendForm
from messaging.models import Campaign, Message
from messaging.services import quick_sends, singles
from messaging.services.quick_sends import Quote
from seven_dashboard.errors import Refused

# What the form's buttons are called.
SEND, BACK = "send", "back"
# The timeline on the page listens for it.
SENT_EVENT = "message-sent"


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.SEND)
def quick_send(request: WorkspaceRequest, contact_id: UUID) -> HttpResponse:
    return _respond(request, contacts.get(request.workspace, contact_id))


@require_http_methods(["GET", "HEAD", "POST"])
@member(Right.SEND)
def quick_send_number(request: WorkspaceRequest) -> HttpResponse:
    return _respond(request, None)


@require_POST
@member(Right.SEND)
def quick_send_preview(request: WorkspaceRequest, contact_id: UUID) -> HttpResponse:
    contact = contacts.get(request.workspace, contact_id)
    form = QuickSendForm(request.POST, with_recipient=False)
    values: dict[str, object] = {"contact": contact}
    if form.is_valid():
        try:
            values["quote"] = _quote(request, form, contact)
        except Refused as refused:
            values["error"] = str(refused)
    return render(request, "messaging/quick_send/_size.html", values)


def _respond(request: WorkspaceRequest, contact: Contact | None) -> HttpResponse:
    has_no_number = contact is None
    if request.method != "POST":
        initial = {"recipient": request.GET.get("to", "")[:40]}
        form = QuickSendForm(initial=initial, with_recipient=has_no_number)
        return _page(request, form, contact)
    form = QuickSendForm(request.POST, with_recipient=has_no_number)
    act = request.POST.get("act")
    if not form.is_valid() or act == BACK:
        status = 200 if act == BACK else 422
        return _page(request, form, contact, status=status)
    try:
        if act == SEND:
            return _sent(request, form, contact)
        quote = _quote(request, form, contact)
    except Refused as refused:
        if refused.code != "changed":
            form.refuse(refused)
            return _page(request, form, contact, status=422)
        return _again(request, form, contact, str(refused))
    return _page(request, form, contact, quote=quote)


def _again(
    request: WorkspaceRequest, form: QuickSendForm, contact: Contact | None, error: str
) -> HttpResponse:
    """Ask for agreement anew: what was agreed to is not what would be sent."""
    try:
        quote = _quote(request, form, contact)
    except Refused as refused:
        form.refuse(refused)
        return _page(request, form, contact, status=422)
    return _page(request, form, contact, quote=quote, error=error, status=422)


def _quote(
    request: WorkspaceRequest, form: QuickSendForm, contact: Contact | None
) -> Quote:
    return quick_sends.quote(
        workspace=request.workspace,
        recipient=contact.phone if contact else form.cleaned_data["recipient"],
        text=form.cleaned_data["text"],
        sender=form.cleaned_data["sender"],
        contact=contact,
        **form.chosen(),
    )


def _sent(
    request: WorkspaceRequest, form: QuickSendForm, contact: Contact | None
) -> HttpResponse:
    campaign = quick_sends.send(
        workspace=request.workspace,
        actor=request.user,
        recipient=contact.phone if contact else form.cleaned_data["recipient"],
        text=form.cleaned_data["text"],
        sender=form.cleaned_data["sender"],
        token=request.POST.get("token", ""),
        contact=contact,
        **form.chosen(),
    )
    transaction.on_commit(partial(tasks.ring_single, campaign), robust=True)
    return _after(request, campaign, contact)


def _after(
    request: WorkspaceRequest, campaign: Campaign, contact: Contact | None
) -> HttpResponse:
    if campaign.channel == Channel.VOICE:
        # There it can be watched, and hung up.
        return _to_the_call(request, campaign)
    said = _("The message is on its way.")
    if request.htmx and contact is not None:
        form = QuickSendForm(initial={"sender": campaign.sender}, with_recipient=False)
        answer = _page(request, form, contact)
        trigger_client_event(answer, SENT_EVENT)
        toast = {"level": "success", "text": said}
        return trigger_client_event(answer, "toast", toast)
    messages.success(request, said)
    if contact is not None:
        return redirect("contacts:contact_detail", contact.uuid)
    return redirect("messaging:campaign_detail", campaign.pk)


def _to_the_call(request: WorkspaceRequest, campaign: Campaign) -> HttpResponse:
    call = Message.objects.filter(campaign=campaign).get()
    address = reverse("messaging:message_detail", args=[campaign.pk, call.pk])
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _page(
    request: WorkspaceRequest,
    form: QuickSendForm,
    contact: Contact | None,
    *,
    quote: Quote | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    values = {
        "form": form,
        "contact": contact,
        "quote": quote,
        "token": quote and quick_sends.token_of(quote, workspace=request.workspace),
        "error": error,
        "obstacle": _obstacle(request, contact),
    }
    if request.htmx:
        box = "messaging/quick_send/_box.html"
        return render(request, box, values, status=status)
    return render(request, "messaging/quick_send/page.html", values, status=status)


def _obstacle(request: WorkspaceRequest, contact: Contact | None) -> str:
    """Return why nothing can be sent to a contact, whatever the text."""
    if contact is None:
        return ""
    if not contact.phone:
        return _("This contact has no mobile number.")
    found = ""
    for channel in Channel.values:
        try:
            singles.check_allowed(request.workspace, contact.phone, channel)
        except Refused as refused:
            found = str(refused)
        else:
            return ""
    return found
