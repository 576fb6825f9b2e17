"""What MetricFlow answers is what SQL written by hand finds in the marts."""

import csv
import json
import os
import re
import subprocess
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from building import ROOT, Project, messages
from metricflow.engine.metricflow_engine import (
    MetricFlowEngine,
    MetricFlowQueryRequest,
)
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import (
    parse_manifest_from_dbt_generated_manifest,
)
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup
from test_next_dbt import dbt_2, needs_dbt_2

COMMAND = Path(sys.executable).with_name("mf")

VISITORS = "count(distinct (sessions.site_id, sessions.visitor_id))"
IS_SOLD = "furthest_funnel_step = 'purchase'"
IS_AT_CART = "furthest_funnel_step not in ('none', 'product')"
IS_AT_CHECKOUT = f"{IS_AT_CART} and furthest_funnel_step <> 'cart'"

# What each metric is, by the mart that it counts.
BY_HAND = {
    "sessions": {
        "sessions": "count(*)",
        "visitors": VISITORS,
        "persons": "count(distinct (sessions.site_id, sessions.person_id))",
        "page_views": "sum(page_view_count)",
        "session_seconds": "sum(duration_seconds)",
        "bounced_sessions": "count(*) filter (not is_engaged)",
        "converted_sessions": "count(*) filter (sessions.order_count >= 1)",
        "cart_sessions": f"count(*) filter ({IS_AT_CART})",
        "abandoned_cart_sessions": f"count(*) filter ({IS_AT_CART} and not {IS_SOLD})",
        "checkout_sessions": f"count(*) filter ({IS_AT_CHECKOUT})",
        "abandoned_checkout_sessions": (
            f"count(*) filter ({IS_AT_CHECKOUT} and not {IS_SOLD})"
        ),
        "session_revenue": "sum(sessions.revenue)",
        "bounce_rate": "avg(is_bounce::integer)",
        "conversion_rate": "avg((sessions.order_count > 0)::integer)",
        "pages_per_session": "avg(page_view_count)",
        "session_duration": "avg(duration_seconds)",
        "revenue_per_session": "avg(sessions.revenue)",
        "revenue_per_visitor": f"sum(sessions.revenue)::double / {VISITORS}",
        "cart_abandonment_rate": (
            f"1 - avg(({IS_SOLD})::integer) filter ({IS_AT_CART})"
        ),
        "checkout_abandonment_rate": (
            f"1 - avg(({IS_SOLD})::integer) filter ({IS_AT_CHECKOUT})"
        ),
    },
    "orders": {
        "orders": "count(*) filter (has_purchase)",
        "revenue": "coalesce(sum(orders.revenue), 0)",
        "net_revenue": (
            "sum(coalesce(orders.revenue, 0)) "
            "- sum(coalesce(orders.refunded_revenue, 0))"
        ),
        "valued_orders": "count(orders.revenue) filter (has_purchase)",
        # an order without a value or a rate is left out
        "average_order_value": "avg(orders.revenue) filter (orders.has_purchase)",
        "booked_revenue": "coalesce(sum(booked_revenue), 0)",
        "booked_revenue_tracked": (
            "coalesce(sum(booked_revenue) filter (is_tracked), 0)"
        ),
        "tracked_revenue_share": (
            "coalesce(sum(booked_revenue) filter (is_tracked), 0)::double "
            "/ nullif(sum(booked_revenue), 0)"
        ),
    },
    "visitors": {
        "buying_visitors": "count(*) filter (visitors.order_count > 0)",
        "lifetime_net_revenue": "sum(lifetime_net_revenue)",
        "customer_lifetime_value": (
            "avg(lifetime_net_revenue) filter (visitors.order_count > 0)"
        ),
    },
    "goals": {
        "goal_completions": "sum(completion_count)",
        "goal_sessions": "sum(completed_session_count)",
        "sessions_per_goal": "sum(session_count)",
        "goal_conversion_rate": (
            "sum(completed_session_count)::double / sum(session_count)"
        ),
    },
    "persons": {
        "buying_persons": "count(*) filter (persons.order_count > 0)",
    },
}

# What may be grouped by, and the column that this is.
GROUPS = {
    "sessions": {
        "metric_time__day": "session_date",
        "metric_time__week": "date_trunc('week', session_date)",
        "site": "sessions.site_id",
        "session__site_id": "sessions.site_id",
        "session__session_date__day": "session_date",
        "session__channel": "channel",
        "session__traffic_source": "traffic_source",
        "session__traffic_medium": "traffic_medium",
        "session__traffic_campaign": "traffic_campaign",
        "session__device_category": "device_category",
        "session__country": "country",
        "session__start_reason": "start_reason",
        "session__is_first_session": "is_first_session",
        "session__is_first_visit": "is_first_visit",
        "session__attributed_channel": "attributed_channel",
        "session__furthest_funnel_step": "furthest_funnel_step",
        "visitor__first_channel": "visitors.first_channel",
        "visitor__first_non_direct_channel": "visitors.first_non_direct_channel",
        "person__first_channel": "persons.first_channel",
        "person__first_non_direct_channel": "persons.first_non_direct_channel",
    },
    "orders": {
        "metric_time__day": "order_date",
        "site": "orders.site_id",
        "shop_order__site_id": "orders.site_id",
        "shop_order__order_date__day": "order_date",
        "shop_order__currency": "currency",
        "shop_order__is_tracked": "is_tracked",
        "shop_order__is_cancelled": "is_cancelled",
        "shop_order__value_source": "value_source",
        "session__channel": "channel",
        "visitor__first_channel": "first_channel",
        "visitor__first_non_direct_channel": "first_non_direct_channel",
    },
    "visitors": {
        "metric_time__day": "first_session_date",
        "site": "visitors.site_id",
        "visitor__site_id": "visitors.site_id",
        "visitor__first_session_date__week": "date_trunc('week', first_session_date)",
        "visitor__first_channel": "first_channel",
        "visitor__first_non_direct_channel": "first_non_direct_channel",
    },
    "persons": {
        "metric_time__day": "first_session_date",
        "site": "persons.site_id",
        "person__site_id": "persons.site_id",
        "person__first_session_date__week": "date_trunc('week', first_session_date)",
        "person__first_channel": "first_channel",
        "person__first_non_direct_channel": "first_non_direct_channel",
    },
    "goals": {
        "metric_time__day": "session_date",
        "site": "goals.site_id",
        "goal__site_id": "goals.site_id",
        "goal__session_date__week": "date_trunc('week', session_date)",
        "goal__goal_name": "goal_name",
        "goal__channel": "channel",
        "goal__traffic_source": "traffic_source",
        "goal__traffic_medium": "traffic_medium",
        "goal__traffic_campaign": "traffic_campaign",
        "goal__device_category": "device_category",
        "goal__country": "country",
    },
}

JOINED = {
    "sessions": "fct_sessions as sessions "
    "left join dim_visitors as visitors using (site_id, visitor_id) "
    "left join dim_persons as persons on persons.site_id = sessions.site_id "
    "and persons.person_id = sessions.person_id",
    "orders": "fct_orders as orders "
    "left join fct_sessions as sessions using (session_id) "
    "left join dim_visitors as visitors on visitors.site_id = orders.site_id "
    "and visitors.visitor_id = orders.visitor_id",
    "visitors": "dim_visitors as visitors",
    "goals": "agg_goals_daily as goals",
    "persons": "dim_persons as persons",
}

# Purchases may not start a session here, so that there are orders without one.
VARIABLES = {
    "session_rule_overrides": {"starting_events": {"all_but": ["refund", "purchase"]}},
    "goals": {
        "product": {"events": ["product_view"]},
        "second": {"events": ["page_view"], "where": {"country": ["DE", "AT"]}},
        "never": {"events": ["sign_up"]},
    },
}


class Dialect:
    """What MetricFlow has to know of an engine to write SQL for it."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()


class Shop(Project):
    """A copy of the project that MetricFlow can be asked about."""

    spares_files = ()

    def read_metrics(self):
        """What dbt has told of the metrics for MetricFlow."""
        manifest = (self.folder / "target" / "semantic_manifest.json").read_text()
        self.engine = MetricFlowEngine(
            SemanticManifestLookup(
                parse_manifest_from_dbt_generated_manifest(manifest)
            ),
            Dialect(),
        )

    def sql(self, metrics, groups=()):
        """The SQL by which MetricFlow finds metrics."""
        request = MetricFlowQueryRequest.create(
            metric_names=metrics, group_by_names=groups
        )
        return self.engine.explain(request).sql_statement.without_descriptions.sql

    def metrics(self, metrics, groups=()):
        """Metrics as MetricFlow finds them, as dicts by name."""
        return self.query(self.sql(metrics, groups))


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A shop and its outlet, whose visitors have ids of visitors of the shop."""
    shop = Shop(tmp_path_factory.mktemp("shop") / "copy")
    file = shop.folder / "events.parquet"
    generate = ROOT / "scripts" / "maintenance" / "generate_events"
    subprocess.run(
        [generate, "--events", "12000", "--output", file],
        check=True,
        capture_output=True,
    )
    shop.execute("create schema raw")
    shop.execute(f"create table raw.events as from '{file}'")
    shop.execute(
        "insert into raw.events select * replace ('outlet' as site_id) "
        "from raw.events where hash(visitor_id) % 4 = 0"
    )
    shop.append(
        [
            order_event("purchase", "nobody-0", "order-0", 20),
            order_event("refund", "nobody-0", "order-0", 5),
            order_event("refund", "nobody-1", "order-1", 7, currency="XTS"),
        ]
    )
    shop.append_orders(
        booked_order(number, total, status)
        for number, (total, status) in enumerate(
            [(30, "paid"), (9, "cancelled"), (12, "paid"), (8, "voided")]
        )
    )
    for step in ("seed", "run"):
        outcome = shop.dbt(step, variables=VARIABLES)
        assert outcome.success, messages(outcome)
    shop.read_metrics()
    return shop


def order_event(name, visitor, order, value, currency="USD"):
    """An event of an order by which no session begins."""
    return {
        "event_id": f"{name} of {order}",
        "site_id": "shop",
        "visitor_id": visitor,
        "event_name": name,
        "event_at": datetime(2026, 3, 10, 12),
        "loaded_at": datetime(2026, 3, 10, 12),
        "order_id": order,
        "revenue": Decimal(value),
        "currency": currency,
    }


def booked_order(number, total, status):
    """An order of the books, of which events have those of order_event."""
    return {
        "site_id": "shop",
        "order_id": f"order-{number}",
        "ordered_at": datetime(2026, 3, 10, 12),
        "total": Decimal(total),
        "status": status,
        "currency": "USD",
    }


def by_group(rows, group):
    """Rows by what they are grouped by, an instant by the ten letters of its day."""
    named = {}
    for row in rows:
        name = row.pop(group) if group else None
        named[name if isinstance(name, bool | None) else str(name)[:10]] = row
    return named


@pytest.mark.parametrize(
    ("mart", "group"),
    [(mart, group) for mart in BY_HAND for group in [None, *GROUPS[mart]]],
)
def test_metrics_are_what_is_counted_by_hand(shop, mart, group):
    groups = [group] if group else []
    columns = [f"{GROUPS[mart][group]} as {group}"] if group else []
    columns += [f"{sql} as {metric}" for metric, sql in BY_HAND[mart].items()]
    by_hand = shop.query(
        f"select {', '.join(columns)} from {JOINED[mart]} "
        + ("group by 1" if group else "")
    )
    found = shop.metrics(list(BY_HAND[mart]), groups)
    assert len(found) == len(by_hand) > bool(group)

    found, by_hand = by_group(found, group), by_group(by_hand, group)
    assert found.keys() == by_hand.keys()
    for name, row in by_hand.items():
        for metric, value in row.items():
            expected = None if value is None else pytest.approx(float(value))
            number = found[name][metric]
            assert (None if number is None else float(number)) == expected, metric


def test_every_metric_and_dimension_is_counted_by_hand(shop):
    metrics = shop.engine.list_metrics()
    assert {metric.name for metric in metrics} == {
        metric for mart in BY_HAND.values() for metric in mart
    }
    dimensions = {
        dimension.dunder_name
        for metric in metrics
        for dimension in metric.dimensions
        if len(dimension.entity_links) < 2
    }
    groups = {group for mart in GROUPS.values() for group in mart}
    assert without_grain(groups) == without_grain(dimensions) | {"site"}


def without_grain(names):
    """Names of dimensions without day or week."""
    return {re.sub("__(day|week)$", "", name) for name in names}


@pytest.mark.parametrize(
    ("ratio", "denominator", "group"),
    [
        ("cart_abandonment_rate", "cart_sessions", "metric_time__day,session__channel"),
        (
            "checkout_abandonment_rate",
            "checkout_sessions",
            "metric_time__day,session__channel",
        ),
        ("average_order_value", "valued_orders", "shop_order__currency"),
        ("customer_lifetime_value", "buying_visitors", "visitor__first_channel"),
    ],
)
def test_a_ratio_of_nothing_is_null(shop, ratio, denominator, group):
    rows = shop.metrics([ratio, denominator], group.split(","))
    of_nothing = [row for row in rows if row[denominator] == 0]

    assert 0 < len(of_nothing) < len(rows)
    assert all((row[ratio] is None) == (row[denominator] == 0) for row in rows)


def test_visitors_with_the_same_id_on_two_sites_are_two(shop):
    [both] = shop.metrics(["visitors", "persons"])
    sites = shop.metrics(["visitors", "persons"], ["site"])
    [ids] = shop.query("select count(distinct visitor_id) as count from fct_sessions")

    for metric in ("visitors", "persons"):
        assert both[metric] == sum(site[metric] for site in sites)
    assert both["persons"] < both["visitors"]
    assert both["visitors"] > ids["count"]


def test_revenue_is_that_of_sessions_and_of_orders_without_one(shop):
    [found] = shop.metrics(["revenue", "session_revenue", "orders", "net_revenue"])

    assert found["revenue"] == found["session_revenue"] + 30 + 12
    [without] = shop.query(
        "select count(*) as count, sum(net_revenue) as net_revenue from fct_orders "
        "where session_id is null and has_purchase"
    )
    assert without == {"count": 4, "net_revenue": 42}


def test_metrics_of_different_marts_stand_side_by_side(shop):
    metrics = ["sessions", "orders", "lifetime_net_revenue"]
    found = {row["site"]: row for row in shop.metrics(metrics, ["site"])}

    assert found.keys() == {"shop", "outlet"}
    for metric in metrics:
        [mart] = [mart for mart in BY_HAND if metric in BY_HAND[mart]]
        for site, row in found.items():
            [alone] = shop.query(
                f"select {BY_HAND[mart][metric]} as value from {JOINED[mart]} "
                f"where {mart}.site_id = '{site}'"
            )
            assert row[metric] == alone["value"]


def test_the_rate_of_a_goal_divides_by_all_sessions(shop):
    [all_sessions] = shop.metrics(["sessions"])
    rates = shop.metrics(["goal_conversion_rate"], ["goal__goal_name"])
    completed = shop.query(
        "select goal_name, count(*) as count from fct_goal_completions group by 1"
    )
    counts = {row["goal_name"]: row["count"] for row in completed}

    assert {row["goal__goal_name"] for row in rates} == {"product", "second", "never"}
    assert len(counts) == 2
    for row in rates:
        found = row["goal_conversion_rate"] * all_sessions["sessions"]
        assert found == pytest.approx(counts.get(row["goal__goal_name"], 0))


def test_the_funnel_is_that_of_the_daily_totals(shop):
    reached = {
        row["funnel_step"]: row["count"]
        for row in shop.query(
            "select funnel_step, sum(reached_count) as count "
            "from agg_funnel_daily group by funnel_step"
        )
    }
    [found] = shop.metrics(
        [
            *("sessions", "cart_sessions", "abandoned_cart_sessions"),
            *("checkout_sessions", "abandoned_checkout_sessions"),
        ]
    )
    assert found == {
        "sessions": reached["landing"],
        "cart_sessions": reached["cart"],
        "abandoned_cart_sessions": reached["cart"] - reached["purchase"],
        "checkout_sessions": reached["checkout"],
        "abandoned_checkout_sessions": reached["checkout"] - reached["purchase"],
    }


def test_every_day_from_1970_to_2037_is_in_the_time_spine(shop):
    days = "range(timestamp '1970-01-01', timestamp '2038-01-01', interval 1 day)"

    assert shop.query(
        "select calendar_day from time_spine_daily order by calendar_day"
    ) == shop.query(f"select unnest({days})::date as calendar_day")


def test_dates_have_the_weeks_that_the_engine_counts_and_ones_own_holidays(shop):
    assert shop.query(
        "select is_holiday, holiday_name from dim_dates group by all"
    ) == [{"is_holiday": False, "holiday_name": None}]
    wrong = shop.query(
        "from dim_dates where (calendar_year, calendar_quarter, calendar_month) "
        "!= (year(calendar_date), quarter(calendar_date), month(calendar_date)) "
        "or (iso_year, iso_week) != (isoyear(calendar_date), week(calendar_date)) "
        "or iso_weekday != isodow(calendar_date) "
        "or week_start_date != date_trunc('week', calendar_date) "
        "or is_weekend != (isodow(calendar_date) in (6, 7))"
    )
    assert wrong == []

    holidays = [
        ("2026-12-25", "Noel"),
        ("2026-12-25", "Christmas"),
        ("Easter", "Easter"),
    ]
    shop.write_seed("own_holidays", holidays)
    shop.build("--select", "own_holidays", "--exclude-resource-type", "test")
    assert shop.query(
        "select calendar_date::text as day, holiday_name from dim_dates "
        "where is_holiday"
    ) == [{"day": "2026-12-25", "holiday_name": "Christmas"}]
    outcome = shop.dbt("test", "--select", "every_holiday_is_a_day")
    assert not outcome.success
    shop.write_seed("own_holidays", [])


@pytest.mark.skipif(not COMMAND.exists(), reason="needs the command mf")
def test_the_command_line_finds_the_same(shop):
    subprocess.run(
        [
            *(COMMAND, "query", "--quiet", "--csv", "found.csv"),
            *(
                "--metrics",
                "sessions,conversion_rate",
                "--group-by",
                "session__channel",
            ),
        ],
        cwd=shop.folder,
        env={**os.environ, **shop.environment(), "DBT_PROFILES_DIR": str(shop.folder)},
        check=True,
        capture_output=True,
    )
    with open(shop.folder / "found.csv", newline="") as file:
        found = {row["session__channel"]: row for row in csv.DictReader(file)}
    expected = shop.metrics(["sessions", "conversion_rate"], ["session__channel"])
    assert found.keys() == {row["session__channel"] for row in expected}
    for row in expected:
        same = found[row["session__channel"]]
        assert float(same["sessions"]) == row["sessions"]
        assert float(same["conversion_rate"]) == pytest.approx(row["conversion_rate"])


def test_every_metric_says_what_it_is():
    models, ratios = (
        yaml.safe_load((ROOT / f"models/marts/_marts__{name}.yml").read_text())
        for name in ("models", "metrics")
    )
    metrics = ratios["metrics"] + [
        metric for model in models["models"] for metric in model.get("metrics", [])
    ]

    assert all(metric["label"] and metric["description"] for metric in metrics)
    labels = [metric["label"] for metric in metrics]
    assert len(set(labels)) == len(labels) > 0


@needs_dbt_2
def test_dbt_2_reads_the_same_metrics(shop):
    assert dbt_2(shop.folder, "parse") == (0, [])
    first, second = (
        json.loads((shop.folder / target / "manifest.json").read_text())
        for target in ("target", "target-2")
    )
    assert described(second) == described(first)


def described(manifest):
    """What a manifest says of metrics, what they are made of, and exposures. This
    release of dbt 2 leaves out a metric whose config has Jinja: the ratios."""
    metrics = {}
    for name, metric in manifest["metrics"].items():
        if metric["type"] == "ratio":
            continue
        made_of = metric["type_params"]
        metrics[name] = [
            *(metric["type"], metric["label"], metric["description"], made_of["expr"]),
            (made_of["metric_aggregation_params"] or {}).get("agg"),
            (made_of["metric_aggregation_params"] or {}).get("semantic_model"),
        ]
    models = {
        name: [
            model["defaults"],
            {
                (entity["name"], entity["type"], entity["expr"])
                for entity in model["entities"]
            },
            {(d["name"], d["type"], d["description"]) for d in model["dimensions"]},
        ]
        for name, model in manifest["semantic_models"].items()
    }
    exposures = {
        name: sorted(exposure["depends_on"]["nodes"])
        for name, exposure in manifest["exposures"].items()
    }
    return metrics, models, exposures


# Another project that has this one as a package, and metrics and days of its own.
ATELIER = """
models:
  - name: sales
    semantic_model: {enabled: true}
    agg_time_dimension: sold_on
    columns:
      - name: sale_id
        entity: {name: sale, type: primary}
      - name: sold_on
        granularity: day
        dimension: {type: time}
    metrics:
      - {name: revenue, type: simple, agg: sum, expr: sale_id}
  - name: days
    time_spine: {standard_granularity_column: day}
    columns:
      - {name: day, data_type: date, granularity: day}
"""


def test_a_project_that_installs_the_package_has_metrics_of_its_own_alone(tmp_path):
    (tmp_path / "models").mkdir()
    for name, content in {
        "dbt_project.yml": "name: atelier\nversion: 1.0.0\nprofile: sessions\n",
        "packages.yml": f"packages: [{{local: '{ROOT}'}}]",
        "profiles.yml": (ROOT / "profiles.yml.example").read_text(),
        "models/sales.sql": "select 1 as sale_id, current_date as sold_on",
        "models/days.sql": "select current_date as day",
        "models/atelier.yml": ATELIER,
    }.items():
        (tmp_path / name).write_text(content)
    atelier = Shop.__new__(Shop)
    atelier.folder, atelier.database = tmp_path, tmp_path / "atelier.duckdb"
    for command in ("deps", "list"):
        outcome = atelier.dbt(command)
        assert outcome.success, messages(outcome)

    manifest = json.loads((tmp_path / "target" / "semantic_manifest.json").read_text())
    assert [metric["name"] for metric in manifest["metrics"]] == ["revenue"]
    spines = manifest["project_configuration"]["time_spines"]
    assert [spine["node_relation"]["alias"] for spine in spines] == ["days"]
