"""What a campaign will cost, worked out on the real texts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.models import Connection, Workspace
from contacts.models import Contact, Group, GroupMembership, NumberFact, OptOut
from messaging import contents, options
from messaging.models import Campaign, Message
from messaging.networks import Directory
from messaging.options import Fallback, RcsOptions, SmsOptions
from messaging.selectors import audience_rows, audiences, channel_prices
from messaging.selectors.audience_parts import Parts, named
from messaging.selectors.audiences import Audience
from messaging.selectors.channel_prices import Billed
from messaging.services import audiences as launching
from messaging.services import forecasts, live_samples, spending
from messaging.services.forecast_lines import Forecast
from messaging.states import CampaignState
from tests.messaging.pages.conftest import AddContact

LONG = "x" * 200


def forecast(group: Group, text: str, **options: Any) -> Forecast:
    audience = Audience(group.workspace, Parts(groups=named([group])))
    return forecasts.estimate_text(audience, text=text, **options)


@pytest.fixture(autouse=True)
def priced(connected: Connection) -> None:
    pass


def test_cost_is_parts_times_the_countrys_price(
    group: Group, add_contact: AddContact
) -> None:
    add_contact("+491711000001")
    add_contact("+436641000001", country="AT")
    found = forecast(group, LONG)
    assert (found.recipients, found.parts) == (2, 4)
    assert found.cost == 2 * Decimal("0.075") + 2 * Decimal("0.08")
    assert found.worst_cost == 2 * Decimal("0.075") + 2 * Decimal("0.1")


def test_each_text_is_measured_with_its_own_values(
    group: Group, add_contact: AddContact
) -> None:
    add_contact("+491711000001", firstname="A")
    add_contact("+491711000002", firstname="Łukasz")
    add_contact("+491711000003", firstname="B" * 100)
    found = forecast(group, "{{ firstname }} " + "x" * 90)
    assert found.parts == 1 + 2 + 2
    assert (found.sizes.least, found.sizes.median, found.sizes.most) == (1, 2, 2)
    assert found.sizes.forcing == ("Ł",)


def test_contact_in_two_groups_counts_once(
    group: Group, add_contact: AddContact, workspace: Workspace
) -> None:
    contact = add_contact("+491711000001")
    other = Group.objects.create(workspace=workspace, name="Others")
    GroupMembership.objects.create(group=other, contact=contact)
    both = Audience(workspace, Parts(groups=named([group, other])))
    found = forecasts.estimate_text(both, text="Hi")
    assert found.recipients == 1


def test_opted_out_and_numberless_are_left_out_and_said(
    group: Group, add_contact: AddContact, workspace: Workspace
) -> None:
    add_contact("+491711000001")
    add_contact("")
    for channel, phone in (("", "+491711000002"), ("sms", "+491711000003")):
        add_contact(phone)
        OptOut.objects.create(
            workspace=workspace, phone=phone, channel=channel, source="reply"
        )
    found = forecast(group, "Hi")
    assert (found.recipients, found.opted_out, found.no_number) == (1, 2, 1)


def test_opt_out_of_another_channel_does_not_count(
    group: Group, add_contact: AddContact, workspace: Workspace
) -> None:
    add_contact("+491711000001")
    OptOut.objects.create(
        workspace=workspace, phone="+491711000001", channel="voice", source="reply"
    )
    assert forecast(group, "Hi").recipients == 1


def test_country_without_a_price_is_said(group: Group, add_contact: AddContact) -> None:
    add_contact("+33611000001", country="FR")
    found = forecast(group, "Hi")
    assert (found.unpriced, found.cost) == (1, Decimal(0))


def test_missing_values_are_counted_by_name(
    group: Group, add_contact: AddContact
) -> None:
    add_contact("+491711000001", firstname="A")
    add_contact("+491711000002", firstname=" \u00a0")
    add_contact("+491711000003")
    found = forecast(group, "{{ firstname }} {{ city|here }} {{ kundennummer }}")
    assert found.missing == {"firstname": 2, "kundennummer": 3}


def test_sample_of_a_long_list_says_so_and_comes_near(
    group: Group, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecasts, "EXACT_UP_TO", 100)
    monkeypatch.setattr(forecasts, "SAMPLE", 200)
    contacts = Contact.objects.bulk_create(
        Contact(
            workspace=workspace,
            phone=f"+49171{n:07}",
            country="DE",
            # A third of them needs two parts, in runs as an import leaves them.
            firstname="x" * (95 if n % 30 < 10 else 1),
        )
        for n in range(3000)
    )
    GroupMembership.objects.bulk_create(
        GroupMembership(group=group, contact=contact) for contact in contacts
    )
    found = forecast(group, "{{ firstname }}" + "y" * 70)
    assert found.is_sample and found.measured <= 250
    assert found.parts == pytest.approx(4000, rel=0.05)
    assert found.recipients == 3000


def test_sample_of_the_few_who_are_left_stands_for_all_of_them(
    group: Group, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecasts, "EXACT_UP_TO", 100)
    monkeypatch.setattr(forecasts, "SAMPLE", 50)
    contacts = Contact.objects.bulk_create(
        Contact(workspace=workspace, phone=f"+49171{n:07}", country="DE", firstname="A")
        for n in range(2_000)
    )
    others = Group.objects.create(workspace=workspace, name="Others")
    GroupMembership.objects.bulk_create(
        GroupMembership(group=one, contact=contact)
        for n, contact in enumerate(contacts)
        for one in ([group] if n % 10 == 7 else [group, others])
    )
    Connection.objects.update(balance=Decimal("7.50"))
    parts = Parts(groups=named([group]), excluded_groups=named([others]))
    found = forecasts.estimate_text(Audience(workspace, parts), text="{{ firstname }}")
    assert found.recipients == 200 and float(found.cost) == pytest.approx(15)
    assert found.measured >= 25
    assert found.runs_out and found.runs_out.before == pytest.approx(100, abs=10)


def test_balance_ends_at_a_recipient_in_order_of_sending(
    group: Group, add_contact: AddContact, connected: Connection
) -> None:
    Connection.objects.update(balance=Decimal("0.20"))
    contacts = [add_contact(f"+4917110000{n:02}") for n in range(4)]
    ends = forecast(group, "Hi").runs_out
    assert ends is not None
    assert (ends.pk, ends.phone, ends.before) == (
        contacts[2].pk,
        "+491711000002",
        2,
    )


def test_balance_that_is_enough_ends_nowhere(
    group: Group, add_contact: AddContact
) -> None:
    add_contact("+491711000001")
    assert forecast(group, "Hi").runs_out is None


def test_networks_are_told_apart_within_a_country(
    group: Group, add_contact: AddContact, workspace: Workspace
) -> None:
    for n in range(3):
        add_contact(f"+43664100000{n}", country="AT")
    NumberFact.objects.create(
        workspace=workspace,
        phone="+436641000001",
        network="Dear",
        mnp_at=timezone.now(),
    )
    austria = forecast(group, "Hi").by_country[0]
    lines = [(n.name, n.source, n.recipients, n.cost) for n in austria.by_network]
    assert lines == [
        ("A1 TA", "guessed", 2, Decimal("0.16")),
        ("Dear", "known", 1, Decimal("0.1")),
    ]
    assert (austria.price, austria.highest_price) == (Decimal("0.08"), Decimal("0.1"))


def test_live_forecast_keeps_the_ids_it_measures_but_no_names(
    group: Group, add_contact: AddContact, django_assert_max_num_queries: Any
) -> None:
    contact = add_contact("+491711000001", firstname="A")
    text = "{{ firstname }} " + "x" * 90
    forecast(group, text, is_live=True)
    Contact.objects.filter(pk=contact.pk).update(firstname="x" * 100)
    with django_assert_max_num_queries(4):
        assert forecast(group, text, is_live=True).parts == 2


def test_live_forecast_of_a_text_for_all_reads_nobody(
    group: Group, add_contact: AddContact, django_assert_num_queries: Any
) -> None:
    add_contact("+491711000001")
    assert forecast(group, "", is_live=True).recipients == 1
    # How many are in the group; and the connection, for its balance and its prices.
    with django_assert_num_queries(3):
        assert forecast(group, "Hi", is_live=True).cost == Decimal("0.075")


def test_who_joins_a_group_is_in_the_next_live_forecast(
    group: Group, add_contact: AddContact
) -> None:
    add_contact("+491711000001")
    assert forecast(group, "Hi", is_live=True).parts == 1
    add_contact("+491711000002")
    assert forecast(group, "Hi", is_live=True).parts == 2


def test_what_is_kept_of_an_audience_has_no_number_in_it(
    group: Group, contact: Contact
) -> None:
    kept = live_samples.Kept(Audience(group.workspace, Parts(groups=named([group]))))
    sample = kept.sample(1, Directory({}, {}))
    assert sample.ids == [contact.pk]
    assert contact.phone not in repr(sample)


def test_list_without_variables_is_exact_however_long(
    group: Group, add_contact: AddContact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecasts, "EXACT_UP_TO", 0)
    add_contact("+491711000001")
    assert not forecast(group, "Hi").is_sample


def test_audience_is_read_in_chunks(
    group: Group, add_contact: AddContact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audience_rows, "CHUNK", 2)
    for n in range(5):
        add_contact(f"+4917110000{n:02}", firstname="A")
    assert forecast(group, "Hi {{ firstname }}").measured == 5


def test_other_workspaces_contacts_are_never_counted(
    group: Group, contact: Contact, other_workspace: Workspace
) -> None:
    theirs = Audience(other_workspace, Parts(groups=named([group])))
    found = forecasts.estimate_text(theirs, text="Hi")
    assert found.recipients == 0


def test_preview_shows_the_very_values_that_a_launch_freezes(
    workspace: Workspace, group: Group, add_contact: AddContact
) -> None:
    names = ["birthday", "kundennummer", *audiences.COLUMNS]
    contact = add_contact(
        "+491711000001",
        firstname="Ann a",
        lastname="O'Brien",
        company="Müller & Söhne",
        birthday="1990-05-07",
        custom={"kundennummer": "4711"},
    )
    contact.refresh_from_db()
    campaign = Campaign.objects.create(
        workspace=workspace,
        name="All",
        text=" ".join(f"{{{{ {name}|- }}}}" for name in names),
        state=CampaignState.PREPARING,
        launched_at=timezone.now(),
        audience_until=launching.newest_membership(),
    )
    campaign.groups.add(group)
    launching.freeze(campaign.pk)
    frozen = Message.objects.get(campaign=campaign).variables
    shown = audiences.values_of(contact)
    assert frozen == {name: shown[name] for name in names}
    audience = Audience(workspace, Parts(groups=named([group])))
    assert [row.values for row in audience_rows.rows(audience, names)] == [frozen]


def test_draft_is_estimated_by_its_own_groups(
    draft: Campaign, contact: Contact
) -> None:
    assert forecasts.estimate(draft).recipients == 1


def test_rcs_that_may_become_an_sms_costs_at_most_that_sms(
    group: Group, add_contact: AddContact, workspace: Workspace
) -> None:
    add_contact("+491711000001")
    price = Decimal("0.05")
    known = {"DE": Billed(price, price)}
    cache.set(channel_prices.cache_key(workspace.pk, "rcs"), known)
    audience = Audience(workspace, Parts(groups=named([group])), "rcs")
    own = RcsOptions(fallback=Fallback(kind="sms", text=LONG))
    found = forecasts.estimate_text(audience, text="Hi", own=own)
    assert (found.cost, found.worst_cost) == (price, 2 * Decimal("0.075"))
    # The bound of the campaign counts what the check agreed to.
    campaign = Campaign.objects.create(
        workspace=workspace,
        name="All",
        channel="rcs",
        text="Hi",
        options=options.as_json(own),
        cost_agreed=found.worst_cost,
    )
    bound = spending.bound_of(campaign, price_of=lambda country: Decimal("0.075"))
    units = contents.most_units("rcs", "Hi", own)
    assert bound.covers("+491711000001", "DE", units)
    assert not bound.covers("+491711000002", "FR", 1)


def test_fallback_counts_as_it_is_filled(
    group: Group, add_contact: AddContact, workspace: Workspace
) -> None:
    add_contact("+491711000001", city="Ulm")
    add_contact("+491711000002", city="x" * 100)
    price = Decimal("0.05")
    known = {"DE": Billed(price, price)}
    cache.set(channel_prices.cache_key(workspace.pk, "rcs"), known)
    audience = Audience(workspace, Parts(groups=named([group])), "rcs")
    own = RcsOptions(fallback=Fallback(kind="sms", text="{{ city }} {{ city }}"))
    found = forecasts.estimate_text(audience, text="Hi", own=own)
    assert found.cost == 2 * price
    assert found.worst_cost == (1 + 2) * Decimal("0.075")


def test_values_can_be_spelled_so_that_they_force_no_ucs2(
    group: Group, add_contact: AddContact
) -> None:
    add_contact("+491711000001", firstname="Łukasz")
    add_contact("+491711000002", firstname="Иван")
    text = "{{ firstname }} " + "x" * 90
    found = forecast(group, text, own=SmsOptions(has_plain_values=True))
    assert found.parts == 1 + 2
    assert "Ł" not in found.sizes.forcing and "И" in found.sizes.forcing


def test_live_forecast_asks_for_a_new_variable_alone(
    group: Group, add_contact: AddContact, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_contact("+491711000001", firstname="A")
    asked: list[list[str]] = []
    counts = Audience.counts

    def noted(audience: Audience, needed: Any = ()) -> Any:
        asked.append(list(needed))
        return counts(audience, needed)

    monkeypatch.setattr(Audience, "counts", noted)
    texts = ["Hi", "{{ city }}", "{{ city }} {{ company }}", "{{ city }}", "Hi"]
    missing = [dict(forecast(group, text, is_live=True).missing) for text in texts]
    one, two = {"city": 1}, {"city": 1, "company": 1}
    assert missing == [{}, one, two, one, {}]
    assert asked == [[], ["city"], ["company"]]
