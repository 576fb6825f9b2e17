"""The rules of a session once more, in plain Python, as a second opinion.

Nothing here is shared with the SQL. Each visitor's events are walked one by one with
the state that the rules speak of, so that a reader can check a rule against its words.
Slow and simple on purpose.

Times are naive `datetime` in UTC with microseconds. A raw event is a dict with the
columns of raw.events; a missing key counts as null.
"""

import hashlib
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote_to_bytes
from zoneinfo import ZoneInfo

TRAFFIC_FIELDS = ("source", "medium", "campaign", "term", "content")

CLICK_IDS = {
    "gclid": ("google", "cpc"),
    "gbraid": ("google", "cpc"),
    "wbraid": ("google", "cpc"),
    "dclid": ("google", "cpc"),
    "gad_source": ("google", "cpc"),
    "msclkid": ("bing", "cpc"),
    "ttclid": ("tiktok", "paid"),
    "twclid": ("twitter", "paid"),
    "li_fat_id": ("linkedin", "paid"),
    "rdt_cid": ("reddit", "paid"),
    "epik": ("pinterest", "paid"),
    "sccid": ("snapchat", "paid"),
    "qclid": ("quora", "paid"),
    "fbclid": ("facebook", "social"),
    "igshid": ("instagram", "social"),
    "mc_cid": ("mailchimp", "email"),
}

STANDARD = {
    "timeout_seconds": 1800,
    "calendar": "day",
    "source_change": "any",
    "starting_events": {"all_but": ["refund"]},
    "extending_events": {"all_but": ["refund"]},
    "ending_events": [],
}

# Of two deliveries at one moment, what decides: these columns as text, in this order.
DELIVERY_ORDER = [
    "visitor_id",
    "user_id",
    "event_name",
    "event_at",
    "event_sequence",
    "page_url",
    "referrer_url",
    "user_agent",
    "ip_address",
    "country",
    "traffic_source",
    "traffic_medium",
    "traffic_campaign",
    "traffic_term",
    "traffic_content",
    "order_id",
    "revenue",
    "currency",
    "product_id",
    "quantity",
]

COUNTED = {
    "page_view_count": "page_view",
    "click_count": "click",
    "product_view_count": "product_view",
    "add_to_cart_count": "add_to_cart",
    "checkout_count": "begin_checkout",
    "purchase_count": "purchase",
}


@dataclass
class Settings:
    """What a build is configured with; the defaults are the project's own."""

    rules: dict = field(default_factory=lambda: dict(STANDARD))
    rule_set: str = "standard"
    sites: list = field(default_factory=list)
    referrer_sites: list = field(default_factory=list)
    reporting_time_zone: str = "UTC"
    future_tolerance_minutes: int = 60
    engaged_seconds: int = 10

    def local(self, site_id, moment):
        """What clocks at the site show at a moment in UTC, as a naive datetime."""
        zones = [row["time_zone"] for row in self.sites if row["site_id"] == site_id]
        zone = ZoneInfo(zones[0] if zones else self.reporting_time_zone)
        return moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


@dataclass
class Outcome:
    """What the reference makes of raw events.

    sessions: session_id -> row of fct_sessions. events: event -> row, keyed by
    (site_id, event_id). exclusions: (site_id, local day, reason) -> count.
    """

    sessions: dict
    events: dict
    exclusions: Counter


def sessionize(raw_events, settings):
    """Everything from raw rows to sessions, as an Outcome."""
    exclusions = Counter()
    kept = exclude(raw_events, settings, exclusions)

    visitors = defaultdict(list)
    for event in kept:
        visitors[event["site_id"], event["visitor_id"]].append(event)

    sessions = []
    for events in visitors.values():
        events.sort(key=event_order)
        own_sessions = walk(events, settings, exclusions)
        number_and_link(own_sessions)
        sessions += own_sessions

    newest = max((s["events"][-1]["event_at"] for s in sessions), default=None)
    rows = [session_row(session, newest, settings) for session in sessions]
    return Outcome(
        sessions={row["session_id"]: row for row in rows},
        events={
            (event["site_id"], event["event_id"]): event_row(session, position)
            for session in sessions
            for position, event in enumerate(session["events"])
        },
        exclusions=exclusions,
    )


# ---- what is not a visit ----


def exclude(raw_events, settings, exclusions):
    """The events that stay, cleaned; the others are counted under their reason."""
    tolerance = timedelta(minutes=settings.future_tolerance_minutes)
    valid = []
    for raw in raw_events:
        event = {key: None if value == "" else value for key, value in raw.items()}
        event["site_id"] = event.get("site_id") or "default"
        needed = ("event_id", "visitor_id", "event_name", "event_at", "loaded_at")
        if any(event.get(name) is None for name in needed):
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
        else:
            kept.append(first)
    return kept


def count_exclusion(event, reason, settings, exclusions):
    moment = event.get("event_at") or event.get("loaded_at")
    day = settings.local(event["site_id"], moment).date() if moment else None
    exclusions[event["site_id"], day, reason] += 1


def delivery_order(event):
    """By arrival; of one moment the smallest by its columns as text, byte by byte."""
    texts = ["" if event.get(c) is None else str(event[c]) for c in DELIVERY_ORDER]
    return event["loaded_at"], [text.encode() for text in texts]


def event_order(event):
    return (
        event["event_at"],
        event.get("event_sequence") or 0,
        event["event_id"].encode(),
    )


# ---- where an event comes from ----


def event_source(event, settings):
    """The traffic source an event brings: a dict of fields, or None for none."""
    domains = [ascii_lower(row["domain"]) for row in settings.sites]
    domains.append(host(event.get("page_url")))
    inside = [without_www(domain) for domain in domains if domain]

    def own(name):
        name = without_www(ascii_lower(name))
        return name and any(name == d or name.endswith("." + d) for d in inside)

    parameters = query_parameters(event.get("page_url"))
    click_id = next((name for name in CLICK_IDS if parameters.get(name)), None)

    columns = {f: event.get(f"traffic_{f}") for f in TRAFFIC_FIELDS}
    utm = {f: decoded(parameters.get(f"utm_{f}")) for f in TRAFFIC_FIELDS}
    if names_a_source(columns, own):
        return columns
    if names_a_source(utm, own):
        return utm | {"click_id_name": click_id}
    if click_id:
        source, medium = CLICK_IDS[click_id]
        return {"source": source, "medium": medium, "click_id_name": click_id}

    referrer = host(event.get("referrer_url"))
    if referrer and not own(referrer):
        return referrer_source(referrer, settings.referrer_sites)
    return None


def names_a_source(fields, own):
    if not any(fields.values()):
        return False
    no_medium = (ascii_lower(fields["medium"]) or "(none)") in ("(none)", "(not set)")
    direct = ascii_lower(fields["source"]) == "(direct)" and no_medium
    return not direct and not own(fields["source"])


def referrer_source(referrer, referrer_sites):
    name = without_www(referrer)
    known = [
        row
        for row in referrer_sites
        if name == row["host"] or name.endswith("." + row["host"])
    ]
    if known:
        best = max(known, key=lambda row: len(row["host"]))
        return {"source": best["source"], "medium": best["medium"]}
    return {"source": name, "medium": "referral"}


def ascii_lower(text):
    return text and "".join(c.lower() if "A" <= c <= "Z" else c for c in text)


def host(url):
    """The host of an absolute URL in lower case, None where there is none."""
    scheme, separator, rest = (url or "").partition("://")
    letters = all(c.isascii() and (c.isalnum() or c in "+.-") for c in scheme)
    if not separator or not scheme[:1].isalpha() or not letters:
        return None
    for end in "/?#":
        rest = rest.split(end)[0]
    name = rest.rpartition("@")[2]
    if name.startswith("["):
        return ascii_lower(name.partition("]")[0] + "]")
    return ascii_lower(name.split(":")[0].rstrip(".")) or None


def without_www(name):
    """The name without www., unless that leaves no domain below another."""
    short = name and name.removeprefix("www.")
    return short if short and "." in short else name


def query_parameters(url):
    """The raw values of a URL's query by lower-case key; the last of a key counts."""
    query = (url or "").split("#")[0].partition("?")[2]
    pairs = (pair.partition("=") for pair in query.split("&") if "=" in pair)
    return {ascii_lower(key): value for key, _, value in pairs}


def decoded(value):
    """A query value percent-decoded; as it stands where the escapes are no text."""
    if not value:
        return None
    pieces = value.split("%")[1:]
    hexadecimal = set("0123456789abcdefABCDEF")
    if any(len(p) < 2 or not set(p[:2]) <= hexadecimal for p in pieces):
        return value
    try:
        text = unquote_to_bytes(value.replace("+", " ")).decode()
    except UnicodeDecodeError:
        return value
    return value if "%00" in value else text


# ---- the walk ----


def plays(event, role):
    if role == "all":
        return True
    if isinstance(role, dict):
        return event["event_name"] not in role["all_but"]
    return event["event_name"] in role


def walk(events, settings, exclusions):
    """One visitor's sessions, in order: dicts with events, start_reason, source."""
    rules = settings.rules
    sessions = []
    last_activity = previous_day = visit_source = None
    ended = False

    for event in events:
        may_start = plays(event, rules["starting_events"])
        extends = plays(event, rules["extending_events"])
        source = event_source(event, settings)
        day = settings.local(event["site_id"], event["event_at"]).date()

        reason = None
        if not sessions:
            reason = "first_event"
        elif silent_too_long(rules, last_activity, event["event_at"]):
            reason = "timeout"
        elif ended:
            reason = "left"
        elif rules["calendar"] == "day" and day != previous_day:
            reason = "midnight"
        elif (
            rules["source_change"] == "any"
            and source
            and compared(source) != compared(visit_source)
        ):
            reason = "source_change"

        if not may_start and not extends and reason in (None, "source_change"):
            sessions[-1]["events"].append(event)
            continue
        if reason and not may_start:
            count_exclusion(event, "no_session", settings, exclusions)
            continue

        if reason:
            if reason in ("first_event", "timeout"):
                visit_source = source
            else:
                visit_source = source or visit_source
            sessions.append(
                {"events": [], "start_reason": reason, "source": visit_source}
            )
        sessions[-1]["events"].append(event)
        if reason or extends:
            last_activity = event["event_at"]
        previous_day = day
        ended = plays(event, rules["ending_events"])
        sessions[-1]["ended"] = ended
        sessions[-1]["last_activity"] = last_activity
    return sessions


def silent_too_long(rules, last_activity, moment):
    timeout = rules["timeout_seconds"]
    return timeout is not None and moment - last_activity > timedelta(seconds=timeout)


def compared(source):
    """What is compared of a source; direct is a source like no other."""
    if source is None:
        return None
    return tuple(ascii_lower(source.get(f)) for f in (*TRAFFIC_FIELDS, "click_id_name"))


# ---- what is said of a session ----


def number_and_link(sessions):
    users = [e["user_id"] for s in sessions for e in s["events"] if e.get("user_id")]
    for number, session in enumerate(sessions, start=1):
        session["number"] = number
        session["last_user"] = users[-1] if users else None
        following = sessions[number : number + 1]
        session["next_reason"] = following[0]["start_reason"] if following else None


def session_id(event):
    visitor = identity_key(event["site_id"], event["visitor_id"])
    own = identity_key(event["site_id"], event["event_id"])
    moment = (event["event_at"] - datetime(1970, 1, 1)) // timedelta(microseconds=1)
    return identity_key(visitor, own, str(moment))


def identity_key(*parts):
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return str(uuid.UUID(hex=hashlib.md5(text.encode()).hexdigest()))


def session_row(session, newest, settings):
    events = session["events"]
    first, last = events[0], events[-1]
    names = Counter(event["event_name"] for event in events)
    pages = [e["page_url"] for e in events if e.get("page_url")]
    users = [e["user_id"] for e in events if e.get("user_id")]
    source = session["source"]
    length = last["event_at"] - first["event_at"]
    started_local = settings.local(first["site_id"], first["event_at"])
    counts = {column: names[name] for column, name in COUNTED.items()}
    engaged = (
        length > timedelta(seconds=settings.engaged_seconds)
        or names["page_view"] >= 2
        or names["purchase"] >= 1
    )
    return {
        "session_id": session_id(first),
        "site_id": first["site_id"],
        "visitor_id": first["visitor_id"],
        "user_id": users[-1] if users else None,
        "person_id": session["last_user"] or first["visitor_id"],
        "session_number": session["number"],
        "is_first_session": session["number"] == 1,
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
        "exit_page_path": path(pages[-1]) if pages else None,
        **{
            f"traffic_{f}": source.get(f) if source else None
            for f in ("campaign", "term", "content")
        },
        "traffic_source": source.get("source") if source else "(direct)",
        "traffic_medium": source.get("medium") if source else "(none)",
        "click_id_name": source.get("click_id_name") if source else None,
        "referrer_host": host(first.get("referrer_url")),
        "country": first.get("country"),
        "is_engaged": engaged,
        "is_bounce": not engaged,
        "furthest_funnel_step": furthest_step(counts),
        "rule_set": settings.rule_set,
    }


def end_reason(session, newest, settings):
    if session["next_reason"]:
        return session["next_reason"]
    if session["ended"]:
        return "left"
    if silent_too_long(settings.rules, session["last_activity"], newest):
        return "timeout"
    return "open"


def furthest_step(counts):
    steps = {
        "purchase": "purchase_count",
        "checkout": "checkout_count",
        "cart": "add_to_cart_count",
        "product": "product_view_count",
    }
    return next((step for step, column in steps.items() if counts[column]), "none")


def path(url):
    """The path of an absolute URL as it stands, / where empty, None for no URL."""
    if "://" not in url:
        return None
    rest = url.split("#")[0].split("?")[0].partition("://")[2]
    return "/" + rest.partition("/")[2]


def event_row(session, position):
    """What fct_events adds to the event at a position of its session, from 0."""
    events = session["events"]
    event = events[position]
    pages = [i for i, e in enumerate(events) if e.get("page_url")]
    views = [
        e["event_at"] for e in events[position + 1 :] if e["event_name"] == "page_view"
    ]
    second = timedelta(seconds=1)
    since = event["event_at"] - events[position - 1]["event_at"] if position else None
    on_page = views[0] - event["event_at"] if views else None
    return {
        "session_id": session_id(events[0]),
        "event_number": position + 1,
        "seconds_since_previous": since / second if since is not None else None,
        "seconds_on_page": (
            on_page / second
            if on_page is not None and event["event_name"] == "page_view"
            else None
        ),
        "is_landing": bool(pages) and pages[0] == position,
        "is_exit": bool(pages) and pages[-1] == position,
    }
