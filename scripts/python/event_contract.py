"""The columns of an event: the list of raw.events in _generic__sources.yml."""

from typing import Any

import yaml
from project import ROOT

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
    return {
        column["name"]: DUCKDB_TYPES.get(column["data_type"], column["data_type"])
        for column in event_columns()
    }


def required_columns() -> list[str]:
    """Return the names of the columns without which a row is no event."""
    return columns_that_are("required")


def columns_files_may_lack() -> list[str]:
    """Return the names of the columns that a Parquet or CSV file need not have."""
    return columns_that_are("optional_in_files")


def columns_that_are(meta: str) -> list[str]:
    """Return the names of the columns of which `meta` is true."""
    return [
        column["name"]
        for column in event_columns()
        if column.get("config", {}).get("meta", {}).get(meta)
    ]
