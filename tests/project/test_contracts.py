"""A column that holds no null is kept so, by the engine or by the test no_nulls."""

import duckdb
import pytest
from building import WITHOUT_LAWS, messages


def test_the_engine_refuses_a_null_when_a_row_is_written(fresh_project):
    fresh_project.build(*WITHOUT_LAWS)

    with pytest.raises(duckdb.ConstraintException, match="fct_sessions.site_id"):
        fresh_project.execute("insert into fct_sessions (session_id) values ('a')")


def test_a_null_in_a_seed_is_found(fresh_project):
    fresh_project.write_seed("own_referrer_exclusions", [("", "login"), ("a.b", "")])
    outcome = fresh_project.dbt("build", "--select", "own_referrer_exclusions")

    failed = {r.node.name: r.failures for r in outcome.result if r.status == "fail"}
    assert failed == {"no_nulls_own_referrer_exclusions_host": 1}


def test_a_later_build_fails_where_a_model_has_other_columns_than_its_table(
    fresh_project,
):
    fresh_project.build(*WITHOUT_LAWS)
    model = fresh_project.folder / "models" / "marts" / "dim_visitors.sql"
    before, _, source = model.read_text().rpartition("select * from")
    model.write_text(f"{before}select *, 1 as another_column from{source}")
    outcome = fresh_project.dbt("run", "--select", "dim_visitors")

    assert not outcome.success
    assert "another_column" in messages(outcome)
