"""What every engine has to show beside DuckDB. A test module of an engine imports these
tests and says in fixtures where its copies of the project build (`make_project`), and
under which of RULE_SETS all at once (`rule_set`) and batch by batch (`arrival_rules`).
"""

import json
import random
from collections import Counter

import pytest
import test_compared_loads
import test_incremental
from building import MARTS, STEPS, TABLES, WITHOUT_LAWS, Project
from chance import REPRODUCE, SEED
from random_batches import STAND_INS, random_alias_batches, random_order_batches
from random_events import SEEDS, random_events_with_a_clock
from random_items import random_item_batches
from random_own_columns import OWN_COLUMNS
from random_rules import random_overrides
from random_spend import random_spend_batches
from test_against_reference import OVERRIDES, other_variables
from test_incremental import arriving
from test_interrupted_builds import finish, killed_build, start_build
from test_odd_runs import see_that_the_newest_entry_stays

# Windows tell the sessions of the first; the others walk, each for a reason of its own.
RULE_SETS = {
    "standard": {},
    "hours": OVERRIDES["hours"],
    "campaigns, users": OVERRIDES["direct adopts campaigns"] | {"user_change": "new"},
    "mixed roles": OVERRIDES["mixed roles"],
    "a fixed window": OVERRIDES["a fixed window of whole minutes"],
    "a longest visit": OVERRIDES["exactly the longest visit splits"],
    "random": random_overrides(random.Random(SEED)),
}


@pytest.fixture(scope="module")
def engine(make_project):
    """A copy of the project that builds in the engine."""
    project = make_project("engine")
    project.write_seeds(SEEDS)
    return project


@pytest.fixture(scope="module")
def duckdb_project(tmp_path_factory):
    """A copy that builds the same in DuckDB."""
    project = Project(tmp_path_factory.mktemp("duckdb") / "copy")
    project.write_seeds(SEEDS)
    return project


def test_the_marts_are_those_of_duckdb(engine, duckdb_project, rule_set):
    overrides = RULE_SETS[rule_set]
    print(f"{overrides}; {REPRODUCE}")
    variables = other_variables(SEED) | {"session_rule_overrides": overrides}
    variables["own_columns"] = OWN_COLUMNS
    timeout_seconds = overrides.get("timeout_seconds") or 1800
    events = random_events_with_a_clock(SEED, engine.event_count, timeout_seconds)

    engine.load(events)
    engine.rebuild(*engine.laws, variables=variables)
    duckdb_project.load(events)
    duckdb_project.rebuild(*WITHOUT_LAWS, variables=variables)

    different = differences(engine, duckdb_project)
    assert not different, different


def test_every_build_gives_what_a_full_refresh_gives_in_duckdb(
    make_project, duckdb_project, arrival_rules
):
    rule_set = arrival_rules
    overrides = RULE_SETS[rule_set]
    print(f"{overrides}; {REPRODUCE}")
    variables = other_variables(SEED) | {"session_rule_overrides": overrides}
    variables["own_columns"] = OWN_COLUMNS
    variables["attach_booked_orders"] = rule_set == "standard"
    engine = make_project(f"engine {rule_set}")
    engine.write_seeds(SEEDS)
    duckdb_project.load([])
    drop_optional_tables(duckdb_project)

    arrivals = batches(engine, overrides)
    aliases = random_alias_batches(SEED, arrivals)
    orders = random_order_batches(SEED, arrivals)
    items = random_item_batches(SEED, arrivals)
    spend = random_spend_batches(SEED, arrivals)
    for number, batch in enumerate(arrivals):
        for project in [engine, duckdb_project]:
            append(project, batch, knows_infinity=engine.knows_infinity)
            if aliases[number] is not None:
                project.append_aliases(aliases[number])
            if items[number] is not None:
                project.append_items(items[number])
            if orders[number] is not None:
                project.append_orders(orders[number])
            if spend[number] is not None:
                project.append_spend(spend[number])
        is_last = batch is arrivals[-1]
        if is_last and engine.kills_in_a_row == 0:
            model, seconds = kill_point(engine, random.Random(SEED))
            options = ["--vars", json.dumps(variables)]
            print(f"killed {killed_build(engine, model, seconds, *options)}")
            leave_what_kills_leave(engine)
        has_laws = is_last and engine.ends_batches_with_laws
        engine.build(*(engine.laws if has_laws else WITHOUT_LAWS), variables=variables)
        duckdb_project.rebuild(*WITHOUT_LAWS, variables=variables)
        different = differences(engine, duckdb_project)
        assert not different, f"after batch {number}: {different}"

    if not engine.ends_batches_with_laws:
        return
    before = engine.written_rows()
    engine.build(*WITHOUT_LAWS, variables=variables)
    assert engine.written_rows() == before


def test_a_build_after_kills_gives_what_a_full_refresh_gives_in_duckdb(
    make_project, duckdb_project
):
    chance = random.Random(SEED)
    engine = make_project("killed")
    engine.write_seeds(SEEDS)
    duckdb_project.load([])
    drop_optional_tables(duckdb_project)
    kills = []

    arrivals = batches(engine, {})
    for batch in arrivals:
        for project in [engine, duckdb_project]:
            append(project, batch, knows_infinity=False)
        for _ in range(engine.kills_in_a_row):
            kills.append(killed_build(engine, *kill_point(engine, chance)))
            print(f"kill {len(kills)} came {kills[-1]}", flush=True)
        if batch is arrivals[-1]:
            leave_what_kills_leave(engine)
        engine.build(*WITHOUT_LAWS)
        duckdb_project.rebuild(*WITHOUT_LAWS)
        different = differences(engine, duckdb_project)
        assert not different, f"{different}\nkilled {kills}; {REPRODUCE}"

    assert sum(kill.startswith("within") for kill in kills) >= len(kills) / 2, kills


def drop_optional_tables(project):
    """Leave no table of an earlier test that need not be there."""
    for table in ("user_aliases", "event_items", "orders", "ad_spend"):
        project.execute(f"drop table if exists raw.{table}")


def kill_point(engine, chance):
    """A table, and seconds after it began to be made."""
    model = chance.choice([*STEPS, *TABLES])
    return model, chance.choice(engine.seconds_until_a_kill)


def leave_what_kills_leave(engine):
    """Of a table that was there, and of one that was not."""
    engine.forget("fct_events")
    engine.leave_half_made("int_order_events")


def test_of_two_builds_at_once_each_writes_what_the_other_left(
    make_project, duckdb_project
):
    engine = make_project("twice")
    engine.write_seeds(SEEDS)
    duckdb_project.load([])
    drop_optional_tables(duckdb_project)

    for number, batch in enumerate(batches(engine, {})):
        for project in [engine, duckdb_project]:
            append(project, batch, knows_infinity=False)
        if number < 2:  # the views in front of the tables are those of later builds
            engine.build()
            continue
        tables = ["run", "--select", "config.materialized:incremental"]
        for build in [start_build(engine, *tables) for _ in range(2)]:
            finish(build)

    duckdb_project.rebuild(*WITHOUT_LAWS)
    different = differences(engine, duckdb_project)
    assert not different, f"{different}\n{REPRODUCE}"


def test_of_many_entries_of_a_build_the_newest_stays(make_project):
    see_that_the_newest_entry_stays(make_project("entries"))


def test_loads_that_changed_are_read_again(make_project):
    shop = test_compared_loads.with_an_export(make_project("loads"))
    test_compared_loads.assert_changed_loads_are_read_again(
        shop,
        lambda shop: shop.build(
            *(shop.laws if shop.ends_batches_with_laws else WITHOUT_LAWS),
            variables=test_compared_loads.BOTH,
        ),
    )


def batches(engine, overrides):
    """Random arrivals, as many as the engine can take."""
    return arriving(SEED, overrides, engine.event_count)[: engine.most_batches]


def append(project, batch, knows_infinity):
    """Load a batch; a delivery time that no datetime can say is one of infinity and its
    like, or none at all."""
    if knows_infinity:
        test_incremental.append(project, batch)
    else:
        undated = {instant: None for instant in STAND_INS}
        project.append(
            event | {"loaded_at": undated.get(event["loaded_at"], event["loaded_at"])}
            for event in batch
        )


def differences(project, other, most=3):
    """Where the marts of two projects differ, as text: empty when they hold the same
    rows, each equally often."""
    found = []
    for table in MARTS:
        ours, theirs = rows(project, table), rows(other, table)
        for title, surplus in [
            ("rows too many", ours - theirs),
            ("rows that lack", theirs - ours),
        ]:
            if surplus:
                found.append(f"{table}: {title}, {surplus.total()}")
                found += [f"    {row}" for row in sorted(map(str, surplus))[:most]]
    return "\n".join(found)


def rows(project, table):
    """The rows of a table without their nulls, each with how often it is there."""
    return Counter(
        tuple(
            sorted(
                (name, comparable(value))
                for name, value in row.items()
                if value is not None
            )
        )
        for row in project.query(f"select * from {table}")
    )


def comparable(value):
    """A value as it is on every engine. A decimal of more than 15 digits becomes one or
    the other of two neighbouring floats: a float is compared by twelve digits."""
    return float(f"{value:.12g}") if isinstance(value, float) else value
