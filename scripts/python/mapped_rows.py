"""Rows of a file of any columns as those of raw.events: SQL and paths by a Mapping."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from checked_rows import TYPED, amount_value, checked, timestamp_value, typed_values
from mapping import EPOCHS, ISO, Mapping, Value, nearest
from project import RefusedError
from text_rows import JSON, TextRow, Texts, json_text
from warehouse import COLUMNS, REQUIRED, identifier, literal

MISSING = object()

# An epoch outside these is of another unit: seconds read as milliseconds are in 1970.
FIRST_YEAR, LAST_YEAR = 1990, 2099


# ---------- SQL


def given_names(mapping: Mapping) -> list[str]:
    """Return what `mapped` knows the columns and paths of the file by."""
    return [column_of(mapping, name) for name in mapping.names()]


def column_of(mapping: Mapping, name: str) -> str:
    """Return what `mapped` knows a column or path of the file by."""
    return f"c{mapping.names().index(name)}"


def mapped(rows: str, mapping: Mapping, instant: datetime) -> str:
    """Return the query that turns rows of a file into rows of raw.events.

    Args:
        rows: a relation of the columns that the mapping names, as text, each called by
            `column_of`; line, content and fault as `checked` has them.
        mapping: what the columns mean.
        instant: the time of loading.
    """
    names = mapping.names()
    given = given_names(mapping)
    words = ", ".join(map(literal, mapping.null_words or ()))
    read = [f"case when {c} not in ({words}) then {c} end as {c}" for c in given]
    values = {
        name: value_sql(mapping, name, mapping.columns.get(name), instant)
        for name in COLUMNS
    }
    listed = ", ".join(f"{value} as {name}" for name, value in values.items())
    cleaned = f"(select {', '.join(read)}, line, content, fault from {rows})"
    if not words or not read:
        cleaned = rows
    source = f"(select {listed}, {', '.join([*given, 'line'])}, content, fault"
    rules = {name: rule(mapping, name) for name in TYPED}
    shown = ", ".join(
        f"{identifier(name)}: {c}" for name, c in zip(names, given, strict=True)
    )
    return checked(f"{source} from {cleaned})", rules, shown)


def value_sql(
    mapping: Mapping, name: str, value: Value | None, instant: datetime
) -> str:
    """Return SQL for the text of a column of raw.events."""
    if value is None:
        return "null::varchar"
    columns = [read_sql(mapping, value, given) for given in value.names]
    filled = [f"nullif(trim({column}), '')" for column in columns]
    if value.origin == "column":
        sql = columns[0]
    elif value.origin == "first_of":
        sql = f"coalesce({', '.join(filled)})"
    elif value.origin == "hash_of":
        # A separator that no text has keeps 'ab', 'c' apart from 'a', 'bc'.
        parts = ", ".join(f"coalesce({column}, '')" for column in columns)
        sql = f"""case when coalesce({", ".join(filled)}) is not null
            then md5(concat_ws(chr(31), {parts})) end"""
    elif value.origin == "text":
        sql = f"""case when coalesce({", ".join(filled)}) is not null
            then {text_sql(mapping, value)} end"""
    elif value.origin == "now":
        return f"'{instant.isoformat(' ')}'"
    else:
        sql = f"{literal(value.text)}::varchar"
    if name == "event_name" and mapping.event_names:
        named = " ".join(
            f"when {literal(theirs)} then {literal(ours)}"
            for theirs, ours in mapping.event_names.items()
        )
        sql = f"case trim({sql}) {named} else {sql} end"
    return sql


def read_sql(mapping: Mapping, value: Value, name: str) -> str:
    """Return SQL for what a value takes of a column of the file."""
    column = column_of(mapping, name)
    if not value.pattern:
        return column
    return f"nullif(regexp_extract({column}, {literal(value.pattern)}, 1), '')"


def text_sql(mapping: Mapping, value: Value) -> str:
    """Return SQL that puts the columns in braces of a text into it."""
    pieces = re.split(r"\{([^{}]+)\}", value.text)
    parts = [
        f"coalesce({read_sql(mapping, value, piece)}, '')"
        if number % 2
        else literal(piece)
        for number, piece in enumerate(pieces)
        if piece
    ]
    return f"concat({', '.join(parts)})"


def rule(mapping: Mapping, name: str) -> tuple[str, str]:
    """Return SQL for the value of a typed column, and for what is expected of it."""
    value = mapping.columns.get(name)
    if COLUMNS[name] == "timestamp":
        if value is None or value.origin == "now":
            return typed_values()[name]
        return time_rule(mapping, name, value)
    point, thousands = mapping.decimal_separator, mapping.thousands_separator
    if not point and not thousands:
        sql, expected = typed_values()[name]
        hint = literal(", a decimal comma needs decimal_separator: ','")
        return sql, f"{expected} || case when {name} like '%,%' then {hint} else '' end"
    point = point or "."
    digits = r"\d+"
    if thousands:
        digits = rf"(\d{{1,3}}({re.escape(thousands)}\d{{3}})+|\d+)"
    accepted = literal(
        rf"[+-]?({digits}({re.escape(point)}\d*)?|{re.escape(point)}\d+)"
    )
    plain = f"trim({name})"
    if thousands:
        plain = f"replace({plain}, {literal(thousands)}, '')"
    number = f"""case when regexp_full_match(trim({name}), {accepted})
        then replace({plain}, {literal(point)}, '.') end"""
    _, expected = typed_values()[name]
    kind = COLUMNS[name]
    marks = [f"the decimal separator {point}"]
    if thousands:
        marks.append(f"the thousands separator {thousands}")
    said = f"{expected} || {literal(', with ' + ' and '.join(marks))}"
    if kind == "bigint":
        whole = f"try_cast({number} as decimal(38, 6))"
        sql = f"case when {whole} = trunc({whole}) then try_cast({whole} as bigint) end"
        return sql, said
    return amount_value(number, kind), said


def time_rule(mapping: Mapping, name: str, value: Value) -> tuple[str, str]:
    """Return SQL for a time in UTC, and for what is expected of it."""
    if value.epoch:
        return epoch_value(name, value.epoch), literal(
            f"a time in {value.epoch} since 1970, of the years {FIRST_YEAR} to "
            f"{LAST_YEAR}"
        )
    zone = value.time_zone or mapping.time_zone
    formats = value.formats or (ISO,)
    instants, locals_ = [], []
    for one in formats:
        if one == ISO:
            has_offset = rf"regexp_matches({name}, '([Zz]|UTC|:\d\d.*[+-][\d:]+)\s*$')"
            read = timestamp_value(name, "timestamp")
            instants.append(f"case when {has_offset} then {read} end")
            locals_.append(f"case when not {has_offset} then {read} end")
        elif "%z" in one or "%Z" in one:
            read = f"{strptime(name, one)} at time zone 'UTC'"
            instants.append(in_years(read))
        else:
            locals_.append(in_years(strptime(name, one)))
    local = f"coalesce({', '.join([*locals_, 'null'])})::timestamp"
    instant = f"coalesce({', '.join([*instants, 'null'])})::timestamp"
    expected = f"a time like {' or '.join(formats)}"
    if formats == (ISO,):
        expected = "a timestamp"
    if zone == "UTC":
        return f"coalesce({instant}, {local})", literal(expected)
    showed = f"a time that clocks showed in {zone}"
    return (
        f"coalesce({instant}, {in_utc(local, zone)})",
        f"case when {local} is null then {literal(expected)} "
        f"else {literal(showed)} end",
    )


def strptime(name: str, one: str) -> str:
    """Return SQL for a text as a time of a format, or null; infinity is none."""
    text = f"case when regexp_matches({name}, '\\d') then trim({name}) end"
    return f"try_strptime({text}, {literal(one)})"


def in_years(time: str) -> str:
    """Return SQL for a time whose year has four digits, or null."""
    return f"case when {time} between '1000-01-01' and '9999-12-31' then {time} end"


def in_utc(local: str, zone: str) -> str:
    """Return SQL for a local time in UTC: null for one that was skipped when the clocks
    went forward, and the first of two for one that clocks showed twice."""
    zone = literal(zone)
    instant = f"({local} at time zone {zone})"
    # DuckDB takes the second of two, and moves one that was skipped.
    # Clocks go back by an hour, on Lord Howe Island by half of one.
    firsts = [
        f"when ({instant} - {gap}) at time zone {zone} = {local} then {instant} - {gap}"
        for gap in ("interval 2 hour", "interval 1 hour", "interval 30 minute")
    ]
    return f"""(case
        when {instant} at time zone {zone} <> {local} then null
        when ({instant} - interval 3 hour) at time zone {zone}
            = {local} - interval 3 hour then {instant}
        {" ".join(firsts)}
        else {instant}
    end at time zone 'UTC')"""


def epoch_value(name: str, unit: str) -> str:
    """Return SQL for an epoch in UTC, or null where it is none of these years."""
    # A text becomes a decimal of more than 18 digits a hundred times as slowly, and a
    # float has all digits of a time in microseconds.
    if unit == "nanoseconds":
        micro = f"try_cast(trim({name}) as bigint) // 1000"
    else:
        per_unit = 10**6 // EPOCHS[unit]
        scale = len(str(per_unit)) - 1
        number = f"try_cast(trim({name}) as decimal(18, {scale}))"
        micro = f"({number}::double * {per_unit})::bigint"
    first, last = (
        int((datetime(year, 1, 1) - datetime(1970, 1, 1)).total_seconds()) * 10**6
        for year in (FIRST_YEAR, LAST_YEAR + 1)
    )
    return f"""case when {micro} >= {first} and {micro} < {last}
        then make_timestamp({micro}) end"""


# ---------- columns of a file


def positions(mapping: Mapping, header: Sequence[str]) -> list[int]:
    """Return where in a row the columns stand that the mapping names.

    Raises:
        RefusedError: the file lacks some, or has one twice.
    """
    names = [name.strip(" \t\r\ufeff") for name in header]
    lower = [name.lower() for name in names]
    found = []
    for name in mapping.names():
        among, wanted = (names, name) if name in names else (lower, name.lower())
        if wanted not in among and len(names) == 1:
            raise RefusedError(f"has one column, {names[0]!r}; see to the separator")
        if wanted not in among:
            raise RefusedError(lacks(name, names))
        if among.count(wanted) > 1:
            raise RefusedError(
                f"has the column {name} twice; rename one, or name all columns in the "
                "mapping: header: [first, second, …] with skip_lines: 1"
            )
        found.append(among.index(wanted))
    return found


def lacks(name: str, names: Sequence[str]) -> str:
    """Return that a file has no column or path `name`, and which is most like it."""
    some = [*names[:30], "…"] if len(names) > 30 else names
    advice = nearest(name, names)
    if advice.startswith("choose"):
        advice = f"the mapping may name {', '.join(some)}"
    return f"has no column {name!r}; {advice}"


def value_at(value: Any, path: str) -> Any:
    """Return what stands at a path such as context.page.url, or MISSING.

    A key that is the rest of the path as a whole, dots and all, comes first; a number
    is a place in a list, from 0.
    """
    while True:
        if isinstance(value, dict):
            if path in value:
                return value[path]
            key, dot, path = path.partition(".")
            value = value.get(key, MISSING)
        elif isinstance(value, list):
            key, dot, path = path.partition(".")
            is_place = key.isdecimal() and int(key) < len(value)
            value = value[int(key)] if is_place else MISSING
        else:
            return MISSING
        if not dot:
            return value


def nested_names(mapping: Mapping) -> set[str]:
    """Return the paths at which a list or an object may stand: its text is JSON."""
    alone = {
        given
        for name, value in mapping.columns.items()
        for given in value.names
        if name != "event_properties" and value.origin != "hash_of"
    }
    return set(mapping.names()) - alone


def mapped_json(
    mapping: Mapping, keys: set[str], found: set[str]
) -> Callable[[str], Texts]:
    """Return what makes the values of a line of JSON.

    It adds the keys of the object to `keys`, and the paths that it has to `found`.
    """
    names = mapping.names()
    nested = nested_names(mapping)

    def values(text: str) -> Texts:
        record = JSON.decode(text)
        if not isinstance(record, dict):
            raise ValueError("it is a list or a single value")
        if not record.keys() <= keys:
            keys.update(record)
        texts: list[str | None] = []
        for name in names:
            value = record.get(name, MISSING)
            if value is MISSING:
                value = value_at(record, name)
            if value is MISSING:
                texts.append(None)
                continue
            found.add(name)
            if type(value) is str and value.isascii():
                texts.append(value)
            elif name in nested and isinstance(value, list | dict):
                texts.append(json.dumps(value, ensure_ascii=False))
            else:
                texts.append(json_text(name, value))
        return texts

    return values


def parquet_text(types: dict[str, Any], path: str, may_nest: bool) -> str:
    """Return SQL for the text of a column or path of a Parquet file.

    Raises:
        RefusedError: the file has none of this name, or lists or structs at it.
    """
    found = parquet_path(types, path)
    if not found:
        raise RefusedError(lacks(path, parquet_leaves(types)))
    sql, kind = found
    if kind.id not in ("struct", "list", "map", "array", "union"):
        return f"{sql}::varchar"
    if not may_nest:
        leaves = ", ".join(parquet_leaves({path: kind})[:9])
        raise RefusedError(
            f"has lists or structs in {path}; the mapping may name {leaves}"
        )
    return f"to_json({sql})::varchar"


def parquet_path(types: dict[str, Any], path: str) -> tuple[str, Any] | None:
    """Return SQL for what stands at a path, and its type; see `value_at`."""
    name, rest = path, ""
    if path not in types:
        name, _, rest = path.partition(".")
    if name not in types:
        return None
    sql, kind = identifier(name), types[name]
    while rest:
        if kind.id == "struct":
            fields = dict(kind.children)
            if rest in fields:
                name, rest = rest, ""
            else:
                name, _, rest = rest.partition(".")
            if name not in fields:
                return None
            sql, kind = f"{sql}.{identifier(name)}", fields[name]
        elif kind.id == "map":
            sql, kind, rest = f"{sql}[{literal(rest)}]", kind.children[1][1], ""
        elif kind.id == "list":
            name, _, rest = rest.partition(".")
            if not name.isdecimal():
                return None
            sql, kind = f"{sql}[{int(name) + 1}]", kind.children[0][1]
        else:
            return None
    return sql, kind


def parquet_leaves(types: dict[str, Any], before: str = "") -> list[str]:
    """Return the paths of a Parquet file that have texts or numbers."""
    leaves = []
    for name, kind in types.items():
        if kind.id == "struct":
            leaves += parquet_leaves(dict(kind.children), f"{before}{name}.")
        elif (before, name) != ("", "file_row_number"):
            leaves.append(before + name)
    return leaves


def unread(mapping: Mapping, keys: Iterable[str]) -> set[str]:
    """Return the keys of objects that no path of the mapping begins with."""
    names = mapping.names()
    return {
        key
        for key in keys
        if not any(name == key or name.startswith(f"{key}.") for name in names)
    }


def required_paths(mapping: Mapping, found: set[str]) -> list[str]:
    """Return the paths of required columns that no row has."""
    return [
        given
        for name in REQUIRED
        if name in mapping.columns
        and not found.intersection(mapping.columns[name].names)
        for given in mapping.columns[name].names
    ]


def picked(rows: Iterator[TextRow], places: Sequence[int]) -> Iterator[TextRow]:
    """Yield rows with the values at `places` alone."""
    for line, content, values, fault in rows:
        if values:
            values = [values[place] for place in places]
        yield line, content, values, fault
