"""Where everything is: our servers, the gateway, ourselves.

Stands above ``embedded``, which stands above ``env``.
"""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from seven_dashboard import embedded, env

REAL_GATEWAY_URL = "https://gateway.seven.io/api"
REAL_OAUTH_URL = "https://oauth.seven.io"
DEFAULT_SANDBOX_PORT = 8025


def uses_embedded_database() -> bool:
    return not env.text("DATABASE_URL")


def uses_embedded_redis() -> bool:
    return not env.text("REDIS_URL")


def database_url() -> str:
    if not uses_embedded_database():
        return env.text("DATABASE_URL")
    return embedded.database_url()


def redis_url() -> str:
    """Return the address of the Redis server without a database number."""
    if not uses_embedded_redis():
        return env.text("REDIS_URL").rstrip("/")
    return embedded.redis_url()


def start_embedded_services() -> None:
    """Start whatever is not configured; do nothing where both are named."""
    database, redis = uses_embedded_database(), uses_embedded_redis()
    if not database and not redis:
        return
    embedded.start(database=database, redis=redis)


def database_settings() -> dict[str, object]:
    """Translate ``postgresql://user:password@host:port/name`` for Django."""
    parts = urlsplit(database_url())
    if parts.scheme not in {"postgres", "postgresql"}:
        raise env.Misconfigured(
            "DATABASE_URL must start with postgresql:// - PostgreSQL is the only "
            "database this product runs on."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }


def sandbox_port() -> int:
    """Return where the sandbox listens: that of ``manage.py up`` unless named."""
    remembered = embedded.remembered_port("sandbox", default=DEFAULT_SANDBOX_PORT)
    return env.number("SANDBOX_PORT", remembered)


def gateway_url() -> str:
    """Return where the gateway is: the sandbox for DEBUG, else the real one."""
    default = (
        f"http://127.0.0.1:{sandbox_port()}/api" if env.is_debug() else REAL_GATEWAY_URL
    )
    return env.text("SEVEN_BASE_URL", default).rstrip("/")


def oauth_url() -> str:
    """Return where permissions are given: at the side of the gateway that is used."""
    has_sandbox = env.is_debug() and host_of(gateway_url()) != host_of(REAL_GATEWAY_URL)
    sandbox = f"http://127.0.0.1:{sandbox_port()}/oauth"
    default = sandbox if has_sandbox else REAL_OAUTH_URL
    return env.text("SEVEN_OAUTH_URL", default).rstrip("/")


def oauth_client_id() -> str:
    """Return our name at the authorisation server; a sandbox here takes any."""
    is_here = host_of(oauth_url()) in {"127.0.0.1", "localhost"}
    return env.text("SEVEN_OAUTH_CLIENT_ID", "seven-dashboard" if is_here else "")


def public_url() -> str:
    """Return our own address: by default the port that ``manage.py up`` last had."""
    port = env.number("PORT", embedded.remembered_port("web", default=8000))
    return env.text("PUBLIC_URL", f"http://127.0.0.1:{port}").rstrip("/")


def host_of(url: str) -> str:
    return urlsplit(url).hostname or "localhost"


def cookie_name(purpose: str) -> str:
    """Name a cookie after the port, because cookies do not tell ports apart."""
    return f"seven_{purpose}_{urlsplit(public_url()).port or 443}"
