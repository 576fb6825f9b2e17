"""Every preset counts the visits at its platform's edges as the platform does.

boundaries.csv has a line for each preset, written by hand, and a column for each case
below. A cell is the number of sessions that the case makes, and where it makes several
the reason why the last of them starts. Both dbt and reference.py have to agree with it.
"""

import csv
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import yaml
from building import ROOT, WITHOUT_LAWS
from reference import DEFAULTS, Settings, sessions_of_all
from replaying import Replay

pytestmark = pytest.mark.without_groups

with open(Path(__file__).parent / "boundaries.csv", newline="") as file:
    BY_HAND = {line.pop("preset"): line for line in csv.DictReader(file)}

PRESETS = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"][
    "session_rule_presets"
]

# site_id, domain, time_zone, currency
SITES = [
    ("utc", "shop.example.com", "UTC", "USD"),
    ("berlin", "laden.example.de", "Europe/Berlin", "EUR"),
    ("kathmandu", "pasal.example.np", "Asia/Kathmandu", "NPR"),
]


@pytest.mark.parametrize("preset", BY_HAND)
def test_dbt_counts_as_the_platform_does(shop, preset):
    shop.under({"session_rules": preset})
    sessions = shop.query("from fct_sessions order by session_number")

    assert cells(sessions) == BY_HAND[preset]


@pytest.mark.parametrize("preset", BY_HAND)
def test_the_reference_counts_as_the_platform_does(preset):
    names = ("site_id", "domain", "time_zone", "currency")
    sites = [dict(zip(names, row, strict=True)) for row in SITES]
    settings = Settings(rules=DEFAULTS | PRESETS[preset], sites=sites)
    sessions = sessions_of_all(EVENTS, settings, exclusions=Counter())

    assert (
        cells(s | {"visitor_id": s["events"][0]["visitor_id"]} for s in sessions)
        == (BY_HAND[preset])
    )


def test_every_preset_is_counted_by_hand():
    assert sorted(BY_HAND) == sorted(PRESETS)


def test_every_case_has_its_column():
    assert all(list(line) == list(CASES) for line in BY_HAND.values())


def cells(sessions):
    """The cells of a line by case, from sessions in order, one visitor a case."""
    reasons = defaultdict(list)
    for session in sessions:
        reasons[session["visitor_id"]].append(session["start_reason"])
    return {
        case: " ".join([str(len(reasons[case])), *reasons[case][1:][-1:]])
        for case in CASES
    }


@pytest.fixture(scope="module")
def shop(project):
    """The events of all cases, built once and counted under each preset."""
    project.write_sites(SITES)
    project.load(EVENTS)
    project.build(*WITHOUT_LAWS)
    shop = Replay(project, results=["fct_sessions"])
    yield shop
    shop.close()


# ------------------------------------------------------------------------ what happens


def at(start, *events, site_id="utc"):
    """Events of a case from (seconds after the start, columns); a page view if the
    columns do not say otherwise."""
    instant = datetime.fromisoformat(start)
    return [
        {"site_id": site_id, "event_name": "page_view"}
        | columns
        | {"event_at": instant + timedelta(seconds=seconds)}
        for seconds, columns in events
    ]


def silence(seconds):
    return at("2026-06-15 12:00", (0, {}), (seconds, {}))


def page_views(start, step, last, site_id="utc"):
    """A page view every `step` seconds until `last` seconds after the start."""
    views = ((seconds, {}) for seconds in range(0, last + 1, step))
    return at(start, *views, site_id=site_id)


def over_midnight(start, site_id):
    """Four page views in an hour, twenty minutes apart, midnight in the middle."""
    return page_views(start, 20 * 60, 60 * 60, site_id)


def active_for(hours):
    """A page view every ten minutes, the last as many hours after the first."""
    return page_views("2026-06-15 06:00", 10 * 60, hours * 60 * 60)


def each_minute(*events):
    """Events by their columns, a minute apart."""
    timed = ((60 * number, columns) for number, columns in enumerate(events))
    return at("2026-06-15 12:00", *timed)


def between(name):
    """An event in the middle of forty minutes between two page views."""
    return at(
        "2026-06-15 12:00", (0, {}), (20 * 60, {"event_name": name}), (40 * 60, {})
    )


def after(seconds, name):
    return at("2026-06-15 12:00", (0, {}), (seconds, {"event_name": name}))


def only(name):
    return at("2026-06-15 12:00", (0, {"event_name": name}))


PAGE = "https://shop.example.com/"
NOTHING = {}
SPRING = {"page_url": f"{PAGE}?utm_source=google&utm_medium=cpc&utm_campaign=spring"}
AUTUMN = {"page_url": f"{PAGE}?utm_source=google&utm_medium=cpc&utm_campaign=autumn"}
BING = {"page_url": f"{PAGE}?utm_source=bing&utm_medium=cpc&utm_campaign=spring"}
EMAIL = {"page_url": f"{PAGE}?utm_source=news&utm_medium=email&utm_campaign=april"}
AD_CLICK = {"page_url": f"{PAGE}?gclid=1"}
REFERRER = {"page_url": PAGE, "referrer_url": "https://blog.example.net/"}
ANA, BEN = {"user_id": "ana"}, {"user_id": "ben"}

CASES = {
    "silence_299": silence(299),
    "silence_300": silence(300),
    "silence_1799": silence(1799),
    "silence_1800": silence(1800),
    "silence_1801": silence(1801),
    "silence_1859": silence(1859),
    "silence_1860": silence(1860),
    "silence_14400": silence(14400),
    "silence_14401": silence(14401),
    "silence_28799": silence(28799),
    "silence_28800": silence(28800),
    "active_for_50_minutes": page_views("2026-06-15 12:00", 600, 3000),
    "over_the_hour": page_views("2026-06-15 12:50", 1200, 1200),
    # From five minutes to six to five past on clocks that are 5:45 ahead of UTC.
    "over_the_hour_in_kathmandu": page_views("2026-06-15 12:10", 600, 600, "kathmandu"),
    # The UTC day stays the same in the first four, the day in Berlin in the fifth.
    "berlin_into_march_29": over_midnight("2026-03-28 22:30", "berlin"),
    "berlin_out_of_march_29": over_midnight("2026-03-29 21:30", "berlin"),
    "berlin_into_october_25": over_midnight("2026-10-24 21:30", "berlin"),
    "berlin_out_of_october_25": over_midnight("2026-10-25 22:30", "berlin"),
    "berlin_over_utc_midnight": over_midnight("2026-03-29 23:30", "berlin"),
    "utc_over_midnight": over_midnight("2026-06-15 23:30", "utc"),
    "another_campaign": each_minute(SPRING, AUTUMN),
    "another_source_of_a_campaign": each_minute(SPRING, BING),
    "a_referrer": each_minute(SPRING, REFERRER),
    "a_direct_return": each_minute(SPRING, NOTHING),
    "direct_meets_a_campaign": each_minute(NOTHING, SPRING),
    "direct_meets_two_campaigns": each_minute(NOTHING, SPRING, AUTUMN),
    "direct_meets_a_referrer": each_minute(NOTHING, REFERRER),
    "direct_meets_an_ad_click": each_minute(NOTHING, AD_CLICK),
    "an_email_after_an_ad_click": each_minute(AD_CLICK, EMAIL),
    "an_ad_click_after_an_email": each_minute(EMAIL, AD_CLICK),
    "a_login": each_minute(NOTHING, ANA),
    "another_user": each_minute(ANA, NOTHING, BEN),
    "active_for_4_hours": active_for(4),
    "active_for_5_hours": active_for(5),
    "active_for_12_hours": active_for(12),
    "active_for_13_hours": active_for(13),
    "active_for_24_hours": active_for(24),
    "active_for_25_hours": active_for(25),
    "events_2501": page_views("2026-06-15 12:00", 1, 2500),
    "events_10000": page_views("2026-06-15 12:00", 1, 9999),
    "events_10001": page_views("2026-06-15 12:00", 1, 10000),
    "a_ping_between": between("ping"),
    "a_click_between": between("click"),
    "an_engagement_between": between("engagement"),
    "a_click_after_1890": after(1890, "click"),
    "an_engagement_after_1890": after(1890, "engagement"),
    "only_a_ping": only("ping"),
    "only_a_pageleave": only("pageleave"),
    "only_a_refund": only("refund"),
}

EVENTS = [
    event
    | {
        "event_id": f"{case} {number}",
        "visitor_id": case,
        "loaded_at": event["event_at"] + timedelta(minutes=1),
    }
    for case, events in CASES.items()
    for number, event in enumerate(events)
]
