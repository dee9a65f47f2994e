from __future__ import annotations

from decimal import Decimal
from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Workspace
from contacts.models.number_facts import LookupKind
from contacts.models.work import Work

# Kinds that cost nothing, whatever happens to the call.
FREE: Final = frozenset({LookupKind.FORMAT})


class Lookup(Work):
    """Ask the gateway about one number, or about every number of a list.

    ``done`` and ``total`` count numbers times kinds. ``bookmark`` is the id of the
    last contact whose numbers were taken up. Money is EUR.
    """

    KIND = "lookup"
    PAUSED: Final = "paused"

    # The words of a list (`criteria.Filter.as_dict`); with `phone`, that number alone.
    criteria = models.JSONField(default=dict)
    phone = models.CharField(max_length=16, blank=True)
    # What it is about, as it was called at its start.
    subject = models.CharField(max_length=100, blank=True)
    kinds = ArrayField(models.CharField(max_length=8, choices=LookupKind.choices))
    # Answers of at most this age are used again; 0 asks for every number.
    max_age_days = models.PositiveSmallIntegerField(default=30)
    # What may be spent; None when every kind is free.
    cap = models.DecimalField(max_digits=10, decimal_places=4, null=True)
    # A form that is sent twice carries the same key and starts one lookup.
    launch_key = models.UUIDField(editable=False)
    state = models.CharField(
        max_length=12,
        choices=[*Work.State.choices, (PAUSED, _("Paused"))],
        default=Work.State.READY,
        editable=False,
    )
    numbers = models.PositiveIntegerField(default=0)
    # Answers that were there already.
    reused = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    # Asks that ended without a clear answer, and what they may have cost.
    unclear = models.PositiveIntegerField(default=0)
    # Numbers left alone, because another lookup of them ended unclear.
    held = models.PositiveIntegerField(default=0)
    # Asks that the gateway refused to answer.
    refused = models.PositiveIntegerField(default=0)
    doubtful = models.DecimalField(max_digits=10, decimal_places=5, default=Decimal(0))
    spent = models.DecimalField(max_digits=10, decimal_places=5, default=Decimal(0))
    # What was found: {"hlr.absent": 12}.
    tally = models.JSONField(default=dict)
    is_planned = models.BooleanField(default=False)

    class Meta(Work.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "launch_key"], name="lookup_launched_once"
            )
        ]

    @property
    def is_paused(self) -> bool:
        return self.state == self.PAUSED

    @property
    def is_over(self) -> bool:
        return super().is_over and not self.is_paused

    @property
    def kind_labels(self) -> str:
        """Return the kinds in words."""
        return ", ".join(str(LookupKind(kind).label) for kind in self.kinds)

    @property
    def is_paid(self) -> bool:
        return any(kind not in FREE for kind in self.kinds)


class LookupAsk(models.Model):
    """One question about one number: written before the gateway is asked.

    What stays *asking* after ``lease_until`` may have been answered, and paid for:
    it becomes *unclear* and is never asked again unless a person says so.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ASKING = "asking", _("Asking")
        UNCLEAR = "unclear", _("Unclear")
        ANSWERED = "answered", _("Answered")
        REUSED = "reused", _("Answer was there already")
        # Another lookup asked and got no clear answer; this one did not ask.
        HELD = "held", _("Unclear in another lookup")
        REFUSED = "refused", _("Refused")

    # Every index below but the first opens with the lookup.
    lookup = models.ForeignKey(
        Lookup, on_delete=models.CASCADE, related_name="asks", db_index=False
    )
    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    phone = models.CharField(max_length=16)
    kind = models.CharField(max_length=8, choices=LookupKind.choices)
    state = models.CharField(
        max_length=8, choices=State.choices, default=State.WAITING, editable=False
    )
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    # What it was expected to cost, then what it cost; None when nobody knows.
    price = models.DecimalField(max_digits=10, decimal_places=5, null=True)
    code = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            # Two lookups at once cannot both pay for a number.
            models.UniqueConstraint(
                fields=["workspace", "phone", "kind"],
                condition=models.Q(state__in=["asking", "unclear"]),
                name="lookup_ask_open_once",
            ),
            models.UniqueConstraint(
                fields=["lookup", "phone", "kind"], name="lookup_ask_unique"
            ),
        ]
        indexes = [
            models.Index(
                fields=["lookup", "state", "id"],
                name="lookup_ask_open",
                condition=models.Q(state__in=["waiting", "asking", "unclear"]),
            )
        ]


class LookupPrice(models.Model):
    """What one lookup of a kind costs a workspace, EUR; the price list has none.

    ``seen_eur`` was told by an answer or by the balance, ``set_eur`` by an owner, who
    has the last word.
    """

    workspace = models.ForeignKey(
        Workspace, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=8, choices=LookupKind.choices)
    seen_eur = models.DecimalField(max_digits=10, decimal_places=5, null=True)
    seen_at = models.DateTimeField(null=True)
    set_eur = models.DecimalField(max_digits=10, decimal_places=5, null=True)
    set_at = models.DateTimeField(null=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "kind"], name="lookup_price_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(seen_eur__gte=0) | models.Q(seen_eur=None),
                name="lookup_price_seen_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(set_eur__gte=0) | models.Q(set_eur=None),
                name="lookup_price_set_not_negative",
            ),
        ]
