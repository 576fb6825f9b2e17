"""Every build in Spark gives what a full refresh gives in DuckDB, see spark.py."""

import pytest

pytest.importorskip("dbt.adapters.spark", reason="scripts/setup --engines")

from engines import (  # noqa: E402, F401
    duckdb_project,
    test_every_build_gives_what_a_full_refresh_gives_in_duckdb,
    test_loads_that_changed_are_read_again,
)
from spark import IS_PATIENT, make_project  # noqa: E402, F401

if IS_PATIENT:
    from engines import (  # noqa: F401
        test_a_build_after_kills_gives_what_a_full_refresh_gives_in_duckdb,
    )

pytestmark = [pytest.mark.long(20), pytest.mark.slow]


@pytest.fixture(params=["random"])
def arrival_rules(request):
    return request.param
