"""Commands for scripts: exit status 0 only when done as asked."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import connection as database
from pytest_django.fixtures import Settings

from accounts.adapters import MfaAdapter
from accounts.models import Connection, Membership, Poll, Price, User, Workspace
from contacts.models import Contact, Group
from tests.fixtures import SandboxAccount


def run(name: str, *arguments: str) -> str:
    output = io.StringIO()
    call_command(name, *arguments, stdout=output, stderr=output)
    return output.getvalue()


@pytest.mark.django_db
def test_connect_makes_the_workspace_and_registers_hooks(
    sandbox: SandboxAccount,
) -> None:
    output = run(
        "connect",
        "acme-inc",
        "--api-key",
        sandbox.api_key,
        "--signing-key",
        sandbox.signing_key,
        "--hooks",
        "--json",
    )
    assert json.loads(output.splitlines()[-1])["workspace"] == "acme-inc"
    assert Workspace.objects.get(slug="acme-inc").name == "Acme inc"
    assert len(sandbox.client().hooks.all()) == 1


def test_made_workspace_belongs_to_who_set_the_copy_up(
    owner: User, sandbox: SandboxAccount
) -> None:
    call_command("connect", "acme", "--api-key", sandbox.api_key)
    assert Workspace.objects.get(slug="acme").memberships.get().user == owner


@pytest.mark.django_db
def test_connect_queues_the_first_polls(sandbox: SandboxAccount) -> None:
    run("connect", "acme", "--api-key", sandbox.api_key)
    assert not Poll.objects.filter(started_at=None).exists()


def test_connect_uses_the_workspace_that_is_there(
    sandbox: SandboxAccount, workspace: Workspace
) -> None:
    run("connect", workspace.slug, "--api-key", sandbox.api_key)
    assert Connection.objects.get().workspace == workspace


@pytest.mark.django_db
def test_connect_with_a_wrong_key_leaves_nothing_behind(
    sandbox: SandboxAccount,
) -> None:
    with pytest.raises(CommandError, match="does not know this API key"):
        run("connect", "acme", "--api-key", "wrong")
    assert not Workspace.objects.exists()


@pytest.mark.django_db
def test_connect_reads_keys_from_standard_input(
    sandbox: SandboxAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = f"{sandbox.api_key}\n{sandbox.signing_key}\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(keys))
    run("connect", "acme", "--api-key", "-", "--signing-key", "-")
    stored = Connection.objects.get()
    assert stored.api_key.reveal() == sandbox.api_key
    assert stored.signing_key.reveal() == sandbox.signing_key


@pytest.mark.django_db
def test_connect_reads_keys_from_the_environment(
    sandbox: SandboxAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEVEN_API_KEY", sandbox.api_key)
    run("connect", "acme")
    assert Connection.objects.get().api_key.reveal() == sandbox.api_key


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["acme"], "Give the key"),
        (["no slug", "--api-key", "x"], "not a slug"),
        (["a" * 61, "--api-key", "x"], "at most 60"),
    ],
)
def test_connect_says_what_is_wrong(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run("connect", *arguments)


@pytest.mark.django_db
def test_connect_whose_hooks_fail_is_not_done(
    sandbox: SandboxAccount,
) -> None:
    sandbox.ask("account", scopes=["balance"])
    with pytest.raises(CommandError, match="may not do this"):
        run("connect", "acme", "--api-key", sandbox.api_key, "--hooks")


def stored_key() -> str:
    with database.cursor() as cursor:
        cursor.execute("SELECT api_key FROM accounts_connection")
        return str(cursor.fetchone()[0])


def test_rotation_encrypts_with_the_first_key(
    connection: Connection, api_key: str, settings: Settings
) -> None:
    settings.FIELD_KEYS = ["new", *settings.FIELD_KEYS]
    assert "2 secrets encrypted anew" in run("rotate_field_keys")
    settings.FIELD_KEYS = ["new"]
    assert Connection.objects.get().api_key.reveal() == api_key


def test_second_rotation_changes_nothing(
    connection: Connection, settings: Settings
) -> None:
    settings.FIELD_KEYS = ["new", *settings.FIELD_KEYS]
    run("rotate_field_keys")
    before = stored_key()
    assert "0 secrets encrypted anew, 2 were current" in run("rotate_field_keys")
    assert stored_key() == before


def test_rotation_takes_second_factors_along(owner: User, settings: Settings) -> None:
    factor = Authenticator.objects.create(
        user=owner,
        type=Authenticator.Type.TOTP,
        data={"secret": MfaAdapter().encrypt("JBSWY3DPEHPK3PXP")},
    )
    settings.FIELD_KEYS = ["new", *settings.FIELD_KEYS]
    run("rotate_field_keys")
    settings.FIELD_KEYS = ["new"]
    factor.refresh_from_db()
    assert MfaAdapter().decrypt(factor.data["secret"]) == "JBSWY3DPEHPK3PXP"


def test_rotation_with_a_lost_key_fails_and_destroys_nothing(
    connection: Connection, settings: Settings
) -> None:
    before = stored_key()
    settings.FIELD_KEYS = ["another"]
    with pytest.raises(CommandError, match="2 secrets cannot be read"):
        run("rotate_field_keys")
    assert stored_key() == before


@pytest.fixture
def demo_place(settings: Settings, tmp_path: Path) -> Path:
    settings.IS_TRIAL = True
    settings.VAR_DIR = tmp_path
    return tmp_path / "demo.json"


def seed() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("seed_demo", "--json").splitlines()[-1])
    return found


@pytest.fixture
def demo_keys(sandbox: SandboxAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEVEN_DEMO_API_KEY", sandbox.api_key)
    monkeypatch.setenv("SEVEN_DEMO_SIGNING_KEY", sandbox.signing_key)


@pytest.mark.django_db
def test_demo_can_sign_in_and_send(demo_place: Path, demo_keys: None) -> None:
    demo = seed()
    user = User.objects.get(email=demo["email"])
    assert user.check_password(demo["password"])
    assert Membership.objects.get(user=user).workspace.slug == demo["workspace"]
    assert Group.objects.get().member_count == Contact.objects.count() == 12
    assert Price.objects.filter(country="DE").exists()


@pytest.mark.django_db
def test_demo_registers_our_hook_once(
    demo_place: Path, demo_keys: None, sandbox: SandboxAccount
) -> None:
    seed()
    seed()
    assert len(sandbox.client().hooks.all()) == 1


@pytest.mark.django_db
def test_second_demo_keeps_password_and_contacts(
    demo_place: Path, demo_keys: None
) -> None:
    first = seed()
    Contact.objects.first().delete()  # type: ignore[union-attr]
    assert seed() == first
    assert Contact.objects.count() == 11


@pytest.mark.django_db
def test_demo_password_is_readable_by_its_owner_only(
    demo_place: Path, demo_keys: None
) -> None:
    seed()
    assert demo_place.stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_lost_password_file_gets_a_new_password(
    demo_place: Path, demo_keys: None
) -> None:
    first = seed()
    demo_place.unlink()
    second = seed()
    assert second["password"] != first["password"]
    assert User.objects.get().check_password(second["password"])


@pytest.mark.django_db
def test_changed_password_is_left_alone(demo_place: Path, demo_keys: None) -> None:
    seed()
    user = User.objects.get()
    user.set_password("my-own-words-1952")
    user.save()
    assert seed()["password"] == ""
    assert User.objects.get().check_password("my-own-words-1952")


@pytest.mark.django_db
def test_demo_without_a_gateway_says_so_and_leaves_the_rest(
    demo_place: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANDBOX_PORT", "9")
    settings.SEVEN_BASE_URL = "http://127.0.0.1:9/api"
    output = run("seed_demo")
    assert "not reachable" in output
    assert Contact.objects.count() == 12


@pytest.mark.django_db
def test_demo_at_another_gateway_is_not_connected_by_itself(
    demo_place: Path, sandbox: SandboxAccount
) -> None:
    assert "SEVEN_DEMO_API_KEY" in run("seed_demo")
    assert not Connection.objects.exists()


@pytest.mark.django_db
def test_demo_is_refused_in_production(settings: Settings) -> None:
    settings.IS_TRIAL = False
    with pytest.raises(CommandError):
        run("seed_demo")
    assert not User.objects.exists()
