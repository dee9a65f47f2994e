"""Add and remove webhooks at the gateway, whoever they point to."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts import sentences
from accounts.addresses import webhook_url
from accounts.models import Connection, GatewayHook, User
from accounts.services import audit, gateway, hooks
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.errors import GatewayError, NotFound, UnclearOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A webhook that is to be added; ``headers`` may hold secrets and are not kept."""

    target_url: str
    event_type: str
    request_method: str
    event_filter: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def create(*, connection: Connection, actor: User, wish: Wish) -> None:
    """Have the gateway post events to an address. Raises Refused.

    On an unclear answer the list is fetched, and a person looks before trying again.
    """
    client = gateway.client_for(connection, is_waited_for=True)
    try:
        client.hooks.create(
            target_url=wish.target_url,
            event_type=wish.event_type,
            request_method=wish.request_method,
            event_filter=wish.event_filter or None,
            headers=wish.headers,
        )
    except GatewayError as error:
        raise _refusal(connection, error) from None
    _look(connection)
    audit.record(
        workspace=connection.workspace,
        actor=actor,
        action="hook.create",
        after={
            "address": _host_of(wish.target_url),
            "event_type": wish.event_type,
            "event_filter": wish.event_filter,
            "request_method": wish.request_method,
            "header_names": ", ".join(wish.headers),
        },
    )


def delete(*, hook: GatewayHook, actor: User) -> None:
    """Have the gateway post there no more; one that is gone already is no error."""
    connection = hook.connection
    client = gateway.client_for(connection, is_waited_for=True)
    try:
        with suppress(NotFound):
            client.hooks.delete(hook.gateway_id)
    except GatewayError as error:
        if not _is_gone(connection, hook):
            raise _refusal(connection, error) from None
    audit.record(
        workspace=connection.workspace,
        actor=actor,
        action="hook.delete",
        before={
            "address": hook.target_host,
            "event_type": hook.event_type,
            "event_filter": hook.event_filter,
            "request_method": hook.request_method,
        },
    )
    GatewayHook.objects.filter(pk=hook.pk).delete()
    _look(connection)


def is_ours(connection: Connection, url: str) -> bool:
    """Say whether an address is this dashboard's own."""
    return url == webhook_url(connection)


def _refusal(connection: Connection, error: GatewayError) -> Refused:
    if isinstance(error, UnclearOutcome):
        _look(connection)
        sentence = _(
            "The gateway did not say whether it did this. Look at the list before you "
            "try again."
        )
        return Refused(sentence, code="unclear")
    trouble = sentences.trouble_of_error(error, connection)
    return Refused(trouble.sentence, code=f"gateway_{error.code}")


def _is_gone(connection: Connection, hook: GatewayHook) -> bool:
    """Look whether a hook is there still; when nobody answers, it may be."""
    if not _look(connection):
        return False
    rows = GatewayHook.objects.filter(connection=connection)
    return not rows.filter(gateway_id=hook.gateway_id).exists()


def _look(connection: Connection) -> bool:
    """Fetch the list; a later poll does it where that fails."""
    try:
        hooks.refresh(connection=connection, is_waited_for=True)
    except (GatewayError, Refused):
        return False
    return True


def _host_of(url: str) -> str:
    return GatewayHook(target=url).target_host
