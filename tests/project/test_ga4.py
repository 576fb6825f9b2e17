"""The Google Analytics 4 export as Google writes it: daily and intraday tables, days
that are exported again, and rows that come days late."""

from datetime import UTC, datetime

import duckdb
import pytest
from building import messages
from full_refresh import assert_refreshed

GA4 = {"event_sources": "ga4"}

# The columns of the export that are read, and two that are not; some fields are not.
COLUMNS = {
    "event_date": "varchar",
    "event_timestamp": "bigint",
    "event_name": "varchar",
    "event_params": "struct(key varchar, value struct(string_value varchar, "
    "int_value bigint, float_value double, double_value double))[]",
    "event_previous_timestamp": "bigint",
    "event_bundle_sequence_id": "bigint",
    "event_server_timestamp_offset": "bigint",
    "user_id": "varchar",
    "user_pseudo_id": "varchar",
    "privacy_info": "struct(analytics_storage varchar, ads_storage varchar, "
    "uses_transient_token varchar)",
    "device": "struct(category varchar, mobile_brand_name varchar, "
    "operating_system varchar, language varchar, "
    "web_info struct(browser varchar, browser_version varchar, hostname varchar))",
    "geo": "struct(city varchar, country varchar, continent varchar, region varchar)",
    "stream_id": "varchar",
    "platform": "varchar",
    "ecommerce": "struct(total_item_quantity bigint, purchase_revenue double, "
    "refund_value double, shipping_value double, tax_value double, "
    "transaction_id varchar)",
    "items": "struct(item_id varchar, item_name varchar, item_brand varchar, "
    "item_variant varchar, item_category varchar, price_in_usd double, price double, "
    "quantity bigint, item_list_name varchar, coupon varchar)[]",
    "collected_traffic_source": "struct(manual_campaign_id varchar, "
    "manual_campaign_name varchar, manual_source varchar, manual_medium varchar, "
    "manual_term varchar, manual_content varchar, gclid varchar, dclid varchar, "
    "srsltid varchar)",
    "batch_event_index": "bigint",
    "batch_page_id": "bigint",
    "batch_ordering_id": "bigint",
}

# Sessions of the marts, and orders: withdrawn rows stay in the tables of events.
STEPS = ["int_order_events"]


@pytest.fixture
def shop(fresh_project):
    fresh_project.execute("create schema analytics_1")
    return fresh_project


def test_what_the_export_says_reaches_the_marts(shop):
    daily(
        shop,
        "20260310",
        [
            event("first_visit", "ana", 0, session=7),
            event("session_start", "ana", 0, session=7),
            event(
                *("page_view", "ana", 0),
                session=7,
                page_location="https://shop.example/p",
                page_title="Shoes",
                page_referrer="https://www.google.com/",
                collected={"gclid": "Cj0"},
                source="google",
                medium="organic",
            ),
            event("user_engagement", "ana", 9, session=7, engagement_time_msec=8_500),
            event(
                *("purchase", "ana", 60),
                session=7,
                currency="EUR",
                coupon="SPRING",
                ecommerce={
                    "transaction_id": "T-1",
                    "purchase_revenue": 31.5,
                    "tax_value": 5.0,
                    "shipping_value": 1.5,
                },
                items=[
                    {"item_id": "S1", "price": 10, "quantity": 2},
                    {
                        "item_id": "B2",
                        "item_name": "Belt",
                        "price": 5,
                        "item_list_name": "Sale",
                        "item_brand": "(not set)",
                    },
                ],
            ),
            event(
                *("refund", "ana", 90),
                session=7,
                currency="EUR",
                ecommerce={"transaction_id": "T-1", "refund_value": 10.0},
                items=[{"item_id": "S1", "price": 10, "quantity": 1}],
            ),
            event("screen_view", "app", 5, stream_id="2", platform="ANDROID"),
            event(
                *("page_view", "listing", 0),
                collected={"srsltid": "Af", "manual_campaign_name": "(organic)"},
            ),
            # consent denied: a page view of nobody, and an order without a session
            event("page_view", None, 10, privacy={"analytics_storage": "No"}),
            event(
                *("purchase", None, 20),
                privacy={"analytics_storage": "No"},
                currency="EUR",
                ecommerce={"transaction_id": "T-2", "purchase_revenue": 8.0},
            ),
        ],
    )
    own = [{"name": "engaged", "type": "integer", "in_sessions": "sum"}]
    own[0]["from"] = "properties.engagement_time_msec"
    rates = {"reporting_currency": "EUR", "own_columns": own}
    build(shop, rates)

    (ana,) = shop.query("from fct_sessions where visitor_id = 'ana'")
    assert ana["source_session_id"] == "7"
    assert (ana["traffic_source"], ana["traffic_medium"]) == ("google", "cpc")
    assert ana["channel"] == "Paid Search"
    assert (ana["device_category"], ana["browser"]) == ("mobile", "Chrome")
    assert (ana["operating_system"], ana["platform"]) == ("Android", "web")
    assert (ana["country"], ana["region"], ana["city"]) == ("Spain", "Madrid", "Madrid")
    assert ana["language"] == "es-es"
    assert (ana["page_view_count"], ana["event_count"]) == (1, 6)
    assert ana["engaged"] == 8_500
    (viewed,) = shop.query("from fct_page_views where visitor_id = 'ana'")
    assert float(viewed["engaged_seconds"]) == 8.5
    assert (ana["revenue"], ana["refunded_revenue"]) == (31.5, 10)
    names = {
        row["event_name_given"]: row["event_name"]
        for row in shop.query("from fct_events")
    }
    assert names["user_engagement"] == "ping"
    assert names["screen_view"] == "page_view"
    assert names["first_visit"] == "first_visit"
    (listing,) = shop.query("from fct_sessions where visitor_id = 'listing'")
    assert (listing["traffic_source"], listing["traffic_medium"]) == (
        *("google", "organic"),
    )
    assert listing["traffic_campaign"] is None

    orders = {row["order_id"]: row for row in shop.query("from fct_orders")}
    assert orders["T-1"]["tax"] == 5
    assert orders["T-1"]["shipping"] == 1.5
    assert orders["T-1"]["coupon"] == "SPRING"
    assert orders["T-2"]["revenue"] == 8
    assert orders["T-2"]["session_id"] is None
    items = shop.query(
        "select item_number, product_id, product_name, product_brand, item_list, "
        "quantity, item_revenue from fct_event_items where event_name = 'purchase' "
        "order by item_number"
    )
    assert [tuple(row.values()) for row in items] == [
        (1, "S1", None, None, None, 2, 20),
        (2, "B2", "Belt", None, "Sale", None, 5),
    ]
    assert shop.query(
        "select reason, event_name, event_count from fct_event_exclusions "
        "order by event_name"
    ) == [
        {"reason": "no_consent", "event_name": "page_view", "event_count": 1},
        {"reason": "no_consent", "event_name": "purchase", "event_count": 1},
    ]


@pytest.mark.slow
def test_events_of_one_timestamp_are_in_the_order_of_the_page(shop):
    least = -(2**63)
    batches = [(2, 1, 1, "d"), (1, 2, 1, "c"), (1, 1, 2, "b"), (1, least, least, "a")]
    rows = [
        event(
            *("page_view", "ana", 0),
            page_location=f"https://shop.example/{path}",
            batch=(1_773_144_000_000 + page, ordering, index),
        )
        for page, ordering, index, path in batches
    ]
    bundles = [
        event("page_view", "ben", 0, page_location=f"https://shop.example/{path}")
        | {"event_bundle_sequence_id": bundle}
        for bundle, path in [(2, "b"), (1, "a")]
    ]
    daily(shop, "20260310", rows + bundles)
    build(shop)
    paths = shop.query(
        "select visitor_id, list(page_url[-1] order by event_number) as paths "
        "from fct_events group by visitor_id order by visitor_id"
    )
    assert [row["paths"] for row in paths] == [["a", "b", "c", "d"], ["a", "b"]]


@pytest.mark.slow
def test_days_are_read_again_whenever_their_rows_change(shop):
    first, second = event("page_view", "ana", 0), event("click", "ana", 60)
    ben = event("page_view", "ben", 0)
    today = event("page_view", "ana", 24 * 3600)

    # the day before is complete, today is not; tables of days that Google may delete
    daily(shop, "20260310", [first, ben])
    intraday(shop, "20260311", [today])
    build(shop)
    assert sessions(shop) == {("ana", 1): 1, ("ana", 2): 1, ("ben", 1): 1}

    # both tables of today for a while, then the daily one alone; a row that is late
    later = event("click", "ana", 24 * 3600 + 60)
    daily(shop, "20260311", [today, later])
    build(shop)
    assert sessions(shop) == {("ana", 1): 1, ("ana", 2): 2, ("ben", 1): 1}
    shop.execute("drop table analytics_1.events_intraday_20260311")
    daily(shop, "20260310", [first, ben, second])
    build(shop)
    assert sessions(shop) == {("ana", 1): 2, ("ana", 2): 2, ("ben", 1): 1}

    # the day is exported again: Ben has asked to be deleted. A new nested field and an
    # empty intraday table change nothing
    daily(
        shop,
        "20260310",
        [second, first],
        {"geo": COLUMNS["geo"].replace("city", "metro varchar, city")},
    )
    intraday(shop, "20260312", [])
    build(shop)
    assert sessions(shop) == {("ana", 1): 2, ("ana", 2): 2}
    with duckdb.connect(shop.database) as connection:
        before = connection.execute(
            "select max(batch_number) from int_builds"
        ).fetchone()
    build(shop)
    with duckdb.connect(shop.database) as connection:
        after = connection.execute(
            "select max(batch_number) from int_builds"
        ).fetchone()
    assert after == before

    # a row without a date is of the day on which it happened, and changes like others
    for name in ["undated", "undated_again"]:
        today = event("page_view", name, 24 * 3600)
        daily(shop, "20260311", [today | {"event_date": None}, later])
        build(shop)
        assert sessions(shop) == {("ana", 1): 2, ("ana", 2): 1, (name, 1): 1}
    daily(shop, "20260311", [event("page_view", "ana", 24 * 3600), later])

    # with a lookback a build leaves older days as they are
    daily(shop, "20260310", [first])
    days = (datetime.now(UTC) - datetime(2026, 3, 11, tzinfo=UTC)).days
    variables = places(ga4_lookback_days=days)
    shop.build("--exclude", "test_type:generic", variables=variables)
    assert sessions(shop) == {("ana", 1): 2, ("ana", 2): 2}
    build(shop)
    assert sessions(shop) == {("ana", 1): 1, ("ana", 2): 2}

    # what builds everything again reads all days, whatever the lookback
    outcome = shop.dbt(
        *["build", "--full-refresh", "--select", "int_events_enriched+"],
        variables=variables,
    )
    assert "select +int_events_enriched+" in messages(outcome)
    shop.forget("int_events_enriched")
    shop.build("--exclude", "test_type:generic", variables=variables)
    assert sessions(shop) == {("ana", 1): 1, ("ana", 2): 2}


@pytest.mark.slow
def test_one_table_with_few_columns_will_do(shop):
    rows = [event("page_view", "ana", 0), event("page_view", "ana", 0)]
    few = ["event_date", "event_timestamp", "event_name", "event_params"]
    few += ["user_pseudo_id", "stream_id"]
    table(shop, "events", rows, {name: COLUMNS[name] for name in few})
    build(shop)
    assert sessions(shop) == {("ana", 1): 1}

    # copies may make dates and timestamps of the day and the microseconds
    for column, kind, value in [
        ("event_date", "date", "strptime(event_date, '%Y%m%d')::date"),
        ("event_timestamp", "timestamp", "make_timestamp(event_timestamp)"),
    ]:
        shop.execute(
            f"alter table analytics_1.events alter {column} type {kind} using {value}"
        )
    shop.rebuild("--exclude", "test_type:generic", variables=places())
    assert sessions(shop) == {("ana", 1): 1}

    shop.execute("alter table analytics_1.events rename event_params to parameters")
    outcome = shop.dbt("build", variables=places())
    assert not outcome.success
    told = [str(result.message) for result in outcome.result.results]
    assert any("export has no column event_params" in message for message in told)


def places(**variables):
    return GA4 | {"ga4_schema": "analytics_1"} | variables


def build(shop, variables=None):
    variables = places(**(variables or {}))
    shop.build("--exclude", "test_type:generic", variables=variables)
    assert_refreshed(shop, variables, steps=STEPS)


def sessions(shop):
    rows = shop.query(
        "select visitor_id, session_number, event_count from fct_sessions"
    )
    return {(r["visitor_id"], r["session_number"]): r["event_count"] for r in rows}


def daily(shop, date, rows, changed=None):
    table(shop, f"events_{date}", dated(rows, date), COLUMNS | (changed or {}))


def intraday(shop, date, rows):
    table(shop, f"events_intraday_{date}", dated(rows, date), COLUMNS)


def dated(rows, date):
    return [row | {"event_date": row["event_date"] and date} for row in rows]


def table(shop, name, rows, columns):
    """A table of the export that holds these rows, dicts by column, and no others."""
    typed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    shop.execute(f"create or replace table analytics_1.{name} ({typed})")
    casts = ", ".join(f"cast(? as {kind})" for kind in columns.values())
    with duckdb.connect(shop.database) as connection:
        for row in rows:
            connection.execute(
                f"insert into analytics_1.{name} select {casts}",
                [row.get(column) for column in columns],
            )


def event(name, visitor, second, *, session=None, privacy=None, **values):
    """A row of the export on 10 March 2026, with a parameter for each other value."""
    start = datetime(2026, 3, 10, 12, tzinfo=UTC).timestamp()
    batch = values.pop("batch", (None, None, None))
    row = {
        "event_date": "20260310",
        "event_timestamp": int(start + second) * 1_000_000,
        "event_name": name,
        "event_bundle_sequence_id": 1,
        "user_pseudo_id": visitor,
        "privacy_info": privacy or {"analytics_storage": "Yes"},
        "device": {
            "category": "mobile",
            "operating_system": "Android",
            "language": "es-es",
            "web_info": {"browser": "Chrome"},
        },
        "geo": {"country": "Spain", "region": "Madrid", "city": "Madrid"},
        "stream_id": values.pop("stream_id", "1"),
        "platform": values.pop("platform", "WEB"),
        "ecommerce": values.pop("ecommerce", None),
        "items": values.pop("items", []),
        "collected_traffic_source": values.pop("collected", None),
        "batch_page_id": batch[0],
        "batch_ordering_id": batch[1],
        "batch_event_index": batch[2],
    }
    parameters = values | ({"ga_session_id": session} if session else {})
    kinds = {str: "string_value", int: "int_value", float: "double_value"}
    row["event_params"] = [
        {"key": key, "value": {kinds[type(value)]: value}}
        for key, value in parameters.items()
    ]
    return row
