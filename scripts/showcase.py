"""A shop with a month behind it, for pictures: made through the product's own pages."""

from __future__ import annotations

import random
from urllib.parse import urlsplit

from tests.journeys import steps
from tests.journeys.deadlines import eventually
from tests.journeys.fixtures import Shop, sign_in
from tests.journeys.house import House, key_for, signing_key_of
from tests.journeys.visitor import Shown

FIRST_NAMES = (
    "Anna Ben Clara David Emma Felix Greta Hannes Ida Jonas Klara Leon Mia Noah Olga "
    "Paul Ronja Samuel Thea Yusuf Zoë Lukas Marie Emil Sofia Karim Aylin Mats"
)
LAST_NAMES = (
    "Schmidt Weber Fischer Wagner Becker Hoffmann Koch Richter Klein Wolf Neumann "
    "Schwarz Zimmermann Krüger Hartmann Öztürk Nowak Vogel Jansen Lorenz Yılmaz"
)
CITIES = ("Kiel", "Lübeck", "Hamburg", "Flensburg", "Plön", "Eutin")
# Which customers have a number that ends in a fate of the sandbox.
FATES = {23: 902, 57: 903, 90: 901, 133: 902, 301: 902}
SIZES = {"Newsletter": 420, "Regulars": 180, "Order pickup": 64}
# Name, text, group and how many days ago it went out.
PAST = (
    ("Spring bread list", "Hello {{ firstname }}, our new bread list is out.", "N", 29),
    ("Pickup Friday", "Your order is ready from 8 o'clock, {{ firstname }}.", "O", 27),
    (
        "Tasting evening",
        "{{ firstname }}, come and taste on Thursday at 18:00!",
        "R",
        25,
    ),
    (
        "Pickup Monday",
        "{{ firstname }}, your order waits for you at the shop.",
        "O",
        22,
    ),
    (
        "Opening hours",
        "We open at 6:30 from now on. See you, {{ firstname }}!",
        "N",
        20,
    ),
    ("Pickup Wednesday", "Good morning {{ firstname }}, your order is ready.", "O", 18),
    ("Plum cake week", "{{ firstname }}, it is plum cake week until Sunday.", "R", 15),
    (
        "Pickup Saturday",
        "{{ firstname }}, please pick up your order by 13:00.",
        "O",
        13,
    ),
    ("Baking course", "Two places are left on Saturday, {{ firstname }}.", "R", 11),
    ("Harvest loaf", "The harvest loaf is back, {{ firstname }}!", "N", 8),
    ("Pickup Tuesday", "{{ firstname }}, your order is packed and ready.", "O", 6),
    ("Late opening", "Today we are there until 20:00, {{ firstname }}.", "R", 4),
    ("Pickup Thursday", "{{ firstname }}, your order is waiting for you.", "O", 2),
    (
        "Weekend rolls",
        "Rolls for the weekend? Order by Friday, {{ firstname }}.",
        "R",
        1,
    ),
)
RUNNING = (
    "Winter bread",
    "Hello {{ firstname }}, our winter bread is fresh from the oven. "
    "Reserve yours until Friday: just answer this message.",
)
REPLIES = (
    "Two loaves for me, please!",
    "Can I pick it up on Saturday?",
    "Great, see you on Friday.",
    "STOP",
    "One with walnuts, thank you",
)
MOVE = """
from datetime import timedelta
from messaging.models import Campaign, Message
by = timedelta(days={days})
one = Campaign.objects.get(pk="{campaign}")
for name in ("created_at", "launched_at", "prepared_at", "finished_at"):
    if getattr(one, name):
        setattr(one, name, getattr(one, name) - by)
Campaign.objects.filter(pk=one.pk).update(created_at=one.created_at,
    launched_at=one.launched_at, prepared_at=one.prepared_at,
    finished_at=one.finished_at)
from django.db.models import F
Message.objects.filter(campaign=one).update(sent_on=F("sent_on") - by,
    created_at=F("created_at") - by, attempted_at=F("attempted_at") - by,
    accepted_at=F("accepted_at") - by, reported_at=F("reported_at") - by)
"""


def furnish(house: House) -> Shop:
    """Make a connected workspace with groups, past campaigns and replies."""
    shop = open_shop(house)
    wanted = customers(max(SIZES.values()))
    for group, size in SIZES.items():
        steps.import_file(shop, table(wanted[:size]), group=group)
    moves = [MOVE.format(campaign=send(shop, past), days=past[3]) for past in PAST]
    moved = house.command("shell", "--no-imports", "-c", "\n".join(moves))
    assert moved.returncode == 0, moved.stderr
    for (number, *_names), text in zip(wanted, REPLIES, strict=False):
        shop.control("inbound", **{"from": number, "text": text})
    steps.compose(shop, RUNNING[1], group="Regulars", name="Advent calendar")
    set_pace(shop, "10")
    shop.control("account", report_delay_s=[0.8, 3.0])
    return shop


def open_shop(house: House) -> Shop:
    visitor = sign_in(house)
    page = visitor.open("/workspaces/create/")
    visitor.submit(page, "Create workspace", {"name": "Harbour Bakery"})
    shop = Shop(house, visitor, "harbour-bakery", key_for("harbour"))
    shop.control("account", report_delay_s=[0.1, 0.3], balance=612.4)
    page = visitor.open("/account/connection/connect/")
    keys = {"api_key": shop.api_key, "signing_key": signing_key_of(shop.api_key)}
    visitor.submit(page, "Check and connect", keys)
    visitor.submit(set_pace(shop, "300"), "Connect webhooks")
    return shop


def set_pace(shop: Shop, rate: str) -> Shown:
    page = shop.visitor.open("/account/connection/")
    return shop.visitor.submit(page, "Save pace", {"rate_per_s": rate})


def customers(count: int) -> list[tuple[str, str, str, str]]:
    """Return number, first and last name, and city."""
    chance = random.Random(11)
    first, last = FIRST_NAMES.split(), LAST_NAMES.split()
    found = []
    for at in range(count):
        number = f"+49151{40_000_000 + at}"
        if at in FATES:
            number = f"+49151{10 + at % 90}000{FATES[at]}"
        names = chance.choice(first), chance.choice(last)
        found.append((number, *names, chance.choice(CITIES)))
    return found


def table(wanted: list[tuple[str, str, str, str]]) -> bytes:
    lines = ["Mobile;First name;Last name;City", *(";".join(one) for one in wanted)]
    return "\n".join(lines).encode()


def send(shop: Shop, past: tuple[str, str, str, int]) -> str:
    """Send a campaign to its end; return its id."""
    name, text, initial, _days = past
    group = next(group for group in SIZES if group.startswith(initial))
    campaign = launch(shop, name, text, group)
    wait_for_share(shop, campaign, share=1.0)
    return urlsplit(campaign).path.split("/")[2]


def launch(shop: Shop, name: str, text: str, group: str) -> str:
    page = steps.compose(shop, text, group=group, name=name, sender="Bakery")
    return steps.launch(shop, page)


def start_campaign(shop: Shop) -> str:
    """Start the campaign that is under way in the pictures; return its address."""
    return launch(shop, RUNNING[0], RUNNING[1], "Newsletter")


def wait_for_share(shop: Shop, campaign: str, *, share: float) -> None:
    """Wait until this share of the recipients has a final report."""

    def final() -> float:
        rows = steps.rows_of(shop, campaign)
        waiting = {"Queued", "Sending", "Accepted", "Buffered", "Transmitted"}
        done = sum(count for state, count in rows.items() if state not in waiting)
        return done / max(rows.total(), 1)

    eventually(final, lambda found: found >= share, timeout_s=120, what="no progress")
