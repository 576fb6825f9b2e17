"""A table that a shop may lack, or that lacks columns of its own."""

from decimal import Decimal

import pytest
from building import messages
from test_bad_input import event

# Of each table a column that it cannot lack, and how it is made without.
TABLES = {
    "event_items": ("item_number", "'1' as event_id, 'pen' as product_id"),
    "user_aliases": ("person", "'ana' as alias"),
    "ad_spend": ("cost", "date '2026-03-01' as spend_date"),
}


@pytest.mark.parametrize("table", TABLES)
def test_a_column_that_says_what_a_row_is_cannot_be_missing(fresh_project, table):
    column, others = TABLES[table]
    fresh_project.load([event()])
    fresh_project.execute(f"create table raw.{table} as select {others}")

    # with the seed that stg_ad_spend reads as well
    outcome = fresh_project.dbt("build", "--select", f"stg_{table}", "ad_spend")

    assert f"raw.{table} has no column {column}; add it" in messages(outcome)


def test_columns_that_say_more_may_be_missing(fresh_project):
    fresh_project.load([event(event_name="purchase", order_id="1")])
    fresh_project.execute(
        "create table raw.event_items as "
        "select '1' as event_id, '2' as item_number, 'pen' as product_id, "
        "'dear' as price"
    )
    fresh_project.execute(
        "create table raw.user_aliases as select 'ana' as alias, 'ben' as person"
    )
    fresh_project.execute(
        "create table raw.ad_spend as select unnest(['a day', '2026-03-01']) "
        "as spend_date, unnest(['5', 'dear']) as cost"
    )
    cells = [
        {1: "2026-03-02", 7: "12.50", 8: "3", 10: "2026-03-03 04:05"},
        {1: "2026-03-02", 7: "99"},
        {1: "2026-03-03", 7: "12,50", 8: "many", 10: "yesterday"},
        {1: "2 March", 7: "1"},
    ]
    fresh_project.write_seed(
        "ad_spend",
        [[row.get(n, "cpc" if n == 3 else "") for n in range(11)] for row in cells],
    )
    fresh_project.build()

    spend = fresh_project.query(
        "select activity_date, cost, clicks from agg_marketing_daily "
        "where session_count = 0 order by activity_date"
    )
    assert [(str(r["activity_date"]), r["cost"], r["clicks"]) for r in spend] == [
        ("2026-03-01", None, None),
        ("2026-03-02", Decimal("12.50"), 3),
        ("2026-03-03", None, None),
    ]

    (item,) = fresh_project.query(
        "select item_number, product_id, price, quantity, discount from fct_event_items"
    )
    assert item == {
        "item_number": 2,
        "product_id": "pen",
        "price": None,
        "quantity": None,
        "discount": None,
    }
