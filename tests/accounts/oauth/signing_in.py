"""A person who permits a connection at the sandbox's sign-in page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from accounts import scopes
from accounts.models import Connection, Grant
from tests.fixtures import SandboxAccount

ALL = [name for name, _label in scopes.CHOICES]


@dataclass(frozen=True)
class Return:
    """The address that the gateway sends the person back to."""

    path: str
    query: dict[str, str]

    @property
    def address(self) -> str:
        return f"{self.path}?{urlencode(self.query)}"


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args: object, **options: object) -> None:
        return None


def leave(browser: Client, uses: Sequence[str] = tuple(ALL)) -> str:
    """Press the button; return the address at the gateway that it leads to."""
    page = browser.post(reverse("accounts:connection_permit"), {"uses": list(uses)})
    link = BeautifulSoup(page.content, "html.parser").select_one("main a.btn")
    assert link is not None, page.content
    return str(link["href"])


def permit(url: str, sandbox: SandboxAccount, *, key: str = "") -> Return:
    """Say yes at the gateway for the account; return where that leads back to."""
    opener = build_opener(_Stay)
    opener.addheaders = []
    try:
        answer = opener.open(f"{url}&approve={key or sandbox.api_key}", timeout=30)
        location = answer.headers["Location"]
    except OSError as redirect:
        location = redirect.headers["Location"]  # type: ignore[attr-defined]
    parts = urlsplit(location)
    found = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return Return(parts.path, found)


def sign_in(
    browser: Client,
    sandbox: SandboxAccount,
    *,
    uses: Sequence[str] = tuple(ALL),
    key: str = "",
) -> str:
    """Go all the way; return the text of the page at the end."""
    back = permit(leave(browser, uses), sandbox, key=key)
    page = browser.get(back.address, follow=True)
    return " ".join(BeautifulSoup(page.content, "html.parser").get_text().split())


def grant() -> Grant:
    return Grant.objects.select_related("connection").get()


def connection() -> Connection:
    return Connection.objects.get(parent=None)
