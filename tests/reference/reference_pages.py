"""The part of the reference that is about pages: their groups, page views, and the days
of pages. See reference.py.
"""

import re
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from reference_commerce import count, total
from reference_traffic import path

DAY_IN_MILLISECONDS = 24 * 60 * 60 * 1000

# ---- groups ----


def page_group(url, settings):
    """The name that the first rule for the path of a URL gives it."""
    page = path(url)
    for rules in (settings.own_path_rules, settings.path_rules):
        for rule in sorted(rules, key=lambda rule: int(rule["rule_number"])):
            parts = None if page is None else stood_for(rule["pattern"], page)
            if parts is not None:
                return filled(rule["replacement"], parts)
    return page


def stood_for(pattern, page):
    """What each of *, ** and # in a pattern stands for in a path, the first one for as
    much as it can; None where the path is not like the pattern."""
    literal, wildcard, rest = re.fullmatch(
        r"([^*#]*)(\*\*|\*|#|)(.*)", pattern, re.DOTALL
    ).groups()
    if not page.startswith(literal):
        return None
    page = page[len(literal) :]
    if not wildcard:
        return None if page else []
    for length in range(len(page), -1, -1):
        part = page[:length]
        if may_stand_for(wildcard, part):
            others = stood_for(rest, page[length:])
            if others is not None:
                return [part, *others]
    return None


def may_stand_for(wildcard, part):
    if wildcard == "**":
        return True
    if wildcard == "*":
        return part != "" and "/" not in part
    return part != "" and set(part) <= set("0123456789")


def filled(replacement, parts):
    """A replacement with $1 and its like replaced."""
    return re.sub(r"\$([1-9])", lambda found: parts[int(found[1]) - 1], replacement)


# ---- page views ----


def page_view_rows(events, repeated, of_session, settings):
    """fct_page_views of a session by event, from its events in order.

    repeated: whether each of them is a repeated page view.
    of_session: what each row has of its session.
    """
    views, later = [], []
    for event, is_repeated in zip(events, repeated, strict=True):
        is_view = event["event_name"] == "page_view" and not is_repeated
        if views:
            later[-1].append(event)
        if is_view:
            views.append(event)
            later.append([])

    rows = {}
    if not views:
        return rows
    neighbours = zip([None, *views[:-1]], [*views[1:], None], strict=True)
    for number, (view, (before, after)) in enumerate(
        zip(views, neighbours, strict=True), start=1
    ):
        seconds = after and in_seconds(after["event_at"] - view["event_at"])
        engaged = engaged_seconds(later[number - 1], settings)
        rows[view["site_id"], view["event_id"]] = of_session | {
            "event_date": settings.local(view["site_id"], view["event_at"]).date(),
            "event_at": view["event_at"],
            "event_at_local": settings.local(view["site_id"], view["event_at"]),
            "page_view_number": number,
            "is_entrance": before is None,
            "is_exit": after is None,
            "page_url": view.get("page_url"),
            "page_path": path(view.get("page_url")),
            "page_group": page_group(view.get("page_url"), settings),
            "page_title": view.get("page_title"),
            "previous_page_path": before and path(before.get("page_url")),
            "previous_page_group": before
            and page_group(before.get("page_url"), settings),
            "next_page_path": after and path(after.get("page_url")),
            "next_page_group": after and page_group(after.get("page_url"), settings),
            "seconds_to_next": seconds,
            "engaged_seconds": engaged if after is None else min(engaged, seconds),
            "scroll_percent": scrolled(later[number - 1], settings),
        }
    return rows


def engaged_seconds(events, settings):
    """For how long a page was in view, as the events say that came after its view, the
    next page view included, which no ping is."""
    reported = [
        max(0, min(event["engaged_milliseconds"], DAY_IN_MILLISECONDS))
        for event in events
        if event.get("engaged_milliseconds") is not None
    ]
    if reported:
        return Decimal(sum(reported)) / 1000
    pings = [e["event_at"] for e in events if e["event_name"] == "ping"]
    seconds = {ping.replace(microsecond=0) for ping in pings}
    return Decimal(len(seconds) * settings.ping_interval_seconds)


def scrolled(events, settings):
    numbers = [
        event.get(column["name"])
        for column in settings.own_columns
        if column["name"] == "scroll_percent" and column["type"] != "text"
        for event in events
    ]
    return max((n for n in numbers if n is not None), default=None)


def in_seconds(length):
    return Decimal(length // timedelta(microseconds=1)) / 1_000_000


# ---- days of pages ----


def pages_daily(outcome):
    """agg_pages_daily by (site_id, session_date, page_path, page_group)."""
    ordered, achieved = defaultdict(list), defaultdict(list)
    for order in outcome.orders.values():
        ordered[order["session_id"]].append(order["ordered_at"])
    for goal in outcome.goals.values():
        achieved[goal["session_id"]].append(goal["last_completed_at"])

    views_of = defaultdict(list)
    for (site_id, _), view in outcome.page_views.items():
        columns = ("session_date", "page_path", "page_group")
        views_of[site_id, *(view[column] for column in columns)].append(view)

    rows = {}
    for key, views in views_of.items():
        first_views = {}
        for view in views:
            known = first_views.get(view["session_id"], view["event_at"])
            first_views[view["session_id"]] = min(known, view["event_at"])
        entered = [view["session_id"] for view in views if view["is_entrance"]]
        rows[key] = {
            "page_view_count": len(views),
            "session_count": len(first_views),
            "visitor_count": len({view["visitor_id"] for view in views}),
            "entrance_count": len(entered),
            "exit_count": count(view["is_exit"] for view in views),
            "bounce_count": count(outcome.sessions[s]["is_bounce"] for s in entered),
            "seconds_to_next": total(view["seconds_to_next"] or 0 for view in views),
            "engaged_seconds": total(view["engaged_seconds"] for view in views),
            "ordered_session_count": count_of_later(first_views, ordered),
            "goal_session_count": count_of_later(first_views, achieved),
        }
    return rows


def count_of_later(first_views, instants_of):
    """How many sessions have an instant at or after their first view of a page."""
    return count(
        any(instant >= viewed_at for instant in instants_of[session_id])
        for session_id, viewed_at in first_views.items()
    )
