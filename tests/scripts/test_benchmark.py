"""The benchmark prints its ratios for each size, at sizes that take seconds."""

import os
import shutil
import subprocess
import tempfile
from types import SimpleNamespace

import benchmark
import pytest
from benchmark_lab import scans_of
from building import ROOT
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


def number(text):
    return int(text.replace(",", ""))
