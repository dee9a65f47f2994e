"""Accounts of the sandbox: the documented ones, fresh ones, their keys and settings."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, deque
from dataclasses import asdict, dataclass, field

from seven_dashboard.sandbox.faults import FaultPlan, WebhookPlan
from seven_dashboard.sandbox.records import (
    ActiveNumber,
    CallerId,
    Contact,
    Group,
    Hook,
    Inbound,
    Lookup,
    Message,
    VoiceCall,
)

DEFAULT_CREDIT_EUR = 1_000.0
_FRESH_KEY = re.compile(r"sandbox-[A-Za-z0-9_-]{1,64}")


@dataclass(slots=True)
class Profile:
    """What is stored of an account itself, next to its messages and contacts."""

    id: str
    alias: str
    key: str
    signing_key: str
    balance: float
    company: str | None = None
    email: str = ""
    name: str = ""
    parent_id: str | None = None
    total_usage: float = 0.0
    topup_threshold: float = 0.0
    topup_amount: float = 0.0
    sender: str = "SMS"
    agent_id: str = "sandboxagent"
    reload_lock_s: float = 180.0
    throughput_per_s: float | None = None
    # Lowest and highest delay of the final report; None takes the sandbox's own.
    report_delay_s: list[float] | None = None
    # How much later than accepted a message or a call shows in the journal.
    journal_lag_s: float = 0.0
    has_fates: bool = True
    scopes: list[str] | None = None
    allowed_ips: list[str] | None = None
    is_signing_required: bool = False
    is_debug: bool = False
    refusal_shape: str = "envelope"
    is_deleted: bool = False


@dataclass(slots=True)
class Account:
    """A profile with everything that belongs to it, in memory."""

    profile: Profile
    messages: list[Message] = field(default_factory=list)
    by_id: dict[int, Message] = field(default_factory=dict)
    by_recipient: dict[str, list[Message]] = field(default_factory=dict)
    inbound: list[Inbound] = field(default_factory=list)
    calls: dict[int, VoiceCall] = field(default_factory=dict)
    lookups: list[Lookup] = field(default_factory=list)
    hooks: dict[int, Hook] = field(default_factory=dict)
    contacts: dict[int, Contact] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    numbers: dict[str, ActiveNumber] = field(default_factory=dict)
    caller_ids: dict[str, CallerId] = field(default_factory=dict)
    reload_locks: dict[tuple[str, str], float] = field(default_factory=dict)
    nonces: deque[tuple[float, str]] = field(default_factory=deque)
    nonce_set: set[str] = field(default_factory=set)
    fate_uses: dict[str, int] = field(default_factory=dict)
    faults: FaultPlan = field(default_factory=FaultPlan)
    # A plan of its own, so that sends and reads can be spoiled at the same time.
    read_faults: FaultPlan = field(default_factory=FaultPlan)
    webhook_plan: WebhookPlan = field(default_factory=WebhookPlan)
    # How often each trouble really happened, for tests that depend on it.
    troubles: Counter[str] = field(default_factory=Counter)
    # How often each operation was asked for, by method and path.
    requests: Counter[str] = field(default_factory=Counter)
    next_slot_at: float = 0.0
    pending_eur: float = 0.0

    @property
    def id(self) -> str:
        """Return the account's number as text."""
        return self.profile.id

    def lock(self, recipient: str, text_key: str, *, at: float) -> None:
        """Refuse the same text to the same number for a while from a moment on."""
        locks = self.reload_locks
        locks.pop((recipient, text_key), None)
        locks[(recipient, text_key)] = at + self.profile.reload_lock_s
        # Oldest first by insertion, so the expired ones are at the front.
        while locks:
            oldest = next(iter(locks))
            if locks[oldest] > at:
                break
            del locks[oldest]

    def add_message(self, message: Message) -> None:
        """Take a message into the journal."""
        self.messages.append(message)
        self.by_id[message.id] = message
        self.by_recipient.setdefault(message.recipient, []).append(message)

    def forget(self) -> None:
        """Empty everything but the profile."""
        for shelf in (self.messages, self.inbound, self.lookups):
            shelf.clear()
        for index in (self.by_id, self.by_recipient, self.calls, self.hooks):
            index.clear()
        for book in (self.contacts, self.groups, self.numbers, self.caller_ids):
            book.clear()

    def charge(self, amount: float) -> None:
        """Take money from the balance."""
        self.profile.balance = round(self.profile.balance - amount, 4)
        self.profile.total_usage = round(self.profile.total_usage + amount, 4)


def text_key_of(text: str) -> str:
    """Return a short key of a text, for the reload lock."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def signing_key_of(key: str) -> str:
    """Return the signing key that belongs to an API key of the sandbox.

    ``sandbox-demo-key`` has ``sandbox-demo-signing-key``: a trailing ``-key`` gives way
    to ``-signing-key``, which is simply appended to any other key.
    """
    return key.removesuffix("-key") + "-signing-key"


def account_id_of(key: str) -> str:
    """Return a stable account number for a key, so that restarts keep it."""
    return str(
        100_000 + int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) % 900_000
    )


def fresh_profile(key: str) -> Profile:
    """Return a new account for a key, with the default credit."""
    alias = key.removeprefix("sandbox-").removesuffix("-key") or "fresh"
    return Profile(
        id=account_id_of(key),
        alias=alias,
        key=key,
        signing_key=signing_key_of(key),
        balance=DEFAULT_CREDIT_EUR,
        company=f"Sandbox {alias}",
        email=f"{alias}@sandbox.invalid",
        name=alias,
    )


def known_profiles() -> list[Profile]:
    """Return the accounts that docs/sandbox.md names."""
    demo = fresh_profile("sandbox-demo-key")
    demo.balance = 10_000.0
    demo.company = "Sandbox Demo Ltd"
    poor = fresh_profile("sandbox-poor-key")
    poor.balance = 0.2
    rightless = fresh_profile("sandbox-norights-key")
    rightless.scopes = []
    fenced = fresh_profile("sandbox-ip-key")
    fenced.allowed_ips = ["203.0.113.7"]
    signed = fresh_profile("sandbox-signed-key")
    signed.is_signing_required = True
    debug = fresh_profile("sandbox-debug-key")
    debug.is_debug = True
    return [demo, poor, rightless, fenced, signed, debug]


def makes_fresh_account(key: str) -> bool:
    """Say whether an unknown key is spelled so that it opens an account."""
    return _FRESH_KEY.fullmatch(key) is not None


def profile_json(profile: Profile) -> dict[str, object]:
    """Return a profile for the control surface."""
    return asdict(profile)
