"""dbt and reference.py agree on thousands of random events, under rule sets that have
every key by name, and under random ones.

The standard rules and random ones are built; the others are run as queries on events
that are built once for all that have the same edges in time (see replaying.py).

`SESSIONS_TEST_RULE_SETS=100 pytest tests/reference/test_against_reference.py -k random`
tries as many random rule sets; SESSIONS_TEST_SEED says which, and on which events.
"""

import csv
import json
import os
import random
from pathlib import Path

import pytest
from building import LAWS_ALONE, WITHOUT_LAWS
from chance import MANY, REPRODUCE, SEED, slow_but
from random_aliases import random_aliases
from random_events import SEEDS, random_events_with_a_clock
from random_goals import random_funnel, random_goals
from random_own_columns import OWN_COLUMNS, random_own_columns
from random_rules import random_overrides
from reference import STANDARD, Settings, bots_daily, sessionize
from replaying import Replay

RANDOM_RULE_SETS = int(os.environ.get("SESSIONS_TEST_RULE_SETS") or 2)

# For the standard rules, for another rule set with a name, and for a random one.
STANDARD_EVENT_COUNT = 12_500 * MANY
EVENT_COUNT = 4_000 * MANY
RANDOM_EVENT_COUNT = 4_000 * MANY

OVERRIDES = {
    "standard": {},
    "gap only": {"calendar": "none", "source_change": "none"},
    "never times out": {"timeout_seconds": None},
    "leaving": {"ending_events": ["logout", "purchase"], "timeout_seconds": 600},
    "page views open, page views and clicks extend": {
        "starting_events": ["page_view"],
        "extending_events": ["page_view", "click"],
        "ending_events": ["click"],
    },
    "all open, page views extend": {
        "starting_events": "all",
        "extending_events": ["page_view"],
        "ending_events": ["logout"],
    },
    "mixed roles": {
        "starting_events": {"all_but": ["ping", "refund"]},
        "extending_events": ["page_view", "ping", "Étage'd"],
        "ending_events": ["logout", "ping"],
        "source_change": "none",
    },
    "exactly the timeout splits": {"timeout_at_limit": "new", "source_change": "none"},
    "whole minutes": {"timeout_unit": "minute", "calendar": "none"},
    "whole minutes of a timeout that has none": {
        "timeout_seconds": 100,
        "timeout_unit": "minute",
        "timeout_at_limit": "new",
    },
    "a fixed window": {"timeout_counts_from": "session_start", "calendar": "none"},
    "a fixed window of whole minutes": {
        "timeout_counts_from": "session_start",
        "timeout_unit": "minute",
        "timeout_at_limit": "new",
        "ending_events": ["logout"],
    },
    "days in UTC": {"calendar_time_zone": "utc", "source_change": "none"},
    "hours": {"calendar": "hour", "source_change": "none"},
    "hours in UTC and no timeout": {
        "timeout_seconds": None,
        "calendar": "hour",
        "calendar_time_zone": "utc",
        "source_change": "campaign",
    },
    "campaigns": {"source_change": "campaign"},
    "some fields": {"source_fields": ["campaign", "term"]},
    "click ids alone": {"source_fields": ["click_id"], "source_change": "campaign"},
    "direct adopts": {"source_change_from_direct": "same"},
    "direct adopts campaigns": {
        "source_change": "campaign",
        "source_fields": ["campaign", "term"],
        "source_change_from_direct": "same",
        "max_events": 20,
    },
    "another user": {"user_change": "new", "calendar": "none"},
    "a longest visit": {"max_duration_seconds": 3600, "calendar": "none"},
    "exactly the longest visit splits": {
        "max_duration_seconds": 3600,
        "max_duration_at_limit": "new",
        "source_change": "none",
    },
    "a full session": {"max_events": 5},
    "a full session that refunds and pings still join": {
        "max_events": 3,
        "user_change": "new",
        "starting_events": {"all_but": ["refund", "ping", "click"]},
        "extending_events": {"all_but": ["refund", "ping"]},
    },
}


def edges_of(overrides):
    """Seconds at which rules differ: the timeout, and the longest visit if any."""
    longest = overrides.get("max_duration_seconds")
    return (overrides.get("timeout_seconds") or 1800, *([longest] if longest else []))


# What is shown of addresses, where events are built once for several rule sets.
IP_ADDRESSES_AT = dict(
    zip(
        dict.fromkeys(edges_of(overrides) for overrides in OVERRIDES.values()),
        ["truncated", "whole", "dropped", "truncated"],
        strict=True,
    )
)

# Events are built once for all rule sets with the same edges; each check has those of
# the standard timeout, and --all the others.
SOON_EDGES = (1800,)

# Those of the project that the reference reads as well.
READ_SEEDS = [
    *SEEDS,
    "referrer_sites",
    "referrer_exclusions",
    "source_categories",
    "source_category_patterns",
    "bot_user_agents",
    "user_agent_patterns",
    "public_suffixes",
    "placeholder_values",
    "event_names",
    "device_names",
    "path_rules",
]

# Days; a visitor's random events are spread over a few.
LOOKBACKS = [0, 1, 90]

# What is no rule of a session, by turns.
REPEATED_PAGE_VIEW_SECONDS = [1, 0, 5]
PING_INTERVAL_SECONDS = [10, 1, 15]
IP_ADDRESSES = ["truncated", "whole", "truncated", "dropped"]
SOURCE_EVENTS = [{"all_but": ["ping"]}, "all", ["page_view", "click"]]

RANDOM_OVERRIDES = {
    f"random {number}": random_overrides(random.Random(SEED + number))
    for number in range(RANDOM_RULE_SETS)
}


@pytest.fixture(scope="module")
def project(project):
    project.write_seeds(SEEDS)
    return project


@pytest.mark.random
@pytest.mark.parametrize(
    "name",
    slow_but(["standard", "random 0"], ["standard", *RANDOM_OVERRIDES]),
)
def test_a_build_agrees_with_the_reference(project, name):
    overrides = (OVERRIDES | RANDOM_OVERRIDES)[name]
    print(f"session_rule_overrides: {json.dumps(overrides)}; {REPRODUCE}")
    count = STANDARD_EVENT_COUNT if name == "standard" else RANDOM_EVENT_COUNT
    events = random_events_of(overrides, count)
    aliases = random_aliases(SEED, events)
    project.load(events)
    project.load_aliases(aliases)
    variables = other_variables(turn(name)) | own_columns(name)
    # what the others say of columns follows from being equal to the reference
    project.rebuild(
        *LAWS_ALONE, variables={"session_rule_overrides": overrides} | variables
    )

    outcome = sessionize(events, settings(project, overrides, **variables), aliases)
    assert_agreement(project, outcome, variables["own_columns"])


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name,
            marks=[
                pytest.mark.xdist_group(f"edges {edges_of(rules)}"),
                *([] if edges_of(rules) == SOON_EDGES else [pytest.mark.slow]),
            ],
        )
        for name, rules in OVERRIDES.items()
        if name != "standard"
    ],
)
def test_dbt_agrees_with_the_reference(replays, name):
    overrides = OVERRIDES[name]
    print(f"session_rule_overrides: {json.dumps(overrides)}; {REPRODUCE}")
    edges = edges_of(overrides)
    replay, events = replays(edges)
    variables = other_variables(turn(name)) | of_events(edges)
    replay.under({"session_rule_overrides": overrides} | variables)

    outcome = sessionize(
        events,
        settings(replay.project, overrides, **variables),
        random_aliases(SEED, events),
    )
    assert_agreement(replay, outcome)


@pytest.fixture(scope="module")
def replays(make_project):
    """By edges in time a replay of random events, and the events."""
    made = {}

    def at(edges):
        if edges not in made:
            timeout_seconds, *limits = edges
            events = random_events_with_a_clock(
                SEED, EVENT_COUNT, timeout_seconds, limits
            )
            project = make_project(f"edges {edges}")
            project.write_seeds(SEEDS)
            project.load(events)
            project.load_aliases(random_aliases(SEED, events))
            project.build(*WITHOUT_LAWS, variables=of_events(edges))
            made[edges] = Replay(project, with_tests=True), events
        return made[edges]

    yield at
    for replay, _ in made.values():
        replay.close()


def of_events(edges):
    """The variables of events that are built once."""
    return {
        "ip_addresses": IP_ADDRESSES_AT[edges],
        "source_events": SOURCE_EVENTS[0],
    }


def own_columns(name):
    """All own columns with the standard rules, some with random ones."""
    chosen = random_own_columns(random.Random(SEED + turn(name)))
    return {"own_columns": OWN_COLUMNS if name == "standard" else chosen}


def assert_agreement(built, outcome, own_columns=()):
    """A copy that is built, or replayed, has what the reference says."""
    assert built_exclusions(built) == dict(outcome.exclusions)
    assert built_bots(built) == bots_daily(outcome.exclusions)
    assert not differences(built_events(built, own_columns), outcome.events)
    assert not differences(built_sessions(built), outcome.sessions)
    assert not differences(built_goals(built), outcome.goals)
    assert not differences(built_page_views(built), outcome.page_views)


def turn(name):
    """The number of a rule set."""
    return [*OVERRIDES, *RANDOM_OVERRIDES].index(name)


def random_events_of(overrides, count):
    """Events at the edges of a rule set."""
    timeout_seconds, *limits = edges_of(overrides)
    return random_events_with_a_clock(SEED, count, timeout_seconds, limits)


def other_variables(turn):
    """Variables that are no rules of a session, in other words with each turn; goals
    and steps of the funnel are random, but for the first turn."""
    chance = random.Random(SEED + turn)
    conditions = {"goals": random_goals(chance), "funnel_steps": random_funnel(chance)}
    return (conditions if turn else {}) | {
        "attribution_lookback_days": LOOKBACKS[turn % len(LOOKBACKS)],
        "touchpoints_include_direct": turn % 2 == 1,
        "touchpoint_half_life_days": 1 + turn % 9,
        "suspicious_events_per_minute": 3,
        "ping_interval_seconds": PING_INTERVAL_SECONDS[turn % 3],
        "repeated_page_view_seconds": REPEATED_PAGE_VIEW_SECONDS[
            turn // len(LOOKBACKS) % len(REPEATED_PAGE_VIEW_SECONDS)
        ],
        "ip_addresses": IP_ADDRESSES[turn % len(IP_ADDRESSES)],
        "source_events": SOURCE_EVENTS[turn % len(SOURCE_EVENTS)],
    }


def settings(project, overrides, **variables):
    return Settings(
        rules=STANDARD | overrides,
        rule_set=rule_set(overrides),
        **{
            name: read_seed(project.folder / f"seeds/{name}.csv") for name in READ_SEEDS
        },
        **variables,
    )


def rule_set(overrides):
    words = [f"{key}={as_typed(value)}" for key, value in sorted(overrides.items())]
    return " ".join(["standard", *words])


def as_typed(value):
    if isinstance(value, dict):
        pairs = (f"{key}: {as_typed(part)}" for key, part in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(value) + "]"
    return "null" if value is None else str(value)


def read_seed(path: Path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def built_exclusions(project):
    rows = project.query("from fct_event_exclusions")
    counts = {}
    for row in rows:
        columns = ("site_id", "event_date", "reason", "event_name")
        key = tuple(row[c] for c in (*columns, "bot_name", "bot_kind"))
        assert key not in counts, "fct_event_exclusions has two rows of one grain"
        counts[key] = row["event_count"]
    return counts


def built_bots(project):
    columns = ("site_id", "event_date", "bot_name", "bot_kind")
    rows = project.query("from agg_bots_daily")
    counts = {
        tuple(row[c] for c in columns): (row["event_count"], row["page_view_count"])
        for row in rows
    }
    assert len(counts) == len(rows), "agg_bots_daily has two rows of one grain"
    return counts


def built_events(project, own_columns=()):
    columns = "".join(f"{column['name']}, " for column in own_columns) + (
        "session_id, event_number, seconds_since_previous::double as "
        "seconds_since_previous, seconds_on_page::double as seconds_on_page, "
        "event_at_local, page_path, page_group, "
        "is_landing, is_exit, is_repeated, is_server_side, ip_address, "
        "device_category, browser, operating_system, platform, country, region, city, "
        "language, page_title, source_session_id"
    )
    rows = project.query(f"select site_id, event_id, {columns} from fct_events")
    by_key = {(row.pop("site_id"), row.pop("event_id")): row for row in rows}
    assert len(by_key) == len(rows), "fct_events has two rows of one event"
    return by_key


def built_sessions(project):
    rows = project.query(
        "select * replace (duration_seconds::double as duration_seconds) "
        "from fct_sessions"
    )
    by_id = {row["session_id"]: row for row in rows}
    assert len(by_id) == len(rows), "fct_sessions has two rows of one session"
    return by_id


def built_goals(project):
    rows = project.query("from fct_goal_completions")
    by_key = {(row["session_id"], row["goal_name"]): row for row in rows}
    assert len(by_key) == len(rows), "fct_goal_completions has two rows of one goal"
    return by_key


def built_page_views(project):
    rows = project.query("from fct_page_views")
    by_key = {(row.pop("site_id"), row.pop("event_id")): row for row in rows}
    assert len(by_key) == len(rows), "fct_page_views has two rows of one event"
    return by_key


def differences(built, expected, most=5):
    """The first rows that differ, column by column: (key, column, built, expected)."""
    found = []
    for key in sorted(built.keys() | expected.keys(), key=str):
        left, right = built.get(key), expected.get(key)
        if left is None or right is None:
            found.append((key, "missing in", "dbt" if left is None else "reference"))
            continue
        for column in left.keys() | right.keys():
            if left.get(column, "absent") != right.get(column, "absent"):
                found.append((key, column, left.get(column), right.get(column)))
        if len(found) > most:
            break
    return found[:most]
