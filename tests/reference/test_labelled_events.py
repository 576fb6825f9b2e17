"""Sessions that others have labelled come out as they labelled them."""

import csv
import gzip
import json
from datetime import datetime, timedelta

import duckdb
import load_events
import pytest

pytestmark = pytest.mark.without_groups

GAP_ONLY = {"calendar": "none", "source_change": "none"}


def test_madlib_sessions_of_three_minutes_are_reproduced(fresh_project, shared_data):
    with open(shared_data / "madlib" / "events_expected.csv", newline="") as file:
        lines = list(csv.DictReader(file))
    fresh_project.load(
        {
            "event_id": line["row"],
            "visitor_id": line["user_id"],
            "event_name": line["page"],
            "event_at": instant(line["event_timestamp"]),
            "loaded_at": datetime(2017, 1, 1),
        }
        for line in lines
    )
    fresh_project.build(
        variables={"session_rule_overrides": GAP_ONLY | {"timeout_seconds": 180}}
    )

    built = fresh_project.query(
        "select event_id, session_number from fct_events "
        "inner join fct_sessions using (session_id)"
    )
    labelled = {
        line["row"]: int(line["expected_session_no_per_user"])
        for line in lines
        if line["event_timestamp"]
    }
    assert {r["event_id"]: r["session_number"] for r in built} == labelled
    assert len(labelled) == 37
    assert fresh_project.query(
        "select reason, cast(sum(event_count) as integer) as event_count "
        "from fct_event_exclusions group by reason"
    ) == [{"reason": "invalid", "event_count": len(lines) - 37}]


def test_retentioneering_sessions_are_reproduced(fresh_project, shared_data):
    with gzip.open(shared_data / "retentioneering" / "ecom.csv.gz", "rt") as file:
        lines = list(csv.DictReader(file))
    fresh_project.load(
        {
            "event_id": str(number),
            "visitor_id": line["user_id"],
            "event_name": line["event"],
            "event_at": instant(line["timestamp"]),
            "event_sequence": number,
            "loaded_at": instant(line["timestamp"]) + timedelta(minutes=1),
        }
        for number, line in enumerate(lines)
    )
    fresh_project.build(variables={"session_rule_overrides": GAP_ONLY})

    built = fresh_project.query(
        "select list(event_id::int order by event_id::int) as events "
        "from fct_events group by session_id"
    )
    labelled = {}
    for number, line in enumerate(lines):
        labelled.setdefault(line["session_id"], []).append(number)
    assert sorted(r["events"] for r in built) == sorted(labelled.values())
    assert len(labelled) == 3605


@pytest.mark.slow
def test_the_ga4_sample_is_built_end_to_end(fresh_project, shared_data):
    sample = shared_data / "ga4" / "ga4_events_sampled.snappy.parquet"
    with duckdb.connect(fresh_project.database) as connection:
        connection.execute("create schema ga4")
        connection.execute(
            "create table ga4.events as from read_parquet(?)", [str(sample)]
        )
    fresh_project.build(variables={"event_sources": "ga4"})

    (kept,) = fresh_project.query(
        "select count(*) as events, count(distinct session_id) as sessions, "
        "count_if(event_name = 'purchase') as purchases, "
        "sum(revenue) filter (event_name = 'purchase') as revenue, "
        "sum(tax) as tax, count(shipping) as shippings, count(coupon) as coupons, "
        "count_if(traffic_source = 'shop.googlemerchandisestore.com') as own_sources "
        "from fct_events"
    )
    assert kept["events"] == 24_219
    assert kept["purchases"] == 624
    assert kept["revenue"] == 41_529
    assert (kept["tax"], kept["shippings"], kept["coupons"]) == (3_556, 0, 337)
    assert kept["own_sources"] == 0
    (sessions,) = fresh_project.query(
        "select count(*) as sessions, "
        "count_if(device_category = 'unknown') as unknown, "
        "list(distinct browser) as browsers, list(distinct platform) as platforms, "
        "list(distinct operating_system) as systems, count(region) as regions, "
        "count_if(contains(city, '(')) as placeholders, count(city) as cities, "
        "count(language) as languages, count(page_title) as titles, "
        "count(source_session_id) as ids from fct_sessions"
    )
    count = sessions["sessions"]
    assert count == kept["sessions"]
    assert sessions["unknown"] < count / 100
    assert set(sessions["browsers"]) == {
        *[None, "Chrome", "Safari", "Edge", "Firefox", "Chrome Mobile WebView"]
    }
    assert set(sessions["systems"]) == {None, "iOS", "Windows", "Android", "Mac OS X"}
    assert sessions["platforms"] == ["web"]
    assert sessions["placeholders"] == 0
    assert count / 2 < sessions["cities"] < sessions["regions"] < count
    assert count / 2 < sessions["languages"] < sessions["titles"] < count
    assert sessions["ids"] == count


def test_bad_rows_of_ga4_stop_nothing_and_are_events_if_they_have_a_time(
    fresh_project, shared_data
):
    sample = shared_data / "ga4" / "ga4_events_sampled.snappy.parquet"
    with duckdb.connect(fresh_project.database) as connection:
        connection.execute("create schema ga4")
        connection.execute(
            "create table ga4.events as from read_parquet(?) "
            "where event_name = 'purchase' limit 6",
            [str(sample)],
        )
        for row, spoil in enumerate(
            [
                "event_date = 'intraday'",
                "event_date = '20260231'",
                "event_timestamp = 9223372036854775807",
                "event_timestamp = -62200000000000000",
                "ecommerce = {'purchase_revenue': 'nan'::double}",
            ]
        ):
            connection.execute(f"update ga4.events set {spoil} where rowid = {row}")
    fresh_project.build(variables={"event_sources": "ga4"})

    (kept,) = fresh_project.query("select count(*) as n from fct_events")
    (invalid,) = fresh_project.query(
        "select sum(event_count) as n from fct_event_exclusions "
        "where reason = 'invalid'"
    )
    # a row that names no day is of the one on which it happened
    assert (kept["n"], invalid["n"]) == (4, 2)


def instant(text):
    return datetime.fromisoformat(text) if text else None


def test_a_clickstream_of_aws_has_the_sources_of_its_label(
    fresh_project, shared_data, monkeypatch, capsys
):
    folder = shared_data / "aws_clickstream"
    file = folder / "event_v2_session_dataset.json"
    load_by_proposal(fresh_project, file, monkeypatch, capsys)
    fresh_project.build()

    label = json.loads((folder / "test_extract_session_from_event.json").read_text())
    (session,) = fresh_project.query("from fct_sessions")
    assert session["visitor_id"] == label["user_pseudo_id"]
    assert session["source_session_id"] == label["session_id"]
    assert session["session_started_at"].replace(microsecond=0) == instant(
        label["event_timestamp"]
    )
    assert session["traffic_source"].lower() == label["session_source"].lower()
    assert session["traffic_medium"].lower() == label["session_medium"].lower()
    assert session["channel"] == label["session_channel_group"]


def test_a_log_of_a_web_server_is_loaded_line_by_line(
    fresh_project, shared_data, monkeypatch, capsys
):
    file = shared_data / "apache_logs" / "combined.log"
    load_by_proposal(fresh_project, file, monkeypatch, capsys)
    fresh_project.build()

    (log,) = fresh_project.query(
        "select count(*) as lines, min(event_at) as first_at, "
        "max(event_at) as last_at, count(distinct ip_address) as addresses "
        "from raw.events"
    )
    assert log["lines"] == 9_999
    assert fresh_project.query("select count(*) as n from raw.events_rejected") == [
        {"n": 1}
    ]
    assert (log["first_at"].date(), log["last_at"].date()) == (
        datetime(2015, 5, 17).date(),
        datetime(2015, 5, 20).date(),
    )
    assert log["addresses"] == 1_753
    (bots,) = fresh_project.query(
        "select sum(event_count) as number from fct_event_exclusions "
        "where reason = 'bot'"
    )
    assert 1_900 < bots["number"] < 2_800


def load_by_proposal(project, file, monkeypatch, capsys):
    """Load a file by the mapping proposed for it, each question answered yes."""
    monkeypatch.setenv("SESSIONS_DUCKDB_PATH", str(project.database))
    assert load_events.main(["--propose", str(file)]) == 0
    mapping = project.folder / "mapping.yml"
    mapping.write_text(capsys.readouterr().out.replace("# ? ", "# "))
    load_events.main(["--allow-rejected", "--map", str(mapping), str(file)])
