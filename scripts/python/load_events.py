"""Load Parquet, CSV or JSON lines files of events into raw.events of a DuckDB file.

The DuckDB file is $SESSIONS_DUCKDB_PATH, or sessions.duckdb; a relative name starts at
the project. A file is loaded whole, in one transaction, and once: the sha256 of its
bytes is kept in raw.loaded_files. A row that raw.events cannot hold goes to
raw.events_rejected with its line and the reason; a null is never a reason.

The same rules hold in every format:

- event_at, loaded_at: ISO 8601 with a year of four digits, stored in UTC; without an
  offset it is UTC already. Digits beyond the microsecond are cut off, not rounded.
- revenue: at most 16 digits before and 2 after the decimal point, zeros at the end not
  counted. More decimals are rejected, never rounded.
- event_sequence, quantity: whole numbers of 64 bits; 3.0 is one.
- Blank text is null in these five columns. All other columns keep text as it is.
"""

import argparse
import contextlib
import csv
import gc
import gzip
import hashlib
import io
import json
import os
import re
import sys
import zlib
from collections import deque
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, BinaryIO, NoReturn, TypeAlias, TypeVar

import duckdb
import pyarrow as pa
from duckdb import DuckDBPyConnection
from project import RefusedError
from tqdm import tqdm
from warehouse import COLUMNS, REQUIRED, connect, first_line, value_of

# ---------- text into types


def timestamp_value(name: str, kind: str) -> str:
    """Return SQL for the moment that column `name` tells, in UTC, or null."""
    offset = r"([Zz]|UTC|[+-](0\d|1[0-8])(:?[0-5]\d)?)"
    usual = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?"
    accepted = (
        r"\d{4}[-/]\d{1,2}[-/]\d{1,2}"
        rf"([Tt ]\d{{1,2}}:\d\d(:\d\d(\.\d*)?)?( ?{offset})?)?"
    )
    # DuckDB reads no offset after "10:00", none after a space, no small "t" and "z".
    unspaced = rf"regexp_replace(upper(trim({name})), ' ?(UTC|Z|[+-][\d:]+)$', '\1')"
    rewritten = rf"regexp_replace({unspaced}, '([T ]\d+:\d+)([UZ+-].*)$', '\1:00\2')"
    # A cast to timestamp would ignore the offset; a cast to timestamptz obeys it.
    return f"""case
        when regexp_full_match({name}, '{usual}') then try_cast({name} as timestamptz)
        when regexp_full_match(trim({name}), '{accepted}')
        then try_cast(replace({rewritten}, 'UTC', 'Z') as timestamptz)
    end at time zone 'UTC'"""


def number_value(name: str, kind: str) -> str:
    """Return SQL for the number in column `name`, or null if `kind` would round it."""
    decimals = 2 if kind.startswith("decimal") else 0
    usual = rf"[+-]?\d+(\.\d{{0,{decimals}}}0*)?"
    accepted = r"[+-]?(\d+\.?\d{0,18}0*|\.\d{1,18}0*)([eE]\+?\d{1,2})?"
    return f"""case
        when regexp_full_match({name}, '{usual}') then try_cast({name} as {kind})
        when regexp_full_match(trim({name}), '{accepted}')
        and try_cast({name} as {kind}) = try_cast({name} as decimal(38,18))
        then try_cast({name} as {kind})
    end"""


TYPES = {
    "timestamp": (timestamp_value, "a timestamp"),
    "decimal(18, 2)": (number_value, "a number of at most 16 digits and 2 decimals"),
    "bigint": (number_value, "a whole number of 64 bits"),
}
TYPED = [name for name, kind in COLUMNS.items() if kind in TYPES]


def checked(rows: str) -> str:
    """Return the query that turns rows of text into rows of raw.events.

    Args:
        rows: a relation of COLUMNS as text, line, content (null = show it as JSON) and
            fault (what is already known to be wrong, or null).

    Returns:
        SQL with COLUMNS as their types, line, and for a row that raw.events cannot hold
        reason and content; reason is null for all others.
    """
    values, faults = [], []
    for name in TYPED:
        value, expected = TYPES[COLUMNS[name]]
        values.append(f"{value(name, COLUMNS[name])} as {name}_value")
        faults.append(
            f"case when {name}_value is null and trim({name}) <> '' then "
            f"'{name}: ''' || left({name}, 100) || ''' is not {expected}' end"
        )
    typed = [f"{name}_value as {name}" if name in TYPED else name for name in COLUMNS]
    row = ", ".join(f"{name}: {name}" for name in COLUMNS)
    shown = f"coalesce(rtrim(content, chr(13) || chr(10)), to_json({{{row}}})::varchar)"
    return f"""
        select {", ".join(typed)}, line, reason,
            case when reason is not null then {shown} end as content
        from (
            select *, nullif(concat_ws('; ', fault, {", ".join(faults)}), '') as reason
            from (select *, {", ".join(values)} from {rows})
        )"""


# ---------- rows of text files

Texts: TypeAlias = Sequence[str | None]
# Line, content, values, and what is wrong: one of the last two is None.
TextRow: TypeAlias = tuple[int, str, Texts | None, str | None]

# Bounds how far an unclosed quote is followed before its line is given up.
csv.field_size_limit(1 << 24)

NOT_UTF8 = "the line is not UTF-8 text"


def csv_rows(lines: Iterator[str]) -> Iterator[TextRow]:
    """Yield the records of a CSV file, the header first.

    A broken record loses its first physical line only; reading goes on with the next
    one, so that a stray quote does not swallow the rows below it.

    Raises:
        RefusedError: the file ends inside a record.
    """
    pending: deque[str] = deque()
    taken: list[str] = []

    def feed() -> Iterator[str]:
        while line := pending.popleft() if pending else next(lines, ""):
            taken.append(line)
            yield line

    reader, line, width = csv.reader(feed(), strict=True), 1, 0
    while True:
        taken.clear()
        fields: list[str] = []
        fault = None
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            fault = f"the line is not valid CSV: {str(error).partition(' - ')[0]}"
        content = "".join(taken)
        width = width or len(fields)
        if fields and len(fields) != width:
            fault = f"the line has {len(fields)} fields, the header has {width}"
        elif not is_utf8(content):
            fault = fault or NOT_UTF8
        if fault:
            pending.extendleft(reversed(taken[1:]))
            del taken[1:]
            reader = csv.reader(feed(), strict=True)
            if not taken[0].endswith("\n") and len(fields) < max(width, 1):
                raise RefusedError(cut_in(line, fault))
            yield line, printable(taken[0]), None, fault
        elif fields:
            yield line, content, fields, None
        line += len(taken)


def json_rows(lines: Iterator[str], keys: set[str]) -> Iterator[TextRow]:
    """Yield the objects of a JSON lines file, with the values of COLUMNS.

    Every key that occurs is added to the set `keys`, in lower case.

    Raises:
        RefusedError: the file is a JSON array, or ends inside an object.
    """
    for line, content in enumerate(lines, start=1):
        text, values, fault = content.strip(), None, None
        if not text:
            continue
        if line == 1 and text.startswith("["):
            advice = "write one object per line: jq -c '.[]' ARRAY.json > NEW.jsonl"
            raise RefusedError(f"is a JSON array; {advice}")
        try:
            values = json_values(text, keys)
        except json.JSONDecodeError as error:
            fault = f"the line is not valid JSON: {error.msg} at column {error.colno}"
            if not content.endswith("\n"):
                raise RefusedError(cut_in(line, fault)) from None
        except (ValueError, RecursionError) as error:
            fault = f"the line is not a JSON object of texts and numbers: {error}"
        if not is_utf8(content):
            values, content, fault = None, printable(content), fault or NOT_UTF8
        yield line, content, values, fault


def json_values(text: str, keys: set[str]) -> Texts:
    """Return the values of one object as texts.

    Raises:
        json.JSONDecodeError: it is not JSON.
        ValueError, RecursionError: it is not an object, or a value has no text.
    """
    record = JSON.decode(text)
    if not isinstance(record, dict):
        raise ValueError("it is a list or a single value")
    if not record.keys() <= COLUMNS.keys():
        record = unique_keys([(key.lower(), value) for key, value in record.items()])
    if not record.keys() <= keys:
        keys.update(record)
    values = [record.get(name) for name in COLUMNS]
    if "\\ud" in text.lower() or not set(map(type, values)) <= {str, type(None)}:
        return [json_text(*item) for item in zip(COLUMNS, values, strict=True)]
    return values


def json_text(name: str, value: Any) -> str | None:
    """Return the text of one JSON value. Raises ValueError when it has none."""
    if isinstance(value, list | dict):
        raise ValueError(f"{name} is a list or an object")
    if isinstance(value, str) and not is_utf8(value):
        raise ValueError(f"{name} has half of a surrogate pair")
    return str(value).lower() if isinstance(value, bool) else value


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the pairs as a dict. Raises ValueError when a key occurs twice."""
    record = dict(pairs)
    if len(record) < len(pairs):
        raise ValueError("a key occurs twice")
    return record


def no_constant(constant: str) -> NoReturn:
    """Raise ValueError: NaN and Infinity are not JSON."""
    raise ValueError(f"{constant} is not JSON")


# Numbers stay the text that the file has, so that no digit is lost.
JSON = json.JSONDecoder(
    parse_float=str,
    parse_int=str,
    parse_constant=no_constant,
    object_pairs_hook=unique_keys,
)


def is_utf8(text: str) -> bool:
    """Tell whether text decoded with "surrogateescape" was UTF-8."""
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def printable(text: str) -> str:
    r"""Return text decoded with "surrogateescape", bytes that are not UTF-8 as \xNN."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def cut_in(line: int, fault: str | None) -> str:
    """Return why a file that ends inside a line is refused."""
    return (
        f"ends inside line {line} ({fault}); get the whole file, "
        "or end that line with a newline to have it rejected"
    )


# ---------- chunks of a file

# Position in bytes, checked rows, names of columns that are left out.
Chunk: TypeAlias = tuple[int, pa.Table, set[str]]
Item = TypeVar("Item")

CHUNK_CHARACTERS = 16_000_000
CHUNK_ROWS = 262_144


def csv_chunks(
    connection: DuckDBPyConnection, raw: BinaryIO, lines: Iterator[str]
) -> Iterator[Chunk]:
    """Yield the chunks of a CSV file."""
    rows = csv_rows(lines)
    _, _, header, fault = next(rows, (1, "", [], None))
    if fault:
        raise RefusedError(f"has no readable header ({fault}); save it as UTF-8 CSV")
    names = checked_names(map(str, header or []))
    for chunk in text_chunks(connection, rows, names):
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


def parquet_chunks(connection: DuckDBPyConnection, path: str) -> Iterator[Chunk]:
    """Yield the chunks of a Parquet file; the line of a row is its number."""
    # DuckDB would take these characters of a name for a pattern, but not in brackets.
    file = re.sub(r"[*?[]", r"[\g<0>]", os.path.abspath(path)).replace("'", "''")
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
        RefusedError: a column of raw.events is not among them, or is there twice. A
            file need not name its source.
    """
    names = [name.lower() for name in given]
    if missing := [name for name in COLUMNS if name not in [*names, "event_source"]]:
        raise RefusedError(
            f"has no column {', '.join(missing)}; add what is missing, even empty"
        )
    if twice := [name for name in COLUMNS if names.count(name) > 1]:
        raise RefusedError(f"has the column {', '.join(twice)} twice; keep one of each")
    return names


def chunks_of(
    connection: DuckDBPyConnection, raw: BinaryIO, path: str
) -> Iterator[Chunk]:
    """Return the chunks of an open file.

    Parquet and gzip are known by their first bytes, CSV and JSON lines by the name.

    Raises:
        RefusedError: neither tells the format.
    """
    start, name = raw.read(4), path.lower()
    raw.seek(0)
    if start == b"PAR1" or name.endswith(".parquet"):
        return parquet_chunks(connection, path)
    text = gzip.GzipFile(fileobj=raw) if start[:2] == b"\x1f\x8b" else raw
    lines = io.TextIOWrapper(text, "utf-8-sig", "surrogateescape", newline="\n")
    name = name.removesuffix(".gz")
    if name.endswith(".csv"):
        return csv_chunks(connection, raw, lines)
    if name.endswith((".json", ".jsonl", ".ndjson")):
        return json_chunks(connection, raw, lines)
    raise RefusedError(
        "is of no known format; name it .parquet, or .csv, .json, .jsonl or .ndjson "
        "with or without .gz"
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
insert into events_rejected select $file, $sha256, line, reason, content, $moment
from checked_chunk where reason is not null
"""
INSERT_FILE = "insert into loaded_files values ($sha256, $file, $rows, $bad, $moment)"


def load(connection: DuckDBPyConnection, path: str) -> None:
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
            outcome = load_once(connection, raw, path, bar)
    except duckdb.InterruptException:
        raise KeyboardInterrupt from None
    except (duckdb.Error, pa.ArrowException, OSError, EOFError, zlib.error) as error:
        raise RefusedError(
            f"cannot be loaded; get it again, or see to this: {first_line(error)}"
        ) from None
    print(f"{printable(path)}: {outcome}", flush=True)


def load_once(
    connection: DuckDBPyConnection, raw: BinaryIO, path: str, bar: tqdm
) -> str:
    """Load an open file unless its content is loaded, and return what to say about it.

    Raises:
        RefusedError, OSError, EOFError, zlib.error, pyarrow.ArrowException: the file
            cannot be used.
        duckdb.Error: the same, or the database cannot take it.
    """
    before, sha256 = os.stat(path), sha256_of(raw, bar)
    if once := connection.execute(
        "select file, loaded_at from loaded_files where sha256 = ?", [sha256]
    ).fetchone():
        return f"already loaded, as {once[0]} at {once[1]:%Y-%m-%d %H:%M} UTC"
    moment = datetime.now(UTC).replace(tzinfo=None)
    file = {"file": printable(path), "sha256": sha256, "moment": moment}
    loaded, rejected = 0, 0
    left_out: set[str] = set()
    with (
        transaction(connection),
        connection.cursor() as reading,
        contextlib.closing(ahead(chunks_of(reading, raw, path))) as chunks,
    ):
        for position, checked_chunk, others in chunks:
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
    return f"{loaded:,} rows loaded, {rejected:,} rejected{where}"


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
    files = list(dict.fromkeys(parser.parse_args(arguments).files))
    failed = 0
    try:
        with connect() as connection:
            for path in files:
                try:
                    load(connection, path)
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
    return 1 if failed else 0


if __name__ == "__main__":
    # Rows come and go by the million without cycles; looking for some costs a third.
    gc.disable()
    sys.exit(main())
