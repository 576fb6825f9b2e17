"""Bad rows never stop a build, and a wrong setting says what to type instead."""

import gc
import re
from datetime import datetime, timedelta

import duckdb
import pytest
import yaml
from building import LAWS_ALONE, ROOT, WITHOUT_LAWS, messages
from reference import DEFAULTS

pytestmark = pytest.mark.without_groups

INSTANT = datetime(2026, 3, 1, 9)


@pytest.fixture(scope="module")
def sold(make_project):
    """A copy of the project that is built, and which no test changes."""
    sold = make_project("sold")
    sold.load([event()])
    sold.build(*WITHOUT_LAWS)
    return sold


@pytest.fixture(scope="module")
def shop(make_project):
    """A copy of the project for the tests that each load raw events of their own."""
    return make_project("shop")


def test_without_raw_events_the_build_makes_an_empty_table(fresh_project):
    fresh_project.build()

    assert fresh_project.query("from raw.events") == []
    assert fresh_project.query("from fct_sessions") == []


def test_one_event_is_one_session(shop):
    shop.load([event()])
    shop.rebuild()

    (session,) = shop.query("from fct_sessions")
    assert (session["start_reason"], session["end_reason"]) == ("first_event", "open")
    assert session["duration_seconds"] == 0


@pytest.mark.slow
def test_a_million_events_of_one_visitor_are_sessionized(shop):
    with duckdb.connect(shop.database) as connection:
        connection.execute("create schema if not exists raw")
        connection.execute(
            """
            create or replace table raw.events as
            select
                event_id::varchar as event_id, null::varchar as site_id,
                'ana' as visitor_id, null::varchar as user_id,
                'page_view' as event_name,
                timestamp '2026-03-01' + to_seconds(event_id) as event_at,
                null::bigint as event_sequence, timestamp '2026-04-01' as loaded_at,
                null::varchar as page_url, null::varchar as referrer_url,
                null::varchar as user_agent, null::varchar as ip_address,
                null::varchar as country, null::varchar as traffic_source,
                null::varchar as traffic_medium, null::varchar as traffic_campaign,
                null::varchar as traffic_term, null::varchar as traffic_content,
                null::varchar as order_id, null::decimal(20, 6) as revenue,
                null::varchar as currency, null::varchar as product_id,
                null::bigint as quantity
            from range(1000000) as seconds (event_id)
            """
        )
    shop.rebuild(*LAWS_ALONE)

    sessions = shop.query(
        "select session_date, event_count from fct_sessions order by 1"
    )
    assert len(sessions) == 12
    assert [s["event_count"] for s in sessions] == [86_400] * 11 + [49_600]


def test_odd_texts_and_times_are_kept_as_they_are(shop):
    long_url = "https://shop.example.com/" + "a" * 8000 + "?utm_source=" + "b" * 8000
    odd = [
        event(event_id="🦄", page_url="https://shop.example.com/🦄?utm_source=🦄"),
        event(event_id="long", visitor_id="long", page_url=long_url),
        event(
            event_id="%", visitor_id="%", page_url="https://a.example/?utm_source=%E0%"
        ),
        event(event_id="before 1970", visitor_id="old", event_at=datetime(1901, 2, 3)),
        event(event_id="empty", visitor_id="empty", page_url="", traffic_source=""),
        event(event_id="'; --", visitor_id="o'neill", event_name='say "what\'s"'),
    ]
    shop.load(odd)
    shop.rebuild(variables={"earliest_event_date": "1901-02-03"})

    sources = shop.query("select visitor_id, traffic_source from fct_sessions")
    assert {row["visitor_id"]: row["traffic_source"] for row in sources} == {
        "ana": "🦄",
        "long": "b" * 8000,
        "%": "%E0%",
        "old": "(direct)",
        "empty": "(direct)",
        "o'neill": "(direct)",
    }
    assert {row["event_id"] for row in shop.query("from fct_events")} == {
        row["event_id"] for row in odd
    }


def test_timestamps_that_are_no_instant_are_invalid(shop):
    shop.load([event()])
    with duckdb.connect(shop.database) as connection:
        for column in ("event_at", "loaded_at"):
            for value in ("infinity", "-infinity", "290000-01-01"):
                connection.execute(
                    f"insert into raw.events "
                    f"(event_id, visitor_id, event_name, event_at, loaded_at) "
                    f"select 'odd {column} {value}', visitor_id, event_name, event_at, "
                    f"loaded_at from raw.events where event_id = '1'"
                )
                connection.execute(
                    f"update raw.events set {column} = '{value}'::timestamp "
                    f"where event_id = 'odd {column} {value}'"
                )
    shop.rebuild()

    assert [row["event_id"] for row in shop.query("from fct_events")] == ["1"]
    counted = shop.query(
        "select reason, sum(event_count)::int as event_count "
        "from fct_event_exclusions group by reason"
    )
    assert counted == [{"reason": "invalid", "event_count": 6}]


def test_rows_that_lack_everything_are_counted(shop):
    shop.load([event(), {}, {"loaded_at": INSTANT}, {"event_id": "1"}])
    shop.rebuild()

    counted = shop.query("from fct_event_exclusions order by event_date nulls last")
    assert counted == [
        {
            "site_id": "default",
            "event_date": INSTANT.date(),
            "reason": "invalid",
            "event_name": None,
            "bot_name": None,
            "bot_kind": None,
            "event_count": 1,
        },
        {
            "site_id": "default",
            "event_date": None,
            "reason": "invalid",
            "event_name": None,
            "bot_name": None,
            "bot_kind": None,
            "event_count": 2,
        },
    ]


def test_an_unknown_time_zone_is_named_with_its_site(fresh_project):
    fresh_project.write_sites([("moon", "moon.example", "Moon/Tranquility", "USD")])
    outcome = fresh_project.dbt("build")

    assert "site 'moon'" in messages(outcome)
    assert "time zone 'Moon/Tranquility'" in messages(outcome)
    assert not built(fresh_project, "fct_sessions")


def test_a_row_of_sites_without_a_site_names_an_own_domain(fresh_project):
    fresh_project.write_sites([(None, "own.example", "Europe/Berlin", "EUR")])
    fresh_project.load([event(referrer_url="https://blog.own.example/")])
    fresh_project.build()

    (session,) = fresh_project.query("from fct_sessions")
    assert session["traffic_source"] == "(direct)"


@pytest.mark.slow
def test_the_file_may_be_called_raw(fresh_project):
    fresh_project.database = fresh_project.folder / "raw.duckdb"
    fresh_project.build()

    assert fresh_project.query("from raw.raw.events") == []


@pytest.mark.slow
def test_valid_extremes_of_the_settings_build_and_pass(shop):
    shop.load([event(), event(event_id="2", event_at=INSTANT + timedelta(days=9))])
    variables = {
        "session_rule_overrides": {
            "timeout_seconds": 2147483580,
            "timeout_unit": "minute",
            "source_fields": [],
            "max_duration_seconds": 2147483580,
            "max_events": 2147483580,
            "starting_events": [],
            "extending_events": {"all_but": []},
            "ending_events": ["it's \\ 100 %"],
        },
        "future_tolerance_minutes": -2147483647,
        "engaged_seconds": 2147483647,
        "reporting_time_zone": "Pacific/Kiritimati",
        "reporting_currency": "eur",
        "event_sources": "generic generic",
    }
    outcome = shop.dbt("build", "--full-refresh", variables=variables)

    assert outcome.success, messages(outcome)
    assert shop.query("from fct_sessions") == []
    (counted,) = shop.query("select sum(event_count) as n from fct_event_exclusions")
    assert counted["n"] == 2


def test_orders_of_the_books_may_lack_columns_but_not_their_value(fresh_project):
    fresh_project.load([event()])
    for columns, said in {
        "'1' as id, 1 as total": "raw.orders has no column order_id",
        "'1' as order_id": "raw.orders has no column total",
    }.items():
        fresh_project.execute(f"create or replace table raw.orders as select {columns}")
        outcome = fresh_project.dbt("run", "--select", "stg_orders")
        assert said in messages(outcome)

    fresh_project.execute(
        "create or replace table raw.orders as select 1 as order_id, '12.5' as total, "
        "'2026-03-01' as ordered_at"
    )
    fresh_project.build()
    (order,) = fresh_project.query("select order_id, revenue from fct_orders")
    assert order == {"order_id": "1", "revenue": 12.5}


@pytest.mark.slow
def test_raw_columns_of_other_types_do_not_stop_a_build(shop):
    shop.load([event(), event(event_id="2", visitor_id="ben")])
    with duckdb.connect(shop.database) as connection:
        connection.execute(
            "alter table raw.events alter event_at type varchar; "
            "alter table raw.events alter revenue type double; "
            "alter table raw.events alter quantity type hugeint; "
            "update raw.events set event_at = 'yesterday', revenue = 'nan', "
            "quantity = 170141183460469231731687303715884105727 where event_id = '2'"
        )
    shop.rebuild()

    assert [row["event_id"] for row in shop.query("from fct_events")] == ["1"]


def test_networks_that_are_none_are_named(fresh_project):
    wrong = ["10.0.0.0/33", "10.0.0/8", "office"]
    right = ["192.0.2.77/24", "203.0.113.9", "2001:DB8:1::/48", "::ffff:10.0.0.0/104"]
    fresh_project.write_seed(
        "internal_networks", [(network, "") for network in wrong + right]
    )
    outcome = fresh_project.dbt("build", "--exclude-resource-type", "unit_test")
    laws = {result.node.name: result for result in outcome.result}
    law = laws["every_internal_network_is_one"]

    assert not outcome.success
    assert "every_internal_network_is_one" in messages(outcome)
    assert (law.status, law.failures) == ("fail", len(wrong))
    offenders = fresh_project.query(f"from ({law.node.compiled_code}) as law")
    assert sorted(row["network"] for row in offenders) == sorted(wrong)


HOST_LAWS = {
    "sites": ("domains_of_sites_are_bare_hosts", "domain"),
    "own_referrer_exclusions": ("own_referrer_exclusions_are_bare_hosts", "host"),
}


def test_hosts_of_seeds_that_are_none_are_named(fresh_project):
    wrong = [
        "https://a.example",
        "a.example:80",
        "a.example/",
        "a.example.",
        "*.example",
    ]
    wrong += ["a b.example", "bücher.example", "www.пример.example", "example.рф"]
    right = ["a.example", "A-1.b_c.example", "localhost", "xn--bcher-kva.example"]
    hosts = wrong + right
    fresh_project.write_sites(
        [(str(number), host, "UTC", "EUR") for number, host in enumerate(hosts)]
    )
    fresh_project.write_seed("own_referrer_exclusions", [(h, "login") for h in hosts])
    outcome = fresh_project.dbt("build", "--select", *HOST_LAWS)
    laws = {result.node.name: result for result in outcome.result}

    for name, column in HOST_LAWS.values():
        law = laws[name]
        assert (law.status, law.failures) == ("warn", len(wrong))
        offenders = fresh_project.query(f"from ({law.node.compiled_code}) as law")
        assert sorted(row[column] for row in offenders) == sorted(wrong)


PRESETS = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"][
    "session_rule_presets"
]

# What is wrong with the rules, and what the error says of it.
RULE_SLIPS = {
    "an unknown preset": (
        {"session_rules": "standrad"},
        f"session_rules is 'standrad'; choose one of {', '.join(sorted(PRESETS))}",
    ),
    "an unknown key": (
        {"session_rule_overrides": {"timeout": 30}},
        "session_rule_overrides has the key 'timeout'; choose among "
        f"{', '.join(sorted(DEFAULTS))}",
    ),
    "an unknown key of a preset": (
        {
            "session_rules": "mine",
            "session_rule_presets": {"mine": {"timeout_minutes": 60}},
        },
        "session_rule_presets.mine has the key 'timeout_minutes'; choose among",
    ),
    "a value of the wrong kind": (
        {"session_rule_overrides": {"timeout_seconds": "30 minutes"}},
        "session rule timeout_seconds is '30 minutes'; it takes a whole number",
    ),
    "a timeout of nothing": (
        {"session_rule_overrides": {"timeout_seconds": 0}},
        "session rule timeout_seconds is 0; it takes a whole number",
    ),
    "a timeout beyond what engines add to a timestamp": (
        {"session_rule_overrides": {"timeout_seconds": 10**10}},
        "it takes a whole number of seconds from 1 to 2147483580, or null for never",
    ),
    "another unit": (
        {"session_rule_overrides": {"timeout_unit": "hour"}},
        "session rule timeout_unit is 'hour'; it takes second or minute",
    ),
    "an unknown word": (
        {"session_rule_overrides": {"calendar": "week"}},
        "session rule calendar is 'week'; it takes day or hour or none",
    ),
    "a zone by its name": (
        {"session_rule_overrides": {"calendar_time_zone": "Europe/Berlin"}},
        "session rule calendar_time_zone is 'Europe/Berlin'; it takes site or utc",
    ),
    "a field that no source has": (
        {"session_rule_overrides": {"source_fields": ["source", "sauce"]}},
        "session rule source_fields is [source, sauce]; it takes a list of some of "
        "source, medium, campaign, term, content, click_id",
    ),
    "sessions of no event": (
        {"session_rule_overrides": {"max_events": 0}},
        "session rule max_events is 0; it takes a whole number from 1 to 2147483580, "
        "or null for no limit",
    ),
    "a yes for a number": (
        {"session_rule_overrides": {"max_events": True}},
        "session rule max_events is true; it takes a whole number",
    ),
    "a null for a word": (
        {"session_rule_overrides": {"user_change": None}},
        "session rule user_change is null; it takes same or new",
    ),
    "a role in a wrong word": (
        {"session_rule_overrides": {"starting_events": {"all_except": ["ping"]}}},
        "session rule starting_events is {all_except: [ping]}; it takes all, a list",
    ),
    "a role that is one name": (
        {"session_rule_overrides": {"ending_events": "logout"}},
        "session rule ending_events is 'logout'; it takes a list of event names",
    ),
    "overrides that are no dictionary": (
        {"session_rule_overrides": "timeout_seconds=30"},
        "session_rule_overrides is timeout_seconds=30; write a dictionary",
    ),
    "a preset in a list": (
        {"session_rules": ["standard"]},
        "session_rules is [standard]; choose one of adobe_analytics",
    ),
    "a preset of Jinja": (
        {"session_rules": "{{ 'ga4' }}"},
        "session_rules is '{{ 'ga4' }}'; choose one of adobe_analytics",
    ),
    "an event without a name": (
        {"session_rule_overrides": {"ending_events": [""]}},
        "session rule ending_events is [empty]; it takes a list of event names",
    ),
}

SLIPS = {
    "own columns that are no list": (
        {"own_columns": {"name": "page_type"}},
        "write a list of entries such as {name: page_type, type: text,",
    ),
    "an own column without a type": (
        {"own_columns": [{"name": "page_type"}]},
        "own_columns: page_type has no type; choose among text, integer, number,",
    ),
    "an own column with an unknown key": (
        {"own_columns": [{"name": "page_type", "type": "text", "in_session": "min"}]},
        "own_columns: page_type has a key in_session; choose among name, type, from,",
    ),
    "an own column with a name that is none": (
        {"own_columns": [{"name": "Page type", "type": "text"}]},
        "own_columns: Page type has no good name; write lower-case letters, digits",
    ),
    "an own column called as one that is there": (
        {"own_columns": [{"name": "event_name", "type": "text"}]},
        "own_columns: event_name needs another name: there is a column event_name",
    ),
    "an own column called in sessions as one that is there": (
        {
            "own_columns": [
                {"name": "channel", "type": "text", "in_sessions": "first"},
            ]
        },
        "channel needs another session_name: there is a column channel already",
    ),
    "an own column twice": (
        {"own_columns": [{"name": "a", "type": "text"}] * 2},
        "own_columns: a needs another name: there is a column a already",
    ),
    "a summary that does not fit": (
        {"own_columns": [{"name": "a", "type": "text", "in_sessions": "sum"}]},
        "own_columns: a has an in_sessions that does not fit; choose among none, "
        "first, last, min, max, count_distinct",
    ),
    "a path into nothing": (
        {"own_columns": [{"name": "a", "type": "text", "from": "properties."}]},
        "own_columns: a has no good from; write a column's name, or a path such as "
        "properties.experiment.variant",
    ),
    "a tolerance that is no number": (
        {"future_tolerance_minutes": "an hour"},
        "future_tolerance_minutes is an hour; write a whole number",
    ),
    "a part of a second": (
        {"engaged_seconds": 1.5},
        "engaged_seconds is 1.5; write a whole number",
    ),
    "another part of an address": (
        {"ip_addresses": "hashed"},
        "ip_addresses is hashed; write truncated or whole or dropped",
    ),
    "another scope of data tests": (
        {"test_scope": "today"},
        "test_scope is today; write recent or all",
    ),
    "page views that repeat what is to come": (
        {"repeated_page_view_seconds": -1},
        "repeated_page_view_seconds is -1",
    ),
    "a funnel without a step": (
        {"funnel_steps": {"product": ["product_view"], "purchase": ["purchase"]}},
        "funnel_steps is {product: [product_view], purchase: [purchase]}; write a list "
        "of event names for each of product, cart, checkout, purchase",
    ),
    "a step that is one name": (
        {
            "funnel_steps": {
                "product": "product_view",
                "cart": [],
                "checkout": [],
                "purchase": [],
            }
        },
        "funnel_steps is {cart: [], checkout: [], product: product_view, purchase: []}",
    ),
    "a purchase by another name": (
        {
            "funnel_steps": {
                "product": ["product_view"],
                "cart": ["add_to_cart"],
                "checkout": ["begin_checkout"],
                "purchase": ["Order Completed"],
            }
        },
        "write purchase: [purchase] as its last step",
    ),
    "a server without a list": (
        {"server_side_events": "purchase"},
        "server_side_events is purchase; write a list of event names, [] for none",
    ),
    "sources of no event": (
        {"source_events": "page_view"},
        "source_events is page_view; write all, a list of event names, or {all_but",
    ),
    "more weeks than are compared": (
        {"quality_baseline_days": 5},
        "quality_baseline_days is 5; write a whole number between 1 and 4",
    ),
    "deviations in words": (
        {"quality_unusual_deviations": "many"},
        "quality_unusual_deviations is many; write a number that is not below 0",
    ),
    "a campaign on no day": (
        {"campaign_first_date": "18 March"},
        "campaign_first_date is 18 March; write a day such as 2026-03-18, or null",
    ),
    "a campaign on a day that is not": (
        {"campaign_first_date": "2026-02-30"},
        "campaign_first_date is 2026-02-30; write a day such as 2026-03-18, or null",
    ),
    "a first date in words": (
        {"earliest_event_date": "1 January 2000"},
        "earliest_event_date is 1 January 2000; write a day such as 2000-01-01",
    ),
    "no first date": (
        {"earliest_event_date": None},
        "earliest_event_date is null; write a day such as 2000-01-01",
    ),
    "a host alone": (
        {"internal_hosts": "localhost"},
        "internal_hosts is localhost; write a list of hosts in which * stands for any",
    ),
    "a host with a scheme": (
        {"internal_hosts": ["localhost", "https://dev.example"]},
        "internal_hosts is [localhost, https://dev.example]; write a list of hosts",
    ),
    "a host of Jinja": (
        {"internal_hosts": ["{{ 7 * 7 }}"]},
        "internal_hosts is [{{ 7 * 7 }}]; write a list of hosts",
    ),
    "a word for true": (
        {"attach_booked_orders": "yes"},
        "attach_booked_orders is yes; write true or false",
    ),
    "no currency": (
        {"reporting_currency": None},
        "reporting_currency is null; write a code of three letters, such as EUR",
    ),
    "a currency by its sign": (
        {"reporting_currency": "€"},
        "reporting_currency is €; write a code of three letters, such as EUR",
    ),
    "a currency of Jinja": (
        {"reporting_currency": "{{ 'EUR' }}"},
        "reporting_currency is {{ 'EUR' }}; write a code of three letters",
    ),
    "a currency of half a Jinja": (
        {"reporting_currency": "{{ log("},
        "reporting_currency is {{ log(; write a code of three letters",
    ),
    "a zone in a list": (
        {"reporting_time_zone": ["UTC"]},
        "reporting_time_zone is [UTC]; write an IANA name such as Europe/Berlin",
    ),
    "a word in a list": (
        {"ip_addresses": ["whole"]},
        "ip_addresses is [whole]; write truncated or whole or dropped",
    ),
    "a visitor in a list": (
        {"explained_visitor": ["ana"]},
        "explained_visitor is [ana]; write a visitor_id, or null",
    ),
    "a day in a list": (
        {"campaign_first_date": ["2026-03-18"]},
        "campaign_first_date is [2026-03-18]; write a day",
    ),
    "a funnel of nothing": (
        {"funnel_steps": {}},
        "funnel_steps is {}; write a list of event names for each of product, cart",
    ),
    "a funnel in no words": (
        {"funnel_steps": ""},
        "funnel_steps is empty; write a list of event names for each of product, cart",
    ),
    "a funnel that does not end with the purchase": (
        {"funnel_steps": ["page_view", "add_to_cart"]},
        "funnel_steps is [page_view, add_to_cart]; write a list of steps in order",
    ),
    "a funnel without steps": (
        {"funnel_steps": []},
        "funnel_steps is []; write a list of steps in order, each an event name or a",
    ),
    "a step that is a number": (
        {"funnel_steps": [1, "purchase"]},
        "a step of funnel_steps is 1; write an event name, or a condition by its name",
    ),
    "two steps in one": (
        {"funnel_steps": [{"a": {"events": ["b"]}, "c": {}}, "purchase"]},
        "a step of funnel_steps is {a: {events: [b]}, c: {}}; write an event name",
    ),
    "a step by a name of its own kind": (
        {"funnel_steps": [{"Prices": {"page_path": "/p%"}}, "purchase"]},
        "funnel_steps has the step 'Prices'; write a name of lower-case letters",
    ),
    "a step that every funnel has": (
        {"funnel_steps": [{"landing": {"page_path": "/p%"}}, "purchase"]},
        "funnel_steps names the step 'landing', and the name is taken; write another",
    ),
    "a step twice": (
        {"funnel_steps": ["click", "page_view", "click", "purchase"]},
        "funnel_steps names the step 'click', and the name is taken; write another, "
        "such as {again: {events: [click]}}",
    ),
    "a step that has a value": (
        {
            "funnel_steps": [
                {"a": {"page_path": "/p%", "value": "revenue"}},
                "purchase",
            ]
        },
        "funnel_steps.a has the key 'value'; choose among events, page_path, where",
    ),
    "a step of no column": (
        {"funnel_steps": [{"a": {"where": {"colour": "red"}}}, "purchase"]},
        "funnel_steps.a.where has the column 'colour'; choose among browser, city,",
    ),
    "goals without names": (
        {"goals": ["sign_up"]},
        "goals is [sign_up]; write a dictionary of conditions by goal, such as",
    ),
    "a goal by a name of its own kind": (
        {"goals": {"Sign Up": {"events": ["sign_up"]}}},
        "goals has the goal 'Sign Up'; write a name of lower-case letters, digits and",
    ),
    "a goal that begins with a digit": (
        {"goals": {"2nd": {"events": ["sign_up"]}}},
        "goals has the goal '2nd'; write a name",
    ),
    "a goal of nothing": (
        {"goals": {"sign_up": {}}},
        "goals.sign_up is {}; write a dictionary of events, page_path, where, value",
    ),
    "a goal that is one name": (
        {"goals": {"sign_up": "sign_up"}},
        "goals.sign_up is sign_up; write a dictionary of events, page_path, where",
    ),
    "a goal that is a value alone": (
        {"goals": {"sign_up": {"value": "revenue"}}},
        "goals.sign_up is {value: revenue}; write at least one of events, page_path",
    ),
    "a key of no goal": (
        {"goals": {"sign_up": {"event": ["sign_up"]}}},
        "goals.sign_up has the key 'event'; choose among events, page_path, where",
    ),
    "a goal of no events": (
        {"goals": {"sign_up": {"events": [], "page_path": "/a"}}},
        "goals.sign_up.events is []; write a list of event names, such as [sign_up]",
    ),
    "a goal of one event": (
        {"goals": {"sign_up": {"events": "sign_up"}}},
        "goals.sign_up.events is sign_up; write a list of event names",
    ),
    "a goal of an event without a name": (
        {"goals": {"sign_up": {"events": [None]}}},
        "goals.sign_up.events is [null]; write a list of event names",
    ),
    "a goal on no page": (
        {"goals": {"contact": {"page_path": ""}}},
        "goals.contact.page_path is empty; write a pattern in which % stands for any",
    ),
    "a goal on no pages": (
        {"goals": {"contact": {"page_path": []}}},
        "goals.contact.page_path is []; write a pattern in which % stands for any",
    ),
    "a goal on a page that is a number": (
        {"goals": {"contact": {"page_path": ["/a", 404]}}},
        "goals.contact.page_path is [/a, 404]; write a pattern in which % stands for",
    ),
    "a goal where nothing is": (
        {"goals": {"contact": {"events": ["click"], "where": {}}}},
        "goals.contact.where is {}; write a dictionary of columns, such as {country:",
    ),
    "a goal of a column that no event has": (
        {"goals": {"contact": {"where": {"colour": "red"}}}},
        "goals.contact.where has the column 'colour'; choose among browser, city,",
    ),
    "a goal at a time": (
        {"goals": {"contact": {"where": {"event_at": "2026-03-18"}}}},
        "goals.contact.where has the column 'event_at'; choose among browser, city",
    ),
    "a text that is a number": (
        {"goals": {"contact": {"where": {"product_id": [7]}}}},
        "goals.contact.where.product_id is [7]; write a text, a number in quotes, or a",
    ),
    "a number that is a text": (
        {"goals": {"contact": {"where": {"quantity": "7"}}}},
        "goals.contact.where.quantity is 7; write a whole number, or a list of them",
    ),
    "a whole number that is true": (
        {"goals": {"contact": {"where": {"quantity": True}}}},
        "goals.contact.where.quantity is true; write a whole number, or a list of them",
    ),
    "an amount that is a text": (
        {"goals": {"contact": {"where": {"revenue": "a lot"}}}},
        "goals.contact.where.revenue is a lot; write a number of at most 14 digits",
    ),
    "an amount that no column holds": (
        {"goals": {"contact": {"where": {"revenue": 1e300}}}},
        "write a number of at most 14 digits before the point, or a list of them",
    ),
    "a column without values": (
        {"goals": {"contact": {"where": {"country": []}}}},
        "goals.contact.where.country is []; write a text, a number in quotes, or a",
    ),
    "a column of nothing": (
        {"goals": {"contact": {"where": {"country": None}}}},
        "goals.contact.where.country is null; write a text, a number in quotes, or a",
    ),
    "a value that is a text": (
        {"goals": {"contact": {"events": ["click"], "value": "product_id"}}},
        "goals.contact.value is product_id; write a column of numbers: discount or "
        "engaged_milliseconds or event_sequence or quantity or revenue or shipping or "
        "tax",
    ),
    "a value of no column": (
        {"goals": {"contact": {"events": ["click"], "value": 40}}},
        "goals.contact.value is 40; write a column of numbers: discount or ",
    ),
    "almost a variable": (
        {"session_rule": "ga4"},
        "session_rule is no variable of sessions; did you mean session_rules?",
    ),
    "a variable of nobody": (
        {"colour": "red"},
        "colour is no variable of sessions; choose among attach_booked_orders, ",
    ),
}

# Of sources, which dbt looks for when it parses the project.
SLIPS_IN_SOURCES = {
    "no source at all": (
        {"event_sources": ""},
        "event_sources is empty",
    ),
    "a source without a folder": (
        {"event_sources": "generic shopify"},
        "stg_shopify__events",
    ),
    "a source in a list": (
        {"event_sources": ["generic"]},
        "event_sources is [generic]; write at least one folder of models/staging",
    ),
}

# Of time zones, which the warehouse knows.
SLIPS_IN_ZONES = {
    "a reporting zone that nobody knows": (
        {"reporting_time_zone": "Berlin"},
        "reporting_time_zone is the time zone 'Berlin'",
    ),
    "a zone of Jinja": (
        {"reporting_time_zone": "{{ 'UTC' }}"},
        "reporting_time_zone is the time zone '{{ 'UTC' }}'",
    ),
}

# The same in YAML, which knows more than JSON.
SLIPS_IN_YAML = {
    "no number": (
        "quality_unusual_deviations: .nan",
        "quality_unusual_deviations is nan; write a number that is not below 0",
    ),
    "a number without end": (
        "quality_unusual_deviations: .inf",
        "quality_unusual_deviations is inf; write a number that is not below 0",
    ),
    "no whole number": (
        "engaged_seconds: .nan",
        "engaged_seconds is nan; write a whole number",
    ),
    "no number of seconds": (
        "session_rule_overrides: {timeout_seconds: .nan}",
        "session rule timeout_seconds is nan; it takes a whole number of seconds",
    ),
    "a preset whose name is a number": (
        "session_rule_presets: {1: {}, standard: {}}",
        "session_rule_presets has the key 1; write a name, a number in quotes",
    ),
    "a rule whose name is a number": (
        "session_rule_overrides: {30: 1, calendar: day}",
        "session_rule_overrides has the key '30'; choose among calendar",
    ),
    "a step whose name is a number": (
        "funnel_steps: {1: [cart], cart: [basket]}",
        "funnel_steps is {1: [cart], cart: [basket]}; write a list of event names",
    ),
    "a goal whose name is a number": (
        "goals: {1: {events: [click]}}",
        "goals has the goal '1'; write a name of lower-case letters, digits and _",
    ),
    "a role whose name is a number": (
        "source_events: {1: [ping], all_but: [ping]}",
        "source_events is {1: [ping], all_but: [ping]}; write all, a list",
    ),
}

# A seed, its rows, and what the error says of one of them.
SLIPS_IN_SEEDS = {
    "two time zones of a site": (
        *(
            "sites",
            [("a", "a.example", "Asia/Tokyo", ""), ("a", "b.example", "UTC", "")],
        ),
        "seed sites gives the site 'a' two time zones, 'Asia/Tokyo' and 'UTC'",
    ),
    "two currencies of a site": (
        *(
            "sites",
            [("a", "a.example", "UTC", "usd"), ("a", "b.example", "UTC", "EUR")],
        ),
        "seed sites gives the site 'a' two currencies, 'EUR' and 'usd'; give all its",
    ),
    "a site's currency by its name": (
        *("sites", [("a", "a.example", "UTC", "Euro")]),
        "seed sites gives the site 'a' the currency 'Euro'; write a code of three",
    ),
    "a rate's currency by its name": (
        *("exchange_rates", [("Euro", "2026-03-01", "1.1")]),
        "seed exchange_rates has the currency 'Euro'; write a code of three letters",
    ),
    "a rule for a category that is not": (
        *("own_channel_rules", [("10", "Search", "serch", "", "", "")]),
        "seed own_channel_rules gives the rule 10 the source_category 'serch', which "
        "no source has; write one of ai_assistant, email, search, shopping, social",
    ),
    "a pattern with an open bracket": (
        *("own_channel_rules", [("10", "Ours", "", "a", "^(mail$", "")]),
        "seed own_channel_rules gives the rule 10 the pattern '^(mail$', which "
        "is no regular expression to this warehouse; write one such as",
    ),
    "a name of a device of no kind": (
        *("own_device_names", [("device", "kiosk", "tv")]),
        "seed own_device_names has the kind 'device'; write one of device_category, "
        "browser, operating_system, platform",
    ),
    "a device that is none": (
        *("own_device_names", [("device_category", "kiosk", "Kiosk")]),
        "seed own_device_names gives the device_category 'kiosk' the value 'Kiosk'; "
        "write one of desktop, mobile, tablet, tv, bot, unknown, or leave it empty",
    ),
    "a path with a query": (
        *("own_path_rules", [("10", "/sale?size=*", "/sale")]),
        "seed own_path_rules gives the rule 10 the pattern '/sale?size=*', which no "
        "path is like; write one that begins with / or * and has no ?, such as",
    ),
    "a path without its first slash": (
        *("own_path_rules", [("10", "sale/*", "/sale")]),
        "seed own_path_rules gives the rule 10 the pattern 'sale/*', which no path is",
    ),
    "a star that is not there": (
        *("own_path_rules", [("10", "/a/**/#", "/a/$2"), ("20", "/b/*", "/b/$2")]),
        "seed own_path_rules gives the rule 20 the replacement '/b/$2' with '$2', but "
        "its pattern '/b/*' has 1 of *, ** and #; write $1 for what the first of them",
    ),
    "a rule that says no group": (
        *("own_path_rules", [("10", "/a/*", "")]),
        "seed own_path_rules gives the rule 10 no replacement; write the name",
    ),
    "a pattern that only other engines know": (
        *("own_channel_rules", [("20", "Ours", "", "", "", "(?<=a)b")]),
        "seed own_channel_rules gives the rule 20 the pattern '(?<=a)b'",
    ),
} | {
    f"a rate from {day} on": (
        *("exchange_rates", [("EUR", "2026-03-01", "1.1"), ("EUR", day, "1.2")]),
        f"seed exchange_rates gives the currency 'EUR' a rate from '{day}' on; write "
        "the day as YYYY-MM-DD, such as 2026-03-18",
    )
    for day in [
        "2026-02-30",
        "2026-02-29",
        "01/02/2026",
        "2026-3-1",
        "March",
        "0000-01-01",
    ]
}


@pytest.mark.parametrize(
    "variables, said",
    (SLIPS | RULE_SLIPS).values(),
    ids=(SLIPS | RULE_SLIPS).keys(),
)
def test_a_slip_is_named_with_what_to_type(shop, variables, said):
    outcome = shop.dbt("run-operation", "check_settings", variables=variables)

    assert_named_by_the_check(outcome, said)


@pytest.mark.parametrize("text, said", SLIPS_IN_YAML.values(), ids=SLIPS_IN_YAML.keys())
def test_a_slip_in_yaml_is_named_with_what_to_type(shop, text, said):
    outcome = shop.dbt("run-operation", "check_settings", "--vars", f"{{{text}}}")

    assert_named_by_the_check(outcome, said)


def assert_named_by_the_check(outcome, said):
    """`dbt run-operation check_settings` stops as every run does, and sooner."""
    assert not outcome.success
    (result,) = outcome.result.results
    assert said in " ".join(result.message.split())


@pytest.mark.parametrize(
    "variables, said", [*RULE_SLIPS.values()][:1] + [*SLIPS.values()][:1]
)
def test_a_slip_is_named_before_anything_runs(shop, variables, said):
    outcome = shop.dbt("parse", variables=variables)

    assert not outcome.success
    assert said in " ".join(messages(outcome).split())


@pytest.mark.parametrize(
    "variables, said", SLIPS_IN_SOURCES.values(), ids=SLIPS_IN_SOURCES.keys()
)
def test_a_slip_in_the_sources_is_named_with_what_to_type(shop, variables, said):
    outcome = shop.dbt("build", "--full-refresh", variables=variables)

    assert not outcome.success
    assert said in " ".join(messages(outcome).split())


@pytest.fixture(scope="module")
def staged(make_project):
    """A copy of the project that has all that stg_events reads."""
    staged = make_project("staged")
    assert staged.dbt("build", "--select", "+stg_events", *WITHOUT_LAWS).success
    staged.execute("drop view stg_events")
    return staged


@pytest.mark.parametrize(
    "variables, said", SLIPS_IN_ZONES.values(), ids=SLIPS_IN_ZONES.keys()
)
def test_a_slip_in_the_time_zone_is_named_with_what_to_type(staged, variables, said):
    outcome = staged.dbt("run", "--select", "stg_events", variables=variables)

    assert not outcome.success
    assert said in " ".join(messages(outcome).split())
    assert not view_of_events(staged)


@pytest.mark.parametrize(
    "seed, rows, said", SLIPS_IN_SEEDS.values(), ids=SLIPS_IN_SEEDS.keys()
)
def test_a_slip_in_a_seed_is_named_before_a_table_is_written(staged, seed, rows, said):
    header = (staged.folder / "seeds" / f"{seed}.csv").read_text()
    with staged.put_back():
        staged.write_seed(seed, rows)
        outcome = staged.dbt("build", "--select", seed, "stg_events", *WITHOUT_LAWS)
        (staged.folder / "seeds" / f"{seed}.csv").write_text(header)

        gc.collect()  # an error of the engine holds the connection
        assert not outcome.success
        assert said in " ".join(messages(outcome).split())
        assert not view_of_events(staged)


# Two kinds of errors: of a macro, and of the engine.
@pytest.mark.parametrize(
    "name", ["two time zones of a site", "a pattern with an open bracket"]
)
def test_a_slip_in_a_seed_is_named_and_nothing_is_written(sold, name):
    seed, rows, said = SLIPS_IN_SEEDS[name]
    before = written(sold)
    header = (sold.folder / "seeds" / f"{seed}.csv").read_text()
    with sold.put_back():
        sold.write_seed(seed, rows)
        outcome = sold.dbt("build", "--full-refresh", *WITHOUT_LAWS)
        (sold.folder / "seeds" / f"{seed}.csv").write_text(header)

        gc.collect()  # an error of the engine holds the connection
        assert not outcome.success
        assert said in " ".join(messages(outcome).split())
        assert written(sold) == before


def test_a_slip_in_a_variable_leaves_all_as_it_was(sold):
    before = written(sold)
    for variables in (
        {"session_rule": "ga4"},
        {"reporting_currency": "Euro"},
        {"goals": {"contact": {"where": {"colour": "red"}}}},
    ):
        assert not sold.dbt("build", "--full-refresh", variables=variables).success

    assert written(sold) == before


def test_categories_that_no_rule_reads_are_named(fresh_project):
    file = fresh_project.folder / "seeds" / "source_categories.csv"
    file.write_text(file.read_text() + "a.example,serch,hand\nb.example,partner,hand\n")
    fresh_project.write_seed(
        "own_channel_rules", [("10", "Partners", "partner", "", "", "")]
    )
    outcome = fresh_project.dbt("build", "--exclude-resource-type", "unit_test")
    (law,) = [
        result
        for result in outcome.result
        if result.node.name == "every_source_category_is_in_a_rule"
    ]

    assert law.status == "fail"
    offenders = fresh_project.query(f"from ({law.node.compiled_code}) as law")
    assert offenders == [{"category": "serch"}]
    assert not built(fresh_project, "fct_sessions")


@pytest.mark.slow
def test_names_of_events_and_visitors_are_no_jinja(fresh_project):
    texts = ["{{ 7 * 7 }}", "{% raw %}", "{# 7 #}"]
    fresh_project.load(
        [
            event(
                event_id=f"{number} {text}",
                visitor_id=text,
                event_name=name,
                event_at=INSTANT + timedelta(minutes=number),
                page_url=f"http://{host}/",
            )
            for text in texts
            # of a server an event is kept even from an internal host
            for number, (name, host) in enumerate(
                [
                    ("page_view", "shop.example"),
                    ("server " + text, "localhost"),
                    (text, "shop.example"),
                    ("page_view", "shop.example"),
                ]
            )
        ]
    )
    funnel = {"product": [], "cart": texts, "checkout": [], "purchase": ["purchase"]}
    goals = {
        f"goal_{number}": {"events": [text, "page_view"], "where": {"visitor_id": text}}
        for number, text in enumerate(texts)
    }
    variables = {
        "server_side_events": ["server " + text for text in texts],
        "session_rule_overrides": {"ending_events": texts},
        "funnel_steps": funnel,
        "goals": goals,
    }
    fresh_project.build(*WITHOUT_LAWS, variables=variables)
    # the settings of the tables are found unchanged
    fresh_project.build(*WITHOUT_LAWS, variables=variables)

    sessions = fresh_project.query(
        "select furthest_funnel_step, end_reason, event_count, goal_count "
        "from fct_sessions where session_number = 1"
    )
    assert [tuple(row.values()) for row in sessions] == [("cart", "left", 3, 1)] * 3

    for text in texts:
        (result,) = fresh_project.dbt(
            *("compile", "--select", "explain_one_visitor"),
            variables=variables | {"explained_visitor": text},
        ).result
        explained = fresh_project.query(f"from ({result.node.compiled_code}) as rows")
        assert [row["event_name"] for row in explained] == [
            *["page_view", "server " + text, text, "page_view"]
        ]


def test_variables_of_the_project_file_are_checked_alike(fresh_project):
    file = fresh_project.folder / "dbt_project.yml"
    as_it_is = file.read_text()
    for given, taken, said in [
        (
            "reporting_currency: USD",
            'reporting_currency: "{{ 7 * 7 }}"',
            "is {{ 7 * 7 }}",
        ),
        ("\nvars:\n", "\nvars:\n  session_rule: ga4\n", "did you mean session_rules?"),
    ]:
        assert as_it_is.count(given) == 1
        file.write_text(as_it_is.replace(given, taken))
        outcome = fresh_project.dbt("parse")

        assert not outcome.success
        assert said in messages(outcome)


def test_every_variable_has_a_kind():
    text = (ROOT / "macros" / "check_settings.sql").read_text()
    _, macro = text.split("macro settings()")
    known = re.findall(r"^ {8}'(\w+)':", macro, re.MULTILINE)
    variables = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]

    assert known == list(variables)


@pytest.mark.slow
def test_the_settings_that_the_documents_type_are_accepted(shop):
    documents = [ROOT / "README.md", *ROOT.glob("docs/*.md")]
    text = "".join(document.read_text() for document in documents)
    typed = re.findall("--vars '(.*?)'", text, re.DOTALL)

    assert typed
    for variables in typed:
        outcome = shop.dbt("parse", "--vars", variables)
        assert outcome.success, (variables, messages(outcome))


def event(**columns):
    return {
        "event_id": "1",
        "visitor_id": "ana",
        "event_name": "page_view",
        "event_at": INSTANT,
        "loaded_at": INSTANT + timedelta(minutes=1),
    } | columns


def written(project):
    """The rows of all tables with what they were built with."""
    return {
        name: project.query(f"from {name} order by all")
        for name in [*project.kept_marts, "int_builds"]
    }


def view_of_events(project):
    return project.query(
        "select view_name from duckdb_views() where view_name = 'stg_events'"
    )


def built(project, table):
    return project.query(
        f"select table_name from duckdb_tables() where table_name = '{table}'"
    )
