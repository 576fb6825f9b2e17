"""The part of the reference that is about products: agg_products_daily. See
reference.py."""

from collections import defaultdict

from reference_commerce import minus, total

STEPS = {"view": "product_view", "cart": "add_to_cart", "checkout": "begin_checkout"}
PAIRS = [("view", "cart"), ("view", "purchase"), ("cart", "purchase")]
MONEY = ["revenue", "refunded_revenue"]


def products_daily(outcome):
    """agg_products_daily by (site_id, event_date, product_id)."""
    items, lines = defaultdict(list), defaultdict(list)
    for (site_id, event_id, number), row in outcome.event_items.items():
        if row["product_id"] and row["event_name"] in [*STEPS.values(), "purchase"]:
            item = row | {"event_id": event_id, "number": number}
            items[site_id, row["event_date"], row["product_id"]].append(item)
    for (_, product_id), row in outcome.order_items.items():
        if product_id:
            lines[row["site_id"], row["order_date"], product_id].append(row)
    return {
        key: product_row(items.get(key, []), lines.get(key, []))
        for key in items.keys() | lines.keys()
    }


def product_row(items, lines):
    items = sorted(items, key=event_order)
    sessions = {
        step: {item["session_id"] for item in items if item["event_name"] == name}
        for step, name in STEPS.items()
    }
    sessions["purchase"] = {line["session_id"] for line in lines if line["units"] > 0}
    sessions["purchase"].discard(None)
    both = {(one, other): sessions[one] & sessions[other] for one, other in PAIRS}
    views = {i["event_id"] for i in items if i["event_name"] == "product_view"}
    sums = {
        name: total([line[name] for line in lines if line[name] is not None])
        for name in MONEY
    }
    return {
        **{
            name: last_known(items, name)
            for name in ["product_name", "product_category"]
        },
        **{f"{step}_session_count": len(found) for step, found in sessions.items()},
        **{f"{a}_and_{b}_session_count": len(found) for (a, b), found in both.items()},
        **{
            f"{other}_to_{one}_rate": (
                len(found) / len(sessions[one]) if sessions[one] else None
            )
            for (one, other), found in both.items()
        },
        "view_count": len(views),
        "order_count": len(lines),
        "valued_order_count": sum(line["revenue"] is not None for line in lines),
        "units": sum(line["units"] for line in lines),
        "refunded_units": sum(line["refunded_units"] for line in lines),
        **sums,
        "net_revenue": minus(*sums.values()),
        "newest_item_loaded_at": max(
            (item["loaded_at"] for item in items if item["loaded_at"]), default=None
        ),
    }


def event_order(item):
    return item["event_at"], item["event_id"].encode(), item["number"]


def last_known(items, name):
    known = [item[name] for item in items if item[name] is not None]
    return known[-1] if known else None
