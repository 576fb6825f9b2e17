"""Every model, column, macro, macro argument and variable is described, and documents
name tables, columns and models as they are."""

import re

import pytest
import yaml
from build import leading_comment
from building import ROOT
from event_contract import event_columns

ENGINES = (
    "duckdb|postgres|spark|snowflake|bigquery|redshift|databricks|trino|clickhouse"
)
IMPLEMENTATION = re.compile(rf"^(default|{ENGINES})__")
MACRO = re.compile(r"{%-? *(macro |test )(\w+)\((.*?)\)")

# docs/tables.md: a section per table, with rows of columns and with queries
_, *SECTIONS = (ROOT / "docs" / "tables.md").read_text().split("\n## ")
TABLES = {
    section.split()[0]: section for section in SECTIONS if "_" in section.split()[0]
}
COLUMN = re.compile(r"^\| `(\w+)` \| ([^|]+) \| [^|]+ \|$", re.MULTILINE)
QUERIES = [
    pytest.param(query, id=f"{table}-{number}")
    for table, section in TABLES.items()
    for number, query in enumerate(re.findall(r"```sql\n(.*?)```", section, re.DOTALL))
]

DOCUMENTS = [
    *ROOT.glob("*.md"),
    *ROOT.glob("docs/*.md"),
    ROOT / "models" / "_overview.md",
]
RUNBOOK = re.compile(
    r"^\| `(\w+)` \| (fails|warns) \| [^|]+ \| [^|]+ \|$", re.MULTILINE
)
MODEL_NAME = re.compile(r"\b(?:stg|int|fct|dim|agg)_[a-z]\w*")


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


@pytest.fixture(scope="module")
def built_project(project):
    """The project built without an event: enough to bind queries to columns."""
    project.build()
    return project


def test_every_column_of_every_table_is_described(built_project, described):
    rows = built_project.query(
        "select table_name, column_name from duckdb_columns() "
        "where schema_name = 'main' and not internal"
    )
    built = {(row["table_name"], row["column_name"]) for row in rows}
    not_built = {
        model.stem
        for folder in (ROOT / "models" / "staging").iterdir()
        if folder.name not in ("generic", "seeds")
        for model in folder.glob("**/*.sql")
    }
    written = {
        (name, column)
        for name, (_, columns) in described.items()
        for column in columns
        if name not in not_built
    }

    # what every event has is described once, where the contract lists it
    listed = {column["name"]: column["description"] for column in event_columns()}
    assert written <= built
    assert {column for _, column in built - written} <= listed.keys()
    assert all(listed.values())
    assert all(text for text, _ in described.values())
    assert all(text for _, columns in described.values() for text in columns.values())


def test_what_is_said_of_a_column_of_a_view_fits_into_a_metastore(project):
    manifest = project.dbt("parse").result
    views = [
        node
        for node in manifest.nodes.values()
        if node.config.get("materialized") == "view"
        and (node.config.get("persist_docs") or {}).get("columns")
    ]

    # Hive's refuses more, ten times in twenty seconds, before Spark goes another way
    too_long = {
        (view.name, column.name): len(column.description)
        for view in views
        for column in view.columns.values()
        if len(column.description) > 256
    }
    assert views
    assert not too_long


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
    blocks = variables.strip("\n").split("\n\n")

    assert all(block.lstrip().startswith("# ") for block in blocks)
    for block in blocks:
        # the tables of one source share a sentence
        names = [*yaml.safe_load(block)]
        assert len(names) == 1 or len({n.split("_")[0] for n in names}) == 1, names


@pytest.fixture(scope="module")
def mart_columns():
    """The marts as their yml lists them: columns by name, by name."""
    return {
        model["name"]: {column["name"]: column for column in model["columns"]}
        for file in (ROOT / "models/marts").rglob("*__models.yml")
        for model in yaml.safe_load(file.read_text())["models"]
    }


@pytest.fixture(scope="module")
def marts(mart_columns):
    """Types by column, by mart."""
    return {
        mart: {name: column["data_type"] for name, column in columns.items()}
        for mart, columns in mart_columns.items()
    }


def test_the_page_of_tables_has_every_column_of_every_mart(marts):
    documented = {table: dict(COLUMN.findall(text)) for table, text in TABLES.items()}
    del documented["session_rules_comparison"]  # a script writes it

    assert documented == marts


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_of_the_page_of_tables_runs(built_project, query):
    built_project.query(query)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_names_models_that_exist(document):
    models = {file.stem for file in ROOT.glob("models/**/*.sql")}
    named = set(MODEL_NAME.findall(document.read_text()))

    # a common beginning stands for several models; of two sources the reader makes them
    assert {
        name
        for name in named
        if not name.startswith(("stg_mine__", "stg_freshpaint__"))
        and not any(model.startswith(name) for model in models)
    } == set()


def test_the_overview_names_every_model_of_the_flow():
    named = MODEL_NAME.findall((ROOT / "models" / "_overview.md").read_text())
    models = {
        file.stem
        for folder in ("intermediate", "marts")
        for file in ROOT.glob(f"models/{folder}/**/*.sql")
    } - {"time_spine_daily"}

    assert {m for m in models if not any(m.startswith(n) for n in named)} == set()


def test_the_runbook_says_of_each_law_what_to_do():
    laws = {file.stem: file.read_text() for file in ROOT.glob("tests/laws/*.sql")}
    _, runbook = (ROOT / "docs" / "operations.md").read_text().split("\n## Runbook\n")

    assert dict(RUNBOOK.findall(runbook)) == {
        name: "warns" if "severity='warn'" in law else "fails"
        for name, law in laws.items()
    }
    for name, law in laws.items():
        # what a row is, then what to do; dbt repeats it where the law fails
        assert law.startswith("-- "), name
        assert len(re.findall(r"[.:](?: |\n|$)", leading_comment(law))) > 1, name
        assert "**message_of_law()" in law, name


TECHNICAL = {"invocation_id", "event_sequence", "newest_item_loaded_at"}


@pytest.mark.parametrize("mart", [m.stem for m in ROOT.glob("models/marts/**/*.sql")])
def test_bi_tools_take_a_local_time_as_it_is_and_hide_technical_keys(
    mart_columns, mart
):
    labels = []
    for name, column in mart_columns[mart].items():
        meta = column.get("config", {}).get("meta", {})
        lightdash = meta.get("dimension", {})
        looker = meta.get("looker", {}).get("dimension", {})

        is_local = name.endswith("_local")
        assert ("without time zone" in column["data_type"]) == is_local, name
        assert (lightdash.get("convert_timezone") is False) == is_local, name
        assert (looker.get("convert_tz") is False) == is_local, name
        is_technical = name.endswith("_key") or name in TECHNICAL
        assert lightdash.get("hidden", False) == is_technical, name
        assert looker.get("hidden", False) == is_technical, name
        assert lightdash.get("label") == looker.get("label"), name
        # where it has none, both tools make one of the name
        labels.append(lightdash.get("label", name.replace("_", " ")).lower())

    assert len(labels) == len({*labels})
