"""Copies of the project that build in Apache Spark, for real, within this process.

A process has one session, one warehouse folder and one metastore, both in a temporary
folder: the next copy takes the place of the last one.
"""

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import yaml
from conftest import ROOT, Project, raw_table
from jinja2 import Template

SCHEMA = "sessions"


@cache
def session():
    """The session that dbt will find, with the settings of the profile, and the
    environment variables that they are made of."""
    from pyspark.sql import SparkSession

    folder = Path(tempfile.mkdtemp(prefix="spark"))
    environment = {
        "SESSIONS_SPARK_SCHEMA": SCHEMA,
        "SESSIONS_SPARK_WAREHOUSE": str(folder / "warehouse"),
        "SESSIONS_SPARK_METASTORE": str(folder / "metastore"),
    }
    os.environ.update(environment)
    profile = yaml.safe_load((ROOT / "profiles.yml.example").read_text())
    settings = profile["sessions"]["outputs"]["spark"]["server_side_parameters"]
    builder = SparkSession.builder.enableHiveSupport()
    for name, value in settings.items():
        value = Template(value).render(env_var=os.environ.get)
        builder = builder.config(name, value)
    made = builder.getOrCreate()
    made.sparkContext.setLogLevel("OFF")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return made, environment


class SparkProject(Project):
    """A copy of the project, alone in the warehouse: what was there is dropped."""

    target = "spark"
    knows_infinity = False
    # the laws are singular tests; a query of its own for each column takes minutes
    laws = ("--exclude", "test_type:generic")

    def __init__(self, folder):
        super().__init__(folder)
        self.spark, self.variables = session()
        for schema in ["raw", SCHEMA]:
            self.execute(f"drop schema if exists {schema} cascade")
        self.execute("create schema raw")

    def environment(self):
        return self.variables

    def let_go(self):
        """The session stays."""

    def load(self, events):
        self.execute("drop table if exists raw.events")
        self.append(events)

    def append(self, events):
        file = self.folder / "append.parquet"
        table = raw_table(events)
        # Spark takes a timestamp without a zone for one of another type
        pa.parquet.write_table(
            table.cast(
                pa.schema(
                    pa.field(f.name, pa.timestamp("us", "UTC"))
                    if pa.types.is_timestamp(f.type)
                    else f
                    for f in table.schema
                )
            ),
            file,
        )
        rows = self.spark.read.parquet(str(file))
        rows.write.mode("append").saveAsTable("raw.events", format="parquet")

    def execute(self, sql):
        self.spark.sql(sql)

    def query(self, sql):
        self.execute(f"use {SCHEMA}")
        rows = self.spark.sql(sql).toArrow().to_pylist()
        return [
            {
                name: value.replace(tzinfo=None) if hasattr(value, "tzinfo") else value
                for name, value in row.items()
            }
            for row in rows
        ]

    def written_rows(self):
        """For each file of an incremental table when it was written."""
        folder = Path(self.variables["SESSIONS_SPARK_WAREHOUSE"]) / f"{SCHEMA}.db"
        kept = ("int_builds", "int_events_", "int_sessions_described", "fct_")
        return {
            file: file.stat().st_mtime_ns
            for file in folder.rglob("*.parquet")
            if file.relative_to(folder).parts[0].startswith(kept)
        }
