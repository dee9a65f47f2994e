"""Whether the gateway's events reach us."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from accounts import addresses
from accounts.models import Connection, GatewayHook, HookCheck, Poll
from accounts.selectors import polls


@dataclass(frozen=True, slots=True)
class HookHealth:
    """What is known of our webhook without asking the gateway now.

    `listed` are the hooks that carry our address, `moved` those with our secret path
    on another host, `others` everybody else's.
    """

    url: str
    poll: Poll | None
    listed: tuple[GatewayHook, ...]
    moved: tuple[GatewayHook, ...]
    others: tuple[GatewayHook, ...]
    last_event_at: datetime | None
    can_be_reached: bool
    has_signing_key: bool

    @property
    def seen_at(self) -> datetime | None:
        """When the gateway's list was last read."""
        polled = self.poll.succeeded_at if self.poll else None
        hooks = (*self.listed, *self.moved, *self.others)
        times = [hook.seen_at for hook in hooks] + ([polled] if polled else [])
        return max(times, default=None)

    @property
    def is_checked(self) -> bool:
        return self.seen_at is not None

    @property
    def rows(self) -> tuple[GatewayHook, ...]:
        """Every hook of the account, ours first."""
        return (*self.listed, *self.moved, *self.others)

    @property
    def is_registered(self) -> bool:
        return any(
            h.is_enabled and h.event_type == "all" and not h.event_filter
            for h in self.listed
        )

    @property
    def is_doubled(self) -> bool:
        """Every event comes more than once; harmless, but worth a word."""
        return len(self.listed) > 1

    @property
    def fault(self) -> str:
        """Return what is wrong: "missing", "moved", "off", "partial", or ""."""
        if self.is_registered or not self.is_checked:
            return ""
        if not self.listed:
            return "moved" if self.moved else "missing"
        return "partial" if any(h.is_enabled for h in self.listed) else "off"

    @property
    def state(self) -> str:
        """Return "working", "silent" (no event yet), "missing" or "unknown"."""
        if self.is_registered:
            return "working" if self.last_event_at else "silent"
        return "missing" if self.is_checked else "unknown"


def health(connection: Connection) -> HookHealth:
    """Return what the Connection page says about webhooks."""
    hooks = list(GatewayHook.objects.filter(connection=connection).order_by("id")[:100])
    url = addresses.webhook_url(connection)
    ours = [h for h in hooks if addresses.is_our_webhook(h.address, connection)]
    return HookHealth(
        url=url,
        poll=polls.get(connection, Poll.Kind.HOOKS),
        listed=tuple(h for h in ours if h.address == url),
        moved=tuple(h for h in ours if h.address != url),
        others=tuple(h for h in hooks if h not in ours),
        last_event_at=connection.last_event_at,
        can_be_reached=(
            not addresses.is_real_gateway() or addresses.is_publicly_reachable()
        ),
        has_signing_key=bool(connection.key_holder.signing_key),
    )


def newest_check(connection: Connection) -> HookCheck | None:
    """Return the newest test event, None if there was none."""
    return HookCheck.objects.filter(connection=connection).order_by("-asked_at").first()


def moved_addresses(connection_id: UUID, path: str, *, most: int = 3) -> list[str]:
    """Return earlier addresses of ours with this path that the gateway posts to."""
    others = GatewayHook.objects.filter(connection=connection_id, is_ours=False)
    found = {hook.address for hook in others.order_by("id")[:100]}
    return sorted(one for one in found if urlsplit(one).path == path)[:most]
