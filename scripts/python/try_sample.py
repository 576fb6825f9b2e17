"""Make the sample shop's events, load and build them, and print what became of them."""

import os
import subprocess
import sys
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample" / "events.parquet"
BAR = "█"


def main():
    """Returns the exit code: 0, or that of the step that failed."""
    database = ROOT / os.environ.get("SESSIONS_DUCKDB_PATH", "sessions.duckdb")
    if holds_events_of_others(database):
        print(
            f"try: {database.name} holds events of your own, which the sample would join; "
            "type: SESSIONS_DUCKDB_PATH=sample.duckdb scripts/try",
            file=sys.stderr,
        )
        return 1

    build = [sys.executable, "-m", "dbt.cli.main", "--quiet", "build"]
    for say, command in [
        ("making 28 days of a shop", script("generate_events", "--output", SAMPLE)),
        ("loading them into raw.events", script("load_events", SAMPLE)),
        (
            "building and testing, about half a minute",
            [*build, "--exclude-resource-type", "unit_test"],
        ),
    ]:
        print(f"try: {say}", flush=True)
        code = subprocess.call(command, cwd=ROOT)
        if code:
            return code

    with duckdb.connect(database, read_only=True) as connection:
        print_summary(connection)
    print(
        f"\nLook next at {database.name}:\n"
        "  .venv/bin/dbt show --inline \"select * from {{ ref('fct_sessions') }}\"\n"
        "  .venv/bin/dbt docs generate && .venv/bin/dbt docs serve\n"
        "  scripts/load_events FILE... and .venv/bin/dbt build, for events of your own"
    )
    return 0


def script(name, *arguments):
    return [sys.executable, ROOT / "scripts" / "python" / f"{name}.py", *arguments]


def holds_events_of_others(database):
    """Whether raw.events has rows that no run of this script has put there."""
    if not database.exists():
        return False
    with duckdb.connect(database, read_only=True) as connection:
        tables = connection.execute(
            "select 1 from duckdb_tables() "
            "where schema_name = 'raw' and table_name = 'events'"
        )
        if not tables.fetchone():
            return False
        rows = connection.execute(
            "select 1 from raw.events where site_id is distinct from 'shop' limit 1"
        )
        return rows.fetchone() is not None


def print_summary(connection):
    """Two tables: sessions by start_reason, and by day with a bar as long as the day."""
    print("\nWhy sessions began")
    reasons = connection.execute(
        "select start_reason, count(*) as sessions from fct_sessions "
        "group by start_reason order by sessions desc"
    ).fetchall()
    for reason, sessions in reasons:
        print(f"  {reason:<14}{sessions:>8,}")

    print("\nSessions by day")
    days = connection.execute(
        "select session_date, count(*) as sessions, "
        "100.0 * count_if(traffic_medium = 'paid_social') / count(*) as paid_social, "
        "100.0 * count_if(purchase_count > 0) / count(*) as conversion "
        "from fct_sessions group by session_date order by session_date"
    ).fetchall()
    print(f"  {'':14}{'sessions':>8}{'paid social':>13}{'conversion':>12}")
    for day, sessions, paid_social, conversion in days:
        print(
            f"  {day:%a %d %b %Y}{sessions:>7,}{paid_social:>12.0f}%{conversion:>11.1f}%"
            f"  {BAR * round(sessions / 200)}"
        )


if __name__ == "__main__":
    sys.exit(main())
