"""Rows as a Snowplow pipeline loads them: two loads of the same few visits, with what
ecommerce events have besides in columns of JSON, or in tables of their own."""

import re
from datetime import datetime, timedelta

ECOMMERCE = "com_snowplowanalytics_snowplow_ecommerce"
ACTION = f"unstruct_event_{ECOMMERCE}_snowplow_ecommerce_action_1"
PRODUCTS = f"contexts_{ECOMMERCE}_product_1"
TRANSACTION = f"contexts_{ECOMMERCE}_transaction_1"
REFUND = f"contexts_{ECOMMERCE}_refund_1"
STEP = f"contexts_{ECOMMERCE}_checkout_step_1"
SESSION = "contexts_com_snowplowanalytics_snowplow_client_session_1"

# The columns of entities, in the order of their tables below: warehouses have them as
# text, as JSON, and nested.
NESTED = (
    "struct(transaction_id varchar, revenue double, currency varchar, tax double, "
    "shipping double, discount_amount double, discount_code varchar)[]"
)
ENTITIES = {
    ACTION: "varchar",
    PRODUCTS: "json",
    TRANSACTION: NESTED,
    REFUND: "varchar",
    STEP: "struct(step bigint)[]",
    SESSION: "json",
}

# A part of atomic.events, in the types that its loaders give them.
COLUMNS = {
    **dict.fromkeys(["app_id", "platform", "event", "event_name"], "varchar(1000)"),
    **dict.fromkeys(
        [
            *["etl_tstamp", "collector_tstamp", "dvce_created_tstamp"],
            *["dvce_sent_tstamp", "derived_tstamp", "load_tstamp"],
        ],
        "timestamp",
    ),
    "event_id": "char(36)",
    **dict.fromkeys(
        [
            *["event_fingerprint", "user_id", "user_ipaddress", "domain_userid"],
            *["network_userid", "domain_sessionid", "geo_country", "geo_region_name"],
            *["geo_city", "page_url", "page_title", "page_referrer", "mkt_medium"],
            *["mkt_source", "mkt_term", "mkt_content", "mkt_campaign", "se_category"],
            *["se_action", "tr_orderid", "tr_currency", "ti_orderid", "ti_sku"],
            *["ti_name", "ti_category", "useragent", "br_lang"],
        ],
        "varchar(4096)",
    ),
    **dict.fromkeys(
        ["tr_total", "tr_tax", "tr_shipping", "ti_price"], "decimal(18, 2)"
    ),
    "ti_quantity": "int",
}

# The tables of Redshift and PostgreSQL, and the types of their columns.
TABLES = {
    f"{ECOMMERCE}_snowplow_ecommerce_action_1": {"type": "varchar(64)"},
    f"{ECOMMERCE}_product_1": {
        **dict.fromkeys(["id", "name", "category"], "varchar(4096)"),
        "price": "decimal(9, 2)",
        "list_price": "decimal(9, 2)",
        "quantity": "int",
        **dict.fromkeys(["variant", "brand"], "varchar(256)"),
        "currency": "varchar(3)",
    },
    f"{ECOMMERCE}_transaction_1": {
        "transaction_id": "varchar(4096)",
        **dict.fromkeys(
            ["revenue", "tax", "shipping", "discount_amount"], "decimal(9, 2)"
        ),
        "currency": "varchar(3)",
        "discount_code": "varchar(99)",
    },
    f"{ECOMMERCE}_refund_1": {
        "transaction_id": "varchar(4096)",
        "refund_amount": "decimal(9, 2)",
        "currency": "varchar(3)",
    },
    f"{ECOMMERCE}_checkout_step_1": {"step": "int"},
    "com_snowplowanalytics_snowplow_client_session_1": {
        "user_id": "varchar(36)",
        "session_id": "varchar(36)",
    },
}

DAY = datetime(2026, 3, 2)
FIRST_LOAD, SECOND_LOAD = DAY.replace(hour=11, minute=10), DAY.replace(hour=12)
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/133.0.0.0 Safari/537.36"
)


def row(number, time, visitor="ana", *, load=FIRST_LOAD, **columns):
    """One row of atomic.events; the collector has it two seconds after its event."""
    happened = datetime.fromisoformat(f"2026-03-02 {time}")
    return {
        "app_id": "shop",
        "platform": "web",
        "event_id": f"00000000-0000-4000-8000-{number:012}",
        "event_fingerprint": f"f{number}",
        "event": "page_view",
        "event_name": columns.get("event", "page_view"),
        "dvce_created_tstamp": happened + timedelta(days=400),
        "dvce_sent_tstamp": happened + timedelta(days=400, seconds=2),
        "derived_tstamp": happened,
        "collector_tstamp": happened + timedelta(seconds=2),
        "etl_tstamp": happened + timedelta(seconds=5),
        "load_tstamp": load,
        "domain_userid": visitor,
        "domain_sessionid": f"{visitor}-1",
        "network_userid": f"network-{number}",
        "useragent": CHROME,
        "page_url": "https://shop.example/",
        "page_referrer": "",
        **dict.fromkeys(["mkt_source", "mkt_medium", "mkt_campaign", "user_id"], ""),
        **columns,
    }


def action(number, time, kind, visitor="ana", *, products=(), **columns):
    """A row of an ecommerce event."""
    return row(
        *(number, time, visitor),
        **{
            "event": "unstruct",
            "event_name": "snowplow_ecommerce_action",
            ACTION: {"type": kind},
            **({PRODUCTS: [*products]} if products else {}),
            **columns,
        },
    )


def product(sku, price, quantity=None, **properties):
    return {
        **{"id": sku, "name": None, "category": "kitchen", "price": price},
        "currency": "EUR",
        "quantity": quantity,
        **properties,
    }


def line(number, time, sku, price, quantity, order="T-1", **columns):
    """A row of a transaction_item."""
    return row(
        *(number, time, "ben"),
        event="transaction_item",
        ti_orderid=order,
        ti_sku=sku,
        ti_name=sku.title(),
        ti_category="kitchen",
        ti_price=price,
        ti_quantity=quantity,
        **columns,
    )


def transaction(number, time, **columns):
    """A row of the transaction T-1."""
    return row(
        *(number, time, "ben"),
        event="transaction",
        tr_orderid="T-1",
        tr_total=50,
        tr_tax=8,
        tr_shipping=5,
        tr_currency="EUR",
        **columns,
    )


MUG, POT = product("mug", 19.9, 2, brand="Ana & Co"), product("pot", 44, variant="red")
BOUGHT = {
    "transaction_id": "C-1",
    "revenue": 88.7,
    "currency": "EUR",
    "tax": 13.38,
    "shipping": 4.9,
    "discount_amount": 0,
    "discount_code": "SPRING",
}

LOADS = [
    [
        row(
            *(1, "10:00:00"),
            mkt_source="newsletter",
            mkt_medium="email",
            page_title="Mugs and pots",
            page_referrer="https://mail.example/",
            user_ipaddress="203.0.113.9",
            geo_country="DE",
            geo_region_name="Berlin",
            geo_city="Berlin",
            br_lang="de-DE",
        ),
        row(2, "10:00:10", event="page_ping"),
        # sent twice, by a tracker that had no answer
        row(2, "10:00:10", event="page_ping"),
        # the same id with other contents, by software that copies events
        row(1, "10:00:20", event_fingerprint="f0", page_url="https://shop.example/pot"),
        action(3, "10:01:00", "product_view", products=[product("mug", 19.9)]),
        action(4, "10:02:00", "add_to_cart", products=[MUG, POT]),
        action(5, "10:03:00", "checkout_step", **{STEP: [{"step": 1}]}),
        action(6, "10:03:30", "checkout_step", **{STEP: [{"step": 2}]}),
        action(
            *(7, "10:04:00", "transaction"),
            products=[MUG, POT],
            user_id="customer 1",
            **{TRANSACTION: [BOUGHT]},
        ),
        transaction(8, "11:00:00"),
        line(9, "11:00:01", "mug", 20, 1),
        # an old pixel: nothing of the device's clock, nor of the loader's
        row(
            *(10, "11:04:58", "ben"),
            derived_tstamp=None,
            dvce_created_tstamp=None,
            dvce_sent_tstamp=None,
            load_tstamp=None,
            event_fingerprint=None,
        ),
        row(
            11, "11:05:10", "ben", event="struct", event_name="event", se_action="zoom"
        ),
        row(12, "11:06:00", ""),
        row(
            *(13, "11:07:00", ""),
            event="unstruct",
            event_name="screen_view",
            platform="mob",
            domain_sessionid="",
            page_url=None,
            **{SESSION: [{"userId": "app-1", "sessionId": "app-1-9"}]},
        ),
    ],
    [
        # what was sent again arrives an hour later
        row(
            *(2, "10:00:10"),
            event="page_ping",
            load=SECOND_LOAD,
            collector_tstamp=DAY.replace(hour=11, minute=30),
        ),
        action(
            *(14, "11:20:00", "refund"),
            products=[product("mug", 19.9, 1)],
            load=SECOND_LOAD,
            **{
                REFUND: [
                    {"transaction_id": "C-1", "refund_amount": 19.9, "currency": "EUR"}
                ]
            },
        ),
        line(15, "11:00:02", "fork", 8.5, 2, load=SECOND_LOAD),
        # the page of thanks is opened again, and one more line has no transaction
        transaction(16, "11:10:00", load=SECOND_LOAD),
        line(17, "11:10:01", "mug", 20, 1, load=SECOND_LOAD),
        line(18, "11:10:02", "lid", 3, 1, load=SECOND_LOAD, order="T-2"),
    ],
]


def in_tables(rows):
    """The rows of the tables of entities, by table."""
    found = {table: [] for table in TABLES}
    for given in rows:
        root = {"root_id": given["event_id"], "root_tstamp": given["collector_tstamp"]}
        for column, table in zip(ENTITIES, TABLES, strict=True):
            entities = given.get(column) or []
            for entity in entities if isinstance(entities, list) else [entities]:
                found[table].append(
                    root | {in_snake_case(n): v for n, v in entity.items()}
                )
    return found


def in_snake_case(name):
    """A property of a schema as tables name it."""
    return re.sub("([A-Z])", r"_\1", name).lower()


def load_columns(project, rows, columns=None):
    """Add rows to an atomic.events that has entities in columns.

    columns: those of the table, by type, if not those of COLUMNS and ENTITIES.
    """
    project.append_to("events", columns or COLUMNS | ENTITIES, rows, "atomic")


def load_tables(project, rows):
    """Add rows to atomic.events and to the tables of entities."""
    entities = in_tables(rows)
    root = {"root_id": "char(36)", "root_tstamp": "timestamp"}
    for table, columns in TABLES.items():
        project.append_to(table, root | columns, entities.get(table, []), "atomic")
    project.append_to("events", COLUMNS, rows, "atomic")
