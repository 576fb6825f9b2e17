"""Rows of CSV and JSON lines files, each with the line of the file that it begins on.

What DuckDB's readers lack is here: the line of a row that is good, all rows below a
stray quote, the text that a file has for a number. DECISIONS.md tells what they do.
"""

import csv
import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NoReturn, TypeAlias

from project import RefusedError
from warehouse import COLUMNS

Texts: TypeAlias = Sequence[str | None]
# Line, content, values, and what is wrong: one of the last two is None.
TextRow: TypeAlias = tuple[int, str, Texts | None, str | None]

# Bounds how far an unclosed quote is followed before its line is given up.
csv.field_size_limit(1 << 24)

# What RFC 4180 calls CSV, for csv.reader.
COMMAS: Mapping[str, Any] = {"strict": True}


def not_text(encoding: str) -> str:
    """Return what is wrong with a line of another encoding."""
    return f"the line is not {encoding} text"


def csv_rows(
    lines: Iterator[str],
    dialect: Mapping[str, Any] = COMMAS,
    encoding: str = "UTF-8",
    first_line: int = 1,
    width: int = 0,
) -> Iterator[TextRow]:
    """Yield the records of a CSV file, of as many fields as the first, or as `width`.

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

    reader, line = csv.reader(feed(), **dialect), first_line
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
            fault = fault or not_text(encoding)
        if fault:
            pending.extendleft(reversed(taken[1:]))
            del taken[1:]
            reader = csv.reader(feed(), **dialect)
            if not taken[0].endswith("\n") and len(fields) < max(width, 1):
                raise RefusedError(cut_in(line, fault))
            yield line, printable(taken[0]), None, fault
        elif fields:
            yield line, content, fields, None
        line += len(taken)


def with_nulls(rows: Iterator[TextRow], words: frozenset[str]) -> Iterator[TextRow]:
    """Yield rows in which a value that is one of `words` as a whole is null."""
    for line, content, values, fault in rows:
        if values and not words.isdisjoint(values):
            values = [None if value in words else value for value in values]
        yield line, content, values, fault


def json_rows(
    lines: Iterator[str], values_of: Callable[[str], Texts], encoding: str = "UTF-8"
) -> Iterator[TextRow]:
    """Yield the objects of a JSON lines file, with what `values_of` makes of each.

    Raises:
        RefusedError: the file ends inside an object.
    """
    for line, content in enumerate(lines, start=1):
        text, values, fault = content.strip(), None, None
        if not text:
            continue
        try:
            values = values_of(text)
        except json.JSONDecodeError as error:
            fault = f"the line is not valid JSON: {error.msg} at column {error.colno}"
            if not content.endswith("\n"):
                raise RefusedError(cut_in(line, fault)) from None
        except (ValueError, RecursionError) as error:
            fault = f"the line is not a JSON object of texts and numbers: {error}"
        if not is_utf8(content):
            values, content = None, printable(content)
            fault = fault or not_text(encoding)
        yield line, content, values, fault


def json_values(text: str, keys: set[str]) -> Texts:
    """Return the values of COLUMNS of one object as texts.

    Every key that it has is added to the set `keys`, in lower case.

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
    """Return the text of one JSON value. Raises ValueError when it has none.

    Properties may be an object, whose text is JSON again; numbers in it are texts.
    """
    if name == "event_properties" and isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
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
