"""Measure the speed of the models on made-up shops, in a temporary folder.

`incremental` tells the seconds of each model: dbt's execution times, run one at a time
and summed, without start-up, seeds and tests. `pipeline` tells what whole processes
take, beside the same job by hand. What is measured more than once is told by its
median. The machine should do nothing else meanwhile. COMMAND --help tells the rest.
"""

import argparse
import contextlib
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import benchmark_pipeline
import duckdb
from benchmark_incremental import incremental
from benchmark_lab import Lab
from benchmark_pipeline import HUGE_MEMORY, pipeline
from command_line import Parser, whole_number
from project import RefusedError

# Disk: a database with its models, a copy of it, what sorting spills.
BYTES_PER_EVENT, BYTES_KEPT_PER_EVENT = 1_200, 400
# Where the database is not copied.
HUGE_BYTES_PER_EVENT = 700


@contextlib.contextmanager
def workplace(asked: argparse.Namespace) -> Iterator[Path]:
    """Yield a folder with room enough, which goes at the end unless it is kept.

    Raises:
        RefusedError: there is too little room, or the folder to keep is not new.
    """
    *smaller, largest = sorted(set(asked.events))
    needed = largest * BYTES_PER_EVENT
    if getattr(asked, "huge", None):
        needed = asked.huge * HUGE_BYTES_PER_EVENT
    if asked.keep:
        needed += sum(smaller) * BYTES_KEPT_PER_EVENT
        if asked.keep.is_file() or asked.keep.is_dir() and any(asked.keep.iterdir()):
            raise RefusedError(f"{asked.keep} has something in it; name a new folder")
        asked.keep.mkdir(parents=True, exist_ok=True)
        place: AbstractContextManager[Path | str] = contextlib.nullcontext(asked.keep)
    else:
        place = tempfile.TemporaryDirectory(prefix="sessions_benchmark_")
    with place as folder:
        free = shutil.disk_usage(folder).free
        if free < needed:
            elsewhere = "another folder" if asked.keep else "TMPDIR=FOLDER before it"
            raise RefusedError(
                f"{folder} has {free / 1e9:.1f} GB free of the {needed / 1e9:.1f} GB "
                f"it takes; type the command with smaller --events, or {elsewhere}"
            )
        yield Path(folder).resolve()


INCREMENTAL = "a day's batch against a full refresh, as history grows"
PIPELINE = (
    "a full refresh, batches, tests and questions against a textbook query, Polars and "
    "pandas"
)


def add_incremental(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the sub-command incremental."""
    count = whole_number
    command.set_defaults(measure=incremental)
    command.add_argument(
        "--events",
        type=count(10_000, 10**9),
        nargs="+",
        default=[10_000_000, 20_000_000, 40_000_000],
        help="sizes of the histories; the smallest one's day is the batch of all "
        "(10, 20 and 40 million)",
    )
    for name, kind, default, text in [
        ("days", count(3, 3_000), 90, "length of each history"),
        ("repetitions", count(1, 99), 3, "of each batch; the median counts"),
        ("refreshes", count(1, 99), 1, "full refreshes of each history, likewise"),
    ]:
        text += " (%(default)s)"
        command.add_argument(f"--{name}", type=kind, default=default, help=text)
    command.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="measure there and leave all files"
    )


def add_pipeline(command: argparse.ArgumentParser) -> None:
    """Add the arguments of the sub-command pipeline."""
    count = whole_number
    command.set_defaults(measure=pipeline, keep=None)
    command.add_argument(
        "--sizes",
        dest="events",
        type=count(1_000, 10**9),
        nargs="+",
        default=[1_000_000, 10_000_000],
        metavar="EVENTS",
        help="numbers of events (1 and 10 million)",
    )
    for name, kind, default, text in [
        ("rounds", count(1, 99), 3, "of each row, in turns; the median counts"),
        ("days", count(3, 3_000), 90, "that the events of each size span"),
    ]:
        text += " (%(default)s)"
        command.add_argument(f"--{name}", type=kind, default=default, help=text)
    command.add_argument(
        "--huge",
        type=count(10_000, 10**10),
        nargs="?",
        const=100_000_000,
        metavar="EVENTS",
        help="instead of the sizes one of 100 million, made in ten pieces and built "
        f"once in {HUGE_MEMORY} of memory; takes an hour or more",
    )
    command.add_argument(
        "--earlier",
        type=Path,
        metavar="FILE",
        help="show the sizes of an earlier --json too, such as those beside --huge",
    )
    command.add_argument(
        "--output", type=Path, metavar="FILE", help="write the Markdown there"
    )
    command.add_argument(
        "--json", type=Path, metavar="FILE", help="write every round there"
    )


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = Parser(prog="benchmark", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    add_incremental(commands.add_parser("incremental", help=INCREMENTAL))
    add_pipeline(
        commands.add_parser(
            "pipeline", help=PIPELINE, description=benchmark_pipeline.__doc__
        )
    )
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Measure what the command line asks for; return the exit code."""
    asked = parsed(arguments)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        with workplace(asked) as folder:
            asked.measure(Lab(folder), asked)
    except (KeyboardInterrupt, duckdb.InterruptException):
        print("\nbenchmark: stopped; type the same to begin again", file=sys.stderr)
        return 130
    except (RefusedError, duckdb.Error, OSError) as error:
        print(f"benchmark: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
