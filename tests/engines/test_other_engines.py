"""What the project would send to engines that no test here runs on: every statement of
a first build and of a later one is rendered by dbt with the engine's own adapter,
parsed in its dialect, and every function in it is one that the engine documents.

That a statement parses does not prove that it runs, nor what it returns.
"""

import csv
import re
from pathlib import Path

import pytest

sqlglot = pytest.importorskip(
    "sqlglot", reason="needs the other engines: scripts/setup --engines"
)

from offline_warehouse import TARGETS, OfflineProject, is_installed  # noqa: E402
from random_own_columns import OWN_COLUMNS  # noqa: E402
from sqlglot.errors import ErrorLevel  # noqa: E402
from sqlglot.tokens import TokenType  # noqa: E402

# What adapters warn of is theirs to mend.
pytestmark = pytest.mark.filterwarnings("ignore")

FUNCTIONS = Path(__file__).parent / "engine_functions.csv"

# What stands before a bracket and is no function: words of the grammar and types.
WORDS = set()
for _words in (
    "all and any as by case cluster clustering columns dist distinct distkey else",
    "except exists from having in inner insert intersect interval into join left not",
    "on or order over partition partitioned properties recursive select set sort",
    "sortkey table then unbounded union unnest using values view when where with",
    "array bignumeric binary char date datetime64 decimal nullable numeric struct time",
    "timestamp varchar mergetree",
):
    WORDS.update(_words.split())

# A query that reads itself may name its columns.
NAMED_COLUMNS = re.compile(r"(\w+)\s*\([\w\s,]+\)\s*as\s*\(")

# What a dialect refuses though a parser of all dialects lets it pass, and why.
REFUSED = {
    "bigquery": {
        r"\b(except|intersect)\s+select": "a set is DISTINCT or ALL",
        r"delete from \S+\s*(;|$)": "a DELETE has a WHERE",
        r"\blike\b[^\n]*\bescape\b": "LIKE has no ESCAPE",
        r"\bin \(select \w+, \w+": "IN compares one value",
    },
    "redshift": {
        r"is (not )?distinct from": "no IS DISTINCT FROM",
        r"set local jit|offset 0|collate": "what only PostgreSQL knows",
        r"\brange between[^)]*\d": "a RANGE has no offset",
        r"\bat time zone\b[^)]*\bat time zone\b": "CONVERT_TIMEZONE is for two zones",
        r"[(,]\s*\w+ text\s*(,|\)|not null)": "a TEXT holds 256 bytes",
    },
    "trino": {
        r"\bin \(select \w+, \w+": "IN compares one value",
        r"interval '[\d.]+' microsecond": "no such interval",
    },
    "snowflake": {r"timestamp '": "its type is a setting of the account"},
    "databricks": {r"delete from [^;]*\(\s*select[^;]*\(\s*select": "nested subquery"},
    "clickhouse": {
        r"\btry_cast\b": "accurateCastOrNull it is",
        r"timestamp '": "seconds, and from 1970 on",
        r"\bcast\([^()]* as timestamp\)": "it has no microseconds",
        r"\bDateTime\b|(?<!\.)\bTIMESTAMP\b": "whole seconds",
    },
}

# In every dialect.
REFUSED_BY_ALL = {
    r"\bselect\s+from\b": "a selection of no columns",
    r"\(\s*\)\s*select\b": "an insert into no columns",
}

# What clocks show, where a timestamp is an instant that tools shift.
LOCAL_TYPES = {
    "snowflake": "timestamp_ntz",
    "bigquery": "datetime",
    "databricks": "timestamp_ntz",
    "redshift": "timestamp",
    "trino": "timestamp(6)",
    "clickhouse": "datetime64(6, 'utc')",
}

# Goals and steps with all that a condition may have.
CONDITIONS = {
    "goals": {
        "contact": {"events": ["page_view"], "page_path": ["/contact_us%", "/help"]},
        "german": {
            "where": {"country": ["DE", "AT"], "quantity": 2, "revenue": 19.9},
            "value": "revenue",
        },
    },
    "funnel_steps": ["page_view", {"pricing": {"page_path": "/price_%"}}, "purchase"],
}
# A rule set in which every event may have to be walked to, and one bounded in length.
WALKED = {"session_rules": "heap"} | CONDITIONS
BOUNDED = {"session_rules": "adobe_analytics"} | CONDITIONS


@pytest.fixture(
    scope="module",
    params=[pytest.param(e, marks=pytest.mark.xdist_group(e)) for e in TARGETS],
)
def engine(request):
    """Each engine whose adapter is installed."""
    if not is_installed(request.param):
        pytest.skip(f"dbt-{request.param} is not installed: scripts/setup --engines")
    return request.param


@pytest.fixture(scope="module")
def project(engine, tmp_path_factory):
    """A copy of the project that talks to the engine."""
    return OfflineProject(tmp_path_factory.mktemp(engine) / "copy", engine)


@pytest.fixture(scope="module")
def first_build(project):
    """What is sent where nothing is there yet: seeds, models, and data tests."""
    command = ["build", "--exclude-resource-type", "unit_test"]
    return project.statements(*command)


@pytest.fixture(scope="module")
def later_build(project):
    """What is sent when all tables are there."""
    command = ["build", "--exclude-resource-type", "test", "unit_test"]
    return project.statements(*command, is_built=True)


@pytest.fixture(scope="module")
def walked_build(project, engine):
    """The same under rules that walk, with the laws that look at rules, and of more
    sources; GA4 is exported to BigQuery alone."""
    variables = WALKED if engine in ("redshift", "clickhouse") else BOUNDED
    sources = "generic segment snowplow" + (" ga4" if engine == "bigquery" else "")
    variables = variables | {"own_columns": OWN_COLUMNS, "event_sources": sources}
    # tables are told apart by their names alone
    variables = variables | {"snowplow_events": "snowplow_events"}
    variables = variables | {"ga4_events": "ga4_events", "ga4_lookback_days": 3}
    command = ["build", "--exclude", "test_type:generic", "test_type:unit"]
    return project.statements(*command, variables=variables, is_built=True)


@pytest.fixture(scope="module")
def statements(first_build, later_build, walked_build):
    """All of it, each text once."""
    return {s.sql: s for s in first_build + later_build + walked_build}.values()


def parsed(engine, sql):
    """What a text says in a dialect; it fails at whatever the dialect does not have."""
    return sqlglot.parse(sql, dialect=engine, error_level=ErrorLevel.RAISE)


def functions_in(engine, sql):
    """The names that are called in a text; only ClickHouse tells letters by case."""
    tokens = sqlglot.tokenize(sql, dialect=engine)
    names = set()
    for before, token, after in zip([None, *tokens], tokens, tokens[1:], strict=False):
        is_called = after.token_type is TokenType.L_PAREN and token.text.isidentifier()
        is_quoted = token.token_type is TokenType.IDENTIFIER
        # a field, or the name of a relation with its columns
        is_named = before is not None and before.token_type in (
            TokenType.DOT,
            TokenType.ALIAS,
        )
        if is_called and not is_quoted and not is_named:
            names.add(token.text if engine == "clickhouse" else token.text.lower())
    queries = set(NAMED_COLUMNS.findall(sql))
    return {name for name in names - queries if name.lower() not in WORDS}


def known_functions():
    """The documented functions by engine."""
    with open(FUNCTIONS, newline="") as file:
        return {
            row["engine"]: set(row["functions"].split()) for row in csv.DictReader(file)
        }


def refusals(engine, sql):
    """Why a dialect would refuse a text that parses."""
    # neither comments, nor settings, which are JSON, nor descriptions
    plain = re.sub(r"--[^\n]*|'\{[^']*\}'|(?s:(\$\w+\$).*?\1)", "", sql)
    return [
        reason
        for pattern, reason in (REFUSED[engine] | REFUSED_BY_ALL).items()
        if re.search(pattern, plain, re.IGNORECASE)
    ]


def is_of_this_project(statement):
    """Whether a statement has SQL of ours in it; the rest is the adapter's own."""
    words = (
        *("show ", "describe ", "optimize ", "alter table", "alter view"),
        *("comment on ", "rename table", "set "),
    )
    sql = " ".join(statement.sql.lower().split())
    return not sql.startswith(words) and "system.tables" not in sql


def test_every_model_and_law_is_rendered(project, first_build):
    sent = {statement.node for statement in first_build}
    nodes = {
        node.unique_id
        for node in project.manifest({}).nodes.values()
        if node.resource_type in ("model", "test")
    }

    assert len(nodes) > 100
    assert nodes <= sent


def test_a_later_build_reads_what_is_built(first_build, later_build):
    def reads_pending(statements):
        return any("islands_touched" in statement.sql for statement in statements)

    assert reads_pending(later_build)
    assert not reads_pending(first_build)


def test_a_later_build_replaces_and_remembers(engine, later_build):
    for model in ["int_events_enriched", "int_events_sessionized", "fct_sessions"]:
        sent = [s.sql.lower() for s in later_build if s.node.endswith("." + model)]
        removes = "replace where" if engine == "databricks" else "delete from"

        assert any(removes in sql and f"{model}" in sql for sql in sent)
        assert any("insert into" in sql and "int_builds" in sql for sql in sent)


def test_what_is_written_is_selected_once(engine, later_build):
    """A view would be selected again by each statement, also by those that come after
    rows are deleted."""
    staged = [
        s for s in later_build if re.search(r"create[\w\s]* view\s+\S+__dbt_tmp", s.sql)
    ]
    incremental = [s for s in staged if "delete from" in texts_of(later_build, s.node)]

    assert not incremental


def texts_of(statements, node):
    return " ".join(s.sql.lower() for s in statements if s.node == node)


def test_what_clocks_show_is_of_no_zone(engine, first_build):
    """A zone would let the tools that read the column shift it once more."""
    sent = texts_of(first_build, "model.sessions.fct_sessions")
    types = re.findall(r"event_at_local as (.+)\)\s+as session_started_at_local", sent)

    assert set(types) == {LOCAL_TYPES[engine]}


@pytest.mark.parametrize(
    "engine",
    [pytest.param("snowflake", marks=pytest.mark.xdist_group("snowflake"))],
    indirect=True,
)
def test_a_timestamp_of_snowflake_is_read_whatever_its_zone(later_build):
    """Each kind of timestamp is null when it is asked for by the name of another."""
    staged = texts_of(later_build, "model.sessions.stg_generic__events")

    for column in ("event_at", "loaded_at"):
        given = f"(to_variant({column}))"
        assert f"as_timestamp_ntz{given}" in staged
        assert f"convert_timezone('utc', as_timestamp_tz{given})" in staged
        assert f"convert_timezone('utc', as_timestamp_ltz{given})" in staged


@pytest.mark.parametrize(
    "engine",
    [pytest.param("bigquery", marks=pytest.mark.xdist_group("bigquery"))],
    indirect=True,
)
def test_bigquery_scans_the_newest_tables_of_an_export_alone(walked_build):
    """Tables behind a wildcard are left out by constants."""
    staged = texts_of(walked_build, "model.sessions.base_ga4__events")

    assert re.search(r"from `\w+`.`ga4`.`ga4_events_\*`", staged)
    assert re.search(r"_table_suffix between '\d{8}' and '99991231'", staged)
    assert re.search(r"_table_suffix >= 'intraday_\d{8}'", staged)


def test_rules_that_walk_are_rendered(walked_build):
    walks = [
        s
        for s in walked_build
        if s.node == "model.sessions.int_session_starts_recursive"
    ]

    assert any(
        "with recursive" in s.sql and "join events_decided" in s.sql for s in walks
    )


def test_every_statement_parses_in_its_dialect(engine, statements):
    for statement in statements:
        if is_of_this_project(statement):
            trees = [tree for tree in parsed(engine, statement.sql) if tree]

            assert trees, statement
            commands = [tree for tree in trees if isinstance(tree, sqlglot.exp.Command)]
            assert not commands, (statement.node, commands)


def test_every_function_is_one_that_the_engine_documents(engine, statements):
    used = set()
    for statement in statements:
        if is_of_this_project(statement):
            used |= functions_in(engine, statement.sql)

    assert used == known_functions()[engine]


def test_nothing_is_sent_that_the_dialect_refuses(engine, statements):
    for statement in statements:
        assert not refusals(engine, statement.sql), statement


def outer_joins_without_equality(engine, sql):
    """Joins that BigQuery and ClickHouse cannot make: no column has to be equal to one
    of the other side, and rows that match none are kept."""
    return [
        join
        for tree in parsed(engine, sql)
        if tree
        for join in tree.find_all(sqlglot.exp.Join)
        if join.side
        and not isinstance(join.args["on"], sqlglot.exp.EQ)
        and not any(
            isinstance(part, sqlglot.exp.EQ) for part in join.args["on"].flatten()
        )
    ]


def test_every_outer_join_has_an_equality(engine, first_build, later_build):
    for statement in first_build + later_build:
        if is_of_this_project(statement) and "join" in statement.sql:
            assert not outer_joins_without_equality(engine, statement.sql), statement


def test_an_outer_join_without_equality_is_found_out():
    sql = "select 1 from a left join b on regexp_contains(a.x, b.y)"

    assert outer_joins_without_equality("bigquery", sql)


@pytest.mark.parametrize(
    "engine",
    [
        pytest.param(engine, marks=pytest.mark.xdist_group(engine))
        for engine in ("redshift", "clickhouse")
    ],
)
def test_rules_that_an_engine_cannot_follow_stop_its_build(engine, tmp_path):
    if not is_installed(engine):
        pytest.skip(f"dbt-{engine} is not installed: scripts/setup --engines")
    project = OfflineProject(tmp_path / "copy", engine)

    with pytest.raises(AssertionError, match="bound how long a session lasts"):
        project.statements("run", "--select", "int_events_to_decide", variables=BOUNDED)


def test_no_jinja_is_left_over(statements):
    for statement in statements:
        assert not re.search(r"\{\{|\{%|\bNone\b", statement.sql), statement


@pytest.mark.parametrize(
    ("engine", "sql", "found"),
    [
        ("clickhouse", "select md5(lower('a'))", {"md5", "lower"}),
        ("snowflake", "select to_hex(x) from t where a in (1)", {"to_hex"}),
        ("bigquery", "select x.f(1), `g`(1), cast(a as numeric(3, 2))", {"cast"}),
        ("trino", "with recursive t (a) as (select now()) select 1", {"now"}),
    ],
)
def test_a_function_is_found_by_its_name(engine, sql, found):
    assert functions_in(engine, sql) == found


def test_a_function_of_another_engine_is_found_out():
    known = known_functions()

    assert functions_in("clickhouse", "select md5('a')") - known["clickhouse"]
    assert functions_in("bigquery", "select epoch_us(a)") - known["bigquery"]


@pytest.mark.parametrize("engine", TARGETS)
def test_what_does_not_parse_is_found_out(engine):
    with pytest.raises(sqlglot.errors.SqlglotError):
        parsed(engine, "select cast(a as) from (select 1")


@pytest.mark.parametrize(
    ("engine", "sql"),
    [
        ("bigquery", "select 1 except select 2"),
        ("bigquery", "delete from t"),
        ("redshift", "select a is not distinct from b"),
        (
            "redshift",
            "count(*) over (order by a range between 1 preceding and 2 following)",
        ),
        ("trino", "(a, b) in (select a, b from t)"),
        ("clickhouse", "select timestamp '2026-03-01 00:00:00'"),
        ("redshift", "create table t (a text, b varchar(9))"),
        ("clickhouse", "create table t (a Nullable(DateTime))"),
    ],
)
def test_what_a_dialect_refuses_is_found_out(engine, sql):
    assert refusals(engine, sql)
