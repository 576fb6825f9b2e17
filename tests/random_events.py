"""Random raw events, biased towards the edges where rules differ."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

# (site_id, domain, time_zone, currency); `default` has no row and lives in UTC.
SITES = [
    ("new_york", "shop.example.com", "America/New_York", "USD"),
    ("new_york", "example.org", "America/New_York", "USD"),
    ("berlin", "laden.example.de", "Europe/Berlin", "EUR"),
    ("kathmandu", "pasal.example.np", "Asia/Kathmandu", "NPR"),
    ("lord_howe", "www.island.example.au", "Australia/Lord_Howe", "AUD"),
    ("st_johns", "store.example.ca", "America/St_Johns", "CAD"),
]

SITE_IDS = [*sorted({site_id for site_id, *_ in SITES}), "default", None, ""]

# Days on which clocks change in one of the zones, and some on which none does. In 2010
# St. John's set them back from a minute past midnight to the day before.
DAYS = [
    datetime(2026, 3, 8),
    datetime(2026, 11, 1),
    datetime(2026, 3, 29),
    datetime(2026, 10, 25),
    datetime(2026, 4, 5),
    datetime(2026, 10, 4),
    datetime(2010, 11, 7),
    datetime(2026, 6, 15),
    datetime(1971, 1, 1),
]

MICROSECOND = timedelta(microseconds=1)

EVENT_NAMES = (
    ["page_view"] * 6
    + ["click"] * 3
    + ["product_view", "add_to_cart", "begin_checkout", "purchase"]
    + ["refund", "refund", "ping", "logout", "Étage'd"]
)

OWN_PAGE = "https://shop.example.com/a/path?size=9#top"

# What an event may bring along: the raw columns that decide its source.
ARRIVALS = (
    [{}] * 14
    + [{"page_url": OWN_PAGE}] * 8
    + [
        {"traffic_source": "google", "traffic_medium": "cpc"},
        {"traffic_source": "Google", "traffic_medium": "CPC"},
        {"traffic_source": "google", "traffic_medium": "organic"},
        {"traffic_source": "(direct)", "traffic_medium": "(none)"},
        {"traffic_source": "(direct)"},
        {"traffic_source": "(Direct)", "traffic_medium": "(not set)"},
        {"traffic_source": "(direct)", "traffic_medium": "banner"},
        {"traffic_source": "blog.example.org", "traffic_medium": "referral"},
        {"traffic_campaign": "spring"},
        {"traffic_source": "", "traffic_content": ""},
        {"page_url": "https://shop.example.com/?utm_source=google&utm_medium=cpc"},
        {"page_url": "https://shop.example.com/?UTM_Source=x&utm_source=news%20a+b"},
        {"page_url": "https://shop.example.com/?utm_source=a%zz+b&utm_term=%ff"},
        {"page_url": "https://shop.example.com/?utm_source=&gclid=1"},
        {"page_url": "https://shop.example.com/?utm_source=google&gclid=1"},
        {"page_url": "https://shop.example.com?fbclid=1&GCLID=2"},
        {"page_url": "https://shop.example.com/#?utm_source=google"},
        {"page_url": "https://other.example/?utm_source=shop.example.com"},
        {"page_url": "https://www.other.example/", "traffic_source": "other.example"},
        {"page_url": OWN_PAGE, "referrer_url": "https://www.google.com/"},
        {"page_url": OWN_PAGE, "referrer_url": "https://l.facebook.com/l.php?u=1"},
        {"page_url": OWN_PAGE, "referrer_url": "http://me@Blog.Example.net:80/x?y"},
        {"page_url": OWN_PAGE, "referrer_url": "https://shop.example.com/cart"},
        {"page_url": OWN_PAGE, "referrer_url": "https://pay.shop.example.com/"},
        {"page_url": OWN_PAGE, "referrer_url": "https://notshop.example.com/"},
        {"page_url": OWN_PAGE, "referrer_url": "https://island.example.au/"},
        {"page_url": OWN_PAGE, "referrer_url": "https://a@b@c.example/@d"},
        {"page_url": OWN_PAGE, "referrer_url": "https://[2001:DB8::1]:80/"},
        {"page_url": OWN_PAGE, "referrer_url": "android-app://com.example.mail"},
        {"page_url": OWN_PAGE, "referrer_url": "a.b+c-1://x.example.."},
        {"page_url": OWN_PAGE, "referrer_url": "1http://x.example/"},
        {"page_url": "http://www.www.example/", "referrer_url": "https://q.example/"},
        {"page_url": "http://www.example/", "referrer_url": "https://www.example/"},
        {"page_url": "https://shop.example.com/?gclid=1&gclid=&ttclid=2"},
        {"page_url": "no address", "referrer_url": "about:blank"},
    ]
)


# How many events a visitor may have.
LENGTHS = [1, 2, 5, 20, 60, 120]


def random_events(seed, count, timeout_seconds=1800, lengths=LENGTHS):
    """Raw events as dicts by column: `count` of several hundred visitors, with repeated
    deliveries, bad rows and clocks that run ahead among them."""
    chance = random.Random(seed)
    events = []
    while len(events) < count:
        events += random_visitor(chance, len(events), timeout_seconds, lengths)
    chance.shuffle(events)
    return events[:count]


def random_visitor(chance, number, timeout_seconds, lengths):
    site_id = chance.choice(SITE_IDS)
    moment = chance.choice(DAYS) + timedelta(hours=chance.uniform(-14, 30))
    events = []
    for position in range(chance.choice(lengths)):
        moment = next_moment(chance, moment, site_id, timeout_seconds)
        event = {
            "event_id": event_id(chance, number, position),
            "site_id": site_id,
            "visitor_id": f"visitor {number}",
            "user_id": chance.choice([None, None, None, "ana", "ben", ""]),
            "event_name": chance.choice(EVENT_NAMES),
            "event_at": moment,
            "event_sequence": chance.choice([None, None, 0, 1, 2, -1]),
            "loaded_at": moment + timedelta(minutes=chance.choice([0, 1, 5, 4000])),
            "country": chance.choice([None, "US", "DE"]),
            "revenue": chance.choice([None, Decimal("19.90")]),
            **chance.choice(ARRIVALS),
        }
        events += [event, *spoilt(chance, event)]
    return events


def event_id(chance, number, position):
    """An id whose order as bytes differs from its order by letters or by arrival."""
    return chance.choice("aBéz_Z~ß") + f"-{number}-{position}"


def next_moment(chance, moment, site_id, timeout_seconds):
    timeout = timedelta(seconds=timeout_seconds)
    step = chance.choice(
        [timedelta(0)] * 2
        + [MICROSECOND, timeout, timeout - MICROSECOND, timeout + MICROSECOND]
        + [timedelta(seconds=1), timedelta(seconds=10), timedelta(seconds=10.5)]
        + [timedelta(minutes=chance.uniform(0, 20))] * 8
        + [timedelta(minutes=chance.uniform(20, 90)), timedelta(hours=9)]
        + ["midnight"] * 2
    )
    if step != "midnight":
        return moment + step
    around = chance.choice([-MICROSECOND, timedelta(0), MICROSECOND])
    return max(moment, next_midnight(moment, site_id) + around)


def next_midnight(moment, site_id):
    """The moment in UTC at which the site's next local day begins."""
    zones = {site: zone for site, _, zone, _ in SITES}
    zone = ZoneInfo(zones.get(site_id, "UTC"))
    local = moment.replace(tzinfo=UTC).astimezone(zone)
    midnight = datetime(local.year, local.month, local.day, tzinfo=zone)
    following = midnight.replace(tzinfo=None) + timedelta(days=1)
    return following.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


def spoilt(chance, event):
    """Now and then a second row made of the event: delivered again, or a bad one."""
    kind = chance.random()
    if kind < 0.02:
        return [event | {"loaded_at": event["loaded_at"] + timedelta(hours=1)}]
    if kind < 0.04:
        return [event | {"event_at": event["event_at"] + timedelta(minutes=7)}]
    if kind < 0.05:
        return [event | {"user_id": "ana", "event_sequence": 10}, dict(event)]
    if kind < 0.06:
        column = chance.choice(
            ["event_id", "visitor_id", "event_name", "event_at", "loaded_at"]
        )
        return [event | {column: None}]
    if kind < 0.07:
        late = timedelta(minutes=60) + chance.choice([-1, 0, 1]) * MICROSECOND
        changed = {
            "event_id": event["event_id"] + "+",
            "event_at": event["loaded_at"] + late,
        }
        return [event | changed]
    return []
