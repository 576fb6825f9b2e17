"""A build may be killed at any time, and two may meet: the next one makes all good.

`SESSIONS_TEST_KILLS=40 pytest -s tests/arrivals/test_interrupted_builds.py` kills that
often and says within which models.
"""

import os
import random
import re
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from building import LAWS_ALONE, ROOT, WITHOUT_LAWS, Project, messages
from chance import MANY, REPRODUCE, SEED
from full_refresh import assert_refreshed, differences, refresh_fully

KILLS = int(os.environ.get("SESSIONS_TEST_KILLS") or 2)

# Builds that are killed one after the other before one is let finish.
KILLS_IN_A_ROW = 2

EVENT_COUNT = 15_000 * MANY

DBT = Path(sys.executable).with_name("dbt")

BUILD = ["build", "--exclude-resource-type", "unit_test"]


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.random
def test_a_build_after_kills_equals_a_full_refresh(shop):
    chance = random.Random(SEED)
    kills = []
    while len(kills) < KILLS:
        for _ in range(min(KILLS_IN_A_ROW, KILLS - len(kills))):
            if chance.random() < 0.7:
                shop.load_more()
            kills.append(killed_build(shop, *shop.kill_point(chance)))
            print(f"kill {len(kills)} of {KILLS} came {kills[-1]}", flush=True)
        shop.build(*LAWS_ALONE)
        assert_refreshed(shop, told=f"killed {kills}; {REPRODUCE}")

    assert sum(kill.startswith("within") for kill in kills) >= KILLS / 2, kills
    assert shop.has_all_that_was_loaded()


@pytest.mark.slow
def test_of_two_builds_at_once_the_second_waits_or_names_the_lock(shop, rebuilt):
    shop.load_more()
    first = start_build(shop)
    read_until(first, " START sql ")
    second = start_build(shop)
    said = second.communicate()[0]
    finish(first)

    assert second.returncode == 0 or "Could not set lock on file" in said
    refresh_fully(shop, rebuilt)
    different = differences(shop, rebuilt)
    assert not different, f"{different}\n{REPRODUCE}"


class Shop(Project):
    """A copy of the project that half of a shop's events have reached; the others come
    in order of `loaded_at`. A quarter of the visitors' events arrive at any time."""

    has_threads = True

    def __init__(self, folder):
        super().__init__(folder)
        self.arrivals = folder / "arrivals.parquet"
        self.write_arrivals()
        self.loaded = 0
        self.load_more(EVENT_COUNT // 2)
        self.dbt("parse")  # builds in processes of their own find it parsed
        self.build(*WITHOUT_LAWS)
        self.load_more()
        outcome = self.dbt("build", "--exclude-resource-type", "seed", *WITHOUT_LAWS)
        assert outcome.success, messages(outcome)
        # by model that keeps a table, in seconds
        self.durations = {
            result.node.name: result.execution_time
            for result in outcome.result
            if result.node.resource_type == "model"
            and result.node.config.materialized != "view"
        }

    def write_arrivals(self):
        events = self.folder / "events.parquet"
        generate = ROOT / "scripts" / "maintenance" / "generate_events"
        subprocess.run(
            [generate, "--events", str(EVENT_COUNT)]
            + ["--seed", str(SEED % 1000), "--output", events],
            check=True,
            capture_output=True,
        )
        duckdb.execute(
            f"""
            copy (
                with period as (
                    select min(loaded_at) as first, max(loaded_at) as last
                    from '{events}'
                ),
                arrivals as (
                    select events.* replace (
                        case
                            when hash(visitor_id) % 4 > 0 then loaded_at
                            else greatest(
                                loaded_at,
                                first + (last - first) * (hash(event_id) % 1000 / 1000)
                            )
                        end as loaded_at
                    )
                    from '{events}' as events, period
                )
                select
                    *,
                    row_number() over (order by loaded_at, event_id) as arrival_number
                from arrivals
            ) to '{self.arrivals}'
            """
        )

    def load_more(self, count=EVENT_COUNT // 2 // (KILLS + 3)):
        """Let that many events arrive, with an item of each that has a product."""
        first, last = self.loaded + 1, self.loaded + count
        arriving = f"where arrival_number between {first} and {last}"
        with duckdb.connect(self.database) as connection:
            connection.execute("create schema if not exists raw")
            connection.execute(
                "create table if not exists raw.events as "
                f"select * exclude (arrival_number) from '{self.arrivals}' limit 0"
            )
            connection.execute(
                "insert into raw.events "
                f"select * exclude (arrival_number) from '{self.arrivals}' {arriving}"
            )
        self.append_items([])
        self.execute(
            "insert into raw.event_items "
            "(site_id, event_id, item_number, product_id, quantity, price, loaded_at) "
            "select site_id, event_id, 1, product_id, quantity, revenue, loaded_at "
            f"from '{self.arrivals}' {arriving} and product_id is not null"
        )
        self.loaded = last

    def kill_point(self, chance):
        """A model, the more often the longer it takes, and seconds within or after."""
        models = sorted(self.durations)
        (model,) = chance.choices(models, [self.durations[name] for name in models])
        return model, chance.uniform(0, 1.2) * self.durations[model]

    def has_all_that_was_loaded(self):
        return not self.query(
            f"select * exclude (arrival_number) from '{self.arrivals}' "
            f"where arrival_number <= {self.loaded} except all from raw.events"
        )


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return Shop(tmp_path_factory.mktemp("shop") / "copy")


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    """The copy that is built from nothing each time."""
    return Project(tmp_path_factory.mktemp("rebuilt") / "copy")


def start_build(project, *arguments):
    """`dbt build`, or another command, as a process of its own; its words on stdout."""
    project.leave()
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("DBT_")}
    return subprocess.Popen(
        [DBT, "--no-use-colors", *(arguments or BUILD), "--target", project.target],
        cwd=project.folder,
        env=inherited | project.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(build):
    """What a build says, which has to pass."""
    said = build.communicate()[0]
    assert build.returncode == 0, said
    return said


def read_until(build, pattern):
    """What a build says up to the first line that has the pattern."""
    said = ""
    for line in build.stdout:
        said += line
        if re.search(pattern, line):
            break
    return said


def killed_build(project, model, seconds, *arguments):
    """Kill a build that many seconds after a table began to be made, or when the build
    has ended; within which tables that was, in words."""
    kept = r"sql (?:table|incremental) model \w+"
    build = start_build(project, *BUILD, *WITHOUT_LAWS, *arguments)
    said = read_until(build, rf" START {kept}\.{model} ")
    time.sleep(seconds)
    build.kill()
    said += build.communicate()[0]
    assert build.returncode in (-9, 0), said

    started = set(re.findall(rf" START {kept}\.(\w+) ", said))
    done = set(re.findall(rf" OK created {kept}\.(\w+) ", said))
    within = " and ".join(sorted(started - done))
    return f"within {within}" if within else f"after {model}"
