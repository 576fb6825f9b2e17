"""The textbook's sessions again, in Polars and in pandas, for the benchmark.

python benchmark_frames.py polars|pandas EVENTS FOLDER reads a Parquet file of raw
events, writes events.parquet and sessions.parquet into a folder, and prints the number
of sessions. It needs that package, which is not one of the project's, and nothing else.
"""

import sys
from pathlib import Path

# As in benchmark_textbook.sql, whose rules these are.
ROBOTS = "(?i)bot|crawl|spider|slurp|headless|curl|wget|python-requests"
PAYMENT = "paypal|klarna|stripe"
PATTERNS = {
    "page_host": ("page_url", "^https?://([^/?#]+)"),
    "page_path": ("page_url", "^https?://[^/?#]+([^?#]*)"),
    "utm_source": ("page_url", "[?&]utm_source=([^&#]*)"),
    "utm_medium": ("page_url", "[?&]utm_medium=([^&#]*)"),
    "utm_campaign": ("page_url", "[?&]utm_campaign=([^&#]*)"),
    "referrer_host": ("referrer_url", "^https?://([^/?#]+)"),
}
ZONE = "America/New_York"
READ = [
    *["event_id", "site_id", "visitor_id", "user_id", "event_name", "event_at"],
    *["event_sequence", "loaded_at", "page_url", "referrer_url", "user_agent"],
    *["country", "order_id", "revenue", "currency"],
]
NEEDED = ["event_id", "visitor_id", "event_at"]
VISITOR = ["site_id", "visitor_id"]
ORDER = [*VISITOR, "event_at", "event_sequence", "event_id"]
SESSION = [*VISITOR, "session_number"]
# Columns of a session that are those of its first event.
FIRST = {
    **{"start_reason": "start_reason", "session_date": "event_date"},
    **{"landing_page_url": "page_url", "source": "source", "medium": "utm_medium"},
    **{"campaign": "utm_campaign", "user_agent": "user_agent"},
}


def with_polars(source: str, folder: Path) -> int:
    """Return the number of sessions."""
    import polars as pl

    col = pl.col
    deliveries = (
        pl.scan_parquet(source)
        .select(READ)
        .drop_nulls(NEEDED)
        .sort("loaded_at")
        .unique(["site_id", "event_id"], keep="first")
    )
    visits = deliveries.filter(
        ~col("user_agent").fill_null("").str.contains(ROBOTS)
    ).with_columns(
        site_id=col("site_id").fill_null("default"),
        event_date=col("event_at")
        .dt.replace_time_zone("UTC")
        .dt.convert_time_zone(ZONE)
        .dt.date(),
        **{
            name: col(text).str.extract(pattern)
            for name, (text, pattern) in PATTERNS.items()
        },
    )
    is_referred = (col("referrer_host") != col("page_host")) & ~col(
        "referrer_host"
    ).str.contains(PAYMENT)
    arrivals = visits.with_columns(
        source=pl.when(col("utm_source") != "")
        .then(col("utm_source").str.to_lowercase())
        .when(is_referred)
        .then(col("referrer_host"))
    )
    silence = col("event_at") - col("event_at").shift(1).over(VISITOR)
    known_source = col("source").forward_fill().shift(1).over(VISITOR)
    events = (
        arrivals.sort(ORDER)
        .with_columns(
            start_reason=pl.when(silence.is_null())
            .then(pl.lit("first_event"))
            .when(silence > pl.duration(minutes=30))
            .then(pl.lit("timeout"))
            .when(col("event_date") != col("event_date").shift(1).over(VISITOR))
            .then(pl.lit("midnight"))
            .when(col("source").is_not_null() & col("source").ne_missing(known_source))
            .then(pl.lit("source_change"))
        )
        .with_columns(
            session_number=col("start_reason").is_not_null().cum_sum().over(VISITOR)
        )
        .collect()
    )
    sessions = events.group_by(SESSION, maintain_order=False).agg(
        session_started_at=col("event_at").first(),
        session_ended_at=col("event_at").last(),
        event_count=pl.len(),
        page_view_count=(col("event_name") == "page_view").sum(),
        purchase_count=(col("event_name") == "purchase").sum(),
        exit_page_path=col("page_path").last(),
        revenue=col("revenue").filter(col("event_name") == "purchase").sum(),
        **{name: col(first).first() for name, first in FIRST.items()},
    )
    events.write_parquet(folder / "events.parquet")
    sessions.write_parquet(folder / "sessions.parquet")
    return len(sessions)


def with_pandas(source: str, folder: Path) -> int:
    """Return the number of sessions."""
    import pandas as pd

    events = pd.read_parquet(source, columns=READ, dtype_backend="pyarrow")
    events = events.dropna(subset=NEEDED).sort_values("loaded_at")
    events = events.drop_duplicates(["site_id", "event_id"])
    is_robot = events["user_agent"].fillna("").str.contains(ROBOTS, regex=True)
    events = events[~is_robot]
    events["site_id"] = events["site_id"].fillna("default")
    for name, (text, pattern) in PATTERNS.items():
        events[name] = events[text].astype("str").str.extract(pattern, expand=False)
    local = events["event_at"].astype("datetime64[us]").dt.tz_localize("UTC")
    events["event_date"] = local.dt.tz_convert(ZONE).dt.tz_localize(None).dt.normalize()
    is_tagged = events["utm_source"].fillna("") != ""
    is_referred = (
        events["referrer_host"].notna()
        & (events["referrer_host"] != events["page_host"])
        & ~events["referrer_host"].fillna("").str.contains(PAYMENT, regex=True)
    )
    referrer = events["referrer_host"].where(is_referred)
    events["source"] = events["utm_source"].str.lower().where(is_tagged, referrer)

    events = events.sort_values(ORDER, ignore_index=True)
    visitors = events.groupby(VISITOR, sort=False)
    before = visitors[["event_at", "event_date"]].shift(1)
    visitor = [events[name] for name in VISITOR]
    last_source = visitors["source"].ffill()
    known_source = last_source.groupby(visitor, sort=False).shift(1)
    starts = {
        "source_change": events["source"].notna()
        & (events["source"] != known_source.fillna("")),
        "midnight": events["event_date"] != before["event_date"],
        "timeout": events["event_at"] - before["event_at"] > pd.Timedelta("30min"),
        "first_event": before["event_at"].isna(),
    }
    events["start_reason"] = pd.Series(pd.NA, index=events.index, dtype="str")
    for reason, holds in starts.items():
        events.loc[holds.fillna(False).astype(bool), "start_reason"] = reason
    is_start = events["start_reason"].notna()
    events["session_number"] = is_start.groupby(visitor, sort=False).cumsum()

    events["page_view_count"] = events["event_name"] == "page_view"
    events["purchase_count"] = events["event_name"] == "purchase"
    events["sold"] = events["revenue"].where(events["purchase_count"])
    sessions = events.groupby(SESSION, sort=False).agg(
        session_started_at=("event_at", "first"),
        session_ended_at=("event_at", "last"),
        event_count=("event_id", "size"),
        page_view_count=("page_view_count", "sum"),
        purchase_count=("purchase_count", "sum"),
        exit_page_path=("page_path", "last"),
        revenue=("sold", "sum"),
        **{name: (first, "first") for name, first in FIRST.items()},
    )
    events.to_parquet(folder / "events.parquet")
    sessions.reset_index().to_parquet(folder / "sessions.parquet")
    return len(sessions)


if __name__ == "__main__":
    [package, events_file, results] = sys.argv[1:]
    make = {"polars": with_polars, "pandas": with_pandas}[package]
    print(make(events_file, Path(results)))
