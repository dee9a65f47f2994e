"""What the sandbox remembers: one dataclass per noun, plain values only."""

from __future__ import annotations

from dataclasses import dataclass, field

FINAL_STATUSES = frozenset(
    {"DELIVERED", "NOTDELIVERED", "EXPIRED", "REJECTED", "FAILED"}
)


@dataclass(slots=True)
class Message:
    """One accepted SMS or RCS message to one recipient."""

    id: int
    account_id: str
    sender: str
    recipient: str
    text: str
    encoding: str
    parts: int
    price: float
    created_at: float
    send_at: float
    channel: str = "SMS"
    label: str | None = None
    foreign_id: str | None = None
    udh: str | None = None
    is_binary: bool = False
    fallback: str | None = None
    connection: str = "http"
    mccmnc: str | None = None
    is_tracked: bool = False
    final_url: str | None = None
    clicks: int = 0
    status: str | None = None
    status_at: float | None = None
    steps_done: int = 0
    is_deleted: bool = False


@dataclass(slots=True)
class Inbound:
    """One message that a handset sent to the account."""

    id: int
    account_id: str
    sender: str
    system: str
    text: str
    at: float
    reply_to: str | None = None
    is_reply: bool = False
    channel: str = "SMS"


@dataclass(slots=True)
class VoiceCall:
    """One outbound call."""

    id: int
    account_id: str
    sender: str
    recipient: str
    text: str
    is_xml: bool
    price: float
    created_at: float
    foreign_id: str | None = None
    status: str = ""
    error: str | None = None
    answered_at: float | None = None
    duration_s: int | None = None
    steps_done: int = 0


@dataclass(slots=True)
class Lookup:
    """One paid or free look-up, kept for the analytics."""

    id: int
    account_id: str
    kind: str
    number: str
    price: float
    at: float


@dataclass(slots=True)
class Hook:
    """One webhook subscription."""

    id: int
    account_id: str
    target_url: str
    event_type: str
    event_filter: str | None
    request_method: str
    headers: str
    created_at: float
    is_enabled: bool = True


@dataclass(slots=True)
class Contact:
    """One contact of the gateway's own address book."""

    id: int
    account_id: str
    created_at: float
    avatar: str
    properties: dict[str, str | None] = field(default_factory=dict)
    groups: list[int] = field(default_factory=list)
    validation: str | None = None


@dataclass(slots=True)
class Group:
    """One group of contacts."""

    id: int
    account_id: str
    name: str
    created_at: float


@dataclass(slots=True)
class ActiveNumber:
    """One rented number."""

    id: str
    account_id: str
    country: str
    payment_interval: str
    created_at: float
    friendly_name: str = ""
    sms_forward: list[str] = field(default_factory=list)
    email_forward: list[str] = field(default_factory=list)
    slack_forward: list[str] = field(default_factory=list)
    expires_at: float | None = None


@dataclass(slots=True)
class CallerId:
    """One number that may be shown as the caller of voice calls."""

    id: str
    account_id: str
    serial: int
    code: str
    callback: str = ""
    is_valid: bool = False


@dataclass(slots=True)
class Token:
    """One OAuth grant: an authorization code, an access or a refresh token."""

    id: str
    account_id: str
    kind: str
    client_id: str
    scope: str
    expires_at: float
    redirect_uri: str = ""
    challenge: str = ""
    family: str = ""


@dataclass(slots=True)
class Delivery:
    """One webhook on its way to one hook, over all its attempts."""

    id: int
    account_id: str
    hook_id: int
    url: str
    request_method: str
    headers: str
    event: str
    data: dict[str, object]
    event_at: float
    attempts: int = 0
    due_at: float = 0.0
    state: str = "waiting"
    last_result: str = ""
