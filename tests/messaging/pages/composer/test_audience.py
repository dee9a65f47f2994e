"""Segments and exclusions in the composer."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Workspace
from contacts.models import Contact, Group, Segment
from contacts.services import segments
from messaging.models import Campaign
from tests.messaging.pages.composer.conftest import CREATE, PREVIEW
from tests.messaging.pages.shown import words


@pytest.fixture
def bonn(workspace: Workspace) -> Segment:
    definition = {
        "match": "all",
        "conditions": [{"field": "city", "op": "is", "value": "Bonn"}],
    }
    return segments.create(
        workspace=workspace, name="Bonn", definition=definition, actor=None
    )


def test_all_parts_are_kept_and_copied(
    browser: Client,
    typed: dict[str, Any],
    group: Group,
    bonn: Segment,
    campaign: Campaign,
) -> None:
    parts = {
        "segments": [str(bonn.pk)],
        "excluded_groups": [str(group.pk)],
        "excluded_segments": [str(bonn.pk)],
        "excluded_campaigns": [str(campaign.pk)],
    }
    browser.post(CREATE, {**typed, **parts, "act": "draft"})
    made = Campaign.objects.get(name=typed["name"])
    browser.post(reverse("messaging:campaign_duplicate", args=[made.pk]))
    copy = Campaign.objects.get(name__startswith="Copy of")
    for name, ids in parts.items():
        for one in (made, copy):
            chosen = getattr(one, name).values_list("pk", flat=True)
            assert [str(pk) for pk in chosen] == ids


def test_segment_alone_is_enough(
    browser: Client, typed: dict[str, Any], bonn: Segment, contact: Contact
) -> None:
    data = {**typed, "groups": [], "segments": [str(bonn.pk)], "act": "check"}
    assert browser.post(CREATE, data).status_code == 302


def test_preview_is_of_the_segment(
    browser: Client, typed: dict[str, Any], bonn: Segment, contact: Contact
) -> None:
    data = {**typed, "groups": [], "segments": [str(bonn.pk)]}
    assert "Nobody in this audience" in words(browser.post(PREVIEW, data), "#preview")
    Contact.objects.filter(pk=contact.pk).update(city="bonn")
    assert "Anna" in words(browser.post(PREVIEW, data), "#preview")


def test_broken_segment_is_said_beside_the_segments(
    browser: Client, typed: dict[str, Any], bonn: Segment
) -> None:
    Segment.objects.update(definition={"match": "all", "conditions": []})
    data = {**typed, "segments": [str(bonn.pk)], "act": "draft"}
    response = browser.post(CREATE, data)
    assert response.status_code == 422
    assert "cannot be used" in words(response, "#id_segments_error")
    assert "cannot be used" in words(browser.post(PREVIEW, data), "#preview")


def test_segment_of_another_workspace_is_refused(
    browser: Client, typed: dict[str, Any], other_workspace: Workspace
) -> None:
    theirs = Segment.objects.create(workspace=other_workspace, name="Theirs")
    data = {**typed, "segments": [str(theirs.pk)], "act": "draft"}
    response = browser.post(CREATE, data)
    assert "Choose segments" in words(response, "#id_segments_error")
