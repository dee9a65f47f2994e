"""Who is calling, by any of the gateway's spellings, and whether they may.

Refusals are bare codes with status 200 (gateway.md 2.2): 900 wrong key, 901 wrong
signature, 902 no right, 903 wrong address. A bearer token without the scope is 403.
"""

from __future__ import annotations

from dataclasses import dataclass

from seven_dashboard.gateway import signing
from seven_dashboard.sandbox.accounts import Account, Profile
from seven_dashboard.sandbox.http import Request
from seven_dashboard.sandbox.params import Params, text_of
from seven_dashboard.sandbox.records import Token
from seven_dashboard.sandbox.world import World

# What a key or a token may be allowed; groups and numbers are newer than the
# specification (gateway.md 1).
SCOPES = frozenset(
    {
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
    }
)

_SIGNATURE = signing.SIGNATURE_HEADER.lower()
_TIMESTAMP = signing.TIMESTAMP_HEADER.lower()
_NONCE = signing.NONCE_HEADER.lower()


class Refused(Exception):
    """A caller is turned away with a bare code."""

    def __init__(self, code: str, *, status: int = 200) -> None:
        super().__init__(code)
        self.code = code
        self.status = status


@dataclass(frozen=True, slots=True)
class Caller:
    """The account to act for, and the one whose key or token opened the door."""

    account: Account
    key_account: Account
    token: Token | None = None


def identify(world: World, request: Request, params: Params) -> Caller:
    """Return the caller of a request or raise Refused."""
    header = request.headers.get("authorization", "")
    scheme, _, secret = header.partition(" ")
    if scheme.lower() == "bearer" and "x-api-key" not in request.headers:
        return _bearer(world, request, secret.strip())
    account = _by_key(world, request, params, secret if scheme else "")
    if account is None:
        raise Refused("900")
    return Caller(_acting_for(world, request, account), account)


def _by_key(
    world: World, request: Request, params: Params, basic: str
) -> Account | None:
    key = request.headers.get("x-api-key") or basic.strip()
    if key:
        return world.account_for_key(key)
    password = text_of(params.get("p"))
    if not password:
        return None
    user = text_of(params.get("u"))
    if user:
        return world.account_for_login(user, password)
    return world.account_for_key(password)


def _bearer(world: World, request: Request, secret: str) -> Caller:
    token = world.tokens.get(secret)
    if token is None or token.kind != "access" or token.expires_at <= world.now():
        raise Refused("900", status=world.expired_token_status)
    account = world.accounts.get(token.account_id)
    if account is None:
        raise Refused("900", status=world.expired_token_status)
    return Caller(_acting_for(world, request, account), account, token)


def _acting_for(world: World, request: Request, account: Account) -> Account:
    wanted = request.headers.get("x-account-id", "").strip()
    if not wanted or wanted == account.id:
        return account
    other = world.accounts.get(wanted)
    is_ours = other is not None and other.profile.parent_id == account.id
    if other is None or not is_ours or other.profile.is_deleted:
        raise Refused("902")
    return other


def authorize(caller: Caller, request: Request, *, scope: str) -> None:
    """Raise Refused unless the key may use this part of the API from here."""
    profile = caller.key_account.profile
    if profile.allowed_ips is not None and request.peer not in profile.allowed_ips:
        raise Refused("903")
    if caller.token is not None:
        if scope not in caller.token.scope.split():
            raise Refused("902", status=403)
    elif profile.scopes is not None and scope not in profile.scopes:
        raise Refused("902")


def check_signature(world: World, caller: Caller, request: Request) -> None:
    """Raise Refused 901 for a wrong, old or replayed signature, or a missing one."""
    profile = caller.key_account.profile
    if _SIGNATURE not in request.headers:
        if profile.is_signing_required:
            raise Refused("901")
        return
    try:
        nonce = _verified_nonce(world, profile, request)
    except signing.SignatureInvalid:
        raise Refused("901") from None
    if not _remember(caller.key_account, nonce, now=world.now()):
        raise Refused("901")


def _verified_nonce(world: World, profile: Profile, request: Request) -> str:
    base = world.options.public_url or f"http://{request.headers.get('host', '')}"
    return signing.verify(
        key=profile.signing_key,
        method=request.method,
        url=base + request.target,
        body=request.body,
        timestamp=request.headers.get(_TIMESTAMP),
        nonce=request.headers.get(_NONCE),
        signature=request.headers.get(_SIGNATURE),
        max_age_s=signing.REQUEST_MAX_AGE_S,
        now=world.now(),
    ).nonce


def _remember(account: Account, nonce: str, *, now: float) -> bool:
    oldest = now - signing.REQUEST_MAX_AGE_S - signing.MAX_AHEAD_S
    while account.nonces and account.nonces[0][0] < oldest:
        account.nonce_set.discard(account.nonces.popleft()[1])
    if nonce in account.nonce_set:
        return False
    account.nonces.append((now, nonce))
    account.nonce_set.add(nonce)
    return True
