"""What stands in the DuckDB files of two copies of the project, row by row."""

import json

import duckdb
from building import ROOT, STEPS, WITHOUT_LAWS
from replaying import Replay

# In which build a row was read or written: all that a full refresh may say otherwise.
BATCHES = {
    *["batch_number", "island_batch_number", "entry_number", "invocation_id"],
    *["table_identity", "alias_version"],
    *["session_added_count", "session_changed_count", "session_removed_count"],
}

# Tables that say something of builds, and all to which each build writes.
OF_NEWEST_BUILD = [
    *["int_changed_loads", "int_events_new", "int_tested_days", "agg_build_log"]
]
REPLACED = [*OF_NEWEST_BUILD, "agg_traffic_quality_daily", "agg_marketing_daily"]

SEEDS = sorted(path.stem for path in (ROOT / "seeds").glob("*.csv"))


def refresh_fully(project, rebuilt, variables=None):
    """Build the other copy from nothing over the raw rows of the project, without the
    data tests."""
    rebuilt.database.unlink(missing_ok=True)
    with duckdb.connect(rebuilt.database) as connection:
        attach(connection, project)
        connection.execute("create schema raw")
        for (table,) in connection.execute(
            "select table_name from duckdb_tables() "
            "where database_name = 'built' and schema_name = 'raw'"
        ).fetchall():
            connection.execute(f"create table raw.{table} as from built.raw.{table}")
    rebuilt.build(*WITHOUT_LAWS, "--full-refresh", variables=variables)


class Refreshed:
    """What a full refresh over the raw rows of a project would make, run as queries on
    the raw rows themselves: sooner than a build of its own, and without int_builds."""

    def __init__(self, project, variables=None):
        aliases = (
            "select site_id, alias, person_id, 1 as alias_version "
            "from main.int_user_aliases_resolved"
        )
        self.tables = project.kept_marts
        self.replay = Replay(
            *(project, "stg_events", [*self.tables, *STEPS]),
            stand_ins={"int_user_aliases": aliases},
            variables=variables,
        )

    def differences(self, variables=None, steps=STEPS):
        """Where the tables of the project are others, as text; empty when none is."""
        self.replay.under(variables)
        found = []
        for table in [*steps, *self.tables]:
            connection = self.replay.connection
            ours, theirs = f"sessions.main.{table}", f"temp.{table}"
            found += surplus(connection, ours, theirs, f"{table}: rows too many")
            found += surplus(connection, theirs, ours, f"{table}: rows that lack")
        self.replay.close()
        return "\n".join(found)


# By the folder of a project and variables: models are compiled once for many builds.
REFRESHED = {}


def assert_refreshed(project, variables=None, told="", steps=STEPS):
    """The tables of a project are those that a full refresh would make.

    told: what an error says besides.
    steps: the tables before the marts that have to be the same as well.
    """
    key = project.folder, json.dumps(variables, sort_keys=True)
    if key not in REFRESHED:
        REFRESHED[key] = Refreshed(project, variables)
    different = REFRESHED[key].differences(variables, steps)
    assert not different, f"{different}\n{told}"


def differences(project, rebuilt):
    """Where the tables of a project are not those of the rebuilt copy, as text: empty
    when they hold the same rows, each equally often."""
    with duckdb.connect(rebuilt.database, read_only=True) as connection:
        attach(connection, project)
        found = [
            f"{name} is in one of the two only"
            for name in relations(connection, "built")
            ^ relations(connection, rebuilt.database.stem)
        ]
        for table in [] if found else tables(connection):
            ours, theirs = f"built.main.{table}", f"main.{table}"
            if table in CURRENT:
                ours, theirs = (
                    CURRENT[table].format(schema="built.main"),
                    CURRENT[table].format(schema="main"),
                )
            found += surplus(connection, ours, theirs, f"{table}: rows too many")
            found += surplus(connection, theirs, ours, f"{table}: rows that lack")
    return "\n".join(found)


# Of what is remembered of earlier builds that which counts, by table. The views for it
# name the file.
NEWEST = (
    "from {schema}.int_builds qualify entry_number = "
    "max(entry_number) over (partition by relation_name)"
)
CURRENT = {
    "int_builds": f"({NEWEST})",
    "int_watermarks": "(select watermarks.* from {schema}.int_watermarks as watermarks "
    f"semi join ({NEWEST}) using (relation_name, invocation_id))",
    "int_user_aliases": "(select * from {schema}.int_user_aliases "
    "qualify alias != person_id and alias_version = "
    "max(alias_version) over (partition by site_id, alias))",
}


def surplus(connection, table, other, title, most=3):
    """Lines of text: the rows of a table that the other lacks, the first in full.

    Columns go by their names: of a query they have another order than by the contract.
    """
    names, others = (
        {row[0] for row in connection.execute(f"describe from {name}").fetchall()}
        for name in (table, other)
    )
    assert names == others, f"{table} has other columns than {other}"
    names = sorted(names - BATCHES)
    columns = ", ".join(names)
    cursor = connection.execute(
        f"select {columns} from {table} except all select {columns} from {other}"
    )
    rows = cursor.fetchall()
    if not rows:
        return []
    shown = [dict(zip(names, row, strict=True)) for row in sorted(rows, key=str)[:most]]
    return [f"{title}, {len(rows)}", *(f"    {without_nulls(row)}" for row in shown)]


def without_nulls(row):
    return {name: value for name, value in row.items() if value is not None}


def relations(connection, catalog):
    """Tables and views, those of raw too, as (kind, schema, name)."""
    rows = connection.execute(
        """
        select 'table', schema_name, table_name from duckdb_tables()
        where database_name = $catalog
        union all
        select 'view', schema_name, view_name from duckdb_views()
        where database_name = $catalog and not internal
        """,
        {"catalog": catalog},
    )
    return set(rows.fetchall())


def tables(connection):
    """The names of the tables in the connection's own file that hold the same rows as
    after a full refresh."""
    rows = connection.execute(
        """
        select table_name from duckdb_tables()
        where database_name = current_database() and schema_name = 'main'
            and not list_contains(?, table_name)
        order by table_name
        """,
        [[*SEEDS, *OF_NEWEST_BUILD]],
    )
    return [name for (name,) in rows.fetchall()]


def written_rows(project):
    """For each table what changes when rows of it are written, even if the same rows
    are written again: (sum over the rows and their numbers, segments in the file)."""
    with duckdb.connect(project.database) as connection:
        connection.execute("checkpoint")
        return {
            table: connection.execute(
                f"""
                select
                    (select sum(hash(rowid, row)) from main.{table} as row),
                    list((row_group_id, column_id, segment_id, block_id, block_offset))
                from pragma_storage_info('main.{table}')
                """
            ).fetchone()
            for table in tables(connection)
            if table not in REPLACED
        }


def attach(connection, project):
    connection.execute(f"attach '{project.database}' as built (read_only)")
