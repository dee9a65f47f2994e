"""Our webhook at the gateway: register it, and see what is listed there."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import sentences
from accounts.addresses import (
    is_our_webhook,
    is_publicly_reachable,
    is_real_gateway,
    webhook_url,
)
from accounts.models import Connection, GatewayHook, User
from accounts.services import audit, gateway
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.errors import GatewayError, NotFound
from seven_dashboard.gateway.resources.hooks import Hook, HookEvent, HookMethod

__all__ = ["refresh", "register", "webhook_url", "withdraw"]

# What a look at the gateway's list tells of a hook.
_SEEN = [
    *("event_type", "event_filter", "request_method", "header_names", "target"),
    *("is_ours", "is_enabled", "created_at", "seen_at"),
]


def register(*, connection: Connection, actor: User | None) -> None:
    """Make sure that the gateway posts every event to us, exactly once.

    An enabled hook to our address stays; hooks to an earlier address of ours go, after
    the new one stands. Raises Refused with the gateway's sentence.
    """
    if is_real_gateway() and not is_publicly_reachable():
        raise Refused(
            _(
                "The gateway cannot reach this server under its address. Set "
                "PUBLIC_URL to the address that the internet knows it by."
            ),
            code="public_url",
        )
    try:
        is_changed = _register(connection)
        refresh(connection=connection, is_waited_for=True)
    except GatewayError as error:
        raise Refused(sentences.of_error(error), code=f"gateway_{error.code}") from None
    if not is_changed:
        return
    audit.record(
        workspace=connection.workspace,
        actor=actor,
        action="hooks.register",
        after={"address": settings.PUBLIC_URL},
    )


def refresh(*, connection: Connection, is_waited_for: bool = False) -> None:
    """Keep the gateway's list of hooks as rows. Raises GatewayError, Refused."""
    client = gateway.client_for(connection, is_waited_for=is_waited_for)
    listed = client.hooks.all()
    now = timezone.now()
    rows = [
        GatewayHook(
            connection=connection,
            gateway_id=hook.id,
            event_type=hook.event_type[:32],
            event_filter=(hook.event_filter or "")[:64],
            request_method=hook.request_method[:8].upper(),
            header_names=_header_names(hook.headers),
            target=hook.target_url,
            is_ours=hook.target_url == webhook_url(connection),
            is_enabled=hook.is_enabled,
            created_at=hook.created_at,
            seen_at=now,
        )
        for hook in listed
    ]
    with transaction.atomic():
        mine = GatewayHook.objects.filter(connection=connection)
        mine.exclude(gateway_id__in=[row.gateway_id for row in rows]).delete()
        # Rows stay, so that a page that shows one can still name it.
        GatewayHook.objects.bulk_create(
            {row.gateway_id: row for row in rows}.values(),
            update_conflicts=True,
            unique_fields=["connection", "gateway_id"],
            update_fields=_SEEN,
        )


def _header_names(lines: str) -> str:
    """Return the names of a hook's headers; what they hold may be a secret."""
    names = (line.partition(":")[0].strip() for line in lines.splitlines())
    return ", ".join(name for name in names if name)[:400]


def withdraw(*, connection: Connection) -> None:
    """Remove our hooks at the gateway. Raises GatewayError, Refused."""
    client = gateway.client_for(connection, is_waited_for=True)
    for hook in client.hooks.all():
        if is_our_webhook(hook.target_url, connection):
            client.hooks.delete(hook.id)


def _register(connection: Connection) -> bool:
    """Leave exactly one right hook; say whether anything had to be done."""
    client = gateway.client_for(connection, is_waited_for=True)
    mine = [
        hook
        for hook in client.hooks.all()
        if is_our_webhook(hook.target_url, connection)
    ]
    kept = next((hook for hook in mine if _is_right(hook, connection)), None)
    if kept is None:
        client.hooks.create(
            target_url=webhook_url(connection),
            event_type=HookEvent.ALL,
            request_method=HookMethod.JSON,
        )
    for hook in mine:
        if hook is not kept:
            try:
                client.hooks.delete(hook.id)
            except NotFound:
                continue
    return kept is None or len(mine) > 1


def _is_right(hook: Hook, connection: Connection) -> bool:
    return (
        hook.target_url == webhook_url(connection)
        and hook.event_type == HookEvent.ALL
        # With a filter, what is about any other number would not come.
        and not hook.event_filter
        and hook.is_enabled
    )


def try_to_withdraw(connections: Iterable[Connection]) -> bool:
    """Remove our hooks at the gateway if it answers; say whether all are gone.

    A person waits: after the first that gets no answer no other is asked for.
    """
    try:
        for connection in connections:
            withdraw(connection=connection)
    except (GatewayError, Refused):
        return False
    return True
