"""The columns of an event: the list of raw.events in _generic__sources.yml, and those
that own columns come from."""

import re
from typing import Any

import yaml
from project import ROOT

PROJECT = ROOT / "dbt_project.yml"
LIST = ROOT / "models" / "staging" / "generic" / "_generic__sources.yml"

# What dbt calls a type, as DuckDB calls it.
DUCKDB_TYPES = {"string": "varchar"}


def event_columns() -> list[dict[str, Any]]:
    """Return the columns of raw.events in order, as dicts with name, data_type and
    description."""
    (source,) = yaml.safe_load(LIST.read_text())["sources"]
    (table,) = source["tables"]
    return table["columns"]


def duckdb_types() -> dict[str, str]:
    """Return the type of each column in DuckDB, by its name."""
    types = {
        column["name"]: DUCKDB_TYPES.get(column["data_type"], column["data_type"])
        for column in event_columns()
    }
    for name in sources_of_own_columns():
        types.setdefault(name, "varchar")
    return types


def sources_of_own_columns() -> list[str]:
    """Return the columns that own_columns in dbt_project.yml come from."""
    variables = yaml.safe_load(PROJECT.read_text())["vars"]
    entries = variables.get("own_columns") or []
    given = [entry.get("from") or entry.get("name") for entry in entries]
    return [
        name.lower() for name in given if re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name)
    ]


def required_columns() -> list[str]:
    """Return the names of the columns without which a row is no event."""
    return columns_that_are("required")


def columns_files_may_lack() -> list[str]:
    """Return the names of the columns that a Parquet or CSV file need not have."""
    return columns_that_are("optional_in_files") + sources_of_own_columns()


def columns_that_are(meta: str) -> list[str]:
    """Return the names of the columns of which `meta` is true."""
    return [
        column["name"]
        for column in event_columns()
        if column.get("config", {}).get("meta", {}).get(meta)
    ]
