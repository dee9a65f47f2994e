"""A person with a browser that knows HTML and no JavaScript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urljoin

import requests
from bs4 import BeautifulSoup, Tag

TIMEOUT_S = 30.0
Upload = tuple[str, bytes, str]
TICKED = {"checkbox", "radio"}
NOT_SENT = {"submit", "button", "image", "reset", "file"}


@dataclass(frozen=True)
class Shown:
    """A page as it came: its address, status and content."""

    url: str
    status: int
    content: bytes

    @cached_property
    def soup(self) -> BeautifulSoup:
        # Worked out when asked for: many pages are only gone through.
        return BeautifulSoup(self.content, "html.parser", from_encoding="utf-8")

    @property
    def text(self) -> str:
        """Return what a person reads in the main part, in one line."""
        part = self.soup.find("main") or self.soup
        return " ".join(part.get_text(" ").split())

    def link(self, words: str) -> str:
        """Return the address behind the first link that carries these words."""
        for link in self.soup.find_all("a", href=True):
            if words in " ".join(link.get_text(" ").split()):
                return urljoin(self.url, str(link["href"]))
        raise AssertionError(f"no link {words!r} on {self.url}: {self.text[:2000]}")

    def form(self, button: str) -> tuple[Tag, Tag]:
        """Return the form and the button whose words, name or value hold the text."""
        for form in self.soup.find_all("form"):
            for found in [*form.find_all("button"), *self._outside(form)]:
                words = " ".join(found.get_text(" ").split())
                label = str(found.get("aria-label", ""))
                if found.get("type") != "button" and button in (words or label):
                    return form, found
        raise AssertionError(f"no button {button!r} on {self.url}: {self.text[:2000]}")

    def _outside(self, form: Tag) -> list[Tag]:
        name = form.get("id")
        return self.soup.find_all("button", attrs={"form": name}) if name else []


def values_of(form: Tag) -> list[tuple[str, str]]:
    """Return what a browser would send of a form that nobody touched."""
    found: list[tuple[str, str]] = []
    for field in form.find_all(["input", "textarea", "select"]):
        name = str(field.get("name", ""))
        if not name or field.has_attr("disabled"):
            continue
        if field.name == "select":
            found += [(name, value) for value in chosen(field)]
        elif field.name == "textarea":
            found.append((name, field.get_text().removeprefix("\n")))
        elif field.get("type") in TICKED:
            if field.has_attr("checked"):
                found.append((name, str(field.get("value", "on"))))
        elif field.get("type") not in NOT_SENT:
            found.append((name, str(field.get("value", ""))))
    return found


def chosen(select: Tag) -> list[str]:
    options = select.find_all("option")
    ticked = [option for option in options if option.has_attr("selected")]
    if not ticked and not select.has_attr("multiple"):
        ticked = options[:1]
    return [str(option.get("value", option.get_text().strip())) for option in ticked]


class Visitor:
    """Opens pages, follows links and posts forms as a plain browser does."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Accept-Language"] = "en"

    def open(self, path: str) -> Shown:
        return shown(self.session.get(urljoin(self.url, path), timeout=TIMEOUT_S))

    def open_page(self, path: str) -> Shown | None:
        """Open what a link leads to; nothing where that is a file."""
        url = urljoin(self.url, path)
        with self.session.get(url, stream=True, timeout=TIMEOUT_S) as answer:
            is_page = "text/html" in answer.headers.get("Content-Type", "")
            is_file = "Content-Disposition" in answer.headers
            return shown(answer) if is_page and not is_file else None

    def follow(self, page: Shown, words: str) -> Shown:
        return self.open(page.link(words))

    def submit(
        self,
        page: Shown,
        button: str,
        values: Mapping[str, object] | None = None,
        *,
        files: Mapping[str, Upload] | None = None,
    ) -> Shown:
        """Fill a form and press one of its buttons."""
        form, pressed = page.form(button)
        wanted = dict(values or {})
        names = {str(field.get("name")) for field in form.find_all(True)}
        unknown = (set(wanted) | set(files or {})) - names
        assert not unknown, f"{page.url} has no {unknown}, but {names}"
        data: list[tuple[str, Any]] = [
            (name, value) for name, value in values_of(form) if name not in wanted
        ]
        for name, value in wanted.items():
            many = value if isinstance(value, list) else [value]
            data += [(name, one) for one in many]
        if pressed.get("name"):
            data.append((str(pressed["name"]), str(pressed.get("value", ""))))
        action = str(pressed.get("formaction") or form.get("action") or page.url)
        return self._send(form, urljoin(page.url, action), data, files, page.url)

    def _send(
        self,
        form: Tag,
        url: str,
        data: list[tuple[str, Any]],
        files: Mapping[str, Upload] | None,
        referer: str,
    ) -> Shown:
        if str(form.get("method", "get")).lower() == "get":
            answer = self.session.get(url, params=data, timeout=TIMEOUT_S)
        else:
            answer = self.session.post(
                url,
                data=data,
                files=dict(files) if files else None,
                headers={"Referer": referer},
                timeout=TIMEOUT_S,
            )
        return shown(answer)


def shown(answer: requests.Response) -> Shown:
    return Shown(answer.url, answer.status_code, answer.content)
