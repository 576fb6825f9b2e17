"""Whatever is run, skipped or dropped by hand, builds that follow make all tables those
of a full refresh."""

import duckdb
import pytest
from building import MARTS, WITHOUT_LAWS, Project, messages
from building import STEPS as TABLES_BEFORE
from chance import drawn, slow_but
from full_refresh import differences, refresh_fully
from random_batches import random_batches
from random_events import SEEDS
from random_items import random_item_batches
from test_incremental import append

pytestmark = pytest.mark.long

# One whose batches bear other instants each: rows of the newest are read again.
SEED = 52

EVENT_COUNT = 1_000

# What is run before the last build: dbt commands, and `arrive` for a further batch of
# raw rows.
STEPS = {
    "a table is built anew alone": [
        "dbt run --full-refresh --select int_events_sessionized",
    ],
    "the first table is built anew alone": [
        "arrive",
        "dbt run --full-refresh --select int_events_enriched",
    ],
    "the last table is built anew alone": [
        "dbt run --full-refresh --select fct_events",
    ],
    "a table in the middle is built anew on old ones": [
        "arrive",
        "dbt run --full-refresh --select int_sessions_enriched",
    ],
    "all but the first are built anew": [
        "arrive",
        "dbt run --full-refresh --exclude int_events_enriched",
    ],
    "the first table runs ahead": [
        "arrive",
        "dbt run --select int_events_new int_events_enriched",
    ],
    "the first table is written once more": [
        "dbt run --select int_events_enriched",
        "arrive",
        "dbt run --select int_events_enriched+",
    ],
    "the first table runs ahead twice": [
        "arrive",
        "dbt run --select int_events_new int_events_enriched",
        "arrive",
        "dbt run --select int_events_new int_events_enriched",
    ],
    "two tables run ahead by turns": [
        "arrive",
        "dbt run --select int_events_new int_events_enriched",
        "dbt run --select int_events_sessionized",
        "arrive",
        "dbt run --select int_events_new int_events_enriched",
    ],
    "the last tables run on a first that ran ahead": [
        "arrive",
        "dbt run --select int_events_new int_events_enriched",
        "dbt run --select int_sessions_enriched fct_sessions fct_events",
        "dbt run --select fct_event_exclusions",
    ],
    "one table stays behind": [
        "arrive",
        "dbt build --exclude fct_events --exclude-resource-type unit_test",
    ],
    "one table stays behind for long": [
        "arrive",
        "dbt run --exclude fct_events",
        "arrive",
        "dbt run --exclude fct_events",
    ],
    "the sessions stay behind": [
        "arrive",
        "dbt run --exclude fct_sessions",
    ],
    "the orders stay behind": [
        "arrive",
        "dbt run --exclude int_order_events fct_orders",
    ],
    "the goals stay behind": [
        "arrive",
        "dbt run --exclude fct_goal_completions",
        "arrive",
        "dbt run --exclude fct_goal_completions",
    ],
    "the items stay behind": [
        "arrive",
        "dbt run --exclude fct_event_items",
    ],
    "the goals run ahead": [
        "arrive",
        "dbt run --exclude int_sessions_enriched fct_sessions",
    ],
    "the totals run ahead of the orders": [
        "arrive",
        "dbt run --exclude fct_orders",
        "arrive",
        "dbt run --exclude fct_orders",
    ],
    "tables run in the wrong order": [
        "arrive",
        "dbt run --select fct_events fct_sessions",
        "dbt run --select int_sessions_enriched",
        "dbt run --select int_events_sessionized",
        "dbt run --select int_events_new int_events_enriched",
    ],
}

DROPS = [
    "int_events_enriched",
    "int_events_sessionized",
    "int_sessions_enriched",
    "fct_sessions",
    "fct_events",
    "fct_event_exclusions",
    "int_order_events",
    "fct_orders",
    "fct_event_items",
    "dim_visitors",
    "dim_persons",
    "agg_sessions_daily",
    "fct_goal_completions",
    "agg_goals_daily",
    "agg_products_daily",
    "int_builds",
]


# One of each kind, which --all always tries; of the others it draws some.
DROPS_OF_A_KIND = ["int_events_enriched", "fct_sessions", "int_builds"]

# What others in STEPS do and more, or do once; --all draws some of them.
SLOW_STEPS = [
    "the last table is built anew alone",
    "all but the first are built anew",
    "the first table runs ahead",
    "the first table is written once more",
    "the first table runs ahead twice",
    "two tables run ahead by turns",
    "one table stays behind",
    "one table stays behind for long",
    "the orders stay behind",
    "the goals run ahead",
    "the totals run ahead of the orders",
]


DRAWN_STEPS = drawn(SLOW_STEPS)
DRAWN_DROPS = drawn([name for name in DROPS if name not in DROPS_OF_A_KIND])


@pytest.mark.parametrize(
    "steps",
    slow_but(
        ["the sessions stay behind"],
        {
            name: [steps]
            for name, steps in STEPS.items()
            if name not in SLOW_STEPS or name in DRAWN_STEPS
        },
    ),
)
def test_a_build_after_selective_runs_equals_a_full_refresh(shop, rebuilt, steps):
    for step in steps:
        shop.take(step)
    shop.build(*WITHOUT_LAWS)

    assert not differences(shop, rebuilt(shop))


@pytest.mark.parametrize(
    "name",
    slow_but(
        DROPS_OF_A_KIND[:1],
        [name for name in DROPS if name in DROPS_OF_A_KIND or name in DRAWN_DROPS],
    ),
)
def test_a_dropped_table_is_made_again(shop, rebuilt, name):
    shop.drop(name)
    shop.take("arrive")
    shop.build(*WITHOUT_LAWS)

    assert not differences(shop, rebuilt(shop))


@pytest.mark.parametrize(
    "names",
    slow_but(
        ["the last"],
        {
            "the first": [["int_events_enriched"]],
            "the last": [["fct_sessions"]],
            "all marts": [
                [name for name in DROPS if name.startswith(("fct", "dim", "agg"))]
            ],
            "two in the middle": [["int_events_sessionized", "int_order_events"]],
        },
    ),
)
def test_an_older_copy_that_is_restored_is_made_anew(shop, rebuilt, names):
    for name in names:
        shop.execute(f"create table older_{name} as from {name}")
    shop.take("arrive")
    shop.build(*WITHOUT_LAWS)
    for name in names:
        shop.drop(name)
        shop.execute(f"alter table older_{name} rename to {name}")
    shop.take("arrive")
    shop.build(*WITHOUT_LAWS)

    assert not differences(shop, rebuilt(shop))


@pytest.mark.slow
def test_an_older_first_table_that_is_built_alone_reads_all_rows(shop, rebuilt):
    shop.execute("create table older as from int_events_enriched")
    shop.take("arrive")
    shop.build(*WITHOUT_LAWS)
    shop.drop("int_events_enriched")
    shop.execute("alter table older rename to int_events_enriched")
    shop.take("dbt run --select int_events_enriched")
    shop.build(*WITHOUT_LAWS)

    assert not differences(shop, rebuilt(shop))


def test_every_table_that_is_kept_has_numbers_to_tell_it_by(fresh_project):
    kept = [
        node
        for node in fresh_project.parsed(["build"], None).nodes.values()
        if node.resource_type == "model" and "built_from" in node.config.meta
    ]

    assert len(kept) > 10
    for node in kept:
        types = {column.data_type for column in node.columns.values()}
        assert "bigint" in types or node.config.meta["identified_by"], node.name


@pytest.mark.slow
def test_a_table_is_dropped_while_others_run_ahead(shop, rebuilt):
    shop.take("arrive")
    shop.take(
        "dbt run --select int_events_new int_events_enriched int_events_sessionized"
    )
    shop.drop("int_sessions_enriched")
    shop.build()

    assert not differences(shop, rebuilt(shop))


@pytest.mark.slow
def test_tables_in_another_schema_are_other_tables(shop, rebuilt):
    """Marts that are built into another schema and then into the first one again have
    what came in between."""
    file = shop.folder / "dbt_project.yml"
    before = file.read_text()
    shop.take("arrive")
    file.write_text(
        before.replace("    marts:\n", "    marts:\n      +schema: other\n")
    )
    shop.build(*WITHOUT_LAWS)
    file.write_text(before)
    shop.take("arrive")
    shop.build(*WITHOUT_LAWS)
    shop.execute("drop schema main_other cascade")
    shop.execute("delete from int_builds where relation_name like 'main_other.%'")

    assert not differences(shop, rebuilt(shop))


def test_of_many_entries_of_a_build_the_newest_stays(fresh_project):
    see_that_the_newest_entry_stays(fresh_project)


def see_that_the_newest_entry_stays(project):
    assert project.dbt("run", "--select", "int_builds").success
    assert project.query("select entry_number from int_builds") == []

    rows = ", ".join(f"('t', 't', {number})" for number in range(1001))
    columns = "relation_name, model_name, entry_number"
    project.execute(f"insert into int_builds ({columns}) values {rows}")
    assert project.dbt("run", "--select", "int_builds").success
    assert project.query("select entry_number from int_builds") == [
        {"entry_number": 1000}
    ]


def test_what_a_clone_leaves_is_made_anew_or_loaded(shop, rebuilt):
    for name in ["int_events_sessionized", "fct_event_exclusions", "sites"]:
        shop.replace_by_a_view(name)
    shop.take("arrive")
    shop.build(*WITHOUT_LAWS)
    shop.execute("drop schema cloned cascade")

    assert not differences(shop, rebuilt(shop))


@pytest.mark.slow
def test_views_of_a_file_that_was_renamed_are_made_again_first(shop, rebuilt):
    before, after = shop.database, shop.folder / "renamed.duckdb"
    before.rename(after)
    shop.database = after
    try:
        shop.take("arrive")
        outcome = shop.dbt("run", "--select", "int_events_sessionized+")
        said = "type first: dbt run --select config.materialized:view"
        assert said in " ".join(messages(outcome).split())

        shop.take("dbt run --select config.materialized:view")
        shop.take("dbt run --select int_events_sessionized+")
        shop.build(*WITHOUT_LAWS)
        assert not differences(shop, rebuilt(shop))
    finally:
        shop.database = before


def test_an_empty_build_makes_every_table_without_rows(shop, rebuilt, tmp_path):
    dry = Shop(tmp_path / "copy")
    dry.take("arrive")
    dry.take("dbt build --empty --exclude-resource-type unit_test")
    held = {table: dry.query(f"from {table}") for table in [*TABLES_BEFORE, *MARTS]}
    assert held == {table: [] for table in held}

    dry.take("arrive")
    dry.build(*WITHOUT_LAWS)
    assert not differences(dry, rebuilt(shop))


# ------------------------------------------------------------------------ what is built


class Shop(Project):
    """A copy of the project that random events reach batch by batch."""

    def __init__(self, folder):
        super().__init__(folder)
        self.write_seeds(SEEDS)
        give_goals(self)
        self.batches = random_batches(SEED, EVENT_COUNT)
        self.items = random_item_batches(SEED, self.batches, share_without=0)
        self.arrived = 0

    def take(self, step):
        if step == "arrive":
            append(self, self.batches[self.arrived])
            self.append_items(self.items[self.arrived] or [])
            self.arrived += 1
        else:
            outcome = self.dbt(*step.split()[1:])
            assert outcome.success, messages(outcome)

    def replace_by_a_view(self, name):
        """Leave a table as `dbt clone` does where an engine cannot copy one."""
        self.execute(
            "create schema if not exists cloned; "
            f"create table cloned.{name} as from main.{name}; "
            f"drop table main.{name}; create view main.{name} as from cloned.{name}"
        )

    def drop(self, name):
        with duckdb.connect(self.database) as connection:
            kind, *_ = connection.execute(
                "select replace(table_type, 'BASE ', '') "
                "from information_schema.tables where table_name = ?",
                [name],
            ).fetchone()
            connection.execute(f"drop {kind} main.{name}")


def give_goals(project):
    """Have goals in the project's own file, which every command reads."""
    file = project.folder / "dbt_project.yml"
    before = file.read_text()
    goals = "goals: {page: {page_path: /a%, value: revenue}, click: {events: [click]}}"
    assert before.count("  goals: {}\n") == 1
    file.write_text(before.replace("  goals: {}\n", f"  {goals}\n"))


@pytest.fixture(scope="module")
def built_shop(tmp_path_factory):
    shop = Shop(tmp_path_factory.mktemp("shop") / "copy")
    shop.take("arrive")
    shop.build(*WITHOUT_LAWS)
    shop.take("arrive")
    shop.build(*WITHOUT_LAWS)
    return shop


@pytest.fixture
def shop(built_shop):
    """A shop of two builds, and as it was when the test ends."""
    arrived = built_shop.arrived
    with built_shop.put_back():
        yield built_shop
    built_shop.arrived = arrived


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    """A copy that is built from nothing over as many batches as have reached a shop."""
    copies = {}

    def copy_of(shop):
        number = shop.arrived
        if number not in copies:
            copies[number] = Project(tmp_path_factory.mktemp("rebuilt") / "copy")
            copies[number].write_seeds(SEEDS)
            give_goals(copies[number])
            refresh_fully(shop, copies[number])
        return copies[number]

    return copy_of
