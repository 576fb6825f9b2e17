"""The part of the reference that is about people: who was there in a session, which ids
are one person, and dim_persons. See reference.py.

A raw alias is a dict with the columns of raw.user_aliases.
"""

from datetime import datetime

from reference_commerce import (
    first_orders,
    grouped,
    instant_of,
    is_direct,
    newest_end,
    per,
    sums,
)
from reference_traffic import is_word

# What may stand around a text without being part of it.
BLANKS = "".join(map(chr, [*range(1, 33), 127]))


def persons_by(aliases, settings):
    """A function that says whom an id of a site stands for."""
    newest = {}
    for raw in aliases:
        row = {name: text_of(raw.get(name)) for name in ("site_id", "alias", "person")}
        alias, person = row["alias"], row["person"]
        if alias == person or not is_id(alias, settings) or not is_id(person, settings):
            continue
        key = row["site_id"] or "default", alias
        said = raw.get("loaded_at") or datetime.min, person
        if key not in newest or precedes(said, newest[key]):
            newest[key] = said

    def person_of(site_id, some_id):
        while (site_id, some_id) in newest:
            _, some_id = newest[site_id, some_id]
        return some_id

    return person_of


def precedes(one, other):
    """Whether one of two rows of an alias counts and the other does not."""
    if one[0] != other[0]:
        return one[0] > other[0]
    return one[1].encode() < other[1].encode()


def text_of(value):
    return value and (value.strip(BLANKS) or None)


def is_id(text, settings):
    return text is not None and not is_word(text, "id", settings)


def name_persons(sessions):
    """Say of each session of a visitor, in order, by which id its person is known."""
    users = [
        [event["user_id"] for event in session["events"] if event.get("user_id")]
        for session in sessions
    ]
    for number, session in enumerate(sessions):
        later = [own[-1] for own in users[number:] if own]
        earlier = [own[-1] for own in users[:number] if own]
        visitor = session["events"][0]["visitor_id"]
        session["known_as"] = [*later[:1], *earlier[-1:], visitor][0]


def persons(sessions):
    """dim_persons by (site_id, person_id), from rows of fct_sessions."""
    rows = {}
    for key, own in grouped(sessions, "site_id", "person_id").items():
        own.sort(key=place_of)
        of_sessions = sums(own)
        channels = [session["channel"] for session in own if not is_direct(session)]
        rows[key] = {
            **instant_of("first", own[0]),
            **instant_of("last", own[-1]),
            "first_channel": own[0]["channel"],
            "first_non_direct_channel": channels[0] if channels else None,
            "visitor_count": len({session["visitor_id"] for session in own}),
            "session_count": len(own),
            "order_count": of_sessions["order_count"],
            "valued_order_count": of_sessions["valued_order_count"],
            "revenue": of_sessions["revenue"],
            "refunded_revenue": of_sessions["refunded_revenue"],
            "lifetime_net_revenue": of_sessions["net_revenue"],
            "average_order_value": per(
                of_sessions["revenue"], of_sessions["valued_order_count"]
            ),
            **first_orders(own, newest_end(sessions)),
        }
    return rows


def place_of(session):
    """Of sessions that begin at once, that of the smallest visitor_id is the first."""
    visitor = session["visitor_id"].encode()
    return session["session_started_at"], visitor, session["session_number"]
