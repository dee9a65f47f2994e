from __future__ import annotations

from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.access import WorkspaceRequest, member
from accounts.rights import Right
from messaging.forms.steering import SettleAllForm
from messaging.selectors import settlements
from messaging.services import settling
from messaging.views import rights
from seven_dashboard.errors import Refused
from seven_dashboard.formatting import number_text


@require_http_methods(["GET", "POST"])
@member(Right.SEND)
def campaign_settle(request: WorkspaceRequest, campaign_id: UUID) -> HttpResponse:
    campaign = rights.steered(request, campaign_id)
    if request.method == "GET":
        values = {"campaign": campaign, "found": settlements.of(campaign)}
        return render(request, "messaging/campaigns/settle.html", values)
    form = SettleAllForm(request.POST)
    if not form.is_valid():
        notices.error(request, _("Choose one of the two ways."))
        return redirect("messaging:campaign_settle", campaign.pk)
    try:
        count = settling.settle_all(
            campaign_id=campaign.pk, actor=request.user, **form.cleaned_data
        )
    except Refused as refused:
        notices.error(request, str(refused))
        return redirect("messaging:campaign_settle", campaign.pk)
    text = ngettext("%(n)s message settled.", "%(n)s messages settled.", count)
    notices.success(request, text % {"n": number_text(count)})
    return redirect("messaging:campaign_detail", campaign.pk)
