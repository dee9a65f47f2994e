"""The client of the gateway: one attribute for each resource."""

from __future__ import annotations

import copy
from types import TracebackType
from typing import Final, Self

from seven_dashboard.gateway.credentials import Credentials
from seven_dashboard.gateway.resources.account import Balance
from seven_dashboard.gateway.resources.analytics import Analytics
from seven_dashboard.gateway.resources.contacts import Contacts
from seven_dashboard.gateway.resources.groups import Groups
from seven_dashboard.gateway.resources.hooks import Hooks
from seven_dashboard.gateway.resources.journal import Journal
from seven_dashboard.gateway.resources.lookup import Lookup
from seven_dashboard.gateway.resources.numbers import Numbers
from seven_dashboard.gateway.resources.pricing import Pricing
from seven_dashboard.gateway.resources.rcs import Rcs
from seven_dashboard.gateway.resources.sms import Sms
from seven_dashboard.gateway.resources.status import Status
from seven_dashboard.gateway.resources.subaccounts import Subaccounts
from seven_dashboard.gateway.resources.voice import Voice
from seven_dashboard.gateway.transport import Repeats, Session, Transport


class SevenClient:
    """Speak to one gateway account. Safe to share between threads.

    Give an API key or a bearer token. `account_id` acts for a subaccount. With
    `signing_key` every request is signed. `timeout_s` bounds the wait for an answer,
    connecting takes at most 5 s of it. `session` (from `transport.new_session`) shares
    one pool of connections between clients; otherwise `pool_size` bounds the calls
    that run at once.
    """

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str | None = None,
        bearer: str | None = None,
        signing_key: str | None = None,
        account_id: str | None = None,
        timeout_s: float = 15.0,
        pool_size: int = 10,
        session: Session | None = None,
        repeats: Repeats | None = None,
    ) -> None:
        transport = Transport(
            base_url=base_url,
            credentials=Credentials.of(
                api_key=api_key,
                bearer=bearer,
                signing_key=signing_key,
                account_id=account_id,
            ),
            timeout_s=timeout_s,
            pool_size=pool_size,
            session=session,
            repeats=repeats,
        )
        self._speak_by(transport)

    def _speak_by(self, transport: Transport) -> None:
        self._transport = transport
        self.sms = Sms(self._transport)
        self.voice = Voice(self._transport)
        self.rcs = Rcs(self._transport)
        self.status = Status(self._transport)
        self.journal = Journal(self._transport)
        self.lookup = Lookup(self._transport)
        self.contacts = Contacts(self._transport)
        self.groups = Groups(self._transport)
        self.hooks = Hooks(self._transport)
        self.numbers = Numbers(self._transport)
        self.subaccounts = Subaccounts(self._transport)
        self.balance = Balance(self._transport)
        self.pricing = Pricing(self._transport)
        self.analytics = Analytics(self._transport)

    def __repr__(self) -> str:
        return f"<SevenClient {self._transport!r}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def until(self, deadline: float) -> Self:
        """Return the same client, whose reads give up at a moment of the monotonic
        clock; it is closed with this one."""
        limited = copy.copy(self)
        limited._speak_by(self._transport.until(deadline))
        return limited

    def close(self) -> None:
        """Close the connections, unless the session was given."""
        self._transport.close()


OPERATIONS: Final[dict[str, tuple[str, str]]] = {
    "AnalyticsByCountry": ("analytics", "by_country"),
    "AnalyticsByDate": ("analytics", "by_date"),
    "AnalyticsByLabel": ("analytics", "by_label"),
    "AnalyticsBySubaccount": ("analytics", "by_subaccount"),
    "Balance": ("balance", "get"),
    "ContactsCreate": ("contacts", "create"),
    "ContactsDelete": ("contacts", "delete"),
    "ContactsGet": ("contacts", "get"),
    "ContactsList": ("contacts", "page"),
    "ContactsUpdate": ("contacts", "update"),
    "GroupsCreate": ("groups", "create"),
    "GroupsDelete": ("groups", "delete"),
    "GroupsGet": ("groups", "get"),
    "GroupsList": ("groups", "page"),
    "GroupsUpdate": ("groups", "update"),
    "HooksCreate": ("hooks", "create"),
    "HooksDelete": ("hooks", "delete"),
    "HooksList": ("hooks", "all"),
    "JournalInbound": ("journal", "inbound"),
    "JournalOutbound": ("journal", "outbound"),
    "JournalReplies": ("journal", "replies"),
    "JournalVoice": ("journal", "voice"),
    "LookupCNAM": ("lookup", "cnam"),
    "LookupFormat": ("lookup", "format"),
    "LookupHLR": ("lookup", "hlr"),
    "LookupMNP": ("lookup", "mnp"),
    "LookupRCS": ("lookup", "rcs"),
    "NumbersDelete": ("numbers", "delete"),
    "NumbersGet": ("numbers", "get"),
    "NumbersListActive": ("numbers", "active"),
    "NumbersListAvailable": ("numbers", "available"),
    "NumbersOrder": ("numbers", "order"),
    "NumbersUpdate": ("numbers", "update"),
    "Pricing": ("pricing", "get"),
    "RcsDelete": ("rcs", "delete"),
    "RcsDispatch": ("rcs", "send"),
    "RcsEvent": ("rcs", "send_event"),
    "SmsDelete": ("sms", "delete"),
    "SmsDispatch": ("sms", "send"),
    "Status": ("status", "get"),
    "SubaccountsAutomaticBalanceTransfer": ("subaccounts", "set_auto_topup"),
    "SubaccountsCreate": ("subaccounts", "create"),
    "SubaccountsDeleteSubaccount": ("subaccounts", "delete"),
    "SubaccountsList": ("subaccounts", "all"),
    "SubaccountsManualBalanceTransfer": ("subaccounts", "transfer_credits"),
    "ValidateForVoice": ("voice", "validate_number"),
    "VoiceCallEnd": ("voice", "hang_up"),
    "VoiceDispatch": ("voice", "send"),
}
