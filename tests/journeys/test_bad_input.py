"""What is wrong is said in a sentence, and nothing is lost or half done."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import requests

from seven_dashboard.gateway import signing
from tests.journeys import messy, people, steps
from tests.journeys.deadlines import eventually
from tests.journeys.fixtures import Shop
from tests.journeys.house import signing_key_of

pytestmark = pytest.mark.journey


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("somebody-elses-key", "key"),
        ("sandbox-norights-key", "right"),
        ("sandbox-ip-key", "address"),
    ],
    ids=["wrong", "no-rights", "other-address"],
)
def test_key_that_does_not_work_is_explained(
    empty_shop: Shop, key: str, words: str
) -> None:
    visitor = empty_shop.visitor
    page = visitor.open("/account/connection/connect/")
    page = visitor.submit(page, "Check and connect", {"api_key": key})
    error = page.soup.select_one(".field-error")
    assert error is not None, page.text
    assert words in error.get_text()
    assert key not in str(page.soup)
    assert "No gateway account yet" in visitor.open("/account/connection/").text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "This is a PDF document"),
        (b"", "The file is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9, "no text that can be read"),
        (b"<!doctype html><html><body>Sign in</body>", "This is a web page"),
    ],
    ids=["pdf", "empty", "binary", "html"],
)
def test_file_that_is_no_table_is_explained(
    empty_shop: Shop, content: bytes, words: str
) -> None:
    page = steps.upload(empty_shop, content)
    assert words in page.text
    assert "Nothing imported yet" in empty_shop.visitor.open("/imports/").text


def test_file_without_numbers_leads_to_a_question(empty_shop: Shop) -> None:
    page = steps.upload(empty_shop, b"Vorname;Ort\nAnna;Bonn\nBert;Trier\n")
    assert "Which column holds the mobile numbers?" in page.text
    page = empty_shop.visitor.submit(page, "Check before")
    assert "Choose the column that holds the mobile numbers." in page.text


def test_unknown_variable_is_named_and_the_text_kept(shop: Shop) -> None:
    steps.import_file(shop, people.table(people.numbers(2)), group="All")
    page = steps.compose(shop, "Dear {{ nickname }}", group="All")
    assert "nickname" in page.soup.select(".field-error")[0].get_text()
    typed = page.soup.find("textarea", {"name": "text"})
    assert typed is not None
    assert typed.get_text().strip() == "Dear {{ nickname }}"
    assert shop.handsets() == {}


def test_unfinished_braces_are_explained(shop: Shop) -> None:
    steps.import_file(shop, people.table(people.numbers(2)), group="All")
    page = steps.compose(shop, "Dear {{ firstname", group="All")
    assert page.soup.select(".field-error")
    assert shop.handsets() == {}


def test_campaign_without_credit_pauses_and_says_so(shop: Shop) -> None:
    steps.import_file(shop, people.table(people.numbers(3)), group="All")
    page = steps.compose(shop, "Hello", group="All")
    shop.control("account", balance=0.0)
    campaign = steps.launch(shop, page)
    page = eventually(
        lambda: shop.visitor.open(campaign),
        lambda shown: "Paused" in shown.text,
        what="the campaign does not pause",
    )
    assert "the balance is used up" in page.text, page.text
    shop.control("account", balance=10.0)
    shop.visitor.submit(page, "Go on sending")
    eventually(
        shop.handsets,
        lambda found: found == people.digits(people.numbers(3)),
        what="the campaign does not go on",
    )


class Letterbox:
    """The address at which a workspace takes events, found at the gateway."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        api = f"{shop.house.sandbox_url}/api/hooks"
        headers = {"X-Api-Key": shop.api_key, "Accept": "application/json"}
        hooks = requests.get(api, headers=headers, timeout=30).json()["hooks"]
        self.url = next(h["target_url"] for h in hooks if "/webhooks/" in str(h))

    def post(self, body: bytes, *, key: str) -> int:
        """Deliver an event signed with this key; return the status."""
        headers = {
            "Content-Type": "application/json",
            **signing.signed_headers(key=key, method="POST", url=self.url, body=body),
        }
        return requests.post(
            self.url, data=body, headers=headers, timeout=30
        ).status_code


def inbound(text: str) -> bytes:
    """Return an event as the gateway documents it: somebody wrote to us."""
    now = datetime.now(UTC)
    data = {
        "id": str(uuid4().int % 10**9),
        "sender": "4915139000001",
        "system": "491771783130",
        "text": text,
        "time": str(int(now.timestamp())),
    }
    stamp = now.isoformat(timespec="seconds")
    event = {"webhook_event": "sms_mo", "webhook_timestamp": stamp, "data": data}
    return json.dumps(event).encode()


def replies(shop: Shop, text: str) -> int:
    """Count a text in the newest conversation."""
    newest = shop.visitor.open("/inbox/?box=all").soup.select_one(".chats .row-link")
    if newest is None:
        return 0
    bubbles = shop.visitor.open(str(newest["href"])).soup.select("#thread .bubble")
    return sum(text in bubble.get_text() for bubble in bubbles)


def test_forged_event_is_turned_away(shop: Shop) -> None:
    box = Letterbox(shop)
    assert urlsplit(box.url).netloc == urlsplit(shop.house.url).netloc
    assert box.post(inbound("forged words"), key="a-key-of-mine") == 401
    assert box.post(inbound("true words"), key=signing_key_of(shop.api_key)) == 200
    eventually(lambda: replies(shop, "true words"), lambda count: count == 1)
    assert replies(shop, "forged words") == 0


def test_replayed_event_counts_once(shop: Shop) -> None:
    box, body = Letterbox(shop), inbound("only once")
    key = signing_key_of(shop.api_key)
    assert [box.post(body, key=key) for _ in range(3)] == [200, 200, 200]
    last = inbound("and then this")
    assert box.post(last, key=key) == 200
    eventually(lambda: replies(shop, "and then this"), lambda count: count == 1)
    assert replies(shop, "only once") == 1


def test_messages_of_one_workspace_are_not_shown_in_another(shop: Shop) -> None:
    made = messy.make(5, "utf-8")
    steps.import_file(shop, made.content, group="Secret")
    visitor = shop.visitor
    page = visitor.open("/contacts/")
    contact = page.soup.select_one("a[href^='/contacts/'][href$='/'].row-link")
    assert contact is not None, page.text
    page = visitor.open("/workspaces/create/")
    visitor.submit(page, "Create workspace", {"name": f"Other {uuid4().hex[:6]}"})
    assert visitor.open(str(contact["href"])).status == 404
    assert "Secret" not in visitor.open("/groups/").text
