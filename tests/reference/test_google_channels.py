"""Sources end in the channel in which Google Analytics 4 has them, by seeds and rules.

Google publishes the category of each source that it knows; the list is in the data
beside the project. No model is built here: that models do what seeds and rules say is
what test_against_reference.py and the landings of tests/stories show.
"""

import csv

import duckdb
import pytest
from building import ROOT
from reference_traffic import ascii_lower, is_host_within_domain, referrer_source

pytestmark = pytest.mark.without_groups

SEEDS = ["source_categories", "source_category_patterns", "channel_rules"]
MEDIUMS = {"referral": "Organic", "cpc": "Paid"}

# Sources with another category than Google's, and why. As referrers these hosts have a
# medium of their own, and a tag should not say something else.
OTHER_CATEGORY = {
    "email.seznam.cz": "web mail, not search",
    "mail.rambler.ru": "web mail, not search",
    "mail.yandex.ru": "web mail, not search",
    "zen.yandex.ru": "Dzen, a network of blogs, not search",
}

# Hosts that are no source at all as referrers.
EXCLUDED = {
    "checkout.shopify.com": "payment",
    "checkout.stripe.com": "payment",
    "id.twitch.tv": "login",
}


@pytest.fixture(scope="module")
def google(shared_data):
    """{source in lower case: category} as Google publishes them."""
    path = shared_data / "ga4_source_categories" / "ga4_source_categories.csv"
    with open(path, encoding="utf-8", newline="") as file:
        return {
            ascii_lower(row["source"]): ascii_lower(
                row["source_category"].removeprefix("SOURCE_CATEGORY_")
            )
            for row in csv.DictReader(file)
        }


@pytest.mark.parametrize("medium", MEDIUMS)
def test_sources_have_the_channel_that_google_gives_them(google, medium):
    given = channels([(source, medium) for source in google])
    differ = {
        source
        for source, category in google.items()
        if given[source, medium] != f"{MEDIUMS[medium]} {category.capitalize()}"
    }

    assert differ == set(OTHER_CATEGORY)
    assert len(google) - len(differ) >= 800


def test_referrers_have_the_channel_that_google_gives_them(google):
    sites = read("referrer_sites")
    excluded = [row["host"] for row in read("referrer_exclusions")]
    hosts = [source for source in google if "." in source]
    passed_through = {
        host
        for host in hosts
        if any(is_host_within_domain(host, domain) for domain in excluded)
    }
    brought = {host: referrer_source(host, sites) for host in hosts}
    named = {host: (row["source"], row["medium"]) for host, row in brought.items()}
    given = channels(set(named.values()))
    differ = {
        host
        for host in set(hosts) - passed_through
        if given[named[host]] != f"Organic {google[host].capitalize()}"
    }

    assert passed_through == set(EXCLUDED)
    assert differ == set(OTHER_CATEGORY)


def test_rows_that_google_lists_say_so(google):
    wrong = [
        row
        for row in read("source_categories")
        if (row["listed_by"] == "google")
        != (google.get(row["source"]) == row["category"])
    ]

    assert wrong == []


def test_no_source_has_a_category_twice():
    with connected() as connection:
        twice = connection.execute(
            """
            select source, source_pattern
            from source_categories
            join source_category_patterns on regexp_matches(source, source_pattern)
            """
        ).fetchall()

    assert twice == []


@pytest.mark.parametrize("source", [*OTHER_CATEGORY, *EXCLUDED])
def test_differences_from_google_are_documented(source):
    assert f"`{source}`" in (ROOT / "docs" / "session-rules.md").read_text()


def read(seed):
    with open(ROOT / "seeds" / f"{seed}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def connected():
    """A connection with the seeds of channels as tables."""
    connection = duckdb.connect()
    for seed in SEEDS:
        path = str(ROOT / "seeds" / f"{seed}.csv")
        connection.read_csv(path, all_varchar=True).create(seed)
    return connection


def channels(pairs):
    """{(source, medium): channel} by seeds and rules, without a campaign."""
    with connected() as connection:
        connection.execute(
            "create table pairs as select unnest($1) as source, unnest($2) as medium",
            [list(column) for column in zip(*pairs, strict=True)],
        )
        rows = connection.execute(
            """
            with sources as (
                select
                    pairs.*,
                    coalesce(categories.category, patterns.category) as category
                from pairs
                left join source_categories as categories using (source)
                left join source_category_patterns as patterns
                    on regexp_matches(pairs.source, patterns.source_pattern)
            )

            select source, medium, arg_min(channel, rule_number::integer)
            from sources
            join channel_rules as rules
                on rules.source_category is null or rules.source_category = category
            where regexp_matches(source, coalesce(rules.source_pattern, ''))
                and regexp_matches(medium, coalesce(rules.medium_pattern, ''))
                and regexp_matches('', coalesce(rules.campaign_pattern, ''))
            group by all
            """
        ).fetchall()
    return {(source, medium): channel for source, medium, channel in rows}
