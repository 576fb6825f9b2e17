"""The charts of the report: Vega-Lite, with colours that the style sheet names.

Each chart comes in two shapes, for a wide page and for a phone. A colour is written
`var(--name)`, so that the page turns dark without drawing anything again.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

import altair as alt

Row: TypeAlias = dict[str, Any]  # by column, as queries return it or as it is shown
Rows: TypeAlias = list[Row]

CHANNEL_COLOURS = [f"var(--channel-{number})" for number in range(1, 8)]
VERDICT_LOOKS = {
    "scaling with quality": ("var(--verdict-quality)", "triangle-up"),
    "more visits, less worth": ("var(--verdict-worth)", "triangle-down"),
    "more visits, worth unclear": ("var(--muted)", "triangle-right"),
    "bot-like spike": ("var(--verdict-bot)", "diamond"),
    "fading": ("var(--verdict-fading)", "square"),
    "steady": ("var(--faint)", "circle"),
}
DAYS_HEIGHT = 320  # pixels
LABEL_HEIGHT = 16  # pixels
ROW_HEIGHT = 20  # pixels
CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif",
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "ticks": False,
        "grid": False,
        "labelColor": "var(--muted)",
        "titleColor": "var(--muted)",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelPadding": 6,
    },
    "axisY": {
        "titleAngle": 0,
        "titleAlign": "left",
        "titleBaseline": "bottom",
        "titleX": 0,
        "titleY": -8,
    },
    "axisQuantitative": {"grid": True, "gridColor": "var(--line)", "tickCount": 4},
    "legend": {
        "labelColor": "var(--ink)",
        "labelFontSize": 12,
        "labelLimit": 200,
        "orient": "top",
        "title": None,
        "symbolStrokeWidth": 0,
    },
    "text": {"color": "var(--ink)", "fontSize": 12},
}


def both(draw: Callable[[bool], alt.TopLevelMixin], data: dict[str, Rows]) -> Row:
    """Return a chart in both shapes, with its data.

    Args:
        draw: makes the chart, given whether it is narrow.
        data: rows by the name of the data set.
    """
    shapes = {
        shape: draw(is_narrow).configure(**CONFIG).to_dict()
        for shape, is_narrow in [("wide", False), ("narrow", True)]
    }
    return shapes | {"data": data}


def days(
    channels: list[str],
    channel_days: Rows,
    dates: list[date],
    last_whole_day: date,
    runs: Rows,
) -> Row:
    """Sessions of each day, stacked by channel; days that stand out are marked.

    Args:
        channels: their names, the largest first.
        channel_days: rows of session_date, channel, session_count.
        dates: all days of the report.
        last_whole_day: the day whose bar the names of channels stand beside.
        runs: the days that stand out, rows of first_date, last_date, label.
    """
    colour = alt.Color(
        "channel:N",
        scale=alt.Scale(domain=channels, range=CHANNEL_COLOURS[: len(channels)]),
        legend=None,
    )
    totals = dict.fromkeys(dates, 0)
    for row in channel_days:
        totals[row["session_date"]] += row["session_count"]
    most = max(totals.values())
    data = {
        "days": [
            row | {"rank": channels.index(row["channel"])}
            for row in with_words(channel_days)
        ],
        "labels": beside_bar(
            channels,
            [r for r in channel_days if r["session_date"] == last_whole_day],
            max(dates) + timedelta(days=1),
            most * 1.12,
        ),
        "runs": bands(runs),
    }

    def draw(is_narrow: bool) -> alt.TopLevelMixin:
        x = day_axis(dates, room=0 if is_narrow else 0.15)
        bars = (
            alt.Chart(alt.NamedData("days"))
            .mark_bar(stroke="var(--ground)", strokeWidth=0.5)
            .encode(
                x=x,
                y=alt.Y(
                    "session_count:Q",
                    title="sessions a day",
                    axis=alt.Axis(format=",d"),
                    scale=alt.Scale(domain=[0, most * 1.12], nice=False),
                ),
                color=colour,
                order=alt.Order("rank:O"),
                tooltip=[
                    alt.Tooltip("day:N", title="day"),
                    alt.Tooltip("channel:N"),
                    alt.Tooltip("session_count:Q", title="sessions", format=",d"),
                ],
            )
        )
        layers = [
            band(),
            bars,
            band_label(dates, "short_label" if is_narrow else "label"),
        ]
        if not is_narrow:
            layers += channel_labels(colour)
        return alt.layer(*layers).properties(width="container", height=DAYS_HEIGHT)

    return both(draw, data)


def rate(
    days_shown: Rows, name: str, title: str, number_format: str, runs: Rows
) -> Row:
    """One number of each day as a line; days that stand out are marked."""
    dates = [row["session_date"] for row in days_shown]
    is_short = len(dates) <= 45
    data = {
        "days": with_words(days_shown),
        "runs": bands(runs),
    }

    def draw(is_narrow: bool) -> alt.TopLevelMixin:
        line = (
            alt.Chart(alt.NamedData("days"))
            .mark_line(
                color="var(--accent)",
                strokeWidth=2,
                strokeJoin="round",
                point={"color": "var(--accent)", "size": 24} if is_short else False,
            )
            .encode(
                x=day_axis(dates),
                y=alt.Y(f"{name}:Q", title=title, axis=alt.Axis(format=number_format)),
                tooltip=[
                    alt.Tooltip("day:N", title="day"),
                    alt.Tooltip(f"{name}:Q", title=title, format=number_format),
                ],
            )
        )
        return alt.layer(band(), line).properties(width="container", height=180)

    return both(draw, data)


def verdicts(rows: Rows, groups: list[str]) -> Row:
    """What each day of a channel and device was, a sign for each.

    Args:
        rows: of session_date, traffic, verdict, session_count, baseline_session_count.
        groups: channels with devices, from top to bottom.
    """
    dates = sorted({row["session_date"] for row in rows})
    names = [*VERDICT_LOOKS]
    colours, shapes = zip(*VERDICT_LOOKS.values(), strict=True)
    data = {"verdicts": with_words(rows)}

    def draw(is_narrow: bool) -> alt.TopLevelMixin:
        return (
            alt.Chart(alt.NamedData("verdicts"))
            .mark_point(filled=True, opacity=1)
            .encode(
                x=day_axis(dates),
                y=alt.Y(
                    "traffic:N",
                    sort=groups,
                    title=None,
                    axis=alt.Axis(
                        labelLimit=150 if is_narrow else 240, labelColor="var(--ink)"
                    ),
                ),
                color=alt.Color(
                    "verdict:N",
                    scale=alt.Scale(domain=names, range=[*colours]),
                    legend=None,
                ),
                shape=alt.Shape(
                    "verdict:N",
                    scale=alt.Scale(domain=names, range=[*shapes]),
                    legend=None,
                ),
                size=alt.condition(
                    "datum.verdict === 'steady'",
                    alt.value(6),
                    alt.value(40 if is_narrow else 75),
                ),
                tooltip=[
                    alt.Tooltip("day:N", title="day"),
                    alt.Tooltip("traffic:N", title="traffic"),
                    alt.Tooltip("verdict:N"),
                    alt.Tooltip("session_count:Q", title="sessions", format=",d"),
                    alt.Tooltip(
                        "baseline_session_count:Q", title="usually", format=",.0f"
                    ),
                ],
            )
            .properties(width="container", height=ROW_HEIGHT * len(groups))
        )

    return both(draw, data)


def funnel(steps: Rows) -> Row:
    """How many sessions reached each step: those that went on, and those that did not.

    Args:
        steps: rows of funnel_step, reached_count, dropped_count, label, short_label.
    """
    order = [step["funnel_step"] for step in steps]
    parts = [
        {**step, "part": part, "rank": rank, "session_count": count}
        for step in steps
        for rank, (part, count) in enumerate(
            [
                ("went on", step["reached_count"] - step["dropped_count"]),
                ("went no further", step["dropped_count"]),
            ]
        )
    ]
    most = max(step["reached_count"] for step in steps)

    def draw(is_narrow: bool) -> alt.TopLevelMixin:
        label, room = ("short_label", 1.9) if is_narrow else ("label", 1.3)
        y = alt.Y(
            "funnel_step:N",
            sort=order,
            title=None,
            axis=alt.Axis(labelColor="var(--ink)"),
        )
        x = alt.X(
            "session_count:Q",
            axis=None,
            scale=alt.Scale(domain=[0, most * room], nice=False),
        )
        bars = (
            alt.Chart(alt.NamedData("parts"))
            .mark_bar(height=22)
            .encode(
                x=x,
                y=y,
                color=alt.Color(
                    "part:N",
                    scale=alt.Scale(
                        domain=["went on", "went no further"],
                        range=["var(--accent)", "var(--accent-faint)"],
                    ),
                ),
                order=alt.Order("rank:O"),
                tooltip=[
                    alt.Tooltip("funnel_step:N", title="step"),
                    alt.Tooltip("part:N", title="these"),
                    alt.Tooltip("session_count:Q", title="sessions", format=",d"),
                ],
            )
        )
        labels = (
            alt.Chart(alt.NamedData("steps"))
            .mark_text(align="left", dx=6)
            .encode(x="reached_count:Q", y=y, text=f"{label}:N")
        )
        return alt.layer(bars, labels).properties(
            width="container", height=34 * len(steps)
        )

    return both(draw, {"parts": parts, "steps": steps})


def rules(presets: Rows, base: Row) -> Row:
    """Sessions under each rule set, beside those of one of them.

    Args:
        presets: rows of preset, session_count, label, short_label; the most first.
        base: the row of the preset that the others are compared with.
    """
    order = [row["preset"] for row in presets]
    counts = [row["session_count"] for row in presets]
    room = max(max(counts) - min(counts), 1)
    data = {"presets": presets, "base": [base]}

    def draw(is_narrow: bool) -> alt.TopLevelMixin:
        x = alt.X(
            "session_count:Q",
            title="sessions",
            axis=alt.Axis(format=",d"),
            scale=alt.Scale(
                domain=[
                    min(counts) - room * 0.05,
                    max(counts) + room * (0.3 if is_narrow else 0.15),
                ],
                nice=False,
                zero=False,
            ),
        )
        y = alt.Y(
            "preset:N",
            sort=order,
            title=None,
            axis=alt.Axis(labelColor="var(--ink)", labelLimit=150),
        )
        chart = alt.Chart(alt.NamedData("presets"))
        line = (
            alt.Chart(alt.NamedData("base"))
            .mark_rule(color="var(--muted)", strokeDash=[3, 3])
            .encode(x="session_count:Q")
        )
        dots = chart.mark_circle(size=80, opacity=1, color="var(--accent)").encode(
            x=x,
            y=y,
            tooltip=[
                alt.Tooltip("preset:N"),
                alt.Tooltip("session_count:Q", title="sessions", format=",d"),
            ],
        )
        labels = chart.mark_text(align="left", dx=9).encode(
            x=x, y=y, text="short_label:N" if is_narrow else "label:N"
        )
        return alt.layer(line, dots, labels).properties(
            width="container", height=ROW_HEIGHT * len(presets)
        )

    return both(draw, data)


# ---------- what several charts have


def in_words(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def with_words(rows: Rows) -> Rows:
    return [row | {"day": in_words(row["session_date"])} for row in rows]


def milliseconds(day: date) -> int:
    """Return the start of a day in UTC, as Vega counts time."""
    return (day - datetime(1970, 1, 1).date()) // timedelta(milliseconds=1)


def day_axis(dates: list[date], room: float = 0, band_position: float = 0.5) -> alt.X:
    """The axis of days, with a label on Mondays, and room beside the last day.

    Args:
        dates: all days, the first and last of which are the ends.
        room: as a part of the days.
    """
    first, last = min(dates), max(dates)
    span = (last - first).days + 1
    mondays = [day for day in dates if day.weekday() == 0] or [first]
    every = max(1, round(len(mondays) / 7))
    return alt.X(
        "session_date:T",
        timeUnit="utcyearmonthdate",
        bandPosition=band_position,
        title=None,
        scale=alt.Scale(
            type="utc",
            domain=[
                milliseconds(first),
                milliseconds(first) + round(span * (1 + room) * 86_400_000),
            ],
        ),
        axis=alt.Axis(
            values=[milliseconds(day) for day in mondays[::every]],
            format="%-d %b",
            labelAlign="left",
            labelPadding=8,
        ),
    )


def bands(runs: Rows) -> Rows:
    return [run | {"until": run["last_date"] + timedelta(days=1)} for run in runs]


def band() -> alt.Chart:
    """The days that stand out, as a band behind what is drawn over it."""
    return (
        alt.Chart(alt.NamedData("runs"))
        .mark_rect(color="var(--mark)")
        .encode(x=alt.X("first_date:T", scale=alt.Scale(type="utc")), x2="until:T")
    )


def band_label(dates: list[date], name: str) -> alt.TopLevelMixin:
    """What the band is, on that side of it where there is room."""
    turn = milliseconds(min(dates)) + 0.75 * (
        milliseconds(max(dates)) - milliseconds(min(dates))
    )
    text = alt.Chart(alt.NamedData("runs")).encode(
        y=alt.value(4), text=alt.Text(f"{name}:N")
    )
    after = text.mark_text(align="left", baseline="top", dx=6, fontWeight=600)
    before = text.mark_text(align="right", baseline="top", dx=-6, fontWeight=600)
    return alt.layer(
        after.transform_filter(f"toDate(datum.until) <= {turn}").encode(
            x=alt.X("until:T", scale=alt.Scale(type="utc"))
        ),
        before.transform_filter(f"toDate(datum.until) > {turn}").encode(
            x=alt.X("first_date:T", scale=alt.Scale(type="utc"))
        ),
    )


def beside_bar(channels: list[str], counted: Rows, day: date, most: float) -> Rows:
    """Place each channel's name at the height of its part of a bar, none on another.

    Args:
        counted: the parts, rows of channel, session_count.
        day: where the names stand.
        most: sessions at the upper end of the axis.

    Returns:
        Rows of channel, date and y, in sessions.
    """
    counts = {row["channel"]: row["session_count"] for row in counted}
    least_gap = most * LABEL_HEIGHT / DAYS_HEIGHT
    rows, below, y = [], 0, -least_gap / 2
    for channel in channels:
        count = counts.get(channel, 0)
        y = max(below + count / 2, y + least_gap)
        below += count
        rows.append({"channel": channel, "date": day, "y": y})
    return rows


def channel_labels(colour: alt.Color) -> list[alt.Chart]:
    """The names of channels beside the last day, each with a spot of its colour."""
    labels = alt.Chart(alt.NamedData("labels")).encode(
        x=alt.X("date:T", scale=alt.Scale(type="utc")), y="y:Q"
    )
    return [
        labels.mark_point(
            shape="square", filled=True, size=70, opacity=1, xOffset=14
        ).encode(color=colour),
        labels.mark_text(align="left", dx=24).encode(text="channel:N"),
    ]
