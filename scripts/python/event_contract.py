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
    return [
        column["name"]
        for column in event_columns()
        if column.get("config", {}).get("meta", {}).get("required")
    ]
