"""The only reader of ``os.environ``: every outside value of the product.

A secret may be given as ``NAME`` or as ``NAME_FILE`` (a path whose content is
the value), so that container secrets never appear in a process listing.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent


class Misconfigured(Exception):
    """Say in one sentence which variable is wrong and what to do."""


def text(name: str, default: str = "") -> str:
    """Return the variable, or the content of the file that ``NAME_FILE`` names."""
    value = os.environ.get(name)
    if value:
        return value
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return default
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Misconfigured(
            f"{name}_FILE names {path}, which cannot be read ({error.strerror})."
        ) from None


def flag(name: str, *, default: bool = False) -> bool:
    value = text(name).strip().lower()
    if not value:
        return default
    return value in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    value = text(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise Misconfigured(f"{name} must be a whole number, not {value!r}.") from None


def words(name: str) -> list[str]:
    """Return the parts of a comma list, without blanks."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def var_dir() -> Path:
    """Return the folder for data, logs and generated keys of this copy."""
    return Path(text("SEVEN_VAR_DIR", str(BASE_DIR / "var"))).resolve()


def is_debug() -> bool:
    """DEBUG is on unless turned off or a production database is named."""
    return flag("DEBUG", default=not text("DATABASE_URL"))


def has_debug_pages() -> bool:
    """Say whether Django's error pages, with code and values, stand in for ours."""
    return is_debug() and flag("DEBUG_PAGES")


def generated_secret(name: str) -> str:
    """Return a secret that this copy made for itself on its first start.

    Only for a DEBUG copy: production names its secrets, so that a lost folder
    never means lost gateway keys.
    """
    path = var_dir() / "secrets" / name.lower()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        pass
    temporary = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(secrets.token_urlsafe(48))
    # A hard link fails when another process was first: then its value counts.
    with contextlib.suppress(FileExistsError):
        os.link(temporary, path)
    temporary.unlink(missing_ok=True)
    return path.read_text(encoding="utf-8")


def secret(name: str) -> str:
    value = text(name)
    if value:
        return value
    if not is_debug():
        raise Misconfigured(
            f"{name} is not set. Production needs its own value: "
            "python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    return generated_secret(name)


def static_root() -> Path:
    return Path(text("STATIC_ROOT", str(var_dir() / "staticfiles")))
