"""The part of the reference that is about items: fct_event_items and fct_order_items.
See reference.py.

A raw item is a dict with the columns of raw.event_items.
"""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from reference_commerce import (
    currency_of,
    in_cents,
    is_of_an_order,
    minus,
    rate_on,
    times,
    total,
)
from reference_persons import BLANKS
from reference_traffic import is_word

NAMES = ["product_name", "product_category", "product_variant", "product_brand"]

# The columns by which deliveries of one instant are compared, as text.
COMPARED = ["product_id", *NAMES, "item_list", "quantity", "price", "discount"]


def event_items(kept, session_ids, raw_items, settings):
    """fct_event_items by (site_id, event_id, item_number), from the events that are
    kept, in event order. `session_ids` has the session of those that have one."""
    delivered = items_by_event(raw_items)
    rows = {}
    for event in kept:
        key = event["site_id"], event["event_id"]
        if key not in session_ids and not is_of_an_order(event):
            continue
        own = delivered.get(key) or alone(event)
        for number, item in own.items():
            rows[*key, number] = item_row(event, session_ids.get(key), item, settings)
    return rows


def items_by_event(raw_items):
    """For each (site_id, event_id) the delivery that stays of each of its items."""
    found = defaultdict(dict)
    for raw in raw_items:
        instant = raw.get("loaded_at")
        if raw["item_number"] is None or (instant and instant.year >= 2100):
            continue
        event = text_of(raw.get("site_id")) or "default", text_of(raw.get("event_id"))
        other = found[event].get(raw["item_number"])
        if other is None or delivery_order(raw) < delivery_order(other):
            found[event][raw["item_number"]] = raw
    return found


def delivery_order(raw):
    """By arrival, those that do not say when at the end."""
    texts = ["" if raw[c] is None else as_text(raw[c]) for c in COMPARED]
    return raw.get("loaded_at") or datetime.max, [text.encode() for text in texts]


def as_text(value):
    return f"{value:.6f}" if isinstance(value, Decimal) else str(value)


def alone(event):
    """What an event without items is itself."""
    if event.get("product_id") is None:
        return {}
    names = ["product_id", "quantity"]
    return {1: {name: event.get(name) for name in names} | {"is_alone": True}}


def item_row(event, session_id, item, settings):
    day = settings.local(event["site_id"], event["event_at"]).date()
    currency = currency_of(event, None, settings)
    rate = rate_on(day, currency, settings)
    value = value_of(item)
    product_id = text_of(item.get("product_id"))
    if product_id is not None and is_word(product_id, "id", settings):
        product_id = None
    return {
        "session_id": session_id,
        "visitor_id": event.get("visitor_id"),
        "event_name": event["event_name"],
        "event_at": event["event_at"],
        "event_date": day,
        "product_id": product_id,
        **{name: text_of(item.get(name)) for name in [*NAMES, "item_list"]},
        "quantity": item.get("quantity"),
        "price": item.get("price"),
        "discount": item.get("discount"),
        "currency": currency,
        "exchange_rate": rate,
        "item_value": value,
        "item_revenue": in_cents(times(value, rate)),
        "loaded_at": item.get("loaded_at"),
    }


def value_of(item):
    """What a line is worth in its own currency; None where that is not known, or more
    than an amount can be."""
    units = units_of(item)
    if item.get("price") is None or units is None:
        return None
    value = minus(
        times(item["price"], Decimal(units)), item.get("discount") or Decimal(0)
    )
    return value if abs(value) < 10**14 else None


def units_of(item):
    """One where the line does not say how many; None for an error."""
    quantity = 1 if item.get("quantity") is None else item["quantity"]
    return quantity if abs(quantity) < 10**9 else None


def text_of(value):
    return (value or "").strip(BLANKS) or None


# ---- orders ----


def order_items(kept, rows_of_items, rows_of_orders, key_of, settings):
    """fct_order_items by (order_key, product_id). `key_of` makes keys of texts."""
    items_of = defaultdict(list)
    for site_id, event_id, number in sorted(rows_of_items, key=lambda key: key[2]):
        row = rows_of_items[site_id, event_id, number]
        items_of[site_id, event_id].append(row)

    events_of = defaultdict(list)
    for event in kept:
        if is_of_an_order(event):
            own = None if event.get("order_id") else event["event_id"]
            events_of[event["site_id"], event.get("order_id"), own].append(event)

    rows = {}
    for (site_id, order_id, own), events in events_of.items():
        purchases = [e for e in events if e["event_name"] == "purchase"]
        refunds = [e for e in events if e["event_name"] == "refund"]
        first = (purchases or refunds)[0]
        order = rows_of_orders[site_id, order_id, first["event_id"]]
        key = key_of(site_id, "event" if own else "order", own or order_id)
        with_items = [e for e in purchases if items_of[site_id, e["event_id"]]][:1]
        lines = defaultdict(lambda: ([], []))
        for event in with_items + refunds:
            for item in items_of[site_id, event["event_id"]]:
                is_refund = event["event_name"] == "refund"
                lines[item["product_id"]][is_refund].append(
                    (item, worth(event, item, order, settings))
                )
        for product_id, (bought, returned) in lines.items():
            rows[key, product_id] = product_row(order, bought, returned)
    return rows


def worth(event, item, order, settings):
    """What a line is worth at the rate of the order's day."""
    currency = item["currency"]
    if event["event_name"] == "refund" and not event.get("currency"):
        currency = order["currency"]
    return times(item["item_value"], rate_on(order["order_date"], currency, settings))


def product_row(order, bought, returned):
    first, _ = (bought + returned)[0]
    bought, returned = (
        [(units_of(item), value) for item, value in lines if units_of(item) is not None]
        for lines in (bought, returned)
    )
    units = sum(units for units, _ in bought)
    returned_units = sum(abs(units) for units, _ in returned)
    revenue = sum_of(value for _, value in bought)
    refunded = sum_of(value and abs(value) for _, value in returned)
    return {
        "site_id": order["site_id"],
        "order_id": order["order_id"],
        "session_id": order["session_id"],
        "order_date": order["order_date"],
        **{name: first[name] for name in NAMES},
        "units": units,
        "revenue": revenue,
        "refunded_units": returned_units,
        "refunded_revenue": refunded,
        "net_units": units - returned_units,
        "net_revenue": minus(revenue, refunded),
    }


def sum_of(amounts):
    amounts = list(amounts)
    return None if None in amounts else in_cents(total(amounts))
