"""What the report says: rows of the marts, put into the order and words of the page."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import report_charts
from report_charts import Row, Rows

# Verdicts that are worth a row of their own.
NOTABLE = [
    "scaling with quality",
    "more visits, less worth",
    "more visits, worth unclear",
    "bot-like spike",
    "fading",
]
NAMED_CHANNELS = len(report_charts.CHANNEL_COLOURS) - 1
OTHER_CHANNELS = "other channels"
STANDS_OUT, NOT_OVER = "stands out", "not over"
BASE_RULES = "standard"

# Why a session started, and why a row is no event of a visit.
REASONS = {
    "first_event": "it is the visitor's first",
    "timeout": "the visitor was silent for too long",
    "left": "the visitor had left",
    "midnight": "a new day began",
    "hour": "a new hour began",
    "max_duration": "the one before was as long as it may be",
    "max_events": "the one before was full",
    "user_change": "another user had logged in",
    "source_change": "the visitor came again from elsewhere",
    "invalid": "lacks what every event needs",
    "duplicate": "was delivered before",
    "future": "is dated after its delivery",
    "no_consent": "is of somebody who did not agree to be recognized",
    "bot": "names a bot as its browser",
    "internal": "comes from an address of your own",
    "no_session": "may not start a session, and none was open",
}


def contents(rows: dict[str, Rows]) -> dict[str, Any]:
    """Return what the page shows, by the names that the page's template uses.

    Args:
        rows: of each analysis by its name without `report_`; some have sessions.
    """
    days = [with_rates(row) for row in rows["days"] if row["session_date"]]
    kinds = {
        r["day_kind"]: with_rates(r) for r in rows["days"] if not r["session_date"]
    }
    runs = runs_that_stand_out(days, rows["campaign_days"])
    whole_days = [row for row in days if row["day_kind"] != NOT_OVER] or days
    segments = [with_rates(row) for row in rows["segments"]]
    channels = with_colours([r for r in segments if r["segment_kind"] == "channel"])
    verdicts = [named_traffic(row, rows["period"]) for row in rows.get("quality", [])]
    steps = funnel_steps(rows["funnel"], days)
    presets = compared_rules(rows.get("rules", []))
    return {
        "sites": [site["site_id"] for site in rows["period"]],
        "currency": rows["period"][0]["currency"],
        "rule_set": rows["period"][0]["rule_set"],
        "first_date": days[0]["session_date"],
        "last_date": days[-1]["session_date"],
        "open_date": days[-1]["session_date"] if days[-1] not in whole_days else None,
        "runs": runs,
        "kinds": kinds,
        "orders": rows["orders"][0],
        "days": days,
        "channels": channels,
        "devices": [row for row in segments if row["segment_kind"] == "device"],
        "verdict_stories": verdict_stories(verdicts, runs, whole_days[-1]),
        "verdicts": notable(verdicts),
        "steps": steps,
        "lossiest": max(steps[:-1], key=lambda step: step["dropped_share"] or 0),
        "landing_pages": [with_rates(row) for row in rows["landing_pages"]],
        "cohorts": cohorts(rows["cohorts"], days[-1]["session_date"]),
        "start_reasons": explained(
            rows["start_reasons"], "start_reason", "session_count"
        ),
        "exclusions": explained(
            rows["exclusions"],
            "reason",
            "event_count",
            sum(row["event_count"] for row in rows["start_reasons"]),
        ),
        "presets": presets,
        "base_rules": BASE_RULES,
        "charts": charts(
            rows, days, whole_days, runs, channels, verdicts, steps, presets
        ),
    }


def charts(
    rows: dict[str, Rows],
    days: Rows,
    whole_days: Rows,
    runs: Rows,
    channels: Rows,
    verdicts: Rows,
    steps: Rows,
    presets: Rows,
) -> dict[str, Row]:
    """Return the charts of the page by their ids; the rest is as in contents."""
    dates = [row["session_date"] for row in days]
    names = {row["segment"]: row["shown_as"] for row in channels}
    groups = [row["traffic"] for row in notable(verdicts)]
    currency = rows["period"][0]["currency"]
    drawn = {
        "sessions": report_charts.days(
            [*dict.fromkeys(names.values())],
            by_shown_channel(rows["channel_days"], names),
            dates,
            whole_days[-1]["session_date"],
            runs,
        ),
        "conversion": report_charts.rate(
            whole_days, "conversion_rate", "conversion rate, % of sessions", ".1%", runs
        ),
        "worth": report_charts.rate(
            whole_days,
            "revenue_per_session",
            f"revenue per session, {currency}",
            ".2f",
            runs,
        ),
        "funnel": report_charts.funnel(steps),
    }
    if groups:
        kept = [
            row
            for row in verdicts
            if row["traffic"] in groups
            and row["verdict"] in report_charts.VERDICT_LOOKS
        ]
        order = [*dict.fromkeys(r["traffic"] for r in by_channel(kept, names))]
        drawn["verdicts"] = report_charts.verdicts(kept, order)
    if presets:
        base = next(row for row in presets if row["preset"] == BASE_RULES)
        drawn["rules"] = report_charts.rules(presets, base)
    return drawn


# ---------- numbers


def ratio(part: Any, whole: Any) -> Any:
    return float(part) / float(whole) if whole else None


def with_rates(row: Row) -> Row:
    """Add what one session, visitor or order is worth, where the row counts them."""
    sessions, visitors = row["session_count"], row.get("visitor_count")
    return row | {
        "conversion_rate": ratio(row["converted_session_count"], sessions),
        "engagement_rate": ratio(row.get("engaged_session_count", 0), sessions),
        "bounce_rate": ratio(row.get("bounce_count", 0), sessions),
        "sessions_a_day": ratio(sessions, row.get("day_count")),
        "revenue_per_session": ratio(row["revenue"], sessions),
        "revenue_per_visitor": ratio(row["revenue"], visitors),
        "average_order_value": ratio(row["revenue"], row["valued_order_count"]),
    }


def explained(rows: Rows, reason: str, count: str, others: int = 0) -> Rows:
    """Add each row's reason in words, and its share of all rows and of the others."""
    total = sum(row[count] for row in rows) + others
    return [
        row
        | {
            "words": REASONS.get(row[reason], ""),
            "share": ratio(row[count], total),
        }
        for row in rows
    ]


# ---------- days that stand out


def runs_that_stand_out(days: Rows, campaign_days: Rows) -> Rows:
    """Return the runs of days that stand out, with what they brought.

    Args:
        days: rows of the analysis report_days, one per day, in order.
        campaign_days: rows of the analysis report_campaign_days.
    """
    runs: Rows = []
    for row in days:
        if row["day_kind"] != STANDS_OUT:
            continue
        day = row["session_date"]
        if not runs or runs[-1]["last_date"] != day - timedelta(days=1):
            runs.append({"first_date": day, "session_count": 0, "usual_count": 0})
        runs[-1]["last_date"] = day
        runs[-1]["session_count"] += row["session_count"]
        runs[-1]["usual_count"] += row["usual_session_count"]
    for run in runs:
        run["times"] = ratio(run["session_count"], run["usual_count"])
        run["campaign"] = campaign_of(run, days, campaign_days)
        run["dates"] = date_range(run["first_date"], run["last_date"])
        run["short_label"] = f"{run['times']:.1f} times the usual"
        run["label"] = f"{run['dates']}: {run['short_label']}"
    return runs


def campaign_of(run: Row, days: Rows, campaign_days: Rows) -> Row | None:
    """Return the campaign that brought a run of days most of what is more than usual.

    Returns:
        Its name and sessions in these days; None where none brought a quarter of it.
    """
    within: Counter[str] = Counter()
    outside: Counter[str] = Counter()
    for row in campaign_days:
        is_within = run["first_date"] <= row["session_date"] <= run["last_date"]
        counter = within if is_within else outside
        counter[row["traffic_campaign"]] += row["session_count"]
    run_length = (run["last_date"] - run["first_date"]).days + 1
    as_long = run_length / max(len(days) - run_length, 1)
    more = {name: count - outside[name] * as_long for name, count in within.items()}
    name = max(more, key=lambda name: more[name], default=None)
    if name is None or more[name] < (run["session_count"] - run["usual_count"]) / 4:
        return None
    return {"name": name, "session_count": within[name]}


def date_range(first: date, last: date) -> str:
    """Return days in words, such as `18–19 Mar` or `30 Mar–1 Apr`, on one line."""
    month = (
        "" if (first.year, first.month) == (last.year, last.month) else f" {first:%b}"
    )
    begin = "" if first == last else f"{first.day}{month}–"
    return f"{begin}{last.day} {last:%b}".replace(" ", "\N{NO-BREAK SPACE}")


# ---------- channels and devices


def with_colours(channels: Rows) -> Rows:
    """Number the channels with a colour of their own; the others share the last one."""
    is_crowded = len(channels) > NAMED_CHANNELS + 1
    for rank, row in enumerate(channels):
        is_other = is_crowded and rank >= NAMED_CHANNELS
        row["colour"] = NAMED_CHANNELS + 1 if is_other else rank + 1
        row["shown_as"] = OTHER_CHANNELS if is_other else row["segment"]
    return channels


def by_shown_channel(channel_days: Rows, names: dict[str, str]) -> Rows:
    """Add up sessions of a day whose channels are shown as one."""
    totals: Counter[tuple[date, str]] = Counter()
    for row in channel_days:
        totals[row["session_date"], names[row["channel"]]] += row["session_count"]
    return [
        {"session_date": day, "channel": channel, "session_count": count}
        for (day, channel), count in totals.items()
    ]


def by_channel(rows: Rows, names: Iterable[str]) -> Rows:
    """Order rows by the size of their channel, then by device."""
    rank = {channel: number for number, channel in enumerate(names)}
    return sorted(
        rows,
        key=lambda row: (rank.get(row["channel"], len(rank)), row["device_category"]),
    )


# ---------- quality of traffic


def named_traffic(row: Row, sites: Rows) -> Row:
    """Add what the row is about in words, and how it differs from the usual."""
    traffic = f"{row['channel']}, {row['device_category']}"
    if len(sites) > 1:
        traffic = f"{row['site_id']}: {traffic}"
    usual = row["baseline_session_count"]
    return row | {
        "traffic": traffic,
        "surplus": row["session_count"] - (usual or 0),
        "times": ratio(row["session_count"], usual),
    }


def notable(verdicts: Rows) -> Rows:
    """Return the verdicts worth a row, those with the most sessions at stake first."""
    rows = [row for row in verdicts if row["verdict"] in NOTABLE]
    return sorted(rows, key=lambda row: -abs(row["surplus"]))


def verdict_stories(verdicts: Rows, runs: Rows, last_whole_day: Row) -> Rows:
    """Tell in words of the newest run that stands out, and of the last whole day.

    Returns:
        For each a title and, by verdict, the traffic it is about, most sessions first.
    """
    day = last_whole_day["session_date"]
    spans = [(run["dates"], run["first_date"], run["last_date"]) for run in runs[-1:]]
    spans.append((f"{date_range(day, day)}, the last whole day", day, day))
    stories: Rows = []
    for title, first, last in spans:
        rows = [r for r in verdicts if first <= r["session_date"] <= last]
        judged = [r for r in rows if r["verdict"] in report_charts.VERDICT_LOOKS]
        stories.append({"title": title, "verdicts": [], "judged_count": len(judged)})
        for verdict in NOTABLE:
            traffic: Counter[str] = Counter()
            for row in judged:
                if row["verdict"] == verdict:
                    traffic[row["traffic"]] += row["session_count"]
            if traffic:
                stories[-1]["verdicts"].append(
                    {
                        "verdict": verdict,
                        "session_count": traffic.total(),
                        "traffic": [name for name, _ in traffic.most_common(4)],
                        "more": max(len(traffic) - 4, 0),
                    }
                )
    return stories


# ---------- funnel, cohorts, rules


def funnel_steps(rows: Rows, days: Rows) -> Rows:
    """Return the funnel's steps over all days, and what they were on marked days."""
    marked = {r["session_date"] for r in days if r["day_kind"] == STANDS_OUT}
    steps: dict[str, Row] = {}
    for row in rows:
        step = steps.setdefault(
            row["funnel_step"],
            {
                "funnel_step": row["funnel_step"],
                "step_number": row["step_number"],
                "reached_count": 0,
                "dropped_count": 0,
                "marked_count": 0,
            },
        )
        step["reached_count"] += row["reached_count"]
        step["dropped_count"] += row["dropped_count"]
        if row["session_date"] in marked:
            step["marked_count"] += row["reached_count"]
    ordered = sorted(steps.values(), key=lambda step: step["step_number"])
    landed = ordered[0]
    for step, before in zip(ordered, [landed, *ordered], strict=False):
        step["reached_share"] = ratio(step["reached_count"], landed["reached_count"])
        step["kept_share"] = ratio(step["reached_count"], before["reached_count"])
        step["dropped_share"] = ratio(step["dropped_count"], step["reached_count"])
        step["marked_share"] = ratio(step["marked_count"], landed["marked_count"])
        count, share = f"{step['reached_count']:,}", f"{step['reached_share']:.1%}"
        step["label"] = f"{count} sessions, {share}"
        step["short_label"] = f"{count}, {share}"
    return ordered


def cohorts(rows: Rows, last_date: date) -> Rows:
    """Return each week's new visitors, with the share that came again by week.

    Args:
        rows: of the analysis report_cohorts.
        last_date: the last day there is; a week that ends on it or later is not over.
    """
    weeks: dict[date, Row] = {}
    for row in rows:
        monday, since = row["cohort_week"], row["weeks_since"]
        size = row["cohort_visitor_count"]
        week = weeks.setdefault(
            monday,
            {"cohort_week": monday, "visitor_count": size, "revenue": 0, "cells": {}},
        )
        week["revenue"] += row["revenue"]
        week["cells"][since] = {
            "share": ratio(row["visitor_count"], size),
            "is_open": monday + timedelta(weeks=since, days=6) >= last_date,
        }
    again = [
        cell
        for week in weeks.values()
        for since, cell in week["cells"].items()
        if since
    ]
    most = max((cell["share"] for cell in again), default=1)
    for cell in again:
        cell["part"] = cell["share"] / most
    for week in weeks.values():
        week["revenue_per_visitor"] = ratio(week["revenue"], week["visitor_count"])
    return list(weeks.values())


def compared_rules(presets: Rows) -> Rows:
    """Return the rule sets with what differs from the base; nothing where it lacks."""
    base = next((r for r in presets if r["preset"] == BASE_RULES), None)
    if not base:
        return []
    for row in presets:
        row["difference"] = ratio(row["session_count"], base["session_count"]) - 1
        row["short_label"] = "" if row is base else f"{row['difference']:+.1%}"
        row["label"] = f"{row['session_count']:,} {row['short_label']}"
    return presets
