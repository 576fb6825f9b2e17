"""dbt agrees with every story in this folder, each sessionized by hand.

A story is a CSV: one event a line, in the order of time, of one visitor unless the
column visitor_id says otherwise. Columns of raw.events mean themselves; the others:

- event_at is UTC; local_time, where given, is what clocks at the site show, and checked
- loaded_at, where empty, is a minute after event_at; null is written as null
- session is the number of the session, empty for an event that belongs to none
- because is the reason on the event that starts a session, or why it is excluded
- of the event's session, where there is such a column: source is the traffic source,
  channel its channel, attributed the source that the session is attributed to,
  referrer_domain the domain that it came from, ends the reason why it ends, user its
  user, person the person, purchases and page_views how many count, bounce whether it is
  one (yes or no), device, client (the browser), system, used (the platform), place
  (country, region, city), speaks (the language), title (of the page) and source_session
  what its first event says, orders how many orders count, session_revenue what these
  are worth and session_refunded what of that was refunded, ever, goals the goals that
  it completed and how often each, goal_values what those are worth that are worth
  anything, step its furthest step of the funnel
- of the order of a purchase or refund, where it has an id: order_session is the number
  of the session that the order belongs to, order_revenue what it is worth,
  order_refunded what of that was refunded, order_by where its value comes from,
  order_seen what events say that it is worth, order_cancelled whether it is cancelled
  (yes or no), order_visitor who ordered, order_at when, order_tax, order_shipping and
  order_discount its parts, order_coupon its coupon, order_refunded_tax and
  order_refunded_shipping those of its refunds
- of the page view that counts: page_view is its number in the session, came_from and
  goes_to are the pages before and after it, stays the seconds to the next one, engaged
  those for which it was in view; day_of_page is what its page counts that day: views,
  sessions, visitors, entrances, exits, bounces, and the sessions that ordered, or
  completed a goal, after it
- of the event itself: group is that of its page, ip the address that fct_events shows,
  repeated whether it is a repeated page view (yes or no)
- time_zone, where given on the first line, is the site's; UTC otherwise

A line of three hyphens stands between two loads: dbt builds what stands above it before
the rest arrives. What the columns say holds after the last load; session_before and its
like say what held before it.

Addresses in 192.0.2.0/24 and 2001:db8:1::/48 are internal. Sites sell in dollars, which
are reported. A euro is worth 1.10 of them in 2026, from 2 March on 1.20, and a pound
half of one; nothing else has a rate.

A line that says yes under booked is no event but a row of raw.orders, ordered at
event_at and worth revenue; its other columns are those of raw.orders. The first such
line of an order says what became of it.

A line with an alias is no event but a row of raw.user_aliases: by that alias goes whom
it stands_for.

A line with an item is no event but a row of raw.event_items: the item of that number,
of the event whose id is item_of, with its product, units, price and discount. Of an
event, items are its rows of fct_event_items: product, number and revenue; order_items
are those of its order in fct_order_items: product, units, revenue, and what came back;
products are those of its items in agg_products_daily, on its local day: what each is
called, and how many sessions saw it, added it, took it to the checkout, bought it, and
saw and bought it, the rate of the latter, if there is one, units and what they earned.

A folder is named after its preset; one whose rules differ says its dbt variables in
variables.json. Its stories are loaded and built together, so their rows arrive by one
clock: no row of a load may have an older loaded_at than a row of an earlier load.
"""

import csv
import itertools
import json
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from building import ORDER_COLUMNS, RAW_COLUMNS, WITHOUT_LAWS

FOLDER = Path(__file__).parent
STORIES = sorted(FOLDER.glob("*/*.csv"))

INTERNAL_NETWORKS = [("192.0.2.0/24", "office"), ("2001:db8:1::/48", "office")]

EXCHANGE_RATES = [
    ("EUR", "2026-01-01", "1.1"),
    ("EUR", "2026-03-02", "1.2"),
    ("GBP", "2026-01-01", "0.5"),
]

OWN_PATH_RULES = [
    ("20", "/journal/**", "/journal"),
    ("10", "/journal/*/comments", "comments on $1"),
]


def of_its_folder(story):
    """A story as a parameter: those of a folder are built together, in one process."""
    folder = story.parent.name
    group = pytest.mark.xdist_group(f"stories/{folder}")
    return pytest.param(story, id=f"{folder}/{story.stem}", marks=group)


@pytest.mark.parametrize("story", [*map(of_its_folder, STORIES)])
def test_story(story, sessionized):
    lines = read(story)

    assert sessionized(story) == [told(line) for line in lines]


def in_folders(folders):
    """Stories of some folders as parameters, for other engines."""
    return [
        pytest.param(story, id=f"{story.parent.name}/{story.stem}")
        for story in STORIES
        if story.parent.name in folders
    ]


def told(line):
    """What a line of a story says of its event, by the columns that it has."""
    return {
        name: line[name] or None
        for name in line
        if name.removesuffix("_before") in WORDS
    }


def read(story):
    """The events of a story: its lines by column, but for aliases and items."""
    return [
        line
        for line in lines_of(story)
        if not line.get("alias") and not line.get("item")
    ]


def lines_of(story):
    """The lines of a story by column, each with the number of its load, from 0 on."""
    lines, load = [], 0
    with open(story, newline="") as file:
        for line in csv.DictReader(file):
            if "---" in line.values():
                load += 1
            else:
                lines.append(line | {"load": load})
    return lines


@pytest.fixture(scope="module")
def sessionized(make_project):
    """Build all stories of a folder at once, each on a site of its own, and answer for
    one story what became of its events, in the words of the story. What is built and
    stands on no line follows as it is."""
    built = {}

    def what_became_of(story):
        folder = story.parent
        if folder not in built:
            built[folder] = None
            built[folder] = build(make_project(folder.name), folder)
        assert built[folder], "the folder did not build: see its first story"
        return in_words(story, built[folder])

    return what_became_of


# ------------------------------------------------------------------ a folder is built


def build(project, folder):
    """What stands in the tables after each load of a folder's stories."""
    stories = {story.stem: lines_of(story) for story in sorted(folder.glob("*.csv"))}
    project.write_sites(
        (name, f"{name.replace('_', '-')}.example", lines[0].get("time_zone"), "USD")
        for name, lines in stories.items()
    )
    project.write_seed("internal_networks", INTERNAL_NETWORKS)
    project.write_seed("exchange_rates", EXCHANGE_RATES)
    project.write_seed("own_path_rules", OWN_PATH_RULES)
    variables = folder / "variables.json"
    settings = (
        json.loads(variables.read_text())
        if variables.exists()
        else {"session_rules": folder.name}
    )

    loads = loads_of(stories)
    check_arrivals(loads)
    # what an earlier load leaves is told by the columns that end with _before
    after_loads = []
    for number, (load, aliases, items, orders) in enumerate(loads, start=1):
        project.append(load)
        if aliases:
            project.append_aliases(aliases)
        if items:
            project.append_items(items)
        if orders:
            project.append_orders(orders)
        laws = project.laws if number == len(loads) else WITHOUT_LAWS
        project.build(*laws, variables=settings)
        after_loads.append(events(project))
    return after_loads


def loads_of(stories):
    """The raw events, aliases, items and orders of all stories, load by load."""
    count = 1 + max(line["load"] for lines in stories.values() for line in lines)
    loads = [([], [], [], []) for _ in range(count)]
    for name, lines in stories.items():
        number = 0
        for line in lines:
            events, aliases, items, orders = loads[line["load"]]
            if line.get("alias"):
                aliases.append(raw_alias(name, line))
            elif line.get("item"):
                items.append(raw_item(name, line))
            elif line.get("booked"):
                orders.append(raw_order(name, line))
            else:
                events.append(raw_event(name, number, line))
                number += 1
    return loads


def raw_alias(story, line):
    """The raw row of a story's line that is an alias."""
    return {
        "site_id": story,
        "alias": line["alias"],
        "person": line["stands_for"] or None,
        "loaded_at": instant(line["loaded_at"]),
    }


def raw_item(story, line):
    """The raw row of a story's line that is an item."""
    return {
        "site_id": story,
        "event_id": line["item_of"],
        "item_number": int(line["item"]),
        "product_id": line["product"] or None,
        "product_name": line.get("called") or None,
        "quantity": int(line["units"]) if line["units"] else None,
        "price": Decimal(line["price"]) if line["price"] else None,
        "discount": Decimal(line["discount"]) if line["discount"] else None,
        "loaded_at": instant(line["loaded_at"]),
    }


def raw_order(story, line):
    """The raw row of a story's line that is an order of the books."""
    order = {"site_id": story, "total": line["revenue"] or None}
    order["ordered_at"] = instant(line["event_at"])
    for name in ORDER_COLUMNS:
        if name in order or not line.get(name):
            continue
        is_time = ORDER_COLUMNS[name] == "timestamp"
        order[name] = instant(line[name]) if is_time else line[name]
    return order


def check_arrivals(loads):
    """A story that breaks the condition on loaders would prove nothing."""
    for rows_of_loads in (
        [events for events, _, _, _ in loads],
        [items for _, _, items, _ in loads],
    ):
        newest = datetime.min
        for rows in rows_of_loads:
            dated = [row for row in rows if row["loaded_at"]]
            for row in dated:
                assert row["loaded_at"] >= newest, (
                    f"{row['site_id']}: {row['event_id']} is loaded at "
                    f"{row['loaded_at']}, but an earlier load has a row of {newest}; "
                    "give it a later loaded_at"
                )
            newest = max([newest, *(row["loaded_at"] for row in dated)])


def raw_event(story, number, line):
    """The raw row of a story's line: its own columns, and what a story need not say."""
    event = {
        "event_id": f"{number:03}",
        "site_id": story,
        "visitor_id": "ana",
        "event_name": "page_view",
    }
    event |= {n: line[n] or None for n in RAW_COLUMNS if n in line}
    event["event_at"] = instant(line["event_at"])
    event["loaded_at"] = (
        instant(line["loaded_at"])
        if line.get("loaded_at")
        else event["event_at"] + timedelta(minutes=1)
    )
    for name in ("event_sequence", "quantity"):
        if line.get(name):
            event[name] = int(line[name])
    for name in ("revenue", "tax", "shipping", "discount"):
        if line.get(name):
            event[name] = Decimal(line[name])
    return event


def instant(text):
    return None if text == "null" else datetime.fromisoformat(text)


# What is known of an order, of `orders` and `sessions_of_orders`.
OF_ORDERS = """
    sessions_of_orders.session_number as order_session_number,
    orders.revenue as order_revenue,
    orders.refunded_revenue as order_refunded_revenue,
    orders.value_source as order_by,
    orders.tracked_revenue as order_seen,
    orders.is_cancelled as order_cancelled,
    orders.visitor_id as order_visitor,
    orders.ordered_at as order_at,
    orders.tax as order_tax,
    orders.shipping as order_shipping,
    orders.discount as order_discount,
    orders.coupon as order_coupon,
    orders.refunded_tax as order_refunded_tax,
    orders.refunded_shipping as order_refunded_shipping
"""


def events(project):
    """Every raw row beside its session or the reason it is excluded for, and whatever
    else the tables hold."""
    goals_of = defaultdict(list)
    for row in project.query("select * from fct_goal_completions"):
        goals_of[row["session_id"]].append(row)
    items_of, products_of = defaultdict(list), defaultdict(list)
    for row in project.query("select * from fct_event_items order by item_number"):
        items_of[row["site_id"], row["event_id"]].append(row)
    for row in project.query("select * from fct_order_items order by product_id"):
        products_of[row["site_id"], row["order_id"]].append(row)
    days_of = {
        (row["site_id"], row["product_id"], row["event_date"]): row
        for row in project.query("select * from agg_products_daily")
    }
    found = project.query(
        f"""
        select
            coalesce(enriched.site_id, events.site_id, sessions.site_id) as site_id,
            coalesce(enriched.event_id, events.event_id) as event_id,
            coalesce(
                enriched.visitor_id, events.visitor_id, sessions.visitor_id
            ) as visitor_id,
            enriched.event_name_given as event_name,
            enriched.event_at,
            enriched.loaded_at,
            enriched.order_id,
            enriched.event_at_local,
            sessions.session_number,
            sessions.start_reason,
            sessions.end_reason,
            sessions.user_id,
            sessions.person_id,
            sessions.page_view_count,
            sessions.purchase_count,
            sessions.is_bounce,
            sessions.session_id,
            sessions.goal_count,
            sessions.furthest_funnel_step,
            sessions.traffic_source,
            sessions.attributed_source,
            sessions.channel,
            sessions.referrer_domain,
            sessions.device_category,
            sessions.browser,
            sessions.operating_system,
            sessions.platform,
            nullif(
                concat_ws(', ', sessions.country, sessions.region, sessions.city), ''
            ) as place,
            sessions.language,
            sessions.page_title,
            sessions.source_session_id,
            sessions.order_count,
            sessions.revenue as session_revenue,
            sessions.refunded_revenue as session_refunded_revenue,
            {OF_ORDERS},
            events.ip_address,
            events.is_repeated,
            events.page_group,
            page_views.page_view_number,
            page_views.previous_page_path,
            page_views.next_page_path,
            page_views.seconds_to_next,
            page_views.engaged_seconds,
            pages.page_view_count as page_views_of_page,
            pages.session_count as sessions_of_page,
            pages.visitor_count as visitors_of_page,
            pages.entrance_count as entrances_of_page,
            pages.exit_count as exits_of_page,
            pages.bounce_count as bounces_of_page,
            pages.ordered_session_count as ordered_of_page,
            pages.goal_session_count as goals_of_page,
            sessionized.event_number,
            coalesce(
                enriched.exclusion_reason,
                case when events.event_id is null then 'no_session' end
            ) as excluded_as
        from (
            select
                *,
                case when exclusion_reason is null then event_id end as kept_event_id
            from int_events_enriched
        ) as enriched
        left join int_events_sessionized as sessionized
            on enriched.event_key = sessionized.event_key
            and enriched.exclusion_reason is null
            and sessionized.exclusion_reason is distinct from 'duplicate'
        full join fct_events as events
            on enriched.kept_event_id = events.event_id
            and enriched.site_id = events.site_id
        full join fct_sessions as sessions
            on events.session_id = sessions.session_id
        left join fct_page_views as page_views
            on events.site_id = page_views.site_id
            and events.event_id = page_views.event_id
        left join agg_pages_daily as pages
            on page_views.site_id = pages.site_id
            and page_views.session_date = pages.session_date
            and page_views.page_path = pages.page_path
        left join fct_orders as orders
            on (
                enriched.kept_event_id is not null
                or (enriched.visitor_id is null and enriched.event_key is not null)
            )
            and enriched.event_name in ('purchase', 'refund')
            and enriched.site_id = orders.site_id
            and enriched.order_id = orders.order_id
        left join fct_sessions as sessions_of_orders
            on orders.session_id = sessions_of_orders.session_id
        order by excluded_as nulls first
        """
    )
    for row in found:
        own = sorted(goals_of[row["session_id"]], key=lambda goal: goal["goal_name"])
        assert len(own) == (row["goal_count"] or 0)
        row["goals"] = own
        is_duplicate = row["excluded_as"] == "duplicate"
        row["items"] = items_of[
            row["site_id"], None if is_duplicate else row["event_id"]
        ]
        row["order_items"] = products_of[row["site_id"], row["order_id"] or ""]
        days = [
            days_of.get((item["site_id"], item["product_id"], item["event_date"]))
            for item in row["items"]
        ]
        row["products"] = [day for day in days if day]
    return found + booked_orders(project)


def booked_orders(project):
    """What became of the orders that the books have."""
    return project.query(
        f"""
        select
            orders.site_id,
            orders.order_id,
            true as booked,
            {OF_ORDERS}
        from fct_orders as orders
        left join fct_sessions as sessions_of_orders using (session_id)
        where orders.value_source = 'books'
        """
    )


# ------------------------------------------------ what was built, in a story's words


def in_words(story, after_loads):
    """What became of the events of a story, in the words of its columns."""
    lines = read(story)
    numbers = itertools.count()
    raw_events = [
        raw_order(story.stem, line) | {"booked": True}
        if line.get("booked")
        else raw_event(story.stem, next(numbers), line)
        for line in lines
    ]
    last_load = max(line["load"] for line in lines_of(story))
    before = became(raw_events, after_loads[last_load - 1] if last_load else [])
    after = became(raw_events, after_loads[-1])

    said = [{} for _ in raw_events]
    for words, row_before, row in zip(said, before, after, strict=False):
        for name, word in WORDS.items():
            words[name] = word(row)
            words[f"{name}_before"] = word(row_before)
    return [
        {name: words[name] for name in told(line)}
        for words, line in zip(said, lines, strict=True)
    ] + [*before[len(lines) :], *after[len(lines) :]]


def became(raw_events, rows):
    """The row of each event, an empty one if there is none, and then those that are
    left of the same sites. Of events that are alike the first is the one that stays."""
    rows_of = defaultdict(list)
    for row in rows:
        rows_of[identity(row)].append(row)
    found = [
        rows_of[identity(event)].pop(0) if rows_of[identity(event)] else {}
        for event in raw_events
    ]
    sites = {event["site_id"] for event in raw_events}
    left = [row for rows in rows_of.values() for row in rows if row["site_id"] in sites]
    return found + left


# The words for nothing that stories use; the tables have null instead.
NOTHING = {"(not set)", "null", "undefined", "0"}


def identity(event):
    if event.get("booked"):
        return event["site_id"], event["order_id"].strip()
    names = ("site_id", "event_id", "event_name", "event_at", "loaded_at")
    ids = [event[name] for name in ("visitor_id", "order_id") if event.get(name)]
    known = [text for text in ids if text.strip().lower() not in NOTHING]
    return *(event[name] for name in names), *known


def session_of(row):
    number = row.get("session_number")
    return None if row.get("excluded_as") or number is None else str(number)


def because(row):
    opens = row.get("event_number") == 1
    return row.get("excluded_as") or (row["start_reason"] if opens else None)


def goals(row):
    own = row.get("goals", [])
    return listed((goal["goal_name"], goal["completion_count"]) for goal in own)


def goal_values(row):
    own = [goal for goal in row.get("goals", []) if goal["goal_value"]]
    return listed((goal["goal_name"], float(goal["goal_value"])) for goal in own)


def items(row):
    return said_of_items(row.get("items", []), ["item_number", "item_revenue"])


def order_items(row):
    return said_of_items(row.get("order_items", []), ["units", "revenue"])


# What is said of a product on a day, and whether 0 is too.
OF_PRODUCTS = {
    "called": ("product_name", False),
    "saw": ("view_session_count", False),
    "added": ("cart_session_count", False),
    "checkout": ("checkout_session_count", False),
    "bought": ("purchase_session_count", False),
    "both": ("view_and_purchase_session_count", False),
    "rate": ("purchase_to_view_rate", True),
    "units": ("units", False),
    "earned": ("net_revenue", False),
}


def products(row):
    said = [
        " ".join(
            [day["product_id"]]
            + [
                f"{word} {day[column]}"
                for word, (column, is_said_of_0) in OF_PRODUCTS.items()
                if day[column] or (is_said_of_0 and day[column] is not None)
            ]
        )
        for day in row.get("products", [])
    ]
    return ", ".join(said) or None


def said_of_items(rows, columns):
    """Products with what is known of them, and what came back of those that did."""
    said = []
    for row in rows:
        words = [row["product_id"], *(row[column] for column in columns)]
        if row.get("refunded_units"):
            words += ["back", row["refunded_units"], row["refunded_revenue"]]
        said.append(" ".join(str(word) for word in words if word is not None))
    return ", ".join(said) or None


def day_of_page(row):
    if row.get("page_views_of_page") is None:
        return None
    counted = ["page_views", "sessions", "visitors", "entrances", "exits", "bounces"]
    return " ".join(str(row[f"{n}_of_page"]) for n in [*counted, "ordered", "goals"])


def seconds(column):
    return lambda row: None if row.get(column) is None else f"{float(row[column]):g}"


def listed(pairs):
    return ", ".join(f"{name} {number:g}" for name, number in pairs) or None


def as_text(column):
    def text(row):
        return None if row.get(column) is None else str(row[column])

    return text


def yes_or_no(column):
    return lambda row: {True: "yes", False: "no"}.get(row.get(column))


# What the columns of a story say, of a row of `events`; none where there is no row.
WORDS = {
    "session": session_of,
    "because": because,
    "source": as_text("traffic_source"),
    "channel": as_text("channel"),
    "attributed": as_text("attributed_source"),
    "referrer_domain": as_text("referrer_domain"),
    "ends": as_text("end_reason"),
    "user": as_text("user_id"),
    "person": as_text("person_id"),
    "page_views": as_text("page_view_count"),
    "purchases": as_text("purchase_count"),
    "bounce": yes_or_no("is_bounce"),
    "goals": goals,
    "goal_values": goal_values,
    "step": as_text("furthest_funnel_step"),
    "items": items,
    "order_items": order_items,
    "products": products,
    "orders": as_text("order_count"),
    "session_revenue": as_text("session_revenue"),
    "session_refunded": as_text("session_refunded_revenue"),
    "order_session": as_text("order_session_number"),
    "order_revenue": as_text("order_revenue"),
    "order_refunded": as_text("order_refunded_revenue"),
    "order_by": as_text("order_by"),
    "order_seen": as_text("order_seen"),
    "order_cancelled": yes_or_no("order_cancelled"),
    "order_visitor": as_text("order_visitor"),
    "order_at": as_text("order_at"),
    "order_tax": as_text("order_tax"),
    "order_shipping": as_text("order_shipping"),
    "order_discount": as_text("order_discount"),
    "order_coupon": as_text("order_coupon"),
    "order_refunded_tax": as_text("order_refunded_tax"),
    "order_refunded_shipping": as_text("order_refunded_shipping"),
    "device": as_text("device_category"),
    "client": as_text("browser"),
    "system": as_text("operating_system"),
    "used": as_text("platform"),
    "place": as_text("place"),
    "speaks": as_text("language"),
    "title": as_text("page_title"),
    "source_session": as_text("source_session_id"),
    "group": as_text("page_group"),
    "page_view": as_text("page_view_number"),
    "came_from": as_text("previous_page_path"),
    "goes_to": as_text("next_page_path"),
    "stays": seconds("seconds_to_next"),
    "engaged": seconds("engaged_seconds"),
    "day_of_page": day_of_page,
    "ip": as_text("ip_address"),
    "repeated": yes_or_no("is_repeated"),
    "local_time": as_text("event_at_local"),
}
