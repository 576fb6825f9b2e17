"""The benchmark prints its ratios for each size, at sizes that take seconds."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from types import SimpleNamespace

import benchmark
import benchmark_pipeline
import benchmark_report
import duckdb
import pytest
from benchmark_lab import Usage, run, scans_of
from benchmark_questions import QUESTIONS, Question, difference, raw_query
from benchmark_report import Measured, markdown
from benchmark_tasks import work
from building import ROOT, raw_table
from project import RefusedError

SMALL = ["--events", "20000", "40000", "--days", "10", "--repetitions", "1"]

PROFILES = """
{
    "query_name": "/* {\\"node_id\\": \\"model.sessions.fct_events\\"} */ create ...",
    "children": [{
        "operator_rows_scanned": 122880,
        "extra_info": {"Table": "sessions.main.visits", "Projections": ["a", "b"]},
        "children": []
    }]
}{
    "query_name": "insert into ...",
    "children": [{
        "operator_rows_scanned": 5,
        "extra_info": {"Table": "sessions.main.visits", "Projections": "a"},
        "children": []
    }]
}
a warning of somebody
{
    "query_name": "/* {\\"connection_name\\": \\"list_sessions\\"} */ select ...",
    "children": [{
        "operator_rows_scanned": 7,
        "extra_info": {"Table": "sessions.main.visits"},
        "children": []
    }]
}
"""


@pytest.mark.long
@pytest.mark.slow
def test_incremental_prints_ratios_for_each_size(tmp_path):
    ran = subprocess.run(
        [ROOT / "scripts" / "maintenance" / "benchmark", "incremental", *SMALL],
        cwd=tmp_path,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    shown = ran.stdout.splitlines()

    assert not ran.returncode, ran.stderr
    start = next(n for n, line in enumerate(shown) if line.split()[:1] == ["history"])
    small, large, bars = (line.split() for line in shown[start + 1 : start + 4])
    assert 19_000 < number(small[0]) < 21_000
    assert 39_000 < number(large[0]) < 41_000
    assert number(small[1]) - 100 < number(large[1]) <= number(small[1])
    for *_, share, growth, straggler in small, large:
        assert float(share) > 0 and float(growth) > 0 and float(straggler) > 0
    assert small[-2] == "1.00"
    assert bars == ["at", "most", "0.067", "1.30", "1.50"]
    assert sum(line.startswith("fct_sessions ") for line in shown) > 2
    assert not list(tmp_path.iterdir())


def test_too_little_room_is_told_before_anything_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**9))
    asked = benchmark.parsed(["incremental"])

    told = "has 1.0 GB free of the 48.0 GB it takes; type the command with smaller"
    with pytest.raises(RefusedError, match=told), benchmark.workplace(asked):
        pass
    assert not list(tmp_path.iterdir())


def test_a_folder_in_use_is_not_measured_in(tmp_path):
    (tmp_path / "mine").touch()
    asked = benchmark.parsed(["incremental", "--keep", str(tmp_path)])

    with (
        pytest.raises(RefusedError, match="name a new folder"),
        benchmark.workplace(asked),
    ):
        pass


def test_scans_belong_to_the_model_named_last():
    rows, scans = scans_of(PROFILES)

    wide = ("fct_events", "main.visits", 2)
    narrow = ("fct_events", "main.visits", 1)
    assert rows == {wide: 122_880, narrow: 5}
    assert scans == {wide: 1, narrow: 1}


# ---------- pipeline


@pytest.mark.long
@pytest.mark.slow
def test_pipeline_measures_every_row(tmp_path):
    page, rounds = tmp_path / "page.md", tmp_path / "rounds.json"
    workplace = tmp_path / "workplace"
    workplace.mkdir()
    size = ["--sizes", "2000", "--rounds", "1", "--days", "6"]
    ran = pipeline(workplace, *size, "--output", page, "--json", rounds)

    assert not ran.returncode, ran.stderr
    [measured] = json.loads(rounds.read_text())["sizes"]
    assert 1_900 < measured["events"] < 2_100
    assert {*measured["used"], *measured["skipped"]} == {*benchmark_report.ROWS}
    for used in measured["used"].values():
        assert len(used) == 1
        assert all(each["cpu"] > 0 and each["clock"] > 0 for each in used)
        assert all(each["memory"] > 20_000_000 for each in used)
    assert [*measured["asked"]] == [question.title for question in QUESTIONS]
    assert page.read_text().startswith("# Benchmarks\n")
    assert " events, " in ran.stderr and ": the textbook\n" in ran.stderr
    assert not list(workplace.iterdir())


@pytest.mark.long
@pytest.mark.slow
def test_pipeline_builds_a_huge_size_in_pieces(tmp_path):
    ran = pipeline(tmp_path, "--huge", "10000", "--days", "30")

    assert not ran.returncode, ran.stderr
    assert "making and loading events, 10 of 10" in ran.stderr
    assert " events, `memory_limit: 8GB`\n" in ran.stdout
    assert not list(tmp_path.iterdir())


def pipeline(folder, *arguments):
    return subprocess.run(
        [ROOT / "scripts" / "maintenance" / "benchmark", "pipeline", *arguments],
        cwd=folder,
        env=os.environ | {"TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


GOOGLE = "https://www.google.com/"
TAGGED = "https://shop.example.com/a?utm_source=Letter&utm_medium=email"

# Minutes since noon in New York, and what else is not usual about the event; the number
# of its session, and why that starts.
STORY = [
    (0, {"referrer_url": GOOGLE}, 1, "first_event"),
    (1, {"event_id": "0"}, None, None),  # delivered again
    (30, {"user_agent": "Googlebot/2.1"}, None, None),
    (30, {"referrer_url": "https://www.paypal.com/"}, 1, None),
    (60, {"referrer_url": GOOGLE}, 1, None),
    (90, {}, 1, None),  # half an hour is no more than that
    (121, {}, 2, "timeout"),
    (
        125,
        {"page_url": TAGGED, "event_name": "purchase", "revenue": 5},
        3,
        "source_change",
    ),
    (719, {}, 4, "timeout"),
    (720, {}, 5, "midnight"),
    (721, {"visitor_id": None}, None, None),
]


@pytest.fixture
def story(tmp_path):
    """A folder with the story in a DuckDB file and in Parquet."""
    noon = datetime(2026, 3, 2, 17)
    events = [
        {
            **{"event_id": str(number), "site_id": "shop", "visitor_id": "v"},
            **{"event_name": "page_view", "event_sequence": number},
            **{"event_at": noon + timedelta(minutes=minutes)},
            **{"loaded_at": noon + timedelta(days=1, minutes=minutes)},
            **{"page_url": "https://shop.example.com/", "user_agent": "Mozilla/5.0"},
            **what,
        }
        for number, (minutes, what, _, _) in enumerate(STORY)
    ]
    with duckdb.connect(tmp_path / "sessions.duckdb") as connection:
        connection.register("loaded", raw_table(events))
        connection.execute("create schema raw")
        connection.execute("create table raw.events as from loaded")
    work("export", tmp_path / "sessions.duckdb", tmp_path, None)
    return tmp_path


EXPECTED = [(number, reason) for _, _, number, reason in STORY if number]


def test_the_textbook_makes_the_sessions_of_a_story(story):
    [(sessions,)] = work("textbook", story / "sessions.duckdb", story, "1GB")

    with duckdb.connect(story / "textbook.duckdb") as connection:
        made = connection.execute(
            "select session_number, start_reason from textbook_events order by event_at"
        ).fetchall()
        totals = connection.execute(
            "select sum(event_count), sum(revenue) from textbook_sessions"
        ).fetchone()
    assert made == EXPECTED
    assert (sessions, *totals) == (5, len(EXPECTED), 5)


@pytest.mark.parametrize("package", ["polars", "pandas"])
def test_polars_and_pandas_make_the_same_sessions(story, package):
    python = benchmark_pipeline.interpreters().get(package)
    if not python:
        pytest.skip(f"{package} is in no environment of the project")
    script = ROOT / "scripts/maintenance/python/benchmark_frames.py"
    said = run([python, script, package, story / "events.parquet", story]).said

    made = duckdb.sql(
        f"select session_number, start_reason from '{story}/events.parquet' "
        "order by event_at"
    ).fetchall()
    assert (said, made) == ("5", EXPECTED)


def test_textbooks_with_other_sessions_are_refused(tmp_path):
    with duckdb.connect(tmp_path / "sessions.duckdb") as connection:
        connection.execute(
            "create table fct_sessions as select range::varchar as visitor_id, "
            "timestamp '2026-03-02' as session_started_at, 2 as event_count, "
            "'first_event' as start_reason from range(2000)"
        )
    with duckdb.connect(tmp_path / "textbook.duckdb") as connection:
        connection.execute(f"attach '{tmp_path}/sessions.duckdb' as sessions")
        connection.execute(
            "create table textbook_sessions as from sessions.fct_sessions limit 1985"
        )
    compare = "compare_sessions", tmp_path / "sessions.duckdb", tmp_path, None
    benchmark_pipeline.refuse_unless_alike("SQL", work(*compare)["SQL"])

    with duckdb.connect(tmp_path / "textbook.duckdb") as connection:
        connection.execute(
            "delete from textbook_sessions where visitor_id::int % 50 = 0"
        )
    with pytest.raises(
        RefusedError, match="in SQL makes other sessions .* 2,000 and 1,9"
    ):
        benchmark_pipeline.refuse_unless_alike("SQL", work(*compare)["SQL"])


def test_answers_are_compared_by_key_or_in_all():
    marts = [("a", 600), ("b", 400)]
    raw = [("a", 570), ("c", 430)]

    assert difference(Question("", "", "", 0.1), marts, raw) == 0.86
    assert difference(Question("", "", "", 0.1, by_key=False), marts, raw) == 0
    assert difference(Question("", "", "", 0.1), marts, [("a", 595), ("b", 405)]) == 0
    assert difference(Question("", "", "", 0), marts, [("a", 599), ("b", 400)]) == 0.001
    assert difference(Question("", "", "", 0), [], [("a", 1)]) == 1


def test_raw_questions_run_on_raw_events_alone(story):
    assert len(QUESTIONS) == 12
    with duckdb.connect(story / "sessions.duckdb") as connection:
        connection.execute("set TimeZone = 'UTC'")
        for question in QUESTIONS:
            assert connection.execute(raw_query(question)).fetchall() or (
                "order_id" in question.raw
            )


def test_the_report_has_medians_spreads_and_ratios():
    gigabyte = 10**9
    measured = Measured(
        events=1_000_000,
        used={
            "everything": [Usage(30, 20, gigabyte), Usage(10, 9, 2 * gigabyte)],
            "SQL": [Usage(5, 4, gigabyte)],
        },
        skipped={"polars": "polars is nowhere"},
        compared={"SQL": [("sessions", 1000.0, 1001.0)]},
        asked={"funnel": {"marts": [(0.1, 0.002)], "raw": [(2.0, 1.0)]}},
    )
    written = benchmark_report.as_json([measured], {})
    [again] = benchmark_report.from_json(written)
    page = markdown([measured], {"commit": "abc"}).splitlines()

    assert markdown([again], {"commit": "abc"}).splitlines() == page
    assert "| commit | abc |" in page
    assert "## 1,000,000 events" in page
    assert (
        "| full refresh of everything | 20.0 (10.0–30.0) | 14.5 (9.0–20.0) "
        "| 1.50 (1.00–2.00) | 4.00 |"
    ) in page
    assert "| textbook, SQL | 5.0 | 4.0 | 1.00 | 1.00 |" in page
    assert "Not measured: polars is nowhere." in page
    assert "| SQL | sessions | 1,000 | 1,001 |" in page
    assert "| funnel | 0.002 | 1.000 | 500 |" in page


def test_the_page_explains_every_row():
    before, after = markdown([], {}).split("Nothing is recorded here yet.\n")
    page = (ROOT / "docs" / "benchmarks.md").read_text()

    assert page.startswith(before)
    assert page.endswith(after)
    assert all(text in after for _, text in benchmark_report.ROWS.values())


def test_help_tells_the_options_of_a_sub_command(tmp_path):
    shown = " ".join(pipeline(tmp_path, "--help").stdout.split())

    assert "--huge [EVENTS] instead of the sizes one of 100 million" in shown
    assert "the same job by hand in SQL, Polars and pandas" in shown


def test_a_command_tells_what_it_took():
    code = "x = bytearray(2 * 10**8); print(sum(range(3 * 10**6)))"
    ended = run([sys.executable, "-c", code])

    assert ended.said == str(sum(range(3 * 10**6)))
    assert ended.usage.cpu > 0 and ended.usage.clock > 0
    assert 2 * 10**8 < ended.usage.memory < 10**10


def test_a_command_that_fails_tells_what_it_said():
    with pytest.raises(RefusedError, match="(?s)-c failed; put right .*:\nno"):
        run([sys.executable, "-c", "print('no'); exit(3)"])


def test_a_package_that_is_nowhere_is_skipped(tmp_path, monkeypatch):
    monkeypatch.setattr(benchmark_pipeline, "IMPORTS", {"polars": "import no_package"})

    assert benchmark_pipeline.interpreters() == {}


def test_a_huge_size_needs_room_for_one_file(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10**9))
    asked = benchmark.parsed(["pipeline", "--huge"])

    with (
        pytest.raises(RefusedError, match="1.0 GB free of the 70.0 GB"),
        benchmark.workplace(asked),
    ):
        pass


def test_a_file_that_cannot_be_written_is_told_at_once(tmp_path):
    asked = benchmark.parsed(["pipeline", "--json", str(tmp_path / "none" / "a.json")])

    with pytest.raises(RefusedError, match="has no folder"):
        asked.measure(None, asked)


def number(text):
    return int(text.replace(",", ""))
