"""Break the project in many places, one by one, and name the test that finds out.

A test that cannot fail proves nothing. Each mutant is one small change to a copy of the
project; it has to be found by a unit test or a law in a build of a few sample events,
or else by the tests that scripts/check runs. It touches nothing but temporary copies.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from command_line import Parser
from project import ROOT
from tqdm import tqdm

BIN = ROOT / ".venv" / "bin"

BOUNDARIES = "macros/boundaries/"
MODELS = "models/intermediate/"
REFERENCE = "tests/reference/reference.py"

# Sooner ones first; a mutant of the reference is a matter for its own tests alone.
TESTS = ["tests/stories", "tests/reference", "tests/arrivals"]
TESTS_OF_REFERENCE = ["tests/stories/test_boundaries.py", "tests/reference"]

# Wrong rules may walk for ever. A build takes ten seconds, the longest test a minute.
ENDLESS_BUILD_SECONDS = 100
ENDLESS_TEST_SECONDS = 300


@dataclass(frozen=True)
class Mutant:
    """A change that makes the project wrong.

    file: where; before, after: the text there, and what takes its place, once.
    meaning: what is wrong then.
    """

    file: str
    before: str
    after: str
    meaning: str


MUTANTS = [
    # ---- who was there
    Mutant(
        f"{MODELS}sessions/int_sessions_sequenced.sql",
        "{{ last_known_so_far('user_id', timeline_backwards) }},",
        "user_id,",
        "a visit before the login is that of whoever came before",
    ),
    Mutant(
        f"{MODELS}sessions/int_sessions_sequenced.sql",
        "{{ last_known_before('user_id', timeline) }},",
        "",
        "whoever logs out is gone",
    ),
    Mutant(
        f"{MODELS}incremental/int_affected_visitors.sql",
        "['user_id', 'visitor_id']",
        "['user_id']",
        "a late alias of a visitor changes no session",
    ),
    Mutant(
        f"{MODELS}incremental/int_affected_persons.sql",
        "['events', 'sessions']",
        "['sessions']",
        "a person keeps sessions whose user is superseded",
    ),
    Mutant(
        f"{MODELS}persons/int_user_aliases_resolved.sql",
        "links.person as person_id,\n        chains.link_count + 1",
        "chains.person_id,\n        chains.link_count + 1",
        "a chain ends after two aliases",
    ),
    # ---- when a session starts
    Mutant(
        f"{BOUNDARIES}exceeds_timeout.sql",
        "'>=' if at_limit == 'new' else '>'",
        "'>='",
        "a silence of exactly the timeout splits",
    ),
    Mutant(
        f"{BOUNDARIES}exceeds_timeout.sql",
        "'>=' if at_limit == 'new' else '>'",
        "'>'",
        "a silence of exactly the timeout never splits",
    ),
    Mutant(
        f"{BOUNDARIES}exceeds_timeout.sql",
        "rules.timeout_unit == 'minute'",
        "false",
        "silence is not cut to whole minutes",
    ),
    Mutant(
        f"{BOUNDARIES}exceeds_timeout.sql",
        "'session_started_at' if rules.timeout_counts_from == 'session_start' else",
        "'last_activity_at' if rules.timeout_counts_from == 'session_start' else",
        "a fixed window is extended by activity",
    ),
    Mutant(
        f"{BOUNDARIES}crosses_calendar_boundary.sql",
        "calendar_unit != previous_calendar_unit",
        "false",
        "midnight splits nothing",
    ),
    Mutant(
        f"{BOUNDARIES}crosses_calendar_boundary.sql",
        "calendar_unit != previous_calendar_unit",
        "calendar_unit > previous_calendar_unit",
        "midnight splits forwards only",
    ),
    Mutant(
        f"{BOUNDARIES}crosses_calendar_boundary.sql",
        "cast(event_date as {{ sessions.type_timestamp_utc() }})",
        "{{ dbt.date_trunc('day', 'event_at') }}",
        "midnight is that of UTC",
    ),
    Mutant(
        f"{BOUNDARIES}changes_source.sql",
        "(has_comparable_source and source_key != visit_source_key)",
        "false",
        "another source splits nothing",
    ),
    Mutant(
        f"{BOUNDARIES}changes_source.sql",
        "case when source_place is not null then "
        "{{ sessions.surrogate_key(parts) }} end",
        "{{ sessions.surrogate_key(parts) }}",
        "an event without a source has a key to compare",
    ),
    Mutant(
        f"{BOUNDARIES}changes_source.sql",
        "else sessions.lower_ascii(column)",
        "else column",
        "sources are compared with regard to case",
    ),
    Mutant(
        f"{BOUNDARIES}changes_source.sql",
        "source_place != 'referrer'",
        "source_place is not null",
        "a referrer is a campaign",
    ),
    Mutant(
        f"{BOUNDARIES}changes_source.sql",
        "when has_comparable_source or {{ starts_session }} then source_key",
        "when {{ starts_session }} then source_key",
        "a source within a visit is not carried on",
    ),
    Mutant(
        f"{BOUNDARIES}changes_source.sql",
        "coalesce(source_key, {{ sessions.direct_key() }})",
        "source_key",
        "a source is kept over a timeout",
    ),
    Mutant(
        f"{BOUNDARIES}changes_source.sql",
        "and visit_source_key != {{ sessions.direct_key() }}",
        "",
        "a visit on direct adopts no source",
    ),
    Mutant(
        f"{BOUNDARIES}changes_user.sql",
        "and visit_user_key != {{ sessions.no_user_key() }}",
        "",
        "a first login is another user",
    ),
    Mutant(
        f"{BOUNDARIES}has_left.sql",
        "        previous_event_ended",
        "        false",
        "nobody leaves",
    ),
    Mutant(
        f"{BOUNDARIES}event_roles.sql",
        "(reason is not null and is_starting_event)",
        "(reason is not null)",
        "a refund opens a session",
    ),
    Mutant(
        f"{BOUNDARIES}event_roles.sql",
        "{{ sessions.starts_session() }}\n"
        "        or (reason is null and is_extending_event)",
        "{{ sessions.starts_session() }}\n        or reason is null",
        "every event is activity",
    ),
    Mutant(
        f"{BOUNDARIES}event_roles.sql",
        "'not in' if role is mapping else 'in'",
        "'in'",
        "all_but means only",
    ),
    Mutant(
        f"{BOUNDARIES}exceeds_session_limits.sql",
        "session_event_count >= ",
        "session_event_count > ",
        "a session holds one event more than it may",
    ),
    Mutant(
        f"{BOUNDARIES}session_start_reason.sql",
        "when {{ sessions.exceeds_duration(rules) }} then 'max_duration'",
        "",
        "a session may last for ever",
    ),
    # ---- the order of events, and where sessions begin and end
    Mutant(
        f"{MODELS}sessionization/int_events_sequenced.sql",
        "~ collate_binary('event_id')",
        "~ 'event_key'",
        "events of an instant are not ordered by their ids",
    ),
    Mutant(
        f"{MODELS}sessionization/int_events_sequenced.sql",
        "coalesce(event_sequence, 0), ",
        "",
        "events of an instant are not ordered by their sequence",
    ),
    Mutant(
        f"{BOUNDARIES}session_start_reason.sql",
        "(last_activity_at is null or {{ sessions.exceeds_timeout(rules) }})",
        "(last_activity_at is null)",
        "a timeout begins no visit",
    ),
    Mutant(
        f"{MODELS}sessionization/int_events_sessionized.sql",
        ") = 1 as is_landing",
        ") = 2 as is_landing",
        "the second page is the landing",
    ),
    Mutant(
        f"{BOUNDARIES}session_end_reason.sql",
        "'silent_from') }} then 'timeout'",
        "'silent_from') }} then 'open'",
        "an open session never times out",
    ),
    # ---- what is no event of a visit
    Mutant(
        f"{MODELS}events/int_events_deduplicated.sql",
        "                events.loaded_at,\n",
        "                events.loaded_at desc,\n",
        "the last delivery stays",
    ),
    Mutant(
        f"{MODELS}events/int_events_deduplicated.sql",
        "event_columns() | map(attribute='name')",
        "event_columns() | map(attribute='name') | reject('eq', 'visitor_id')",
        "ties of deliveries are not broken by the visitor",
    ),
    Mutant(
        "macros/incremental/affected.sql",
        "none if relation and relation.is_view else relation",
        "relation",
        "a view that dbt clone left is taken for the table",
    ),
    Mutant(
        f"{MODELS}events/int_events_classified.sql",
        "when delivery_number > 1 then 'duplicate'",
        "when delivery_number > 2 then 'duplicate'",
        "a second delivery is kept",
    ),
    Mutant(
        f"{MODELS}events/int_events_classified.sql",
        "when is_of_bot then 'bot'",
        "",
        "bots are kept",
    ),
    Mutant(
        f"{MODELS}events/int_events_classified.sql",
        "when is_internal then 'internal'",
        "",
        "internal traffic is kept",
    ),
    Mutant(
        f"{MODELS}lookups/int_lookup_user_agents.sql",
        "min(bots.pattern_number)",
        "max(bots.pattern_number)",
        "the last pattern says which bot it is",
    ),
    Mutant(
        f"{MODELS}events/int_events_resolved.sql",
        "case when events.exclusion_reason = 'bot' then events.bot_name end",
        "events.bot_name",
        "what a bot sent and is kept, or excluded otherwise, has its name",
    ),
    Mutant(
        "models/marts/quality/agg_bots_daily.sql",
        "where reason = 'bot'",
        "where true",
        "what is excluded for other reasons is a bot's",
    ),
    Mutant(
        "macros/incremental/cohorts.sql",
        "union all\n        {{ sessions.units_with_changed_cohort_revenue(unit) }}",
        "",
        "a late refund changes no cohort",
    ),
    Mutant(
        "macros/exclusions/is_future.sql",
        "    > {{",
        "    >= {{",
        "exactly the tolerance is the future",
    ),
    Mutant(
        f"{MODELS}events/int_events_classified.sql",
        "when {{ is_future(setting('future_tolerance_minutes')) }}",
        "when false",
        "what lies in the future is kept",
    ),
    Mutant(
        f"{MODELS}events/int_events_classified.sql",
        "when visitor_id is null then 'invalid'",
        "",
        "an event of nobody is valid",
    ),
    Mutant(
        "models/staging/stg_events.sql",
        "loaded_at <= {{ current_timestamp_utc() }}",
        "true",
        "a row from the future is read at once",
    ),
    # ---- loads that are compared
    Mutant(
        f"{MODELS}events/int_events_enriched.sql",
        "and before.is_candidate = events.is_candidate",
        "",
        "an event that turns out to be a bot's stays in its session",
    ),
    Mutant(
        f"{MODELS}events/int_events_enriched.sql",
        "and before.event_name = events.event_name",
        "",
        "a purchase that turns out to be another event stays an order",
    ),
    Mutant(
        f"{MODELS}incremental/int_changed_loads.sql",
        "and built_loads.loaded_at > oldest_loads.oldest_loaded_at",
        "",
        "a load that was trimmed is taken away",
    ),
    Mutant(
        f"{MODELS}events/int_events_delivered_before.sql",
        "and not {{ is_withdrawn('events.') }}",
        "",
        "an event that came back is a duplicate of what was taken away",
    ),
    Mutant(
        "macros/exclusions/is_invalid.sql",
        "sessions.setting('earliest_event_date') ~ ' 00:00:00'",
        "'1900-01-01 00:00:00'",
        "an event of 1970 counts",
    ),
    Mutant(
        f"{MODELS}events/int_events_classified.sql",
        "or coalesce({{ is_internal_host('events.page_host') }}, false) as is_internal",
        "as is_internal",
        "a page on a developer's machine counts",
    ),
    Mutant(
        f"{MODELS}events/int_events_classified.sql",
        "when may_be_server_side then null",
        "when false then null",
        "a purchase that a server sends is a bot's",
    ),
    Mutant(
        f"{MODELS}events/int_events_cleaned.sql",
        "case when {{ name }}_words.word is null then events.{{ name }} end",
        "events.{{ name }}",
        "a word for nothing is an id",
    ),
    Mutant(
        f"{MODELS}events/int_events_classified.sql",
        "coalesce(events.given_browser, user_agents.browser)",
        "coalesce(user_agents.browser, events.given_browser)",
        "a user agent contradicts what the source says of its browser",
    ),
    Mutant(
        "macros/device_columns.sql",
        "if column == 'device_category'",
        "if false",
        "any word is a device",
    ),
    Mutant(
        f"{MODELS}sessions/int_sessions_enriched.sql",
        "max(case when is_opening then {{ name }} end)",
        "max(case when is_exit then {{ name }} end)",
        "a session is told by its last page",
    ),
    # ---- own columns
    Mutant(
        "macros/own_columns/own_value.sql",
        "'^[+]?(-?[0-9]{1,18})([.]0*)?$'",
        "'^[+]?(-?[0-9]{1,18})([.][0-9]*)?$'",
        "a fraction is an integer",
    ),
    Mutant(
        "macros/own_columns/own_value.sql",
        "is_behind ~ ' then '",
        "is_behind ~ ' then -'",
        "a time behind UTC is taken for one before it",
    ),
    Mutant(
        f"{MODELS}sessions/int_sessions_with_own_columns.sql",
        "'min' if column.in_sessions == 'first' else 'max'",
        "'max' if column.in_sessions == 'first' else 'min'",
        "the first value of a session is its last",
    ),
    # ---- where a visit came from
    Mutant(
        f"{MODELS}lookups/int_lookup_referrers.sql",
        "or {{ is_internal_host('named_hosts.host_name') }} as is_excluded",
        "as is_excluded",
        "a developer's machine is a source",
    ),
    Mutant(
        f"{MODELS}lookups/int_lookup_hosts.sql",
        "{{ proxied_host('host_name') }} as served_host",
        "host_name as served_host",
        "a translated page is one of another site",
    ),
    Mutant(
        f"{MODELS}events/int_events_sourced.sql",
        "not events.may_bring_source",
        "false",
        "heartbeats bring a source",
    ),
    Mutant(
        f"{MODELS}events/int_events_sourced.sql",
        "and not coalesce({{ yields_to_referrer() }}, false)",
        "",
        "a click id of Facebook hides Instagram",
    ),
    Mutant(
        "macros/traffic/traffic_source.sql",
        "and not coalesce({{ place }}_sources.is_direct, false)",
        "",
        "a word for direct is a source",
    ),
    Mutant(
        "macros/traffic/traffic_source.sql",
        "when not coalesce({{ place }}_sources.is_placeholder, false)",
        "when true",
        "a word for nothing names a source",
    ),
    Mutant(
        "macros/traffic/url_parts.sql",
        "{{ sessions.percent_decoded(sessions.raw_query_parameter(query, key)) }}",
        "{{ sessions.raw_query_parameter(query, key) }}",
        "parameters are not decoded",
    ),
    Mutant(
        "macros/traffic/url_parts.sql",
        "'^([^#]*&)?'",
        "'^([^#&=]*=[^#&]*&)?'",
        "the first of two parameters counts",
    ),
    Mutant(
        "macros/traffic/traffic_source.sql",
        "            and not {{ sessions.is_host_within_domain(\n"
        "                sessions.lower_ascii(prefix ~ 'source'),"
        " 'events.page_domain'\n"
        "            ) }}\n",
        "",
        "the page's own domain is a source",
    ),
    Mutant(
        "macros/traffic/traffic_source.sql",
        "not coalesce({{ place }}_sources.is_own_domain, false)\n",
        "true\n",
        "a domain of the seed is a source",
    ),
    Mutant(
        f"{MODELS}events/int_events_resolved.sql",
        "when zone_hours.first_offset_seconds = zone_hours.last_offset_seconds",
        "when true",
        "clocks are set between hours only",
    ),
    # ---- money
    Mutant(
        f"{MODELS}orders/int_orders_tracked.sql",
        "multiply_money('abs(' ~ amount ~ ')', 'rates.rate')",
        "multiply_money(amount, 'rates.rate')",
        "a negative refund adds to an order",
    ),
    Mutant(
        f"{MODELS}orders/int_orders_valued.sql",
        "when not takes_rest or order_value is null then tracked_refunds",
        "when true then tracked_refunds",
        "a refund without an amount takes nothing back",
    ),
    Mutant(
        f"{MODELS}orders/int_orders_valued.sql",
        "when orders.is_cancelled then 0",
        "when 1 = 0 then 0",
        "a cancelled order earns what it was worth",
    ),
    Mutant(
        f"{MODELS}orders/int_orders_booked.sql",
        "coalesce(orders.updated_at, {{ min_timestamp() }}) desc",
        "coalesce(orders.updated_at, {{ min_timestamp() }})",
        "the oldest state of an order counts",
    ),
    # ---- what later builds make again
    Mutant(
        f"{MODELS}sessionization/int_events_in_affected_islands.sql",
        "+ greatest(-1, least(1, neighbours.distance)) as bucket",
        "as bucket",
        "a late event joins no island of a neighbouring bucket",
    ),
    Mutant(
        f"{MODELS}sessionization/int_events_sessionized.sql",
        "max(batch_number) over (partition by island_key) as island_batch_number",
        "batch_number as island_batch_number",
        "an island does not change as a whole",
    ),
    Mutant(
        "macros/incremental/builds.sql",
        "current_entry_of(upstream)",
        "current_entry_of('int_events_enriched')",
        "a table remembers what its upstream has not read",
    ),
    Mutant(
        "macros/incremental/builds.sql",
        "where table_identity != {{ sessions.table_identity(model_name, table) }}",
        "where false",
        "an older copy that is restored counts as built",
    ),
    Mutant(
        f"{MODELS}incremental/int_watermarks_pending.sql",
        "else watermarks.newest_loaded_at",
        "else (select max(newest_loaded_at) from watermarks)",
        "the newest source hides the rows of another",
    ),
    # ---- the reference
    Mutant(
        REFERENCE,
        'return length > limit or (length == limit and at_limit == "new")',
        "return length >= limit",
        "reference: exactly the limit splits",
    ),
    Mutant(
        REFERENCE,
        "silence -= silence % timedelta(minutes=1)",
        "pass",
        "reference: silence is not cut to minutes",
    ),
    Mutant(
        REFERENCE,
        "silence = instant - memory.session_started_at",
        "silence = instant - memory.last_activity",
        "reference: a window is extended",
    ),
    Mutant(
        REFERENCE,
        "    if memory.has_left:",
        "    if False:",
        "reference: nobody leaves",
    ),
    Mutant(
        REFERENCE,
        "    if page != memory.calendar_page:",
        "    if False:",
        "reference: the calendar splits nothing",
    ),
    Mutant(
        REFERENCE,
        "memory.session_events >= rules",
        "memory.session_events > rules",
        "reference: a session holds one event more",
    ),
    Mutant(
        REFERENCE,
        "return bool(user and memory.visit_user and user != memory.visit_user)",
        "return bool(user and user != memory.visit_user)",
        "reference: a first login is another user",
    ),
    Mutant(
        REFERENCE,
        'if rules["source_change"] == "campaign" and source.get("is_referrer"):',
        "if False:",
        "reference: a referrer is a campaign",
    ),
    Mutant(
        REFERENCE,
        "                memory.visit_source = memory.visit_user = None",
        "                pass",
        "reference: a timeout begins no visit",
    ),
    Mutant(
        REFERENCE,
        "        if reason or extends:\n",
        "        if extends:\n",
        "reference: the event that opens a session is no activity",
    ),
    Mutant(
        REFERENCE,
        'adopts = is_direct and rules["source_change_from_direct"] == "same"',
        "adopts = False",
        "reference: a visit on direct adopts no source",
    ),
    Mutant(
        REFERENCE,
        '        event.get("event_sequence") or 0,\n',
        "",
        "reference: events of an instant are not ordered by their sequence",
    ),
    # ---- what completes a goal
    Mutant(
        "macros/commerce/event_conditions.sql",
        "parts | join(' and ')",
        "parts | join(' or ')",
        "a part of a condition is enough",
    ),
    Mutant(
        "macros/cross_db/text.sql",
        " | replace('_', '\\\\_')",
        "",
        "an underscore in a path stands for any character",
    ),
    Mutant(
        "models/marts/fct_goal_completions.sql",
        "        and not is_repeated\n",
        "",
        "a repeated page view completes a goal",
    ),
    Mutant(
        "macros/is_engaged.sql",
        "        or goal_count >= 1\n",
        "",
        "a session with a goal need not be engaged",
    ),
    Mutant(
        "macros/incremental/replaced_rows.sql",
        "sessions.affected_session_keys('fct_goal_completions')",
        "'select ' ~ sessions.text_to_key('session_id') ~ ' as session_key from ' "
        "~ selected",
        "goals of a session that is gone stay",
    ),
    # ---- which items are new
    Mutant(
        "macros/incremental/event_items.sql",
        "or loaded_at >= (",
        "or loaded_at > (",
        "items of the newest instant are not read again",
    ),
    Mutant(
        "models/intermediate/items/int_event_items.sql",
        " or events.product_id is not null)",
        ")",
        "an event that names a product is no item",
    ),
]


# A change of nothing: what is found then finds no mutant.
NONE = Mutant("README.md", "# ", "# ", "nothing is changed")


def killer(mutant: Mutant) -> str | None:
    """Try a mutant in a copy of its own; return the tests that find it, or None."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "mutant"
        left_out = shutil.ignore_patterns(
            *[".git", ".venv*", "target", "logs", "sample", "*.duckdb*", "profiles.yml"]
        )
        shutil.copytree(ROOT, folder, ignore=left_out)
        (folder / ".venv").symlink_to(ROOT / ".venv")
        shutil.copy(folder / "profiles.yml.example", folder / "profiles.yml")
        path = folder / mutant.file
        text = path.read_text()
        path.write_text(text.replace(mutant.before, mutant.after))
        if mutant.file != REFERENCE:
            found = found_by_a_build(folder)
            if found:
                return found
        of_reference = mutant.file == REFERENCE
        return found_by_tests(folder, TESTS_OF_REFERENCE if of_reference else TESTS)


def found_by_a_build(folder: Path) -> str:
    """Return the unit tests and data tests that fail on sample events, as text."""
    events = folder / "events.parquet"
    scripts = folder / "scripts"
    generate = scripts / "maintenance" / "generate_events"
    commands: list[list[str | Path]] = [
        [generate, "--events", "5000", "--output", events],
        [scripts / "load_events", events],
        [BIN / "dbt", "--quiet", "build"],
    ]
    for command in commands:
        try:
            said = run(folder, command, timeout=ENDLESS_BUILD_SECONDS)
        except subprocess.TimeoutExpired:
            return "a build, which does not end"
    file = folder / "target" / "run_results.json"
    if not file.exists():
        return f"no build at all: {said.strip().splitlines()[-1].strip()}"
    results = json.loads(file.read_text())
    wrong = [
        result["unique_id"].split(".")
        for result in results["results"]
        if result["status"] in ("fail", "error")
    ]
    return ", ".join(
        f"{node[0]} {node[-1 if node[0] != 'test' else 2]}" for node in wrong
    )


def found_by_tests(folder: Path, places: list[str]) -> str | None:
    """Return the first of the tests that fails or does not end."""
    options = [
        *["-q", "-x", "-m", "not slow"],
        *["-o", f"faulthandler_timeout={ENDLESS_TEST_SECONDS}"],
        *["-o", "faulthandler_exit_on_timeout=true"],
    ]
    said = run(folder, [sys.executable, "-m", "pytest", *options, *places])
    failed = re.search(r"^(FAILED|ERROR) (\S+)", said, re.MULTILINE)
    if failed:
        return failed[2]
    waiting = re.search(r'File ".*/(tests/\S+)", line \d+ in (test_\w+)', said)
    if waiting and "Timeout (" in said:
        return f"{waiting[1]}::{waiting[2]}, which does not end"
    return None


def run(
    folder: Path, command: Sequence[str | Path], timeout: float | None = None
) -> str:
    """Run a command in a copy; return what it says.

    Raises:
        subprocess.TimeoutExpired: it took more seconds than timeout, and is killed.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith("DBT_")}
    environment["SESSIONS_DUCKDB_PATH"] = str(folder / "sessions.duckdb")
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout,
    ).stdout


def main(arguments: list[str] | None = None) -> int:
    """Try the mutants that the command line asks for; return the exit code."""
    parser = Parser(prog="mutants", description=__doc__)
    parser.add_argument(
        "words", nargs="*", metavar="WORD", help="only those described with one of them"
    )
    words = parser.parse_args(arguments).words
    mutants = [
        mutant
        for mutant in MUTANTS
        if not words or any(word in mutant.meaning for word in words)
    ]
    for mutant in mutants:
        if (ROOT / mutant.file).read_text().count(mutant.before) != 1:
            parser.error(f"{mutant.file} has not once: {mutant.before}")
    survivors = 0
    with ThreadPoolExecutor(2) as pool:
        unchanged = pool.submit(killer, NONE)
        tried = {pool.submit(killer, mutant): mutant for mutant in mutants}
        for future in tqdm(as_completed(tried), total=len(mutants), disable=None):
            killed_by = future.result()
            survivors += not killed_by
            meaning = tried[future].meaning
            print(f"| {meaning} | {killed_by or 'SURVIVES'} |", flush=True)
        failing = unchanged.result()
    print(f"mutants: {len(mutants) - survivors} of {len(mutants)} found")
    if failing:
        print(f"mutants: nothing is proved, for without a change this fails: {failing}")
    return 1 if survivors or failing or not mutants else 0


if __name__ == "__main__":
    sys.exit(main())
