"""Keys and tokens that do not show themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

_PRINTABLE: Final = re.compile(r"[\x21-\x7e]{1,4096}")


class Secret:
    """Hold one key; only `reveal` shows it, and it cannot be pickled."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        # requests would repeat a broken header value in its error.
        if not _PRINTABLE.fullmatch(value):
            raise ValueError("a key must be one word of plain characters")
        self._value = value

    def reveal(self) -> str:
        """Return the key itself."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __reduce__(self) -> Any:
        raise TypeError("a key is not written to disk or to a queue")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Say who calls: an API key or a bearer token, and for which subaccount."""

    api_key: Secret | None = None
    bearer: Secret | None = None
    signing_key: Secret | None = None
    account_id: str | None = None

    @classmethod
    def of(
        cls,
        *,
        api_key: str | None = None,
        bearer: str | None = None,
        signing_key: str | None = None,
        account_id: str | None = None,
    ) -> Credentials:
        """Wrap plain keys; raise ValueError unless there is one key or one token."""
        if bool(api_key) == bool(bearer):
            raise ValueError("give either an API key or a bearer token")
        if account_id and not _PRINTABLE.fullmatch(account_id):
            raise ValueError("the account id must be one word of plain characters")
        return cls(
            api_key=Secret(api_key) if api_key else None,
            bearer=Secret(bearer) if bearer else None,
            signing_key=Secret(signing_key) if signing_key else None,
            account_id=account_id or None,
        )

    def headers(self) -> dict[str, str]:
        """Return the headers that carry the credentials."""
        headers: dict[str, str] = {}
        if self.api_key:
            headers["X-Api-Key"] = self.api_key.reveal()
        if self.bearer:
            headers["Authorization"] = f"Bearer {self.bearer.reveal()}"
        if self.account_id:
            headers["X-Account-Id"] = self.account_id
        return headers
