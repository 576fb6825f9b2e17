"""What the texts of a column are: times of which format, numbers of which style, names
and addresses. For --propose."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import duckdb
from mapping import ISO

Texts = Sequence[str | None]

# What is looked for in a column: so many different texts of it.
DISTINCT = 2_000

DATES = (
    *("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%m-%d-%Y", "%Y%m%d"),
    *("%Y.%m.%d", "%d.%m.%y", "%d/%m/%y", "%m/%d/%y", "%d/%b/%Y", "%d-%b-%Y"),
    *("%d %b %Y", "%d %B %Y", "%b %d %Y", "%b %d, %Y", "%B %d, %Y", "%a, %d %b %Y"),
)
TIMES = (
    *("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p"),
    *(", %H:%M", ", %H:%M:%S", ", %I:%M %p", ", %I:%M:%S %p", ":%H:%M:%S", "T%H:%M:%S"),
    *("T%H%M%S", " %H%M%S", "%H%M%S", " - %H:%M:%S", " - %H:%M"),
)
OFFSETS = ("", " %z")
CLOCK = re.compile(r"\d{1,2}:\d\d(:\d\d(\.\d+)?)?")

ISO_DAY = r"\d{4}-\d\d?-\d\d?"
ISO_TEXT = re.compile(
    rf"{ISO_DAY}([Tt ]\d\d?:\d\d(:\d\d(\.\d*)?)?( ?([Zz]|UTC|[+-]\d\d(:?\d\d)?))?)?"
)
ISO_OFFSET = re.compile(r":\d\d.*([Zz]|UTC|[+-]\d\d(:?\d\d)?)$")

# Digits before the point of an epoch of the years 2001 to 2286.
EPOCH_DIGITS = {
    10: "seconds",
    13: "milliseconds",
    16: "microseconds",
    19: "nanoseconds",
}

PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
POINT_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d+)?")
AGENT = re.compile(r"Mozilla/\d|.*(bot|crawl|spider)\b.*/\d|curl/|Wget/", re.IGNORECASE)
IPV4 = re.compile(r"\d{1,3}(\.\d{1,3}){3}")
IPV6 = re.compile(r"[0-9a-fA-F:]*:[0-9a-fA-F:]*:[0-9a-fA-F:.]*")
URL = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
REQUEST = re.compile(r"[A-Z]+ \S+ HTTP/[\d.]+")


@dataclass(frozen=True)
class Times:
    """How the times of a column are written, and how sure that is."""

    formats: tuple[str, ...] = ()
    epoch: str = ""
    has_offset: bool = False
    is_day_only: bool = False
    reason: str = ""
    is_open: bool = False


def filled(texts: Texts) -> list[str]:
    """Return the texts that are not blank, without blanks around them."""
    return [text.strip() for text in texts if text and text.strip()]


def share(pattern: re.Pattern[str], texts: Texts) -> float:
    """Return the share of filled texts that begin as the pattern says."""
    some = filled(texts)[:DISTINCT]
    return sum(bool(pattern.match(text)) for text in some) / len(some) if some else 0


def share_whole(pattern: re.Pattern[str], texts: Texts) -> float:
    """Return the share of filled texts that are as the pattern says as a whole."""
    some = filled(texts)[:DISTINCT]
    return sum(bool(pattern.fullmatch(t)) for t in some) / len(some) if some else 0


# ---------- times


def times_of(texts: Texts) -> Times | None:
    """Return how the texts of a column are times, or None where most are none."""
    given = filled(texts)
    if not given or not sum(c.isdigit() for c in given[0]):
        return None
    return epochs_of(given) or formats_of(given)


def epochs_of(given: list[str]) -> Times | None:
    """Return the unit of a column of epochs, or None."""
    units: Counter[str] = Counter()
    for text in given:
        digits = re.fullmatch(r"([1-9]\d*)(\.\d*)?", text)
        unit = EPOCH_DIGITS.get(len(digits[1])) if digits else None
        units[unit or "none"] += 1
    [(unit, count), *others] = units.most_common()
    if unit == "none" or count < len(given) * 0.9:
        return None
    digits_of = next(n for n, u in EPOCH_DIGITS.items() if u == unit)
    reason = f"numbers of {digits_of} digits are {unit} since 1970"
    rest = {name: n for name, n in others}
    if rest:
        told = ", ".join(
            f"{n} of another form" if name == "none" else f"{n} in {name}"
            for name, n in rest.items()
        )
        reason += f"; {told} will be rejected"
    return Times(epoch=unit, has_offset=True, reason=reason, is_open=bool(rest))


def formats_of(given: list[str]) -> Times | None:
    """Return the formats of a column of times, or None where most texts are none."""
    counts = Counter(given)
    distinct = list(counts)[:DISTINCT]
    if max(map(len, distinct)) > 60:
        return None
    parsed = {ISO: {t for t in distinct if ISO_TEXT.fullmatch(t)}}
    if len(parsed[ISO]) < len(distinct):
        parsed |= strptime_formats([t for t in distinct if t not in parsed[ISO]])
    left, formats, told = set(distinct), [], []
    alike: list[str] = []
    while left:
        ranked = sorted(parsed, key=lambda one: -len(parsed[one] & left))
        taken = parsed[ranked[0]] & left if ranked else set()
        if not taken and (more := strptime_formats(sorted(left))):
            parsed |= more
            continue
        if not taken:
            break
        best = [one for one in ranked if parsed[one] & left == taken]
        chosen = best[0]
        if len(best) > 1:
            chosen = min(best, key=lambda one: disorder(given, one))
            alike = [one for one in best if one != chosen]
        formats.append(chosen)
        told.append(f"{len(taken)} like '{min(taken)}'")
        left -= taken
    if len(left) > len(distinct) / 2 or not formats:
        return None
    whole = {text for text in distinct if text not in left}
    has_offset = all(
        all(map(ISO_OFFSET.search, parsed[ISO])) if one == ISO else "%z" in one
        for one in formats
    )
    reason, is_open = "", False
    if alike:
        reason = (
            f"no day above 12 tells it from {' or '.join(alike[:3])}; "
            "so the times are nearest to an order"
        )
        is_open = True
    elif len(formats) > 1:
        reason = f"several formats in one column: {', '.join(told)}"
        is_open = True
    elif formats[0] == ISO:
        reason = "ISO 8601" + (", with offsets" if has_offset else ", without offset")
    else:
        reason = f"all of {len(whole):,} texts, as '{min(whole)}'"
    if left:
        reason += f"; {len(left)} fit none, such as '{min(left)}'"
        is_open = True
    is_day = all("%H" not in one and "%I" not in one for one in formats)
    if ISO in formats:
        is_day = is_day and not any(":" in text for text in parsed[ISO])
    return Times(tuple(formats), "", has_offset, is_day, reason, is_open)


def strptime_formats(distinct: list[str]) -> dict[str, set[str]]:
    """Return the texts that each format reads as a time of these decades."""
    if not any(re.search(r"\d", text) and len(text) >= 6 for text in distinct):
        return {}
    formats = [d + t + z for d in DATES for t in TIMES for z in OFFSETS if t or not z]
    formats += [f"[{one}]" for one in ("%d/%b/%Y:%H:%M:%S %z", "%d/%b/%Y:%H:%M:%S")]
    found: dict[str, set[str]] = {}
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        few = distinct[:5] + distinct[-5:]
        for one in formats:
            # most formats have another shape than any of a few
            if any(map(shape(one).fullmatch, few)):
                found[one] = read_by(connection, one, distinct)
    return {one: texts for one, texts in found.items() if texts}


@cache
def shape(one: str) -> re.Pattern[str]:
    """Return what a text of a format looks like."""
    pieces = re.split(r"%(\w)", one)
    patterns = [
        SHAPES.get(piece, r"\d{1,2}") if number % 2 else re.escape(piece)
        for number, piece in enumerate(pieces)
    ]
    return re.compile("".join(patterns))


SHAPES = {
    "Y": r"\d{4}",
    "y": r"\d\d",
    "f": r"\d{1,6}",
    "p": "[AaPp][Mm]",
    "z": r"[+-]\d\d:?\d\d",
    "a": "[A-Za-z]{3}",
    "b": "[A-Za-z]{3}",
    "B": "[A-Za-z]{3,9}",
}


def read_by(
    connection: duckdb.DuckDBPyConnection, one: str, texts: list[str]
) -> set[str]:
    """Return the texts that a format reads as a time of the years 1990 to 2099."""
    rows = connection.execute(
        "select text from (select unnest(?::varchar[]) as text) where "
        "try_strptime(text, ?)::timestamp between '1990-01-01' and '2099-12-31'",
        [texts, one],
    ).fetchall()
    return {text for (text,) in rows}


def disorder(given: list[str], one: str) -> int:
    """Return how often a time is earlier than the one of the row before."""
    if one == ISO:
        return 0
    [(descents,)] = duckdb.execute(
        "select count(*) from (select try_strptime(text, ?)::timestamp as t, "
        "lag(t) over (order by n) as p from (select unnest(?::varchar[]) as text, "
        "generate_subscripts(?::varchar[], 1) as n)) where t < p",
        [one, given, given],
    ).fetchall()
    return descents


# ---------- numbers


@dataclass(frozen=True)
class Style:
    """How the numbers of a file are written."""

    decimal: str = "."
    thousands: str = ""
    reason: str = ""
    is_open: bool = False


def numeric_share(texts: Texts) -> float:
    """Return the share of texts that are numbers of the style that most have."""
    return max(share_whole(one, texts) for one in (PLAIN, POINT_THOUSANDS, COMMA))


def style_of(texts: Texts) -> Style:
    """Return how the numbers of columns are written."""
    given = filled(texts)
    comma = [t for t in given if "," in t]
    point = [t for t in given if "." in t]
    grouped = re.compile(r"[+-]?\d{1,3}([.,]\d{3})+")
    if not comma:
        if point and all(grouped.fullmatch(t) for t in point):
            return Style(
                reason=f"a point, or thousands? '{point[0]}' could be both; "
                'if thousands, write  thousands_separator: "."  and  '
                'decimal_separator: ","',
                is_open=True,
            )
        return Style()
    if any(t.rfind(",") > t.rfind(".") and not grouped.fullmatch(t) for t in comma):
        shown = next(t for t in comma if not grouped.fullmatch(t))
        dots = "." if any("." in t for t in given) else ""
        return Style(",", dots, f"as in '{shown}'")
    if any("." in t for t in comma):
        shown = next(t for t in comma if "." in t)
        return Style(".", ",", f"as in '{shown}'")
    return Style(
        ".",
        ",",
        f"'{comma[0]}' may be thousands, or have a decimal comma: then write  "
        'decimal_separator: ","',
        True,
    )
