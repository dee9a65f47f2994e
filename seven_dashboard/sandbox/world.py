"""The state of one sandbox: accounts by key, tokens, running ids, and what is kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from seven_dashboard.sandbox.accounts import (
    Account,
    Profile,
    fresh_profile,
    known_profiles,
    makes_fresh_account,
    text_key_of,
)
from seven_dashboard.sandbox.options import Options
from seven_dashboard.sandbox.records import (
    ActiveNumber,
    CallerId,
    Contact,
    Delivery,
    Group,
    Hook,
    Inbound,
    Lookup,
    Message,
    Token,
    VoiceCall,
)
from seven_dashboard.sandbox.store import Store

# Starting points are plausible and move with the clock, so that a sandbox without a
# state file does not hand out an id twice to a product that remembers.
_FIRST_MESSAGE_ID = 77_000_000_000
_MESSAGE_ID_SPAN = 900_000_000


class World:
    """All accounts, found by key, number or token, and the clock they live by."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.store = Store(options.state)
        self.accounts: dict[str, Account] = {}
        self.by_key: dict[str, Account] = {}
        self.tokens: dict[str, Token] = {}
        self.deliveries: dict[int, Delivery] = {}
        self.base_url = options.public_url
        self.expired_token_status = 200
        self.now: Callable[[], float] = time.time
        spread = int(self.now() * 10)
        self._message_id = _FIRST_MESSAGE_ID + spread % _MESSAGE_ID_SPAN
        self._serial = 1_000_000 + spread % 100_000_000
        self._load()

    # --- ids

    def next_message_id(self) -> int:
        """Return the next id of an SMS or RCS message: eleven digits from 77 up."""
        self._message_id += 1
        return self._message_id

    def next_serial(self) -> int:
        """Return the next id of anything else."""
        self._serial += 1
        return self._serial

    # --- accounts

    def account_for_key(self, key: str) -> Account | None:
        """Return the account of a key, opening one for a fresh ``sandbox-`` key."""
        account = self.by_key.get(key)
        if account is None and makes_fresh_account(key):
            account = self.open_account(fresh_profile(key))
        if account is None or account.profile.is_deleted:
            return None
        return account

    def account_for_login(self, user: str, password: str) -> Account | None:
        """Return the account of the old ``u``/``p`` pair: alias and key."""
        account = self.by_key.get(password)
        if account is None or account.profile.alias != user:
            return None
        return account

    def open_account(self, profile: Profile) -> Account:
        """Add an account."""
        account = Account(profile)
        self.accounts[profile.id] = account
        if profile.key:
            self.by_key[profile.key] = account
        self.store.put(profile)
        return account

    def subaccounts_of(self, account: Account) -> list[Account]:
        """Return the living subaccounts of a main account."""
        return [
            other
            for other in self.accounts.values()
            if other.profile.parent_id == account.id and not other.profile.is_deleted
        ]

    def charge(self, account: Account, amount: float) -> None:
        """Take money from an account and top a subaccount up when it asks for it."""
        account.charge(amount)
        self.store.put(account.profile)
        self._top_up(account)

    def _top_up(self, account: Account) -> None:
        profile = account.profile
        parent = self.accounts.get(profile.parent_id or "")
        if parent is None or profile.topup_amount <= 0:
            return
        if profile.balance < profile.topup_threshold:
            self.transfer(parent, account, amount=profile.topup_amount)

    def transfer(self, source: Account, target: Account, *, amount: float) -> bool:
        """Move credit between accounts; False when the source has too little."""
        if amount > source.profile.balance:
            return False
        source.profile.balance = round(source.profile.balance - amount, 4)
        target.profile.balance = round(target.profile.balance + amount, 4)
        self.store.put(source.profile)
        self.store.put(target.profile)
        return True

    def reset(self, account: Account) -> Account:
        """Forget what an account did; its key and subscription to life stay."""
        for record in _records_of(account):
            self.store.delete(record)
        for delivery in self._deliveries_of(account):
            del self.deliveries[delivery.id]
            self.store.delete(delivery)
        # Emptied in place too: what is still scheduled must find nothing to report.
        account.forget()
        key = account.profile.key
        known = {profile.key: profile for profile in known_profiles()}
        return self.open_account(known.get(key) or fresh_profile(key))

    def _deliveries_of(self, account: Account) -> list[Delivery]:
        return [d for d in self.deliveries.values() if d.account_id == account.id]

    # --- tokens

    def put_token(self, token: Token) -> None:
        """Add a grant."""
        self.tokens[token.id] = token
        self.store.put(token)

    def drop_token(self, token: Token) -> None:
        """Withdraw a grant."""
        self.tokens.pop(token.id, None)
        self.store.delete(token)

    # --- restart

    def _load(self) -> None:
        for profile in self.store.read(Profile):
            self.open_account(profile)
        for profile in known_profiles():
            if profile.key not in self.by_key:
                self.open_account(profile)
        self._load_records()
        for token in self.store.read(Token):
            self.tokens[token.id] = token
        for delivery in self.store.read(Delivery):
            self.deliveries[delivery.id] = delivery
            self._serial = max(self._serial, delivery.id)
        self.store.commit()

    def _load_records(self) -> None:
        for message in self._of_accounts(Message):
            self._place(self.accounts[message.account_id], message)
            self._message_id = max(self._message_id, message.id)
        for kind, place in _SHELVES.items():
            for record in self._of_accounts(kind):
                place(self.accounts[record.account_id], record)
                if isinstance(record.id, int):
                    self._serial = max(self._serial, record.id)

    def _place(self, account: Account, message: Message) -> None:
        account.add_message(message)
        if message.created_at + account.profile.reload_lock_s > self.now():
            key = text_key_of(message.text)
            account.lock(message.recipient, key, at=message.created_at)

    def _of_accounts(self, kind: type[Any]) -> list[Any]:
        kept = self.store.read(kind)
        return sorted(
            (record for record in kept if record.account_id in self.accounts),
            key=lambda record: record.id,
        )


_SHELVES: dict[type[Any], Callable[[Account, Any], None]] = {
    Inbound: lambda account, record: account.inbound.append(record),
    Lookup: lambda account, record: account.lookups.append(record),
    VoiceCall: lambda account, record: account.calls.update({record.id: record}),
    Hook: lambda account, record: account.hooks.update({record.id: record}),
    Contact: lambda account, record: account.contacts.update({record.id: record}),
    Group: lambda account, record: account.groups.update({record.id: record}),
    ActiveNumber: lambda account, record: account.numbers.update({record.id: record}),
    CallerId: lambda account, record: account.caller_ids.update({record.id: record}),
}


def _records_of(account: Account) -> list[Any]:
    return [
        *account.messages,
        *account.inbound,
        *account.lookups,
        *account.calls.values(),
        *account.hooks.values(),
        *account.contacts.values(),
        *account.groups.values(),
        *account.numbers.values(),
        *account.caller_ids.values(),
    ]
