"""The first rows of a file of any columns, for --propose."""

import codecs
import contextlib
import csv
import io
import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, BinaryIO

import duckdb
from file_chunks import (
    converted,
    opened_text,
    parquet_source,
    parquet_text,
    separated_rows,
)
from mapped_rows import parquet_leaves
from mapping import Mapping
from other_formats import other_json, other_text
from project import RefusedError
from text_rows import JSON

SAMPLE_ROWS = 10_000
SAMPLE_BYTES = 16_000_000
SNIFFED_CHARACTERS = 2_000_000

BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
MARKS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", " ": "blanks"}

# What stands in rows and hardly in a header.
DATA = re.compile(
    r"\[?\d[\d.,:/ -]*|\d{1,4}[-/.]\d.*|https?:.*|/.*|.*\d\d:\d\d.*|.*@.*",
    re.IGNORECASE,
)


@dataclass
class Line:
    """A line of a mapping file: what it says, why, and whether that is unsure."""

    text: str
    reason: str = ""
    is_open: bool = False


@dataclass
class Sample:
    """The first rows of a file: what reads it, and its columns or paths as texts."""

    settings: Mapping
    columns: dict[str, list[str | None]] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    # Lists, which the mapping leaves out, and what else a reader should know.
    notes: list[str] = field(default_factory=list)
    row_count: int = 0
    is_whole: bool = True


def sampled(raw: BinaryIO, path: str) -> Sample:
    """Return the first rows of an open file.

    Raises:
        RefusedError: it has none that can be read.
    """
    if raw.read(4) == b"PAR1":
        return sampled_parquet(raw, path)
    raw.seek(0)
    text = opened_text(raw)
    content = text.read(SAMPLE_BYTES)
    is_whole = len(content) < SAMPLE_BYTES
    encoding, line = encoding_of(content)
    sample = Sample(Mapping({}, encoding=encoding), is_whole=is_whole)
    sample.lines.append(line)
    advice = None if encoding.startswith("utf-16") else other_text(content)
    if advice:
        raise RefusedError(converted(advice, path, text is not raw, "csv"))
    decoded = content.decode(encoding, "replace").lstrip("\ufeff")
    if not decoded.strip():
        raise RefusedError("is empty; get the whole file")
    if not is_whole:
        decoded = decoded[: decoded.rfind("\n") + 1]
    if re.match(r"\s*[{\[]\s*[\"{\]}]", decoded):
        if advice := other_json(content if encoding == "utf-8" else decoded.encode()):
            raise RefusedError(converted(advice, path, text is not raw, "json"))
        return sampled_json(sample, decoded)
    return sampled_text(sample, decoded)


def encoding_of(content: bytes) -> tuple[str, Line]:
    """Return the encoding of a text that begins so, and the line that says it."""
    for mark, name in BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            return name, Line(f"encoding: {name}", "a byte order mark says so")
    if re.match(rb"[^\0]\0[^\0]\0", content):
        return "utf-16-le", Line("encoding: utf-16-le", "every other byte is zero")
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(content)
        return "utf-8", Line("encoding: utf-8", "all bytes looked at are UTF-8")
    except UnicodeDecodeError as error:
        word = re.split(rb"[\s;,|]", content[max(0, error.start - 20) :])
        shown = b" ".join(word[:3]).decode("cp1252", "replace").strip()
        reason = f"it is not UTF-8; by cp1252, of Windows, it says '{shown}'"
        return "cp1252", Line("encoding: cp1252", reason, True)


# ---------- formats


def sampled_parquet(raw: BinaryIO, path: str) -> Sample:
    """Return the first rows of a Parquet file."""
    sample = Sample(Mapping({}, format="parquet"))
    sample.lines.append(Line("format: parquet", "its first bytes"))
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        source = parquet_source(raw, path)
        relation = connection.sql(f"from {source}")
        types = dict(zip(relation.columns, relation.types, strict=True))
        for name in parquet_leaves(types):
            values = connection.execute(
                f"select {parquet_text(types, name, True)} from {source} "
                f"limit {SAMPLE_ROWS}"
            ).fetchall()
            texts = [value for (value,) in values]
            sample.row_count = len(texts)
            if any(text and text[0] in "[{" for text in texts):
                note_list(sample, name, texts)
            else:
                sample.columns[name] = texts
    return checked_sample(sample)


def sampled_json(sample: Sample, text: str) -> Sample:
    """Return the first rows of JSON lines."""
    sample.lines.insert(0, Line("format: json", "its first line is a JSON object"))
    sample.settings = replace(sample.settings, format="json")
    records: list[dict[str, Any]] = []
    broken = 0
    for line in islice(io.StringIO(text), SAMPLE_ROWS):
        if not line.strip():
            continue
        try:
            record = JSON.decode(line.strip())
            records.append(dict(leaves(record)))
        except (ValueError, RecursionError, AttributeError):
            broken += 1
    if broken:
        sample.notes.append(f"{broken} lines are no JSON object: they will be rejected")
    names = list(dict.fromkeys(name for record in records for name in record))
    sample.row_count = len(records)
    for name in names:
        values = [record.get(name) for record in records]
        if any(isinstance(value, list) for value in values):
            note_list(sample, name, values)
        else:
            sample.columns[name] = [
                str(v).lower() if isinstance(v, bool) else v for v in values
            ]
    return checked_sample(sample)


def leaves(record: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the paths of an object and what stands there: texts, numbers, lists."""
    for key, value in record.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{before}{key}.")
        else:
            yield before + key, value


def note_list(sample: Sample, name: str, values: list[Any]) -> None:
    """Say of a list that it is left where it is."""
    some: Any = next((value for value in values if value), [])
    shown = some if isinstance(some, str) else json.dumps(some, ensure_ascii=False)
    sample.notes.append(
        f"{name} is a list, and left out: {shown[:60]}… One element is {name}.0, "
        "and so on. Items of orders belong into raw.event_items: docs/items.md."
    )


def sampled_text(sample: Sample, text: str) -> Sample:
    """Return the first rows of a text of separated values."""
    settings = replace(sample.settings, format="csv")
    lines = sample.lines
    lines.insert(0, Line("format: csv", "a text of separated values"))
    settings, header_lines, rest = leading_lines(settings, text)
    found = sniffed(rest)
    if settings.skip_lines and text.lower().lstrip('"').startswith("sep="):
        found["separator"] = text.lstrip('"')[4]
    separator = found["separator"]
    settings = replace(
        settings,
        separator=separator,
        quote=found["quote"],
        escape=found["escape"],
    )
    shown = r"\t" if separator == "\t" else separator
    mark = MARKS.get(separator, "these")
    lines.append(Line(f'separator: "{shown}"', f"lines have as many {mark}"))
    if settings.quote != '"':
        lines.append(Line(f"quote: {json.dumps(settings.quote)}", "around some cells"))
    if settings.escape:
        lines.append(
            Line(f"escape: {json.dumps(settings.escape)}", "before quotes in cells")
        )
    lines += header_lines
    first = next(cells_of_lines(settings, text), [])
    if not settings.header:
        cells = [cell.strip() for cell in first]
        if any(map(DATA.fullmatch, cells)) or len(set(cells)) < len(cells):
            made = tuple(f"column{n}" for n in range(1, len(cells) + 1))
            settings = replace(settings, header=made)
            lines.append(
                Line(
                    f"header: [{', '.join(made)}]",
                    "the first line looks like data; better names are up to you",
                    True,
                )
            )
    header, rows = separated_rows(io.StringIO(text, newline="\n"), settings)
    names = [name.strip(" \r\ufeff") for name in header]
    columns: list[list[str | None]] = [[] for _ in names]
    broken = 0
    for _, _, values, fault in islice(complete(rows), SAMPLE_ROWS):
        broken += bool(fault)
        if values:
            for column, value in zip(columns, values, strict=True):
                column.append(value)
    if broken:
        sample.notes.append(
            f"{broken} lines have too few or too many cells: they will be rejected"
        )
    if len(names) < 2:
        raise RefusedError(
            "has one column only, by commas, semicolons, tabs, bars or blanks; "
            "--propose reads texts of separated values, JSON lines and Parquet"
        )
    sample.settings = settings
    sample.columns = dict(zip(names, columns, strict=True))
    sample.row_count = len(columns[0])
    return checked_sample(sample)


def complete(rows: Iterator[Any]) -> Iterator[Any]:
    """Yield rows up to one that the end of the file cuts."""
    try:
        yield from rows
    except RefusedError:
        return


def cells_of_lines(settings: Mapping, text: str) -> Iterator[list[str]]:
    """Yield the cells of all lines that are not skipped."""
    lines = io.StringIO(text, newline="\n")
    for _ in range(settings.skip_lines):
        next(lines, "")
    yield from csv.reader(
        lines,
        delimiter=settings.separator,
        quotechar=settings.quote,
        escapechar=settings.escape if settings.escape not in ("", '"') else None,
    )


def leading_lines(settings: Mapping, text: str) -> tuple[Mapping, list[Line], str]:
    """Return what skips lines that are no rows: those with #, and Excel's sep=."""
    skipped, header, lines = 0, "", text.splitlines(keepends=True)
    for line in lines:
        if line.startswith("#Fields:"):
            header = line.removeprefix("#Fields:").strip()
        elif not line.startswith("#") and not (
            skipped == 0 and line.lower().lstrip('"').startswith("sep=")
        ):
            break
        skipped += 1
    said = []
    if skipped:
        settings = replace(settings, skip_lines=skipped)
        reason = "lines that begin with #" if header else "lines before the header"
        said.append(Line(f"skip_lines: {skipped}", reason))
    if header:
        names = tuple(header.split())
        settings = replace(settings, header=names)
        listed = ", ".join(json.dumps(name) for name in names)
        said.append(Line(f"header: [{listed}]", "the line #Fields"))
    return settings, said, "".join(lines[skipped:])


def sniffed(text: str) -> dict[str, str]:
    """Return separator, quote and escape: those that DuckDB finds, or others that make
    more lines as wide as the first."""
    text = text[: text.rfind("\n", 0, SNIFFED_CHARACTERS) + 1] or text
    given = [dict(separator=one, quote='"', escape="") for one in ",;\t|"]
    given.append(dict(separator=" ", quote='"', escape="\\"))
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        with contextlib.suppress(duckdb.Error):
            [row] = duckdb.execute(
                "select Delimiter, Quote, Escape from sniff_csv(?)", [file.name]
            ).fetchall()
            separator, quote, escape = ("" if one == "(empty)" else one for one in row)
            found = dict(separator=separator, quote=quote or '"', escape=escape)
            found["escape"] = "" if escape == found["quote"] else escape
            if separator:
                given.insert(0, found)
    return max(given, key=lambda one: width_of_lines(text, one))


def width_of_lines(text: str, found: dict[str, str]) -> tuple[float, float]:
    """Return the share of lines that are as wide as the first, and how wide it is.

    Blanks stand in texts too: they separate cells where these make many.
    """
    settings = replace(Mapping({}), **found)  # type: ignore[arg-type]
    try:
        widths = [len(row) for row in islice(cells_of_lines(settings, text), 2_000)]
    except csv.Error:
        return 0, 0
    widths = [width for width in widths if width]
    if not widths or widths[0] == 1:
        return 0, 0
    width = widths[0] / 3 if found["separator"] == " " else widths[0]
    return round(widths.count(widths[0]) / len(widths), 1), width


def checked_sample(sample: Sample) -> Sample:
    """Return a sample that has rows. Raises RefusedError for one without."""
    if not sample.row_count:
        raise RefusedError("has no row that can be read; get the whole file")
    return sample
