from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts.models import Channel, Contact
from messaging.models.campaigns import Campaign
from messaging.states import AT_GATEWAY, AWAITING_REPORT, MessageState, SkipReason


class Message(models.Model):
    """One message to one recipient, unique by campaign and number.

    ``variables`` are the contact's values frozen at launch; ``text`` is rendered
    and written with the intent to send, before the gateway is called.
    ``foreign_id`` goes to the gateway and comes back in its journal, which is how
    an unclear attempt is settled.
    """

    # Other indexes begin with these two; one more each would only slow down sending.
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    contact = models.ForeignKey(
        Contact, null=True, on_delete=models.SET_NULL, related_name="messages"
    )
    channel = models.CharField(
        max_length=8, choices=Channel.choices, default=Channel.SMS
    )
    recipient = models.CharField(_("recipient"), max_length=16)
    country = models.CharField(max_length=2, blank=True)
    variables = models.JSONField(default=dict)
    text = models.TextField(blank=True)
    parts = models.PositiveSmallIntegerField(default=0)
    # What it may be billed by at most (`contents.most_units`), since it was claimed:
    # parts, minutes of a call, parts of the SMS that an RCS message may become.
    units = models.PositiveSmallIntegerField(default=0, db_default=0)
    state = models.CharField(
        max_length=12, choices=MessageState.choices, default=MessageState.QUEUED
    )
    skip_reason = models.CharField(
        max_length=16, choices=SkipReason.choices, blank=True
    )
    error_code = models.IntegerField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    foreign_id = models.CharField(max_length=64, blank=True)
    gateway_id = models.CharField(max_length=32, blank=True)
    # Of a call that was taken.
    duration_s = models.PositiveIntegerField(null=True)
    # Keys were pressed in it; which ones is told by `CallKeys`.
    has_keys = models.BooleanField(default=False, db_default=False)
    price = models.DecimalField(max_digits=10, decimal_places=5, null=True)
    # The network that it went through, as the gateway's journal says.
    mccmnc = models.CharField(max_length=8, blank=True, default="", db_default="")
    # The newest report in the gateway's own word: several words are one state of ours.
    report_word = models.CharField(max_length=16, blank=True, default="", db_default="")
    # Seconds from the network's taking it to its report, by the gateway's clock.
    latency_s = models.FloatField(null=True)
    # While queued: not before this. While a report may come: when to ask for it next.
    due_at = models.DateTimeField(null=True)
    # While sending: when the claim runs out. While unclear: when to look next, and
    # null once looking has brought nothing and a person has to decide.
    lease_until = models.DateTimeField(null=True)
    # Looks into the journal that did not find this attempt.
    looks = models.PositiveSmallIntegerField(default=0)
    # Attempts that ended unclear and, as the journal showed, had sent nothing.
    doubts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True, db_default=Now())
    # The intent of the last attempt, and what followed.
    attempted_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    # The day it counts for, in the workspace's zone; set with acceptance.
    sent_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "recipient"],
                condition=~models.Q(recipient=""),
                name="message_recipient_unique",
            )
        ]
        indexes = [
            models.Index(
                fields=["campaign", "due_at", "id"],
                name="message_queued",
                condition=models.Q(state=MessageState.QUEUED),
            ),
            models.Index(
                fields=["lease_until"],
                name="message_leased",
                condition=models.Q(
                    state__in=[MessageState.SENDING, MessageState.UNCLEAR]
                ),
            ),
            models.Index(
                fields=["due_at"],
                name="message_awaiting",
                condition=models.Q(state__in=AWAITING_REPORT),
            ),
            # Known to be sent from a report alone: the price is still to be asked.
            models.Index(
                fields=["accepted_at"],
                name="message_unpriced",
                condition=models.Q(state__in=AT_GATEWAY, price=None),
            ),
            models.Index(
                fields=["gateway_id"],
                name="message_gateway",
                condition=~models.Q(gateway_id=""),
            ),
            models.Index(fields=["campaign", "state", "-id"], name="message_by_state"),
            models.Index(fields=["campaign", "-id"], name="message_newest"),
            # Few rows have a reason, so that this costs sending next to nothing.
            models.Index(
                fields=["campaign", "error_code", "skip_reason", "-id"],
                name="message_by_reason",
                condition=models.Q(error_code__isnull=False)
                | ~models.Q(skip_reason=""),
            ),
            # The log of calls; of the rows of other channels it knows nothing.
            models.Index(
                fields=["workspace", "-attempted_at", "-id"],
                name="message_calls",
                condition=models.Q(channel="voice", attempted_at__isnull=False),
            ),
            models.Index(
                fields=["workspace", "state", "-attempted_at", "-id"],
                name="message_calls_by_state",
                condition=models.Q(channel="voice", attempted_at__isnull=False),
            ),
            # Calls that somebody took and pressed no key in, however few they are.
            models.Index(
                fields=["campaign", "-id"],
                name="message_no_keys",
                condition=models.Q(
                    channel="voice", state=MessageState.DELIVERED, has_keys=False
                ),
            ),
            # Why a network did not deliver: few rows, written with their last report.
            models.Index(
                fields=["campaign", "report_word", "-id"],
                name="message_by_word",
                condition=models.Q(state=MessageState.UNDELIVERED),
            ),
            # With what segments ask of a number's messages, so that they need not
            # read the rows. Every change of a row writes all its indexes anyway.
            models.Index(
                fields=["workspace", "recipient", "-id"],
                name="message_person",
                include=["state", "attempted_at"],
            ),
        ]
