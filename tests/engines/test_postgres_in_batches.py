"""Every build in PostgreSQL gives what a full refresh gives in DuckDB: postgres.py."""

import pytest

pytest.importorskip("dbt.adapters.postgres", reason="scripts/setup --engines")

from chance import slow_but  # noqa: E402
from engines import (  # noqa: E402, F401
    duckdb_project,
    test_a_build_after_kills_gives_what_a_full_refresh_gives_in_duckdb,
    test_every_build_gives_what_a_full_refresh_gives_in_duckdb,
    test_loads_that_changed_are_read_again,
    test_of_two_builds_at_once_each_writes_what_the_other_left,
)
from postgres import make_project  # noqa: E402, F401

pytestmark = pytest.mark.long


@pytest.fixture(params=slow_but(["standard"], ["standard", "random"]))
def arrival_rules(request):
    return request.param
