"""Hours of a shop: a build every hour, and readers of what it publishes all the while.

`SESSIONS_TEST_HOURS=24 pytest -s tests/scripts/test_hourly_builds.py` tries a day, and
prints how often they have read.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta

import duckdb
import pytest
from building import MARTS, Project, raw_table
from chance import REPRODUCE, SEED
from full_refresh import differences, refresh_fully, surplus
from test_build import SESSIONS, Shop, rows

HOURS, READERS = int(os.environ.get("SESSIONS_TEST_HOURS") or 4), 3
LATE_HOUR, KILLED_HOURS = HOURS * 3 // 8, (HOURS // 4, HOURS * 5 // 8)
REFRESHED_HOUR = HOURS * 5 // 6
MIDNIGHT = datetime(2026, 3, 12)

# Tables in whose build one is killed: the longest, and one before and one after it.
KILLED_WITHIN = ["int_events_sessionized", "fct_sessions", "agg_sessions_daily"]

# Opens the file of marts again and again, until nobody listens to what it found: the
# number of sessions, whether all tables have as many, how often it read them from the
# one file; or why it could not.
READER = """
import json, sys, time
import duckdb
file, reads_per_file = sys.argv[1], int(sys.argv[2])
COUNTED = '''
    select
        (select count(*) from fct_sessions),
        (select sum(session_count) from agg_sessions_daily),
        (select sum(session_count) from agg_landing_pages_daily),
        (select count(distinct session_id) from fct_events),
        (select sum(session_count) from agg_visitor_cohorts)
'''
while True:
    try:
        with duckdb.connect(file, read_only=True) as connection:
            seen = []
            for _ in range(reads_per_file):
                seen += connection.execute(COUNTED).fetchall()
                time.sleep(0.3)
        found = {"reads": len(seen), "sessions": seen[0][0]}
        found["mixture"] = seen if len({n for read in seen for n in read}) > 1 else None
    except Exception as error:
        found = {"reads": 0, "refused": str(error)}
        time.sleep(0.3)
    try:
        print(json.dumps(found, default=str), flush=True)
    except BrokenPipeError:
        break
"""


def visits(chance, hour):
    """The events that arrive in an hour: of that hour, some of the hours before, and
    once those of a whole week, among them second deliveries."""
    arrival = MIDNIGHT + timedelta(hours=hour + 1)
    starts = [arrival - timedelta(minutes=chance.uniform(0, 60)) for _ in range(12)]
    starts += [arrival - timedelta(hours=chance.uniform(1, 30)) for _ in range(3)]
    if hour == LATE_HOUR:
        starts += [arrival - timedelta(days=chance.uniform(1, 8)) for _ in range(120)]
    events = []
    for start in starts:
        visitor = f"v{chance.randrange(60)}"
        for number in range(chance.randint(1, 6)):
            event_at = start + timedelta(minutes=number * chance.choice([1, 9, 29]))
            is_order = chance.random() < 0.15
            events.append(
                {
                    "event_id": f"{hour}-{len(events)}",
                    "visitor_id": visitor,
                    "event_name": "purchase" if is_order else "page_view",
                    "event_at": min(event_at, arrival),
                    "loaded_at": arrival,
                    "page_url": f"https://shop.example/{chance.randrange(9)}",
                    "order_id": f"O-{hour}-{len(events)}" if is_order else None,
                    "revenue": chance.randrange(1, 99) if is_order else None,
                    "currency": "USD" if is_order else None,
                }
            )
    return events + chance.sample(events, 3)


def load(shop, events):
    with duckdb.connect(shop.database) as connection:
        connection.register("loaded", raw_table(events))
        connection.execute("insert into raw.events by name from loaded")


def killed_build(shop, chance, *arguments):
    """Kill a build while a table is made, or soon after."""
    log = shop.folder / "logs" / "dbt.log"
    model = chance.choice(KILLED_WITHIN)
    log.unlink()
    build = shop.start("build", *arguments)
    while build.poll() is None:
        said = log.read_text() if log.exists() else ""
        if f"START sql incremental model main.{model} " in said:
            break
        time.sleep(0.05)
    time.sleep(chance.uniform(0, 0.5))
    build.send_signal(signal.SIGKILL)
    build.communicate()
    assert build.returncode == -signal.SIGKILL, "the build had ended"
    return model


@contextlib.contextmanager
def readers(file, found):
    """Processes that read a file; at the end what each has found is in a list."""
    processes = [
        subprocess.Popen(
            # the last one stays for a while with what it has opened
            [sys.executable, "-c", READER, file, "20" if number == 0 else "1"],
            stdout=open(file.with_name(f"reader {number}"), "w+"),  # noqa: SIM115
        )
        for number in range(READERS)
    ]
    try:
        yield
    finally:
        for number, process in enumerate(processes):
            assert process.poll() is None, "a reader has ended"
            process.terminate()
            process.wait()
            lines = file.with_name(f"reader {number}").read_text().splitlines()
            found += [json.loads(line) for line in lines]


@pytest.mark.slow
@pytest.mark.long
def test_of_hourly_builds_readers_see_each_as_a_whole(tmp_path):
    chance = random.Random(SEED)
    shop = Shop(tmp_path / "shop", has_schemas=False)
    marts = shop.folder / "marts.duckdb"
    began, found, killed, published, builds = time.monotonic(), [], [], set(), 0

    def build(*arguments):
        built = shop.run("build", "--publish", marts, *arguments)
        assert built.returncode == 0, f"{built.stderr}{built.stdout}\n{REPRODUCE}"
        published.add(rows(marts, SESSIONS)[0][0])

    with contextlib.ExitStack() as stack:
        for hour in range(HOURS):
            load(shop, visits(chance, hour))
            if hour in KILLED_HOURS:
                killed.append(killed_build(shop, chance, "--publish", marts))
            build(*(["--full-refresh"] if hour == REFRESHED_HOUR else []))
            builds += 1
            if hour == 0:
                stack.enter_context(readers(marts, found))

    reads = sum(read["reads"] for read in found)
    refused = [read["refused"] for read in found if "refused" in read]
    print(
        f"{builds} builds, one of them a full refresh, and {len(killed)} killed within "
        f"{killed}; {READERS} readers opened the marts {len(found)} times and read "
        f"{reads} times, {len(refused)} times refused; {len(published)} numbers of "
        f"sessions; {time.monotonic() - began:.0f} s; {REPRODUCE}"
    )
    assert not refused
    assert not [read["mixture"] for read in found if read["mixture"]]
    assert {read["sessions"] for read in found} <= published
    assert len({read["sessions"] for read in found}) > HOURS / 2

    rebuilt = Project(tmp_path / "rebuilt")
    refresh_fully(shop, rebuilt)
    different = differences(shop, rebuilt)
    assert not different, f"{different}\n{REPRODUCE}"
    with duckdb.connect(rebuilt.database, read_only=True) as connection:
        connection.execute(f"attach '{marts}' as published (read_only)")
        for mart in MARTS:
            pair = [f"main.{mart}", f"published.main.{mart}"]
            assert not surplus(connection, *pair, mart)
            assert not surplus(connection, *reversed(pair), mart)
