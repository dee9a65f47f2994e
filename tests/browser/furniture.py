"""A workspace in which every kind of page has something to show."""

from __future__ import annotations

from tests.journeys import people, steps
from tests.journeys.deadlines import eventually
from tests.journeys.fixtures import Shop, connect, open_shop, sign_in
from tests.journeys.house import House

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
    return shop, {
        "columns of an import": waiting.url,
        "an import to check": checked.url,
        **{f"{page} a field": f"/fields/kundennummer/{page}/" for page in FIELD_PAGES},
    }
