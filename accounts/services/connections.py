"""Connect a workspace to its account at the gateway, and keep what we learn of it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import sentences
from accounts.fields import UnreadableSecret
from accounts.models import (
    BalanceReading,
    Connection,
    GatewayHook,
    Usage,
    User,
    Workspace,
)
from accounts.services import audit, gateway, schedules
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.errors import (
    AddressNotAllowed,
    GatewayError,
    InvalidCredentials,
    SignatureRejected,
)
from seven_dashboard.gateway.resources.account import AccountBalance

# Answers of send calls come many a second; the chart needs one in a while.
READING_EVERY = timedelta(minutes=5)
# Errors that no call with this key can get past, with their code. A missing right
# (902) concerns one operation only.
BREAKING: Final[dict[type[GatewayError], int]] = {
    InvalidCredentials: 900,
    SignatureRejected: 901,
    AddressNotAllowed: 903,
}


def connect(
    *,
    workspace: Workspace,
    actor: User | None,
    api_key: str,
    signing_key: str | None = None,
) -> Connection:
    """Connect the workspace with a key that /balance accepts, and return the result.

    An existing connection gets the new key and keeps its webhook address.
    `signing_key` None keeps the stored one, "" removes it. Raises Refused with the
    sentence of the gateway's code; nothing is changed then.
    """
    api_key = api_key.strip()
    if signing_key is None:
        signing_key = _stored_signing_key(workspace)
    signing_key = signing_key.strip()
    balance = check_keys(api_key=api_key, signing_key=signing_key)
    with transaction.atomic():
        Workspace.objects.select_for_update().get(pk=workspace.pk)
        old = Connection.objects.filter(workspace=workspace).first()
        connection = _stored(workspace, old, api_key=api_key, signing_key=signing_key)
        if old is None or not _has_keys(old, api_key, signing_key):
            schedules.begin(connection)
            _record_keys(connection, actor)
    mark_working(connection_id=connection.pk)
    note_balance(connection_id=connection.pk, amount=balance.amount)
    connection.refresh_from_db()
    return connection


def disconnect(*, connection: Connection, actor: User) -> None:
    """Forget the keys and everything polled with them."""
    with transaction.atomic():
        # An event of this moment waits, and the gateway comes again with it.
        Connection.objects.select_for_update().filter(pk=connection.pk).first()
        audit.record(
            workspace=connection.workspace,
            actor=actor,
            action="connection.disconnect",
            before={"api_key_last4": connection.api_key_last4},
        )
        connection.delete()


def set_rate(*, connection: Connection, actor: User, rate_per_s: Decimal) -> None:
    """Set how many messages a second leave for the gateway."""
    before = connection.rate_per_s
    if before == rate_per_s:
        return
    with transaction.atomic():
        connection.rate_per_s = rate_per_s
        connection.save(update_fields=["rate_per_s"])
        audit.record(
            workspace=connection.workspace,
            actor=actor,
            action="connection.set_rate",
            before={"rate_per_s": before},
            after={"rate_per_s": rate_per_s},
        )


def check(*, connection: Connection) -> Connection:
    """Ask the gateway now whether the keys work; note the answer on the row.

    Raises Refused with the sentence when they do not, or when nobody answers.
    """
    try:
        api_key = connection.api_key.reveal()
        signing_key = connection.signing_key.reveal()
    except UnreadableSecret:
        mark_broken(connection_id=connection.pk, code=Connection.UNREADABLE)
        raise Refused(sentences.UNREADABLE, code="unreadable_secret") from None
    with gateway.impatient_client(api_key=api_key, signing_key=signing_key) as client:
        try:
            balance = client.balance.get()
        except GatewayError as error:
            code = breaking_code(error)
            if code is not None:
                mark_broken(connection_id=connection.pk, code=code)
            raise _refusal(error) from None
    mark_working(connection_id=connection.pk)
    note_balance(connection_id=connection.pk, amount=balance.amount)
    connection.refresh_from_db()
    return connection


def note_balance(*, connection_id: UUID, amount: Decimal) -> None:
    """Keep a balance (EUR) that an answer of the gateway told us."""
    now = timezone.now()
    found = Connection.objects.filter(pk=connection_id).update(
        balance=amount, balance_at=now
    )
    if not found:
        return
    is_fresh = BalanceReading.objects.filter(
        connection_id=connection_id, read_at__gt=now - READING_EVERY
    ).exists()
    if not is_fresh:
        BalanceReading.objects.create(
            connection_id=connection_id, amount=amount, read_at=now
        )


def mark_broken(*, connection_id: UUID, code: int) -> None:
    """Note that the gateway refuses the key with `code`, once."""
    with transaction.atomic():
        changed = (
            Connection.objects.filter(pk=connection_id)
            .exclude(state=Connection.State.BROKEN, broken_code=code)
            .update(state=Connection.State.BROKEN, broken_code=code)
        )
        if changed:
            _record_by_itself(connection_id, "connection.break", {"code": code})


def mark_working(*, connection_id: UUID) -> None:
    """Note that the key works; a broken connection is whole again."""
    with transaction.atomic():
        Connection.objects.filter(pk=connection_id).update(checked_at=timezone.now())
        changed = Connection.objects.filter(
            pk=connection_id, state=Connection.State.BROKEN
        ).update(state=Connection.State.CONNECTED, broken_code=None)
        if changed:
            schedules.make_all_due(connection_id=connection_id)
            _record_by_itself(connection_id, "connection.recover", {})


def breaking_code(error: GatewayError) -> int | None:
    """Return the code under which the error breaks the connection, if it does."""
    return next(
        (code for kind, code in BREAKING.items() if isinstance(error, kind)), None
    )


def check_keys(*, api_key: str, signing_key: str) -> AccountBalance:
    """Return the balance that the keys open; store nothing. Raises Refused."""
    with gateway.impatient_client(api_key=api_key, signing_key=signing_key) as client:
        try:
            return client.balance.get()
        except GatewayError as error:
            raise _refusal(error) from None


def _refusal(error: GatewayError) -> Refused:
    field = "signing_key" if isinstance(error, SignatureRejected) else "api_key"
    code = f"gateway_{error.code or type(error).__name__}"
    return Refused(sentences.of_error(error), code=code, field=field)


def _stored(
    workspace: Workspace, old: Connection | None, *, api_key: str, signing_key: str
) -> Connection:
    connection = Connection(workspace=workspace)
    if old is not None:
        connection = Connection.objects.get(pk=old.pk)
        if not _has_keys(old, api_key):
            _doubt_what_was_polled(old)
    if old is None or not _has_keys(old, api_key):
        connection.keys_changed_at = timezone.now()
    connection.api_key = api_key
    connection.api_key_last4 = last4(api_key)
    connection.signing_key = signing_key
    connection.signing_key_last4 = last4(signing_key)
    connection.save()
    return connection


def _record_keys(connection: Connection, actor: User | None) -> None:
    audit.record(
        workspace=connection.workspace,
        actor=actor,
        action="connection.connect",
        after={
            "api_key_last4": connection.api_key_last4,
            "signing_key_last4": connection.signing_key_last4,
        },
    )


def last4(key: str) -> str:
    """Return the end of a key that may be shown; of a short key less, or nothing."""
    return key[-4:] if len(key) >= 12 else ""


def _has_keys(
    connection: Connection, api_key: str, signing_key: str | None = None
) -> bool:
    try:
        is_same = bool(connection.api_key.reveal() == api_key)
        if signing_key is None:
            return is_same
        return is_same and bool(connection.signing_key.reveal() == signing_key)
    except UnreadableSecret:
        return False


def _doubt_what_was_polled(connection: Connection) -> None:
    """Fetch again what was final: another key may belong to another account."""
    Usage.objects.filter(connection=connection).update(is_final=False)
    GatewayHook.objects.filter(connection=connection).delete()


def _stored_signing_key(workspace: Workspace) -> str:
    connection = Connection.objects.filter(workspace=workspace).first()
    if connection is None:
        return ""
    try:
        return str(connection.signing_key.reveal())
    except UnreadableSecret:
        raise Refused(
            _("The stored signing key cannot be read. Enter it again."),
            code="unreadable_secret",
            field="signing_key",
        ) from None


def _record_by_itself(connection_id: UUID, action: str, after: dict[str, int]) -> None:
    workspace = Workspace.objects.get(connection=connection_id)
    audit.record(workspace=workspace, actor=None, action=action, after=dict(after))
