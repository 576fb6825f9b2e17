"""The models as queries: dbt compiles them, and they run on temporary tables."""

import contextlib
import io
import json
import os
from collections.abc import Iterable
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, cast

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from duckdb import DuckDBPyConnection
from project import ROOT, RefusedError

SHARED, RESULT = "int_events_enriched", "fct_sessions"


class Models:
    """The models from shared rows to some results, as dbt knows them.

    folder: the project.
    shared: the model that is read as it is built.
    results: names of models.
    queries: names of data tests on them, to be compiled too.
    manifest: what dbt has parsed of the project, if it has.

    Attributes:
        shared: dbt's node of the model that is read.
        steps: the nodes to run, each after those it reads, the results included.

    Raises:
        RefusedError: dbt cannot read the project.
    """

    def __init__(
        self,
        folder: Path = ROOT,
        shared: str = SHARED,
        results: Iterable[str] = (RESULT,),
        queries: Iterable[str] = (),
        manifest: Manifest | None = None,
    ) -> None:
        self.folder = folder
        self.manifest = manifest or manifest_of(folder)
        self.queries = queries
        nodes: dict[str, Any] = {
            key: node
            for key, node in self.manifest.nodes.items()
            if key.startswith("model.sessions.")
        }
        reads = {
            key: {parent for parent in node.depends_on.nodes if parent in nodes}
            for key, node in nodes.items()
        }
        order = [*TopologicalSorter(reads).static_order()]
        self.shared = nodes[f"model.sessions.{shared}"]
        below = {self.shared.unique_id}
        above = {f"model.sessions.{name}" for name in results}
        for key in order:
            if reads[key] & below:
                below.add(key)
        for key in reversed(order):
            if key in above:
                above |= reads[key]
        below.remove(self.shared.unique_id)
        self.steps = [nodes[key] for key in order if key in below & above]

    def compiled(self, variables: dict[str, Any]) -> dict[str, str]:
        """Return the SQL of each step and query under dbt variables, by name.

        Raises:
            RefusedError: one does not compile.
        """
        sql = compiled_sql(
            *["--full-refresh", "--indirect-selection", "empty", "--select"],
            *(node.name for node in self.steps),
            *self.queries,
            variables=variables,
            folder=self.folder,
            manifest=self.manifest,
        )
        for name in sql:
            for node in self.steps:
                sql[name] = sql[name].replace(node.relation_name, node.name)
        return sql

    def run(self, connection: DuckDBPyConnection, compiled: dict[str, str]) -> None:
        """Make a temporary table or view of each step, from what `compiled` returned.

        A name without a schema is one of these: raw has none of their names.
        """
        # Joins run as they are written, as in builds.
        connection.execute("set disabled_optimizers = 'build_side_probe_side'")
        for node in self.steps:
            kind = "view" if node.config.materialized == "view" else "table"
            connection.execute(
                f"create or replace temp {kind} {node.name} as {compiled[node.name]}"
            )


def manifest_of(folder: Path = ROOT) -> Manifest:
    """Return what dbt parses of a project.

    Raises:
        RefusedError: dbt cannot read it.
    """
    return cast(Manifest, dbt("parse", folder=folder).result)


def compiled_sql(
    *options: str,
    variables: dict[str, Any],
    folder: Path = ROOT,
    manifest: Manifest | None = None,
) -> dict[str, str]:
    """Return the SQL of what the options of `dbt compile` select, by its name.

    Raises:
        RefusedError: something does not compile.
    """
    outcome = dbt(
        *["compile", "--no-write-json", "--vars", json.dumps(variables), *options],
        folder=folder,
        manifest=manifest,
    )
    results: Any = outcome.result
    return {each.node.name: each.node.compiled_code for each in results}


def dbt(
    *arguments: str, folder: Path = ROOT, manifest: Manifest | None = None
) -> dbtRunnerResult:
    """Run dbt in this process; afterwards the DuckDB file is free for others.

    Raises:
        RefusedError: dbt failed.
    """
    options = ["--quiet", "--project-dir", folder]
    if folder != ROOT or "DBT_PROFILES_DIR" not in os.environ:
        options += ["--profiles-dir", folder]
    said = io.StringIO()  # among much else, compile prints what it compiles
    try:
        with contextlib.redirect_stdout(said):
            outcome = dbtRunner(manifest=manifest).invoke(
                [*arguments, *map(str, options)]
            )
    finally:
        DuckDBConnectionManager.close_all_connections()
    if not outcome.success:
        raise RefusedError(
            f"dbt {arguments[0]} failed; put right what it says:\n"
            f"{outcome.exception or said.getvalue()[-2_000:]}"
        )
    return outcome
