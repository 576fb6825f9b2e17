"""Own columns, and random values that they come from."""

# A build draws some of them.
OWN_COLUMNS = [
    {
        "name": "variant",
        "type": "text",
        "from": "properties.experiment.variant",
        "in_sessions": "first",
    },
    {
        "name": "scroll_percent",
        "type": "integer",
        "from": "properties.scroll",
        "in_sessions": "max",
    },
    {
        "name": "price_seen",
        "type": "number",
        "from": "properties.price",
        "in_sessions": "sum",
    },
    {
        "name": "is_member",
        "type": "boolean",
        "from": "properties.member",
        "in_sessions": "any",
    },
    {
        "name": "shown_at",
        "type": "timestamp",
        "from": "properties.shown",
        "in_sessions": "min",
    },
    {
        "name": "word",
        "type": "text",
        "from": "properties.word",
        "in_sessions": "last",
        "session_name": "last_word",
    },
    {
        "name": "greatest_word",
        "type": "text",
        "from": "properties.word",
        "in_sessions": "max",
    },
    {
        "name": "words_in_all",
        "type": "text",
        "from": "properties.word",
        "in_sessions": "count_distinct",
    },
    {
        "name": "country_given",
        "type": "text",
        "from": "country",
        "in_sessions": "count_distinct",
        "session_name": "countries",
    },
    {
        "name": "scrolled",
        "type": "integer",
        "from": "properties.scroll",
        "in_sessions": "sum",
    },
    {"name": "is_first_of_all", "type": "boolean", "from": "properties.nothing"},
]

# JSON values by the name of the property; some are of no type that asks for them.
VALUES = {
    "experiment": ['{"variant": "A"}', '{"variant": " b\\t"}', '{"other": 1}', "3"]
    + ['{"variant": null}', '{"variant": ""}', '{"variant": 7}'],
    "scroll": ["0", "25", "100", '"+60"', '"50.0"', '"-5"', '"60 %"', "33.3", "true"]
    + ['"1234567890123456789"'],
    "price": ["19.99", "-0.5", '"1,000.00"', '".25"', "12", '"nan"', '"0.0000005"']
    + ['"1.5e3"', '"2E-3"', '"123456789012345"', '"1234567890123456"'],
    "member": ["true", "false", '"Yes"', '"OFF"', "1", "0", '"perhaps"', "null"],
    "shown": ['"2026-03-01T09:00:00Z"', '"2024-02-29"', '"2025-02-29"', '"09:00"']
    + ['"2026-03-01 10:30:00.1234567+01:30"', '"2026-03-01T00:10-0230"']
    + ['"2026-12-31T24:00"', '"0026-01-01"', '"2000-02-29 23:59"', '"1900-02-29"'],
    "word": ['"Z"', '"a"', '"é"', '"ß"', '"B"', '"a "', '"A"'],
}

NO_OBJECTS = [None, None, "", " ", "no json", "[1, 2]", '"text"', '{"word": "a"', "{}"]


def random_own_columns(chance):
    """Some of OWN_COLUMNS, in random order; none as often as not."""
    return chance.sample(OWN_COLUMNS, chance.choice([0, 0, 3, len(OWN_COLUMNS)]))


def random_properties(chance):
    """A JSON object as text, or what is none."""
    if chance.random() < 0.3:
        return chance.choice(NO_OBJECTS)
    chosen = chance.sample(list(VALUES), chance.randrange(len(VALUES) + 1))
    members = (f'"{name}": {chance.choice(VALUES[name])}' for name in chosen)
    return "{" + ", ".join(members) + "}"
