"""Events as a Snowplow pipeline loads them become sessions, orders and items."""

import csv
from datetime import datetime
from decimal import Decimal

import duckdb
import pytest
from building import WITHOUT_LAWS
from full_refresh import assert_refreshed
from snowplow_rows import (
    ACTION,
    COLUMNS,
    LOADS,
    PRODUCTS,
    SECOND_LOAD,
    TRANSACTION,
    action,
    load_columns,
    load_tables,
    row,
)

pytestmark = pytest.mark.without_groups

# What both loads are, counted by hand: events with the ends of their ids, in order.
EVENTS = [
    ("01-f1", "page_view", "ana", "10:00:00"),
    ("02-f2", "ping", "ana", "10:00:10"),
    ("01-f0", "page_view", "ana", "10:00:20"),
    ("03-f3", "product_view", "ana", "10:01:00"),
    ("04-f4", "add_to_cart", "ana", "10:02:00"),
    ("05-f5", "begin_checkout", "ana", "10:03:00"),
    ("06-f6", "checkout_step", "ana", "10:03:30"),
    ("07-f7", "purchase", "ana", "10:04:00"),
    ("08-f8", "purchase", "ben", "11:00:00"),
    ("00010", "page_view", "ben", "11:05:00"),
    ("1-f11", "zoom", "ben", "11:05:10"),
    ("3-f13", "page_view", "app-1", "11:07:00"),
    ("6-f16", "purchase", "ben", "11:10:00"),
]
EXCLUSIONS = [("duplicate", "ping", 2), ("invalid", "page_view", 1)]
EXCLUSIONS += [("no_session", "refund", 1)]
MUG, POT = ("mug", "Ana & Co", 2, "19.9"), ("pot", None, None, "44")
ITEMS = [
    *[("03-f3", 1, "mug", None, None, "19.9"), ("04-f4", 1, *MUG), ("04-f4", 2, *POT)],
    *[("07-f7", 1, *MUG), ("07-f7", 2, *POT)],
    *[("08-f8", 1, "fork", None, 2, "8.5"), ("08-f8", 2, "mug", None, 1, "20")],
    ("4-f14", 1, "mug", None, 1, "19.9"),
    *[("6-f16", 1, "fork", None, 2, "8.5"), ("6-f16", 2, "mug", None, 1, "20")],
]
ORDERS = [
    ("C-1", "ana", "88.7", "13.38", "4.9", "0", "SPRING", "19.9"),
    ("T-1", "ben", "50", "8", "5", None, None, "0"),
]
SESSIONS = [
    ("ana", "ana-1", 8, "newsletter", "email", None, "DE", "web", "88.7", "19.9"),
    ("app-1", "app-1-9", 1, "(direct)", "(none)", None, None, "mobile", "0", "0"),
    ("ben", "ben-1", 4, "(direct)", "(none)", None, None, "web", "50", "0"),
]


def read_snowplow(project):
    """Make a copy of the project read Snowplow's tables, of shops in euros."""
    settings = project.folder / "dbt_project.yml"
    text = settings.read_text()
    for given, taken in [
        ("event_sources: generic\n", "event_sources: snowplow\n"),
        ("reporting_currency: USD\n", "reporting_currency: EUR\n"),
    ]:
        assert given in text
        text = text.replace(given, taken, 1)
    settings.write_text(text)
    return project


def found(project, sql):
    """The rows of a query as tuples, amounts as texts without zeros at their ends."""
    return [
        tuple(
            f"{value.normalize():f}" if isinstance(value, Decimal) else value
            for value in row.values()
        )
        for row in project.query(sql)
    ]


def assert_as_counted(project, has_copies=False):
    """The tables of a project have of their site what both loads are.

    has_copies: whether rows were loaded that are none but duplicates.
    """
    assert (
        found(
            project,
            "select right(event_id, 5) as id, event_name, visitor_id, "
            "substring(cast(event_at as varchar(19)), 12) as clock "
            "from fct_events where site_id = 'shop' order by event_at, event_id",
        )
        == EVENTS
    )
    excluded = found(
        project,
        "select reason, event_name, cast(sum(event_count) as int) as event_count "
        "from fct_event_exclusions where site_id = 'shop' "
        "group by reason, event_name order by reason",
    )
    assert excluded == EXCLUSIONS or has_copies
    assert (
        found(
            project,
            "select right(event_id, 5) as id, item_number, product_id, product_brand, "
            "quantity, price from fct_event_items where site_id = 'shop' "
            "order by event_id, item_number",
        )
        == ITEMS
    )
    assert (
        found(
            project,
            "select order_id, visitor_id, revenue, tax, shipping, discount, coupon, "
            "refunded_revenue from fct_orders where site_id = 'shop' order by order_id",
        )
        == ORDERS
    )
    assert (
        found(
            project,
            "select visitor_id, source_session_id, event_count, traffic_source, "
            "traffic_medium, traffic_campaign, country, platform, revenue, "
            "refunded_revenue from fct_sessions where site_id = 'shop' "
            "order by visitor_id",
        )
        == SESSIONS
    )


@pytest.mark.slow
def test_two_loads_become_what_they_are(fresh_project):
    """Ids that are known stay when the same ids come again, with other contents too."""
    read_snowplow(fresh_project)
    load_columns(fresh_project, LOADS[0])
    fresh_project.build(*WITHOUT_LAWS)
    before = fresh_project.query("select event_id from fct_events")
    load_columns(fresh_project, LOADS[1])
    fresh_project.build()

    assert_as_counted(fresh_project)
    assert_refreshed(fresh_project)
    after = fresh_project.query("select event_id from fct_events")
    assert {r["event_id"] for r in before} < {r["event_id"] for r in after}


@pytest.mark.slow
def test_entities_may_be_in_tables_of_their_own(fresh_project):
    """What is loaded twice has its products twice, and is one event with each once."""
    read_snowplow(fresh_project)
    load_tables(fresh_project, LOADS[0])
    fresh_project.build(*WITHOUT_LAWS)
    copies = [given | {"load_tstamp": SECOND_LOAD} for given in LOADS[0]]
    load_tables(fresh_project, [*LOADS[1], *copies])
    fresh_project.build(*WITHOUT_LAWS)

    assert_as_counted(fresh_project, has_copies=True)
    assert_refreshed(fresh_project)


@pytest.mark.slow
def test_what_is_malformed_or_missing_stops_nothing(fresh_project):
    read_snowplow(fresh_project)
    names = ["event_id", "event", "collector_tstamp", "domain_userid", "event_name"]
    columns = {name: COLUMNS[name] for name in [*names, "se_action", "se_category"]}
    columns |= dict.fromkeys([ACTION, PRODUCTS, TRANSACTION], "varchar")
    bought = {"type": "transaction"}
    load_columns(
        fresh_project,
        [
            row(1, "10:00:00"),
            action(2, "10:00:01", "", **{ACTION: '{"type": "product_view'}),
            action(3, "10:00:02", "add_to_cart", **{PRODUCTS: '[{"id": "mug"}'}),
            action(4, "10:00:03", "add_to_cart", **{PRODUCTS: '{"id": "mug"}'}),
            action(
                *(5, "10:00:04", ""),
                **{
                    ACTION: bought,
                    TRANSACTION: [{"transaction_id": "1", "revenue": "dear"}],
                    PRODUCTS: [{"id": "mug", "price": 1e30, "quantity": "many"}, 7],
                },
            ),
            action(
                *(6, "10:00:05", ""),
                **{ACTION: bought, TRANSACTION: [{"revenue": 9e99}, {"revenue": 1}]},
            ),
            row(7, "10:00:06", "ana", event=None, event_name=None),
            row(8, "10:00:07", "ana", event_id=""),
            row(9, "10:00:08", event="struct", se_action="play", se_category="video"),
        ],
        columns,
    )
    fresh_project.execute(
        "update atomic.events set collector_tstamp = 'infinity' "
        "where event_id like '%1'"
    )
    own_columns = [
        {"name": "category", "type": "text", "from": "se_category"},
        {"name": "verb", "type": "text", "from": "se_action"},
    ]
    fresh_project.build(variables={"own_columns": own_columns})

    assert found(
        fresh_project,
        "select right(event_id, 1) as id, event_name, order_id, revenue, "
        "category || ' ' || verb as own from fct_events order by event_at",
    ) == [
        ("2", "snowplow_ecommerce_action", None, None, None),
        ("3", "add_to_cart", None, None, None),
        ("4", "add_to_cart", None, None, None),
        ("5", "purchase", "1", None, None),
        ("6", "purchase", None, None, None),
        ("9", "play", None, None, "video play"),
    ]
    assert found(
        fresh_project,
        "select item_number, product_id, quantity, price from fct_event_items "
        "order by item_number",
    ) == [(1, "mug", None, None)]
    assert found(
        fresh_project,
        "select reason, cast(sum(event_count) as int) as event_count "
        "from fct_event_exclusions group by reason",
    ) == [("invalid", 3)]


@pytest.mark.slow
def test_sessions_of_snowplows_own_package_are_reproduced(fresh_project, shared_data):
    """Starts, ends, users and campaigns, in its time zone, with its second load.

    The sample's tracker begins a second session of domain_userid_3 after 40 seconds,
    for which there is no rule: under session_rules snowplow it goes on. What the
    package calls user_custom_id (the user of the first event), time_engaged_in_s
    (counted from pings) and the cookie of another domain are not in fct_sessions.
    """
    read_snowplow(fresh_project)
    folder = shared_data / "snowplow"
    fresh_project.write_sites([("vandelay", "vandelay.com", "America/New_York", "EUR")])
    variables = {"session_rules": "snowplow"}
    for file in ["sp_event.csv", "sp_event_update.csv"]:
        with duckdb.connect(fresh_project.database) as connection:
            connection.execute("create schema if not exists atomic")
            connection.execute(
                "create table if not exists atomic.events as from "
                "read_csv(?, nullstr='NULL') limit 0",
                [str(folder / file)],
            )
            connection.execute(
                "insert into atomic.events from read_csv(?, nullstr='NULL')",
                [str(folder / file)],
            )
        fresh_project.build(*WITHOUT_LAWS, variables=variables)
    assert_refreshed(fresh_project, variables)

    with open(folder / "snowplow_sessions_expected.csv", newline="") as file:
        expected = {line["session_id"]: line for line in csv.DictReader(file)}
    sessions = fresh_project.query("from fct_sessions")
    assert len(sessions) == 4
    going_on = expected.pop("user_3_session_2")
    expected["user_3_session_1"]["session_end"] = going_on["session_end"]
    for session in sessions:
        line = expected.pop(session["source_session_id"])
        assert session["visitor_id"] == line["user_snowplow_domain_id"]
        assert session["person_id"] == line["inferred_user_id"]
        assert session["session_number"] == int(line["session_index"])
        assert session["session_started_at_local"] == local(line["session_start"])
        assert (
            session["duration_seconds"]
            == (
                local(line["session_end"]) - local(line["session_start"])
            ).total_seconds()
        )
        if line["marketing_source"] != "NULL":
            for name in ["source", "medium", "campaign", "term", "content"]:
                assert session[f"traffic_{name}"] == line[f"marketing_{name}"]
        if line["referer_url"] != "NULL":
            assert session["referrer_host"] + "/" == line["referer_url"]
    assert not expected


def local(text):
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
