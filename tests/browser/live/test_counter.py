"""The count beside the text agrees with the server while one types."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User, Workspace
from messaging.models import Campaign
from messaging.services import campaign_files
from tests.browser.live.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def composer(open_page: Open, owner: User, workspace: Workspace) -> Page:
    """Return the composer of a draft that has a file."""
    draft = Campaign.objects.create(workspace=workspace, name="Flyer", text="See")
    campaign_files.add(
        campaign=draft, actor=owner, chunks=[b"%PDF-1.7"], name="flyer.pdf"
    )
    return open_page(f"/campaigns/{draft.pk}/edit/")


@pytest.mark.parametrize(
    ("text", "characters"),
    # A link of 24 characters in the place of the file; another name is text, and each
    # of its brackets two characters of GSM-7.
    [("See [[flyer.pdf]]", 28), ("See [[other.pdf]]", 21)],
)
def test_place_of_a_file_counts_as_its_link(
    composer: Page, text: str, characters: int
) -> None:
    composer.locator("#id_text").fill(text)
    count = composer.locator("[data-count]")
    expect(count).to_contain_text(f"{characters} of 160 characters")
    # The draft saves itself: nothing is asked for any more when the test ends.
    expect(composer.locator("input[name=revision]")).to_have_value("1")
    # So it stays once the server has answered.
    expect(composer.locator(".bubble-meta")).to_contain_text(f"{characters} characters")
    expect(count).to_contain_text(f"{characters} of 160 characters")
