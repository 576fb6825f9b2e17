"""Copies of the project with sites of their own, built for real in DuckDB files."""

import contextlib
import csv
import gc
import hashlib
import json
import os
import shutil
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from event_contract import event_columns
from parsing import parsed_project
from quick_dbt import make_dbt_quick
from stacks import call_with_room

ROOT = Path(__file__).parents[2]
SHARED_DATA = ROOT.parent / "shared" / "data"

# Of the many objects of a manifest few become garbage.
make_dbt_quick()
gc.set_threshold(500_000, 20, 20)

# Arguments of a build that leave out all data tests; the tests that are no law of the
# whole; those of seeds, which scripts/check asks of them once.
WITHOUT_LAWS = ["--exclude-resource-type", "test"]
LAWS_ALONE = ["--exclude", "test_type:generic"]
WITHOUT_TESTS_OF_SEEDS = ["--exclude", "path:seeds,test_type:generic"]

# Tables between the raw rows and the marts; marts that keep rows, those of groups among
# them; and all marts.
STEPS = [
    *["int_events_enriched", "int_events_sessionized", "int_sessions_enriched"],
    "int_order_events",
]
TABLES_OF_GROUPS = [
    *["fct_page_views", "agg_pages_daily", "agg_products_daily"],
    *["agg_visitor_cohorts_monthly", "fct_touchpoints"],
]
TABLES = [
    *["fct_sessions", "fct_events", "fct_event_exclusions", "fct_orders"],
    *["dim_visitors", "dim_persons", "agg_sessions_daily"],
    *["agg_landing_pages_daily", "agg_funnel_daily"],
    *["fct_goal_completions", "agg_goals_daily"],
    *["fct_event_items", "agg_visitor_cohorts"],
    *TABLES_OF_GROUPS,
]
MARTS = [
    *[*TABLES, "fct_order_items"],
    *["agg_traffic_quality_daily", "agg_bots_daily"],
    *["agg_order_reconciliation_daily", "agg_marketing_daily"],
]

# What dbt_project.yml says of the groups of marts.
ALL_GROUPS = "mart_groups: [pages, products, marketing, quality]"

ARROW_TYPES = {
    "string": pa.string(),
    "timestamp": pa.timestamp("us"),
    "bigint": pa.int64(),
    "decimal(20, 6)": pa.decimal128(20, 6),
}
ALIAS_COLUMNS = {
    **dict.fromkeys(["site_id", "alias", "person"], "text"),
    "loaded_at": "timestamp",
}
ITEM_COLUMNS = {
    **dict.fromkeys(["site_id", "event_id"], "text"),
    "item_number": "bigint",
    **dict.fromkeys(["product_id", "product_name", "product_category"], "text"),
    **dict.fromkeys(["product_variant", "product_brand", "item_list"], "text"),
    "quantity": "bigint",
    **dict.fromkeys(["price", "discount"], "decimal(20, 6)"),
    "loaded_at": "timestamp",
}
ORDER_COLUMNS = {
    **dict.fromkeys(["site_id", "order_id", "status", "currency", "user_id"], "text"),
    **dict.fromkeys(
        ["total", "tax", "shipping", "discount", "refunded_total"], "decimal(20, 6)"
    ),
    **dict.fromkeys(
        ["ordered_at", "cancelled_at", "updated_at", "loaded_at"], "timestamp"
    ),
}
SPEND_COLUMNS = {
    "site_id": "text",
    "spend_date": "date",
    **dict.fromkeys(["source", "medium", "campaign", "channel", "currency"], "text"),
    "cost": "decimal(20, 6)",
    **dict.fromkeys(["clicks", "impressions"], "bigint"),
    "loaded_at": "timestamp",
}
RAW_COLUMNS = {c["name"]: ARROW_TYPES[c["data_type"]] for c in event_columns()}


class Project:
    """A copy of the project in a folder of its own, with a DuckDB file beside it.

    has_groups: whether it builds the groups of marts, a quarter of the time of a build.
    """

    target = "duckdb"
    text_type = "varchar"
    knows_infinity = True

    # whether models of a build run side by side, as they do for users
    has_threads = False

    # how much the tests of an engine try, and the arguments of a build that leave out
    # data tests where those take too long
    event_count, most_batches, kills_in_a_row = 5_000, 9, 2
    laws = LAWS_ALONE

    # whether batches end with the laws and a build of nothing new
    ends_batches_with_laws = True

    # a fifth of the time of a build of few events goes into files that no test reads
    spares_files = ("--no-write-json", "--log-level-file", "none")

    # within a model of so few events, most of which take a fifth of a second
    seconds_until_a_kill = [0, 0.02, 0.05, 0.1, 0.2]

    def __init__(self, folder, has_groups=True):
        self.folder = folder
        self.database = folder / "sessions.duckdb"
        self.kept_marts = [
            name for name in TABLES if has_groups or name not in TABLES_OF_GROUPS
        ]
        kept_out = shutil.ignore_patterns(
            ".*", "target", "logs", "sample", "*.duckdb*", "__pycache__", "*.py"
        )
        shutil.copytree(ROOT, folder, ignore=kept_out, dirs_exist_ok=True)
        # two processes share the cores: more threads in each take time from each other
        profiles = (ROOT / "profiles.yml.example").read_text()
        if not self.has_threads:
            for given, taken in [
                ("threads: 2", "threads: 1"),
                ("settings: {TimeZone: UTC}", "settings: {TimeZone: UTC, threads: 1}"),
            ]:
                assert given in profiles
                profiles = profiles.replace(given, taken, 1)
        (folder / "profiles.yml").write_text(profiles)
        settings = {"test_scope: recent": "test_scope: all"}
        if not has_groups:
            settings[ALL_GROUPS] = "mart_groups: []"
        change(folder / "dbt_project.yml", settings)

    def write_sites(self, sites):
        """Replace the seed sites by rows of (site_id, domain, time_zone, currency)."""
        self.write_seed("sites", sites)

    def write_seed(self, name, rows):
        """Replace the rows of a seed; its header stays."""
        path = self.folder / "seeds" / f"{name}.csv"
        with open(path, newline="") as file:
            header = next(csv.reader(file))
        with open(path, "w", newline="") as file:
            csv.writer(file).writerows([header, *rows])

    def write_seeds(self, seeds):
        """Replace the rows of several seeds, by name."""
        for name, rows in seeds.items():
            self.write_seed(name, rows)

    def load(self, events):
        """Put raw events, dicts by column, into an empty raw.events."""
        with duckdb.connect(self.database) as connection:
            connection.execute("drop table if exists raw.events")
        self.append(events)

    def append(self, events):
        """Add raw events, dicts by column, to what raw.events has."""
        table = raw_table(events)
        with duckdb.connect(self.database) as connection:
            connection.register("loaded", table)
            connection.execute("create schema if not exists raw")
            connection.execute(
                "create table if not exists raw.events as from loaded limit 0"
            )
            connection.execute("insert into raw.events from loaded")

    def load_aliases(self, aliases):
        """Put aliases, dicts by column, into a raw.user_aliases of their own."""
        self.execute("drop table if exists raw.user_aliases")
        self.append_aliases(aliases)

    def append_aliases(self, aliases):
        """Add rows, dicts by column, to raw.user_aliases, which is made if need be."""
        self.append_to("user_aliases", ALIAS_COLUMNS, aliases)

    def append_items(self, items):
        """Add rows, dicts by column, to raw.event_items, which is made if need be."""
        self.append_to("event_items", ITEM_COLUMNS, items)

    def append_orders(self, orders):
        """Add rows, dicts by column, to raw.orders, which is made if need be."""
        self.append_to("orders", ORDER_COLUMNS, orders)

    def append_spend(self, spend):
        """Add rows, dicts by column, to raw.ad_spend, which is made if need be."""
        self.append_to("ad_spend", SPEND_COLUMNS, spend)

    def drop_raw(self, table):
        """Drop a table of raw that may be there; the next build makes views on it."""
        self.execute(f"drop table if exists raw.{table}")

    def append_to(self, table, columns, rows, schema="raw"):
        """Add rows, dicts by column, to a table of raw, which is made if need be.

        columns: the kinds of its columns by name.
        schema: where the table is, if not in raw.
        """
        typed = ", ".join(
            f"{name} {self.typed(kind)}" for name, kind in columns.items()
        )
        self.execute(f"create schema if not exists {schema}")
        self.execute(f"create table if not exists {schema}.{table} ({typed})")
        values = [
            ", ".join(self.literal(row.get(n), kind) for n, kind in columns.items())
            for row in rows
        ]
        if values:
            self.execute(
                f"insert into {schema}.{table} ({', '.join(columns)}) "
                f"values ({'), ('.join(values)})"
            )

    def typed(self, kind):
        """How the engine spells a type of DuckDB, or the kind text."""
        return self.text_type if kind == "text" else kind

    def literal(self, value, kind):
        """A value of a column of some type as SQL; times are in UTC."""
        if isinstance(value, (list, dict)):
            return f"cast(cast({literal(json.dumps(value))} as json) as {kind})"
        if isinstance(value, datetime) and kind == "timestamp with time zone":
            return f"{kind} '{value}+00'"
        return literal(value)

    def dbt(self, *arguments, variables=None, quiet=True):
        """Run dbt in this process; the result of dbtRunner, its messages on stdout."""
        self.enter()
        manifest = self.parsed(arguments, variables)
        command = [
            *arguments,
            "--project-dir",
            str(self.folder),
            "--profiles-dir",
            str(self.folder),
            "--target",
            self.target,
            *(["--quiet"] if quiet else []),
            *self.spares_files,
        ]
        if variables:
            command += ["--vars", json.dumps(variables)]
        try:
            runner = dbtRunner(manifest=manifest)
            return call_with_room(runner.invoke, command)
        finally:
            self.let_go()

    def enter(self):
        """Make dbt in this process find the database, and write into the copy."""
        os.environ.update(self.environment())
        os.environ["DBT_TARGET_PATH"] = str(self.folder / "target")

    def parsed(self, arguments, variables):
        """What dbt need not parse again for a command; None where it has to."""
        if arguments[0] == "run-operation":
            variables = None  # of a macro dbt parses the same under all variables
        elif arguments[0] not in ("build", "run", "seed", "test", "compile"):
            return None
        if self.target != "duckdb":
            return None
        if not (self.folder / "seeds" / "_seeds.yml").exists():
            return None  # a project that has ours as a package
        return parsed_project(
            self, variables or {}, lambda v: self.dbt("parse", variables=v).result
        )

    def environment(self):
        """Where the profile of the target finds the database."""
        return {"SESSIONS_DUCKDB_PATH": str(self.database)}

    def let_go(self):
        """Close what a dbt run in this process leaves open."""
        DuckDBConnectionManager.close_all_connections()

    def leave(self):
        """Close what keeps a process of its own from the database."""

    def build(self, *arguments, variables=None):
        """`dbt build`, which has to pass; unit tests are left to scripts/check, and so
        are the tests of seeds where no others are left out."""
        has_seeds = self.has_seeds()
        outcome = self.dbt(
            "build",
            "--exclude-resource-type",
            "unit_test",
            *arguments,
            *([] if selects(arguments) else WITHOUT_TESTS_OF_SEEDS),
            *(["--exclude-resource-type", "seed"] if has_seeds else []),
            variables=variables,
        )
        assert outcome.success, messages(outcome)
        if not has_seeds and "--select" not in arguments:
            self.remember_seeds()

    def has_seeds(self):
        """Whether the database has the seeds as their files are now: an eighth of the
        time of a build goes into loading them again."""
        if not self.database.exists():
            return False
        found = self.query(
            "select comment from duckdb_tables() "
            "where schema_name = 'main' and table_name = 'sites'"
        )
        return found == [{"comment": self.checksum_of_seeds()}]

    def remember_seeds(self):
        """Write into the database which seeds it has, where a copy of it has it too."""
        self.execute(f"comment on table main.sites is '{self.checksum_of_seeds()}'")

    def checksum_of_seeds(self):
        checksum = hashlib.sha256()
        for file in sorted((self.folder / "seeds").iterdir()):
            checksum.update(file.read_bytes())
        return checksum.hexdigest()

    def rebuild(self, *arguments, variables=None):
        """`dbt build --full-refresh`: for other raw rows or settings than before."""
        self.build("--full-refresh", *arguments, variables=variables)

    @contextlib.contextmanager
    def put_back(self):
        """Leave the database at the end as it is at the beginning."""
        kept = self.database.read_bytes()
        try:
            yield self
        finally:
            self.database.write_bytes(kept)

    def execute(self, sql):
        """Run a statement that changes something."""
        with duckdb.connect(self.database) as connection:
            connection.execute(sql)

    def forget(self, model):
        """Leave the table of a model to the next build as an unfinished one."""
        self.execute(f"delete from int_builds where model_name = '{model}'")

    def leave_half_made(self, model):
        """Leave a table as a kill does that comes while it is first made: where that is
        one transaction, as it was."""

    def query(self, sql):
        """The rows of a query as dicts by column."""
        with duckdb.connect(self.database, read_only=True) as connection:
            return rows(connection.execute(sql))


def change(file, texts):
    """Replace texts of a file, each of which it has; the time of the file, by which dbt
    need not parse it again, stays."""
    text, stat = file.read_text(), file.stat()
    for given, taken in texts.items():
        assert given in text, given
        text = text.replace(given, taken, 1)
    file.write_text(text)
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def literal(value):
    """A text, a number, a date, a datetime or None as every engine reads it."""
    if value is None:
        return "null"
    if isinstance(value, (int, float, Decimal)):
        return str(value)
    if isinstance(value, datetime):
        return f"timestamp '{value}'"
    if isinstance(value, date):
        return f"date '{value}'"
    return "'" + value.replace("'", "''") + "'"


def selects(arguments):
    """Whether arguments of dbt say which nodes take part."""
    return any(word.startswith(("--select", "--exclude")) for word in arguments)


def rows(cursor):
    """The rows of a cursor as dicts by column."""
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def raw_table(events):
    """Raw events, dicts by column, as an Arrow table with the columns of raw.events."""
    rows = [{name: event.get(name) for name in RAW_COLUMNS} for event in events]
    return pa.Table.from_pylist(rows, schema=pa.schema(RAW_COLUMNS))


def messages(outcome):
    """What went wrong in a dbt run, as text."""
    if outcome.exception:
        return str(outcome.exception)
    return "\n".join(
        f"{result.node.unique_id}: {result.message}"
        for result in outcome.result or []
        if result.status not in ("success", "pass", "skipped", "warn")
    )
