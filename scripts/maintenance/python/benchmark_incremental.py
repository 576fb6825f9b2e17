"""What a day's batch costs beside a full refresh, as history grows.

Seconds are dbt's execution times of models, run one at a time and summed: no start-up,
no seeds, no tests. What is measured more than once is told by its median.
"""

import argparse
import contextlib
import resource
import shutil
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

import duckdb
import generate_events
from benchmark_lab import (
    COLUMNS,
    VIEWS,
    Lab,
    Scans,
    Usage,
    in_own_process,
    run,
    teller,
)
from benchmark_tasks import literal
from command_line import progress
from duckdb import DuckDBPyConnection
from warehouse import connect, value_of

START = date(2026, 3, 2)  # first day of a history
STRAGGLER_DAYS = 60  # how late the straggler is; two thirds of a shorter history
FULL, DAY, LATE = "full refresh", "day's batch", "with straggler"

DAY_BAR = 1 / 15  # of a full refresh
STRAGGLER_BAR = 1.5  # of the same batch without it
GROWTH_BAR = 1.3  # from one history to one of four times the events


@dataclass
class Figures:
    """What was measured on one history; numbers of rows, seconds.

    `runs` has for FULL, DAY and LATE one dict per repetition: seconds by model.
    `rows_read` and `scans` are those of the day's batch, as benchmark_lab.scans_of
    counts them; `table_rows` has how many rows these tables have after it. `used` is
    what dbt took for each of `runs`, its start-up included.
    """

    history: int
    batch: int = 0
    runs: dict[str, list[Counter[str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    rows_read: Scans = field(default_factory=Counter)
    scans: Scans = field(default_factory=Counter)
    table_rows: dict[str, int] = field(default_factory=dict)
    used: dict[str, list[Usage]] = field(default_factory=lambda: defaultdict(list))

    def seconds(self, kind: str, model: str | None = None) -> float:
        """Median seconds of one model, or of all summed."""
        runs = self.runs[kind]
        return median(run[model] if model else sum(run.values()) for run in runs)


# ---------- a shop, its history and the day after


def make_shop(
    shop: Path, events: int, days: int, start: date = START, seed: int = 1
) -> None:
    """Write a shop of about `events` events in `days` days, and one day more."""
    script = Path(__file__).with_name("generate_events.py")
    size = ["--days", days + 1, "--events", round(events * (days + 1) / days)]
    arguments = ["--output", shop, "--start", start, "--seed", seed, *size]
    run([sys.executable, script, *map(str, arguments)])


def end_of_history(days: int, start: date = START) -> datetime:
    """Return the shop's midnight after `days` days, in UTC."""
    midnight = datetime.combine(start + timedelta(days), datetime.min.time())
    local = midnight.replace(tzinfo=generate_events.TIME_ZONE)
    return local.astimezone(UTC).replace(tzinfo=None)


def load_history(
    connection: DuckDBPyConnection, shop: Path, days: int, start: date = START
) -> int:
    """Fill raw.events day by day, as life does; return the number of rows."""
    end, count = end_of_history(days, start), 0
    for before in progress(range(days, 0, -1), "loading", "days"):
        inserted = connection.execute(
            f"insert into events select {COLUMNS} from read_parquet($shop) "
            "where loaded_at >= $start and loaded_at < $start + interval 1 day "
            "order by loaded_at",
            {"shop": str(shop), "start": end - timedelta(before)},
        )
        count += value_of(inserted)
    return count


def cut_batch(
    connection: DuckDBPyConnection, shop: Path, batch: Path, days: int, most: int | None
) -> int:
    """Write what was loaded in the 24 hours after the history; return its rows.

    Of more than `most` rows, as many whole visitors as fit; None keeps them all.
    """
    connection.execute(
        f"""
        create temp table day as
        select {COLUMNS}, coalesce(visitor_id, event_id) as visitor
        from read_parquet($shop)
        where loaded_at >= $end and loaded_at < $end + interval 1 day
        """,
        {"shop": str(shop), "end": end_of_history(days)},
    )
    written = connection.execute(
        f"""
        copy (
            with visitors as (
                select visitor, sum(count(*)) over (order by md5(visitor)) as so_far
                from day group by visitor
            )
            select {COLUMNS} from day inner join visitors using (visitor)
            where so_far <= {most or "so_far"}
            order by loaded_at
        ) to {literal(batch)}
        """
    )
    return value_of(written)


def cut_straggler(connection: DuckDBPyConnection, straggler: Path, days: int) -> None:
    """Write one row of the day that happened in a person's visit long before."""
    late = min(STRAGGLER_DAYS, days * 2 // 3)
    moment = end_of_history(days) - timedelta(late)
    connection.execute(
        f"""
        copy (
            select * replace (
                event_id || '-late' as event_id,
                event_at + interval 1 second as event_at,
                (select max(loaded_at) from day) as loaded_at
            )
            from events
            where
                event_at >= $moment
                and event_name = 'page_view'
                and visitor_id is not null
                and list_contains($agents, user_agent)
            order by event_at, event_id limit 1
        ) to {literal(straggler)}
        """,
        {"moment": moment, "agents": [*generate_events.AGENTS]},
    )


# ---------- the sub-command incremental


def incremental(lab: Lab, asked: argparse.Namespace) -> None:
    """Print what a day's batch costs on histories of several sizes."""
    measured: list[Figures] = []
    most: int | None = None
    for events in sorted(set(asked.events)):
        measured.append(measure(lab, events, asked, most))
        most = measured[0].batch
        print_history(measured[-1])
    print_summary(measured)


def measure(
    lab: Lab, events: int, asked: argparse.Namespace, most: int | None
) -> Figures:
    """Return Figures of a history of about `events` rows, a batch of at most `most`."""
    folder = lab.folder / f"history_{events}"
    folder.mkdir()
    shop, history = folder / "events.parquet", folder / "sessions.duckdb"
    batch, straggler = folder / "batch.parquet", folder / "straggler.parquet"
    say = teller(events)
    say(f"making a shop of {asked.days} days and one more")
    make_shop(shop, events, asked.days)
    say("loading the history into raw.events")
    figures = in_own_process(load, shop, batch, straggler, asked.days, most)
    shop.unlink()

    what = ["--resource-type", "seed", "--resource-type", "model"]
    for number in range(1, asked.refreshes + 1):
        say(FULL, number, asked.refreshes)
        lab.drop_models()
        figures.runs[FULL].append(lab.seconds("build", "--full-refresh", *what))
        figures.used[FULL].append(lab.used)
    with connect() as connection:
        connection.execute("checkpoint")
    lab.database.replace(history)

    for number in range(1, asked.repetitions + 1):
        for kind, files in [(DAY, [batch]), (LATE, [batch, straggler])]:
            say(kind, number, asked.repetitions)
            lab.receive(history, files)
            figures.runs[kind].append(lab.seconds("run"))
            figures.used[kind].append(lab.used)
    say(f"{DAY} once more, to count the rows it reads")
    lab.receive(history, [batch])
    figures.rows_read, figures.scans = lab.scans("run")
    figures.table_rows = count_rows({table for _, table, _ in figures.scans})
    lab.database.unlink()
    if not asked.keep:
        shutil.rmtree(folder)
    return figures


def load(
    shop: Path, batch: Path, straggler: Path, days: int, most: int | None
) -> Figures:
    """Fill raw.events, and write what arrives after it; return the numbers of rows."""
    with connect() as connection:
        figures = Figures(load_history(connection, shop, days))
        figures.batch = cut_batch(connection, shop, batch, days, most)
        cut_straggler(connection, straggler, days)
    return figures


def count_rows(tables: Iterable[str]) -> dict[str, int]:
    """Return the numbers of rows of those tables that exist."""
    counts = {}
    with connect() as connection:
        for table in tables:
            with contextlib.suppress(duckdb.CatalogException):
                query = f"select count(*) from {table}"
                counts[table] = value_of(connection.execute(query))
    return counts


def print_history(figures: Figures) -> None:
    """Print seconds by model, and what the day's batch reads of large tables."""
    kinds = [FULL, DAY, LATE]
    print(f"\n{figures.history:,} events of history, {figures.batch:,} in the batch")
    print(f"\n{'seconds of':32}{''.join(f'{kind:>16}' for kind in kinds)}")
    models = dict.fromkeys(
        name for k in kinds for run in figures.runs[k] for name in run
    )
    for model in [*sorted(models, key=lambda name: name == VIEWS), None]:
        seconds = [figures.seconds(kind, model) for kind in kinds]
        print(f"{model or 'all':32}{''.join(f'{n:>16,.2f}' for n in seconds)}")

    print(f"\n{'the batch reads in':32}{'of':28}", end="")
    print(f"{'rows':>14}{'of rows':>14}{'scans':>7}{'columns':>9}")
    for (model, table, columns), rows in figures.rows_read.items():
        size, scans = (
            figures.table_rows.get(table, 0),
            figures.scans[model, table, columns],
        )
        if rows and size > figures.batch:
            name = table.removeprefix("main.")
            print(f"{model:32}{name:28}{rows:>14,}{size:>14,}{scans:>7}{columns:>9}")
    sys.stdout.flush()


def print_summary(measured: list[Figures]) -> None:
    """Print the ratios above their bars, one line for each history."""
    print(f"\n{'history':>12}{'batch':>10}{FULL:>16}{DAY:>14}", end="")
    print(f"{'day / full':>12}{'growth':>8}{'straggler':>11}")
    for figures in measured:
        full, day, late = (figures.seconds(kind) for kind in [FULL, DAY, LATE])
        ratios = day / full, day / measured[0].seconds(DAY), late / day
        print(f"{figures.history:>12,}{figures.batch:>10,}{full:>14,.2f} s", end="")
        print(f"{day:>12,.2f} s{ratio_columns(*ratios)}")
    bars = ratio_columns(DAY_BAR, GROWTH_BAR, STRAGGLER_BAR)
    print(f"{'at most':<52}{bars}")

    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    peak *= 1 if sys.platform == "darwin" else 1024
    print(
        f"\ngrowth: {DAY} by that of the smallest history; the bar is for four times "
        f"that.\nstraggler: {DAY} with one event of long before, by {DAY}.\n"
        f"Most memory that one run took: {peak / 1e9:.1f} GB."
    )


def ratio_columns(share: float, growth: float, straggler: float) -> str:
    return f"{share:>12.3f}{growth:>8.2f}{straggler:>11.2f}"
