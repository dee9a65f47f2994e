"""Prices of an SMS part by country and network."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from seven_dashboard.gateway.parsing import (
    GatewayModel,
    MoneyOrNone,
    Sections,
    Text,
    TextOrNone,
    Texts,
    Whole,
)
from seven_dashboard.gateway.resources.base import Resource


class NetworkPrice(GatewayModel):
    """One network; `mcc` may list several, `price` is EUR for a part."""

    mcc: TextOrNone = None
    mncs: Texts = Field(default_factory=list)
    name: TextOrNone = Field(default=None, alias="networkName")
    price: MoneyOrNone = None
    comment: TextOrNone = None
    features: Texts = Field(default_factory=list)


class CountryPrices(GatewayModel):
    """One country; its first network is the default for the rest of them."""

    code: Text = Field(default="", alias="countryCode")
    name: Text = Field(default="", alias="countryName")
    prefix: Text = Field(default="", alias="countryPrefix")
    networks: Annotated[list[NetworkPrice], Sections] = Field(default_factory=list)


class PriceList(GatewayModel):
    """All prices of the account."""

    country_count: Whole = Field(default=0, alias="countCountries")
    network_count: Whole = Field(default=0, alias="countNetworks")
    countries: Annotated[list[CountryPrices], Sections]


class Pricing(Resource):
    """Operations of /pricing."""

    def get(self, *, country: str | None = None) -> PriceList:
        """Return the prices, of one country (ISO code) or of all."""
        answer = self._transport.read("Pricing", "/pricing", query={"country": country})
        return answer.one(PriceList)
