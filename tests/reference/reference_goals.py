"""The part of the reference that is about conditions on events: goals, and the steps of
the funnel. See reference.py.

A condition is a dict as in dbt_project.yml: events, page_path and where, all of which
have to hold. A repeated page view meets none.
"""

import re
from collections import defaultdict
from decimal import Decimal

from reference_commerce import count, grouped, total
from reference_traffic import event_source, path, shown_address

# ---- conditions ----


def meets(event, condition, settings):
    """Whether an event meets all parts of a condition."""
    if "events" in condition and event["event_name"] not in condition["events"]:
        return False
    if "page_path" in condition:
        page = path(event.get("page_url"))
        patterns = as_list(condition["page_path"])
        if page is None or not any(is_like(page, pattern) for pattern in patterns):
            return False
    return all(
        said(event, column, settings) in [as_said(value) for value in as_list(values)]
        for column, values in condition.get("where", {}).items()
    )


def as_list(value):
    return value if isinstance(value, list) else [value]


def as_said(value):
    """A value of the settings as events say it: a number with all its decimals."""
    return Decimal(str(value)) if isinstance(value, float) else value


def is_like(text, pattern):
    """Whether a text is a pattern in which % stands for any characters."""
    parts = [re.escape(part) for part in pattern.split("%")]
    return re.fullmatch(".*".join(parts), text, re.DOTALL) is not None


def said(event, column, settings):
    """What fct_events says of an event in one of its columns."""
    if column == "ip_address":
        return shown_address(event.get(column), settings.ip_addresses)
    if column.startswith("traffic_"):
        source = None
        if settings.brings_source(event):
            source = event_source(event, settings)
        return source.get(column.removeprefix("traffic_")) if source else None
    return event.get(column)


# ---- goals ----


def completed_goals(events, settings):
    """The rows of fct_goal_completions of a session by goal, without what they have of
    their session: from its events that count, in order."""
    rows = {}
    for name, goal in settings.goals.items():
        own = [event for event in events if meets(event, goal, settings)]
        if own:
            values = [event.get(goal.get("value")) for event in own]
            instants = [event["event_at"] for event in own]
            rows[name] = {
                "first_completed_at": min(instants),
                "last_completed_at": max(instants),
                "completion_count": len(own),
                "goal_value": total(Decimal(value or 0) for value in values),
            }
    return rows


def goals_daily(outcome, settings):
    """agg_goals_daily by the grain of agg_sessions_daily and goal_name."""
    goals_of = defaultdict(dict)
    for (session_id, name), row in outcome.goals.items():
        goals_of[session_id][name] = row
    groups = grouped(
        outcome.sessions,
        *("site_id", "session_date", "channel"),
        *("traffic_source", "traffic_medium", "traffic_campaign"),
        *("device_category", "country"),
    )
    rows = {}
    for key, own in groups.items():
        for name in settings.goals:
            completed = [
                goals_of[session["session_id"]][name]
                for session in own
                if name in goals_of[session["session_id"]]
            ]
            rows[*key, name] = {
                "session_count": len(own),
                "completed_session_count": len(completed),
                "completion_count": sum(row["completion_count"] for row in completed),
                "goal_value": total(row["goal_value"] for row in completed),
            }
    return rows


# ---- the funnel ----


def steps_between(settings):
    """The steps between landing and purchase, and their conditions, in order."""
    given = settings.funnel_steps
    if isinstance(given, dict):
        return {
            step: {"events": given[step]} for step in ("product", "cart", "checkout")
        }
    steps = {}
    for entry in given[:-1]:
        steps |= {entry: {"events": [entry]}} if isinstance(entry, str) else entry
    return steps


def furthest_step(events, settings):
    """The last step before the purchase of which a session has an event, from its
    events that count."""
    reached = [
        step
        for step, condition in steps_between(settings).items()
        if any(meets(event, condition, settings) for event in events)
    ]
    return reached[-1] if reached else "none"


def funnel_daily(outcome, settings):
    """agg_funnel_daily by (site_id, session_date, channel, device_category, step)."""
    steps = ["landing", *steps_between(settings), "purchase"]
    rows = {}
    groups = grouped(
        outcome.sessions, "site_id", "session_date", "channel", "device_category"
    )
    for key, own in groups.items():
        furthest = [session["furthest_funnel_step"] for session in own]
        numbers = [0 if step == "none" else steps.index(step) for step in furthest]
        for number, step in enumerate(steps):
            is_last = step == steps[-1]
            rows[*key, step] = {
                "step_number": number + 1,
                "reached_count": count(reached >= number for reached in numbers),
                "dropped_count": 0 if is_last else numbers.count(number),
            }
    return rows
