"""What can be found out about a number. All but `format` cost money for each number.

One number is answered with an object and several with a list (recorded in 2023); here
it is always a list. A number that nothing is known about is a result and no error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field

from seven_dashboard.gateway import fields
from seven_dashboard.gateway.answers import Answer
from seven_dashboard.gateway.errors import error_for_code
from seven_dashboard.gateway.parsing import (
    Flag,
    FlagOrNone,
    GatewayModel,
    MoneyOrNone,
    Section,
    SectionOrNone,
    Text,
    TextOrNone,
    Texts,
    WholeOrNone,
    flag_or_none,
)
from seven_dashboard.gateway.resources.base import Resource

_NETWORKS = frozenset({"d1", "d2", "eplus", "o2", "int", "n/a"})


class FormatLookup(GatewayModel):
    """How a number is written, and where it belongs by its digits alone."""

    is_success: Flag = Field(default=False, alias="success")
    national: TextOrNone = None
    international: TextOrNone = None
    international_formatted: TextOrNone = None
    country_name: TextOrNone = None
    country_code: TextOrNone = None
    country_iso: TextOrNone = None
    carrier: TextOrNone = None
    network_type: TextOrNone = None


class RcsLookup(FormatLookup):
    """The format, and what RCS the handset can show; nothing means no RCS."""

    capabilities: Texts = Field(default_factory=list, alias="rcs_capabilities")


class CnamLookup(GatewayModel):
    """The name a number shows to those it calls."""

    is_success: Flag = Field(default=False, alias="success")
    code: WholeOrNone = None
    number: Text = ""
    name: TextOrNone = None


class Mnp(GatewayModel):
    """The network a number belongs to now."""

    number: Text = ""
    country: TextOrNone = None
    national_format: TextOrNone = None
    international_formatted: TextOrNone = None
    network: TextOrNone = None
    mccmnc: TextOrNone = None
    is_ported: FlagOrNone = Field(default=None, alias="isPorted")
    network_type: TextOrNone = None


class MnpLookup(GatewayModel):
    """The outcome of asking for the network; `price` is EUR."""

    is_success: Flag = Field(default=False, alias="success")
    code: WholeOrNone = None
    price: MoneyOrNone = None
    mnp: Annotated[Mnp | None, SectionOrNone] = None


class Carrier(GatewayModel):
    """A network."""

    network_code: TextOrNone = None
    name: TextOrNone = None
    country: TextOrNone = None
    network_type: TextOrNone = None


class Roaming(GatewayModel):
    """Whether the handset is abroad; the gateway sends a text or this object."""

    status: TextOrNone = None
    roaming_country_code: TextOrNone = None
    roaming_network_code: TextOrNone = None
    roaming_network_name: TextOrNone = None


def _roaming(value: object) -> Any:
    return value if isinstance(value, Mapping | Roaming) else {"status": value}


def _outcome(value: object) -> bool | None:
    # 2 says that only a part of the facts is known; it is an outcome all the same.
    return True if str(value) == "2" else flag_or_none(value)


class HlrLookup(GatewayModel):
    """What the home network says. `country_code` is ISO-2, `country_prefix` digits."""

    is_success: Flag = Field(default=False, alias="status")
    status_message: TextOrNone = None
    has_outcome: Annotated[bool | None, BeforeValidator(_outcome)] = Field(
        default=None, alias="lookup_outcome"
    )
    outcome_message: TextOrNone = Field(default=None, alias="lookup_outcome_message")
    number: TextOrNone = Field(default=None, alias="international_format_number")
    international_formatted: TextOrNone = None
    national: TextOrNone = Field(default=None, alias="national_format_number")
    country_code: TextOrNone = None
    country_name: TextOrNone = None
    country_prefix: TextOrNone = None
    current_carrier: Annotated[Carrier, Section] = Field(default_factory=Carrier)
    original_carrier: Annotated[Carrier, Section] = Field(default_factory=Carrier)
    valid_number: TextOrNone = None
    reachable: TextOrNone = None
    ported: TextOrNone = None
    roaming: Annotated[Roaming, BeforeValidator(_roaming)] = Field(
        default_factory=Roaming
    )
    gsm_code: TextOrNone = None
    gsm_message: TextOrNone = None


LookupT = TypeVar("LookupT", bound=GatewayModel)


class Lookup(Resource):
    """Operations of /lookup. Paid ones are never repeated by themselves."""

    def format(self, numbers: Sequence[str]) -> list[FormatLookup]:
        """Return how numbers are written; free."""
        answer = self._read("LookupFormat", "format", numbers, is_free=True)
        return _results(answer, FormatLookup)

    def rcs(
        self, numbers: Sequence[str], *, agent_id: str | None = None
    ) -> list[RcsLookup]:
        """Return what RCS the handsets can show."""
        answer = self._read("LookupRCS", "rcs", numbers, agent_id=agent_id)
        return _results(answer, RcsLookup)

    def cnam(self, numbers: Sequence[str]) -> list[CnamLookup]:
        """Return the names that numbers show."""
        return _results(self._read("LookupCNAM", "cnam", numbers), CnamLookup)

    def mnp(self, numbers: Sequence[str]) -> list[MnpLookup]:
        """Return the networks that numbers belong to."""
        answer = self._read("LookupMNP", "mnp", numbers)
        if answer.lines and answer.lines[0].lower() in _NETWORKS:
            return [_mnp_from_line(line) for line in answer.lines]
        return _results(answer, MnpLookup)

    def hlr(self, numbers: Sequence[str]) -> list[HlrLookup]:
        """Return what the home networks say."""
        return _results(self._read("LookupHLR", "hlr", numbers), HlrLookup)

    def _read(
        self,
        operation: str,
        kind: str,
        numbers: Sequence[str],
        *,
        agent_id: str | None = None,
        is_free: bool = False,
    ) -> Answer:
        query = {"number": fields.joined(numbers), "from": agent_id}
        return self._transport.read(
            operation, f"/lookup/{kind}", query=query, is_free=is_free
        )


def _results(answer: Answer, kind: type[LookupT]) -> list[LookupT]:
    rows = answer.data if isinstance(answer.data, list) else [answer.mapping()]
    results = [answer.parse(kind, row) for row in rows]
    codes = [getattr(result, "code", None) or 0 for result in results]
    # No credit or a wrong key concerns the account and not one number. When it comes
    # in the middle of a list, the numbers before it were answered and paid for.
    if codes and all(code == 500 or code >= 900 for code in codes):
        raise error_for_code(codes[0], operation=answer.operation)
    return results


def _mnp_from_line(line: str) -> MnpLookup:
    network = line.strip()
    is_known = network.upper() != "N/A"
    mnp = Mnp(network=network) if is_known else None
    return MnpLookup(success=is_known, code=100 if is_known else 600, mnp=mnp)
