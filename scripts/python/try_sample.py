"""Make the sample shop's events, load and build them, and print what became of them."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from duckdb import DuckDBPyConnection
from project import ROOT, RefusedError
from warehouse import connect

SAMPLE = ROOT / "sample" / "events.parquet"
BAR = "█"
Command: TypeAlias = list[str | Path]


def main() -> int:
    """Returns the exit code: 0, or that of the step that failed."""
    try:
        with connect() as connection:
            if holds_events_of_others(connection):
                raise RefusedError(
                    "the DuckDB file holds events of your own, which the sample would "
                    "join; type: SESSIONS_DUCKDB_PATH=sample.duckdb scripts/try"
                )
    except RefusedError as error:
        print(f"try: {error}", file=sys.stderr)
        return 1

    dbt = Path(sys.executable).with_name("dbt")
    build: Command = [dbt, "--quiet", "build", "--exclude-resource-type", "unit_test"]
    scripts = ROOT / "scripts"
    generate = scripts / "maintenance" / "generate_events"
    steps: list[tuple[str, Command]] = [
        ("making 28 days of a shop", [generate, "--output", SAMPLE]),
        ("loading them into raw.events", [scripts / "load_events", SAMPLE]),
        ("building and testing, about half a minute", build),
    ]
    for say, command in steps:
        print(f"try: {say}", flush=True)
        code = subprocess.call(command, cwd=ROOT)
        if code:
            return code

    with connect() as connection:
        connection.execute("use main")
        print_summary(connection)
        print_earnings(connection)
    print(
        "\nLook next:\n"
        "  scripts/report: a page with all of it, in report.html\n"
        '  .venv/bin/dbt show --inline "select session_date, start_reason, '
        "traffic_source, event_count from {{ ref('fct_sessions') }}\"\n"
        "  .venv/bin/dbt docs generate && .venv/bin/dbt docs serve\n"
        "  scripts/load_events FILE... and .venv/bin/dbt build: events of your own\n"
        "  rm sessions.duckdb, to begin again"
    )
    return 0


def holds_events_of_others(connection: DuckDBPyConnection) -> bool:
    """Whether raw.events has rows of another site than the sample's."""
    rows = connection.execute(
        "select 1 from events where site_id is distinct from 'shop' limit 1"
    )
    return rows.fetchone() is not None


def print_summary(connection: DuckDBPyConnection) -> None:
    """Sessions by day and start_reason, with a bar as long as the day."""
    reasons = ["first_event", "timeout", "midnight", "source_change"]
    counts = ", ".join(f"count_if(start_reason = '{reason}')" for reason in reasons)
    days = connection.execute(
        f"select strftime(session_date, '%a %d %b %Y'), count(*), {counts} "
        "from fct_sessions group by session_date order by session_date"
    ).fetchall()
    [totals] = connection.execute(
        f"select count(*), {counts} from fct_sessions"
    ).fetchall()

    print(f"\n{'':16}{'sessions':>9}{''.join(f'{name:>15}' for name in reasons)}")
    for day, *numbers in days:
        print(row(day, numbers), BAR * round(numbers[0] / 250))
    print(row("all days", totals))


def print_earnings(connection: DuckDBPyConnection) -> None:
    """Orders and revenue, and which orders have no rate of exchange."""
    [(currency, orders, revenue, refunded)] = connection.execute(
        "select currency, count(revenue), sum(revenue), sum(refunded_revenue) "
        "from fct_orders join stg_seeds__exchange_rates using (currency) "
        "where valid_from is null group by currency"
    ).fetchall()
    print(
        f"\n{orders:,} orders, worth {revenue:,.2f} {currency}, "
        f"{refunded:,.2f} of it refunded"
    )
    [(others, currencies)] = connection.execute(
        "select count(*), string_agg(distinct currency, ' and ' order by currency) "
        "from fct_orders where exchange_rate is null"
    ).fetchall()
    if others:
        print(
            f"{others:,} more, in {currencies}: seeds/exchange_rates.csv has no rates"
        )


def row(day: str, numbers: Sequence[int]) -> str:
    sessions, *by_reason = numbers
    return f"{day:16}{sessions:>9,}{''.join(f'{n:>15,}' for n in by_reason)} "


if __name__ == "__main__":
    sys.exit(main())
