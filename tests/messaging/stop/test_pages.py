from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import AuditEntry, User, Workspace
from accounts.rights import Right
from messaging.models import StopWord
from messaging.selectors import stop_rules as found
from messaging.services import stop_rules
from seven_dashboard.errors import Refused
from tests.access import Arguments, ObjectAccess, ViewAccess
from tests.fixtures import ClientAs
from tests.messaging.pages.shown import words

ADDRESS = "messaging:stop_words"
POSTED = {
    "languages": ["de"],
    "confirms_stop": "on",
    "stop_text": "Bye.",
    "most_per_day": "9",
}


class TestStopWords(ViewAccess):
    url_name, right = ADDRESS, Right.READ


class TestStopWordsPosted(ViewAccess):
    url_name, right, method = ADDRESS, Right.MANAGE_CAMPAIGNS, "post"


class TestStopWordAdd(ViewAccess):
    url_name, right = "messaging:stop_word_add", Right.MANAGE_CAMPAIGNS
    method, methods = "post", ("post",)


class TestStopWordSwitch(ViewAccess):
    url_name, right = "messaging:stop_word_switch", Right.MANAGE_CAMPAIGNS
    method, methods = "post", ("post",)


class TestStopWordRemove(ObjectAccess):
    url_name, right = "messaging:stop_word_remove", Right.MANAGE_CAMPAIGNS
    method, methods = "post", ("post",)

    @pytest.fixture
    def arguments(self, workspace: Workspace) -> Arguments:
        word = stop_rules.add_word(
            workspace=workspace, actor=None, kind="stop", phrase="Brot"
        )
        return {"word_id": word.pk}


def test_manager_saves_the_rules(
    workspace: Workspace, manager: User, client_as: ClientAs
) -> None:
    client_as(manager).post(reverse(ADDRESS), POSTED)
    rules = found.of(workspace)
    assert (rules.languages, rules.stop_text, rules.most_per_day) == (["de"], "Bye.", 9)
    assert AuditEntry.objects.filter(action="stop_rules.update").count() == 1


def test_confirmation_without_a_text_is_refused(
    manager: User, client_as: ClientAs
) -> None:
    answer = client_as(manager).post(reverse(ADDRESS), {**POSTED, "stop_text": " "})
    assert answer.status_code == 422
    assert "Write what the confirmation says." in answer.content.decode()


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Stop, danke!", "Ends messages"),
        ("START", "Wants messages again"),
        ("don't stop", "An ordinary message; nothing changes."),
    ],
)
def test_page_tries_a_message(
    reader: User, client_as: ClientAs, text: str, verdict: str
) -> None:
    answer = client_as(reader).get(reverse(ADDRESS), {"try": text})
    assert words(answer, "#try [role=status]") == verdict


def test_usual_word_is_switched_off_and_on(workspace: Workspace) -> None:
    for is_on, meaning in ((False, ""), (True, "stop")):
        stop_rules.switch(workspace=workspace, actor=None, phrase="Basta", is_on=is_on)
        assert found.lexicon(workspace).meaning("basta") == meaning


@pytest.mark.parametrize(
    ("kind", "phrase", "sentence"),
    [
        ("stop", "...", "at least one letter"),
        ("start", "STOP!", "always ends messages"),
    ],
)
def test_word_that_cannot_be_is_refused(
    workspace: Workspace, kind: str, phrase: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        stop_rules.add_word(workspace=workspace, actor=None, kind=kind, phrase=phrase)


def test_same_word_again_changes_what_it_does(workspace: Workspace) -> None:
    for kind in ("stop", "start"):
        stop_rules.add_word(workspace=workspace, actor=None, kind=kind, phrase="Brot")
    assert list(StopWord.objects.values_list("kind", flat=True)) == ["start"]
