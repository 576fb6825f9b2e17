"""What a build says when an engine is down, closed or half prepared, and that it leaves
the tables alone. test_bad_surroundings.py has the same of DuckDB."""

import os
import re
import shutil
import time

import pytest

pytest.importorskip("dbt.adapters.postgres", reason="scripts/setup --engines")

import psycopg2  # noqa: E402
from building import MARTS, WITHOUT_LAWS, Project  # noqa: E402
from engines import rows  # noqa: E402
from postgres import PostgresProject, Server  # noqa: E402
from test_bad_surroundings import (  # noqa: E402
    DOCUMENTED,
    clear_words,
    events,
    failed_build,
    last_words,
)

OWNER = {
    "SESSIONS_POSTGRES_USER": "owner",
    "SESSIONS_POSTGRES_PASSWORD": "right",
}


@pytest.fixture(scope="module")
def server():
    """A server of these tests alone, because who may enter it is changed."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith("SESSIONS_POSTGRES_"):
                patch.delenv(name)
        server = Server()
        with server.cursor() as cursor:
            cursor.execute("create role owner login password 'right'")
            cursor.execute("create role other")
        ask_for_passwords(server)
        yield server
        server.stop()


@pytest.fixture(scope="module")
def shop(tmp_path_factory, server):
    """A shop that was built once, and which events have reached since."""
    shop = Shop(tmp_path_factory.mktemp("shop") / "copy", server)
    shop.append(events(day=1, count=100))
    shop.query("grant usage on schema raw to owner")
    shop.query("grant select on raw.events to owner")
    shop.query(f"grant create on database {shop.database} to owner")
    shop.build(*WITHOUT_LAWS)
    shop.append(events(day=2, count=100))
    return shop


def test_a_wrong_password_is_called_so(shop):
    before = shop.written_rows()
    shop.query("alter role owner password 'another'")
    said = failed_build(shop)
    shop.query("alter role owner password 'right'")

    assert clear_words(said, "password authentication failed for user")
    assert shop.written_rows() == before


def test_a_role_that_may_not_create_is_told_so(shop):
    before = shop.written_rows()
    shop.query("alter schema sessions rename to elsewhere")
    shop.query(f"revoke create on database {shop.database} from owner")
    said = failed_build(shop)
    shop.query(f"grant create on database {shop.database} to owner")
    shop.query("alter schema elsewhere rename to sessions")

    assert clear_words(said, "permission denied for database")
    assert shop.written_rows() == before


def test_a_role_that_may_only_read_leaves_the_tables_alone(shop):
    before = shop.written_rows()
    shop.query("reassign owned by owner to other")
    shop.query("grant usage on schema sessions to owner")
    shop.query("grant select on all tables in schema sessions to owner")
    said = failed_build(shop)
    shop.query("reassign owned by other to owner")

    assert clear_words(said, "permission denied for table")
    assert shop.written_rows() == before


def test_a_missing_table_of_events_is_asked_for(shop):
    before = shop.written_rows()
    shop.query("alter table raw.events rename to events_elsewhere")
    said = failed_build(shop)
    shop.query("alter table raw.events_elsewhere rename to events")

    assert clear_words(said, "there is no raw.events in the database")
    assert shop.written_rows() == before


def test_the_documented_table_of_events_has_the_columns_of_ours(shop):
    ours = shop.columns_of_events()
    (statements,) = re.findall(r"```sql\n(.*?)```", DOCUMENTED, re.DOTALL)
    shop.query("alter schema raw rename to elsewhere")
    shop.query(statements)
    documented = shop.columns_of_events()
    shop.query("drop schema raw cascade")
    shop.query("alter schema elsewhere rename to raw")

    assert documented == ours


def test_the_next_build_gives_the_rows_of_a_full_refresh(shop):
    shop.build(*WITHOUT_LAWS)
    built = {table: rows(shop, table) for table in MARTS}
    shop.rebuild(*WITHOUT_LAWS)

    assert built["fct_events"].total() == 200
    assert {table: rows(shop, table) for table in MARTS} == built


def test_a_server_that_is_down_is_named(shop):
    before = shop.written_rows()
    nobody = {"SESSIONS_POSTGRES_HOST": "127.0.0.1", "SESSIONS_POSTGRES_PORT": "1"}
    said = failed_build(shop, environment=nobody)

    assert clear_words(said, "Connection refused")
    assert clear_words(said, "Is the server running on that host")
    assert shop.written_rows() == before


def test_a_machine_without_java_makes_nothing_of_spark(tmp_path):
    project = SparkProject(tmp_path / "copy")
    said = failed_build(project, environment=without_java(tmp_path))

    assert "JAVA_HOME is not set\n" in said
    assert last_words(said, "[JAVA_GATEWAY_EXITED]")
    assert not list(project.folder.glob("spark-*"))


# --------------------------------------------------------------------------- in between


class Shop(PostgresProject):
    """A copy of the project that a role with a password builds."""

    def environment(self):
        return super().environment() | OWNER

    def columns_of_events(self):
        return self.query(
            """
            select column_name, data_type, numeric_precision, numeric_scale
            from information_schema.columns
            where table_schema = 'raw' and table_name = 'events'
            order by ordinal_position
            """
        )


class SparkProject(Project):
    """A copy of the project that would build in Spark."""

    target = "spark"

    def environment(self):
        return {}


def without_java(folder):
    """The variables of a machine that has what starts Java, but no Java."""
    tools = folder / "tools"
    tools.mkdir()
    for tool in ("bash", "dirname"):
        (tools / tool).symlink_to(shutil.which(tool))
    return {"PATH": str(tools), "JAVA_HOME": ""}


def ask_for_passwords(server):
    """From now on everybody but the server's owner needs a password."""
    rules = server.folder / "data" / "pg_hba.conf"
    rules.write_text("local all postgres trust\nlocal all all scram-sha-256\n")
    with server.cursor() as cursor:
        cursor.execute("select pg_reload_conf()")
    for _ in range(100):
        if not lets_in_without_password(server):
            return
        time.sleep(0.1)
    raise AssertionError("the server did not read its rules again")


def lets_in_without_password(server):
    host = server.environment["SESSIONS_POSTGRES_HOST"]
    try:
        psycopg2.connect(host=host, user="owner", dbname="postgres").close()
    except psycopg2.OperationalError:
        return False
    return True
