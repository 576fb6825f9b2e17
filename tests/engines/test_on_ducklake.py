"""Builds in DuckLake, while others read, give what a full refresh gives in DuckDB: see
ducklake.py. One series of builds has it all, because each of them takes its time."""

import contextlib
import json
import random
import subprocess
import sys

import pytest

pytest.importorskip("duckdb_extension_ducklake", reason="scripts/setup --engines")

from building import WITHOUT_LAWS  # noqa: E402
from chance import REPRODUCE, SEED  # noqa: E402
from ducklake import make_project  # noqa: E402, F401
from engines import (  # noqa: E402
    append,
    differences,
    duckdb_project,  # noqa: F401
    kill_point,
)
from publish import is_in_file  # noqa: E402
from random_batches import random_batches  # noqa: E402
from random_events import SEEDS  # noqa: E402
from random_rules import random_overrides  # noqa: E402
from test_incremental import TABLES_ALONE  # noqa: E402
from test_interrupted_builds import finish, killed_build, start_build  # noqa: E402

pytestmark = pytest.mark.long

# About how many batches arrive. The build of the second is killed, the last is built
# twice at once.
BATCHES = 4

READ = ["fct_sessions", "fct_events", "dim_visitors", "agg_sessions_daily"]
STATE = "select count(*), cast(sum(hash(row)) as varchar) from {} as row"

# Says again and again in which state tables are, in one connection or in a new one each
# time; or why it could not read them.
READER = """
import json, sys, time
import duckdb
configuration, attached, queries, reads = json.loads(sys.argv[1])
while True:
    try:
        with duckdb.connect(config=configuration) as connection:
            connection.execute(attached)
            for _ in range(reads):
                for table, query in queries.items():
                    [state] = connection.execute(query).fetchall()
                    print(json.dumps([table, *state]), flush=True)
                    time.sleep(0.5)
    except duckdb.Error as error:
        print(json.dumps(["refused", str(error), ""]), flush=True)
"""


@contextlib.contextmanager
def readers(lake, found):
    """Two processes that read tables; at the end a list has what each of them found."""
    queries = {table: STATE.format(table) for table in READ}
    outputs = [lake.folder / f"reader {number}" for number in range(2)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", READER]
            + [json.dumps([lake.configuration(), lake.attached(), queries, reads])],
            stdout=output.open("w"),
        )
        for output, reads in zip(outputs, [1, 10_000], strict=True)
    ]
    try:
        yield
    finally:
        for process, output in zip(processes, outputs, strict=True):
            assert process.poll() is None, "a reader has ended"
            process.terminate()
            process.wait()
            found += [json.loads(line) for line in output.read_text().splitlines()]


def test_builds_give_what_a_full_refresh_gives_in_duckdb_while_others_read(
    make_project,  # noqa: F811
    duckdb_project,  # noqa: F811
):
    overrides = random_overrides(random.Random(SEED))
    told = f"{overrides}; {REPRODUCE}"
    variables = {"session_rule_overrides": overrides}
    options = ["--vars", json.dumps(variables)]
    timeout_seconds = overrides.get("timeout_seconds") or 1800
    lake, found, states = make_project("lake"), [], []
    lake.write_seeds(SEEDS)

    def build(*arguments):
        lake.build(*arguments, variables=variables)
        note_states()

    def note_states():
        for table in READ:
            [state] = lake.query(STATE.format(table))
            states.append([table, *state.values()])

    def compare():
        different = differences(lake, duckdb_project)
        assert not different, f"{told}: {different}"

    assert not is_in_file(lake.dbt("parse").result)
    refused = lake.dbt("run", "--threads", "2", variables=variables)
    assert "--threads 1" in str(refused.result or refused.exception)

    with contextlib.ExitStack() as stack:
        batches = random_batches(SEED, lake.event_count, BATCHES, timeout_seconds)
        for number, batch in enumerate(batches):
            print(f"batch {number}; {told}", flush=True)
            for project in [lake, duckdb_project]:
                append(project, batch, knows_infinity=False)
            if number == 0:
                build(*WITHOUT_LAWS)
                stack.enter_context(readers(lake, found))
                continue
            if number == 1:
                killed = killed_build(
                    lake, *kill_point(lake, random.Random(SEED)), *options
                )
                print(f"killed {killed}")
                note_states()
            is_last = number == len(batches) - 1
            if is_last:
                # both find the same rows new; a table of the one waits for the other's
                new = ["--select", "int_changed_loads", "int_events_new"]
                assert lake.dbt("run", *new, variables=variables).success
                kept = ["run", "--select", "config.materialized:incremental", *options]
                for one in [start_build(lake, *kept) for _ in range(2)]:
                    finish(one)
                note_states()
            # some views of the first build are those of tables that are not there yet
            build(*(WITHOUT_LAWS if number == 1 else TABLES_ALONE))
            if number == 1 or is_last:
                duckdb_project.rebuild(*WITHOUT_LAWS, variables=variables)
                compare()

    reads = [state for state in found if state[0] != "refused"]
    print(f"{len(reads)} reads, {len(found) - len(reads)} refused")
    assert reads == found, [state for state in found if state not in reads][:3]
    assert not [state for state in reads if state not in states]
    assert len({tuple(state) for state in reads}) > len(READ)

    # what is old goes, and what is new can be read and built on
    before = len(lake.files())
    expired = lake.dbt("run-operation", "expire_old_files", "--args", "{days: 0}")
    assert expired.success, expired.exception
    print(f"{before} files, of which {len(lake.files())} stay")
    assert len(lake.files()) < before
    compare()
    build(*TABLES_ALONE)  # of nothing new
    assert states[-len(READ) :] == states[-2 * len(READ) : -len(READ)]
