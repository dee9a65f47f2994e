"""Connect a workspace to its account by keys; check it, disconnect it."""

from __future__ import annotations

from copy import copy
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import sentences
from accounts.fields import UnreadableSecret
from accounts.models import (
    Connection,
    GatewayHook,
    Grant,
    NumberOffer,
    OwnNumber,
    Subaccount,
    Usage,
    User,
    Workspace,
)
from accounts.services import audit, gateway, schedules
from accounts.services.standing import (
    breaking_code,
    mark_broken,
    mark_working,
    note_balance,
)
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.errors import GatewayError, SignatureRejected
from seven_dashboard.gateway.resources.account import AccountBalance

__all__ = [
    "breaking_code",
    "check",
    "check_keys",
    "connect",
    "disconnect",
    "doubt_what_was_polled",
    "mark_broken",
    "mark_working",
    "note_balance",
    "pass_on",
    "refusal",
    "set_rate",
    "set_signing_key",
]


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
        Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
        # A balance that is noted meanwhile must not be overwritten with an older one.
        rows = Connection.objects.select_for_update(no_key=True)
        old = rows.filter(workspace=workspace).first()
        connection = _stored(workspace, old, api_key=api_key, signing_key=signing_key)
        if old is None or not _has_keys(old, api_key, signing_key):
            Grant.objects.filter(connection=connection).delete()
            schedules.begin(connection)
            _record_keys(connection, actor)
    mark_working(connection_id=connection.pk)
    note_balance(connection_id=connection.pk, amount=balance.amount)
    connection.refresh_from_db()
    return connection


def disconnect(*, connection: Connection, actor: User) -> None:
    """Forget the keys and everything polled with them.

    Workspaces that act as subaccounts of the account have no other keys, so they are
    disconnected with it.
    """
    with transaction.atomic():
        # An event of this moment waits, and the gateway comes again with it.
        Connection.objects.select_for_update().filter(pk=connection.pk).first()
        for child in connection.children.select_related("workspace"):
            _record_end(child, None)
        _record_end(connection, actor)
        connection.delete()


def end_subaccount(*, parent: Connection, subaccount_id: str) -> bool:
    """Disconnect the workspace that acts as a subaccount; say whether there was one."""
    with transaction.atomic():
        ending = parent.children.select_for_update(of=("self",))
        children = list(ending.filter(subaccount_id=subaccount_id))
        for child in children:
            _record_end(child, None)
            child.delete()
    return bool(children)


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
        client = gateway.client_for(connection, is_waited_for=True)
        balance = client.balance.get()
    except Refused as refused:
        if refused.code == "unreadable_secret":
            mark_broken(connection_id=connection.pk, code=Connection.UNREADABLE)
        raise
    except GatewayError as error:
        code = breaking_code(error)
        if code is not None:
            mark_broken(connection_id=connection.pk, code=code)
        raise refusal(error, connection) from None
    mark_working(connection_id=connection.pk)
    note_balance(connection_id=connection.pk, amount=balance.amount)
    connection.refresh_from_db()
    return connection


def set_signing_key(*, connection: Connection, actor: User, signing_key: str) -> None:
    """Sign every request with this key from now on; "" signs no more.

    The gateway is asked first whether it takes such a signature. Raises Refused.
    """
    if connection.parent_id is not None:
        raise Refused(
            _("The signing key is that of the main account. Change it there."),
            code="of_main_account",
            field="signing_key",
        )
    signing_key = signing_key.strip()
    if signing_key:
        _try_signing(connection, signing_key)
    before = connection.signing_key_last4
    with transaction.atomic():
        connection.signing_key = signing_key
        connection.signing_key_last4 = last4(signing_key)
        connection.save(update_fields=["signing_key", "signing_key_last4"])
        audit.record(
            workspace=connection.workspace,
            actor=actor,
            action="connection.set_signing_key",
            before={"signing_key_last4": before},
            after={"signing_key_last4": connection.signing_key_last4},
        )
    if signing_key:
        mark_working(connection_id=connection.pk)


def _try_signing(connection: Connection, signing_key: str) -> None:
    signed = copy(connection)
    signed.signing_key = signing_key
    try:
        gateway.client_for(signed, is_waited_for=True).balance.get()
    except ValueError:
        raise gateway.malformed_key("signing_key") from None
    except GatewayError as error:
        raise refusal(error, connection) from None


def check_keys(
    *, api_key: str = "", bearer: str = "", signing_key: str
) -> AccountBalance:
    """Return the balance that the keys open; store nothing. Raises Refused."""
    with gateway.impatient_client(
        api_key=api_key, bearer=bearer, signing_key=signing_key
    ) as client:
        try:
            return client.balance.get()
        except GatewayError as error:
            raise refusal(error) from None


def refusal(error: GatewayError, connection: Connection | None = None) -> Refused:
    """Return what to tell a person whose keys were tried."""
    field = "signing_key" if isinstance(error, SignatureRejected) else "api_key"
    code = f"gateway_{error.code or type(error).__name__}"
    if connection is None:
        return Refused(sentences.of_error(error), code=code, field=field)
    trouble = sentences.trouble_of_error(error, connection)
    return Refused(trouble.sentence, code=code, field=field)


def _stored(
    workspace: Workspace, old: Connection | None, *, api_key: str, signing_key: str
) -> Connection:
    connection = Connection(workspace=workspace)
    has_changed = old is None or not _has_keys(old, api_key)
    if old is not None:
        connection = Connection.objects.get(pk=old.pk)
        if has_changed:
            doubt_what_was_polled(old)
    if has_changed:
        connection.keys_changed_at = timezone.now()
    connection.method = Connection.Method.KEY
    # Keys of its own open an account of its own.
    connection.parent, connection.subaccount_id = None, ""
    connection.api_key = api_key
    connection.api_key_last4 = last4(api_key)
    connection.signing_key = signing_key
    connection.signing_key_last4 = last4(signing_key)
    connection.save()
    if has_changed:
        pass_on(connection)
    return connection


def pass_on(connection: Connection) -> None:
    """Let the workspaces that act as its subaccounts go on with the new keys."""
    children = connection.children.all()
    children.update(keys_changed_at=connection.keys_changed_at)
    for child_id in children.values_list("pk", flat=True):
        schedules.make_all_due(connection_id=child_id)


def _record_end(connection: Connection, actor: User | None) -> None:
    had = {
        "method": connection.method,
        "api_key_last4": connection.api_key_last4,
    }
    audit.record(
        workspace=connection.workspace,
        actor=actor,
        action="connection.disconnect",
        before={"subaccount": connection.subaccount_id} if connection.parent else had,
    )


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


def doubt_what_was_polled(connection: Connection) -> None:
    """Fetch again what was final: another key may belong to another account."""
    Usage.objects.filter(connection=connection).update(is_final=False)
    for listed in (GatewayHook, OwnNumber, NumberOffer, Subaccount):
        listed._default_manager.filter(connection=connection).delete()
    schedules.forget_lists(connection_id=connection.pk)


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
