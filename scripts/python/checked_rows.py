"""SQL that turns rows of text into rows of raw.events, or says what is wrong."""

from warehouse import COLUMNS


def timestamp_value(name: str, kind: str) -> str:
    """Return SQL for the timestamp in column `name`, in UTC, or null."""
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


def whole_number_value(name: str, kind: str) -> str:
    """Return SQL for the whole number in column `name`, or null if it is none."""
    accepted = r"[+-]?(\d+\.?\d{0,18}0*|\.\d{1,18}0*)([eE]\+?\d{1,2})?"
    usual = r"[+-]?\d+"
    return f"""case
        when regexp_full_match({name}, '{usual}') then try_cast({name} as {kind})
        when regexp_full_match(trim({name}), '{accepted}')
        and try_cast({name} as {kind}) = try_cast({name} as decimal(38,18))
        then try_cast({name} as {kind})
    end"""


def amount_value(name: str, kind: str) -> str:
    """Return SQL for the amount in column `name`, or null. Decimals that `kind` lacks
    are rounded: they are what floating point adds to a sum of prices."""
    accepted = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?"
    # A text becomes a decimal of more than 18 digits a hundred times as slowly.
    return f"""case
        when regexp_full_match(trim({name}), '{accepted}')
        then coalesce(
            try_cast(trim({name}) as decimal(18, 6)), try_cast(trim({name}) as {kind})
        )
    end"""


TYPES = {
    "timestamp": (timestamp_value, "a timestamp"),
    "decimal(20, 6)": (
        amount_value,
        "a number of at most 14 digits before the point",
    ),
    "bigint": (whole_number_value, "a whole number of 64 bits"),
}
TYPED = [name for name, kind in COLUMNS.items() if kind in TYPES]


def typed_values() -> dict[str, tuple[str, str]]:
    """Return, by column, SQL for its value and SQL for what is expected of it."""
    values = {}
    for name in TYPED:
        value, expected = TYPES[COLUMNS[name]]
        values[name] = value(name, COLUMNS[name]), f"'{expected}'"
    return values


def checked(
    rows: str, rules: dict[str, tuple[str, str]] | None = None, shown: str = ""
) -> str:
    """Return the query that turns rows of text into rows of raw.events.

    Args:
        rows: a relation of COLUMNS as text, line, content (null = show it as JSON) and
            fault (what is already known to be wrong, or null).
        rules: SQL as of `typed_values`, where texts are not what raw.events expects.
        shown: the entries of the struct that a row without content is shown as.

    Returns:
        SQL with COLUMNS as their types, line, and for a row that raw.events cannot hold
        reason and content; reason is null for all others.
    """
    values, faults = [], []
    for name, (value, expected) in (rules or typed_values()).items():
        values.append(f"{value} as {name}_value")
        faults.append(
            f"case when {name}_value is null and trim({name}) <> '' then "
            f"'{name}: ''' || left({name}, 100) || ''' is not ' || {expected} end"
        )
    typed = [f"{name}_value as {name}" if name in TYPED else name for name in COLUMNS]
    row = shown or ", ".join(f"{name}: {name}" for name in COLUMNS)
    text = f"coalesce(rtrim(content, chr(13) || chr(10)), to_json({{{row}}})::varchar)"
    return f"""
        select {", ".join(typed)}, line, reason,
            case when reason is not null then {text} end as content
        from (
            select *, nullif(concat_ws('; ', fault, {", ".join(faults)}), '') as reason
            from (select *, {", ".join(values)} from {rows})
        )"""
