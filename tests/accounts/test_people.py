"""First start, sign-in, personal settings, second factors."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from accounts.adapters import MfaAdapter
from accounts.models import Membership, Role, User, Workspace
from accounts.services import people
from seven_dashboard.errors import Refused
from tests.fixtures import ClientAs

SETUP = {
    "name": "Ada Lovelace",
    "email": "Ada@Engine.example",
    "password": "difference-engine-1843",
    "workspace_name": "Analytical Engine",
    "time_zone": "Europe/London",
}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/contacts/", "/auth/login/", "/account/"])
def test_every_page_leads_to_set_up_while_nobody_is_there(
    path: str, client: Client
) -> None:
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (302, "/setup/")


@pytest.mark.django_db
def test_set_up_makes_owner_and_workspace_and_signs_in(client: Client) -> None:
    response = client.post("/setup/", SETUP)
    assert response["Location"] == reverse("accounts:connection")
    membership = Membership.objects.get()
    assert membership.user.email == "ada@engine.example"
    assert membership.role == Role.OWNER
    assert membership.workspace.slug == "analytical-engine"
    assert client.get(reverse("accounts:connection")).status_code == 200


def test_set_up_is_closed_once_somebody_is_there(owner: User, client: Client) -> None:
    client.post("/setup/", SETUP)
    assert not User.objects.filter(email="ada@engine.example").exists()


def test_slower_of_two_set_ups_is_refused(owner: User) -> None:
    with pytest.raises(Refused) as refused:
        people.set_up(**SETUP)
    assert refused.value.code == "set_up_already"


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["short", "12345678901", "password", ""])
def test_weak_password_is_refused(password: str, client: Client) -> None:
    response = client.post("/setup/", {**SETUP, "password": password})
    assert response.status_code == 200
    assert not User.objects.exists()


def test_nobody_signs_up_by_themselves(owner: User, client: Client) -> None:
    data = {
        "email": "me@x.example",
        "password1": "tr0ub4dor&3",
        "password2": "tr0ub4dor&3",
    }
    client.post("/auth/signup/", data)
    assert not User.objects.filter(email="me@x.example").exists()


@pytest.mark.django_db
def test_person_signs_in_by_e_mail_in_any_spelling(client: Client) -> None:
    people.create(email="ada@engine.example", password="engine-1843-x", name="Ada")
    client.post(
        "/auth/login/", {"login": "ADA@engine.example", "password": "engine-1843-x"}
    )
    assert "_auth_user_id" in client.session


@pytest.mark.django_db
def test_address_is_taken_in_any_spelling() -> None:
    people.create(email="ada@engine.example", password="engine-1843-x")
    with pytest.raises(Refused) as refused:
        people.create(email="ADA@Engine.example", password="engine-1843-x")
    assert refused.value.field == "email"


def test_signed_out_person_comes_back_to_the_page(owner: User, client: Client) -> None:
    response = client.get("/account/prices/?q=de")
    assert response["Location"] == "/auth/login/?next=/account/prices/%3Fq%3Dde"


def test_signed_out_fragment_redirects_the_whole_page(
    owner: User, client: Client
) -> None:
    headers = {
        "HX-Request": "true",
        "HX-Current-URL": "http://testserver/account/system/",
    }
    response = client.get("/account/system/", headers=headers)
    assert response["HX-Redirect"] == "/auth/login/?next=/account/system/"


def test_language_of_the_person_wins(owner: User, client_as: ClientAs) -> None:
    User.objects.update(language="de")
    page = client_as(owner).get(reverse("accounts:personal"))
    assert page["Content-Language"] == "de"


def test_switching_the_language_is_kept_for_the_person(
    owner: User, client_as: ClientAs
) -> None:
    client_as(owner).post("/language/", {"language": "de"})
    assert User.objects.get().language == "de"


def test_personal_settings_are_saved(owner: User, client_as: ClientAs) -> None:
    values = {"name": "Ada King Lovelace", "language": "de", "time_zone": "Asia/Tokyo"}
    client_as(owner).post(reverse("accounts:personal"), values)
    saved = User.objects.get()
    assert saved.get_full_name() == "Ada King Lovelace"
    assert (saved.language, saved.time_zone) == ("de", "Asia/Tokyo")


def test_times_are_shown_in_the_persons_zone(
    owner: User, workspace: Workspace, client_as: ClientAs
) -> None:
    Workspace.objects.update(created_at="2026-01-01T23:30Z")
    Membership.objects.update(created_at="2026-01-01T23:30Z")
    User.objects.update(time_zone="Asia/Tokyo", language="en")
    page = client_as(owner).get(reverse("accounts:team")).content.decode()
    assert "Jan 2, 2026" in page or "2 Jan" in page or "Jan. 2" in page


def test_second_factor_is_encrypted() -> None:
    secret = MfaAdapter().encrypt("JBSWY3DPEHPK3PXP")
    assert "JBSWY3DPEHPK3PXP" not in secret
    assert MfaAdapter().decrypt(secret) == "JBSWY3DPEHPK3PXP"


def test_unreadable_second_factor_fits_no_code(settings: Settings) -> None:
    secret = MfaAdapter().encrypt("JBSWY3DPEHPK3PXP")
    settings.FIELD_KEYS = ["another"]
    first, second = MfaAdapter().decrypt(secret), MfaAdapter().decrypt(secret)
    assert first != second


@pytest.mark.parametrize(
    "path",
    ["/auth/2fa/", "/auth/2fa/totp/activate/", "/auth/sessions/", "/auth/email/"],
)
def test_account_security_pages_open(
    path: str, owner: User, client_as: ClientAs
) -> None:
    response = client_as(owner).get(path)
    assert response.status_code in {200, 302}
