"""The part of the reference that is about marketing: which sessions led to an order,
what each of them earns of it, and what campaigns cost. See reference.py.

Raw spend is a dict with the columns of raw.ad_spend.
"""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from reference_commerce import (
    ascii_upper,
    currency_of,
    in_cents,
    rate_on,
    times,
    total,
)
from reference_persons import place_of, text_of
from reference_traffic import ascii_lower

MODELS = ["first", "last", "last_non_direct", "linear", "position", "time_decay"]
NAMES = ["traffic_source", "traffic_medium", "traffic_campaign"]
VALUES = ["currency", "cost", "clicks", "impressions"]
BILLION = 10**9


def touchpoints(outcome, settings, key_of):
    """fct_touchpoints by (order_key, session_id). `key_of` makes keys of texts."""
    sessions_of, orders_of = defaultdict(list), defaultdict(list)
    for session in outcome.sessions.values():
        person = session["site_id"], session["person_id"]
        sessions_of[person].append(session)
    for (site_id, order_id, event_id), order in outcome.orders.items():
        if order["session_id"] is not None:
            own = outcome.sessions[order["session_id"]]
            names = ("event", event_id) if order_id is None else ("order", order_id)
            key = key_of(site_id, *names)
            orders_of[own["site_id"], own["person_id"]].append((key, order, own))
    rows = {}
    for person, orders in orders_of.items():
        orders.sort(key=lambda known: (known[1]["ordered_at"], str(known[0])))
        for number, (key, order, own) in enumerate(orders):
            led = led_to(order, own, sessions_of[person], settings)
            earned = credits(order, led, settings)
            for place, session in enumerate(led):
                before = order["ordered_at"] - session["session_started_at"]
                rows[key, session["session_id"]] = {
                    **{n: order[n] for n in ["order_id", "ordered_at", "order_date"]},
                    "revenue": order["revenue"],
                    "is_first_order": number == 0,
                    **{name: session[name] for name in COLUMNS_OF_SESSION},
                    "is_direct": is_direct(session),
                    "is_order_session": session is own,
                    "touchpoint_number": place + 1,
                    "touchpoint_count": len(led),
                    "days_before_order": before // timedelta(days=1),
                    **earned[place],
                }
    return rows


COLUMNS_OF_SESSION = [
    *["site_id", "person_id", "visitor_id", "session_started_at", "session_date"],
    *["channel", *NAMES],
]


def led_to(order, own, sessions, settings):
    """The sessions that led to an order, its own one last."""
    oldest = order["ordered_at"] - timedelta(days=settings.attribution_lookback_days)
    earlier = [
        session
        for session in sessions
        if oldest <= session["session_started_at"] < own["session_started_at"]
        and (settings.touchpoints_include_direct or not is_direct(session))
    ]
    return [*sorted(earlier, key=place_of), own]


def is_direct(session):
    return session["traffic_source"] == "(direct)"


def credits(order, led, settings):
    """For each session what it earns of the order, by column."""
    others = [n for n, session in enumerate(led) if not is_direct(session)]
    everybody = list(range(len(led)))
    shared = everybody if settings.touchpoints_include_direct else others or everybody
    weights = {
        "first": {shared[0]: 1},
        "last": {everybody[-1]: 1},
        "last_non_direct": {(others or everybody)[-1]: 1},
        "linear": dict.fromkeys(shared, 1),
        "position": dict(zip(shared, by_position(len(shared)), strict=True)),
        "time_decay": by_distance(order, led, shared, settings),
    }
    earned = [{} for _ in led]
    for model, of_model in weights.items():
        parts = divided(Decimal(10**6), of_model, len(led))
        cents = [None] * len(led)
        if order["revenue"] is not None:
            cents = divided(order["revenue"] * 100, of_model, len(led))
        for number, row in enumerate(earned):
            row[f"{model}_share"] = parts[number].scaleb(-6)
            row[f"{model}_revenue"] = cents[number] and cents[number].scaleb(-2)
    return earned


def by_position(length):
    if length < 3:
        return [1] * length
    middle = Fraction(1, 5) / (length - 2)
    return [Fraction(2, 5), *[middle] * (length - 2), Fraction(2, 5)]


def by_distance(order, led, shared, settings):
    """Weights in billionths of that of the nearest."""
    half_life = settings.touchpoint_half_life_days * 86400
    seconds = {
        number: (
            order["ordered_at"] - led[number]["session_started_at"]
        ).total_seconds()
        for number in shared
    }
    nearest = min(seconds.values())
    return {
        number: int(
            Decimal(BILLION * 2 ** ((nearest - away) / half_life)).quantize(
                Decimal(1), rounding=ROUND_HALF_UP
            )
        )
        for number, away in seconds.items()
    }


def divided(amount, weights, length):
    """A whole amount by weights, to the unit: what whole units leave goes to the
    largest remainders, of equal ones to the earliest."""
    whole = sum(weights.values())
    exact = [
        Fraction(abs(int(amount)) * weights.get(number, 0)) / whole
        for number in range(length)
    ]
    parts = [int(part) for part in exact]
    left = abs(int(amount)) - sum(parts)
    by_rest = sorted(range(length), key=lambda n: (parts[n] - exact[n], n))
    for number in by_rest[:left]:
        parts[number] += 1
    sign = -1 if amount < 0 else 1
    return [Decimal(sign * part) for part in parts]


# ---- what it cost ----


def marketing_daily(outcome, rows_of_touchpoints, raw_spend, settings):
    """agg_marketing_daily by (site_id, activity_date, channel, source, medium,
    campaign)."""
    found = defaultdict(lambda: defaultdict(list))
    for session in outcome.sessions.values():
        row = found[key_of_activity(session, session["session_date"])]
        row["session_count"].append(1)
        row["new_visitor_count"].append(int(session["is_first_session"]))
    for touchpoint in rows_of_touchpoints.values():
        row = found[key_of_activity(touchpoint, touchpoint["order_date"])]
        for model in MODELS:
            row[f"{model}_order_count"].append(touchpoint[f"{model}_share"])
            row[f"{model}_revenue"].append(touchpoint[f"{model}_revenue"] or 0)
        if touchpoint["is_first_order"]:
            part = touchpoint[f"{settings.marketing_model}_share"]
            row["new_customer_count"].append(part)
    for order in outcome.orders.values():
        if order["session_id"] is None and order["has_purchase"]:
            key = order["site_id"], order["order_date"], "(unattributed)"
            row = found[*key, None, None, None]
            for model in MODELS:
                row[f"{model}_order_count"].append(1)
                row[f"{model}_revenue"].append(order["revenue"] or 0)
    for spend in spend_in_force(outcome, raw_spend, settings):
        row = found[key_of_activity(spend, spend["spend_date"])]
        for name in ["cost", "clicks", "impressions"]:
            if spend[name] is not None:
                row[name].append(spend[name])
    return {key: summed(row, settings) for key, row in found.items()}


def key_of_activity(row, day):
    names = (row[name] and ascii_lower(row[name]) for name in NAMES)
    return row["site_id"], day, row["channel"], *names


def summed(row, settings):
    model = settings.marketing_model
    result = {"session_count": sum(row["session_count"])}
    result["new_visitor_count"] = sum(row["new_visitor_count"])
    for name in MODELS:
        result[f"{name}_order_count"] = total(row[f"{name}_order_count"])
        result[f"{name}_revenue"] = total(row[f"{name}_revenue"])
    result["new_customer_count"] = total(row["new_customer_count"])
    for name in ["cost", "clicks", "impressions"]:
        result[name] = sum(row[name]) if row[name] else None
    cost = result["cost"]
    for name, counted in {
        "cost_per_session": result["session_count"],
        "cost_per_order": result[f"{model}_order_count"],
        "cost_per_new_customer": result["new_customer_count"],
    }.items():
        is_known = counted and cost is not None
        result[name] = float(cost) / float(counted) if is_known else None
    earned = float(result[f"{model}_revenue"])
    result["return_on_ad_spend"] = earned / float(cost) if cost else None
    return result


def spend_in_force(outcome, raw_spend, settings):
    """The newest row of each campaign and day, with its channel and cost in the
    reporting currency."""
    newest = {}
    for raw in raw_spend:
        row = dict(raw)
        for name in ["site_id", "source", "medium", "campaign", "channel", "currency"]:
            row[name] = text_of(raw.get(name)) or None
        if row["spend_date"] is None or (row["loaded_at"] or datetime.min).year > 2090:
            continue
        row["site_id"] = row["site_id"] or "default"
        for name in NAMES:
            given = row[name.removeprefix("traffic_")]
            row[name] = given and ascii_lower(given)
        key = row["site_id"], row["spend_date"], row["channel"], *map(row.get, NAMES)
        if key not in newest or is_newer(row, newest[key]):
            newest[key] = row
    channels = channels_of_visits(outcome.sessions.values())
    for row in newest.values():
        names = tuple(row[name] or "" for name in NAMES)
        found = row["channel"] or channels.get(names) or channels.get(names[:2])
        row["channel"] = found or "Unassigned"
        row["currency"] = ascii_upper(currency_of(row, None, settings))
        rate = rate_on(row["spend_date"], row["currency"], settings)
        row["cost"] = in_cents(times(row["cost"], rate))
    return newest.values()


def is_newer(one, other):
    instants = [row["loaded_at"] or datetime.min for row in (one, other)]
    if instants[0] != instants[1]:
        return instants[0] > instants[1]
    return texts(one) < texts(other)


def texts(row):
    return [
        ""
        if row[name] is None
        else f"{row[name]:.6f}"
        if isinstance(row[name], Decimal)
        else str(row[name])
        for name in VALUES
    ]


def channels_of_visits(sessions):
    """The channel of most visits of each source, medium and campaign, and of each
    source and medium."""
    visits = defaultdict(Counter)
    for session in sessions:
        names = tuple(ascii_lower(session[name] or "") for name in NAMES)
        visits[names][session["channel"]] += 1
        visits[names[:2]][session["channel"]] += 1
    return {
        names: min(counts, key=lambda channel: (-counts[channel], channel.encode()))
        for names, counts in visits.items()
    }
