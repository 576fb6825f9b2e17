"""A source that does not say when its rows arrived: a load that has changed is read
again as a whole, whatever its age, and the marts are those of a full refresh."""

import random
from datetime import datetime, timedelta

import pytest
from building import RAW_COLUMNS, messages
from chance import MANY, SEED
from event_contract import event_columns
from full_refresh import assert_refreshed, written_rows
from random_batches import random_batches

BOTH = {"event_sources": "generic export"}
ONE_DAY = timedelta(days=1)

SOURCES = """
version: 2
sources:
  - name: export
    schema: raw
    tables: [{name: exported_events}]
"""

STAGING = f"""
with source as (

    select * from {{{{ source('export', 'exported_events') }}}}

)

select
    *,
    {{{{ checksum_of_load({list(RAW_COLUMNS)}, 'loaded_at') }}}} as load_checksum

from source
"""

# Withdrawn rows stay in the tables of events.
STEPS = ["int_order_events"]

COLUMNS = {
    column["name"]: "text" if column["data_type"] == "string" else column["data_type"]
    for column in event_columns()
}


@pytest.fixture
def shop(fresh_project):
    return with_an_export(fresh_project)


def with_an_export(project):
    """The project with a source of its own beside raw.events; both are empty."""
    folder = project.folder / "models" / "staging" / "export"
    folder.mkdir()
    (folder / "_export__sources.yml").write_text(SOURCES)
    (folder / "stg_export__events.sql").write_text(STAGING)
    project.append([])
    export(project, [])
    return project


def test_a_load_that_changed_is_read_again_as_a_whole(shop):
    assert_changed_loads_are_read_again(shop, build)


def assert_changed_loads_are_read_again(shop, build):
    """By hand what three exports make, one after the other.

    build: a function that builds the shop.
    """
    first = [
        event("a", day=1),
        event("b", day=1, minute=40),
        event("buy", day=2, event_name="purchase", order_id="O-1", revenue=20),
        event("c", day=3),
        event("only", day=3, visitor_id="ben"),
        event("bot", day=4, user_agent="Googlebot/2.1"),
        event("sale", day=5, visitor_id=None, event_name="purchase", revenue=5),
    ]
    export(shop, first)
    build(shop)
    assert kept(shop) == ["a", "b", "buy", "c", "only"]
    assert money(shop) == {"O-1": 20, "sale": 5}

    # in one build: a late row for an old day, a row that is gone with its visitor, a
    # visitor that turns out to be another, a corrected amount, a bot that was none
    second = [
        *first[:2],
        event("late", day=1, minute=20, visitor_id="cleo"),
        event("buy", day=2, event_name="purchase", order_id="O-1", revenue=25),
        event("c", day=3, visitor_id="dora"),
        event("bot", day=4, user_agent="Mozilla/5.0"),
        first[-1],
    ]
    export(shop, second)
    build(shop)
    assert kept(shop) == ["a", "b", "bot", "buy", "c", "late"]
    assert money(shop) == {"O-1": 25, "sale": 5}
    visitors = shop.query("select visitor_id, session_count from dim_visitors")
    assert {row["visitor_id"]: row["session_count"] for row in visitors} == {
        "ana": 4,
        "cleo": 1,
        "dora": 1,
    }

    # what was gone comes back, and a purchase of nobody goes
    third = [*first[:-1], event("x", day=5)]
    export(shop, third)
    build(shop)
    assert kept(shop) == ["a", "b", "buy", "c", "only", "x"]
    assert money(shop) == {"O-1": 20}
    (excluded,) = shop.query("select reason, event_count from fct_event_exclusions")
    assert excluded == {"reason": "bot", "event_count": 1}


@pytest.mark.slow
def test_nothing_is_written_while_the_loads_are_as_they_were(shop):
    rows = [event("a", day=1), event("b", day=2)]
    export(shop, rows)
    build(shop)
    before = written_rows(shop)
    export(shop, rows[::-1])
    build(shop)
    assert written_rows(shop) == before


@pytest.mark.slow
def test_a_load_in_the_future_hides_no_row_of_another_source(shop):
    tomorrow = datetime.now().replace(microsecond=0) + ONE_DAY
    soon = event("a", day=1) | {"loaded_at": tomorrow}
    export(shop, [soon])
    build(shop)
    shop.append([event("b", day=2)])
    export(shop, [soon, event("c", day=1) | {"loaded_at": tomorrow}])
    build(shop)
    assert kept(shop) == ["a", "b", "c"]
    law = "no_row_is_loaded_in_the_future"
    results = shop.dbt("test", "--select", law, variables=BOTH).result.results
    assert [r.status for r in results if r.node.name == law] == ["pass"]


def test_a_load_that_is_gone_was_trimmed_only_if_it_was_the_oldest(shop):
    export(shop, [event("a", day=1), event("b", day=2), event("c", day=3)])
    build(shop)
    export(shop, [event("a", day=1), event("c", day=3)])
    build(shop)
    assert kept(shop) == ["a", "c"]

    export(shop, [event("c", day=3)])
    shop.build("--exclude", "test_type:generic", variables=BOTH)
    assert kept(shop) == ["a", "c"]


@pytest.mark.slow
def test_the_second_delivery_counts_once_the_first_is_gone(shop):
    first, second = event("b", day=1), event("b", day=3)
    export(shop, [event("a", day=1), first, second])
    build(shop)
    export(shop, [event("a", day=1), second])
    build(shop)
    (kept_event,) = shop.query("from fct_events where event_id = 'b'")
    assert kept_event["loaded_at"] == second["loaded_at"]

    export(shop, [event("a", day=1), first, event("c", day=2)])
    build(shop)
    assert kept(shop) == ["a", "b", "c"]


@pytest.mark.slow
def test_what_is_gone_is_gone_where_all_events_are_read_again(shop):
    export(shop, [event("a", day=1), event("b", day=1, visitor_id="ben")])
    build(shop)
    export(shop, [event("a", day=1)])
    shop.forget("int_events_enriched")
    build(shop)
    assert kept(shop) == ["a"]


@pytest.mark.slow
def test_rows_without_a_key_are_withdrawn_once_a_day(shop):
    nobodys = [event(f"n{i}", day=1, visitor_id=None) for i in range(5)]
    for number in range(3):
        export(shop, [*nobodys, event(f"a{number}", day=1)])
        build(shop)
    (withdrawn,) = shop.query(
        "select count_if(event_key is null) as without_key, count(*) as number "
        "from int_events_enriched where exclusion_reason = 'withdrawn'"
    )
    assert withdrawn == {"without_key": 1, "number": 3}


def test_the_name_of_a_source_that_compares_is_its_own(shop):
    export(shop, [event("a", day=1)])
    shop.append([event("b", day=1, event_source="export")])
    outcome = shop.dbt("build", "--exclude", "test_type:generic", variables=BOTH)
    assert "compared_sources_have_names_of_their_own" in messages(outcome)


@pytest.mark.random
def test_random_exports_end_like_a_full_refresh(shop):
    chance = random.Random(SEED)
    rows = [row for batch in random_batches(SEED, 500 * MANY) for row in batch]
    chance.shuffle(rows)
    rows = [row for row in rows if row.get("loaded_at")]
    split = len(rows) // 4
    arriving = sorted(rows[:split], key=lambda row: row["loaded_at"])
    exported = [by_the_day(row) for row in rows[split:]]
    # the oldest load stays: without it, older ones would count as trimmed
    oldest = event("oldest", day=1) | {"loaded_at": datetime(1900, 1, 1)}
    for number in range(5):
        shop.append(arriving[number * split // 5 : (number + 1) * split // 5])
        present = [changed(chance, row) for row in exported if chance.random() < 0.8]
        export(shop, [oldest, *present])
        build(shop, told=f"build {number} of seed {SEED}")


def by_the_day(row):
    """A raw row as an export has it, by the day of the event."""
    happened = row.get("event_at")
    if not isinstance(happened, datetime):
        happened = datetime(2026, 2, 1)
    day = datetime.combine(happened.date(), datetime.min.time())
    return row | {"loaded_at": day + 2 * ONE_DAY, "event_source": None}


def changed(chance, row):
    """The row, now and then with another visitor, time, amount or agent."""
    if chance.random() < 0.9:
        return row
    happened = row.get("event_at")
    return row | chance.choice(
        [
            {"visitor_id": "somebody else"},
            {"user_id": "somebody"},
            {"event_at": happened and happened - timedelta(minutes=20)},
            {"revenue": 7, "currency": "USD"},
            {"user_agent": "Googlebot/2.1"},
            {"event_name": "purchase", "order_id": "changed"},
        ]
    )


def export(shop, events):
    """The whole export is as these raw events say, dicts by column."""
    shop.execute("create schema if not exists raw")
    shop.drop_raw("exported_events")
    shop.append_to("exported_events", COLUMNS, events)


def build(shop, told=""):
    shop.build("--exclude", "test_type:generic", variables=BOTH)
    assert_refreshed(shop, BOTH, told, steps=STEPS)


def kept(shop):
    rows = shop.query("select event_id from fct_events order by event_id")
    return [row["event_id"] for row in rows]


def money(shop):
    rows = shop.query(
        "select coalesce(order_id, 'sale') as id, revenue from fct_orders"
    )
    return {row["id"]: row["revenue"] for row in rows}


def event(event_id, day, minute=0, **values):
    happened = datetime(2026, 3, day, 9, minute)
    return {
        "event_id": event_id,
        "visitor_id": "ana",
        "event_name": "page_view",
        "event_at": happened,
        "page_url": "https://shop.example/",
        "loaded_at": datetime(2026, 3, day) + 2 * ONE_DAY,
        **values,
    }
