"""Connect a workspace by OAuth: a person signs in at seven.io and permits us to act."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from accounts import sentences
from accounts.fields import UnreadableSecret
from accounts.models import Connection, Grant, SignIn, User, Workspace
from accounts.services import audit, connections, gateway, grants, oauth, schedules
from seven_dashboard.errors import Refused
from seven_dashboard.gateway.credentials import Secret
from seven_dashboard.gateway.errors import (
    GatewayError,
    GrantRejected,
    MissingPermission,
    SignatureRejected,
)
from seven_dashboard.gateway.oauth import Identity, Pkce, Tokens

# How long a person may be away at the sign-in page.
RETURN_WITHIN: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Departure:
    """Where a person goes, and the state that has to come back with them."""

    state: str
    url: str


def begin(*, workspace: Workspace, user: User, scopes: Sequence[str]) -> Departure:
    """Note that a person leaves to permit us `scopes`. Raises Refused."""
    server = oauth.server()
    state, pkce = secrets.token_urlsafe(32), Pkce.new()
    SignIn.objects.create(
        state_hash=_hash(state),
        workspace=workspace,
        user=user,
        verifier=pkce.verifier,
        scopes=" ".join(scopes),
    )
    url = server.authorize_url(
        redirect_uri=oauth.redirect_uri(), state=state, pkce=pkce, scopes=scopes
    )
    return Departure(state, url)


def finish(
    *, workspace: Workspace, user: User, state: str, kept_state: str, code: str
) -> Connection:
    """Connect the workspace with the permission that a person came back with.

    `kept_state` is what their session holds. Each departure is good for one return.
    Raises Refused; the connection stays as it was then.
    """
    sign_in = _take(state) if constant_time_compare(state, kept_state) else None
    if sign_in is None or sign_in.user_id != user.pk or _is_over(sign_in):
        raise Refused(
            _(
                "This sign-in did not begin in this browser, or it was used already. "
                "Nothing was changed. Begin again."
            ),
            code="unknown_sign_in",
        )
    if sign_in.workspace_id != workspace.pk:
        raise Refused(
            _(
                "The sign-in began in another workspace. Nothing was changed. Switch "
                "to that workspace and begin again."
            ),
            code="other_workspace",
        )
    tokens = _exchange(sign_in, code)
    return _connected(workspace, user, tokens, asked=sign_in.scopes)


def forget(state: str) -> None:
    """Let a departure end without a return, as when the person said no."""
    SignIn.objects.filter(state_hash=_hash(state)).delete()


def try_to_revoke(connection: Connection) -> None:
    """Give the permission back, if the gateway has a way to.

    The published documents name none; whoever wants to be sure removes the permission
    in their account at seven.io.
    """
    grant = Grant.objects.filter(connection=connection).first()
    if grant is None:
        return
    with suppress(GatewayError, Refused, UnreadableSecret, ValueError):
        token = Secret(grant.refresh_token.reveal())
        oauth.server(timeout_s=gateway.WAITED_FOR_S).revoke(token)


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def _take(state: str) -> SignIn | None:
    """Return a departure and strike it out; of two returns at once one gets it."""
    with transaction.atomic():
        found = (
            SignIn.objects.select_for_update().filter(state_hash=_hash(state)).first()
        )
        if found is not None:
            SignIn.objects.filter(pk=found.pk).delete()
    return found


def _is_over(sign_in: SignIn) -> bool:
    return timezone.now() - sign_in.created_at > RETURN_WITHIN


def _exchange(sign_in: SignIn, code: str) -> Tokens:
    server = oauth.server(timeout_s=gateway.WAITED_FOR_S)
    try:
        return server.exchange(
            code,
            redirect_uri=oauth.redirect_uri(),
            pkce=Pkce(sign_in.verifier.reveal()),
        )
    except UnreadableSecret:
        raise Refused(sentences.UNREADABLE, code="unreadable_secret") from None
    except GrantRejected:
        raise Refused(
            _(
                "seven.io did not accept the sign-in: it is too old or was used "
                "already. Nothing was changed. Begin again."
            ),
            code="code_rejected",
        ) from None
    except GatewayError as error:
        raise Refused(
            sentences.of_error(error), code=f"gateway_{type(error).__name__}"
        ) from None


def _connected(
    workspace: Workspace, user: User, tokens: Tokens, *, asked: str
) -> Connection:
    """Store a permission, after a look at whose account it opens."""
    identity = whose(tokens.access_token)
    signing_key = _signing_key_of(workspace)
    signing_key, balance = _try_out(tokens, signing_key)
    with transaction.atomic():
        Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
        connection, grant = _rows(workspace)
        is_other = grant is None or not _is_same_account(grant, identity)
        if is_other:
            connection.keys_changed_at = timezone.now()
            if not connection._state.adding:
                connections.doubt_what_was_polled(connection)
        _fill(connection, signing_key)
        _grant(connection, grant, tokens, identity, asked=asked)
        if is_other:
            connections.pass_on(connection)
        schedules.begin(connection)
        _record(connection, user)
    connections.mark_working(connection_id=connection.pk)
    if balance is not None:
        connections.note_balance(connection_id=connection.pk, amount=balance)
    connection.refresh_from_db()
    return connection


def whose(access_token: Secret) -> Identity:
    """Return whose account a token opens; empty when nobody says."""
    try:
        return oauth.server(timeout_s=gateway.WAITED_FOR_S).me(access_token)
    except GatewayError:
        return Identity()


def _signing_key_of(workspace: Workspace) -> str:
    found = Connection.objects.filter(workspace=workspace).first()
    try:
        return str(found.signing_key.reveal()) if found else ""
    except UnreadableSecret:
        return ""


def _try_out(tokens: Tokens, signing_key: str) -> tuple[str, Decimal | None]:
    """Ask for the balance; return a signing key that fits, and what was told.

    The signing key of before may be another account's: then requests go unsigned until
    the right one is entered. A gateway that is away costs no permission.
    """
    bearer = tokens.access_token.reveal()
    with gateway.impatient_client(bearer=bearer, signing_key=signing_key) as client:
        try:
            return signing_key, client.balance.get().amount
        except SignatureRejected as error:
            if not signing_key:
                raise connections.refusal(error) from None
        except MissingPermission:
            return signing_key, None
        except GatewayError as error:
            if error.is_permanent:
                raise connections.refusal(error) from None
            return signing_key, None
    return _try_out(tokens, "")


def _rows(workspace: Workspace) -> tuple[Connection, Grant | None]:
    # A balance that is noted meanwhile must not be overwritten with an older one.
    rows = Connection.objects.select_for_update(no_key=True)
    connection = rows.filter(workspace=workspace).first()
    if connection is None:
        return Connection(workspace=workspace), None
    # A renewal that stores its tokens in between would get the version of the new ones.
    old = Grant.objects.select_for_update(no_key=True).filter(connection=connection)
    return connection, old.first()


def _is_same_account(grant: Grant, identity: Identity) -> bool:
    return identity.user_id is not None and grant.account_id == str(identity.user_id)


def _fill(connection: Connection, signing_key: str) -> None:
    connection.method = Connection.Method.OAUTH
    # A permission of its own opens an account of its own.
    connection.parent, connection.subaccount_id = None, ""
    connection.api_key, connection.api_key_last4 = "", ""
    connection.signing_key = signing_key
    connection.signing_key_last4 = connections.last4(signing_key)
    connection.state, connection.broken_code = Connection.State.CONNECTED, None
    connection.save()


def _grant(
    connection: Connection,
    old: Grant | None,
    tokens: Tokens,
    identity: Identity,
    *,
    asked: str,
) -> None:
    # A renewal that is under way with the old tokens finds another version.
    Grant.objects.update_or_create(
        connection=connection,
        defaults={
            "scopes": asked,
            **grants.values_of(tokens),
            "version": old.version + 1 if old else 1,
            "granted_at": timezone.now(),
            "refusals": 0,
            **_identity_values(identity),
        },
    )


def _identity_values(identity: Identity) -> dict[str, str]:
    return {
        "account_id": str(identity.user_id or "")[:32],
        "alias": (identity.alias or "")[:120],
        "email": (identity.email or "")[:254],
        "company": (identity.company or "")[:200],
    }


def _record(connection: Connection, actor: User) -> None:
    grant = Grant.objects.get(connection=connection)
    audit.record(
        workspace=connection.workspace,
        actor=actor,
        action="connection.permit",
        after={
            "account": grant.alias or grant.account_id,
            "scopes": grant.scopes,
            "address": settings.SEVEN_OAUTH_URL,
        },
    )
