"""Every model, column, macro, macro argument and variable is described."""

import re

import pytest
import yaml
from building import ROOT
from event_contract import event_columns

ENGINES = (
    "duckdb|postgres|spark|snowflake|bigquery|redshift|databricks|trino|clickhouse"
)
IMPLEMENTATION = re.compile(rf"^(default|{ENGINES})__")
MACRO = re.compile(r"{%-? *(macro |test )(\w+)\((.*?)\)")


@pytest.fixture(scope="module")
def described():
    """Descriptions of models and seeds, by name: (description, columns by name)."""
    resources = {}
    for file in [*ROOT.glob("models/**/*.yml"), *ROOT.glob("seeds/*.yml")]:
        content = yaml.safe_load(file.read_text())
        for resource in content.get("models", []) + content.get("seeds", []):
            columns = {c["name"]: c["description"] for c in resource["columns"]}
            resources[resource["name"]] = resource["description"], columns
    return resources


def test_every_column_of_every_table_is_described(fresh_project, described):
    fresh_project.build()
    rows = fresh_project.query(
        "select table_name, column_name from duckdb_columns() "
        "where schema_name = 'main' and not internal"
    )
    built = {(row["table_name"], row["column_name"]) for row in rows}
    written = {
        (name, column)
        for name, (_, columns) in described.items()
        for column in columns
        if name != "stg_ga4__events"
    }

    # what every event has is described once, where the contract lists it
    listed = {column["name"]: column["description"] for column in event_columns()}
    assert written <= built
    assert {column for _, column in built - written} <= listed.keys()
    assert all(listed.values())
    assert all(text for text, _ in described.values())
    assert all(text for _, columns in described.values() for text in columns.values())


def test_every_macro_and_argument_is_described():
    content = yaml.safe_load((ROOT / "macros" / "_macros.yml").read_text())
    written = {
        macro["name"]: [argument["name"] for argument in macro.get("arguments", [])]
        for macro in content["macros"]
    }
    defined = {
        kind.replace("macro ", "").replace("test ", "test_") + name: [
            a.split("=")[0].strip() for a in arguments.split(",") if a.strip()
        ]
        for file in ROOT.glob("macros/**/*.sql")
        for kind, name, arguments in MACRO.findall(file.read_text())
        if not IMPLEMENTATION.match(name)
    }

    assert written == defined


def test_every_variable_has_a_sentence_above_it():
    _, variables = (ROOT / "dbt_project.yml").read_text().split("\nvars:\n")
    blocks = [block.splitlines() for block in variables.strip("\n").split("\n\n")]

    assert all(block[0].lstrip().startswith("# ") for block in blocks)
    assert len(blocks) == len(yaml.safe_load("vars:\n" + variables)["vars"])
