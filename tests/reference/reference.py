"""The rules of a session once more, in plain Python, as a second opinion.

Nothing here is shared with the SQL. Each visitor's events are walked one by one with
the state that the rules speak of, so that a reader can check a rule against its words.
Slow and simple on purpose. Where events come from stands in reference_traffic.py, what
they are worth in reference_commerce.py, what goals they complete in reference_goals.py,
what pages they view in reference_pages.py.

Times are naive `datetime` in UTC with microseconds. A raw event is a dict with the
columns of raw.events; a missing key counts as null.
"""

import hashlib
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from reference_books import with_books
from reference_commerce import (
    FUNNEL_STEPS,
    add_orders,
    is_of_an_order,
    orders,
)
from reference_goals import completed_goals, furthest_step
from reference_items import event_items, order_items
from reference_own_columns import own_summaries, own_values
from reference_pages import page_group, page_view_rows
from reference_persons import BLANKS, name_persons, persons_by
from reference_traffic import (
    TRAFFIC_FIELDS,
    ascii_lower,
    bot_by,
    channel,
    event_source,
    family_by,
    host,
    is_internal_by,
    is_internal_host_by,
    known,
    path,
    registrable_domain_by,
    shown_address,
    shown_host,
)

# What a rule set says where its preset says nothing.
DEFAULTS = {
    "timeout_seconds": 1800,
    "timeout_at_limit": "same",
    "timeout_unit": "second",
    "timeout_counts_from": "last_event",
    "calendar": "none",
    "calendar_time_zone": "site",
    "source_change": "none",
    "source_fields": [*TRAFFIC_FIELDS, "click_id"],
    "source_change_from_direct": "new",
    "user_change": "same",
    "max_duration_seconds": None,
    "max_duration_at_limit": "same",
    "max_events": None,
    "starting_events": {"all_but": ["refund"]},
    "extending_events": {"all_but": ["refund"]},
    "ending_events": [],
}

STANDARD = DEFAULTS | {"calendar": "day", "source_change": "any"}

# Of two deliveries at one instant, what decides: these columns as text, in this order.
DELIVERY_ORDER = [
    "visitor_id",
    "user_id",
    "source_session_id",
    "event_name",
    "event_at",
    "event_sequence",
    "page_url",
    "page_title",
    "referrer_url",
    "user_agent",
    "device_category",
    "browser",
    "operating_system",
    "platform",
    "ip_address",
    "country",
    "region",
    "city",
    "language",
    "traffic_source",
    "traffic_medium",
    "traffic_campaign",
    "traffic_term",
    "traffic_content",
    "order_id",
    "revenue",
    "currency",
    "tax",
    "shipping",
    "discount",
    "coupon",
    "product_id",
    "quantity",
    "engaged_milliseconds",
]

COUNTED = {
    "page_view_count": "page_view",
    "click_count": "click",
    "product_view_count": "product_view",
    "add_to_cart_count": "add_to_cart",
    "checkout_count": "begin_checkout",
    "purchase_count": "purchase",
}


INTERNAL_HOSTS = [
    *("localhost", "*.localhost", "*.local"),
    *("loopback_addresses", "private_addresses"),
]


@dataclass
class Settings:
    """What a build is configured with; the defaults are the project's own."""

    rules: dict = field(default_factory=lambda: dict(STANDARD))
    rule_set: str = "standard"
    sites: list = field(default_factory=list)
    referrer_sites: list = field(default_factory=list)
    referrer_exclusions: list = field(default_factory=list)
    own_referrer_exclusions: list = field(default_factory=list)
    public_suffixes: list = field(default_factory=list)
    source_categories: list = field(default_factory=list)
    source_category_patterns: list = field(default_factory=list)
    own_channel_rules: list = field(default_factory=list)
    bot_user_agents: list = field(default_factory=list)
    user_agent_patterns: list = field(default_factory=list)
    internal_networks: list = field(default_factory=list)
    reporting_time_zone: str = "UTC"
    future_tolerance_minutes: int = 60
    earliest_event_date: date = date(2000, 1, 1)
    internal_hosts: list = field(default_factory=lambda: list(INTERNAL_HOSTS))
    server_side_events: list = field(default_factory=lambda: ["purchase", "refund"])
    source_events: object = field(default_factory=lambda: {"all_but": ["ping"]})
    placeholder_values: list = field(default_factory=list)
    own_placeholder_values: list = field(default_factory=list)
    event_names: list = field(default_factory=list)
    own_event_names: list = field(default_factory=list)
    device_names: list = field(default_factory=list)
    own_device_names: list = field(default_factory=list)
    path_rules: list = field(default_factory=list)
    own_path_rules: list = field(default_factory=list)
    ping_interval_seconds: int = 10
    engaged_seconds: int = 10
    attribution_lookback_days: int = 90
    attach_booked_orders: bool = False
    touchpoints_include_direct: bool = False
    touchpoint_half_life_days: int = 7
    marketing_model: str = "last_non_direct"
    suspicious_events_per_minute: int = 60
    ip_addresses: str = "truncated"
    repeated_page_view_seconds: int = 1
    exchange_rates: list = field(default_factory=list)
    reporting_currency: str = "USD"
    own_columns: list = field(default_factory=list)
    funnel_steps: dict | list = field(default_factory=lambda: dict(FUNNEL_STEPS))
    goals: dict = field(default_factory=dict)

    def __post_init__(self):
        self.registrable_domain = registrable_domain_by(self.public_suffixes)
        self.bot = bot_by(self.bot_user_agents)
        self.family = family_by(self.user_agent_patterns)
        self.is_internal = is_internal_by(self.internal_networks)
        self.is_internal_host = is_internal_host_by(self.internal_hosts)
        self.placeholders = defaultdict(set)
        for row in self.placeholder_values + self.own_placeholder_values:
            self.placeholders[row["kind"]].add(ascii_lower(row["value"]))
        for kind in ("id", "currency", "source", "medium", "fact"):
            self.placeholders[kind].add("null")
        self.canonical = {
            normalized(row["given"]): row["canonical"]
            for row in self.event_names + self.own_event_names
        }
        self.names_of_devices = names_of_devices_by(
            self.user_agent_patterns, self.device_names, self.own_device_names
        )

    def event_name(self, given):
        """The name that an event goes by, whatever its tracker calls it."""
        return given and self.canonical.get(normalized(given), given)

    def device(self, event):
        """With what a visitor came: what the source says, else what its user agent
        says. Of the device itself only words count that are known."""
        given = {}
        for column in KINDS_OF_FAMILIES.values():
            word = event.get(column)
            name = None if column == "device_category" else word
            given[column] = self.names_of_devices[column].get(ascii_lower(word), name)
        for kind, column in KINDS_OF_FAMILIES.items():
            if kind != "platform" and not given[column]:
                given[column] = self.family(event.get("user_agent"), kind)
        return given | {"device_category": given["device_category"] or "unknown"}

    def brings_source(self, event):
        """Whether an event may bring a traffic source."""
        return plays(event, self.source_events)

    def time_zone(self, site_id):
        """The IANA name of the zone in which a site counts its days."""
        zones = [row["time_zone"] for row in self.sites if row["site_id"] == site_id]
        return zones[0] if zones else self.reporting_time_zone

    def local(self, site_id, instant):
        """What clocks at the site show at an instant in UTC, as a naive datetime."""
        return in_zone(instant, self.time_zone(site_id)).replace(tzinfo=None)


@dataclass
class Outcome:
    """What the reference makes of raw events.

    sessions: session_id -> row of fct_sessions. events: event -> row, keyed by
    (site_id, event_id). exclusions: (site_id, local day, reason, event name, bot, its
    kind) -> count.
    orders: order -> row of fct_orders, keyed by (site_id, order_id, event_id that
    decides). goals: (session_id, goal) -> row of fct_goal_completions.
    event_items: (site_id, event_id, item_number) -> row of fct_event_items.
    order_items: (order_key, product_id) -> row of fct_order_items.
    page_views: (site_id, event_id) -> row of fct_page_views.
    """

    sessions: dict
    events: dict
    exclusions: Counter
    orders: dict
    goals: dict
    event_items: dict = field(default_factory=dict)
    order_items: dict = field(default_factory=dict)
    page_views: dict = field(default_factory=dict)


def sessionize(raw_events, settings, aliases=(), items=(), books=()):
    """Everything from raw rows of each kind to sessions, as an Outcome."""
    exclusions = Counter()
    kept = sorted(exclude(raw_events, settings, exclusions), key=event_order)
    sessions = sessions_of_kept(kept, settings, exclusions)
    newest = max((s["events"][-1]["event_at"] for s in sessions), default=None)
    person_of = persons_by(aliases, settings)
    rows = [session_row(session, newest, person_of, settings) for session in sessions]
    outcome = Outcome(
        sessions={row["session_id"]: row for row in rows},
        events={
            (event["site_id"], event["event_id"]): row
            for session in sessions
            for event, row in zip(
                session["events"], event_rows(session, settings), strict=True
            )
        },
        exclusions=exclusions,
        orders={},
        goals=goals_of_sessions(sessions, settings),
        page_views=page_views_of_sessions(sessions, settings),
    )
    session_ids = {key: row["session_id"] for key, row in outcome.events.items()}
    outcome.orders = orders(kept, session_ids, settings)
    outcome.orders = with_books(
        outcome.orders, books, outcome.sessions.values(), settings
    )
    add_orders(outcome.sessions, outcome.orders)
    outcome.event_items = event_items(kept, session_ids, items, settings)
    outcome.order_items = order_items(
        kept, outcome.event_items, outcome.orders, surrogate_key, settings
    )
    return outcome


def goals_of_sessions(sessions, settings):
    """fct_goal_completions by session and goal."""
    rows = {}
    for session in sessions:
        first = session["events"][0]
        local = settings.local(first["site_id"], first["event_at"])
        of_session = {
            "site_id": first["site_id"],
            "visitor_id": first["visitor_id"],
            "session_date": local.date(),
        }
        events = counted_events(session["events"], settings)
        for goal, row in completed_goals(events, settings).items():
            key = {"session_id": session_id(first), "goal_name": goal}
            rows[tuple(key.values())] = key | of_session | row
    return rows


def page_views_of_sessions(sessions, settings):
    """fct_page_views by site and event."""
    rows = {}
    for session in sessions:
        events = session["events"]
        local = settings.local(events[0]["site_id"], events[0]["event_at"])
        of_session = {
            "session_id": session_id(events[0]),
            "visitor_id": events[0]["visitor_id"],
            "session_date": local.date(),
        }
        repeated = repeats(events, settings)
        rows |= page_view_rows(events, repeated, of_session, settings)
    return rows


def sessions_of_all(raw_events, settings, exclusions):
    """The sessions of all visitors, those of one visitor in order and numbered."""
    kept = sorted(exclude(raw_events, settings, exclusions), key=event_order)
    return sessions_of_kept(kept, settings, exclusions)


def sessions_of_kept(kept, settings, exclusions):
    """Those of events that stay, in event order."""
    visitors = defaultdict(list)
    for event in kept:
        if event.get("visitor_id") is not None:
            visitors[event["site_id"], event["visitor_id"]].append(event)

    sessions = []
    for events in visitors.values():
        own_sessions = walk(events, settings, exclusions)
        number_and_link(own_sessions)
        name_persons(own_sessions)
        attribute(own_sessions, timedelta(days=settings.attribution_lookback_days))
        sessions += own_sessions
    return sessions


# What a user agent is found to be, and what only a source says, by its column.
KINDS_OF_FAMILIES = {
    "device": "device_category",
    "browser": "browser",
    "system": "operating_system",
    "platform": "platform",
}


def names_of_devices_by(user_agent_patterns, device_names, own_device_names):
    """By column, the names of words in lower case; None for one that says nothing."""
    names = {column: {"null": None} for column in KINDS_OF_FAMILIES.values()}
    for row in user_agent_patterns:
        column = KINDS_OF_FAMILIES[row["kind"]]
        names[column][ascii_lower(row["value"])] = row["value"]
    for row in device_names + own_device_names:
        names[row["kind"]][ascii_lower(row["given"])] = row["value"] or None
    return names


def normalized(name):
    """A name as names are compared."""
    return ascii_lower(name).replace(" ", "").replace("_", "").replace("-", "")


def in_zone(instant, time_zone):
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(time_zone))


# ---- what is not a visit ----


def exclude(raw_events, settings, exclusions):
    """The events that stay, cleaned; the others are counted under their reason. Those
    without a visitor are counted, and stay for their orders."""
    tolerance = timedelta(minutes=settings.future_tolerance_minutes)
    valid = []
    for raw in raw_events:
        event = cleaned(raw, settings)
        needed = ["event_id", "event_name", "event_at", "loaded_at"]
        if not is_of_an_order(event) and not denies_consent(event):
            needed.append("visitor_id")
        lacks_one = any(event.get(name) is None for name in needed)
        if lacks_one or event["event_at"].date() < settings.earliest_event_date:
            count_exclusion(event, "invalid", settings, exclusions)
        else:
            valid.append(event)

    deliveries = defaultdict(list)
    for event in valid:
        deliveries[event["site_id"], event["event_id"]].append(event)

    kept = []
    for rows in deliveries.values():
        first, *again = sorted(rows, key=delivery_order)
        for event in again:
            count_exclusion(event, "duplicate", settings, exclusions)
        if first["event_at"] - first["loaded_at"] > tolerance:
            count_exclusion(first, "future", settings, exclusions)
        elif first.get("visitor_id") is None:
            # It is nobody's visit, and makes an order all the same.
            reason = "no_consent" if denies_consent(first) else "invalid"
            count_exclusion(first, reason, settings, exclusions)
            if is_of_an_order(first):
                kept.append(first)
        elif first["event_name"] in settings.server_side_events:
            kept.append(first | {"is_server_side": is_machine(first, settings)})
        elif settings.bot(first.get("user_agent")):
            count_exclusion(first, "bot", settings, exclusions)
        elif is_of_an_own_network(first, settings):
            count_exclusion(first, "internal", settings, exclusions)
        else:
            kept.append(first)
    return kept


def denies_consent(event):
    return (event.get("consent") or "").lower() == "denied"


# What tells rows apart is compared cleaned, all else as it was delivered.
IDENTIFYING = ["site_id", "event_id", "visitor_id", "event_name", "event_name_given"]

# The kind of words for nothing that each column may hold.
KINDS_OF_WORDS = {
    "visitor_id": "id",
    "user_id": "id",
    "source_session_id": "id",
    "order_id": "id",
    "currency": "currency",
    "traffic_medium": "medium",
    "coupon": "fact",
    "region": "fact",
    "city": "fact",
    "language": "fact",
}

# What an event says as it came, and a session takes from its first event.
FACTS = ["country", "region", "city", "language", "page_title", "source_session_id"]


def cleaned(raw, settings):
    """A raw row with words for nothing as None, and the name by which events go."""
    event = {
        key: (value.strip(BLANKS) or None) if isinstance(value, str) else value
        for key, value in raw.items()
    }
    for column, kind in KINDS_OF_WORDS.items():
        event[column] = known(event.get(column), kind, settings)
    event["site_id"] = event.get("site_id") or "default"
    event["event_name_given"] = event.get("event_name")
    event["event_name"] = settings.event_name(event.get("event_name"))
    event["as_delivered"] = raw
    own = own_values(raw, settings.own_columns)
    return event | own | {"own_columns": list(own)}


def is_machine(event, settings):
    is_bot = settings.bot(event.get("user_agent")) is not None
    return is_bot or is_of_an_own_network(event, settings)


def is_of_an_own_network(event, settings):
    page_host = host(event.get("page_url"))
    return settings.is_internal(event.get("ip_address")) or settings.is_internal_host(
        page_host
    )


def count_exclusion(event, reason, settings, exclusions):
    instant = event.get("event_at") or event.get("loaded_at")
    day = settings.local(event["site_id"], instant).date() if instant else None
    bot = settings.bot(event.get("user_agent")) if reason == "bot" else None
    name, kind = bot or (None, None)
    exclusions[event["site_id"], day, reason, event.get("event_name"), name, kind] += 1


def bots_daily(exclusions):
    """(site_id, local day, bot, its kind) -> (events, page views)."""
    counts = {}
    for (site_id, day, reason, event_name, name, kind), count in exclusions.items():
        if reason == "bot":
            key = site_id, day, name, kind
            events, page_views = counts.get(key, (0, 0))
            page_views += count if event_name == "page_view" else 0
            counts[key] = events + count, page_views
    return counts


def delivery_order(event):
    """By arrival; of one instant the smallest by its source, and then by its other
    columns as text, byte by byte."""
    own = event["own_columns"]
    columns = [*DELIVERY_ORDER, *own, "event_name_given"]
    cleaned = {c: event[c] for c in [*IDENTIFYING, *own] if c in event}
    compared = event["as_delivered"] | cleaned
    texts = ["" if compared.get(c) is None else as_text(compared[c]) for c in columns]
    source = event.get("event_source") or "generic"
    return event["loaded_at"], [text.encode() for text in [source, *texts]]


def as_text(value):
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.6f}" if isinstance(value, Decimal) else str(value)


def event_order(event):
    return (
        event["event_at"],
        event.get("event_sequence") or 0,
        event["event_id"].encode(),
    )


# ---- the walk ----


@dataclass
class Memory:
    """All that the rules know of a visitor when the next event comes."""

    # The visit: what first_event or timeout began. No source is direct.
    visit_source: dict | None = None
    visit_user: str | None = None

    # The session; None before the first. Events count that the rules saw.
    session_started_at: datetime | None = None
    session_events: int = 0
    last_activity: datetime | None = None
    has_left: bool = False

    # What the calendar showed at the last event that the rules saw.
    calendar_page: object = None


# The reasons that begin a visit, and those after which an event that no rule sees may
# still join: the session goes on for it.
BEGINS_A_VISIT = ("first_event", "timeout")
STILL_OPEN = (None, "max_events", "user_change", "source_change")


def walk(events, settings, exclusions):
    """One visitor's sessions, in order: dicts with events, start_reason, source, and
    the memory, which in the end is that after the last event of all."""
    rules = settings.rules
    memory = Memory()
    sessions = []

    for event in events:
        is_seen = not event.get("is_server_side")
        is_starting_event = is_seen and plays(event, rules["starting_events"])
        extends = is_seen and plays(event, rules["extending_events"])
        source = None
        if settings.brings_source(event):
            source = event_source(event, settings)
        page = calendar_page(event, settings)
        reason = start_reason(event, source, page, memory, rules)

        if not is_starting_event and not extends and reason in STILL_OPEN:
            sessions[-1]["events"].append(event)
            continue
        if reason and not is_starting_event:
            count_exclusion(event, "no_session", settings, exclusions)
            continue

        if reason:
            if reason in BEGINS_A_VISIT:
                memory.visit_source = memory.visit_user = None
            memory.visit_source = source or memory.visit_source
            memory.session_started_at = event["event_at"]
            memory.session_events = 0
            session = {"events": [], "start_reason": reason, "memory": memory}
            session["source"] = memory.visit_source
            sessions.append(session)
        elif brings_another_source(source, memory, rules):
            # It would have split, were the visit not on direct: the visit adopts it.
            memory.visit_source = session["source"] = source

        session["events"].append(event)
        memory.session_events += 1
        memory.visit_user = event.get("user_id") or memory.visit_user
        if reason or extends:
            memory.last_activity = event["event_at"]
        memory.calendar_page = page
        memory.has_left = plays(event, rules["ending_events"])
    return sessions


def plays(event, role):
    if role == "all":
        return True
    if isinstance(role, dict):
        return event["event_name"] not in role["all_but"]
    return event["event_name"] in role


def start_reason(event, source, page, memory, rules):
    """Why an event starts a session: the first reason that holds, None for none."""
    if memory.session_started_at is None:
        return "first_event"
    if is_timed_out(event["event_at"], memory, rules):
        return "timeout"
    if memory.has_left:
        return "left"
    if page != memory.calendar_page:
        return "hour" if rules["calendar"] == "hour" else "midnight"
    if lasts_too_long(event["event_at"], memory, rules):
        return "max_duration"
    if rules["max_events"] is not None and memory.session_events >= rules["max_events"]:
        return "max_events"
    if rules["user_change"] == "new" and is_another_user(event, memory):
        return "user_change"
    is_direct = memory.visit_source is None
    adopts = is_direct and rules["source_change_from_direct"] == "same"
    if not adopts and brings_another_source(source, memory, rules):
        return "source_change"
    return None


def is_timed_out(instant, memory, rules):
    if rules["timeout_seconds"] is None:
        return False
    if rules["timeout_counts_from"] == "session_start":
        silence = instant - memory.session_started_at
    else:
        silence = instant - memory.last_activity
    if rules["timeout_unit"] == "minute":
        silence -= silence % timedelta(minutes=1)
    return is_over(silence, rules["timeout_seconds"], rules["timeout_at_limit"])


def lasts_too_long(instant, memory, rules):
    if rules["max_duration_seconds"] is None:
        return False
    length = instant - memory.session_started_at
    return is_over(
        length, rules["max_duration_seconds"], rules["max_duration_at_limit"]
    )


def is_over(length, seconds, at_limit):
    """Whether a length of time splits; what exactly the limit does is at_limit."""
    limit = timedelta(seconds=seconds)
    return length > limit or (length == limit and at_limit == "new")


def calendar_page(event, settings):
    """What of the calendar must not change within a session."""
    rules = settings.rules
    if rules["calendar"] == "none":
        return None
    is_utc = rules["calendar_time_zone"] == "utc"
    time_zone = "UTC" if is_utc else settings.time_zone(event["site_id"])
    clock = in_zone(event["event_at"], time_zone)
    if rules["calendar"] == "day":
        return clock.date()
    return clock.date(), clock.hour, clock.utcoffset()


def is_another_user(event, memory):
    """Whether somebody else is logged in; the first user of a visit is nobody else."""
    user = event.get("user_id")
    return bool(user and memory.visit_user and user != memory.visit_user)


def brings_another_source(source, memory, rules):
    """Whether a source differs from the visit's in what is compared. One that has
    nothing to compare does not, and direct differs from any that has."""
    if source is None or rules["source_change"] == "none":
        return False
    if rules["source_change"] == "campaign" and source.get("is_referrer"):
        return False
    brought = compared(source, rules["source_fields"])
    if not any(brought):
        return False
    if memory.visit_source is None:
        return True
    return brought != compared(memory.visit_source, rules["source_fields"])


def compared(source, fields):
    names = ["click_id_name" if field == "click_id" else field for field in fields]
    return [ascii_lower(source.get(name)) for name in names]


# ---- what is said of a session ----


def days_since_previous(session, settings):
    if session["previous"] is None:
        return None
    days = [
        settings.local(own["events"][0]["site_id"], own["events"][0]["event_at"]).date()
        for own in (session["previous"], session)
    ]
    return (days[1] - days[0]).days


def number_and_link(sessions):
    for number, session in enumerate(sessions, start=1):
        session["number"] = number
        following = sessions[number : number + 1]
        session["next_reason"] = following[0]["start_reason"] if following else None
        session["previous"] = sessions[number - 2] if number > 1 else None
        later = {own["start_reason"] for own in sessions[1:number]}
        session["is_first_visit"] = "timeout" not in later


def attribute(sessions, lookback):
    """Give each session the visitor's last one with a source that began within the
    lookback, itself included."""
    for number, session in enumerate(sessions, start=1):
        began = session["events"][0]["event_at"]
        recent = [
            s
            for s in sessions[:number]
            if s["source"] and began - s["events"][0]["event_at"] <= lookback
        ]
        session["attributed"] = recent[-1] if recent else None


def session_id(event):
    visitor = surrogate_key(event["site_id"], event["visitor_id"])
    own = surrogate_key(event["site_id"], event["event_id"])
    instant = (event["event_at"] - datetime(1970, 1, 1)) // timedelta(microseconds=1)
    return surrogate_key(visitor, own, str(instant))


def surrogate_key(*parts):
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return str(uuid.UUID(hex=hashlib.md5(text.encode()).hexdigest()))


def attributed_columns(session, settings):
    source = session["source"] if session else None
    return {
        "attributed_at": session["events"][0]["event_at"] if session else None,
        "attributed_source": source.get("source") if source else "(direct)",
        "attributed_medium": source.get("medium") if source else "(none)",
        "attributed_campaign": source.get("campaign") if source else None,
        "attributed_channel": channel(source, settings),
    }


def referrer_domain(referrer_url, settings):
    """The domain of a referrer; a host without one and an app stand for themselves."""
    referrer = host(referrer_url)
    if not referrer or referrer_url.startswith("android-app:"):
        return referrer
    shown = shown_host(referrer)
    return settings.registrable_domain(shown) or shown


def session_row(session, newest, person_of, settings):
    events = session["events"]
    first, last = events[0], events[-1]
    names = Counter(event["event_name"] for event in events)
    pages = [e["page_url"] for e in events if e.get("page_url")]
    users = [e["user_id"] for e in events if e.get("user_id")]
    source = session["source"]
    referrer_host = host(first.get("referrer_url"))
    length = last["event_at"] - first["event_at"]
    started_local = settings.local(first["site_id"], first["event_at"])
    counts = {column: names[name] for column, name in COUNTED.items()}
    counts["page_view_count"] -= sum(repeats(events, settings))
    minutes = max(length / timedelta(minutes=1), 1)
    is_suspicious = len(events) / minutes > settings.suspicious_events_per_minute
    counted = counted_events(events, settings)
    goal_count = len(completed_goals(counted, settings))
    engaged = (
        length > timedelta(seconds=settings.engaged_seconds)
        or counts["page_view_count"] >= 2
        or names["purchase"] >= 1
        or goal_count >= 1
    )
    return {
        "session_id": session_id(first),
        "site_id": first["site_id"],
        "visitor_id": first["visitor_id"],
        "user_id": users[-1] if users else None,
        "person_id": person_of(first["site_id"], session["known_as"]),
        "session_number": session["number"],
        "is_first_session": session["number"] == 1,
        "is_first_visit": session["is_first_visit"],
        "days_since_previous_session": days_since_previous(session, settings),
        "session_started_at": first["event_at"],
        "session_ended_at": last["event_at"],
        "session_started_at_local": started_local,
        "session_date": started_local.date(),
        "duration_seconds": length / timedelta(seconds=1),
        "start_reason": session["start_reason"],
        "end_reason": end_reason(session, newest, settings),
        "event_count": len(events),
        **counts,
        "landing_page_url": pages[0] if pages else None,
        "landing_page_path": path(pages[0]) if pages else None,
        "landing_page_group": page_group(pages[0], settings) if pages else None,
        "exit_page_path": path(pages[-1]) if pages else None,
        "exit_page_group": page_group(pages[-1], settings) if pages else None,
        **{
            f"traffic_{f}": source.get(f) if source else None
            for f in ("campaign", "term", "content")
        },
        "traffic_source": source.get("source") if source else "(direct)",
        "traffic_medium": source.get("medium") if source else "(none)",
        "click_id_name": source.get("click_id_name") if source else None,
        "channel": channel(source, settings),
        **attributed_columns(session["attributed"], settings),
        "referrer_host": referrer_host,
        "referrer_domain": referrer_domain(first.get("referrer_url"), settings),
        **settings.device(first),
        **{name: first.get(name) for name in FACTS},
        **own_summaries(events, settings.own_columns),
        "is_engaged": engaged,
        "is_suspicious": is_suspicious,
        "goal_count": goal_count,
        "is_bounce": not engaged,
        "furthest_funnel_step": furthest_step(counted, settings),
        "rule_set": settings.rule_set,
    }


def end_reason(session, newest, settings):
    if session["next_reason"]:
        return session["next_reason"]
    if session["memory"].has_left:
        return "left"
    if is_timed_out(newest, session["memory"], settings.rules):
        return "timeout"
    return "open"


def repeats(events, settings):
    """For each event of a session whether it is a page view of the same page as the one
    before, and at once. A page view that says no page is not looked at."""
    if settings.repeated_page_view_seconds == 0:
        return [False] * len(events)
    at_most = timedelta(seconds=settings.repeated_page_view_seconds)
    repeated, previous = [], None
    for event in events:
        is_view = event["event_name"] == "page_view" and event.get("page_url")
        repeated.append(
            bool(is_view and previous)
            and event["page_url"] == previous["page_url"]
            and event["event_at"] - previous["event_at"] <= at_most
        )
        if is_view:
            previous = event
    return repeated


def counted_events(events, settings):
    """The events of a session without repeated page views."""
    repeated = repeats(events, settings)
    return [e for e, again in zip(events, repeated, strict=True) if not again]


def event_rows(session, settings):
    """What fct_events makes of each event of a session, in order."""
    events = session["events"]
    pages = [i for i, event in enumerate(events) if event.get("page_url")]
    views = [i for i, event in enumerate(events) if event["event_name"] == "page_view"]
    next_view = dict(zip(views, views[1:], strict=False))

    def seconds(earlier, later):
        length = events[later]["event_at"] - events[earlier]["event_at"]
        return length / timedelta(seconds=1)

    opener = session_id(events[0])
    return [
        {
            "session_id": opener,
            "event_number": i + 1,
            "seconds_since_previous": seconds(i - 1, i) if i else None,
            "seconds_on_page": seconds(i, next_view[i]) if i in next_view else None,
            "event_at_local": settings.local(event["site_id"], event["event_at"]),
            "page_path": path(event.get("page_url")),
            "page_group": page_group(event.get("page_url"), settings),
            "is_landing": pages[:1] == [i],
            "is_exit": pages[-1:] == [i],
            "is_repeated": is_repeated,
            "is_server_side": bool(event.get("is_server_side")),
            "ip_address": shown_address(event.get("ip_address"), settings.ip_addresses),
            **settings.device(event),
            **{name: event.get(name) for name in FACTS},
            **{name: event[name] for name in event["own_columns"]},
        }
        for i, (event, is_repeated) in enumerate(
            zip(events, repeats(events, settings), strict=True)
        )
    ]
