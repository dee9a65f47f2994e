"""Connecting an account without a key: OAuth 2.0 with PKCE at oauth.seven.io.

The code of the redirect is exchanged for an access token that lives an hour and a
refresh token that takes its place; each refresh may bring a new refresh token.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final
from urllib.parse import urlencode

from pydantic import BeforeValidator, Field

from seven_dashboard.gateway.answers import Answer, word_of
from seven_dashboard.gateway.credentials import Credentials, Secret
from seven_dashboard.gateway.errors import (
    ApplicationRejected,
    GatewayError,
    GrantRejected,
    InvalidCredentials,
    InvalidRequest,
    MissingPermission,
    NotFound,
    UnclearOutcome,
)
from seven_dashboard.gateway.parsing import (
    GatewayModel,
    MoneyOrNone,
    TextOrNone,
    WholeOrNone,
    text,
    texts,
)
from seven_dashboard.gateway.transport import Session, Transport, checked_base_url

# docs.seven.io: an access token lives an hour.
_DEFAULT_LIFE_S: Final = 3600
_LONGEST_LIFE_S: Final = 10 * 365 * 24 * 3600

# Errors that say nothing about the grant: our registration or request is wrong.
_OURS: Final = frozenset(
    {"invalid_client", "unauthorized_client", "unsupported_grant_type"}
)

# The specification lacks groups and numbers; published clients ask for them.
SCOPES: Final = (
    "analytics",
    "balance",
    "contacts",
    "groups",
    "hooks",
    "journal",
    "lookup",
    "numbers",
    "pricing",
    "rcs",
    "sms",
    "status",
    "subaccounts",
    "validate_for_voice",
    "voice",
)


@dataclass(frozen=True, slots=True)
class Pkce:
    """The proof that whoever redeems the code is who asked for it."""

    verifier: str

    def __repr__(self) -> str:
        return "Pkce(…)"

    @classmethod
    def new(cls) -> Pkce:
        """Return a fresh proof; keep its verifier in the session of the person."""
        return cls(secrets.token_urlsafe(48))

    @property
    def challenge(self) -> str:
        """Return what goes into the authorize URL."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _scopes(value: object) -> list[str]:
    """Return the scopes, sent as one text by some servers and as a list by others."""
    return value.split() if isinstance(value, str) else texts(value)


class _TokenAnswer(GatewayModel):
    access_token: Annotated[str, BeforeValidator(text)] = Field("", repr=False)
    refresh_token: TextOrNone = Field(default=None, repr=False)
    expires_in: WholeOrNone = None
    scope: Annotated[list[str], BeforeValidator(_scopes)] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a connection lives on. After a refresh only these are valid."""

    access_token: Secret
    refresh_token: Secret | None
    expires_at: datetime
    scopes: frozenset[str]


class Identity(GatewayModel):
    """Whose account it is; the balance is EUR."""

    user_id: WholeOrNone = None
    alias: TextOrNone = None
    email: TextOrNone = None
    company: TextOrNone = None
    balance: MoneyOrNone = None


class OAuth:
    """The gateway's authorisation server, for one registered application.

    With `client_secret` the application is confidential; without it the PKCE verifier
    alone proves who redeems the code.
    """

    def __init__(
        self,
        *,
        base_url: str,
        client_id: str,
        client_secret: str | None = None,
        timeout_s: float = 15.0,
        session: Session | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._base_url = checked_base_url(base_url)
        self._client_id = client_id
        self._client_secret = Secret(client_secret) if client_secret else None
        self._timeout_s = timeout_s
        self._session = session
        self._clock = clock

    def __repr__(self) -> str:
        return f"<OAuth {self._base_url}>"

    def authorize_url(
        self,
        *,
        redirect_uri: str,
        state: str,
        pkce: Pkce,
        scopes: Sequence[str] = SCOPES,
    ) -> str:
        """Return where to send the person. `state` comes back and must be compared."""
        query = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "scope": " ".join(scopes),
            "code_challenge": pkce.challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._base_url}/authorize?{urlencode(query)}"

    def exchange(self, code: str, *, redirect_uri: str, pkce: Pkce) -> Tokens:
        """Return the tokens for the code of the redirect, or raise GrantRejected."""
        secret_code = _secret_or_none(code)
        if secret_code is None:
            # Whoever wrote the address of the redirect wrote this code.
            raise GrantRejected(operation="OAuthToken")
        return self._tokens(
            {
                "grant_type": "authorization_code",
                "code": secret_code,
                "redirect_uri": redirect_uri,
                "code_verifier": Secret(pkce.verifier),
            }
        )

    def refresh(self, refresh_token: Secret) -> Tokens:
        """Return new tokens, or raise GrantRejected when a person has to connect again.

        A server that names no new refresh token lets the old one live on.
        """
        tokens = self._tokens(
            {"grant_type": "refresh_token", "refresh_token": refresh_token}
        )
        if tokens.refresh_token is not None:
            return tokens
        return Tokens(
            tokens.access_token, refresh_token, tokens.expires_at, tokens.scopes
        )

    def me(self, access_token: Secret) -> Identity:
        """Return whose account the token opens."""
        transport = self._transport(Credentials(bearer=access_token))
        try:
            return transport.read("OAuthMe", "/me").one(Identity)
        finally:
            transport.close()

    def revoke(self, token: Secret) -> None:
        """Give a permission back. Not every server offers it (RFC 7009)."""
        transport = self._transport(None)
        try:
            transport.write("OAuthRevoke", "POST", "/revoke", form=self._signed(token))
        finally:
            transport.close()

    def _signed(self, token: Secret) -> dict[str, object]:
        return {
            "token": token,
            "client_id": self._client_id,
            "client_secret": self._client_secret,
        }

    def _tokens(self, grant: Mapping[str, object]) -> Tokens:
        form = {
            **grant,
            "client_id": self._client_id,
            "client_secret": self._client_secret,
        }
        transport = self._transport(None)
        try:
            answer = transport.write("OAuthToken", "POST", "/token", form=form)
        except NotFound:
            # The address is wrong, whatever the grant is like.
            raise
        except (InvalidRequest, InvalidCredentials, MissingPermission) as error:
            raise _rejection(
                error.word, detail=error.detail, http_status=error.http_status
            ) from None
        finally:
            transport.close()
        return self._read(answer)

    def _read(self, answer: Answer) -> Tokens:
        if isinstance(answer.data, Mapping) and "error" in answer.data:
            word = word_of(answer.data)
            raise _rejection(word, detail=answer.refusal().detail)
        read = answer.one(_TokenAnswer)
        access_token = _secret_or_none(read.access_token)
        if access_token is None:
            raise UnclearOutcome(operation=answer.operation)
        life_s = min(read.expires_in or _DEFAULT_LIFE_S, _LONGEST_LIFE_S)
        now = datetime.fromtimestamp(self._clock(), UTC)
        return Tokens(
            access_token=access_token,
            refresh_token=_secret_or_none(read.refresh_token),
            expires_at=now + timedelta(seconds=life_s),
            scopes=frozenset(read.scope),
        )

    def _transport(self, credentials: Credentials | None) -> Transport:
        return Transport(
            base_url=self._base_url,
            credentials=credentials,
            timeout_s=self._timeout_s,
            pool_size=1,
            session=self._session,
        )


def _rejection(
    word: str, *, detail: str, http_status: int | None = None
) -> GatewayError:
    """Return the error for a refused grant: RFC 6749, 5.2 names whose fault it is."""
    kind = ApplicationRejected if word in _OURS else GrantRejected
    return kind(
        word=word, detail=detail, http_status=http_status, operation="OAuthToken"
    )


def _secret_or_none(value: str | None) -> Secret | None:
    """Return a token, or None for what cannot be one."""
    try:
        return Secret(value or "")
    except ValueError:
        return None
