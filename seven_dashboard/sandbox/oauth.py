"""The OAuth server below ``/oauth``: authorize, token, me, revoke (gateway.md 1).

Any client_id is registered. A public client proves itself by PKCE, a confidential one
by the secret ``<client_id>-secret``. Refreshing rotates the refresh token; using an old
one again ends the whole grant.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from urllib.parse import urlencode, urlsplit

from seven_dashboard.sandbox.accounts import Account
from seven_dashboard.sandbox.auth import SCOPES
from seven_dashboard.sandbox.http import (
    Request,
    Response,
    html_response,
    json_response,
    redirect_response,
)
from seven_dashboard.sandbox.pages import authorize_page, notice_page
from seven_dashboard.sandbox.params import Params, from_body, from_pairs, text_of
from seven_dashboard.sandbox.records import Token
from seven_dashboard.sandbox.world import World

PREFIX = "/oauth"
CODE_TTL_S = 600.0
REFRESH_TTL_S = 365 * 86_400.0


class GrantRefused(Exception):
    """A token request is refused with an OAuth error code."""

    def __init__(self, error: str, why: str) -> None:
        super().__init__(why)
        self.error = error


class OAuthServer:
    """Hands out and withdraws grants."""

    def __init__(self, world: World) -> None:
        self._world = world

    def respond(self, request: Request) -> Response:
        """Answer one request below the prefix."""
        params = from_pairs(request.query)
        content_type = request.headers.get("content-type", "")
        params |= from_body(request.body, content_type=content_type)
        step = (request.method, request.path.removeprefix(PREFIX).rstrip("/"))
        if step == ("GET", "/authorize"):
            return self._authorize(params)
        if step == ("POST", "/authorize"):
            return self._decide(params)
        if step == ("POST", "/token"):
            return self._token(request, params)
        if step == ("GET", "/me"):
            return self._me(request)
        if step == ("POST", "/revoke"):
            return self._revoke(params)
        return json_response({"error": "not_found"}, status=404)

    # --- authorize

    def _authorize(self, params: Params) -> Response:
        """Ask the person, or take ``approve=<API key>`` for an answer."""
        flaw = _flaw(params)
        if flaw:
            return html_response(notice_page(flaw), status=400)
        if params.get("code_challenge_method", "S256") != "S256":
            return _back(params, error="invalid_request")
        if text_of(params.get("approve")):
            return self._decide(params | {"key": params["approve"], "allow": "1"})
        living = [
            account.profile
            for account in self._world.accounts.values()
            if account.profile.key and not account.profile.is_deleted
        ]
        texts = {name: text_of(value) for name, value in params.items()}
        scopes = sorted(_scopes(params).split())
        return html_response(authorize_page(living, texts, scopes))

    def _decide(self, params: Params) -> Response:
        flaw = _flaw(params)
        if flaw:
            return html_response(notice_page(flaw), status=400)
        account = self._world.account_for_key(text_of(params.get("key")))
        if account is None or not text_of(params.get("allow")):
            return _back(params, error="access_denied")
        return _back(params, code=self._issue_code(account, params))

    def _issue_code(self, account: Account, params: Params) -> str:
        token = self._grant(
            account,
            "code",
            client_id=text_of(params.get("client_id")),
            scope=_scopes(params),
            ttl_s=CODE_TTL_S,
            family=secrets.token_hex(8),
        )
        token.redirect_uri = text_of(params.get("redirect_uri"))
        token.challenge = text_of(params.get("code_challenge"))
        return token.id

    # --- token

    def _token(self, request: Request, params: Params) -> Response:
        try:
            kind = text_of(params.get("grant_type"))
            if kind == "authorization_code":
                return self._exchange(request, params)
            if kind == "refresh_token":
                return self._refresh(request, params)
            raise GrantRefused("unsupported_grant_type", f"no {kind!r} here")
        except GrantRefused as refused:
            body = {"error": refused.error, "error_description": str(refused)}
            return json_response(body, status=400)

    def _exchange(self, request: Request, params: Params) -> Response:
        code = self._living(text_of(params.get("code")), kind="code")
        self._world.drop_token(code)
        if code.redirect_uri != text_of(params.get("redirect_uri")):
            raise GrantRefused("invalid_grant", "redirect_uri differs")
        _check_client(request, params, code, needs_secret=not code.challenge)
        verifier = text_of(params.get("code_verifier"))
        if code.challenge and not hmac.compare_digest(
            _challenge(verifier), code.challenge
        ):
            raise GrantRefused("invalid_grant", "code_verifier does not match")
        return self._tokens(code)

    def _refresh(self, request: Request, params: Params) -> Response:
        given = text_of(params.get("refresh_token"))
        old = self._world.tokens.get(given)
        if old is not None and old.kind == "spent":
            self.end_family(old.family)
            raise GrantRefused("invalid_grant", "refresh token was used before")
        old = self._living(given, kind="refresh")
        # Whoever cannot say who they are uses nothing up.
        _check_client(request, params, old, needs_secret=False)
        old.kind = "spent"
        self._world.put_token(old)
        return self._tokens(old)

    def _living(self, given: str, *, kind: str) -> Token:
        token = self._world.tokens.get(given)
        if token is None or token.kind != kind:
            raise GrantRefused("invalid_grant", f"unknown {kind}")
        if token.expires_at <= self._world.now():
            raise GrantRefused("invalid_grant", f"{kind} has expired")
        return token

    def _tokens(self, grant: Token) -> Response:
        account = self._world.accounts[grant.account_id]
        shared = {
            "client_id": grant.client_id,
            "scope": grant.scope,
            "family": grant.family,
        }
        life_s = self._world.options.token_ttl_s
        access = self._grant(account, "access", ttl_s=life_s, **shared)
        refresh = self._grant(account, "refresh", ttl_s=REFRESH_TTL_S, **shared)
        return json_response(
            {
                "access_token": access.id,
                "expires_in": int(life_s),
                "refresh_token": refresh.id,
                "token_type": "Bearer",
                "scope": grant.scope,
            }
        )

    def _grant(
        self,
        account: Account,
        kind: str,
        *,
        client_id: str,
        scope: str,
        ttl_s: float,
        family: str,
    ) -> Token:
        token = Token(
            id=secrets.token_urlsafe(32),
            account_id=account.id,
            kind=kind,
            client_id=client_id,
            scope=scope,
            expires_at=self._world.now() + ttl_s,
            family=family,
        )
        self._world.put_token(token)
        return token

    # --- who, and the end

    def _me(self, request: Request) -> Response:
        header = request.headers.get("authorization", "")
        token = self._world.tokens.get(header.partition(" ")[2].strip())
        is_good = token is not None and token.kind == "access"
        if token is None or not is_good or token.expires_at <= self._world.now():
            return json_response({"error": "invalid_token"}, status=401)
        profile = self._world.accounts[token.account_id].profile
        return json_response(
            {
                "success": True,
                "user_id": int(profile.id),
                "alias": profile.alias,
                "email": profile.email,
                "company": profile.company,
                "balance": f"{profile.balance:.4f}",
            }
        )

    def _revoke(self, params: Params) -> Response:
        token = self._world.tokens.get(text_of(params.get("token")))
        if token is not None:
            self.end_family(token.family)
        return json_response({})

    def end_family(self, family: str) -> int:
        """Withdraw every token of one consent; returns how many there were."""
        ended = [t for t in self._world.tokens.values() if t.family == family]
        for token in ended:
            self._world.drop_token(token)
        return len(ended)

    def expire(self, account: Account, *, kind: str) -> int:
        """Let ``access``, ``refresh`` or ``all`` tokens of an account expire."""
        count = 0
        for token in list(self._world.tokens.values()):
            if token.account_id == account.id and kind in ("all", token.kind):
                token.expires_at = 0.0
                self._world.put_token(token)
                count += 1
        return count


def _flaw(params: Params) -> str:
    if text_of(params.get("response_type")) not in ("code", ""):
        return "response_type must be code."
    if not text_of(params.get("client_id")):
        return "client_id is missing."
    target = urlsplit(text_of(params.get("redirect_uri")))
    if target.scheme not in ("http", "https") or not target.netloc:
        return "redirect_uri is no web address."
    return ""


def _back(params: Params, **result: str) -> Response:
    redirect_uri = text_of(params.get("redirect_uri"))
    state = text_of(params.get("state"))
    if state:
        result["state"] = state
    glue = "&" if "?" in redirect_uri else "?"
    return redirect_response(redirect_uri + glue + urlencode(result))


def _scopes(params: Params) -> str:
    asked = text_of(params.get("scope")).replace(",", " ").split()
    known = [scope for scope in asked if scope in SCOPES]
    return " ".join(known or sorted(SCOPES))


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _check_client(
    request: Request, params: Params, grant: Token, *, needs_secret: bool
) -> None:
    client_id, secret = _client(request, params)
    if client_id != grant.client_id:
        raise GrantRefused("invalid_client", "client_id differs")
    if not secret and not needs_secret:
        return
    if not hmac.compare_digest(secret, f"{client_id}-secret"):
        raise GrantRefused("invalid_client", "client_secret is wrong")


def _client(request: Request, params: Params) -> tuple[str, str]:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(given).decode().partition(":")
        except ValueError:
            return "", ""
        return name, secret
    return text_of(params.get("client_id")), text_of(params.get("client_secret"))
