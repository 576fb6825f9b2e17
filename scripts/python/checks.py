"""Run the steps of scripts/check: a line for each with its seconds, and a summary.

What a step says is shown when it fails. All of it happens in a temporary folder.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from project import ROOT

CORE, ENGINES, DUCKLAKE, REPORT = (
    ROOT / name for name in (".venv", ".venv-engines", ".venv-ducklake", ".venv-report")
)

# Minutes on two cores, with the environments installed.
MINUTES = {"core": 10, "engines": 15, "report": 2, "all": 80}


@dataclass
class Step:
    """A line of the summary.

    name, what: what it is called, and what it does in words.
    commands: run one after the other; the first that fails ends the step.
    shows: whether what it says is shown as it comes.
    """

    name: str
    what: str
    commands: list[Sequence[str | Path]]
    environment: dict[str, str] = field(default_factory=dict)
    shows: bool = False
    seconds: float = 0
    code: int = 0
    said: str = ""

    def run(self) -> "Step":
        started = time.monotonic()
        for command in self.commands:
            ran = subprocess.run(
                [str(part) for part in command],
                cwd=ROOT,
                env=os.environ | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=None if self.shows else subprocess.PIPE,
                stderr=None if self.shows else subprocess.STDOUT,
                text=True,
            )
            self.said += ran.stdout or ""
            self.code = ran.returncode
            if self.code:
                break
        self.seconds = time.monotonic() - started
        return self

    def line(self) -> str:
        end = f"failed with exit code {self.code}" if self.code else ""
        return f"{self.name:10}{self.seconds:7.0f} s  {self.what}  {end}".rstrip()


def lint() -> Step:
    python = CORE / "bin" / "python"
    typed = ["scripts/python", "scripts/maintenance/python"]
    sql = ["models", "tests/laws", "analyses"]
    sqlfluff = "scripts/python/lint_sql.py"
    return Step(
        "lint",
        "ruff, mypy, yamllint, sqlfluff",
        [
            [python, "-m", "ruff", "check", "scripts", "tests"],
            [python, "-m", "ruff", "format", "--check", "scripts", "tests"],
            [python, "-m", "mypy", "--cache-dir", os.devnull, *typed],
            [python, "-m", "yamllint", "--strict", "."],
            [python, sqlfluff, "lint", "--disable-progress-bar", *sql],
        ],
        {"SESSIONS_DUCKDB_PATH": ":memory:"},
    )


def build(folder: Path) -> Step:
    dbt = CORE / "bin" / "dbt"
    generate = "scripts/maintenance/generate_events"
    events = folder / "events.parquet"
    return Step(
        "build",
        "50,000 sample events, with all unit and data tests, and their documentation",
        [
            [generate, "--events", "50000", "--output", events],
            ["scripts/load_events", events],
            [dbt, "--quiet", "build", "--vars", "{test_scope: all}"],
            [dbt, "--quiet", "docs", "generate"],
        ],
        {"SESSIONS_DUCKDB_PATH": str(folder / "check.duckdb")},
    )


def tests(
    name: str, what: str, environment: Path, places: list[str], *options: str
) -> Step:
    """A step that runs pytest, which shows a line for each folder of tests."""
    python = str(environment / "bin" / "python")
    command = [python, "-m", "pytest", "-q", "-rs", "--by-folder", *options, *places]
    return Step(name, what, [command], shows=True)


FOLDERS = ["stories", "reference", "arrivals", "project", "scripts"]


def steps_of(asked: str, folder: Path) -> list[list[Step]]:
    """Lists of steps; those of one list run side by side."""
    steps = []
    fast = [] if asked == "all" else ["-m", "not slow"]
    if asked in ("core", "all"):
        places = [f"tests/{name}" for name in FOLDERS]
        if asked == "all":
            # the engines' environment has dbt 2 and runs them
            places.append("--ignore=tests/project/test_next_dbt.py")
        on_duckdb = tests("tests", "on DuckDB", CORE, places, "-n", "2", *fast)
        if asked == "all":
            on_duckdb.environment = {
                "SESSIONS_TEST_KILLS": "4",
                "SESSIONS_TEST_RULE_SETS": "3",
            }
        steps.append([lint(), build(folder), on_duckdb])
    if asked in ("report", "all"):
        places = ["tests/scripts/test_report.py"]
        steps.append([chromium()])
        steps.append([tests("report", "the page, in Chromium", REPORT, places)])
    if asked in ("engines", "all"):
        what = "PostgreSQL and Spark for real, six others in their dialects, dbt 2"
        places = ["tests/engines", "tests/project/test_next_dbt.py"]
        engines = tests("engines", what, ENGINES, places, "-n", "2", *fast)
        places = ["tests/engines/test_on_ducklake.py"]
        ducklake = tests("ducklake", "DuckLake for real", DUCKLAKE, places)
        ducklake.shows = False  # its lines would stand between those of the engines
        steps.append([engines, ducklake])
    return steps


def chromium() -> Step:
    """Debian's, where there is none; where this may not install it, tests say so."""
    command: list[str | Path] = ["true"]
    if not shutil.which("chromium") and shutil.which("apt-get") and os.geteuid() == 0:
        install = "apt-get -q install -y --no-install-recommends chromium"
        command = ["sh", "-c", f"apt-get -q update && {install}"]
    return Step("chromium", "the browser, installed where it is not there", [command])


def run_side_by_side(steps: list[Step]) -> list[Step]:
    """Run steps at once and print the line of each; what one that failed said, too."""
    with ThreadPoolExecutor() as pool:
        for ended in as_completed([pool.submit(step.run) for step in steps]):
            step = ended.result()
            if step.code:
                print(step.said)
            print(step.line(), flush=True)
    return steps


def run_steps(asked: str) -> int:
    """Run what is asked for; return the exit code."""
    print(f"check: takes about {MINUTES[asked]} minutes on two cores", flush=True)
    started = time.monotonic()
    done = []
    with temporary_folder() as folder:
        for side_by_side in steps_of(asked, folder):
            done += run_side_by_side(side_by_side)
    print()
    for step in done:
        print(step.line())
    failed = [step.name for step in done if step.code]
    verdict = f"{', '.join(failed)} failed" if failed else "all of it passed"
    print(f"check: {verdict}, after {time.monotonic() - started:.0f} s")
    return 1 if failed else 0


def soak(minutes: int) -> int:
    """Run what is random with one seed after another; return the exit code."""
    ends = time.monotonic() + 60 * minutes
    rounds = 0
    with temporary_folder():
        while time.monotonic() < ends:
            rounds += 1
            print(
                f"check: round {rounds}, {(ends - time.monotonic()) / 60:.0f} "
                "minutes to go",
                flush=True,
            )
            places = [f"tests/{name}" for name in FOLDERS]
            step = tests("soak", "", CORE, places, "-n", "2", "-m", "random")
            step.environment = {"SESSIONS_TEST_MANY": "2"}
            step.run()
            if step.code:
                return 1
    print(f"check: {rounds} rounds passed")
    return 0


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder in which dbt finds a profile and leaves its files, until the end."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(ROOT / "profiles.yml.example", folder / "profiles.yml")
        os.environ |= {
            "DBT_PROFILES_DIR": name,
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": name,
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        yield folder


def main(arguments: list[str]) -> int:
    """Run what the command line of scripts/check asks for; return the exit code."""
    if arguments[:1] == ["--soak"]:
        if len(arguments) != 2 or not arguments[1].isdecimal() or arguments[1] == "0":
            print(
                "check: --soak takes a number of minutes, such as 30", file=sys.stderr
            )
            return 2
        return soak(int(arguments[1]))
    return run_steps(arguments[0].removeprefix("--") if arguments else "core")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
