"""Results of two settings never mix: a build that would mix them stops before it
writes, and says what changed and what to type."""

import shutil
from datetime import datetime, timedelta

import duckdb
import pytest
import yaml
from building import LAWS_ALONE, ROOT, WITHOUT_LAWS, Project, messages
from chance import drawn, slow_but
from full_refresh import SEEDS, differences, refresh_fully, written_rows

MORNING = datetime(2026, 3, 1, 9)

STANDARD = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"][
    "session_rule_presets"
]["standard"]

FUNNEL_STEPS = {
    "product": ["product_view"],
    "cart": ["add_to_cart"],
    "checkout": ["begin_checkout"],
    "purchase": ["purchase"],
}

# What changes, as dbt variables, and how the error names it.
VARIABLES = {
    "a key of the rules": (
        {"session_rule_overrides": {"timeout_seconds": 900}},
        "session rule timeout_seconds was 1800 and is 900",
    ),
    "a role in the rules": (
        {"session_rule_overrides": {"ending_events": ["logout"]}},
        "session rule ending_events was [] and is [logout]",
    ),
    "a preset of the same rules": (
        {"session_rules": "ours", "session_rule_presets": {"ours": STANDARD}},
        "session rule name was standard and is ours",
    ),
    "a value in the preset": (
        {"session_rule_presets": {"standard": STANDARD | {"calendar": "none"}}},
        "session rule calendar was day and is none",
    ),
    "the reporting time zone": (
        {"reporting_time_zone": "Asia/Tokyo"},
        "variable reporting_time_zone was UTC and is Asia/Tokyo",
    ),
    "the reporting currency": (
        {"reporting_currency": "EUR"},
        "variable reporting_currency was USD and is EUR",
    ),
    "where booked orders belong": (
        {"attach_booked_orders": True},
        "variable attach_booked_orders was false and is true",
    ),
    "the tolerance": (
        {"future_tolerance_minutes": 0},
        "variable future_tolerance_minutes was 60 and is 0",
    ),
    "what engaged means": (
        {"engaged_seconds": 600},
        "variable engaged_seconds was 10 and is 600",
    ),
    "the heartbeat": (
        {"ping_interval_seconds": 5},
        "variable ping_interval_seconds was 10 and is 5",
    ),
    "the lookback of attribution": (
        {"attribution_lookback_days": 30},
        "variable attribution_lookback_days was 90 and is 30",
    ),
    "whether direct sessions are touchpoints": (
        {"touchpoints_include_direct": True},
        "variable touchpoints_include_direct was false and is true",
    ),
    "how fast touchpoints lose weight": (
        {"touchpoint_half_life_days": 30},
        "variable touchpoint_half_life_days was 7 and is 30",
    ),
    "what is suspicious": (
        {"suspicious_events_per_minute": 10},
        "variable suspicious_events_per_minute was 60 and is 10",
    ),
    "what is a repeated page view": (
        {"repeated_page_view_seconds": 5},
        "variable repeated_page_view_seconds was 1 and is 5",
    ),
    "what is shown of addresses": (
        {"ip_addresses": "whole"},
        "variable ip_addresses was truncated and is whole",
    ),
    "the steps of the funnel": (
        {"funnel_steps": FUNNEL_STEPS | {"cart": ["basket"]}},
        "variable funnel_steps was {cart: [add_to_cart], checkout: [begin_checkout], "
        "product: [product_view], purchase: [purchase]} and is {cart: [basket],",
    ),
    "steps of another funnel": (
        {"funnel_steps": ["page_view", {"late": {"page_path": "/%"}}, "purchase"]},
        "and is [page_view, {late: {page_path: /%}}, purchase]",
    ),
    "the goals": (
        {"goals": {"leave": {"events": ["logout"]}, "come": {"page_path": "/%"}}},
        "variable goals was {} and is {come: {page_path: /%}, leave: {events: [logout]",
    ),
    "what a server may send": (
        {"server_side_events": ["refund"]},
        "variable server_side_events was [purchase, refund] and is [refund]",
    ),
    "what brings a source": (
        {"source_events": "all"},
        "variable source_events was {all_but: [ping]} and is all",
    ),
    "own columns": (
        {"own_columns": [{"name": "buyer", "type": "text", "from": "user_id"}]},
        "the list of own columns has changed",
    ),
    "the sources": (
        {"event_sources": "generic till"},
        "variable event_sources was generic and is generic till",
    ),
    "where orders are": (
        {"segment_order_tables": ["order_completed"]},
        "variable segment_order_tables was [order_completed, order_refunded] and is "
        "[order_completed]",
    ),
    "where properties are": (
        {"segment_event_tables": []},
        "variable segment_event_tables was [product_viewed, product_added,",
    ),
    "when rows arrive": (
        {"segment_loaded_at": "received_at"},
        "variable segment_loaded_at was null and is received_at",
    ),
}

# What changes, as a file, a text in it and another in its place, and how it is named.
FILES = {
    "a row of sites": (
        ("seeds/sites.csv", "Europe/Berlin", "America/New_York"),
        "the seed sites has changed",
    ),
    "a row of referrer_sites": (
        ("seeds/referrer_sites.csv", "google.com,google,", "google.com,Google,"),
        "the seed referrer_sites has changed",
    ),
    "a row of channel_rules": (
        ("seeds/channel_rules.csv", "Paid Search", "Search Ads"),
        "the seed channel_rules has changed",
    ),
    "a row of source_categories": (
        ("seeds/source_categories.csv", "google,search", "google,shopping"),
        "the seed source_categories has changed",
    ),
    "a row of own_channel_rules": (
        (
            "seeds/own_channel_rules.csv",
            "medium_pattern,campaign_pattern",
            "medium_pattern,campaign_pattern\n10,Partners,,^partner$,,",
        ),
        "the seed own_channel_rules has changed",
    ),
    "a row of path_rules": (
        ("seeds/path_rules.csv", "/product/*,/product/*", "/product/*,products"),
        "the seed path_rules has changed",
    ),
    "a row of own_path_rules": (
        (
            "seeds/own_path_rules.csv",
            "pattern,replacement",
            "pattern,replacement\n10,**,all pages",
        ),
        "the seed own_path_rules has changed",
    ),
    "a row of own_referrer_exclusions": (
        (
            "seeds/own_referrer_exclusions.csv",
            "host,kind",
            "host,kind\nlogin.example,login",
        ),
        "the seed own_referrer_exclusions has changed",
    ),
    "a row of own_event_names": (
        (
            "seeds/own_event_names.csv",
            "given,canonical",
            "given,canonical\nKauf,purchase",
        ),
        "the seed own_event_names has changed",
    ),
    "a row of own_device_names": (
        (
            "seeds/own_device_names.csv",
            "kind,given,value",
            "kind,given,value\nplatform,kiosk,web",
        ),
        "the seed own_device_names has changed",
    ),
    "a row of device_names": (
        ("seeds/device_names.csv", ",Smartphone,mobile\n", ",Smartphone,tablet\n"),
        "the seed device_names has changed",
    ),
    "a row of own_placeholder_values": (
        ("seeds/own_placeholder_values.csv", "kind,value", "kind,value\nid,nobody"),
        "the seed own_placeholder_values has changed",
    ),
    "a row of internal_networks": (
        (
            "seeds/internal_networks.csv",
            "network,name",
            "network,name\n192.0.2.0/24,office",
        ),
        "the seed internal_networks has changed",
    ),
    "a row of bot_user_agents": (
        ("seeds/bot_user_agents.csv", "crawl,crawl,", "crawls,crawls,"),
        "the seed bot_user_agents has changed",
    ),
    "a row of user_agent_patterns": (
        ("seeds/user_agent_patterns.csv", ",tablet\n", ",mobile\n"),
        "the seed user_agent_patterns has changed",
    ),
    "a row of public_suffixes": (
        ("seeds/public_suffixes.csv", "\ngithub.io,normal\n", "\n"),
        "the seed public_suffixes has changed",
    ),
    "a release that makes other rows": (
        ("macros/incremental/settings.sql", "return(1)", "return(2)"),
        "version of results was 1 and is 2",
    ),
}

# All at once, for a build that takes part in every one of them.
ALL_VARIABLES = {
    "session_rules": "ours",
    "session_rule_presets": {"ours": STANDARD},
    "session_rule_overrides": {"timeout_seconds": 900, "ending_events": ["logout"]},
    "reporting_time_zone": "Asia/Tokyo",
    "reporting_currency": "EUR",
    "future_tolerance_minutes": 0,
    "engaged_seconds": 600,
    "ping_interval_seconds": 5,
    "attach_booked_orders": True,
    "attribution_lookback_days": 30,
    "touchpoints_include_direct": True,
    "touchpoint_half_life_days": 30,
    "suspicious_events_per_minute": 10,
    "repeated_page_view_seconds": 5,
    "ip_addresses": "whole",
    "server_side_events": [],
    "source_events": "all",
    "funnel_steps": FUNNEL_STEPS | {"product": ["page_view"]},
    "own_columns": [{"name": "buyer", "type": "text", "from": "user_id"}],
    "goals": {"leave": {"events": ["logout"]}},
    "event_sources": "generic till",
    "segment_order_tables": [],
    "segment_event_tables": [],
    "segment_loaded_at": "received_at",
}

OTHER_RULE = VARIABLES["a key of the rules"][0]


@pytest.mark.parametrize(
    "variables, said",
    slow_but(["a key of the rules", "the goals", "own columns"], VARIABLES),
)
def test_a_changed_variable_stops_the_build(shop, stands, variables, said):
    outcome = shop.dbt("build", variables=variables)

    assert_names(outcome, said)
    assert standing(shop) == stands


@pytest.mark.parametrize(
    "edit, said",
    slow_but(["a row of sites", "a release that makes other rows"], FILES),
)
def test_a_changed_file_stops_the_build(shop, stands, edited, edit, said):
    edited(shop, edit)
    outcome = shop.dbt("build")

    assert_names(outcome, said)
    assert standing(shop) == stands


COMMANDS = [
    "run",
    "build --select fct_sessions",
    "build --exclude fct_sessions",
    "run --full-refresh --select fct_sessions",
    "build --full-refresh --exclude fct_events",
]


@pytest.mark.parametrize("command", slow_but(["run"], COMMANDS))
def test_a_run_that_leaves_a_table_as_it_was_is_stopped(shop, stands, command):
    outcome = shop.dbt(*command.split(), variables=OTHER_RULE)

    assert_names(outcome, "session rule timeout_seconds was 1800 and is 900")
    assert standing(shop) == stands


SEED_COMMANDS = ["seed", "run --full-refresh", "build --full-refresh --exclude sites"]


@pytest.mark.parametrize("command", slow_but(["seed"], SEED_COMMANDS))
def test_a_changed_seed_takes_effect_on_all_tables_or_none(
    shop, stands, edited, command
):
    edit, said = FILES["a row of sites"]
    edited(shop, edit)
    outcome = shop.dbt(*command.split())

    assert_names(outcome, said)
    assert standing(shop) == stands


def test_a_seed_too_large_to_be_compared_is_named(shop, stands, edited):
    row = "laden,laden.example,Europe/Berlin,EUR\n"
    edited(shop, ("seeds/sites.csv", row, row * 40_000))
    outcome = shop.dbt("build")

    assert "maximum_seed_size_mib: 0" in " ".join(messages(outcome).split())
    assert standing(shop) == stands


@pytest.mark.slow
def test_a_model_that_is_there_no_more_blocks_nothing(shop, put_back):
    with duckdb.connect(shop.database) as connection:
        connection.execute(
            "insert into int_builds select * replace "
            "('gone' as model_name, 'main.gone' as relation_name) "
            "from int_builds where model_name = 'fct_events'"
        )
    shop.rebuild(variables=OTHER_RULE)

    (row,) = shop.query("select distinct rule_set from fct_sessions")
    assert row["rule_set"] == "standard timeout_seconds=900"


@pytest.mark.slow
def test_a_model_configured_to_be_rebuilt_is_rebuilt_whole(shop, rebuilt, put_back):
    config = shop.folder / "dbt_project.yml"
    before = config.read_text()
    config.write_text(
        before.replace("    marts:\n", "    marts:\n      +full_refresh: true\n")
    )
    shop.append([event(3, loaded_at=MORNING + timedelta(days=2))])
    shop.build(*WITHOUT_LAWS)
    config.write_text(before)

    refresh_fully(shop, rebuilt)
    different = differences(shop, rebuilt)
    assert not different, different


def test_all_that_changed_is_named_at_once(shop, stands, edited):
    for edit, _ in FILES.values():
        edited(shop, edit)
    outcome = shop.dbt("build", variables=ALL_VARIABLES)

    for said in (
        "version of results was 1 and is 2",
        "session rule name was standard and is ours",
        "session rule timeout_seconds was 1800 and is 900",
        "variable event_sources was generic and is generic till",
        "variable ip_addresses was truncated and is whole",
        "the seed sites has changed",
        "the seed internal_networks has changed",
        "the seed referrer_sites has changed",
    ):
        assert_names(outcome, said)
    assert asked_for(outcome)[:2] == ["build", "--full-refresh"]
    assert "--select" not in asked_for(outcome)
    assert standing(shop) == stands


def test_settings_as_they_were_build_on(shop, stands):
    shop.build(*WITHOUT_LAWS, variables={"engaged_seconds": 10})

    assert standing(shop)["tables"] == stands["tables"]


# What stays when a setting changes: the tables that it has no part in.
STAYS = {
    "a key of the rules": {"int_events_enriched"},
    "a preset of the same rules": {
        *["int_events_enriched", "int_events_sessionized", "int_sessions_enriched"],
        *["int_order_events", "fct_orders", "fct_events", "fct_event_exclusions"],
        "fct_event_items",
    },
    "the reporting time zone": set(),
    "the reporting currency": {
        *["int_events_enriched", "int_events_sessionized", "int_sessions_enriched"],
        *["int_order_events", "fct_events", "fct_event_exclusions"],
    },
    "where booked orders belong": {
        *["int_events_enriched", "int_events_sessionized", "int_sessions_enriched"],
        *["int_order_events", "fct_events", "fct_event_exclusions"],
    },
    "the lookback of attribution": {
        *["int_events_enriched", "int_events_sessionized", "int_sessions_enriched"],
        *["int_order_events", "fct_orders", "fct_events", "fct_event_exclusions"],
        "fct_event_items",
    },
    "the heartbeat": {
        *["int_events_enriched", "int_events_sessionized", "int_sessions_enriched"],
        *["int_order_events", "fct_orders", "fct_events", "fct_event_exclusions"],
        *["fct_sessions", "agg_sessions_daily", "dim_visitors"],
    },
    "what is a repeated page view": {"int_events_enriched"},
    "the goals": {
        *["int_events_enriched", "int_events_sessionized", "int_sessions_enriched"],
        *["int_order_events", "fct_orders", "fct_events", "fct_event_exclusions"],
        "fct_event_items",
    },
    "a row of channel_rules": {
        *["int_events_enriched", "int_events_sessionized", "int_order_events"],
        *["fct_orders", "fct_events", "fct_event_exclusions", "fct_event_items"],
    },
    "a row of bot_user_agents": set(),
}

# One of each kind, which --all always tries; of the others it draws some.
KINDS = ["a key of the rules", "the lookback of attribution", "the goals"]
DRAWN = drawn([name for name in VARIABLES | FILES if name not in KINDS])


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", [name for name in VARIABLES | FILES if name in KINDS or name in DRAWN]
)
def test_what_the_error_asks_for_is_a_full_refresh_of_what_depends_on_it(
    shop, rebuilt, edited, put_back, name
):
    variables, edit = VARIABLES.get(name, [{}])[0], FILES.get(name, [None])[0]
    if edit:
        edited(shop, edit)
        edited(rebuilt, edit)
    before = written_rows(shop)
    command = asked_for(shop.dbt("build", variables=variables))
    outcome = shop.dbt(*command, *WITHOUT_LAWS, variables=variables)
    assert outcome.success, messages(outcome)

    after = written_rows(shop)
    assert not {name for name in STAYS.get(name, ()) if after[name] != before[name]}
    refresh_fully(shop, rebuilt, variables)
    different = differences(shop, rebuilt)
    assert not different, different

    shop.build(*WITHOUT_LAWS, variables=variables)
    assert written_rows(shop) == after


@pytest.mark.slow
def test_a_full_refresh_builds_with_all_that_has_changed(
    shop, rebuilt, edited, put_back
):
    for edit, _ in FILES.values():
        edited(shop, edit)
        edited(rebuilt, edit)
    sessions = shop.query("from fct_sessions order by all")
    shop.rebuild(*LAWS_ALONE, variables=ALL_VARIABLES)

    assert shop.query("from fct_sessions order by all") != sessions
    refresh_fully(shop, rebuilt, ALL_VARIABLES)
    different = differences(shop, rebuilt)
    assert not different, different

    shop.build(*WITHOUT_LAWS, variables=ALL_VARIABLES)
    different = differences(shop, rebuilt)
    assert not different, different


# ------------------------------------------------------------------------ what is built


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A copy of the project that is built with the settings it comes with."""
    shop = copy_with_a_till(tmp_path_factory.mktemp("shop"))
    shop.load(
        [
            event(1),
            event(1, minutes=20),
            event(1, "logout", minutes=22, referrer_url="https://www.google.com/"),
            event(1, minutes=25, minutes_ahead=30),
            event(1, minutes=26, minutes_ahead=90),
            event(2, hours=13, site_id="laden"),
            event(2, hours=15, site_id="laden"),
            event(2, hours=15, minutes=9, site_id="laden"),
        ]
    )
    shop.build()
    return shop


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    """The copy that is built from nothing each time."""
    return copy_with_a_till(tmp_path_factory.mktemp("rebuilt"))


def copy_with_a_till(folder):
    """A copy of the project with a second source that is off."""
    project = Project(folder / "copy")
    project.write_sites([("laden", "laden.example", "Europe/Berlin", "EUR")])
    till = project.folder / "models" / "staging" / "till"
    till.mkdir()
    (till / "stg_till__events.sql").write_text(
        "select * replace ('till' as site_id) from {{ ref('stg_generic__events') }}"
    )
    return project


def event(number, name="page_view", hours=0, minutes=0, minutes_ahead=-1, **columns):
    """A raw event of a visitor, whose clock runs ahead of the delivery."""
    instant = MORNING + timedelta(hours=hours, minutes=minutes)
    return {
        "event_id": f"{number} {instant}",
        "visitor_id": f"visitor {number}",
        "event_name": name,
        "event_at": instant,
        "loaded_at": instant - timedelta(minutes=minutes_ahead),
    } | columns


@pytest.fixture
def put_back(shop, edited):
    """A shop as it was, once the test has built it otherwise."""
    kept = shop.folder / "kept.duckdb"
    shutil.copy(shop.database, kept)
    yield
    shutil.move(kept, shop.database)


@pytest.fixture
def edited():
    """Change a file of a copy until the test ends."""
    before = {}

    def edit_file(project, edit):
        name, old, new = edit
        path = project.folder / name
        text = before.setdefault(path, path.read_text())
        assert old in text
        path.write_text(text.replace(old, new, 1))

    yield edit_file
    for path, text in before.items():
        path.write_text(text)


# ------------------------------------------------------------------------ what is asked


@pytest.fixture
def stands(shop):
    return standing(shop)


def standing(project):
    """All that stands in the file of a project, and changes when a build writes."""
    return {
        "tables": written_rows(project),
        "seeds": [project.query(f"from {name}") for name in SEEDS],
        "views": project.query(
            "select view_name, sql from duckdb_views() where not internal order by 1"
        ),
        "names": project.query("select table_name from duckdb_tables() order by 1"),
    }


def assert_names(outcome, said):
    assert not outcome.success
    message = " ".join(messages(outcome).split())
    assert said in message
    assert "To rebuild them, type: dbt build --full-refresh" in message


def asked_for(outcome):
    """The arguments of dbt that an error asks for."""
    assert not outcome.success
    after = messages(outcome).split("To rebuild them, type: dbt ")[1]
    # The rest of the message says where in which macro.
    return after.splitlines()[0].split()
