from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis

from seven_dashboard.embedded.leases import wait_until
from tests.setup.user import (
    User,
    book,
    ends,
    is_running,
    keeper_pid,
    server_pid,
)

SERVICES = ["postgres", "redis"]

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="watches processes through /proc"
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    user = User(tmp_path_factory.mktemp("var"))
    yield user
    user.leave()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose servers were started once and have stopped."""
    var = tmp_path_factory.mktemp("made")
    User(var).leave()
    return var


@pytest.fixture
def var(made: Path, tmp_path: Path) -> Path:
    """A copy of it: to make a cluster takes longer than all else here."""
    copy = tmp_path / "var"
    # With owners: it may be that root has given the folders away.
    subprocess.run(["cp", "-a", str(made), str(copy)], check=True)
    return copy


@pytest.fixture(params=SERVICES)
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def starter(service: str) -> dict[str, bool]:
    return {"database": service == "postgres", "redis": service == "redis"}


def database_answers(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def redis_answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def answers(user: User, service: str) -> bool:
    if service == "postgres":
        return database_answers(user.database_url)
    return redis_answers(user.redis_url)


def test_both_servers_answer(shared: User) -> None:
    assert database_answers(shared.database_url)
    assert redis_answers(shared.redis_url)


def test_role_is_no_superuser(shared: User) -> None:
    with psycopg.connect(shared.database_url) as connection:
        rows = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolcanlogin")
        assert [row for row in rows if row[0]] == [(True,)]
        found = connection.execute(
            "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
        )
        assert found.fetchone() == (False,)


def test_role_may_add_trigram_search(shared: User) -> None:
    with psycopg.connect(shared.database_url) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        found = connection.execute("SELECT similarity('Anna', 'Anna')")
        assert found.fetchone() == (1.0,)


def test_wrong_password_is_refused(shared: User) -> None:
    database = book(shared.var)["postgres"]["password"]
    assert not database_answers(shared.database_url.replace(database, "guess"))
    password = book(shared.var)["redis"]["password"]
    assert not redis_answers(shared.redis_url.replace(password, "guess"))


def test_superuser_cannot_sign_in(shared: User) -> None:
    assert not database_answers(shared.database_url.replace("//seven", "//postgres"))


def test_passwords_are_readable_by_the_owner_only(shared: User) -> None:
    for name in ("embedded.json", "redis/redis.conf", "redis", "postgres", "log"):
        mode = stat.S_IMODE((shared.var / name).stat().st_mode)
        assert mode & 0o077 == 0, name


def test_no_command_line_shows_a_password(shared: User) -> None:
    passwords = [entry["password"] for entry in book(shared.var).values()]
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            shown = path.read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        assert not any(password in shown for password in passwords)


def test_refused_statement_leaves_no_data_in_the_log(shared: User) -> None:
    with psycopg.connect(shared.database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE once (number text PRIMARY KEY)")
        connection.execute("INSERT INTO once VALUES ('49151secret')")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO once VALUES ('49151secret')")
    log = (shared.var / "log" / "postgres.log").read_text("utf-8")
    assert "49151secret" not in log


def test_second_start_finds_the_data(var: Path) -> None:
    first = User(var, redis=False)
    with psycopg.connect(first.database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
    first.leave()
    second = User(var, redis=False)
    with psycopg.connect(second.database_url) as connection:
        assert connection.execute("SELECT value FROM kept").fetchone() == (7,)
    second.leave()
    assert second.database_url == first.database_url


def test_last_user_stops_the_server(var: Path, service: str) -> None:
    first = User(var, **starter(service))
    second = User(var, **starter(service))
    pid = server_pid(var, service)
    first.leave()
    assert answers(second, service)
    second.leave()
    assert not is_running(pid)


def test_killed_user_leaves_nothing_behind(var: Path, service: str) -> None:
    user = User(var, **starter(service))
    pids = [server_pid(var, service), keeper_pid(var, service)]
    user.kill()
    assert all(ends(pid) for pid in pids)


def test_killed_server_comes_back(var: Path, service: str) -> None:
    user = User(var, **starter(service))
    pid = server_pid(var, service)
    os.kill(pid, signal.SIGKILL)
    assert ends(pid)
    assert wait_until(lambda: answers(user, service), timeout_s=30)
    user.leave()


def test_start_after_a_killed_keeper(var: Path, service: str) -> None:
    user = User(var, **starter(service))
    os.kill(keeper_pid(var, service), signal.SIGKILL)
    next_user = User(var, **starter(service))
    assert answers(next_user, service)
    assert answers(user, service)
    user.leave()
    next_user.leave()


def test_start_after_power_loss(var: Path) -> None:
    user = User(var, redis=False)
    with psycopg.connect(user.database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
    server = server_pid(var, "postgres")
    os.kill(keeper_pid(var, "postgres"), signal.SIGSTOP)
    os.kill(server, signal.SIGKILL)
    os.kill(keeper_of_dead(user), signal.SIGKILL)
    user.kill()
    again = User(var, redis=False)
    with psycopg.connect(again.database_url) as connection:
        assert connection.execute("SELECT value FROM kept").fetchone() == (7,)
    again.leave()


def keeper_of_dead(user: User) -> int:
    """Return the stopped keeper: the only child process of its user."""
    pid = user.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("utf-8").split()
    return int(children[0])


def test_pid_of_a_stranger_is_no_obstacle(var: Path, service: str) -> None:
    name = {"postgres": "postgres/data/postmaster.pid", "redis": "redis/redis.pid"}
    stranger = os.getpid()
    (var / name[service]).write_text(f"{stranger}\n/elsewhere\n", "utf-8")
    user = User(var, **starter(service))
    assert answers(user, service)
    assert is_running(stranger)
    user.leave()


def test_taken_port_is_given_up(var: Path, service: str) -> None:
    old_port = book(var)[service]["port"]
    with socket.create_server(("127.0.0.1", old_port)):
        user = User(var, **starter(service))
        assert book(var)[service]["port"] != old_port
        assert answers(user, service)
        user.leave()


def test_lost_password_file_is_replaced(var: Path, service: str) -> None:
    (var / "embedded.json").unlink()
    user = User(var, **starter(service))
    assert answers(user, service)
    user.leave()


def test_half_made_cluster_is_made_anew(var: Path) -> None:
    data = var / "postgres" / "data"
    data.rename(data.with_name("data.new"))
    user = User(var, redis=False)
    assert answers(user, "postgres")
    user.leave()
