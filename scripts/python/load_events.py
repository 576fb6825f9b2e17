"""Load Parquet, CSV or JSON lines files of events into raw.events of a DuckDB file.

The DuckDB file is $SESSIONS_DUCKDB_PATH, or sessions.duckdb; a relative name starts at
the project. A file is loaded whole, in one transaction, and once: the sha256 of its
bytes is kept in raw.loaded_files. A row that raw.events cannot hold goes to
raw.events_rejected with its line and the reason; a null is never a reason.

The same rules hold in every format:

- event_at, loaded_at: ISO 8601 with a year of four digits, stored in UTC; without an
  offset it is UTC already. Digits beyond the microsecond are cut off, not rounded.
- revenue, tax, shipping, discount: at most 14 digits before the decimal point, rounded
  to 6 after it, because sums of prices in floating point have many more.
- event_sequence, quantity: whole numbers of 64 bits; 3.0 is one.
- Blank text is null in these columns. All other columns keep text as it is, but
  the host of page_url and referrer_url is stored in ASCII: xn--bcher-kva.example.

In CSV, a cell that is NULL or \\N, and nothing else, is null; --null names other words.

A file with columns of its own is loaded by a mapping file, which says what they are:

  scripts/load_events --propose FILE > mapping.yml    guesses it, and loads nothing
  scripts/load_events --map mapping.yml FILE...       loads by it

What --propose is not sure of has a question mark (# ?), and a mapping file with one is
not loaded: put right what such a line says, and delete the mark. docs/sources.md has
every key of a mapping file.

A file that cannot be loaded does not keep the others out. Exit codes:

  0    this run rejected no row
  1    a file, a mapping file or the database could not be read or written, or a
       mapping file is wrong or leaves a question open; stderr says why
  2    the command line is wrong
  3    rows were rejected, others were loaded
  4    rows were rejected, none was loaded
  130  stopped by Ctrl-C
"""

import argparse
import contextlib
import gc
import hashlib
import os
import sys
import zlib
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import BinaryIO, NamedTuple, TypeVar

import duckdb
import pyarrow as pa
from ascii_hosts import with_ascii_hosts
from duckdb import DuckDBPyConnection
from file_chunks import NULL_WORDS, Reading, chunks_of
from mapping import Mapping, open_questions, parsed, read_mapping
from project import RefusedError
from propose_mapping import in_rows, proposed
from sampled_files import sampled
from text_rows import printable
from tqdm import tqdm
from warehouse import COLUMNS, connect, first_line, value_of

Item = TypeVar("Item")

# What reading a file may raise that is no fault of this program.
UNREADABLE = (
    *(duckdb.Error, pa.ArrowException, OSError, EOFError, zlib.error),
    UnicodeError,
)


def ahead(items: Iterator[Item]) -> Generator[Item, None, None]:
    """Yield what the iterator `items` has, and make the next while one is used."""
    with ThreadPoolExecutor(1) as worker:
        coming = worker.submit(next, items, None)
        while item := coming.result():
            coming = worker.submit(next, items, None)
            yield item


# ---------- files into the database

# DuckDB finds checked_chunk among the variables of the caller. A view of it would keep
# every chunk in memory until the commit.
INSERT_EVENTS = f"""
insert into events by name
select {", ".join(COLUMNS)} from checked_chunk where reason is null
"""
INSERT_REJECTED = """
insert into events_rejected select $file, $sha256, line, reason, content, $instant
from checked_chunk where reason is not null
"""
INSERT_FILE = "insert into loaded_files values ($sha256, $file, $rows, $bad, $instant)"


class Outcome(NamedTuple):
    """What came of a file: in words, and its rows that are loaded and rejected now."""

    said: str
    loaded: int = 0
    rejected: int = 0


def load(connection: DuckDBPyConnection, path: str, reading: Reading) -> Outcome:
    """Load one file, or nothing of it, and tell what came of it.

    Raises:
        RefusedError: it cannot be loaded.
    """
    if not os.path.exists(path):
        raise RefusedError("does not exist; check the name and the folder")
    if not os.path.isfile(path):
        raise RefusedError("is not a file; name the files themselves")
    size = os.path.getsize(path)
    if not size:
        raise RefusedError("is empty; get the whole file")
    # Each byte is read twice: for the hash and for the rows.
    bar = tqdm(
        desc=printable(path),
        total=2 * size,
        unit="B",
        unit_scale=True,
        leave=False,
        disable=None,
    )
    try:
        with bar, open(path, "rb") as raw:
            outcome = load_once(connection, raw, path, reading, bar)
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except UNREADABLE as error:
        raise RefusedError(
            f"cannot be loaded; get it again, or see to this: {first_line(error)}"
        ) from None
    print(f"{printable(path)}: {outcome.said}", flush=True)
    return outcome


def load_once(
    connection: DuckDBPyConnection,
    raw: BinaryIO,
    path: str,
    reading: Reading,
    bar: tqdm,
) -> Outcome:
    """Load an open file unless its content is loaded.

    Raises:
        RefusedError, OSError, EOFError, zlib.error, pyarrow.ArrowException: the file
            cannot be used.
        duckdb.Error: the same, or the database cannot take it.
    """
    before, sha256 = os.stat(path), sha256_of(raw, bar)
    if once := connection.execute(
        "select file, loaded_at from loaded_files where sha256 = ?", [sha256]
    ).fetchone():
        said = f"already loaded, as {once[0]} at {once[1]:%Y-%m-%d %H:%M} UTC"
        if reading.mapping:
            said += "; docs/sources.md says how to load it again"
        return Outcome(said)
    instant = datetime.now(UTC).replace(tzinfo=None)
    file = {"file": printable(path), "sha256": sha256, "instant": instant}
    loaded, rejected = 0, 0
    left_out: set[str] = set()
    with (
        transaction(connection),
        connection.cursor() as cursor,
        contextlib.closing(
            ahead(chunks_of(cursor, raw, path, reading, instant))
        ) as chunks,
    ):
        for position, chunk, others in chunks:
            checked_chunk = with_ascii_hosts(chunk)
            loaded += value_of(connection.execute(INSERT_EVENTS))
            if checked_chunk["reason"].null_count < len(checked_chunk):
                rejected += value_of(connection.execute(INSERT_REJECTED, file))
            left_out |= others
            bar.update(before.st_size + position - bar.n)
        connection.execute(INSERT_FILE, file | {"rows": loaded, "bad": rejected})
        if os.stat(path).st_mtime_ns != before.st_mtime_ns:
            raise RefusedError("changed while it was read; load it when it is done")
    if left_out:
        names = ", ".join(sorted(left_out)[:20])
        complain(f"{printable(path)}: note: columns that are not loaded: {names}")
    where = " (see raw.events_rejected)" if rejected else ""
    said = f"{loaded:,} rows loaded, {rejected:,} rejected{where}"
    return Outcome(said, loaded, rejected)


def sha256_of(raw: BinaryIO, bar: tqdm) -> str:
    """Return the sha256 of an open file, in hexadecimal, and rewind it."""
    sha256 = hashlib.sha256()
    while block := raw.read(1 << 20):
        sha256.update(block)
        bar.update(len(block))
    raw.seek(0)
    return sha256.hexdigest()


@contextlib.contextmanager
def transaction(connection: DuckDBPyConnection) -> Iterator[None]:
    """Commit what the block does, or nothing of it."""
    connection.begin()
    try:
        yield
        connection.commit()
    except BaseException:
        with contextlib.suppress(duckdb.Error):
            connection.rollback()
        raise


def complain(message: str) -> None:
    """Write one line to stderr."""
    print("load_events:", message.replace("\n", " "), file=sys.stderr)


def reading_of(map_file: str | None, null_words: list[str]) -> Reading:
    """Return how files are read, by the options of the command line.

    Raises:
        RefusedError: the mapping file cannot be used.
    """
    words = frozenset([*NULL_WORDS, *null_words])
    if not map_file:
        return Reading(words)
    try:
        return Reading(words, read_mapping(map_file))
    except RefusedError as error:
        raise RefusedError(f"{printable(map_file)}: {error}") from None


def propose(path: str) -> None:
    """Write a mapping file for a file to stdout, and ten mapped rows to stderr.

    Raises:
        RefusedError: the file cannot be read.
    """
    try:
        with open(path, "rb") as raw:
            text = proposed(sampled(raw, path), path)
            print(text, end="", flush=True)
            raw.seek(0)
            show_mapped(raw, path, parsed(text, is_draft=True))
            count = len(open_questions(text))
            complain(f"open questions (# ?) in the mapping file: {count}")
    except UNREADABLE as error:
        raise RefusedError(f"cannot be read: {first_line(error)}") from None


def show_mapped(raw: BinaryIO, path: str, mapping: Mapping) -> None:
    """Write to stderr what ten rows of an open file become, and why others do not."""
    reading = Reading(mapping=replace(mapping, null_words=mapping.null_words or ()))
    with duckdb.connect() as connection, connection.cursor() as cursor:
        cursor.execute("set TimeZone = 'UTC'")
        instant = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        _, chunk, _ = next(chunks_of(cursor, raw, path, reading, instant))
        connection.register("chunk", chunk)
        names = ", ".join(
            f"left({name}::varchar, 40) as {name}"
            for name in COLUMNS
            if name in mapping.columns
        )
        shown = connection.sql(
            f"select line, {names} from chunk where reason is null limit 10"
        )
        with contextlib.redirect_stdout(sys.stderr):
            shown.show(max_width=10_000)
        reasons = connection.sql(
            "select reason, line, count(*) over () from chunk "
            "where reason is not null order by line limit 3"
        ).fetchall()
    for reason, line, count in reasons:
        complain(f"{in_rows(count)} would be rejected; line {line}: {reason}")


def main(arguments: list[str] | None = None) -> int:
    """Load the files named on the command line; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="load_events",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument(
        "--map",
        metavar="MAPPING",
        help="load by a mapping file: which column of the files is which of raw.events",
    )
    parser.add_argument(
        "--propose",
        action="store_true",
        help="load nothing; look at FILE and write a mapping file for it to stdout, "
        "and ten mapped rows to stderr",
    )
    parser.add_argument(
        "--allow-rejected",
        action="store_true",
        help="exit with 0 instead of 3 or 4 when rows were rejected",
    )
    parser.add_argument(
        "--null",
        action="append",
        default=[],
        metavar="TEXT",
        help=r"null in CSV, in addition to NULL and \N; may be repeated",
    )
    options = parser.parse_args(arguments)
    files = list(dict.fromkeys(options.files))
    failed, loaded, rejected = 0, 0, 0
    if options.propose and len(files) > 1:
        parser.error("--propose looks at one file")
    if options.propose and options.map:
        parser.error("--propose writes what --map reads; give one of them")
    try:
        if options.propose:
            try:
                propose(files[0])
            except RefusedError as error:
                raise RefusedError(f"{printable(files[0])}: {error}") from None
            return 0
        reading = reading_of(options.map, options.null)
        with connect() as connection:
            for path in files:
                try:
                    outcome = load(connection, path, reading)
                    loaded += outcome.loaded
                    rejected += outcome.rejected
                except RefusedError as error:
                    failed += 1
                    complain(f"{printable(path)}: {error}")
    except RefusedError as error:
        complain(str(error))
        return 1
    except KeyboardInterrupt:
        complain("stopped; the file it was at is not loaded: run it again")
        return 130
    if failed and len(files) > 1:
        complain(f"{failed} of {len(files)} files failed")
    if failed:
        return 1
    if not rejected or options.allow_rejected:
        return 0
    complain(
        f"{rejected:,} of {loaded + rejected:,} rows were rejected; "
        "raw.events_rejected says why, and --allow-rejected lets the exit code be 0"
    )
    return 3 if loaded else 4


if __name__ == "__main__":
    # Rows come and go by the million without cycles; looking for some costs a third.
    gc.disable()
    sys.exit(main())
