"""Phone numbers to rent, and those the account has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from seven_dashboard.gateway import fields
from seven_dashboard.gateway.parsing import (
    Flag,
    GatewayModel,
    Listed,
    MomentOrNone,
    MoneyOrNone,
    Section,
    Text,
    TextOrNone,
    Texts,
)
from seven_dashboard.gateway.resources.base import Confirmed, Resource

PaymentInterval = Literal["annually", "monthly"]


class Features(GatewayModel):
    """What a number can do."""

    sms: Flag = False
    a2p_sms: Flag = False
    voice: Flag = False


class Charge(GatewayModel):
    """EUR for one payment interval, and once at the start."""

    basic_charge: MoneyOrNone = None
    setup: MoneyOrNone = None


class OfferFees(GatewayModel):
    """What a number would cost; the `_mo` prices are for each message or minute in."""

    monthly: Annotated[Charge, Section] = Field(default_factory=Charge)
    annually: Annotated[Charge, Section] = Field(default_factory=Charge)
    sms_mo: MoneyOrNone = None
    voice_mo: MoneyOrNone = None


class AvailableNumber(GatewayModel):
    """A number that can be rented."""

    number: Text
    country: Text = ""
    formatted: TextOrNone = Field(default=None, alias="number_parsed")
    fees: Annotated[OfferFees, Section] = Field(default_factory=OfferFees)
    features: Annotated[Features, Section] = Field(default_factory=Features)


class Fees(Charge):
    """What a rented number costs."""

    sms_mo: MoneyOrNone = None
    voice_mo: MoneyOrNone = None


class Billing(GatewayModel):
    """How a rented number is paid."""

    fees: Annotated[Fees, Section] = Field(default_factory=Fees)
    payment_interval: Text = ""


class _Forward(GatewayModel):
    """Where inbound SMS go on to by one way, and whether they do."""

    is_enabled: Flag = Field(default=False, alias="enabled")

    def _live(self, listed: list[str]) -> list[str]:
        """Return where they go now: a way that is switched off leads nowhere."""
        is_off = "is_enabled" in self.model_fields_set and not self.is_enabled
        return [] if is_off else listed


class SmsForward(_Forward):
    """Numbers that inbound SMS go on to; recorded as a list, specified as one."""

    numbers: Texts = Field(default_factory=list, alias="number")

    @property
    def targets(self) -> list[str]:
        return self._live(self.numbers)


class EmailForward(_Forward):
    """Addresses that inbound SMS go on to."""

    addresses: Texts = Field(default_factory=list, alias="address")

    @property
    def targets(self) -> list[str]:
        return self._live(self.addresses)


class SlackForward(_Forward):
    """Slack addresses that inbound SMS go on to; whoever knows one can write there."""

    uris: Texts = Field(default_factory=list, alias="uri", repr=False)

    @property
    def targets(self) -> list[str]:
        return self._live(self.uris)


class Forwarding(GatewayModel):
    """Where inbound SMS go."""

    sms: Annotated[SmsForward, Section] = Field(default_factory=SmsForward)
    email: Annotated[EmailForward, Section] = Field(default_factory=EmailForward)
    slack: Annotated[SlackForward, Section] = Field(default_factory=SlackForward)


class ActiveNumber(GatewayModel):
    """A number the account has; `expires_at` is set once it is cancelled."""

    number: Text
    country: Text = ""
    friendly_name: Text = ""
    billing: Annotated[Billing, Section] = Field(default_factory=Billing)
    features: Annotated[Features, Section] = Field(default_factory=Features)
    forwarding: Annotated[Forwarding, Section] = Field(
        default_factory=Forwarding, alias="forward_sms_mo"
    )
    expires_at: MomentOrNone = Field(default=None, alias="expires")
    created_at: MomentOrNone = Field(default=None, alias="created")


class _Available(GatewayModel):
    numbers: Annotated[list[AvailableNumber], Listed] = Field(alias="availableNumbers")


class _Active(GatewayModel):
    numbers: Annotated[list[ActiveNumber], Listed] = Field(alias="activeNumbers")


class Numbers(Resource):
    """Operations of /numbers."""

    def available(
        self,
        *,
        country: str | None = None,
        has_sms: bool | None = None,
        has_a2p_sms: bool | None = None,
        has_voice: bool | None = None,
    ) -> list[AvailableNumber]:
        """Return the numbers that can be rented."""
        query = {
            "country": country,
            "features_sms": fields.chosen(has_sms),
            "features_a2p_sms": fields.chosen(has_a2p_sms),
            "features_voice": fields.chosen(has_voice),
        }
        answer = self._transport.read(
            "NumbersListAvailable", "/numbers/available", query=query
        )
        return answer.one(_Available).numbers

    def order(self, number: str, *, payment_interval: PaymentInterval) -> None:
        """Rent a number: this costs money at once. Never repeated by itself."""
        form = {"number": number, "payment_interval": payment_interval}
        answer = self._transport.write(
            "NumbersOrder", "POST", "/numbers/order", form=form
        )
        answer.one(Confirmed)

    def active(self) -> list[ActiveNumber]:
        """Return the numbers the account has."""
        answer = self._transport.read("NumbersListActive", "/numbers/active")
        return answer.one(_Active).numbers

    def get(self, number: str) -> ActiveNumber:
        """Return one number the account has, or raise NotFound."""
        path = f"/numbers/active/{fields.segment(number)}"
        return self._transport.read("NumbersGet", path).one(ActiveNumber)

    def update(
        self,
        number: str,
        *,
        friendly_name: str | None = None,
        sms_forward: Sequence[str] | None = None,
        email_forward: Sequence[str] | None = None,
        slack_forward: Sequence[str] | None = None,
    ) -> ActiveNumber:
        """Rename a number or change where its SMS go; an empty list ends that."""
        path = f"/numbers/active/{fields.segment(number)}"
        form = {
            "friendly_name": friendly_name,
            **fields.indexed("sms_forward", sms_forward),
            **fields.indexed("email_forward", email_forward),
            **fields.indexed("slack_forward", slack_forward),
        }
        answer = self._transport.write("NumbersUpdate", "PATCH", path, form=form)
        return answer.one(ActiveNumber)

    def delete(self, number: str, *, is_immediate: bool = False) -> None:
        """Cancel a number at the end of what is paid, or at once."""
        path = f"/numbers/active/{fields.segment(number)}"
        # Left out unless it is meant: the text "false" is true to many a program.
        form = {"delete_immediately": "true"} if is_immediate else {}
        answer = self._transport.write("NumbersDelete", "DELETE", path, form=form)
        answer.one(Confirmed)
