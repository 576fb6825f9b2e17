"""Seeded traffic of an apparel shop: one Parquet file with the columns of raw.events.

Inside, an event is a row of EVENT, a NumPy record of integer codes; texts are looked up
at the very end. What a visitor is like follows from a hash of the visitor's number, and
returning visitors are drawn from the number ranges of earlier days, so memory depends
on the size of a chunk and not on the size of the output.
"""

import argparse
import os
import signal
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from command_line import Parser, calendar_day, whole_number
from event_contract import event_columns
from numpy.random import Generator
from project import ROOT
from tqdm import tqdm

OUTPUT = ROOT / "sample" / "events.parquet"
SITE, DOMAIN = "shop", "https://shop.example.com"
TIME_ZONE = ZoneInfo("America/New_York")


def words(text: str) -> list[str]:
    """The words of a text in several lines."""
    return text.split()


def columns_of(table: str) -> list[tuple[str, ...]]:
    """The columns of a text table."""
    return list(zip(*map(words, table.strip().splitlines()), strict=True))


TYPES = {
    "string": pa.string(),
    "timestamp": pa.timestamp("us"),
    "bigint": pa.int64(),
    "decimal(20, 6)": pa.decimal128(20, 6),
}
SCHEMA = pa.schema([(c["name"], TYPES[c["data_type"]]) for c in event_columns()])

# ------------------------------------------------------------------ when people come

SECOND = 1_000_000  # microseconds, the unit of every instant below
MINUTE, HOUR, DAY = 60 * SECOND, 3_600 * SECOND, 86_400 * SECOND

SALE_DAYS = 2  # from 4/7 of the period on, if that has four days
SALE_LEVEL = 2.375  # of an ordinary day
LEVEL_AFTER_SALE = 1.075
WEEKDAY_LEVELS = [0.99, 0.98, 0.98, 0.99, 0.98, 1.03, 1.05]  # Monday to Sunday
DAY_SPREAD = 0.012  # sigma of the level of a day
HOUR_WEIGHTS = words("""
    25 13  7  4  3  5 12 25 38 46 50 52
    58 56 52 50 52 58 70 86 92 86 70 48
""")  # from local midnight on

# Measured under the preset `standard`: a pause, a new traffic source and midnight make
# two sessions of one visit; robots and colleagues make none.
SESSIONS_PER_VISIT = 1.03
EVENTS_PER_VISIT = 6.43  # measured, as rows delivered

# ---------------------------------------------------------------- where they come from

REFERRERS = {
    "-": None,
    "google": "https://www.google.com/",
    "bing": "https://www.bing.com/",
    "duckduckgo": "https://duckduckgo.com/",
    "instagram": "https://l.instagram.com/",
    "facebook": "https://m.facebook.com/",
    "tiktok": "https://www.tiktok.com/",
    "chatgpt": "https://chatgpt.com/",
    "deals": "https://deals.example.org/fashion",
    "blog": "https://style-notes.example.net/spring-outfits",
    "magazine": "https://capsule-wardrobe.example.org/linen",
}
# Group, % of ordinary visits, % of the visits that the sale adds, referrer, click id,
# source/medium/campaign/term/content, and where these stand: `utm` parameters, `UTM`
# parameters in capitals, or the `traffic` columns.
LANDINGS = """
    direct       24.0  5.0  -           -        -                                  -
    organic      27.0  3.0  google      -        -                                  -
    organic       3.0  0.5  bing        -        -                                  -
    organic       1.5  0.3  duckduckgo  -        -                                  -
    paid_search   6.0  1.7  google      gclid    -                                  -
    paid_search   2.0  0.5  google      gclid    google/cpc/brand                   utm
    paid_search   1.0  0.2  google      gclid    google/cpc/dresses/wrap+dress      utm
    paid_search   1.0  0.1  bing        msclkid  bing/cpc/brand                     utm
    social        4.0  1.5  instagram   -        -                                  -
    social        2.5  0.5  facebook    fbclid   -                                  -
    paid_social   3.5  0.0  instagram   fbclid   instagram/paid_social/spring       utm
    paid_social   3.0  0.0  facebook    fbclid   facebook/paid_social/spring//video utm
    paid_social   1.5  0.0  tiktok      ttclid   tiktok/paid_social/spring          utm
    paid_social   0.0 27.0  instagram   fbclid   instagram/paid_social/flash_sale   utm
    paid_social   0.0 15.0  facebook    fbclid   facebook/paid_social/flash_sale    utm
    paid_social   0.0 21.0  tiktok      ttclid   tiktok/paid_social/flash_sale      utm
    paid_social   0.0  2.0  -           fbclid   Instagram/paid_social/flash%20sale UTM
    paid_social   0.0  1.0  facebook    fbclid   facebook/paid_social/flash+sale    utm
    paid_social   0.5  2.0  facebook    -        facebook/paid_social/come_back traffic
    email         9.0  0.0  -           -        newsletter/email/weekly_edit       utm
    email         0.0 12.0  -           -        newsletter/email/flash_sale        utm
    email         0.0  3.0  -           -        newsletter/email/flash_sale//final utm
    email         1.0  1.0  -           -        newsletter/email/welcome       traffic
    affiliate     3.0  1.0  deals       -        deals.example.org/affiliate        utm
    affiliate     1.0  0.5  -           -        Voucher%20Club/affiliate           utm
    assistant     2.0  0.4  chatgpt     -        chatgpt.com                        utm
    assistant     0.5  0.1  chatgpt     -        -                                  -
    referral      2.0  0.4  blog        -        -                                  -
    referral      1.0  0.3  magazine    -        -                                  -
"""
# Group, % newcomers, % of visits with an order, % that begin on the home page, on a
# category, on content, on a product.
GROUPS = """
    direct       48  3.0  70 20  2  8
    organic      70  2.4  25 35 15 25
    paid_search  74  3.0  10 50  0 40
    social       76  1.1  40 15 25 20
    paid_social  88  1.7  10 45  0 45
    email        22  5.3  15 60  5 20
    affiliate    80  2.6  20 45  0 35
    assistant    85  2.6  10 35 20 35
    referral     85  1.6  25 30 20 25
"""
RETURN_GROUPS = ["email", "organic", "paid_search"]  # of arrivals in mid-visit

# -------------------------------------------------------------------- what they do

STEPS = {  # event name, median seconds since the step before, kind of page it opens
    "home": ("page_view", 25, "home"),
    "category": ("page_view", 35, "category"),
    "content": ("page_view", 50, "content"),
    "product": ("page_view", 40, "product"),
    "detail": ("product_view", 0.6, None),
    "click": ("click", 12, None),
    "cart": ("add_to_cart", 20, None),
    "checkout": ("begin_checkout", 40, "checkout"),
    "purchase": ("purchase", 150, "thank_you"),
    "ping": ("ping", 60, None),
}
# After each step, the weights of the next one, in the order of STEPS, then of leaving:
#                home cat con pro det cli car che pur pin leave
JOURNEYS = {
    "looking": """
        home        0  46   4  14   0  12   0   0   0   0  24
        category    0  16   0  52   0  14   0   0   0   1  17
        content     6  22   0  14   0  14   0   0   0   2  42
        product     0   0   0   0  90   0   0   0   0   0  10
        detail      0  20   0  30   0  26   6   0   0   2  16
        click       0  20   0  38   0  14   3   0   0   0  25
        cart        0  22   0  38   0   8   0  20   0   0  12
        checkout    0   0   0  15   0  20   0   0   0   0  65
        ping        0   0   0  20   0  30   0   0   0   0  50
    """,
    "buying": """
        home        0  60   0  30   0  10   0   0   0   0   0
        category    0  15   0  75   0  10   0   0   0   0   0
        content     0  60   0  40   0   0   0   0   0   0   0
        product     0   0   0   0 100   0   0   0   0   0   0
        detail      0  12   0  26   0  20  42   0   0   0   0
        click       0  25   0  45   0   0  30   0   0   0   0
        cart        0  15   0  25   0   5   0  55   0   0   0
        checkout    0   0   0   0   0   0   0   0 100   0   0
        purchase    0   0   0   0   0   0   0   0   0   5  95
    """,
    "crawling": """
        home        2  24   8  61   0   0   0   0   0   0   5
        category    2  24   8  61   0   0   0   0   0   0   5
        content     2  24   8  61   0   0   0   0   0   0   5
        product     2  24   8  61   0   0   0   0   0   0   5
    """,
}
LOOKING, BUYING, CRAWLING = range(3)
GAP_SPREAD = 0.9  # sigma of the lognormal time between two steps
LONGEST_GAP = 25 * MINUTE
ROBOT_PACE = 0.05  # of a person's time between two steps
PAUSES = 0.0045  # share of steps before which the visitor is away for a while
PAUSE = (31 * MINUTE, 90 * MINUTE)
MID_VISIT_ARRIVALS = 0.009  # share of page views after the first of a visit
CLICKS_AT_ONCE = 0.06  # share of clicks in the same instant as the event before
SEVERAL = 0.12  # share of additions to the cart of two or three pieces

# --------------------------------------------------------------- what the shop sells

GARMENTS = words("""
    oxford-shirt    69  linen-shirt      79  pocket-tee       29  wrap-dress     98
    midi-dress     118  slip-dress       89  slim-jeans       89  wide-leg-jeans 95
    chino-trousers  75  merino-sweater  110  cable-cardigan  125  zip-hoodie     65
    trench-coat    249  quilted-jacket  159  rain-parka      189  leather-belt   39
    canvas-shoes    69  leather-loafers 145  ankle-boots     179  wool-scarf     45
""")  # and the price in US dollars
COLOURS = ["black", "navy", "sand", "olive", "white", "rust"]
PRODUCTS = [f"{garment}-{colour}" for colour in COLOURS for garment in GARMENTS[::2]]
PRICES = np.array(GARMENTS[1::2] * len(COLOURS), dtype="i8") * 100
SALE_DISCOUNT = 30  # %

PAGES = {
    "home": ["/"],
    "category": words("""
        /women/dresses /new /men/shirts /women/jeans /sale /shoes /women/knitwear
        /men/trousers /outerwear /men/jeans /accessories
    """),
    "content": ["/journal/linen-guide", "/size-guide", "/journal/care", "/stores"],
    "product": [f"/products/{product}" for product in PRODUCTS],
    "checkout": ["/checkout"],
    "thank_you": ["/thank-you"],
}
PATHS = [path for paths in PAGES.values() for path in paths]

REPEATED_THANK_YOU = 0.06  # share of orders
REPEATED_AFTER = (3 * SECOND, DAY)
REFUNDED = 0.05  # share of orders
REFUNDED_AFTER = (1, 10)  # days
REFUNDED_PARTS = np.array([100, 100, 100, 50, 30])  # % of the order

# ------------------------------------------------------------------- who they are

ROBOTS, COLLEAGUES = 0.015, 0.005  # shares of visitors
TWO_DEVICES = 0.25  # share of people
ACCOUNTS = 0.21  # share of people who log in when their visit is long enough
NO_AGENT = 0.02  # share of events
EARLIER_DAYS = 45  # with visitors who may return in the period
RETURN_AFTER = 9  # days, the mean of an exponential
SEED_RANGE = 10**12  # numbers of events, visitors and orders that belong to one seed

COUNTRIES = words("""
    US 880 USD  CA 45 USD  GB 25 GBP  MX 14 USD  DE 12 EUR  AU 10 USD  FR 9 EUR
""")  # country, weight, currency of its orders
# Weight, form of an address; the networks are kept for carriers and for documentation.
NETWORKS = """
    70  100.{carrier}.{0}.{1}
    25  2001:db8:{0:x}{1:02x}:{2:x}::{3:x}
     2  192.0.2.{0}
     2  198.51.100.{0}
     1  203.0.113.{0}
"""
OFFICE = "10.20.{0}.{1}"

WINDOWS, LINUX = "Windows NT 10.0; Win64; x64", "X11; Linux x86_64"
MAC, IPAD = "Macintosh; Intel Mac OS X 10_15_7", "iPad; CPU OS 18_6 like Mac OS X"
ANDROID, TABLET = "Linux; Android 10; K", "Linux; Android 14; SM-X710"
IPHONE = "iPhone; CPU iPhone OS 18_7 like Mac OS X"
OLD_IPHONE = "iPhone; CPU iPhone OS 17_6_1 like Mac OS X"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{0}.0.0.0 Safari/537.36"
APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
SAFARI_MOBILE = f"{APPLE} Version/{{0}} Mobile/15E148 Safari/604.1"
FIREFOX, REVISION = "Gecko/20100101 Firefox/{0}.0", "; rv:{0}.0"
BROWSERS: list[
    tuple[int, str, list[Any], list[str]]
] = [  # weight on each system, browser, versions, systems
    (17, CHROME, [145, 144, 143], [WINDOWS, MAC]),
    (2, CHROME, [145, 144], [LINUX, TABLET]),
    (4, f"{CHROME} Edg/{{0}}.0.0.0", [145, 144], [WINDOWS]),
    (2, FIREFOX, [147, 146], [WINDOWS + REVISION, MAC + REVISION, LINUX + REVISION]),
    (8, f"{APPLE} Version/{{0}} Safari/605.1.15", ["26.2", "18.6", "17.6"], [MAC]),
    (22, CHROME.replace(" Safari", " Mobile Safari"), [145, 144, 143, 142], [ANDROID]),
    (27, SAFARI_MOBILE, ["26.2", "26.1", "26.0", "18.6"], [IPHONE]),
    (6, SAFARI_MOBILE, ["17.6", "17.5"], [OLD_IPHONE]),
    (6, f"{APPLE} Mobile/15E148 Instagram {{0}}", ["410.0.0", "409.1.0"], [IPHONE]),
    (4, SAFARI_MOBILE, ["26.2", "18.6", "17.6"], [IPAD]),
]
ROBOT_AGENTS = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    f"Mozilla/5.0 ({LINUX}) {CHROME.replace('Chrome', 'HeadlessChrome')}".format(144),
    "curl/8.7.1",
]

# --------------------------------------------------------------- how events arrive

MICRO_BATCH = 5 * MINUTE
USUAL_DELAY = 20 * SECOND  # mean of an exponential
LATE = 0.01  # share of events
LATE_BY = (2 * HOUR, 3 * DAY)
DELIVERED_TWICE = 0.007  # share of events
DELIVERED_AGAIN_AFTER = (5 * MINUTE, DAY)
BAD = 0.0002  # share of events without visitor, without name or from a wrong clock
CLOCK_WRONG_BY = (2 * HOUR, 30 * DAY)  # ahead of the arrival
CHUNK = 20_000  # visits that are made, sorted by arrival and written together

# -------------------------------------------------------- the tables, ready to look up


def cumulative(weights: npt.ArrayLike) -> np.ndarray:
    """Running shares, up to 1, along the last axis."""
    running = np.cumsum(np.asarray(weights, dtype=float), axis=-1)
    return running / running[..., -1:]


def query_of(click: str, tags: str, place: str) -> str:
    """What follows the path of a landing page; after a final "=" comes a click id."""
    keys = ("source", "medium", "campaign", "term", "content")
    prefix = {"utm": "utm_", "UTM": "UTM_"}.get(place)
    pairs = zip(keys, tags.split("/"), strict=False) if prefix else []
    parameters = [f"{prefix}{key}={value}" for key, value in pairs if value]
    parameters += [f"{click}="] if click != "-" else []
    return "?" + "&".join(parameters) if parameters else ""


def traffic_of(tags: str, place: str) -> list[str | None]:
    """The five traffic columns of a landing."""
    return [*(tags.split("/") if place == "traffic" else []), *[None] * 5][:5]


def next_steps(journey: str) -> np.ndarray:
    """Running shares by step and next step; one past the last step is to leave."""
    weights = np.eye(1, len(STEPS) + 1, len(STEPS)).repeat(len(STEPS), axis=0)
    for step, *row in zip(*columns_of(journey), strict=True):
        weights[STEP[step]] = row
    return cumulative(weights)


GROUP, SHARE, SALE_SHARE, REFERRER, CLICK, TAGS, PLACE = columns_of(LANDINGS)
SHARES, SALE_SHARES = (np.array(column, float) / 100 for column in (SHARE, SALE_SHARE))
RETURNS = cumulative(SHARES * np.isin(GROUP, RETURN_GROUPS))
GROUP_NAMES, *GROUP_FIGURES = columns_of(GROUPS)
GROUP_CODES = [GROUP_NAMES.index(name) for name in GROUP]
FIGURES = np.array(GROUP_FIGURES, float)[:, GROUP_CODES]
NEWCOMERS, BUYERS = FIGURES[:2] / 100
ENTRIES = cumulative(FIGURES[2:].T)
QUERIES = [*map(query_of, CLICK, TAGS, PLACE), ""]  # "" is for all other pages
TRAFFIC = dict(
    zip(
        ["source", "medium", "campaign", "term", "content"],
        zip(*map(traffic_of, TAGS, PLACE), strict=True),
        strict=True,
    )
)

STEP = {name: code for code, name in enumerate(STEPS)}
NEXT_STEPS = np.stack([next_steps(journey) for journey in JOURNEYS.values()])
STEP_EVENTS, STEP_SECONDS, STEP_PAGES = map(np.array, zip(*STEPS.values(), strict=True))
EVENT_NAMES = [*dict.fromkeys(STEP_EVENTS), "refund"]
PAGE_VIEW = EVENT_NAMES.index("page_view")
PURCHASE, REFUND = EVENT_NAMES.index("purchase"), EVENT_NAMES.index("refund")
EVENT_OF_STEP = np.array([EVENT_NAMES.index(name) for name in STEP_EVENTS])
FIRST_PAGE = {kind: PATHS.index(paths[0]) for kind, paths in PAGES.items()}
POPULARITY = {
    kind: cumulative(1 / (np.arange(len(paths)) + 4)) for kind, paths in PAGES.items()
}
COUNTRY, COUNTRY_WEIGHT, CURRENCY = COUNTRIES[::3], COUNTRIES[1::3], COUNTRIES[2::3]
CURRENCIES = sorted(set(CURRENCY))
CURRENCY_OF_COUNTRY = np.array([CURRENCIES.index(name) for name in CURRENCY])
AGENTS = {
    f"Mozilla/5.0 ({system}) {browser}".format(version): weight / len(versions)
    for weight, browser, versions, systems in BROWSERS
    for system in systems
    for version in versions
}

NONE = -1  # null, in every field of an event
FIELDS = words("""
    number visitor user name at sequence loaded page previous_page landing opened_by
    order cents currency product quantity
""")  # codes and numbers; instants are microseconds since 1970 in UTC
EVENT = np.dtype([(field, "i8") for field in FIELDS])


def pick(running_shares: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Index of the choice that each draw in [0, 1) falls on."""
    return np.searchsorted(running_shares, draws, side="right")


def spread(generator: Generator, bounds: tuple[int, int], count: int) -> np.ndarray:
    """Durations between two bounds, evenly on a logarithmic scale."""
    least, most = np.log(bounds)
    return np.exp(generator.uniform(least, most, count)).astype("i8")


def next_batch(instants: np.ndarray) -> np.ndarray:
    """When the loader comes by next."""
    return -(-instants // MICRO_BATCH) * MICRO_BATCH


def mix(numbers: np.ndarray) -> np.ndarray:
    """One-to-one scramble (SplitMix64) of 64-bit integers into unsigned ones."""
    mixed = numbers.astype("u8") * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def trait(numbers: np.ndarray, name: str) -> np.ndarray:
    """A draw in [0, 1) for each number, the same whenever it is asked for."""
    salt = np.uint64(int.from_bytes(name.encode()[:8], "big"))
    return (mix(mix(numbers) ^ salt) >> np.uint64(11)) * 2.0**-53


def is_robot(visitors: np.ndarray) -> np.ndarray:
    """Whether each visitor is a robot."""
    return trait(visitors, "robot") < ROBOTS


def person_of(visitors: np.ndarray) -> np.ndarray:
    """Number of the person behind each visitor; two neighbours may be one person."""
    pairs = visitors // 2
    return np.where(trait(pairs, "devices") < TWO_DEVICES, pairs * 2, visitors)


def country_of(visitors: np.ndarray) -> np.ndarray:
    """Code of each visitor's country."""
    return pick(cumulative(COUNTRY_WEIGHT), trait(person_of(visitors), "country"))


class Visits(NamedTuple):
    """Arrays with one entry per visit, in the order of their starts."""

    start: np.ndarray
    visitor: np.ndarray
    landing: np.ndarray
    journey: np.ndarray


class Walk(NamedTuple):
    """Arrays with one entry per step of all visits, in order."""

    visit: np.ndarray  # index into Visits
    step: np.ndarray  # in STEPS
    crawls: np.ndarray  # whether a robot goes
    is_first: np.ndarray  # of its visit


def walk_of(generator: Generator, visits: Visits) -> Walk:
    """The steps that the visits consist of."""
    visit = np.arange(len(visits.start))
    chances = ENTRIES[visits.landing]
    walked = [(visit[:0], visit[:0])]
    while len(visit):
        step = (generator.random((len(visit), 1)) >= chances).sum(axis=1)
        stays = step < len(STEPS)
        visit, step = visit[stays], step[stays]
        walked.append((visit, step))
        chances = NEXT_STEPS[visits.journey[visit], step]
    visit, step = (np.concatenate(arrays) for arrays in zip(*walked, strict=True))
    order = np.argsort(visit, kind="stable")
    visit, step = visit[order], step[order]
    is_first = np.diff(visit, prepend=NONE) != 0
    return Walk(visit, step, visits.journey[visit] == CRAWLING, is_first)


def set_instants(
    generator: Generator, events: np.ndarray, visits: Visits, walk: Walk
) -> None:
    """Fills when events happen, and their order where some share an instant."""
    count, row = len(events), np.arange(len(events))
    at_once = (walk.step == STEP["click"]) & (generator.random(count) < CLICKS_AT_ONCE)
    gap = generator.lognormal(np.log(STEP_SECONDS * SECOND)[walk.step], GAP_SPREAD)
    gap = np.minimum(gap * np.where(walk.crawls, ROBOT_PACE, 1), LONGEST_GAP)
    pauses = (generator.random(count) < PAUSES) & ~walk.crawls
    gap += pauses * generator.uniform(*PAUSE, count)
    elapsed = np.cumsum(np.where(walk.is_first | at_once, 0, gap).astype("i8"))
    events["at"] = (visits.start - elapsed[walk.is_first])[walk.visit] + elapsed
    sequence = row - np.maximum.accumulate(np.where(at_once, 0, row)) + 1
    has_company = at_once | np.append(at_once[1:], False)
    events["sequence"] = np.where(has_company, sequence, NONE)


def set_pages(
    generator: Generator, events: np.ndarray, visits: Visits, walk: Walk
) -> None:
    """Fills the page that each event happens on and how the visitor got there."""
    count, row = len(events), np.arange(len(events))
    page = np.full(count, NONE)
    for kind, popularity in POPULARITY.items():
        there = np.flatnonzero(STEP_PAGES[walk.step] == kind)
        page[there] = FIRST_PAGE[kind] + pick(popularity, generator.random(len(there)))
    opener = np.maximum.accumulate(np.where(page != NONE, row, 0))
    arrives = generator.random(count) < MID_VISIT_ARRIVALS
    arrives &= (events["name"] == PAGE_VIEW) & ~walk.crawls
    landing = np.where(arrives, pick(RETURNS, generator.random(count)), NONE)
    landing[walk.is_first] = visits.landing
    previous_page = np.where(landing == NONE, page[opener[row - 1]], NONE)
    events["page"], events["previous_page"] = page[opener], previous_page[opener]
    events["landing"], events["opened_by"] = landing[opener], events["number"][opener]


def set_products(generator: Generator, events: np.ndarray, walk: Walk) -> None:
    """Fills the products that are looked at and put into carts."""
    count = len(events)
    carts = walk.step == STEP["cart"]
    product = events["page"] - FIRST_PAGE["product"]
    on_its_page = (product >= 0) & (product < len(PRODUCTS))
    popular = pick(POPULARITY["product"], generator.random(count))
    product = np.where(on_its_page, product, popular)
    several = generator.random(count) < SEVERAL
    quantity = np.where(several, generator.integers(2, 4, count), 1)
    shown = carts | (walk.step == STEP["detail"])
    events["product"] = np.where(shown, product, NONE)
    events["quantity"] = np.where(carts, quantity, NONE)


def set_bought(events: np.ndarray, walk: Walk, bought: np.ndarray) -> None:
    """Fills the product of purchases: a tracker without lists of items names one, here
    the first that the visit put into the cart."""
    carts = np.flatnonzero(walk.step == STEP["cart"])
    visits, first = np.unique(walk.visit[carts], return_index=True)
    cart_of = np.full(walk.visit[-1] + 1, NONE)
    cart_of[visits] = carts[first]
    cart = cart_of[walk.visit[bought]]
    for field in ("product", "quantity"):
        events[field][bought] = np.where(cart == NONE, NONE, events[field][cart])


def set_users(
    generator: Generator, events: np.ndarray, visits: Visits, walk: Walk
) -> None:
    """Fills the user from the login of a visit on."""
    row, first_row = np.arange(len(events)), np.flatnonzero(walk.is_first)
    person = person_of(visits.visitor)
    length = np.bincount(walk.visit)
    login_row = first_row + generator.random(len(length)) * length
    login_row[trait(person, "account") >= ACCOUNTS] = len(events)
    known = row >= login_row[walk.visit]
    events["user"] = np.where(known, person[walk.visit], NONE)


class Shop:
    """The course of one seed's traffic: what it remembers from chunk to chunk."""

    def __init__(self, seed: int, visits_per_day: float):
        earlier = max(1, round(visits_per_day * (SHARES @ NEWCOMERS)))
        # Where the new visitors of each day begin, today's being the last.
        self.first_visitors = [
            seed * SEED_RANGE + day * earlier for day in range(EARLIER_DAYS + 1)
        ]
        self.next_visitor = self.first_visitors[-1]
        self.next_event = self.next_order = seed * SEED_RANGE
        # by day of the period, arrays of EVENT
        self.refunds_on: dict[int, list[np.ndarray]] = defaultdict(list)

    def numbered(self, events: np.ndarray) -> np.ndarray:
        """The events with numbers not used before."""
        events["number"] = np.arange(self.next_event, self.next_event + len(events))
        self.next_event += len(events)
        return events

    def visits(
        self, generator: Generator, starts: np.ndarray, shares: np.ndarray
    ) -> Visits:
        """Who comes at these instants; shares are those of the landings."""
        count = len(starts)
        landing = pick(cumulative(shares), generator.random(count))
        days_ago = 1 + generator.exponential(RETURN_AFTER, count).astype("i8")
        day = np.maximum(len(self.first_visitors) - 1 - days_ago, 0)
        first, until = np.array(self.first_visitors)[[day, day + 1]]
        # The square makes some visitors of a day more loyal than others.
        visitor = first + ((until - first) * generator.random(count) ** 2).astype("i8")
        new = np.flatnonzero(generator.random(count) < NEWCOMERS[landing])
        visitor[new] = self.next_visitor + np.arange(len(new))
        self.next_visitor += len(new)
        journey = np.where(generator.random(count) < BUYERS[landing], BUYING, LOOKING)
        robots = is_robot(visitor)
        journey[robots], landing[robots] = CRAWLING, GROUP.index("direct")
        return Visits(starts, visitor, landing, journey)

    def events(self, generator: Generator, visits: Visits, discount: int) -> np.ndarray:
        """What the visits leave behind; the discount on orders is in %."""
        walk = walk_of(generator, visits)
        events = self.numbered(np.full(len(walk.visit), NONE, EVENT))
        events["visitor"] = visits.visitor[walk.visit]
        events["name"] = EVENT_OF_STEP[walk.step]
        set_instants(generator, events, visits, walk)
        set_pages(generator, events, visits, walk)
        set_products(generator, events, walk)
        set_users(generator, events, visits, walk)

        worth = PRICES[events["product"]] * np.maximum(events["quantity"], 0)
        basket = np.bincount(walk.visit, worth)[walk.visit]
        bought = events["name"] == PURCHASE
        events["cents"][bought] = basket[bought] * (100 - discount) // 100
        set_bought(events, walk, bought)
        events["order"][bought] = self.next_order + np.arange(bought.sum())
        self.next_order += bought.sum()
        country = country_of(events["visitor"][bought])
        events["currency"][bought] = CURRENCY_OF_COUNTRY[country]
        return events

    def repeated_thank_yous(
        self, generator: Generator, orders: np.ndarray
    ) -> np.ndarray:
        """Thank-you pages that are opened again, of these purchase events."""
        again = orders[generator.random(len(orders)) < REPEATED_THANK_YOU]
        again["at"] += spread(generator, REPEATED_AFTER, len(again))
        return self.numbered(again)

    def plan_refunds(self, generator: Generator, orders: np.ndarray, day: int) -> None:
        """Puts off the refunds of a day's purchase events to the days they fall on."""
        refunds = orders[generator.random(len(orders)) < REFUNDED]
        days_later = generator.integers(*REFUNDED_AFTER, len(refunds), endpoint=True)
        part = generator.choice(REFUNDED_PARTS, len(refunds))
        refunds["at"] += days_later * DAY + generator.integers(0, HOUR, len(refunds))
        refunds["cents"] = refunds["cents"] * part // 100
        refunds["name"] = REFUND
        for field in ("page", "previous_page", "landing"):
            refunds[field] = NONE
        for later in np.unique(days_later):
            self.refunds_on[day + later].append(refunds[days_later == later])

    def refunds(self, day: int) -> list[np.ndarray]:
        """The refunds that fall on a day."""
        return [self.numbered(refunds) for refunds in self.refunds_on.pop(day, [])]


def deliveries(generator: Generator, events: np.ndarray) -> np.ndarray:
    """The events in the order of arrival, some late, twice or damaged."""
    count = len(events)
    delay = generator.exponential(USUAL_DELAY, count).astype("i8")
    late = np.flatnonzero(generator.random(count) < LATE)
    delay[late] += spread(generator, LATE_BY, len(late))
    events["loaded"] = next_batch(events["at"] + delay)

    damage = generator.random(count) / BAD
    events["visitor"][damage < 1 / 3] = NONE
    events["name"][(damage >= 1 / 3) & (damage < 2 / 3)] = NONE
    ahead = np.flatnonzero((damage >= 2 / 3) & (damage < 1))
    wrong_by = spread(generator, CLOCK_WRONG_BY, len(ahead))
    events["at"][ahead] = events["loaded"][ahead] + wrong_by

    again = events[generator.random(count) < DELIVERED_TWICE]
    after = spread(generator, DELIVERED_AGAIN_AFTER, len(again))
    again["loaded"] = next_batch(again["loaded"] + after)
    delivered = np.concatenate([events, again])
    return delivered[np.argsort(delivered["loaded"], kind="stable")]


def day_levels(seed: int, start: date, days: int) -> np.ndarray:
    """Visits in ordinary days, shape (days, 2): the usual ones, those the sale adds."""
    levels = np.zeros((days, 2))
    weekdays = (np.arange(days) + start.weekday()) % 7
    levels[:, 0] = np.array(WEEKDAY_LEVELS)[weekdays]
    levels[:, 0] *= np.random.default_rng(seed).normal(1, DAY_SPREAD, days)
    if days >= 4:
        first = days * 4 // 7
        after = first + SALE_DAYS
        levels[first:after, 1] = SALE_LEVEL - 1
        levels[after:, 0] *= LEVEL_AFTER_SALE
    return levels


def starts_of(generator: Generator, day: date, count: int) -> np.ndarray:
    """Sorted instants at which the visits of a local day begin."""
    hours = [datetime.combine(day, time(hour), TIME_ZONE) for hour in range(24)]
    instants = np.array([int(hour.timestamp()) * SECOND for hour in hours])
    hour = pick(cumulative(HOUR_WEIGHTS), generator.random(count))
    return np.sort(instants[hour] + generator.integers(0, HOUR, count))


def traffic(
    seed: int,
    start: date,
    levels: np.ndarray,
    visits_per_day: float,
    events: int | None,
) -> Iterator[pa.Table]:
    """Tables of SCHEMA, day by day, each of bounded size.

    The levels are those of `day_levels`. When a number of events is asked for, the
    visits of each day are corrected by how many have come out so far.
    """
    shop, delivered = Shop(seed, visits_per_day), 0
    for day, (usual, added) in enumerate(levels):
        if events:
            missing = max(0, events - delivered)
            visits_per_day = missing / EVENTS_PER_VISIT / levels[day:].sum()
        generator = np.random.default_rng([seed, day])
        count = round(visits_per_day * (usual + added))
        shares = usual * SHARES + added * SALE_SHARES
        starts = starts_of(generator, start + timedelta(day), count)
        discount = SALE_DISCOUNT if added else 0
        due = shop.refunds(day)
        for chunk in np.array_split(starts, -(-count // CHUNK) or 1):
            visits = shop.visits(generator, chunk, shares)
            made = shop.events(generator, visits, discount)
            orders = made[made["name"] == PURCHASE]
            shop.plan_refunds(generator, orders, day)
            again = shop.repeated_thank_yous(generator, orders)
            arrived = deliveries(generator, np.concatenate([made, again, *due]))
            delivered, due = delivered + len(arrived), []
            yield table_of(arrived)
        shop.first_visitors.append(shop.next_visitor)


# ------------------------------------------------------------------- codes to texts


def coded(values: np.ndarray) -> pa.Array:
    """Whole numbers, null where a value is NONE."""
    return pa.array(values, pa.int64(), mask=values == NONE)


def looked_up(texts: Sequence[str | None], codes: np.ndarray) -> pa.Array:
    """The text of each code, null for NONE."""
    return pa.array(texts, pa.string()).take(coded(codes))


def joined(*parts: pa.Array | str) -> pa.Array:
    """Texts put together row by row, null where a part is null."""
    return pc.binary_join_element_wise(*parts, "")


def hexadecimal(*numbers: np.ndarray) -> pa.Array:
    """One text per row: 16 characters for each unsigned 64-bit number."""
    pairs = np.frombuffer(bytes(range(256)).hex().encode(), "u2")
    bits = np.stack(numbers, axis=1).astype(">u8")
    ends = np.arange(len(bits) + 1, dtype="i4") * 16 * len(numbers)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(pairs[bits.view("u1")])]
    return pa.Array.from_buffers(pa.string(), len(bits), buffers)


def agents_of(visitors: np.ndarray) -> pa.Array:
    """The user agent of each visitor."""
    draws = trait(visitors, "agent")
    robots = len(AGENTS) + (draws * len(ROBOT_AGENTS)).astype("i8")
    people = pick(cumulative([*AGENTS.values()]), draws)
    code = np.where(is_robot(visitors), robots, people)
    return looked_up([*AGENTS, *ROBOT_AGENTS], code)


def addresses_of(visitors: np.ndarray) -> pa.Array:
    """The address of each visitor, the same on all devices of a person."""
    weights, networks = columns_of(NETWORKS)
    person = person_of(visitors)
    network = pick(cumulative(weights), trait(person, "network"))
    network[trait(visitors, "colleague") < COLLEAGUES] = len(networks)
    parts = mix(person).view("u1").reshape(-1, 8)[:, :4].tolist()
    return pa.array(
        [
            [*networks, OFFICE][code].format(*part, carrier=64 + part[3] // 4)
            for code, part in zip(network.tolist(), parts, strict=True)
        ]
    )


def table_of(events: np.ndarray) -> pa.Table:
    """A table of SCHEMA from rows of EVENT."""
    visitors, who = np.unique(events["visitor"], return_inverse=True)
    from_shop = events["name"] == REFUND  # and not from a browser
    unknown = trait(events["number"], "no agent") < NO_AGENT
    landing = events["landing"]
    query = looked_up(QUERIES, landing % len(QUERIES))
    takes_click = np.array([text.endswith("=") for text in QUERIES])[landing]
    click = pc.if_else(takes_click, hexadecimal(mix(events["opened_by"])), "")
    paths = [DOMAIN + path for path in PATHS]
    previous = looked_up(paths, events["previous_page"])
    referrer = looked_up([REFERRERS[name] for name in REFERRER], landing)
    has_visitor = pa.array(events["visitor"] != NONE)
    revenue = pa.array(events["cents"] / 100, mask=events["cents"] == NONE)
    columns = {
        "event_id": hexadecimal(mix(events["number"]), mix(~events["number"])),
        "site_id": pa.repeat(SITE, len(events)),
        "visitor_id": pc.if_else(
            has_visitor, hexadecimal(mix(mix(visitors))).take(who), None
        ),
        "user_id": joined("customer-", coded(events["user"]).cast(pa.string())),
        "event_name": looked_up(EVENT_NAMES, events["name"]),
        "event_at": pa.array(events["at"]),
        "event_sequence": coded(events["sequence"]),
        "loaded_at": pa.array(events["loaded"]),
        "page_url": joined(looked_up(paths, events["page"]), query, click),
        "referrer_url": pc.coalesce(referrer, previous),
        "user_agent": agents_of(visitors).take(
            coded(np.where(from_shop | unknown, NONE, who))
        ),
        "ip_address": addresses_of(visitors).take(
            coded(np.where(from_shop, NONE, who))
        ),
        "country": looked_up(COUNTRY, country_of(visitors)).take(who),
        **{
            f"traffic_{name}": looked_up(texts, landing)
            for name, texts in TRAFFIC.items()
        },
        "order_id": joined("order-", coded(events["order"]).cast(pa.string())),
        "revenue": revenue,
        "currency": looked_up(CURRENCIES, events["currency"]),
        "product_id": looked_up(PRODUCTS, events["product"]),
        "quantity": coded(events["quantity"]),
    }
    # what the shop does not know is null
    nothing = pa.nulls(len(events))
    values = [columns.get(name, nothing) for name in SCHEMA.names]
    return pa.table(values, SCHEMA.names).cast(SCHEMA)


# --------------------------------------------------------------------- command line


def new_file(text: str) -> Path:
    """A type of argument: files that may be written."""
    if Path(text).is_dir():
        raise argparse.ArgumentTypeError(f"type the name of a file; {text} is a folder")
    return Path(text)


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = Parser(prog="generate_events", description=__doc__.partition("\n")[0])
    size = parser.add_mutually_exclusive_group()
    for holder, name, kind, default, text in [
        (parser, "output", new_file, OUTPUT, "file to write"),
        (parser, "seed", whole_number(0, 999_999), 1, "chooses one course of traffic"),
        (parser, "days", whole_number(1, 3_650), 28, "length of the period"),
        (parser, "start", calendar_day, "2026-03-02", "first day of the period"),
        (size, "sessions-per-day", whole_number(1, 10**8), 4_000, "of ordinary days"),
        (size, "events", whole_number(1_000, 10**11), None, "about as many in all"),
    ]:
        text += " (%(default)s)" if default else ""
        holder.add_argument(f"--{name}", type=kind, default=default, help=text)
    return parser.parse_args()


def write(tables: Iterator[pa.Table], output: Path, expected: int) -> int:
    """Writes a Parquet file that appears only when it is complete.

    The expected number of rows is for the progress bar; the true one is returned.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    unfinished = output.with_name(f".{output.name}.{os.getpid()}")
    texts = [field.name for field in SCHEMA if field.type == pa.string()]
    repetitive = [name for name in texts if name != "event_id"]
    count = 0
    try:
        with (
            pq.ParquetWriter(
                unfinished, SCHEMA, compression="zstd", use_dictionary=repetitive
            ) as writer,
            tqdm(total=expected, unit=" events", unit_scale=True, disable=None) as bar,
        ):
            for table in tables:
                writer.write_table(table)
                count += len(table)
                bar.update(len(table))
            bar.total = count
        unfinished.replace(output)
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def main() -> None:
    """Makes the file that the command line asks for."""
    asked = arguments()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    levels = day_levels(asked.seed, asked.start, asked.days)
    visits_per_day = asked.sessions_per_day / SESSIONS_PER_VISIT
    if asked.events:
        visits_per_day = asked.events / EVENTS_PER_VISIT / levels.sum()
    expected = round(visits_per_day * levels.sum() * EVENTS_PER_VISIT)
    tables = traffic(asked.seed, asked.start, levels, visits_per_day, asked.events)
    try:
        count = write(tables, asked.output, expected)
    except OSError as error:
        sys.exit(f"generate_events: {error}; type --output FILE to write elsewhere")
    print(f"{asked.output}: {count:,} events")


if __name__ == "__main__":
    main()
