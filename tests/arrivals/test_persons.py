"""People whose sessions are taken away, and a raw.user_aliases that comes, changes,
loses rows and goes: builds that follow equal a full refresh."""

from datetime import datetime

import pytest
from building import LAWS_ALONE, WITHOUT_LAWS, messages
from full_refresh import assert_refreshed, written_rows

NOON = datetime(2026, 3, 1, 12)

# Visitor, user and day of each session.
SESSIONS = [
    ("phone", None, 1),
    ("phone", "ana", 2),
    ("phone", None, 3),
    ("laptop", "ben", 1),
    ("tablet", None, 1),
]


def event(visitor_id, user_id, day):
    instant = NOON.replace(day=day)
    return {
        "event_id": f"{visitor_id} {day}",
        "visitor_id": visitor_id,
        "user_id": user_id,
        "event_name": "page_view",
        "event_at": instant,
        "loaded_at": instant,
    }


@pytest.fixture(scope="module")
def built_shop(project):
    """A shop that is built without the table."""
    project.load([event(*session) for session in SESSIONS])
    project.build(*WITHOUT_LAWS)
    return project


@pytest.fixture
def shop(built_shop):
    with built_shop.put_back():
        yield built_shop


def alias(shop, alias, person, day=10):
    loaded_at = NOON.replace(day=day)
    row = {"alias": alias, "person": person, "loaded_at": loaded_at}
    shop.append_aliases([row])


def persons(shop):
    """How many visitors each person has."""
    shop.build(*LAWS_ALONE)
    assert_refreshed(shop)
    rows = shop.query("select person_id, visitor_count from dim_persons")
    return {row["person_id"]: row["visitor_count"] for row in rows}


@pytest.mark.slow
def test_without_the_table_ids_are_as_they_are(shop):
    assert persons(shop) == {"ana": 1, "ben": 1, "tablet": 1}


@pytest.mark.slow
def test_a_person_whose_only_user_id_was_superseded_is_gone(shop):
    late = event("sofa", "zoe", 1)
    shop.append([late | {"loaded_at": NOON.replace(day=5)}])
    assert persons(shop) == {"ana": 1, "ben": 1, "tablet": 1, "zoe": 1}
    shop.append([late | {"loaded_at": NOON.replace(day=5), "user_id": "ann"}])
    assert persons(shop) == {"ana": 1, "ben": 1, "tablet": 1, "ann": 1}


@pytest.mark.slow
def test_a_late_login_takes_sessions_from_another_person(shop):
    login = event("phone", "zoe", 1)
    shop.append([login | {"event_id": "late", "loaded_at": NOON.replace(day=5)}])
    assert persons(shop) == {"ana": 1, "ben": 1, "tablet": 1, "zoe": 1}
    later = event("tablet", "ben", 4)
    shop.append([later | {"loaded_at": NOON.replace(day=6)}])
    assert persons(shop) == {"ana": 1, "ben": 2, "zoe": 1}


def test_aliases_come_change_lose_rows_and_go(shop):
    alias(shop, "ana", "ben")
    assert persons(shop) == {"ben": 2, "tablet": 1}
    alias(shop, "ben", "tablet")
    assert persons(shop) == {"tablet": 3}
    alias(shop, "ana", "zoe", day=11)
    assert persons(shop) == {"zoe": 1, "tablet": 2}
    shop.execute("delete from raw.user_aliases where alias = 'ben'")
    assert persons(shop) == {"zoe": 1, "ben": 1, "tablet": 1}
    shop.execute("drop table raw.user_aliases")
    assert persons(shop) == {"ana": 1, "ben": 1, "tablet": 1}


@pytest.mark.slow
def test_an_alias_writes_the_sessions_of_its_person_alone(shop):
    alias(shop, "ben", "bob")
    assert shop.dbt("run", "--exclude", "fct_sessions+", "dim_visitors").success
    lacking = shop.query("select person_id from int_sessions_attributed")
    assert lacking == [{"person_id": "bob"}]

    shop.build(*WITHOUT_LAWS)
    before = written_rows(shop)
    shop.build(*WITHOUT_LAWS)
    assert written_rows(shop) == before


@pytest.mark.slow
@pytest.mark.parametrize("table", ["fct_sessions", "dim_visitors", "dim_persons"])
def test_a_table_that_stayed_behind_catches_up(shop, table):
    alias(shop, "ana", "ben")
    assert shop.dbt("run", "--exclude", table).success
    alias(shop, "ana", "zoe", day=11)
    assert shop.dbt("run", "--exclude", table).success

    assert persons(shop) == {"zoe": 1, "ben": 1, "tablet": 1}


@pytest.mark.slow
def test_what_aliases_stood_for_is_dropped(shop):
    alias(shop, "ana", "ben")
    shop.build(*WITHOUT_LAWS)
    shop.execute("drop table int_user_aliases; delete from raw.user_aliases")

    assert persons(shop) == {"ana": 1, "ben": 1, "tablet": 1}


@pytest.mark.slow
def test_an_older_copy_of_what_aliases_stood_for_is_restored(shop):
    alias(shop, "ana", "zoe")
    shop.build(*WITHOUT_LAWS)
    shop.execute("create table older as from int_user_aliases")
    alias(shop, "tablet", "ben")
    shop.build(*WITHOUT_LAWS)
    shop.execute(
        "delete from int_user_aliases; insert into int_user_aliases from older; "
        "drop table older; delete from raw.user_aliases where alias = 'tablet'"
    )

    assert persons(shop) == {"zoe": 1, "ben": 1, "tablet": 1}


@pytest.mark.slow
def test_an_empty_build_forgets_no_alias(shop):
    alias(shop, "ana", "ben")
    shop.build(*WITHOUT_LAWS)
    assert shop.dbt("run", "--empty").success

    assert persons(shop) == {"ben": 2, "tablet": 1}


@pytest.mark.slow
@pytest.mark.parametrize("command", ["build", "run"])
def test_a_circle_is_named_and_nothing_is_built_from_it(shop, command):
    before = written_rows(shop)
    circle = [("ana", "ben"), ("ben", "it's"), ("it's", "ana")]
    for one, other in [*circle, ("a", "ana")]:
        alias(shop, one, other)

    outcome = shop.dbt(command, "--exclude", "test_type:unit")
    assert not outcome.success
    said = " ".join(messages(outcome).split())
    assert "raw.user_aliases goes in a circle on the site 'default': " in said
    for one, other in circle:
        assert f"'{one}' is '{other}'" in said
    assert written_rows(shop) == before

    shop.execute(said.split("such as: ")[1].split("; then type")[0])
    persons(shop)


@pytest.mark.slow
def test_a_chain_of_64_is_followed_and_a_longer_one_is_named(shop):
    for number in range(63):
        alias(shop, f"p{number}", f"p{number + 1}")
    alias(shop, "ana", "p0")
    assert persons(shop) == {"p63": 1, "ben": 1, "tablet": 1}

    alias(shop, "p63", "p64")
    outcome = shop.dbt("run")
    assert "leads from the alias 'ana' of the site 'default' through more than 64" in (
        " ".join(messages(outcome).split())
    )
