"""Random raw events, biased towards the edges where rules differ."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from random_commerce import EXCHANGE_RATES, late_refunds, ordered_again, random_money
from random_own_columns import random_properties

# (site_id, domain, time_zone, currency); `default` has no row and lives in UTC. A site
# may say no currency.
SITES = [
    ("new_york", "shop.example.com", "America/New_York", "USD"),
    ("new_york", "example.org", "America/New_York", "USD"),
    ("berlin", "laden.example.de", "Europe/Berlin", "EUR"),
    ("kathmandu", "pasal.example.np", "Asia/Kathmandu", "NPR"),
    ("lord_howe", "www.island.example.au", "Australia/Lord_Howe", ""),
    ("st_johns", "store.example.ca", "America/St_Johns", "cad"),
]

# Seeds of these names in place of the project's own, for builds of random events.
SEEDS = {
    "sites": SITES,
    "internal_networks": [
        ("192.0.2.0/24", "office"),
        ("198.51.100.77/28", "warehouse, with host bits"),
        ("203.0.113.9", "a single address"),
        ("::ffff:100.64.0.0/106", "100.64.0.0/10, mapped"),
        ("2001:db8:1::/48", "office"),
        ("2001:DB8:2::5:8/125", "warehouse"),
        ("2001:db8:3::5", "a single address"),
    ],
    "own_referrer_exclusions": [("partner.example.net", "login")],
    "own_channel_rules": [
        (10, "Own Search", "search", "", "^organic$", ""),
        (5, "Neighbours", "", "^(other[.]co[.]uk|.*[.]github[.]io)$", "", ""),
        (900, "Spring", "", "", "", "^spring$"),
    ],
    "own_path_rules": [
        (20, "/a/*", "/a/<$1>"),
        (10, "/product/#/*", "/product/*/$2"),
        (40, "/**/", "/$1"),
        (30, "**.x/#-*", "$3 of $2 in $1.x"),
        (5, "/A(1)+[x]^$|{2}.\\_%/*", "a \\ and $1"),
    ],
    "exchange_rates": EXCHANGE_RATES,
    "own_placeholder_values": [("id", "NOBODY"), ("direct", "typed in")],
    "own_event_names": [("Kauf!", "purchase"), ("order-completed", "begin_checkout")],
    "own_device_names": [
        ("device_category", "Kühlschrank", "tv"),
        ("device_category", "Smartphone", "tablet"),
        ("device_category", "Computer", "unknown"),
        ("browser", "our shell", "Our App"),
        ("browser", "chrome", ""),
        ("operating_system", "MACINTOSH", "macOS"),
        ("platform", "kiosk", "web"),
    ],
}

SITE_IDS = [*sorted({site_id for site_id, *_ in SITES}), "default", None, ""]

# Days on which clocks change in one of the zones, and some on which none does. In 2010
# St. John's set them back from a minute past midnight to the day before.
DAYS = [
    datetime(2025, 3, 9),
    datetime(2025, 11, 2),
    datetime(2025, 3, 30),
    datetime(2025, 10, 26),
    datetime(2025, 4, 6),
    datetime(2025, 10, 5),
    datetime(2010, 11, 7),
    datetime(2025, 6, 16),
    datetime(1971, 1, 1),
]

MICROSECOND = timedelta(microseconds=1)
NINE_HOURS = timedelta(hours=9)
ONE_DAY = timedelta(days=1)

# After all that random visitors do by themselves.
CLOCK = datetime(2026, 1, 16, 12)

EVENT_NAMES = (
    ["page_view"] * 6
    + ["click"] * 3
    + ["product_view", "add_to_cart", "begin_checkout", "purchase"]
    + ["refund", "refund", "ping", "logout", "Étage'd"]
    + [
        "Page Viewed",
        " page_VIEW",
        "$pageview",
        "Kauf!",
        "Order Completed",
        "Heartbeat",
    ]
)

# In the events of some visitors, how long they had the page in view.
REPORTED = [None, None, 1500, -5, None, 90_000_000, 999]

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
        {"traffic_source": "newsletter"},
        {"traffic_campaign": "spring"},
        {"traffic_source": "google", "traffic_campaign": "Spring"},
        {"traffic_source": "google", "traffic_campaign": "autumn"},
        {"traffic_source": "bing", "traffic_campaign": "spring"},
        {"traffic_campaign": "spring", "traffic_term": "shoes"},
        {"traffic_source": "", "traffic_content": ""},
        {"page_url": "https://shop.example.com/?utm_source=google&utm_medium=cpc"},
        {"page_url": "https://shop.example.com/?UTM_Source=x&utm_source=news%20a+b"},
        {"page_url": "https://shop.example.com/?utm_source=a%zz+b&utm_term=%ff"},
        {"page_url": "https://shop.example.com/?utm_source=&gclid=1"},
        {"page_url": "https://shop.example.com/?utm_source=google&gclid=1"},
        {"page_url": "https://shop.example.com/?utm_source=google&msclkid=1"},
        {"page_url": "https://shop.example.com/?utm_campaign=spring&utm_term=Shoes"},
        {"page_url": "https://shop.example.com/?utm_campaign=SPRING&gclid=1"},
        {"page_url": "https://shop.example.com/?utm_source=mail&utm_medium=email"},
        {"page_url": "https://shop.example.com/?gclid=1"},
        {"page_url": "https://shop.example.com/?gclid=2"},
        {"page_url": "https://shop.example.com/?msclkid=1"},
        {"page_url": "https://shop.example.com?fbclid=1&GCLID=2"},
        {"page_url": "https://shop.example.com/#?utm_source=google"},
        {"page_url": "https://other.example/?utm_source=shop.example.com"},
        {"page_url": "https://www.other.example/", "traffic_source": "other.example"},
        {"page_url": OWN_PAGE, "referrer_url": "https://www.google.com/"},
        {"page_url": OWN_PAGE, "referrer_url": "https://l.facebook.com/l.php?u=1"},
        {"page_url": OWN_PAGE, "referrer_url": "https://www.paypal.com/checkout"},
        {"page_url": OWN_PAGE + "&utm_source=x", "referrer_url": "https://paypal.com"},
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
        {"page_url": OWN_PAGE + "?utm%5Fsource=a%5fb&utm%5fmedium=email&amp;x=%5F"},
        {"page_url": "https://shop.example.com/product/17"},
        {"page_url": "https://shop.example.com/product/18?size=9"},
        {"page_url": "https://shop.example.com/product/17/reviews"},
        {"page_url": "https://shop.example.com/product/17/"},
        {"page_url": "https://shop.example.com/product/a/"},
        {"page_url": "https://shop.example.com/a/b.x/c.x/2026-7-x"},
        {"page_url": "https://shop.example.com/a/b.x/2026-"},
        {"page_url": "https://shop.example.com/A(1)+[x]^$|{2}.\\_%/$1\\"},
        {"page_url": "https://shop.example.com/collections/new/products/\u00e9\n1"},
        {"page_url": "https://shop.example.com/blog/2026/07"},
        {"page_url": "/sale?to=https://x.example/", "referrer_url": "google.com"},
        {"page_url": "Shop.example.com./a", "referrer_url": "//www.Google.com:80/?q=x"},
        {"page_url": "//shop.example.com", "referrer_url": "www.google.com/search?q=x"},
        {"page_url": "shop.example.com:80/b#c", "referrer_url": "file:///a.b/c"},
        {"page_url": "capacitor://localhost/a", "referrer_url": "capacitor://a.b"},
        {"page_url": OWN_PAGE, "referrer_url": "chrome-extension://abc.def/popup"},
        {"page_url": OWN_PAGE, "referrer_url": "HTTPS://x.example:8080"},
        {"traffic_source": "Direct", "traffic_medium": "none"},
        {"traffic_source": "$direct", "traffic_medium": "(none)"},
        {"traffic_source": "typed in", "traffic_campaign": "spring"},
        {"traffic_source": "(not set)", "traffic_medium": "(not set)"},
        {"traffic_source": "(not set)", "traffic_campaign": "spring"},
        {"traffic_source": "google", "traffic_medium": "(none)"},
        {"traffic_source": " google ", "traffic_medium": "cpc\n"},
        {"traffic_source": "laden.example.de", "traffic_medium": "email"},
    ]
    + [
        {"page_url": f"https://shop.example.com/{rest}"}
        for rest in [
            "?utm_source=undefined&utm_medium=(none)&utm_campaign=spring",
            "?utm_source=direct&utm_medium=cpc",
            "?utm_source=mail&utm_medium=%2D",
            "?utm_source=a&amp;utm_medium=email&amp;utm_campaign=x",
            "?utm_source=a?utm_medium=email",
            "#utm_source=a&utm_medium=email",
            "#/landing?utm_source=a&utm_campaign=x",
            "?x=1#/landing?utm_source=a",
            "?next=https://other.example/?utm_source=a&utm_medium=b",
            "?utm_source=https://other.example/#x=y&utm_medium=b",
            "#a?b",
            "?mtm_source=a&pk_medium=email",
            "?utm_source=&mtm_source=a&mtm_campaign=x",
            "?MTM_source=a",
            "?utm_source=shop.example.com&utm_medium=email",
            "?utm_source=shop.example.com&utm_medium=Referral",
            "?utm_campaign=spring&gclid=1&utm_medium=organic",
            "?utm_source=Google&gclid=1",
            "?utm_source=bing&utm_medium=organic&msclkid=1",
            "?utm_source=news&gclid=1",
            "?utm_medium=x&fbclid=1",
            "?tblci=1",
            "?awc=1&_kx=2",
            "?dclid=1",
        ]
    ]
    + [
        {"page_url": f"https://shop.example.com/?{key}=1", "referrer_url": referrer}
        for key in ["fbclid", "igshid", "gclid"]
        for referrer in [
            "https://l.instagram.com/",
            "https://l.facebook.com/",
            "https://www.threads.net/",
            "android-app://com.whatsapp",
            "https://blog.example.net/",
        ]
    ]
    + [
        {
            "page_url": "https://shop.example.com/?gclid=1",
            "traffic_source": "Google",
            "traffic_medium": "Organic",
        },
        {"page_url": "https://shop.example.com/?gclid=1", "traffic_medium": "x"},
    ]
)

# Page and referrer whose hosts share a domain, or only a public suffix, or an ending.
NEIGHBOURS = [
    ("www.example.co.uk", "example.co.uk"),
    ("www.example.co.uk", "blog.example.co.uk"),
    ("www.example.co.uk", "other.co.uk"),
    ("example.co.uk", "co.uk"),
    ("www.co.uk", "www.co.uk"),
    ("www.co.uk", "other.co.uk"),
    ("co.uk", "other.co.uk"),
    ("a.github.io", "b.github.io"),
    ("a.github.io", "www.a.github.io"),
    ("a.github.io", "github.io"),
    ("github.io", "b.github.io"),
    ("a.b.kawasaki.jp", "c.b.kawasaki.jp"),
    ("x.city.kawasaki.jp", "city.kawasaki.jp"),
    ("x.city.kawasaki.jp", "y.city.kawasaki.jp"),
    ("x.www.ck", "y.www.ck"),
    ("kawasaki.jp", "a.b.kawasaki.jp"),
    ("shop.example.com", "example.com"),
    ("shop.example.com", "partner.example.net"),
    ("shop.example.com", "login.partner.example.net"),
    ("shop.example.com", "notpartner.example.net"),
    ("203.0.113.7", "203.0.113.7"),
    ("203.0.113.7", "204.0.113.7"),
    ("[2001:db8::1]", "[2001:db8::2]"),
    ("localhost", "localhost"),
    ("localhost", "other"),
    ("shop.unlisted", "blog.shop.unlisted"),
    ("shop.unlisted", "other.unlisted"),
    ("www.shop-on-sale.example", "www-shop--on--sale-example.translate.goog"),
    ("shop-example-com.cdn.ampproject.org", "shop.example.com"),
    ("shop.example.com", "news-example-net.cdn.ampproject.org"),
    ("shop.example.com", "192.168.1.20"),
    ("shop.example.com", "printer.local"),
    ("127.0.0.1:8080", "www.google.com"),
    ("172.16.example", "172.32.0.1"),
]

NEIGHBOURLY_ARRIVALS = [
    arrival
    for page, other in NEIGHBOURS
    for arrival in (
        {"page_url": f"https://{page}/", "referrer_url": f"https://{other}/"},
        {"page_url": f"https://{page}/?utm_source={other}"},
        {"page_url": f"https://{page}/a", "traffic_source": other.upper()},
    )
]

PEOPLE = (
    [None] * 4
    + [""]
    + [
        f"Mozilla/5.0 ({device}) AppleWebKit/537.36 (KHTML, like Gecko) {browser}"
        for device, browser in [
            ("Windows NT 10.0; Win64; x64", "Chrome/140.0.0.0 Safari/537.36"),
            ("Windows NT 10.0; Win64; x64", "Chrome/140.0.0.0 Safari/537.36 Edg/140.0"),
            ("Macintosh; Intel Mac OS X 10_15_7", "Version/18.6 Safari/605.1.15"),
            ("X11; Linux x86_64", "Chrome/139.0.0.0 Safari/537.36"),
            ("Linux; Android 10; K", "Chrome/140.0.0.0 Mobile Safari/537.36"),
            ("Linux; Android 14; SM-X200", "Chrome/140.0.0.0 Safari/537.36"),
            ("Linux; Android 13; CUBOT P80", "Chrome/140.0.0.0 Mobile Safari/537.36"),
            ("iPhone; CPU iPhone OS 18_6 like Mac OS X", "Version/18.6 Mobile Safari"),
            ("iPad; CPU OS 17_7 like Mac OS X", "Version/17.7 Mobile Safari/604.1"),
            ("Web0S; Linux/SmartTV", "Chrome/108.0.0.0 Safari/537.36 WebAppManager"),
        ]
    ]
    + [
        "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
        "MOZILLA/5.0 (ANDROID 14; MOBILE; RV:140.0) GECKO/140.0 FIREFOX/140.0",
        "Our Shop's app 3.1 (näher dran)",
        "SPİDER",  # of which lower case is not ASCII's
        " ",
        "-",
    ]
)

BOTS = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "AdsBot-Google (+http://www.google.com/adsbot.html)",
    "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0.0.0 Safari/537.36",
    "curl/8.5.0",
    "PYTHON-REQUESTS/2.32.3",
    "näher: CRAWLER",
    "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "Chrome-Lighthouse HeadlessChrome",  # the first pattern says which
]

ADDRESSES = (
    [None] * 3
    + [""]
    + ["192.0.1.255", "192.0.3.0", "198.51.100.63", "198.51.100.80"]
    + ["203.0.113.8", "203.0.113.10", "100.63.255.255", "100.128.0.0"]
    + ["2001:db8:0:ffff:ffff:ffff:ffff:ffff", "2001:db8:2::", "2001:db8:2::5:7"]
    + ["2001:0DB8:0002:0000:0000:0000:0005:0010", "2001:db8:3::4", "2001:db8:3:5::"]
    + ["::ffff:192.0.3.0", "::192.0.2.5", "::1", "::", "fe80::1%eth0"]
    + ["192.0.2.256", "192.0.2.010", "192.0.2", "192.0.2.5.1", "192.0.2.5:443"]
    + [" 192.0.2.5", "192.0.2.5 ", "192.0.2.5%eth0", "192.0.2.5/32", "192.0.2.٥"]
    + ["2001:db8:1::g", "2001:db8:1:::5", "2001:db8:1::5::", "[2001:db8:1::5]"]
    + ["2001:db8:1:0:0:0:0:0:5", "2001:db8:1:0:0:0:5", "unknown", "192.0.2.5, 10.0.0.1"]
)

INTERNAL = (
    ["192.0.2.0", "192.0.2.255", "198.51.100.64", "198.51.100.79", "203.0.113.9"]
    + ["100.64.0.0", "100.127.255.255", "2001:db8:1::", "2001:DB8:0001::F%eth0"]
    + ["2001:db8:1:ffff:ffff:ffff:ffff:ffff", "2001:db8:2::5:8", "2001:db8:2::5:f"]
    + ["2001:0db8:0003:0000:0000:0000:0000:0005", "::ffff:192.0.2.5", "::FFFF:c000:205"]
    + ["0:0:0:0:0:ffff:100.64.1.1", "::ffff:203.0.113.9%1"]
)

# Seconds between two views of a page, around what makes the second a repeated one.
SECONDS_OF_REPEATS = [0, 0.2, 0.999999, 1, 1.000001, 4.999999, 5, 5.000001]

# What sources say of a device, a place and a session, in all spellings; most say none.
FACTS = {
    "device_category": (
        [
            "desktop",
            "Mobile",
            "TABLET",
            "smart tv",
            "Computer",
            "Smartphone",
            " phablet",
        ]
        + ["Game console", "ios", "Android", "Kühlschrank", "KÜHLSCHRANK", "bot"]
        + ["(not set)", "unknown", "toaster", "", "null", "Unknown"]
    ),
    "browser": (
        ["Chrome", "chrome mobile", "Android Webview", "<Other>", "Safari\t", "MSIE"]
        + ["Our Shell", "Lynx", "İnternet", "(not set)", "NULL", ""]
    ),
    "operating_system": (
        ["Web", "Macintosh", "iPadOS", "WINDOWS 10", "windows", "BeOS", "<Other>", "-"]
    ),
    "platform": ["WEB", "iOS", "android", "mob", "srv", "Kiosk", "fridge", "n/a", " "],
    "region": ["California", "(not set)", " Bayern ", "(Not Set)", "null", ""],
    "city": ["Zürich", "Nan", "unknown", "(not set)"],
    "language": ["en-us", "de-AT", "(not set)", "undefined"],
    "page_title": ["Shop", " Cart\n", "(not set)", ""],
    "source_session_id": ["1700000000", "0", "undefined", "s 1"],
}

PLAIN_ARRIVALS = [{}, {"page_url": OWN_PAGE}]
TELLING_ARRIVALS = [arrival for arrival in ARRIVALS if arrival not in PLAIN_ARRIVALS]

# Users are compared to the letter.
USERS = [None, "", "ana", "ben", "Ana", "ben ", "null", "nobody"]

# How many events a visitor may have.
LENGTHS = [1, 2, 5, 20, 60, 120, 300]


def random_events(seed, count, timeout_seconds=1800, lengths=LENGTHS, limits=()):
    """Raw events as dicts by column: `count` of several hundred visitors, with repeated
    deliveries, bad rows and clocks that run ahead among them. Silences lie around the
    timeout; some events lie at one of the `limits`, in seconds, from an earlier one.
    Of orders random_commerce says more."""
    chance = random.Random(seed)
    events = []
    orders = []
    while len(events) < count:
        events += random_visitor(
            chance, len(events), orders, timeout_seconds, lengths, limits
        )
    chance.shuffle(events)
    return events[:count]


def random_events_with_a_clock(seed, count, timeout_seconds=1800, limits=()):
    """Random events, and one that is the newest of all that stay. Every sixth visitor
    does one of its last things about the timeout before it, and may be there still."""
    chance = random.Random(seed)
    visitors = defaultdict(list)
    for event in random_events(seed, count - 3, timeout_seconds, limits=limits):
        visitors[event["visitor_id"]].append(event)

    clock = {
        "event_id": "clock",
        "visitor_id": "clock",
        "event_name": "page_view",
        "event_at": CLOCK,
        "loaded_at": CLOCK,
    }
    day_later = clock | {"event_at": CLOCK + ONE_DAY, "loaded_at": CLOCK + ONE_DAY}
    events = [
        clock,
        day_later | {"event_id": "a bot is no clock", "user_agent": BOTS[0]},
        day_later | {"event_id": "an internal one is not", "ip_address": INTERNAL[0]},
    ]
    for own_events in visitors.values():
        if chance.random() < 1 / 6 and all(e["event_at"] for e in own_events):
            own_events = moved_to_the_clock(chance, own_events, timeout_seconds)
        events += own_events
    chance.shuffle(events)
    return events


def moved_to_the_clock(chance, events, timeout_seconds):
    """A visitor's events at another time, without those that were newer than all."""
    silence = timedelta(seconds=chance.choice(timeouts(timeout_seconds)))
    silence += chance.choice([-MICROSECOND, timedelta(0), MICROSECOND])
    last = chance.choice(sorted(event["event_at"] for event in events)[-3:])
    distance = CLOCK - silence - last
    moved = [
        event
        | {"event_at": event["event_at"] + distance}
        | {"loaded_at": event["loaded_at"] and event["loaded_at"] + distance}
        for event in events
    ]
    return [event for event in moved if event["event_at"] <= CLOCK]


def random_visitor(chance, number, orders, timeout_seconds, lengths, limits=()):
    """The events of a visitor, and now and then of a friend who has the same orders.
    `orders` are the ids of all orders so far."""
    site_id = chance.choice(SITE_IDS)
    day = chance.choice([chance.choice(DAYS), chance.choice(days_of_change(site_id))])
    instant = day + timedelta(hours=chance.uniform(-14, 30))
    habits = random_habits(chance)
    user_id = None
    instants = []
    own_orders = []
    events = []
    for position in range(chance.choice(lengths)):
        if chance.random() < habits["haste"]:
            instant += small_step(chance, timeout_seconds)
        else:
            instant = next_instant(
                chance, instant, site_id, timeout_seconds, instants, limits
            )
        instants.append(instant)
        if chance.random() < habits["new_user"]:
            user_id = chance.choice(USERS)
        event_name = chance.choice(EVENT_NAMES)
        event = {
            "event_id": event_id(chance, number, position),
            "site_id": site_id,
            "visitor_id": f"visitor {number}",
            "user_id": chance.choice([None, user_id, user_id]),
            "event_name": event_name,
            "event_at": instant,
            "event_sequence": chance.choice([None, None, 0, 1, 2, -1]),
            "loaded_at": instant + timedelta(minutes=chance.choice([0, 1, 5, 4000])),
            "country": chance.choice([None, "US", "DE"]),
            "event_properties": random_properties(chance),
            "product_id": [None, "A 1", "b_2"][position % 3],
            "quantity": [1, None, 2, 0, -7][position % 5],
            "engaged_milliseconds": REPORTED[position % 7] if number % 2 else None,
            **random_money(chance, event_name, own_orders, orders),
            **random_arrival(chance, habits),
            **random_device(chance, habits),
            **random_facts(chance, habits),
        }
        again = views_again(chance, event) + ordered_again(chance, event)
        for next_event in [event, *again]:
            events += [next_event, *spoilt(chance, next_event)]
        instant = max(
            next_event["event_at"]
            for next_event in [event, *again]
            if next_event["visitor_id"] == event["visitor_id"]
        )
    return events + late_refunds(chance, events)


def views_again(chance, event):
    """Now and then what follows a page view at once: the page again, or another one and
    then the page, with other events in between."""
    if not is_view_of_a_page(event) or chance.random() < 0.7:
        return []
    instant = event["event_at"]
    again = []
    for number in range(chance.choice([1, 1, 2, 4])):
        before = instant
        instant += timedelta(seconds=chance.choice(SECONDS_OF_REPEATS))
        columns = {"event_at": instant}
        if chance.random() < 0.3:
            columns["page_url"] = chance.choice(
                [OWN_PAGE, OWN_PAGE + "2", OWN_PAGE.upper()]
            )
        between = {
            "event_id": f"{event['event_id']}.{number} between",
            "event_name": chance.choice(EVENT_NAMES),
            "event_at": before + (instant - before) / 2,
            "page_url": chance.choice([None, event["page_url"]]),
        }
        if chance.random() < 0.3:
            again.append(event | between)
        again.append(event | {"event_id": f"{event['event_id']}.{number}"} | columns)
    return again


def is_view_of_a_page(event):
    return event["event_name"] == "page_view" and bool(event.get("page_url"))


@cache
def days_of_change(site_id):
    """Those of DAYS on which the site's clocks change; all where they never do."""
    changes = [
        day
        for day in DAYS
        if local(day - ONE_DAY, site_id).utcoffset()
        != local(day + ONE_DAY, site_id).utcoffset()
    ]
    return changes or DAYS


def random_habits(chance):
    """What makes visitors unlike each other: how many of their steps are small, how
    often another user logs in, and where they come from, now and then the same again.
    Without such habits no visit would last, and rules about long ones go untried."""
    return {
        "haste": chance.choice([0, 0, 0.5, 0.9, 0.98]),
        "new_user": chance.choice([0, 0.03, 0.3]),
        "new_source": chance.choice([0.02, 0.1, 0.5]),
        "arrivals": random_arrivals(chance),
        "agents": chance.choices(PEOPLE, k=2),
        "addresses": chance.choices(ADDRESSES, k=2),
        "facts": chance.choice([0, 0, 0.1, 0.7]),
    }


def random_arrivals(chance):
    """Where a visitor comes from: of some, hosts that are neighbours."""
    if chance.random() < 0.3:
        return chance.choices(NEIGHBOURLY_ARRIVALS, k=3)
    return chance.choices(TELLING_ARRIVALS, k=3)


def random_arrival(chance, habits):
    if chance.random() >= habits["new_source"]:
        return chance.choice(PLAIN_ARRIVALS)
    return chance.choice([*habits["arrivals"], chance.choice(ARRIVALS)])


def random_device(chance, habits):
    """User agent and address: most often the usual ones, now and then those of a bot or
    internal. More of these would leave no long visits."""

    def one_of(usual, others, excluded):
        return chance.choice(chance.choices([usual, others, excluded], [92, 5, 3])[0])

    return {
        "user_agent": one_of(habits["agents"], PEOPLE, BOTS),
        "ip_address": one_of(habits["addresses"], ADDRESSES, INTERNAL),
    }


def random_facts(chance, habits):
    """What the source says itself: of some visitors nothing, of others now and then."""
    return {
        name: chance.choice(words) if chance.random() < habits["facts"] else None
        for name, words in FACTS.items()
    }


def event_id(chance, number, position):
    """An id whose order as bytes differs from its order by letters or by arrival."""
    return chance.choice("aBéz_Z~ß") + f"-{number}-{position}"


def small_step(chance, timeout_seconds):
    """A length of time within any but the shortest visit."""
    some = timedelta(seconds=timeout_seconds * chance.uniform(0, 0.1))
    return chance.choice([timedelta(0), MICROSECOND, timedelta(seconds=1), some, some])


def next_instant(chance, instant, site_id, timeout_seconds, instants=(), limits=()):
    """When the visitor's next event happens: after some time, or at an edge or a
    microsecond off. `instants` are those of the events before, oldest first."""
    timeout = timedelta(seconds=timeout_seconds)
    kind = chance.choice(
        ["same instant"] * 2
        + ["seconds"] * 2
        + ["within the timeout"] * 9
        + ["silence"] * 5
        + ["since an earlier event"] * 4
        + ["calendar"] * 4
        + ["long silence"] * 2
    )
    if kind == "same instant":
        return instant
    if kind == "seconds":
        return instant + timedelta(seconds=chance.choice([1, 10, 10.5]))
    if kind == "within the timeout":
        return instant + timeout * chance.uniform(0, 2 / 3)
    if kind == "long silence":
        some = timeout * chance.uniform(2 / 3, 3)
        return instant + chance.choice([some, some, NINE_HOURS, ONE_DAY])

    if kind == "silence":
        edge = instant + timedelta(seconds=chance.choice(timeouts(timeout_seconds)))
    elif kind == "since an earlier event":
        # What opens a session is most often one of the last, or where a visit began.
        start = chance.choice(
            [*instants[-6:], *visit_starts(instants, timeout), instant]
        )
        seconds = chance.choice([*timeouts(timeout_seconds), *limits, *limits])
        edge = start + timedelta(seconds=seconds)
    else:
        edge = chance.choice(
            [next_midnight(instant, site_id)] * 2
            + [next_midnight(instant, "default")]
            + [next_hour(instant, site_id)] * 2
            + [next_hour(instant, "default")]
        )
    return max(instant, edge + chance.choice([-MICROSECOND, timedelta(0), MICROSECOND]))


def timeouts(timeout_seconds):
    """The timeout in seconds, and where it lies when silences are cut to minutes."""
    minutes = timeout_seconds // 60
    return [timeout_seconds] * 2 + [minutes * 60 + 60, -(-timeout_seconds // 60) * 60]


def visit_starts(instants, timeout):
    """The last instant after a silence past the timeout, twice; none for none."""
    pairs = zip(reversed(instants[:-1]), reversed(instants[1:]), strict=True)
    after = (later for earlier, later in pairs if later - earlier > timeout)
    return [next(after, instants[0])] * 2 if instants else []


def next_midnight(instant, site_id):
    """The instant in UTC at which the site's next local day begins."""
    clock = local(instant, site_id)
    midnight = datetime(clock.year, clock.month, clock.day) + ONE_DAY
    return midnight.replace(tzinfo=clock.tzinfo).astimezone(UTC).replace(tzinfo=None)


def next_hour(instant, site_id):
    """The instant in UTC at which the site's next local hour begins; clocks that are
    set forward or back begin one as well."""

    def hour(instant):
        clock = local(instant, site_id)
        return clock.date(), clock.hour, clock.utcoffset()

    minute = instant.replace(second=0, microsecond=0)
    while hour(minute) == hour(instant):
        minute += timedelta(minutes=1)
    return minute


def local(instant, site_id):
    """An instant in UTC as an aware one in the zone of a site."""
    zones = {site: zone for site, _, zone, _ in SITES}
    zone = ZoneInfo(zones.get(site_id, "UTC"))
    return instant.replace(tzinfo=UTC).astimezone(zone)


def spoilt(chance, event):
    """Now and then a second row made of the event: delivered again, or a bad one."""
    kind = chance.random()
    if kind < 0.02:
        return [event | {"loaded_at": event["loaded_at"] + timedelta(hours=1)}]
    if kind < 0.04:
        return [event | {"event_at": event["event_at"] + timedelta(minutes=7)}]
    if kind < 0.05:
        changed = {"user_id": "ana", "event_sequence": 10}
        facts = random_facts(chance, {"facts": 0.9})
        return [event | chance.choice([changed, facts]), dict(event)]
    if kind < 0.06:
        column = chance.choice(
            ["event_id", "visitor_id", "event_name", "event_at", "loaded_at"]
        )
        nothing = chance.choice(["undefined", "\t"]) if column == "visitor_id" else None
        consent = chance.choice([None, "denied", " Denied", "granted"])
        return [event | {column: nothing, "consent": consent}]
    if kind < 0.07:
        late = timedelta(minutes=60) + chance.choice([-1, 0, 1]) * MICROSECOND
        changed = {
            "event_id": event["event_id"] + "+",
            "event_at": event["loaded_at"] + late,
        }
        return [event | changed]
    if kind < 0.08:
        # two deliveries, of which one alone may be that of a bot or internal
        step = chance.choice([-1, 0, 0, 1]) * timedelta(minutes=1)
        changed = chance.choice(
            [{"user_agent": chance.choice(BOTS)}]
            + [{"ip_address": chance.choice(INTERNAL)}]
            + [{"user_agent": None, "ip_address": None}]
        )
        return [event | changed | {"loaded_at": event["loaded_at"] + step}]
    return []
