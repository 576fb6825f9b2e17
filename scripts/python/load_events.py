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

A file that cannot be loaded does not keep the others out. Exit codes:

  0    this run rejected no row
  1    a file, or the database, could not be read or written; stderr says why
  2    the command line is wrong
  3    rows were rejected, others were loaded
  4    rows were rejected, none was loaded
  130  stopped by Ctrl-C
"""

import argparse
import contextlib
import gc
import gzip
import hashlib
import io
import os
import re
import shlex
import sys
import zlib
from collections.abc import Collection, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import BinaryIO, NamedTuple, TypeAlias, TypeVar

import duckdb
import pyarrow as pa
from ascii_hosts import with_ascii_hosts
from checked_rows import checked
from duckdb import DuckDBPyConnection
from other_formats import other_csv, other_json
from project import RefusedError
from text_rows import TextRow, csv_rows, is_utf8, json_rows, printable, with_nulls
from tqdm import tqdm
from warehouse import (
    COLUMNS,
    OPTIONAL_IN_FILES,
    REQUIRED,
    connect,
    first_line,
    value_of,
)

# ---------- chunks of a file

# Position in bytes, checked rows, names of columns that are left out.
Chunk: TypeAlias = tuple[int, pa.Table, set[str]]
Item = TypeVar("Item")

CHUNK_CHARACTERS = 16_000_000
CHUNK_ROWS = 262_144

# How many bytes of a text tell what it is.
BEGINNING = 65_536

# What database clients write in CSV for null.
NULL_WORDS = ("NULL", r"\N")


def csv_chunks(
    connection: DuckDBPyConnection,
    raw: BinaryIO,
    lines: Iterator[str],
    null_words: frozenset[str],
) -> Iterator[Chunk]:
    """Yield the chunks of a CSV file, in which cells that are `null_words` are null."""
    rows = csv_rows(lines)
    _, _, header, fault = next(rows, (1, "", [], None))
    if fault:
        raise RefusedError(f"has no readable header ({fault}); save it as UTF-8 CSV")
    names = checked_names(map(str, header or []))
    for chunk in text_chunks(connection, with_nulls(rows, null_words), names):
        yield raw.tell(), chunk, set(names) - COLUMNS.keys()


def json_chunks(
    connection: DuckDBPyConnection, raw: BinaryIO, lines: Iterator[str]
) -> Iterator[Chunk]:
    """Yield the chunks of a JSON lines file."""
    keys: set[str] = set()
    for chunk in text_chunks(connection, json_rows(lines, keys), COLUMNS):
        yield raw.tell(), chunk, keys - COLUMNS.keys()
    if missing := [name for name in REQUIRED if name not in keys]:
        raise RefusedError(
            f"has no row with {', '.join(missing)}; "
            "write one JSON object with these keys per line"
        )


def text_chunks(
    connection: DuckDBPyConnection, rows: Iterable[TextRow], names: Collection[str]
) -> Iterator[pa.Table]:
    """Yield rows checked, many at a time; `names` are those of the values of a row."""
    chunk: list[TextRow] = []
    characters = 0
    for row in rows:
        chunk.append(row)
        characters += len(row[1]) + len(names)
        if characters >= CHUNK_CHARACTERS:
            yield checked_text(connection, chunk, names)
            chunk, characters = [], 0
    if chunk:
        yield checked_text(connection, chunk, names)


def checked_text(
    connection: DuckDBPyConnection, rows: list[TextRow], names: Collection[str]
) -> pa.Table:
    """Return rows as an Arrow table, checked."""
    lines, contents, values, faults = zip(*rows, strict=True)
    no_values = [None] * len(names)
    columns = zip(*(row or no_values for row in values), strict=True)
    given = dict(zip(names, columns, strict=True))
    texts = {name: given.get(name, [None] * len(rows)) for name in COLUMNS}
    texts |= {"content": contents, "fault": faults}
    table = {name: pa.array(column, pa.string()) for name, column in texts.items()}
    table["line"] = pa.array(lines, pa.int64())
    connection.register("text_rows", pa.table(table))
    return connection.execute(checked("text_rows")).to_arrow_table()


def parquet_chunks(
    connection: DuckDBPyConnection, raw: BinaryIO, path: str
) -> Iterator[Chunk]:
    """Yield the chunks of a Parquet file; the line of a row is its number."""
    path = os.path.abspath(path)
    # DuckDB takes no name that is not UTF-8, and some characters of one for a pattern,
    # but not in brackets.
    name = path if is_utf8(path) else f"/dev/fd/{raw.fileno()}"
    file = re.sub(r"[*?[]", r"[\g<0>]", name).replace("'", "''")
    source = (
        f"read_parquet('{file}', file_row_number = true, "
        "hive_partitioning = false, binary_as_string = true)"
    )
    described = connection.execute(f"describe from {source}").fetchall()
    types = {name: kind for name, kind, *_ in described if name != "file_row_number"}
    given = dict(zip(checked_names(types), types, strict=True))
    if nested := [
        name for name in COLUMNS if name in given and NESTED.search(types[given[name]])
    ]:
        raise RefusedError(f"has lists or structs in {', '.join(nested)}; write text")
    size, done = os.path.getsize(path), 0
    total = value_of(connection.execute(f"select count(*) from {source}"))
    values = {name: f'"{given[name]}"' if name in given else "null" for name in COLUMNS}
    texts = ", ".join(f"{value}::varchar as {name}" for name, value in values.items())
    nulls = "null::varchar as content, null::varchar as fault"
    rows = f"(select {texts}, {nulls}, file_row_number + 1 as line from {source})"
    connection.execute(checked(rows))
    for batch in connection.to_arrow_reader(CHUNK_ROWS):
        done += len(batch)
        chunk = pa.Table.from_batches([batch])
        yield size * done // total, chunk, given.keys() - COLUMNS.keys()


NESTED = re.compile(r"STRUCT|MAP|UNION|\]$")


def checked_names(given: Iterable[str]) -> list[str]:
    """Return the names of a file's columns in lower case.

    Raises:
        RefusedError: a column of raw.events that every file has is not among them, or
            one is there twice.
    """
    names = [name.lower() for name in given]
    if missing := [n for n in COLUMNS if n not in [*names, *OPTIONAL_IN_FILES]]:
        raise RefusedError(
            f"has no column {', '.join(missing)}; add what is missing, even empty"
        )
    if twice := [name for name in COLUMNS if names.count(name) > 1]:
        raise RefusedError(f"has the column {', '.join(twice)} twice; keep one of each")
    return names


def chunks_of(
    connection: DuckDBPyConnection,
    raw: BinaryIO,
    path: str,
    null_words: frozenset[str],
) -> Iterator[Chunk]:
    """Return the chunks of an open file.

    Parquet and gzip are known by their first bytes, CSV and JSON lines by the name.

    Raises:
        RefusedError: neither tells the format, or the text begins as another one does.
        OSError, EOFError, zlib.error: it cannot be read.
    """
    start, name = raw.read(4), path.lower()
    raw.seek(0)
    if start == b"PAR1" or name.endswith(".parquet"):
        return parquet_chunks(connection, raw, path)
    name = name.removesuffix(".gz")
    if not name.endswith((".csv", ".json", ".jsonl", ".ndjson")):
        raise RefusedError(
            "is of no known format; name it .parquet, or .csv, .json, .jsonl or "
            ".ndjson with or without .gz"
        )
    is_csv = name.endswith(".csv")
    zipped = start[:2] == b"\x1f\x8b"
    text = gzip.GzipFile(fileobj=raw) if zipped else raw
    beginning = text.read(BEGINNING)
    text.seek(0)
    if advice := other_csv(beginning) if is_csv else other_json(beginning):
        fault, command = advice
        file = shlex.quote(path) if is_utf8(path) else "FILE"
        pipe = f"gunzip < {file} | {command}" if zipped else f"{command} < {file}"
        new = "NEW.csv" if is_csv else "NEW.jsonl"
        raise RefusedError(f"{fault}; type: {pipe} > {new}")
    lines = io.TextIOWrapper(text, "utf-8-sig", "surrogateescape", newline="\n")
    if is_csv:
        return csv_chunks(connection, raw, lines, null_words)
    return json_chunks(connection, raw, lines)


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


def load(
    connection: DuckDBPyConnection, path: str, null_words: frozenset[str]
) -> Outcome:
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
            outcome = load_once(connection, raw, path, null_words, bar)
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except (duckdb.Error, pa.ArrowException, OSError, EOFError, zlib.error) as error:
        raise RefusedError(
            f"cannot be loaded; get it again, or see to this: {first_line(error)}"
        ) from None
    print(f"{printable(path)}: {outcome.said}", flush=True)
    return outcome


def load_once(
    connection: DuckDBPyConnection,
    raw: BinaryIO,
    path: str,
    null_words: frozenset[str],
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
        return Outcome(f"already loaded, as {once[0]} at {once[1]:%Y-%m-%d %H:%M} UTC")
    instant = datetime.now(UTC).replace(tzinfo=None)
    file = {"file": printable(path), "sha256": sha256, "instant": instant}
    loaded, rejected = 0, 0
    left_out: set[str] = set()
    with (
        transaction(connection),
        connection.cursor() as reading,
        contextlib.closing(ahead(chunks_of(reading, raw, path, null_words))) as chunks,
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


def main(arguments: list[str] | None = None) -> int:
    """Load the files named on the command line; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="load_events",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="+", metavar="FILE")
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
    null_words = frozenset([*NULL_WORDS, *options.null])
    failed, loaded, rejected = 0, 0, 0
    try:
        with connect() as connection:
            for path in files:
                try:
                    outcome = load(connection, path, null_words)
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
