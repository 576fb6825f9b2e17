"""After every build the tables are those of a full refresh, in whatever order and in
however many batches the events arrived.

`SESSIONS_TEST_ARRIVALS=200 pytest tests/arrivals/test_incremental.py` tries as many
random orders of arrival under each rule set, one test each.
"""

import os
import random
from datetime import datetime

import pytest
from building import LAWS_ALONE, WITHOUT_LAWS, Project
from chance import MANY, SEED, slow_but
from full_refresh import Refreshed, differences, refresh_fully, written_rows
from random_batches import (
    STAND_INS,
    random_alias_batches,
    random_batches,
    random_order_batches,
)
from random_events import SEEDS
from random_items import random_item_batches
from random_own_columns import random_own_columns
from random_rules import random_overrides
from random_spend import random_spend_batches
from test_against_reference import OVERRIDES, other_variables

ARRIVALS = int(os.environ.get("SESSIONS_TEST_ARRIVALS") or 1)

EVENT_COUNT = 4_000 * MANY

# Arguments of a build of the tables, whose views are there.
TABLES_ALONE = [
    *[*WITHOUT_LAWS, "--select"],
    *["config.materialized:incremental", "config.materialized:table"],
]

# "random" is another set of rules with each seed.
RULE_SETS = ["standard", "random", "never times out", "mixed roles"]


@pytest.mark.long
@pytest.mark.random
@pytest.mark.parametrize("rule_set", slow_but(RULE_SETS[:1], RULE_SETS))
@pytest.mark.parametrize("arrival", range(ARRIVALS))
def test_every_build_equals_a_full_refresh(project, rebuilt, rule_set, arrival):
    overrides = overrides_of(rule_set, SEED + arrival)
    variables = other_variables(SEED + arrival) | {"session_rule_overrides": overrides}
    variables["own_columns"] = random_own_columns(random.Random(SEED + arrival))
    variables["attach_booked_orders"] = random.Random(SEED + arrival).random() < 0.5
    project.database.unlink(missing_ok=True)

    # Laws say less than the comparison and take longer: they are asked at the end. One
    # order of arrival, under random rules, has a full refresh there that dbt itself
    # builds, and a build with nothing new.
    batches = arriving(SEED + arrival, overrides)
    aliases = random_alias_batches(SEED + arrival, batches)
    items = random_item_batches(SEED + arrival, batches)
    orders = random_order_batches(SEED + arrival, batches)
    spend = random_spend_batches(SEED + arrival, batches)
    refreshed = Refreshed(project, variables)
    for number, batch in enumerate(batches, start=1):
        print(f"batch {number}; {overrides}; {reproduce(rule_set, arrival)}")
        is_last = number == len(batches)
        append(project, batch)
        if aliases[number - 1] is not None:
            project.append_aliases(aliases[number - 1])
        if items[number - 1] is not None:
            project.append_items(items[number - 1])
        if orders[number - 1] is not None:
            project.append_orders(orders[number - 1])
        if spend[number - 1] is not None:
            project.append_spend(spend[number - 1])
        # from the third build on the views in front of the tables stay as they are
        middle = TABLES_ALONE if number > 2 else WITHOUT_LAWS
        project.build(*(LAWS_ALONE if is_last else middle), variables=variables)
        different = refreshed.differences(variables)
        assert not different, different

    if arrival == 0 and rule_set == "random":
        refresh_fully(project, rebuilt, variables)
        different = differences(project, rebuilt)
        assert not different, different
        before = written_rows(project)
        project.build(*WITHOUT_LAWS, variables=variables)
        after = written_rows(project)
        assert not [table for table in after if after[table] != before[table]]


def test_a_day_that_loses_its_only_session_loses_its_totals(fresh_project):
    late, early = datetime(2026, 3, 2, 23, 50), datetime(2026, 3, 3, 0, 10)
    variables = {"session_rule_overrides": {"calendar": "none"}}
    for event_at, loaded_at, days in [
        (early, datetime(2026, 3, 3, 1), [early.date()]),
        (late, datetime(2026, 3, 4, 1), [late.date()]),
    ]:
        event = {"event_id": str(event_at), "visitor_id": "ana"}
        event |= {"event_name": "page_view", "event_at": event_at}
        fresh_project.append([event | {"loaded_at": loaded_at}])
        fresh_project.build(*WITHOUT_LAWS, variables=variables)

        for table in ["sessions", "funnel", "landing_pages"]:
            rows = fresh_project.query(
                f"select distinct session_date from agg_{table}_daily"
            )
            assert [row["session_date"] for row in rows] == days, table


def overrides_of(rule_set, seed):
    if rule_set == "random":
        return random_overrides(random.Random(seed))
    return OVERRIDES[rule_set]


def reproduce(rule_set, arrival):
    return (
        f"again with SESSIONS_TEST_SEED={SEED + arrival} SESSIONS_TEST_ARRIVALS=1 "
        f"pytest tests/arrivals/test_incremental.py -k '{rule_set}'"
    )


@pytest.fixture(scope="module")
def project(project):
    project.write_seeds(SEEDS)
    return project


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    """The copy that is built from nothing each time."""
    copy = Project(tmp_path_factory.mktemp("rebuilt") / "copy")
    copy.write_seeds(SEEDS)
    return copy


def arriving(seed, overrides, event_count=EVENT_COUNT):
    timeout_seconds = overrides.get("timeout_seconds") or 1800
    batch_count = random.Random(seed).choice([3, 4, 5])
    return random_batches(seed, event_count, batch_count, timeout_seconds)


def append(project, batch):
    """Load a batch, with the delivery times that only SQL can say."""
    project.append(batch)
    for instant, text in STAND_INS.items():
        project.execute(
            f"update raw.events set loaded_at = '{text}' where loaded_at = '{instant}'"
        )
