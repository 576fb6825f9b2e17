"""analyses/page_paths.sql and underperforming_pages.sql, counted by hand."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from math import sqrt

import pytest
from building import WITHOUT_LAWS

DAY = datetime(2026, 3, 18, 9)
NUMBERS = count(1)
PURCHASE = "purchase"


def sessions(how_many, *steps, site_id="shop", day=DAY):
    """Sessions of as many visitors: page views of these paths, a minute apart."""
    for _ in range(how_many):
        number = next(NUMBERS)
        for minute, step in enumerate(steps):
            yield {
                "event_id": f"{number} {minute}",
                "site_id": site_id,
                "visitor_id": f"visitor {number}",
                "event_name": step if step == PURCHASE else "page_view",
                "page_url": None if step == PURCHASE else f"https://shop.example{step}",
                "revenue": Decimal(9) if step == PURCHASE else None,
                "event_at": day + timedelta(minutes=minute),
                "loaded_at": DAY + timedelta(days=1),
            }


EVENTS = [
    # of the first product 90 of 150 leave, and none of them buys
    *sessions(90, "/product/1"),
    *sessions(60, "/product/1", "/cart"),
    # of the second 60 of 200 leave, and 30 buy
    *sessions(60, "/product/2"),
    *sessions(110, "/product/2", "/cart"),
    *sessions(30, "/product/2", "/cart", PURCHASE),
    # few see the third, and before 28 days nobody stayed
    *sessions(20, "/product/3"),
    *sessions(300, "/product/2", day=DAY - timedelta(days=28)),
    # twelve ways on, and one to leave
    *(
        event
        for number in range(12)
        for event in sessions(1, "/twelve", f"/way/{number}/on", site_id="other")
    ),
    *sessions(1, "/b", "/twelve?again", site_id="other"),
]


@pytest.fixture(scope="module")
def shop(project):
    project.load(EVENTS)
    project.build(*WITHOUT_LAWS)
    return project


def results(shop, analysis, **variables):
    outcome = shop.dbt("compile", "--select", analysis, variables=variables)
    (result,) = outcome.result
    return shop.query(result.node.compiled_code)


def test_the_paths_of_a_page_add_up_to_one_with_those_who_leave(shop):
    rows = results(shop, "page_paths", explained_page="/twelve")

    before = [row for row in rows if row["direction"] == "before"]
    assert [(r["neighbour_page"], r["page_view_count"]) for r in before] == [
        ("(entrance)", 12),
        ("/b", 1),
    ]
    assert [row["share_of_views"] for row in before] == [
        Decimal("0.9231"),
        Decimal("0.0769"),
    ]
    after = [row for row in rows if row["direction"] == "after"]
    ways = sorted(f"/way/{number}/on" for number in range(12))
    assert [row["neighbour_page"] for row in after] == [
        *["(exit)", *ways[:9], "(other pages)"]
    ]
    # one of 13 is 769.23 ten thousandths, three of them 2307.69
    assert [row["share_of_views"] * 10_000 for row in after] == [770, 770] + [
        769
    ] * 8 + [2308]
    assert {row["site_id"] for row in rows} == {"other"}


def test_without_a_page_the_paths_are_those_of_the_group_with_most_views(shop):
    rows = results(shop, "page_paths")

    assert [
        (r["direction"], r["neighbour_page"], r["page_view_count"], r["share_of_views"])
        for r in rows
    ] == [
        ("before", "(entrance)", 370, 1),
        ("after", "(exit)", 170, Decimal("0.4595")),
        ("after", "/cart", 200, Decimal("0.5405")),
    ]


def test_a_page_is_listed_that_does_worse_than_its_group_beyond_luck(shop):
    left, ordered = results(shop, "underperforming_pages")

    least, most = difference(90, 150, 60 + 20, 220)
    assert (left["page_path"], left["session_count"]) == ("/product/1", 150)
    assert left["least_difference"] == pytest.approx(least)
    assert left["most_difference"] == pytest.approx(most)
    assert left["finding"] == (
        "150 sessions saw /product/1, and 60.0 % of them ended there. On the other "
        f"pages of /product/* it is 36.4 %. Luck aside, that is {100 * least:.1f} to "
        f"{100 * most:.1f} percentage points more: of these sessions, about 35 more "
        "left than elsewhere."
    )
    least, most = difference(0, 150, 30, 220)
    assert (ordered["page_path"], ordered["others_session_count"]) == (
        *("/product/1", 220),
    )
    assert ordered["least_difference"] == pytest.approx(least)
    assert ordered["most_difference"] == pytest.approx(most)
    assert "0.0 % of them ordered after it." in ordered["finding"]
    assert ordered["finding"].endswith("about 20 fewer ordered than elsewhere.")


def test_newcombes_own_example_comes_out():
    least, most = difference(56, 70, 48, 80, deviations=1.96)

    assert (round(least, 4), round(most, 4)) == (0.0524, 0.3339)


# --------------------------------------------------- Newcombe's interval, another way


def difference(some, of, others, of_others, deviations=2.5758):
    """The bounds of the difference of two shares."""
    share, others_share = some / of, others / of_others
    least, most = wilson(some, of, deviations)
    others_least, others_most = wilson(others, of_others, deviations)
    return (
        share
        - others_share
        - sqrt((share - least) ** 2 + (others_most - others_share) ** 2),
        share
        - others_share
        + sqrt((most - share) ** 2 + (others_share - others_least) ** 2),
    )


def wilson(some, of, deviations):
    """The shares from which what was seen is as many deviations away, by halving."""
    seen = some / of

    def distance(share):
        return abs(seen - share) - deviations * sqrt(share * (1 - share) / of)

    bounds = []
    for far in (0.0, 1.0):
        near = seen
        for _ in range(100):
            middle = (near + far) / 2
            near, far = (middle, far) if distance(middle) < 0 else (near, middle)
        bounds.append(near)
    return bounds
