"""Key presses in the composer: the live preview of a text to 100,000 recipients.

Texts are typed a few signs at a time and previewed through the real view, as the page
does after each pause. They stand beside the same presses for an audience of a hundred,
which shows what grows with it; the first preview of an audience, which has to count it,
stands beside the bare count. Everybody had a message before, so that their networks
have to be looked for. Figures are milliseconds of one process; 95 of 100 presses took
no longer than ``value``.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import sys
from collections.abc import Iterator
from typing import Any

from bench._page_rows import row, took_ms
from bench.imports import own_database
from bench.pages import FILL, OPT_OUTS

CONTACTS, ROWS = 200_000, 100_000
FEW = 100
WANTED_MS = 300
FIRST_TIMES = 8
STEP = 3
TYPED = {
    "text for all": "Hello, our new bread list is out. We bake rye on Mondays, too.",
    "names in it": "Hello {{ firstname|there }} {{ lastname }}, your order {{ nr }} is"
    " ready. We are glad to see you in {{ city|our shop }} – until six o'clock.",
}
# The newest contacts, as an import brings them: others have the lower ids.
MEMBERS = """
INSERT INTO contacts_groupmembership (group_id, contact_id)
SELECT %s, id FROM contacts_contact WHERE workspace_id = %s ORDER BY id DESC LIMIT %s
"""
EARLIER = """
INSERT INTO messaging_message (workspace_id, campaign_id, channel, recipient, country,
  variables, text, parts, state, skip_reason, attempts, foreign_id, gateway_id, looks,
  doubts, mccmnc, created_at, attempted_at)
SELECT workspace_id, %s, 'sms', phone, country, '{}', 'Hi', 1, 'delivered', '', 1, '',
  '', 0, 0, CASE WHEN mod(id, 3) = 0 THEN '26201' ELSE '26203' END, now(), now()
FROM contacts_contact WHERE workspace_id = %s AND phone <> ''
"""


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "seven_dashboard.settings")
    from seven_dashboard import whereabouts

    whereabouts.start_embedded_services()
    import django

    django.setup()
    from django.test.utils import override_settings

    # While debugging, Django keeps every query that it has made.
    settings = {"DEBUG": False, "ALLOWED_HOSTS": ["testserver"]}
    with override_settings(**settings), own_database():
        many, few, browser = _fill()
        rows = list(_measure(many, few, browser))
    sys.stdout.write(json.dumps({"name": "composer", "rows": rows}) + "\n")
    return 0


def _fill() -> tuple[Any, Any, Any]:
    """Return a group of all, one of a few, and a browser of their workspace."""
    from django.db import connection
    from django.test import Client

    from accounts.models import Membership, Role, User, Workspace
    from contacts.models import CustomField, Group
    from messaging.models import Campaign

    workspace = Workspace.objects.create(name="Bench", slug="bench")
    for slug in ("nr", "city"):
        CustomField.objects.create(workspace=workspace, slug=slug, label=slug)
    _price_list(workspace)
    many = Group.objects.create(workspace=workspace, name="Many")
    few = Group.objects.create(workspace=workspace, name="Few")
    earlier = Campaign.objects.create(workspace=workspace, name="Earlier")
    values: dict[str, Any] = {"workspace": workspace.pk, "rows": CONTACTS}
    with connection.cursor() as cursor:
        cursor.execute(FILL, {**values, "first": 1, "last": CONTACTS})
        for group, size in ((many, ROWS), (few, FEW)):
            cursor.execute(MEMBERS, [group.pk, workspace.pk, size])
        cursor.execute(OPT_OUTS, [workspace.pk])
        cursor.execute(EARLIER, [earlier.pk, workspace.pk])
        # What autovacuum does some minutes after an import.
        cursor.execute("VACUUM ANALYZE")
    user = User.objects.create_user("bench@example.com")
    Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
    browser = Client()
    browser.force_login(user)
    return many, few, browser


def _price_list(workspace: Any) -> None:
    from decimal import Decimal

    from django.utils import timezone

    from accounts.models import Connection, Price

    connection = Connection.objects.create(
        workspace=workspace, api_key="bench", balance=Decimal(1000)
    )
    for country, mcc in (("DE", "262"), ("AT", "232"), ("LI", "295")):
        for network, amount in enumerate(("0.075", "0.075", "0.08", "0.085")):
            Price.objects.create(
                connection=connection,
                country=country,
                country_name=country,
                network=f"Network {network}" if network else "",
                mcc=mcc if network else "",
                mncs=f"{network:02}" if network else "",
                amount=Decimal(amount),
                seen_at=timezone.now(),
            )


def _measure(many: Any, few: Any, browser: Any) -> Iterator[dict[str, object]]:
    from django.core.cache import cache

    _press(browser, few, "")
    everything: list[float] = []
    for what, text in TYPED.items():
        first = []
        for _n in range(FIRST_TIMES):
            cache.clear()
            first.append(_press(browser, many, text)[0])
        bare = statistics.median(_counted(many) for _n in range(FIRST_TIMES))
        yield row(f"first preview, {what}", first, "bare count", bare)
        cache.clear()
        pressed = list(_typed(browser, many, text))
        short = list(_typed(browser, few, text))
        yield row(
            f"key press, {what}, {len(pressed)} times",
            pressed[1:],
            f"to {FEW} recipients",
            statistics.quantiles(short[1:], n=20)[-1],
        )
        everything += first + pressed
    yield row("every preview, first ones too", everything, "wanted", WANTED_MS)


def _typed(browser: Any, group: Any, text: str) -> Iterator[float]:
    """Yield the milliseconds of each preview while a text is typed."""
    at = ""
    for end in range(STEP, len(text) + STEP, STEP):
        took, at = _press(browser, group, text[:end], at=at)
        yield took


def _press(browser: Any, group: Any, text: str, *, at: str = "") -> tuple[float, str]:
    """Return how long a preview took, and the recipient that it shows."""
    typed = {"name": "Bench", "channel": "sms", "groups": [group.pk], "text": text}
    answers = []

    def work() -> None:
        answers.append(browser.post("/campaigns/preview/", {**typed, "at": at}))

    took = took_ms(work)
    assert answers[0].status_code == 200, answers[0].status_code
    shown = re.search(r'name="at" value="(\d+)"', answers[0].content.decode())
    assert shown, "nobody is shown"
    return took, shown[1]


def _counted(group: Any) -> float:
    """Return the milliseconds of the count that one would write first."""
    from contacts.models import Contact

    def work() -> None:
        Contact.objects.filter(memberships__group=group).exclude(phone="").count()

    return took_ms(work)


if __name__ == "__main__":
    sys.exit(main())
