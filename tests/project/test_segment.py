"""Tables as Segment and its family fill them become sessions, orders, items and
persons, also where tables and columns appear between two builds."""

import os
import re
import textwrap
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from building import ROOT, WITHOUT_LAWS, messages
from full_refresh import assert_refreshed

pytestmark = pytest.mark.without_groups

# The columns that all calls have, in the types of the vendors' warehouses.
CALL = {
    "id": "varchar(512)",
    "anonymous_id": "varchar(512)",
    "user_id": "varchar(512)",
    "timestamp": "timestamp with time zone",
    "original_timestamp": "timestamp with time zone",
    "sent_at": "timestamp with time zone",
    "received_at": "timestamp with time zone",
    "uuid_ts": "timestamp with time zone",
    "context_library_name": "varchar(512)",
    "context_user_agent": "varchar(512)",
    "context_ip": "varchar(512)",
    "context_locale": "varchar(512)",
    "context_page_url": "varchar(512)",
    "context_page_referrer": "varchar(512)",
    "context_page_title": "varchar(512)",
}
PAGE = CALL | dict.fromkeys(["url", "path", "title", "name"], "varchar(512)")
TRACK = CALL | dict.fromkeys(["event", "event_text"], "varchar(512)")
PRODUCT = TRACK | {
    "product_id": "varchar(512)",
    "name": "varchar(512)",
    "url": "varchar(512)",
    "brand": "varchar(512)",
    "category": "varchar(512)",
    "price": "double precision",
    "quantity": "bigint",
    "coupon": "varchar(512)",
}
# no revenue and no currency have been seen yet, and the first total was a text
ORDER = TRACK | {
    "order_id": "bigint",
    "total": "varchar(512)",
    "tax": "double precision",
    "shipping": "double precision",
    "discount": "double precision",
    "coupon": "varchar(512)",
    "products": "varchar(65535)",
}
APP = CALL | dict.fromkeys(
    ["name", "context_device_type", "context_os_name"], "varchar(512)"
)
TABLES = {
    "pages": PAGE,
    "tracks": TRACK,
    "identifies": CALL | {"email": "varchar(512)"},
    "product_viewed": PRODUCT,
    "order_completed": ORDER,
    "order_refunded": TRACK | {"order_id": "bigint", "total": "varchar(512)"},
    "screens": APP,
}

SHOP = "https://shop.example"
GOOGLE = "https://www.google.com/"
PRODUCTS = """[
    {"product_id": "pen", "sku": "P-1", "name": "Pen, \\"fine\\"", "brand": "Ink",
     "category": "Writing", "variant": "blue", "price": "10.25", "quantity": 2},
    {"sku": "ink-1", "price": 10, "quantity": "many"},
    "a text"
]"""


def at(clock, day=2):
    """A time of day in March 2026."""
    return datetime.fromisoformat(f"2026-03-0{day} {clock}")


def page(id, visitor, clock, **values):
    return call(id, visitor, clock) | {"context_page_url": f"{SHOP}/"} | values


def track(id, visitor, clock, text, **values):
    event = {"event": text.lower().replace(" ", "_"), "event_text": text}
    return call(id, visitor, clock) | event | values


def call(id, visitor, clock):
    """A call that the vendor's server received a second after it happened."""
    return {"id": id, "anonymous_id": visitor, "timestamp": at(clock)} | {
        "received_at": at(clock).replace(second=1)
    }


ORDER_1 = track("o1", "ana", "09:08", "Order Completed", user_id="u1")
ORDER_2 = track("o2", None, "09:20", "Order Completed", user_id="u9")
VIEW_1 = track("v1", "ana", "09:02", "Product Viewed")
VIEW_2 = track("v2", "ben", "09:11", "Product Viewed")
ORDER_3 = track("o3", "ana", "10:35", "Order Completed", user_id="u1")
REFUND = track("r1", "ana", "10:40", "Order Refunded", user_id="u1")

# What is there at noon. v2 is in tracks already, and in its own table an hour later.
FIRST = {
    "pages": [
        page("p1", "ana", "09:00", context_page_referrer=GOOGLE, context_locale="de"),
        page("p2", "ana", "09:05", context_page_url=None, url=f"{SHOP}/pens"),
        page("p2", "ana", "09:05", context_page_url=None, url=f"{SHOP}/pens"),
        page("p3", "ben", "09:10", name="Home"),
        page("p4", None, "09:15"),
        page("p5", "cat", "09:15", timestamp=datetime(1970, 1, 1)),
        page(None, "cat", "09:15"),
        page("p6", "kiosk", "09:30"),
    ],
    "tracks": [
        *[VIEW_1, VIEW_2, ORDER_1, ORDER_2],
        track("s1", "ana", "09:06", "Signed Up"),
    ],
    "product_viewed": [
        VIEW_1
        | {"product_id": "pen", "name": "Pen", "price": 10.25, "coupon": "SPRING"}
        | {"url": "https://cdn.example/pen.png"}
    ],
    "order_completed": [
        ORDER_1
        | {"order_id": 1001, "total": "30.50", "tax": 4.5, "coupon": "SPRING"}
        | {"products": PRODUCTS},
        ORDER_2 | {"order_id": 1002, "total": "12 USD", "products": '[{"sku": "x"'},
    ],
    "identifies": [
        call("i1", "ben", "09:12") | {"user_id": "u7"},
        call("i2", "kiosk", "09:31") | {"user_id": "u2"},
        call("i3", "kiosk", "09:32") | {"user_id": "u3"},
        call("i4", "cow", "09:33") | {"user_id": "hen"},
        call("i4", "hen", "09:33") | {"user_id": "cow"},
        call("i5", None, "09:34") | {"user_id": "u9"},
    ],
}

# What has come by one o'clock: an app, campaigns, revenue, a refund, and a late page.
SECOND = {
    "pages": [
        page("p7", "ana", "10:30", context_campaign_source="letter")
        | {"context_campaign_medium": "email", "context_campaign_name": "spring"},
        page("p8", "ben", "08:50"),
        page("p1", "ana", "09:00"),
    ],
    "screens": [
        call("a1", "app", "10:00")
        | {"name": "Home", "context_device_type": "ios", "context_os_name": "iOS"}
    ],
    "tracks": [ORDER_3, REFUND],
    "product_viewed": [VIEW_2 | {"product_id": "ink", "quantity": 3}],
    "order_completed": [
        ORDER_3 | {"order_id": 1003, "total": "60", "revenue": 55.0, "products": "{}"}
    ],
    "order_refunded": [REFUND | {"order_id": 1001, "total": "10.25"}],
    "identifies": [call("i6", "ben", "10:50") | {"user_id": "u8"}],
}
NEW_COLUMNS = {
    "pages": {
        f"context_campaign_{name}": "varchar(512)"
        for name in ("source", "medium", "name")
    },
    "order_completed": {"revenue": "double precision"},
}

# By hand, in the columns of results. o2 is an order without a visitor: it is invalid as
# an event, and an order all the same.
AT_NOON = {
    "sessions": [
        ("ana", "u1", 5, "google", "organic", "/", 1),
        ("ben", "u7", 1, "(direct)", "(none)", "/", 0),
        ("kiosk", "kiosk", 1, "(direct)", "(none)", "/", 0),
    ],
    "orders": [
        ("1001", True, Decimal("30.50"), Decimal("0.00")),
        ("1002", False, None, Decimal("0.00")),
    ],
    "items": [
        ("o1", 1, "pen", 'Pen, "fine"', 2, Decimal("10.25")),
        ("o1", 2, "ink-1", None, None, Decimal("10")),
        ("v1", 1, "pen", "Pen", None, Decimal("10.25")),
    ],
    "exclusions": {"duplicate": 1, "invalid": 4},
}
AT_ONE = {
    "sessions": [
        ("ben", "ben", 3, "(direct)", "(none)", "/", 0),
        ("ana", "u1", 5, "google", "organic", "/", 1),
        ("kiosk", "kiosk", 1, "(direct)", "(none)", "/", 0),
        ("app", "app", 1, "(direct)", "(none)", None, 0),
        ("ana", "u1", 3, "letter", "email", "/", 1),
    ],
    "orders": [
        ("1001", True, Decimal("30.50"), Decimal("10.25")),
        ("1002", False, None, Decimal("0.00")),
        ("1003", True, Decimal("55.00"), Decimal("0.00")),
    ],
    "items": [*AT_NOON["items"], ("v2", 1, "ink", None, 3, None)],
    "exclusions": {"duplicate": 2, "invalid": 4},
}


def deliver(project, tables, loaded_at, columns=None):
    """Add rows to the tables of the vendor, which are made with their first row.

    columns: those that a table gets before, by their types.
    """
    for table, calls in tables.items():
        new = (columns or {}).get(table, {})
        for name, kind in new.items():
            project.execute(
                f"alter table segment.{table} add column {name} {project.typed(kind)}"
            )
        rows = [{"uuid_ts": loaded_at} | call for call in calls]
        project.append_to(table, TABLES[table] | new, rows, "segment")


def read_segment(project, **variables):
    """Have the builds of a copy read the tables of the vendor."""
    settings = project.folder / "dbt_project.yml"
    text = settings.read_text()
    for name, value in ({"event_sources": "segment"} | variables).items():
        lines = [line for line in text.splitlines() if line.startswith(f"  {name}:")]
        assert len(lines) == 1
        text = text.replace(lines[0], f"  {name}: {value}", 1)
    settings.write_text(text)
    os.utime(settings)
    project.write_sites([("default", "shop.example", "UTC", "USD")])


def results(project):
    """Sessions, orders, items and exclusions of its site, each in few columns."""
    return {
        "sessions": [
            tuple(row.values())
            for row in project.query(
                "select visitor_id, person_id, event_count, traffic_source, "
                "traffic_medium, landing_page_path, order_count "
                "from fct_sessions where site_id = 'default' "
                "order by session_started_at, visitor_id"
            )
        ],
        "orders": [
            tuple(row.values())
            for row in project.query(
                "select order_id, session_id is not null, revenue, refunded_revenue "
                "from fct_orders where site_id = 'default' order by order_id"
            )
        ],
        "items": [
            tuple(row.values())
            for row in project.query(
                "select event_id, item_number, product_id, product_name, quantity, "
                "price from fct_event_items where site_id = 'default' "
                "order by event_id, item_number"
            )
        ],
        "exclusions": {
            row["reason"]: row["rows"]
            for row in project.query(
                "select reason, cast(sum(event_count) as bigint) as rows "
                "from fct_event_exclusions where site_id = 'default' group by reason"
            )
        },
    }


@pytest.mark.slow
def test_two_deliveries_are_built_as_one_would_be(fresh_project):
    read_segment(fresh_project)
    deliver(fresh_project, FIRST, at("12:00"))
    fresh_project.build()

    assert results(fresh_project) == AT_NOON
    assert fresh_project.query(
        "select page_url, page_title, coupon, quantity, event_source from fct_events "
        "where event_id in ('p2', 'v1', 'p3') order by event_id"
    ) == [
        event_of("pages", page_url=f"{SHOP}/pens"),
        event_of("pages", page_url=f"{SHOP}/", page_title="Home"),
        event_of("product_viewed"),
    ]

    # v2 has waited for its own table for half a year, and would be in no mart
    assert tracked_alone(fresh_project) == 1

    deliver(fresh_project, SECOND, at("13:00"), NEW_COLUMNS)
    fresh_project.build()

    assert results(fresh_project) == AT_ONE
    assert_refreshed(fresh_project)
    assert fresh_project.query(
        "select event_name, page_title, device_category, platform, operating_system "
        "from fct_events where visitor_id = 'app'"
    ) == [
        {"event_name": "page_view", "page_title": "Home", "device_category": "mobile"}
        | {"platform": "ios", "operating_system": "iOS"}
    ]
    assert tracked_alone(fresh_project) == 0


@pytest.mark.slow
def test_an_event_without_its_table_is_read_from_tracks(fresh_project):
    """A day after it came; what was read there and in its table is never mixed."""
    today = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    late = ["product_viewed", "order_completed"]
    first = {table: calls for table, calls in FIRST.items() if table not in late}
    first["tracks"] = [
        *[VIEW_1, ORDER_1],
        track("v3", "ana", "09:07", "Product Viewed", uuid_ts=today),
        VIEW_2 | {"uuid_ts": None, "received_at": None},
    ]
    read_segment(fresh_project)
    deliver(fresh_project, first, at("12:00"))
    fresh_project.build(*WITHOUT_LAWS)
    deliver(fresh_project, {"tracks": [VIEW_2, ORDER_2]}, at("13:00"))
    fresh_project.build()
    assert tracked(fresh_project) == [
        ("o1", "purchase", "segment_tracks_of_order_completed"),
        ("v1", "product_view", "segment_tracks_of_product_viewed"),
        ("v2", "product_view", "segment_tracks_of_product_viewed"),
    ]
    found = results(fresh_project)
    assert found["items"] == []
    assert found["exclusions"] == {"duplicate": 1, "invalid": 5}
    assert [order[1:] for order in found["orders"]] == [
        (True, None, Decimal("0.00")),
        (False, None, Decimal("0.00")),
    ]
    assert_refreshed(fresh_project)
    assert tracked_alone(fresh_project) == 2

    views = {"product_viewed": FIRST["product_viewed"]}
    deliver(fresh_project, views, at("14:00"))
    outcome = fresh_project.dbt("build")
    assert "segment.product_viewed is there now" in messages(outcome)
    fresh_project.rebuild(*WITHOUT_LAWS)
    assert tracked(fresh_project) == [
        ("o1", "purchase", "segment_tracks_of_order_completed"),
        ("v1", "product_view", "segment_product_viewed"),
    ]
    assert results(fresh_project)["items"] == AT_NOON["items"][2:]

    fresh_project.build(*WITHOUT_LAWS)
    fresh_project.execute("drop table segment.product_viewed")
    outcome = fresh_project.dbt("build")
    assert "segment.product_viewed is not there any more" in messages(outcome)
    fresh_project.rebuild(*WITHOUT_LAWS)
    assert len(tracked(fresh_project)) == 3


@pytest.mark.slow
def test_the_model_for_freshpaint_in_the_document_works(fresh_project):
    """As it stands there, on tables of which none has all columns; a row comes late."""
    document = (ROOT / "docs" / "sources.md").read_text()
    section = document.split("\n### Freshpaint\n")[1].split("\n## ")[0]
    (model,) = re.findall(r"```sql\n(.*?)```", section, re.DOTALL)
    path = fresh_project.folder / re.search("-- (models/.*)", model)[1]
    path.parent.mkdir()
    path.write_text(textwrap.dedent(model))
    names = re.findall(r"`([\w ]+),(\w+)`", section)
    fresh_project.write_seed("own_event_names", names)
    (setting,) = re.findall(r"`event_sources: (\w+)`", section)
    read_segment(fresh_project, event_sources=setting)

    columns = {"event_name": "text", "time": "bigint", "device_id": "text"}
    pages = columns | dict.fromkeys(["host", "url", "referrer", "user_id"], "text")
    orders = columns | {"order_id": "bigint", "revenue": "double precision"}
    page = {"event_name": "View Page", "device_id": "ana"}
    order = {"event_name": "Complete Order", "device_id": "ana", "order_id": 7}
    seconds = [int(at(c).replace(tzinfo=UTC).timestamp()) for c in ("09:00", "09:20")]
    views = [
        page | {"time": seconds[0], "url": f"{SHOP}/pens", "referrer": GOOGLE},
        page | {"time": None, "url": f"{SHOP}/pens"},
    ]
    fresh_project.append_to("view_page", pages, views, "freshpaint")
    orders_made = [order | {"time": seconds[1] + 20 * 60, "revenue": 30.5}]
    fresh_project.append_to("complete_order", orders, orders_made, "freshpaint")
    fresh_project.build(*WITHOUT_LAWS)
    counts = "select event_count, traffic_source, revenue, landing_page_path"
    assert [
        tuple(row.values())
        for row in fresh_project.query(f"{counts} from fct_sessions order by 1, 2")
    ] == [
        (1, "(direct)", Decimal("30.50"), None),
        (1, "google", Decimal("0.00"), "/pens"),
    ]

    late = [page | {"time": seconds[1], "host": "shop.example", "user_id": "u1"}]
    fresh_project.append_to("view_page", pages, late, "freshpaint")
    fresh_project.build()
    assert fresh_project.query(
        f"{counts}, person_id, page_view_count from fct_sessions"
    ) == [
        {"event_count": 3, "traffic_source": "google", "revenue": Decimal("30.50")}
        | {"landing_page_path": "/pens", "person_id": "u1", "page_view_count": 2}
    ]
    assert_refreshed(fresh_project, steps=["int_order_events"])


def tracked(project):
    """Id, name and source of the events that are tracked with properties."""
    return [
        tuple(row.values())
        for row in project.query(
            "select event_id, event_name, event_source from fct_events "
            "where event_name in ('product_view', 'purchase') order by event_id"
        )
    ]


def tracked_alone(project):
    """How many tables lack rows of events that tracks has, by the data test."""
    law = "every_tracked_event_is_in_its_table"
    results = project.dbt("test", "--select", law).result.results
    return next(result.failures for result in results if result.node.name == law)


def event_of(table, **values):
    names = ["page_url", "page_title", "coupon", "quantity"]
    return {name: values.get(name) for name in names} | {
        "event_source": f"segment_{table}"
    }


@pytest.mark.slow
def test_tables_and_columns_may_all_be_missing(fresh_project, capsys):
    """No table yet; then pages without uuid_ts, as of Hightouch; then a table of the
    shop's own, which Jitsu fills."""
    plan = {"name": "plan", "type": "text", "from": "plan"}
    text = {"name": "said", "type": "text", "from": "event_text"}
    own_columns = f"[{plan}, {text}]"
    read_segment(
        fresh_project, segment_event_tables="[signed_up]", own_columns=own_columns
    )
    fresh_project.dbt("build", *WITHOUT_LAWS, quiet=False)
    said = capsys.readouterr().out
    assert "no table of segment is in the schema segment yet" in said
    assert "no table of segment has a column plan yet" in said
    assert fresh_project.query("from fct_sessions") == []

    fresh_project.execute(
        "create schema segment; create table segment.pages as "
        "select '1' as id, 'ana' as anonymous_id, null::integer as user_id, "
        "timestamp '2026-03-02 09:00' as timestamp, '/pens' as path, "
        "timestamp '2026-03-02 09:01' as received_at"
    )
    fresh_project.build(*WITHOUT_LAWS)
    assert fresh_project.query(
        "select visitor_id, page_view_count, landing_page_path from fct_sessions"
    ) == [{"visitor_id": "ana", "page_view_count": 1, "landing_page_path": "/pens"}]

    fresh_project.execute(
        "create table segment.signed_up as "
        "select 'message' as message_id, 'ana' as anonymous_id, "
        "timestamp '2026-03-02 09:05' as timestamp, 'pro' as plan, "
        "'Go!' as event_text, "
        "timestamp '2026-03-02 09:06' as received_at, 9.9 as revenue, "
        "timestamp '2026-03-02 10:00' as loaded_at"
    )
    fresh_project.build()
    assert fresh_project.query(
        "select event_name, plan, said, loaded_at, revenue "
        "from fct_events order by event_at"
    ) == [
        {"event_name": "page_view", "plan": None, "said": None, "revenue": None}
        | {"loaded_at": datetime(2026, 3, 2, 9, 1)},
        {"event_name": "Go!", "plan": "pro", "said": "Go!", "revenue": None}
        | {"loaded_at": datetime(2026, 3, 2, 10)},
    ]
    assert_refreshed(fresh_project)

    outcome = fresh_project.dbt(
        *("build", "--full-refresh"), variables={"segment_loaded_at": "loaded_at"}
    )
    assert "segment.pages does not have" in messages(outcome)
