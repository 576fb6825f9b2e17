"""A build in a warehouse that is not there: dbt runs as it would, and what it would
send is kept. Every statement is said to have gone well; tables are there when they are
told to be.
"""

import json
import os
import re
import shutil
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from unittest import mock

from building import ROOT
from dbt.adapters.contracts.connection import AdapterResponse
from dbt.cli.main import dbtRunner
from dbt_common.clients.agate_helper import table_from_data_flat

# What dbt has to be told of a warehouse before it connects; no host of these exists.
TARGETS = {
    "snowflake": {
        "account": "none",
        "user": "none",
        "password": "none",
        "database": "ANALYTICS",
        "warehouse": "none",
        "schema": "WEB",
    },
    "bigquery": {"method": "oauth", "project": "analytics", "dataset": "web"},
    "redshift": {
        "host": "none.invalid",
        "user": "none",
        "password": "none",
        "port": 5439,
        "dbname": "analytics",
        "schema": "web",
    },
    "databricks": {
        "host": "none.invalid",
        "http_path": "/sql/none",
        "token": "none",
        "catalog": "analytics",
        "schema": "web",
    },
    "trino": {
        "method": "none",
        "host": "none.invalid",
        "port": 8080,
        "user": "none",
        "database": "analytics",
        "schema": "web",
    },
    "clickhouse": {"host": "none.invalid", "user": "none", "schema": "web"},
}

# What dbt appends to the name of a table while it makes the next one.
SUFFIX = re.compile("__dbt_.*$")

# A query for days, whose answer decides what is written.
DAYS = re.compile(r"select (\w+_(?:day|date)) from ")


@dataclass
class Statement:
    """One text that a node, or a hook of the run, would send."""

    node: str
    sql: str


@dataclass
class Warehouse:
    """What is there, as relations by name with their columns, and what was sent."""

    columns: dict
    relations: dict = field(default_factory=dict)
    statements: list = field(default_factory=list)

    def receive(self, manager, sql):
        """Keep a statement with the name of the connection, which is the node's."""
        connection = manager.get_if_exists()
        self.statements.append(Statement(connection.name if connection else "", sql))

    def answer(self, sql):
        """The rows of a query: a data test finds nothing, what is counted is one, and
        where days are asked for there is one. Other queries have no rows."""
        found = {}
        if "should_error" in sql:
            found = {"failures": 0, "should_warn": False, "should_error": False}
        elif sql.strip().startswith("select count(*)"):
            found = {"count": 1}
        elif match := DAYS.match(sql.strip()):
            found = {match[1]: date(2026, 3, 1)}
        return table_from_data_flat([found] if found else [], list(found))

    def columns_in(self, adapter, name):
        """The columns of a table, or of the next one that is being made."""
        columns = self.columns.get(SUFFIX.sub("", name.lower()), [])
        return [adapter.Column.create(*column) for column in columns]

    def relations_in(self, adapter, schema):
        """The relations that are there, named as the engine names them."""
        cased = str.upper if adapter.type() == "snowflake" else str
        return [
            adapter.Relation.create(
                database=schema.database,
                schema=cased(schema.schema),
                identifier=cased(name),
                type=kind,
            )
            for name, kind in self.relations.items()
        ]


class Cursor(mock.MagicMock):
    """What is left of a statement that was sent."""

    description = None
    rowcount = 0


def connection_methods(warehouse):
    """What the connections of an adapter do instead of connecting."""

    def open_connection(cls, connection):
        connection.state = "open"
        connection.handle = mock.MagicMock()
        return connection

    def execute(self, sql, auto_begin=False, fetch=False, limit=None, **_):
        warehouse.receive(self, sql)
        return AdapterResponse("OK"), warehouse.answer(sql)

    def add_query(self, sql, auto_begin=True, bindings=None, *_, **__):
        # what comes with values is a seed, filled by dbt
        if bindings is None:
            warehouse.receive(self, sql)
        return self.get_thread_connection(), Cursor()

    def nothing(self, *_, **__):
        return None

    return {
        "open": classmethod(open_connection),
        "execute": execute,
        "add_query": add_query,
        "begin": nothing,
        "commit": nothing,
        "commit_if_has_connection": nothing,
        "clear_transaction": nothing,
        "cancel_open": nothing,
    }


def adapter_methods(warehouse):
    """What an adapter answers that it would otherwise ask the warehouse."""

    def get_column_schema_from_query(self, sql, *_, **__):
        warehouse.receive(self.connections, sql)
        return warehouse.columns_in(self, warehouse.statements[-1].node.split(".")[-1])

    return {
        "list_schemas": lambda self, database: [self.config.credentials.schema],
        "check_schema_exists": lambda self, database, schema: True,
        "create_schema": lambda self, relation: None,
        "list_relations_without_caching": lambda self, schema, *_: (
            warehouse.relations_in(self, schema)
        ),
        "get_columns_in_relation": lambda self, relation: warehouse.columns_in(
            self, relation.identifier
        ),
        "expand_target_column_types": lambda self, from_relation, to_relation: None,
        "get_column_schema_from_query": get_column_schema_from_query,
    }


# What only one adapter asks of its warehouse.
OWN_METHODS = {
    "bigquery": {
        "drop_relation": lambda self, relation: None,
        "load_dataframe": lambda self, *_: None,
        "get_bq_table": lambda self, relation: None,
    },
    "clickhouse": {
        "can_exchange": lambda self, schema, kind: True,
        "is_at_or_after_version": lambda self, version: True,
    },
}


@contextmanager
def offline(engine, warehouse):
    """The adapter of an engine talks to a warehouse that is not there."""
    plugin = import_module(f"dbt.adapters.{engine}").Plugin
    methods = adapter_methods(warehouse) | OWN_METHODS.get(engine, {})
    with ExitStack() as patches:
        for cls, replacements in [
            (plugin.adapter.ConnectionManager, connection_methods(warehouse)),
            (plugin.adapter, methods),
        ]:
            for name, method in replacements.items():
                patches.enter_context(mock.patch.object(cls, name, method, create=True))
        yield


def messages(outcome):
    """What went wrong in a dbt run, as text."""
    if outcome.exception:
        return str(outcome.exception)
    return "\n".join(
        f"{result.node.unique_id}: {result.message}"
        for result in outcome.result or []
        if result.status not in ("success", "pass", "skipped")
    )


def is_installed(engine):
    """Whether dbt can speak to an engine here."""
    try:
        import_module(f"dbt.adapters.{engine}")
    except ImportError:
        return False
    return True


class OfflineProject:
    """A copy of the project whose warehouse is one of another engine, and not there."""

    def __init__(self, folder, engine):
        self.folder = folder
        self.engine = engine
        kept_out = shutil.ignore_patterns(
            ".*", "target", "logs", "sample", "*.duckdb*", "__pycache__", "*.py"
        )
        shutil.copytree(ROOT, folder, ignore=kept_out, dirs_exist_ok=True)
        target = {"type": engine, "threads": 1, **TARGETS[engine]}
        profile = {"sessions": {"target": "none", "outputs": {"none": target}}}
        (folder / "profiles.yml").write_text(json.dumps(profile))
        self.manifests = {}

    def dbt(self, *arguments, variables, manifest=None):
        """Run dbt in this process, which has to go well."""
        command = [*arguments, "--quiet", "--vars", json.dumps(variables)]
        for option in ("project", "profiles"):
            command += [f"--{option}-dir", str(self.folder)]
        os.environ["DBT_TARGET_PATH"] = str(self.folder / "target")
        outcome = dbtRunner(manifest=manifest).invoke(command)
        assert outcome.success, messages(outcome)
        return outcome.result

    def manifest(self, variables):
        """The project as dbt understands it under some variables."""
        key = json.dumps(variables, sort_keys=True)
        if key not in self.manifests:
            self.manifests[key] = self.dbt("parse", variables=variables)
        return self.manifests[key]

    def statements(self, *command, variables=None, is_built=False):
        """The statements of a dbt command, with the tables there or not."""
        variables = variables or {}
        manifest = self.manifest(variables)
        nodes = [
            node
            for node in manifest.nodes.values()
            if node.resource_type in ("model", "seed")
        ]
        # the tables of vendors, whose columns are looked at
        sources = [
            source
            for source in manifest.sources.values()
            if source.columns and source.source_name != "raw"
        ]
        warehouse = Warehouse(
            columns={
                node.alias: [
                    (column.name, column.data_type or "string")
                    for column in node.columns.values()
                ]
                + [(name, "string") for name in read_by_own_columns(node, variables)]
                for node in nodes
            }
            | {
                source.identifier: [
                    (column.name, column.data_type or "string")
                    for column in source.columns.values()
                ]
                for source in sources
            },
            relations={
                node.alias: "view" if node.config.materialized == "view" else "table"
                for node in nodes
                if is_built
            }
            # the tables of raw that need not be there
            | (
                dict.fromkeys(
                    ["user_aliases", "event_items", "orders", "ad_spend"]
                    + [source.identifier for source in sources],
                    "table",
                )
                if is_built
                else {}
            ),
        )
        with offline(self.engine, warehouse):
            self.dbt(*command, variables=variables, manifest=manifest)
        return warehouse.statements


def read_by_own_columns(node, variables):
    """What a staging model has because own columns come from it."""
    if not variables.get("own_columns") or not node.name.endswith("__events"):
        return []
    return ["event_properties"]
