"""The half of the reference that is about money: orders, and what the marts that are
built on sessions say of sessions, visitors and days. See reference.py.

Amounts are Decimal and exact until they are rounded to cents, half away from zero.
Money moves though no visit does, so an order may have no session. The marts are dicts
from the columns of their grain to the row.
"""

from collections import defaultdict
from datetime import timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import reduce
from itertools import pairwise
from math import hypot, sqrt
from statistics import median

from pytest import approx

EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
CENT = Decimal("0.01")

# Of the normal distribution: 2.5 % are beyond it.
QUANTILE = 1.959964

# More than this an order counts for as much when it is asked how much orders differ.
MOST_OF_AN_ORDER = Decimal("99999999999.99")

# Each step and the events that reach it; settings may name others.
FUNNEL_STEPS = {
    "product": ["product_view"],
    "cart": ["add_to_cart"],
    "checkout": ["begin_checkout"],
    "purchase": ["purchase"],
}

# ---- orders ----


def orders(events, session_ids, settings):
    """fct_orders by (site_id, order_id, event_id of the event that decides), from the
    events that are no duplicates, bots and their like, in event order. `session_ids`
    has the session of those that have one, by (site_id, event_id)."""
    events_of = defaultdict(list)
    for event in events:
        if is_of_an_order(event):
            own = None if event.get("order_id") else event["event_id"]
            events_of[event["site_id"], event.get("order_id"), own].append(event)

    rows = {}
    for (site_id, order_id, _), own_events in events_of.items():
        purchases = [e for e in own_events if e["event_name"] == "purchase"]
        refunds = [e for e in own_events if e["event_name"] == "refund"]
        first = (purchases or refunds)[0]
        row = order_row(first, purchases, refunds, settings)
        key = (site_id, first["event_id"])
        row["session_id"] = session_ids.get(key) if purchases else None
        rows[site_id, order_id, first["event_id"]] = row
    return rows


def is_of_an_order(event):
    return event.get("event_name") in ("purchase", "refund")


def order_row(first, purchases, refunds, settings):
    """What an order says, but for its session. `first` is the event that says when it
    was; what it is worth is said by the first purchase that says it."""
    day = settings.local(first["site_id"], first["event_at"]).date()
    valued = [e for e in purchases if e.get("revenue") is not None]
    says_value = valued[0] if valued else first
    has_purchase = bool(purchases)
    currency = currency_of(says_value, None, settings)
    value = says_value.get("revenue") if has_purchase else None
    rate = rate_on(day, currency, settings)
    worth = times(value, rate)
    revenue = in_cents(worth) if has_purchase else Decimal(0)
    taken_back = refunded_value(refunds, day, currency, settings)
    if value is not None and any(r.get("revenue") is None for r in refunds):
        # One that says no amount takes back what is left.
        taken_back = None if None in (worth, taken_back) else max(worth, taken_back)
    refunded = in_cents(taken_back)
    parts = {
        part: in_cents(times(says_value.get(part) if has_purchase else None, rate))
        for part in ("tax", "shipping", "discount")
    }
    refunded_parts = {
        f"refunded_{part}": in_cents(
            refunded_value(refunds, day, currency, settings, part)
        )
        for part in ("tax", "shipping")
    }
    return {
        "site_id": first["site_id"],
        "order_id": first.get("order_id"),
        "visitor_id": first.get("visitor_id"),
        "has_purchase": has_purchase,
        "is_tracked": has_purchase,
        "is_cancelled": False,
        "value_source": "events",
        "tracked_revenue": revenue if has_purchase else None,
        "booked_revenue": None,
        "ordered_at": first["event_at"],
        "order_date": day,
        "currency": currency,
        "order_value": value,
        "exchange_rate": rate,
        "revenue": revenue,
        **parts,
        **refunded_parts,
        "coupon": says_value.get("coupon") if has_purchase else None,
        "refund_count": len(refunds),
        "refunded_revenue": refunded,
        "net_revenue": minus(revenue, refunded),
    }


def refunded_value(refunds, day, order_currency, settings, column="revenue"):
    """The sum of refunds, or of a part of them, whichever sign they have, at the rates
    of the order's day, not rounded; None when one of them says a value that no rate
    converts."""
    converted = [
        times(
            abs(refund[column]),
            rate_on(day, currency_of(refund, order_currency, settings), settings),
        )
        for refund in refunds
        if refund.get(column) is not None
    ]
    return None if None in converted else total(converted)


def currency_of(event, order_currency, settings):
    """The event's currency, else that of its order where one is known, else the site's,
    else the reporting currency; in upper case."""
    of_site = [
        row["currency"]
        for row in settings.sites
        if row["site_id"] == event["site_id"] and row["currency"]
    ]
    return ascii_upper(
        event.get("currency")
        or order_currency
        or min(of_site, default=settings.reporting_currency)
    )


def rate_on(day, currency, settings):
    """What one unit of a currency is worth on a day; None where no row is that old."""
    if currency == ascii_upper(settings.reporting_currency):
        return Decimal(1)
    rates = {
        row["valid_from"]: row["rate"]
        for row in settings.exchange_rates
        if ascii_upper(row["currency"]) == currency
        and row["valid_from"] <= day.isoformat()
    }
    return Decimal(rates[max(rates)]) if rates else None


def ascii_upper(text):
    return "".join(c.upper() if "a" <= c <= "z" else c for c in text)


# ---- amounts, of which None is not known ----


def total(amounts):
    return reduce(EXACT.add, amounts, Decimal(0))


def times(amount, factor):
    return None if None in (amount, factor) else EXACT.multiply(amount, factor)


def minus(amount, other):
    return None if None in (amount, other) else EXACT.subtract(amount, other)


def in_cents(amount):
    return None if amount is None else amount.quantize(CENT, context=EXACT)


def per(amount, count):
    """An amount for each of some, in cents; None for none."""
    return in_cents(EXACT.divide(amount, Decimal(count))) if count else None


# ---- what sessions say of orders ----


def add_orders(sessions, rows_of_orders):
    """Give rows of fct_sessions the columns that are about their orders."""
    orders_of = defaultdict(list)
    for order in rows_of_orders.values():
        orders_of[order["session_id"]].append(order)
    for session in sessions.values():
        own = orders_of[session["session_id"]]
        revenue = total(order["revenue"] or 0 for order in own)
        refunded = total(order["refunded_revenue"] or 0 for order in own)
        session |= {
            "order_count": len(own),
            "valued_order_count": count(order["revenue"] is not None for order in own),
            "revenue": revenue,
            "refunded_revenue": refunded,
            "net_revenue": minus(revenue, refunded),
        }
        if own:
            session["furthest_funnel_step"] = "purchase"


def sums(sessions):
    """What may be added up of sessions, whatever they are grouped by."""
    return {
        "session_count": len(sessions),
        "engaged_session_count": count(s["is_engaged"] for s in sessions),
        "bounce_count": count(s["is_bounce"] for s in sessions),
        "converted_session_count": count(s["order_count"] > 0 for s in sessions),
        "order_count": sum(s["order_count"] for s in sessions),
        "valued_order_count": sum(s["valued_order_count"] for s in sessions),
        "revenue": total(s["revenue"] for s in sessions),
        "refunded_revenue": total(s["refunded_revenue"] for s in sessions),
        "net_revenue": total(s["net_revenue"] for s in sessions),
    }


def chosen_sums(sessions, *columns):
    of_sessions = sums(sessions)
    return {column: of_sessions[column] for column in columns}


def count(answers):
    return sum(1 for answer in answers if answer)


def grouped(sessions, *columns):
    """Lists of rows of fct_sessions by what they say in some columns."""
    groups = defaultdict(list)
    for session in sessions.values():
        groups[tuple(session[column] for column in columns)].append(session)
    return groups


# ---- visitors ----


def visitors(sessions):
    """dim_visitors by (site_id, visitor_id)."""
    rows = {}
    for key, own in grouped(sessions, "site_id", "visitor_id").items():
        own.sort(key=lambda session: session["session_number"])
        with_source = [session for session in own if not is_direct(session)] or [None]
        of_sessions = sums(own)
        rows[key] = {
            "site_id": own[0]["site_id"],
            "visitor_id": own[0]["visitor_id"],
            "person_id": own[-1]["person_id"],
            **instant_of("first", own[0]),
            **instant_of("last", own[-1]),
            "session_count": len(own),
            "order_count": of_sessions["order_count"],
            "valued_order_count": of_sessions["valued_order_count"],
            "revenue": of_sessions["revenue"],
            "refunded_revenue": of_sessions["refunded_revenue"],
            "lifetime_net_revenue": of_sessions["net_revenue"],
            "average_order_value": per(
                of_sessions["revenue"], of_sessions["valued_order_count"]
            ),
            **source_of("first", with_source[0]),
            **source_of("last", with_source[-1]),
            "first_channel": own[0]["channel"],
            "first_non_direct_channel": with_source[0] and with_source[0]["channel"],
            **first_orders(own, newest_end(sessions)),
        }
    return rows


def newest_end(sessions):
    return max(session["session_ended_at"] for session in sessions.values())


def first_orders(own, newest):
    """Of sessions in order: which has the first order, and what the orders of the first
    days are worth once these are over."""
    place = next((n for n, session in enumerate(own) if session["order_count"]), None)
    first = None if place is None else own[place]
    row = {
        "first_order_session_id": first and first["session_id"],
        "first_order_date": first and first["session_date"],
        "sessions_until_first_order": first and place + 1,
        "days_until_first_order": first
        and (first["session_date"] - own[0]["session_date"]).days,
    }
    for days in [30, 90, 365]:
        end = own[0]["session_started_at"] + timedelta(days=days)
        early = [s for s in own if s["session_started_at"] < end]
        orders = sum(s["order_count"] for s in early)
        revenue = total(s["revenue"] for s in early)
        row[f"first_{days}_days_order_count"] = orders if newest > end else None
        row[f"first_{days}_days_revenue"] = revenue if newest > end else None
    return row


def is_direct(session):
    return (session["traffic_source"], session["traffic_medium"]) == (
        "(direct)",
        "(none)",
    )


def instant_of(which, session):
    return {
        f"{which}_session_id": session["session_id"],
        f"{which}_session_started_at": session["session_started_at"],
        f"{which}_session_date": session["session_date"],
    }


def source_of(which, session):
    columns = {
        "source": "traffic_source",
        "medium": "traffic_medium",
        "campaign": "traffic_campaign",
        "channel": "channel",
    }
    return {
        f"{which}_{name}": session[column] if session else None
        for name, column in columns.items()
    }


def visitor_cohorts(sessions):
    """agg_visitor_cohorts by (site_id, cohort_week, weeks_since, first_channel). A week
    in which none of a cohort has a session is no row."""
    return cohorts_of(
        sessions,
        monday,
        lambda cohort, start: (start - cohort) // timedelta(weeks=1),
    )


def visitor_cohorts_monthly(sessions):
    """The same by months."""
    return cohorts_of(
        sessions,
        lambda day: day.replace(day=1),
        lambda cohort, start: (
            12 * (start.year - cohort.year) + start.month - cohort.month
        ),
    )


def cohorts_of(sessions, start_of, between):
    cohorts = defaultdict(set)
    units = defaultdict(list)
    for key, own in grouped(sessions, "site_id", "visitor_id").items():
        own.sort(key=lambda session: session["session_number"])
        cohort, channel = start_of(own[0]["session_date"]), own[0]["channel"]
        cohorts[key[0], cohort].add(key)
        cohorts[key[0], cohort, channel].add(key)
        for session in own:
            since = between(cohort, start_of(session["session_date"]))
            units[key[0], cohort, since, channel].append(session)
    return {
        (site_id, cohort, since, channel): {
            "cohort_visitor_count": len(cohorts[site_id, cohort]),
            "channel_visitor_count": len(cohorts[site_id, cohort, channel]),
            "visitor_count": len({s["visitor_id"] for s in own}),
            **chosen_sums(
                own, "session_count", "order_count", "revenue", "net_revenue"
            ),
        }
        for (site_id, cohort, since, channel), own in units.items()
    }


def monday(day):
    return day - timedelta(days=day.weekday())


# ---- days ----


def sessions_daily(sessions):
    """agg_sessions_daily by (site_id, session_date, channel, traffic_source,
    traffic_medium, traffic_campaign, device_category, country)."""
    groups = grouped(
        sessions,
        *("site_id", "session_date", "channel"),
        *("traffic_source", "traffic_medium", "traffic_campaign"),
        *("device_category", "country"),
    )
    return {
        key: {
            **sums(own),
            "first_session_count": count(s["is_first_session"] for s in own),
            "event_count": sum(s["event_count"] for s in own),
            "page_view_count": sum(s["page_view_count"] for s in own),
            "duration_seconds": seconds(own),
        }
        for key, own in groups.items()
    }


def seconds(sessions):
    """The length of all sessions together, exact to the microsecond."""
    lengths = (s["session_ended_at"] - s["session_started_at"] for s in sessions)
    microseconds = sum(lengths, timedelta()) // timedelta(microseconds=1)
    return EXACT.divide(Decimal(microseconds), Decimal(1_000_000))


def landing_pages_daily(sessions):
    """agg_landing_pages_daily by (site_id, session_date, landing_page_path)."""
    groups = grouped(sessions, "site_id", "session_date", "landing_page_path")
    return {
        key: chosen_sums(
            own,
            *("session_count", "bounce_count", "converted_session_count"),
            *("order_count", "valued_order_count"),
            *("revenue", "refunded_revenue", "net_revenue"),
        )
        for key, own in groups.items()
    }


def traffic_quality_daily(outcome, _settings):
    """The numbers of agg_traffic_quality_daily by (site_id, session_date, channel,
    device_category). A day of a site has a row for whatever channel and device the site
    ever had."""
    sessions, squares = outcome.sessions, defaultdict(Decimal)
    for order in outcome.orders.values():
        if order["revenue"] is not None:
            worth = min(abs(order["revenue"]), MOST_OF_AN_ORDER)
            squares[order["session_id"]] += EXACT.multiply(worth, worth)
    own_of = grouped(sessions, "site_id", "session_date", "channel", "device_category")
    days, kinds = defaultdict(set), defaultdict(set)
    for site_id, day, *kind in own_of:
        days[site_id].add(day)
        kinds[site_id].add(tuple(kind))
    measured = {
        (site_id, day, *kind): quality(own_of.get((site_id, day, *kind), []), squares)
        for site_id, own_days in days.items()
        for day in own_days
        for kind in kinds[site_id]
    }
    rows = {}
    for (site_id, day, *kind), row in measured.items():
        trailing = {
            number: measured[key]
            for number in range(28, 0, -1)
            if (key := (site_id, day - timedelta(days=number), *kind)) in measured
        }
        same_weekday = [row for number, row in trailing.items() if number % 7 == 0]
        worth = usual_worth([*trailing.values()] if same_weekday else [])
        rows[site_id, day, *kind] = {
            **{name: row[name] for name in row if name != "squares"},
            "engagement_rate": ratio([row], "engaged_session_count", "session_count"),
            "conversion_rate": ratio([row], "converted_session_count", "session_count"),
            "average_order_value": ratio([row], "revenue", "valued_order_count"),
            "revenue_per_session": ratio([row], "revenue", "session_count"),
            "revenue_per_visitor": ratio([row], "revenue", "visitor_count"),
            **usual_traffic(same_weekday, trailing),
            **worth,
            **intervals(row, [*trailing.values()] if same_weekday else []),
        }
    return rows


def quality(sessions, squares):
    return {
        "squares": sum(squares[session["session_id"]] for session in sessions),
        **chosen_sums(
            sessions,
            *("session_count", "engaged_session_count", "converted_session_count"),
            *("order_count", "valued_order_count", "revenue"),
        ),
        "visitor_count": len({session["visitor_id"] for session in sessions}),
    }


def usual_traffic(days, trailing):
    """How many came on the same weekday before: the middle of four weeks; and by how
    much each weekday changes from one of these weeks to the next, of `trailing` days by
    how long ago they are, the oldest first."""
    counts = [day["session_count"] for day in days]
    of_weekdays = defaultdict(list)
    for number, day in trailing.items():
        of_weekdays[number % 7].append(day["session_count"])
    changes = [
        abs(later - earlier)
        for weeks in of_weekdays.values()
        for earlier, later in pairwise(weeks)
    ]
    deviation = 1.0484 * median(changes) if changes else 0
    return {
        "baseline_day_count": len(days),
        "baseline_session_count": median(counts) if counts else None,
        "baseline_session_deviation": deviation if days else None,
    }


def intervals(row, days):
    """Between which bounds the differences of conversion and of the order value lie, in
    95 of 100 cases."""
    bounds = {}
    for name, found in {
        "conversion_rate": conversion_interval(row, days),
        "average_order_value": order_value_interval(row, days),
    }.items():
        low, high = found or (None, None)
        bounds[f"{name}_change_low"] = low
        bounds[f"{name}_change_high"] = high
    return bounds


def conversion_interval(row, days):
    """Newcombe's hybrid of two intervals by Wilson."""
    scores = [score_interval([row]), score_interval(days)]
    if None in scores:
        return None
    (rate, low, high), (usual, usual_low, usual_high) = scores
    change = rate - usual
    return (
        in_millionths(change - hypot(rate - low, usual_high - usual)),
        in_millionths(change + hypot(high - rate, usual - usual_low)),
    )


def score_interval(days):
    """A share, and where the deviation of a true share from it is as large as 1.96
    standard errors: the roots of a quadratic equation."""
    count = sum(day["session_count"] for day in days)
    if not count:
        return None
    rate = sum(day["converted_session_count"] for day in days) / count
    a = 1 + QUANTILE**2 / count
    b = -(2 * rate + QUANTILE**2 / count)
    root = sqrt(b * b - 4 * a * rate * rate)
    return rate, (-b - root) / (2 * a), (-b + root) / (2 * a)


def order_value_interval(row, days):
    """Welch's, with the degrees of freedom of the smaller number of orders."""
    counts = [sum(d["valued_order_count"] for d in own) for own in ([row], days)]
    if min(counts) < 10:
        return None
    own, usual = mean_and_error([row]), mean_and_error(days)
    z, freedom = QUANTILE, min(counts) - 1
    t = z + (z**3 + z) / (4 * freedom)
    t += (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    change, error = own[0] - usual[0], sqrt(own[1] + usual[1])
    return in_millionths(change - t * error), in_millionths(change + t * error)


def mean_and_error(days):
    """The mean of orders, and the square of its standard error."""
    count = sum(day["valued_order_count"] for day in days)
    revenue = total(day["revenue"] for day in days)
    around_mean = total(day["squares"] for day in days) - revenue * revenue / count
    return float(revenue) / count, float(max(around_mean, 0)) / count / (count - 1)


def in_millionths(value):
    """Rounded as the table is; the last digit may be another one."""
    return approx(round(value, 6), abs=2e-6, rel=1e-9)


def usual_worth(days):
    """What those were worth who came on all 28 days before, which hold enough orders;
    nothing is known of a day that has no weekday to compare with."""
    return {
        "baseline_conversion_rate": ratio(
            days, "converted_session_count", "session_count"
        ),
        "baseline_average_order_value": ratio(days, "revenue", "valued_order_count"),
        "baseline_revenue_per_visitor": ratio(days, "revenue", "visitor_count"),
        "baseline_engagement_rate": ratio(
            days, "engaged_session_count", "session_count"
        ),
    }


def ratio(days, column, divisor):
    """The sum of one column over that of another, as a float; None for no divisor."""
    whole = sum(day[divisor] for day in days)
    return float(total(Decimal(day[column]) for day in days)) / whole if whole else None
