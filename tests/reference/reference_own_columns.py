"""What own columns make of events and of sessions, apart from the macros."""

import json
import re
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

# What may stand around a text without being part of it.
BLANKS = "".join(map(chr, [*range(1, 33), 127]))

YES = {"true", "t", "yes", "y", "on", "1"}
NO = {"false", "f", "no", "n", "off", "0"}


def own_values(event, own_columns):
    """The own columns of an event, by name."""
    return {
        column["name"]: own_value(event, column.get("from", column["name"]), column)
        for column in own_columns
    }


def own_value(event, origin, column):
    if origin.startswith("properties."):
        given = in_json(event.get("event_properties"), origin.split(".")[1:])
    else:
        given = event.get(origin)
    text = None if given is None else str(given).strip(BLANKS)
    return of_type(text, column["type"]) if text else None


def in_json(text, path):
    """The value at a path into JSON text, as text; objects and lists are not asked
    for."""
    try:
        value = json.loads(text or "", parse_float=Decimal)
    except ValueError:
        return None
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return str(value).lower() if isinstance(value, bool) else value


def of_type(text, type_):
    match type_:
        case "integer":
            whole = re.fullmatch(r"\+?(-?\d{1,18})(\.0*)?", text, re.ASCII)
            return int(whole[1]) if whole else None
        case "number":
            return number(text)
        case "boolean":
            word = text.lower() if text.isascii() else text
            return True if word in YES else False if word in NO else None
        case "timestamp":
            return timestamp(text)
    return text


def number(text):
    """To six decimals. Fifteen digits before the point are the most."""
    plain = r"\+?-?(\d{1,15}(\.\d+)?|\.\d+)"
    short = r"\+?-?\d(\.\d+)?[eE](\+?0?\d|\+?1[0-4]|-\d{1,3})"
    if not re.fullmatch(f"{plain}|{short}", text, re.ASCII):
        return None
    exact = Decimal(text.removeprefix("+"))
    return exact.quantize(Decimal("0.000001"), ROUND_HALF_UP)


def timestamp(text):
    """In UTC; a text without an offset is in UTC."""
    day = r"[12]\d{3}-\d\d-\d\d"
    time = r"[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-](0\d|1[0-4]):?[0-5]\d)?"
    if not re.fullmatch(f"{day}({time})?", text, re.ASCII):
        return None
    exact = re.sub(r"(\.\d{6})\d+", r"\1", text)
    try:
        instant = datetime.fromisoformat(exact)
    except ValueError:
        return None
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant


def own_summaries(events, own_columns):
    """The own columns of a session, by the name that they have there."""
    return {
        column.get("session_name", column["name"]): summary(
            [event[column["name"]] for event in events], column["in_sessions"]
        )
        for column in own_columns
        if column.get("in_sessions", "none") != "none"
    }


def summary(values, how):
    known = [value for value in values if value is not None]
    if how == "count_distinct":
        return len(set(known))
    if not known:
        return None
    as_bytes = (lambda v: v.encode()) if isinstance(known[0], str) else None
    match how:
        case "first":
            return known[0]
        case "last":
            return known[-1]
        case "min":
            return min(known, key=as_bytes)
        case "max":
            return max(known, key=as_bytes)
        case "sum":
            return sum(known)
        case "any":
            return any(known)
    raise ValueError(how)
