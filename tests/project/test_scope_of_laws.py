"""Laws with a scope look at the days a build has changed and the last three, or at all
rows: each finds what it is for, on a new day with either, on an old one with all."""

from datetime import datetime, timedelta

import duckdb
import pytest
from building import WITHOUT_LAWS, messages

OLD, NEW = datetime(2026, 3, 2, 9), datetime(2026, 5, 4, 9)
DAYS = {"old": OLD.date(), "new": NEW.date()}
OLDEST = OLD.date() - timedelta(days=30)

VARIABLES = {
    "goals": {"seen": {"events": ["page_view"]}},
    "own_columns": [
        {"name": "size", "type": "integer"},
        {"name": "colour", "type": "text", "from": "properties.colour"},
    ],
    "session_rule_overrides": {
        **{"user_change": "new", "calendar": "day", "source_change": "any"},
        **{"max_events": 100, "max_duration_seconds": 43_200},
    },
}

# What breaks each law on one day: {then} is its name, old or new, {day} its date.
SESSION = "visitor_id = '{then}' and session_number = 2"
EVENT = "event_id = '{then} 2'"
PURCHASE = "event_id = '{then} purchase'"


def rows_like_one(replaced):
    """Two hundred rows like that event, with other values in some columns."""
    return (
        f"insert into int_events_enriched select events.* replace ({replaced}) "
        "from int_events_enriched as events cross join range(200) as numbers (number) "
        f"where {EVENT}"
    )


BREAKS = {
    "a_session_ends_for_the_reason_the_next_one_begins": (
        f"update fct_sessions set end_reason = 'midnight' where {SESSION}"
    ),
    "an_event_id_is_of_one_visitor": rows_like_one(
        "'duplicate' as exclusion_reason, 'another' as visitor_id"
    ),
    "bots_are_counted_wherever_they_are_excluded": (
        "update fct_event_exclusions set bot_name = null "
        "where reason = 'bot' and event_date = '{day}'"
    ),
    "event_properties_are_json": (
        f"update raw.events set event_properties = '{{{{' where {EVENT}"
    ),
    "events_happen_before_they_are_loaded": rows_like_one(
        "loaded_at + interval 2 minute as event_at"
    ),
    "every_event_has_one_row": (
        f"insert into fct_events from fct_events where {EVENT}"
    ),
    "every_item_has_an_event": (
        "insert into raw.event_items (event_id, item_number, product_id, loaded_at) "
        "values ('unknown', 1, 'shoe', '{day} 10:00')"
    ),
    "every_purchase_and_refund_is_in_an_order": (
        f"update int_events_enriched set exclusion_reason = 'invalid' where {PURCHASE}"
    ),
    "every_raw_row_is_built_once": (f"delete from int_events_enriched where {EVENT}"),
    "every_row_is_kept_or_counted": f"delete from fct_events where {EVENT}",
    "every_session_is_at_a_step_of_the_funnel": (
        f"update fct_sessions set furthest_funnel_step = 'unknown' where {SESSION}"
    ),
    "every_session_is_of_a_person": (
        "update dim_persons set session_count = 9 where person_id = 'user {then}'"
    ),
    "every_session_that_is_named_exists": f"delete from fct_sessions where {SESSION}",
    "every_site_has_page_views": (
        "insert into int_events_enriched select events.* "
        "replace ('another' as site_id, 'click' as event_name) "
        f"from int_events_enriched as events cross join range(101) where {EVENT}"
    ),
    "few_rows_are_delivered_twice": rows_like_one("'duplicate' as exclusion_reason"),
    "funnel_steps_lose_what_they_drop": (
        "update agg_funnel_daily set dropped_count = dropped_count + 1 "
        "where session_date = '{day}' and step_number = 1"
    ),
    "goals_are_completed_within_their_sessions": (
        "update fct_goal_completions set completion_count = 99 "
        "where session_date = '{day}'"
    ),
    "goals_of_days_are_those_of_their_sessions": (
        "update agg_goals_daily set session_count = 99 where session_date = '{day}'"
    ),
    "items_of_an_order_add_up_to_its_revenue": (
        "update fct_orders set revenue = 99 where order_id = '{then}'"
    ),
    "money_is_on_purchases_and_refunds_alone": (
        f"update int_events_enriched set order_id = 'one' where {EVENT}"
    ),
    "no_id_is_on_too_many_events": rows_like_one(
        "greatest(number, 100)::varchar as visitor_id"
    ),
    "no_session_holds_a_silence_past_the_timeout": (
        f"update fct_events set event_at = event_at + interval 1 hour where {EVENT}"
    ),
    "no_session_holds_two_calendar_units": (
        f"update fct_events set event_date = event_date - 1 where {EVENT}"
    ),
    "no_session_holds_two_sources": (
        f"update fct_events set traffic_source = 'another' where {EVENT}"
    ),
    "no_session_holds_two_users": (
        f"update fct_events set user_id = 'another' where {EVENT}"
    ),
    "no_session_is_longer_than_it_may_be": (
        "update fct_sessions set session_ended_at = session_ended_at + interval 1 day "
        f"where {SESSION}"
    ),
    "own_columns_hold_values_of_their_type": (
        f"update raw.events set size = 'large' where {EVENT}"
    ),
    "page_views_are_those_of_their_sessions": (
        f"delete from fct_page_views where {EVENT}"
    ),
    "pages_of_days_add_up_to_their_sessions": (
        "update agg_pages_daily set exit_count = exit_count - 1 "
        "where session_date = '{day}'"
    ),
    "products_of_days_sell_what_is_in_orders": (
        "update agg_products_daily set units = 99 where event_date = '{day}'"
    ),
    "sessions_of_a_product_are_those_of_its_day": (
        "update agg_products_daily set view_session_count = 99 "
        "where event_date = '{day}'"
    ),
    "raw_rows_stay_as_they_are": (
        f"update raw.events set event_name = 'click' where {EVENT}"
    ),
    "session_numbers_of_a_visitor_have_no_gap": (
        f"update fct_sessions set session_number = 7 where {SESSION}"
    ),
    "sessions_of_a_visitor_never_overlap": (
        "update fct_sessions set session_ended_at = session_ended_at + interval 1 day "
        f"where {SESSION}"
    ),
    "sessions_say_what_their_events_say": (
        f"update fct_sessions set page_view_count = 99 where {SESSION}"
    ),
    "times_are_in_their_unit": rows_like_one("null as event_at"),
    "times_of_events_are_in_utc": rows_like_one(
        "loaded_at + to_minutes(number + 120) as event_at, "
        "loaded_at + to_minutes(number) as loaded_at"
    ),
    "unique_in_test_scope_fct_sessions_session_id__session_date": (
        f"insert into fct_sessions from fct_sessions where {SESSION}"
    ),
    "unique_in_test_scope_dim_visitors_visitor_key__last_session_date": (
        "insert into dim_visitors from dim_visitors where visitor_id = '{then}'"
    ),
    "unique_in_test_scope_dim_persons_person_key__last_session_date": (
        "insert into dim_persons from dim_persons where person_id = 'user {then}'"
    ),
    "unique_in_test_scope_int_events_sessionized_event_key__"
    "coalesce_exclusion_reason_duplicate___event_date": (
        "insert into int_events_sessionized "
        "from int_events_sessionized where event_date = '{day}'"
    ),
}


@pytest.fixture(scope="module")
def shop(project):
    """A project with old and new days, of which a build has last found nothing new."""
    project.append(
        [
            row
            for then, start in [("old", OLD), ("new", NEW)]
            for row in [
                event(then, "before", start - timedelta(days=1)),
                event(then, "1", start),
                event(then, "2", start + timedelta(minutes=1)),
                event(then, "purchase", start + timedelta(minutes=2)),
                event(then, "3", start + timedelta(hours=2)),
                event(then, "bot", start + timedelta(hours=3), user_agent="Googlebot"),
            ]
        ]
    )
    project.execute("alter table raw.events add column size varchar")
    project.append_items(
        [
            {
                **{"event_id": f"{then} purchase", "item_number": 1, "quantity": 1},
                **{"product_id": "shoe", "price": 20, "loaded_at": start},
            }
            for then, start in [("old", OLD), ("new", NEW)]
        ]
    )
    for _ in ("everything", "nothing new"):
        project.build(*WITHOUT_LAWS, variables=VARIABLES)
    return project


@pytest.fixture(scope="module")
def laws(shop):
    """The queries of all data tests by scope and name."""
    return {scope: compiled(shop, scope) for scope in ("recent", "all")}


@pytest.fixture
def tables(shop):
    """A connection to the tables, which are as before when the test ends."""
    with duckdb.connect(shop.database) as connection:
        connection.execute("begin")
        yield connection
        connection.execute("rollback")


@pytest.mark.slow
def test_the_days_of_a_build_without_news_are_the_last_three(shop):
    assert tested_days(shop) == [DAYS["new"] - timedelta(days=1), DAYS["new"]]


def test_every_law_with_a_scope_is_broken_here(laws):
    with_scope = {
        name for name, query in laws["all"].items() if query != laws["recent"][name]
    }

    assert with_scope == BREAKS.keys()


def test_laws_hold_before_they_are_broken(laws, tables):
    broken = [
        name
        for queries in laws.values()
        for name in BREAKS
        if tables.execute(queries[name]).fetchall()
    ]

    assert broken == []


@pytest.mark.parametrize("law", BREAKS)
def test_a_law_that_is_broken_on_a_new_day_fails(law, laws, tables):
    break_on(tables, law, "new")

    assert tables.execute(laws["recent"][law]).fetchall()
    assert tables.execute(laws["all"][law]).fetchall()


@pytest.mark.parametrize("law", BREAKS)
def test_a_law_that_is_broken_on_an_old_day_fails_among_all_rows(law, laws, tables):
    break_on(tables, law, "old")

    assert tables.execute(laws["recent"][law]).fetchall() == []
    assert tables.execute(laws["all"][law]).fetchall()


@pytest.mark.slow
def test_the_days_of_late_events_are_among_those_of_their_build(fresh_shop):
    assert tested_days(fresh_shop) == [OLDEST, *DAYS.values()]

    fresh_shop.build(*WITHOUT_LAWS)
    assert tested_days(fresh_shop) == [DAYS["new"]]

    fresh_shop.append([event("old", "late", OLD, loaded_at=NEW + timedelta(hours=1))])
    fresh_shop.build(*WITHOUT_LAWS)
    assert tested_days(fresh_shop) == [DAYS["old"], DAYS["new"]]


@pytest.mark.slow
def test_the_days_of_a_build_that_was_killed_are_among_those_of_the_next(fresh_shop):
    fresh_shop.append([event("old", "late", OLD, loaded_at=NEW + timedelta(hours=2))])
    outcome = fresh_shop.dbt("run", "--select", "+int_events_sessionized")
    assert outcome.success, messages(outcome)

    fresh_shop.build(*WITHOUT_LAWS)
    assert tested_days(fresh_shop) == [*DAYS.values()]


@pytest.mark.slow
def test_all_days_are_tested_after_a_full_refresh_of_some_table(fresh_shop):
    fresh_shop.build(*WITHOUT_LAWS)
    fresh_shop.rebuild(*WITHOUT_LAWS, "--select", "int_tested_days fct_events")

    assert tested_days(fresh_shop) == [OLDEST, *DAYS.values()]


# ------------------------------------------------------------------------ what is built


@pytest.fixture
def fresh_shop(made_shop):
    """A project that is built once, and as it was when the test ends."""
    with made_shop.put_back():
        yield made_shop


@pytest.fixture(scope="module")
def made_shop(make_project):
    shop = make_project("fresh")
    oldest = datetime.combine(OLDEST, OLD.time())
    shop.append(
        [event("old", "0", oldest), event("old", "1", OLD), event("new", "1", NEW)]
    )
    shop.build(*WITHOUT_LAWS)
    return shop


def event(then, name, event_at, **columns):
    is_purchase = name == "purchase"
    return {
        "event_id": f"{then} {name}",
        "visitor_id": then,
        "user_id": f"user {then}",
        "event_name": "purchase" if is_purchase else "page_view",
        "event_at": event_at,
        "loaded_at": event_at,
        "page_url": "https://shop.example/",
        **({"order_id": then, "revenue": 20} if is_purchase else {}),
        **columns,
    }


def tested_days(project):
    rows = project.query("select * from int_tested_days order by tested_date")
    return [row["tested_date"] for row in rows]


def break_on(connection, law, then):
    """Break a law on the old or the new day; some row has to change."""
    statement = BREAKS[law].format(then=then, day=DAYS[then])
    (changed,) = connection.execute(statement).fetchone()
    assert changed


def compiled(project, scope):
    outcome = project.dbt(
        *("compile", "--select", "test_type:data"),
        variables=VARIABLES | {"test_scope": scope},
    )
    assert outcome.success, messages(outcome)
    return {result.node.name: result.node.compiled_code for result in outcome.result}
