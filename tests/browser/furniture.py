"""A workspace in which every kind of page has something to show."""

from __future__ import annotations

from functools import partial

from tests.journeys import people, steps
from tests.journeys.deadlines import eventually
from tests.journeys.fixtures import Shop, connect, open_shop, sign_in
from tests.journeys.house import House
from tests.journeys.visitor import Shown

# A workspace, and pages in it that share their address with another kind of page.
Furnished = tuple[Shop, dict[str, str]]
FIELD_PAGES = ("edit", "delete")
REFUSED, UNDELIVERED, EXPIRED = (f"+4915134000{end}" for end in (901, 902, 903))


def furnish(house: House) -> Furnished:
    """Make contacts, campaigns in several states, a reply and an opt-out."""
    shop = open_shop(house, sign_in(house))
    connect(shop)
    wanted = [*people.numbers(8, block=4), REFUSED, UNDELIVERED, EXPIRED]
    content = people.table(wanted) + b"\r\nNobody;12345"
    steps.import_file(shop, content, group="Regulars")
    new_field = shop.visitor.open("/fields/new/")
    shop.visitor.submit(new_field, "Add field", {"label": "Kundennummer"})
    waiting = steps.upload(shop, content, name="later.csv")
    checked = shop.visitor.submit(waiting, "Check before")
    page = steps.compose(shop, "Hello {{ firstname }}!", group="Regulars")
    campaign = steps.launch(shop, page)
    eventually(
        lambda: steps.rows_of(shop, campaign)["Delivered"],
        lambda count: count == 8,
        what="reports do not arrive",
    )
    steps.compose(shop, "A draft", group="Regulars", name="Later")
    shop.control("inbound", **{"from": wanted[0], "text": "Danke!"})
    shop.control("inbound", **{"from": wanted[1], "text": "STOP"})
    eventually(
        lambda: shop.visitor.open("/inbox/").text,
        lambda text: "Danke!" in text,
        what="the reply does not arrive",
    )
    account_things(shop)
    return shop, {
        **address_book(shop, wanted),
        "columns of an import": waiting.url,
        "an import to check": checked.url,
        **{f"{page} a field": f"/fields/kundennummer/{page}/" for page in FIELD_PAGES},
    }


def account_things(shop: Shop) -> None:
    """Rent a number and add a subaccount, in the browser."""
    visitor = shop.visitor
    form = visitor.open("/account/subaccounts/create/")
    filled = {"name": "Ada Branch", "email": "ada@branch.example"}
    visitor.submit(form, "Add subaccount", filled)
    offers = eventually(
        lambda: visitor.open("/account/numbers/available/"),
        lambda page: bool(page.soup.select("#offers a.row-link")),
        timeout_s=90,
        what="no numbers to rent arrive",
    )
    link = str(offers.soup.select("#offers a.row-link")[0]["href"])
    visitor.submit(visitor.open(link), "Order for", {"agreed": "on"})
    for path in ("/account/numbers/", "/account/subaccounts/"):
        eventually(
            partial(visitor.open, path),
            lambda page: bool(page.soup.select("main a.row-link")),
            what=f"nothing is listed at {path}",
        )


def address_book(shop: Shop, numbers: list[str]) -> dict[str, str]:
    """Use everything that contacts offer; return states that no link leads to."""
    visitor = shop.visitor
    twins(shop)
    segment = visitor.submit(
        visitor.open("/segments/new/"), "Update", {"c-0-field": "firstname"}
    )
    named = {"c-0-value": "Anna", "name": "All called Anna"}
    visitor.submit(segment, "Save segment", named)
    for button in ("Add them", ""):
        page = visitor.open("/opt-outs/lists/new/")
        pasted = {"pasted": f"{numbers[2]}\n12"}
        list_page = visitor.submit(page, "Upload and check", pasted)
        if button:
            visitor.submit(list_page, button)
    everybody = visitor.open("/contacts/jobs/new/")
    group = everybody.soup.select("select[name=group] option")[-1]["value"]
    visitor.submit(everybody, "Add to group", {"group": group})
    return {
        "an opt-out list to check": list_page.url,
        "a lookup to start": looked_up(shop),
        "a preview of a sync": synced(shop),
        "a change of many contacts": "/contacts/jobs/new/?state=reachable",
        "filtered contacts": "/contacts/?country=DE&q=zzz",
        "contacts of a group": f"/contacts/?group={group}",
    }


def twins(shop: Shop) -> None:
    """Make two contacts that look like one person, and let them be found."""
    same = {"firstname": "Anna", "lastname": "Weber", "email": "anna@example.com"}
    for phone in ("+4915134000811", "+4915134000812"):
        page = shop.visitor.open("/contacts/new/")
        shop.visitor.submit(page, "Save contact", {**same, "phone": phone})
    shop.visitor.submit(shop.visitor.open("/duplicates/"), "Search for duplicates")
    finished(shop, "/duplicates/", "Compare and merge")


def looked_up(shop: Shop) -> str:
    """Look up everybody's format; return the page that asks for it again."""
    asked = shop.visitor.open("/lookups/new/?all=1")
    shop.visitor.submit(asked, "Look up")
    return asked.url


def synced(shop: Shop) -> str:
    """Switch the sync of a group on, and return the page of its preview."""
    visitor = shop.visitor
    page = visitor.submit(visitor.open("/contacts/sync/"), "Fetch the groups")
    way = page.soup.select_one("select[name^=own-]")
    assert way is not None, page.text
    preview = visitor.submit(page, "Save and preview", {str(way["name"]): "both"})
    return finished(shop, preview.url, "Agree and sync now").url


def finished(shop: Shop, address: str, words: str) -> Shown:
    return eventually(
        lambda: shop.visitor.open(address),
        lambda shown: words in shown.text,
        what=f"{words!r} does not appear",
    )
