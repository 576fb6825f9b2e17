"""Random rule sets: valid overrides that random events come across."""

from random_events import EVENT_NAMES

SOURCE_FIELDS = ["source", "medium", "campaign", "term", "content", "click_id"]

NAMES = sorted(set(EVENT_NAMES))


def random_overrides(chance, timeout_seconds=None):
    """Overrides of the standard rules, dict by key: some of all keys, in random order,
    each with a value so small that visits of random events come across it. A timeout in
    seconds that is given is kept."""
    timeout = timeout_seconds or random_timeout(chance)
    values = {
        "timeout_seconds": timeout,
        "timeout_at_limit": chance.choice(["same", "new"]),
        "timeout_unit": chance.choice(["second", "minute"]),
        "timeout_counts_from": chance.choice(["last_event", "session_start"]),
        "calendar": chance.choice(["none", "hour", "hour", "day"]),
        "calendar_time_zone": chance.choice(["site", "utc"]),
        "source_change": chance.choice(["none", "campaign", "campaign", "any"]),
        "source_fields": random_fields(chance),
        "source_change_from_direct": chance.choice(["new", "same", "same"]),
        "user_change": chance.choice(["same", "new", "new"]),
        "max_duration_seconds": random_duration(chance, timeout),
        "max_duration_at_limit": chance.choice(["same", "new"]),
        "max_events": chance.choice([None, 1, *range(2, 9), 2, 3, 40]),
        "starting_events": random_role(chance, "page_view"),
        "extending_events": random_role(chance, "page_view"),
        "ending_events": chance.sample(NAMES, chance.choice([0, 1, 1, 2])),
    }
    named = chance.sample(list(values), chance.randrange(3, len(values) + 1))
    if timeout_seconds and "timeout_seconds" not in named:
        named.append("timeout_seconds")
    return {key: values[key] for key in named}


def random_timeout(chance):
    """Seconds, whole minutes as often as not; null is no timeout."""
    return chance.choice(
        [None, 60, 300, 1800, 3600, 60 * chance.randrange(1, 61)]
        + [61, 90, 1799, 1801, chance.randrange(60, 3601), chance.randrange(60, 3601)]
    )


def random_duration(chance, timeout):
    """Seconds, most often some timeouts long; null is no limit."""
    seconds = chance.choice([600, 3600, 7200, chance.randrange(600, 7201)])
    some_timeouts = chance.choice([1, 2, 3]) * (timeout or 1800)
    return chance.choice([None, seconds, seconds, min(7200, max(600, some_timeouts))])


def random_fields(chance):
    return chance.sample(SOURCE_FIELDS, chance.randrange(len(SOURCE_FIELDS) + 1))


def random_role(chance, needed):
    """A role of events; as a list it has the needed one, so that something plays it."""
    others = [name for name in NAMES if name != needed]
    few = chance.sample(others, chance.randrange(0, 4))
    return chance.choice(
        ["all", {"all_but": few}, {"all_but": ["refund"]}, [needed, *few]]
    )
