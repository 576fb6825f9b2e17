"""The rows of a file, checked, in chunks: CSV, JSON lines or Parquet, as raw.events has
them or as a mapping file says."""

import codecs
import csv
import gzip
import io
import os
import re
import shlex
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO, TypeAlias, cast

import pyarrow as pa
from checked_rows import checked
from duckdb import DuckDBPyConnection
from mapped_rows import (
    given_names,
    lacks,
    mapped,
    mapped_json,
    nested_names,
    parquet_text,
    picked,
    positions,
    required_paths,
    unread,
)
from mapping import Mapping
from other_formats import Advice, other_csv, other_json, other_text
from project import RefusedError
from text_rows import (
    TextRow,
    csv_rows,
    is_utf8,
    json_rows,
    json_values,
    with_nulls,
)
from warehouse import COLUMNS, OPTIONAL_IN_FILES, REQUIRED, value_of

# Position in bytes, checked rows, names of columns that are left out.
Chunk: TypeAlias = tuple[int, pa.Table, set[str]]

CHUNK_CHARACTERS = 16_000_000
CHUNK_ROWS = 262_144

CHECKED = checked("text_rows")

# How many bytes of a text tell what it is.
BEGINNING = 65_536

# What database clients write in CSV for null.
NULL_WORDS = ("NULL", r"\N")


@dataclass(frozen=True)
class Reading:
    """How files are read: words that are null in CSV, or a mapping file's content."""

    null_words: frozenset[str] = frozenset(NULL_WORDS)
    mapping: Mapping | None = None


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
    rows = json_rows(lines, lambda text: json_values(text, keys))
    for chunk in text_chunks(connection, rows, COLUMNS):
        yield raw.tell(), chunk, keys - COLUMNS.keys()
    if missing := [name for name in REQUIRED if name not in keys]:
        raise RefusedError(
            f"has no row with {', '.join(missing)}; "
            "write one JSON object with these keys per line"
        )


def text_chunks(
    connection: DuckDBPyConnection,
    rows: Iterable[TextRow],
    names: Collection[str],
    columns: Collection[str] = COLUMNS,
    query: str = CHECKED,
) -> Iterator[pa.Table]:
    """Yield rows checked, many at a time; `names` are those of the values of a row.

    The query reads text_rows, which has `columns`.
    """

    def checked_rows() -> pa.Table:
        table = text_table(chunk, names, columns)
        connection.register("text_rows", table)
        return connection.execute(query).to_arrow_table()

    chunk: list[TextRow] = []
    characters = 0
    for row in rows:
        chunk.append(row)
        characters += len(row[1]) + len(names)
        if characters >= CHUNK_CHARACTERS:
            yield checked_rows()
            chunk, characters = [], 0
    if chunk:
        yield checked_rows()


def text_table(
    rows: list[TextRow], names: Collection[str], columns: Collection[str]
) -> pa.Table:
    """Return rows as an Arrow table of texts."""
    lines, contents, values, faults = zip(*rows, strict=True)
    no_values = [None] * len(names)
    given = dict(
        zip(names, zip(*(row or no_values for row in values), strict=True), strict=True)
    )
    texts = {name: given.get(name, [None] * len(rows)) for name in columns}
    texts |= {"content": contents, "fault": faults}
    table = {name: pa.array(column, pa.string()) for name, column in texts.items()}
    table["line"] = pa.array(lines, pa.int64())
    return pa.table(table)


def parquet_chunks(
    connection: DuckDBPyConnection, raw: BinaryIO, path: str
) -> Iterator[Chunk]:
    """Yield the chunks of a Parquet file; the line of a row is its number."""
    source = parquet_source(raw, path)
    described = connection.execute(f"describe from {source}").fetchall()
    types = {name: kind for name, kind, *_ in described if name != "file_row_number"}
    given = dict(zip(checked_names(types), types, strict=True))
    if nested := [
        name for name in COLUMNS if name in given and NESTED.search(types[given[name]])
    ]:
        raise RefusedError(f"has lists or structs in {', '.join(nested)}; write text")
    values = {name: f'"{given[name]}"' if name in given else "null" for name in COLUMNS}
    texts = ", ".join(f"{value}::varchar as {name}" for name, value in values.items())
    nulls = "null::varchar as content, null::varchar as fault"
    query = checked(f"(select {texts}, {nulls}, {ROW_NUMBER} from {source})")
    yield from batches(connection, path, source, query, given.keys() - COLUMNS.keys())


def parquet_source(raw: BinaryIO, path: str) -> str:
    """Return SQL that reads a Parquet file."""
    path = os.path.abspath(path)
    # DuckDB takes no name that is not UTF-8, and some characters of one for a pattern,
    # but not in brackets.
    name = path if is_utf8(path) else f"/dev/fd/{raw.fileno()}"
    file = re.sub(r"[*?[]", r"[\g<0>]", name).replace("'", "''")
    return (
        f"read_parquet('{file}', file_row_number = true, "
        "hive_partitioning = false, binary_as_string = true)"
    )


def batches(
    connection: DuckDBPyConnection,
    path: str,
    source: str,
    query: str,
    left_out: set[str],
) -> Iterator[Chunk]:
    """Yield what a query makes of a Parquet file, in chunks."""
    size, done = os.path.getsize(path), 0
    total = value_of(connection.execute(f"select count(*) from {source}"))
    connection.execute(query)
    for batch in connection.to_arrow_reader(CHUNK_ROWS):
        done += len(batch)
        yield size * done // total, pa.Table.from_batches([batch]), left_out


ROW_NUMBER = "file_row_number + 1 as line"
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
            f"has no column {', '.join(missing)}; add what is missing, even empty, or "
            "say which columns are which: --propose FILE > mapping.yml"
        )
    if twice := [name for name in COLUMNS if names.count(name) > 1]:
        raise RefusedError(f"has the column {', '.join(twice)} twice; keep one of each")
    return names


def chunks_of(
    connection: DuckDBPyConnection,
    raw: BinaryIO,
    path: str,
    reading: Reading,
    instant: datetime,
) -> Iterator[Chunk]:
    """Return the chunks of an open file, which is loaded at an instant.

    Parquet and gzip are known by their first bytes, CSV and JSON lines by the name.

    Raises:
        RefusedError: neither tells the format, or the text begins as another one does.
        OSError, EOFError, zlib.error: it cannot be read.
    """
    if reading.mapping:
        kind = reading.mapping.format or format_of(raw, path)
        mapping = reading.mapping
        if mapping.null_words is None and kind == "csv":
            mapping = replace(mapping, null_words=tuple(reading.null_words))
        return mapped_chunks(connection, raw, path, kind, mapping, instant)
    kind = format_of(raw, path)
    if kind == "parquet":
        return parquet_chunks(connection, raw, path)
    text = opened_text(raw)
    beginning = beginning_of(text)
    is_csv = kind == "csv"
    if advice := other_csv(beginning) if is_csv else other_json(beginning):
        raise RefusedError(converted(advice, path, text is not raw, kind))
    lines = io.TextIOWrapper(text, "utf-8-sig", "surrogateescape", newline="\n")
    if is_csv:
        return csv_chunks(connection, raw, lines, reading.null_words)
    return json_chunks(connection, raw, lines)


def format_of(raw: BinaryIO, path: str) -> str:
    """Return parquet, csv or json: what an open file is.

    Raises:
        RefusedError: neither its bytes nor its name tell.
    """
    start, name = raw.read(4), path.lower()
    raw.seek(0)
    if start == b"PAR1" or name.endswith(".parquet"):
        return "parquet"
    name = name.removesuffix(".gz")
    if name.endswith(".csv"):
        return "csv"
    if name.endswith((".json", ".jsonl", ".ndjson")):
        return "json"
    raise RefusedError(
        "is of no known format; name it .parquet, or .csv, .json, .jsonl or "
        ".ndjson with or without .gz, or write  format:  in a mapping file (--map)"
    )


def opened_text(raw: BinaryIO) -> BinaryIO:
    """Return the text of an open file, unzipped."""
    zipped = raw.read(2) == b"\x1f\x8b"
    raw.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if zipped else raw


def beginning_of(text: BinaryIO) -> bytes:
    """Return the first bytes of a text, and rewind it."""
    beginning = text.read(BEGINNING)
    text.seek(0)
    return beginning


def converted(advice: Advice, path: str, is_zipped: bool, kind: str) -> str:
    """Return what a file of another kind is, and the command that converts it."""
    fault, command = advice
    file = shlex.quote(path) if is_utf8(path) else "FILE"
    pipe = f"gunzip < {file} | {command}" if is_zipped else f"{command} < {file}"
    return f"{fault}; type: {pipe} > {'NEW.csv' if kind == 'csv' else 'NEW.jsonl'}"


# ---------- by a mapping


def mapped_chunks(
    connection: DuckDBPyConnection,
    raw: BinaryIO,
    path: str,
    kind: str,
    mapping: Mapping,
    instant: datetime,
) -> Iterator[Chunk]:
    """Return the chunks of an open file of a kind by a mapping, loaded at `instant`.

    Raises:
        RefusedError: it is not what the mapping says.
    """
    if kind == "parquet":
        return mapped_parquet(connection, raw, path, mapping, instant)
    text = opened_text(raw)
    beginning = beginning_of(text)
    is_utf16 = mapping.encoding.lower().startswith("utf-16")
    advice = None if is_utf16 else other_text(beginning)
    if advice and "UTF-16" in advice[0]:
        raise RefusedError(f"{advice[0]}; write in the mapping:  encoding: utf-16")
    if kind == "json" and not is_utf16:
        advice = advice or other_json(beginning)
    if advice:
        raise RefusedError(converted(advice, path, text is not raw, kind))
    lines = io.TextIOWrapper(text, codec(mapping), "surrogateescape", newline="\n")
    query = mapped("text_rows", mapping, instant)
    if kind == "json":
        return mapped_lines(connection, raw, lines, mapping, query)
    return mapped_csv(connection, raw, lines, mapping, query)


def codec(mapping: Mapping) -> str:
    """Return what Python calls the encoding; a byte order mark is no text."""
    name = codecs.lookup(mapping.encoding).name
    return "utf-8-sig" if name == "utf-8" else name


def mapped_csv(
    connection: DuckDBPyConnection,
    raw: BinaryIO,
    lines: Iterator[str],
    mapping: Mapping,
    query: str,
) -> Iterator[Chunk]:
    """Yield the chunks of a text of separated values by a mapping."""
    header, rows = separated_rows(lines, mapping)
    rows = picked(rows, positions(mapping, header))
    names = given_names(mapping)
    used = {name.lower() for name in mapping.names()}
    others = {name for name in header if name.strip("\ufeff \r").lower() not in used}
    for chunk in text_chunks(connection, rows, names, names, query):
        yield raw.tell(), chunk, others


def separated_rows(
    lines: Iterator[str], mapping: Mapping
) -> tuple[list[str], Iterator[TextRow]]:
    """Return the header of a text of separated values, and its rows."""
    for _ in range(mapping.skip_lines):
        next(lines, "")
    dialect = {
        "delimiter": mapping.separator,
        "quotechar": mapping.quote or None,
        "quoting": csv.QUOTE_MINIMAL if mapping.quote else csv.QUOTE_NONE,
        "escapechar": mapping.escape or None,
        "doublequote": mapping.escape in ("", mapping.quote),
        "strict": True,
    }
    if mapping.escape == mapping.quote:
        dialect["escapechar"] = None
    first = mapping.skip_lines + 1
    width = len(mapping.header)
    rows = csv_rows(lines, dialect, mapping.encoding, first, width)
    if mapping.header:
        return list(mapping.header), rows
    _, _, header, fault = next(rows, (1, "", [], None))
    if fault:
        raise RefusedError(
            f"has no readable header ({fault}); see to encoding, separator and "
            "skip_lines of the mapping"
        )
    return list(map(str, header or [])), rows


def mapped_lines(
    connection: DuckDBPyConnection,
    raw: BinaryIO,
    lines: Iterator[str],
    mapping: Mapping,
    query: str,
) -> Iterator[Chunk]:
    """Yield the chunks of JSON lines by a mapping."""
    keys: set[str] = set()
    found: set[str] = set()
    names = given_names(mapping)
    rows = json_rows(lines, mapped_json(mapping, keys, found), mapping.encoding)
    for chunk in text_chunks(connection, rows, names, names, query):
        yield raw.tell(), chunk, unread(mapping, keys)
    if missing := required_paths(mapping, found):
        raise RefusedError(lacks(missing[0], sorted(keys)))


def mapped_parquet(
    connection: DuckDBPyConnection,
    raw: BinaryIO,
    path: str,
    mapping: Mapping,
    instant: datetime,
) -> Iterator[Chunk]:
    """Yield the chunks of a Parquet file by a mapping."""
    source = parquet_source(raw, path)
    relation = connection.sql(f"from {source}")
    types = dict(zip(relation.columns, relation.types, strict=True))
    nested = nested_names(mapping)
    texts = [
        f"{parquet_text(types, name, name in nested)} as {column}"
        for name, column in zip(mapping.names(), given_names(mapping), strict=True)
    ]
    nulls = "null::varchar as content, null::varchar as fault"
    rows = f"(select {', '.join([*texts, nulls, ROW_NUMBER])} from {source})"
    others = unread(mapping, types.keys() - {"file_row_number"})
    query = mapped(rows, mapping, instant)
    yield from batches(connection, path, source, query, others)
