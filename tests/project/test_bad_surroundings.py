"""What a build says when it cannot do its work, and that it leaves no work half done.

test_bad_engines.py has the same of the other engines.
"""

import ctypes
import os
import random
import resource
import shutil
import subprocess
import sys
from datetime import datetime, timedelta

import duckdb
import pytest
from building import ROOT, WITHOUT_LAWS, Project
from full_refresh import BATCHES
from test_interrupted_builds import BUILD, DBT

DOCUMENTED = (ROOT / "docs" / "engines.md").read_text()

# The right of root to pass over the permission bits of files, and how Linux drops it.
CAP_DAC_OVERRIDE, PR_CAPBSET_DROP = 1, 24

needs_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux lets root be refused a file"
)


@pytest.fixture(scope="module")
def built_shop(tmp_path_factory):
    """A shop that was built once, and which many events have reached since."""
    shop = Shop(tmp_path_factory.mktemp("shop") / "copy")
    shop.append(events(day=1, count=100))
    shop.dbt("parse")  # builds in processes of their own find it parsed
    shop.build(*WITHOUT_LAWS)
    shop.append(events(day=2, count=2_000))
    return shop


@pytest.fixture
def shop(built_shop):
    """The shop, and as it was when the test ends."""
    kept = built_shop.database.read_bytes()
    yield built_shop
    shutil.rmtree(built_shop.database.parent)
    built_shop.database.parent.mkdir()
    built_shop.database.write_bytes(kept)


@pytest.mark.slow
def test_a_database_that_another_process_holds_is_left_alone(shop):
    before = shop.database.read_bytes()
    with duckdb.connect(shop.database):
        said = failed_build(shop)

    assert last_words(said, "Could not set lock on file")
    assert shop.database.read_bytes() == before


@pytest.mark.slow
@needs_linux
def test_a_file_that_may_not_be_written_is_named(shop):
    before = shop.database.read_bytes()
    shop.database.chmod(0o444)
    said = failed_build(shop, bind_permissions)

    assert last_words(said, "IO Error: Cannot open file")
    assert last_words(said, "Permission denied")
    assert shop.database.read_bytes() == before


@needs_linux
def test_a_folder_that_may_not_be_written_leaves_all_as_it_was(shop):
    before = shop.database.read_bytes()
    shop.database.parent.chmod(0o555)
    said = failed_build(shop, bind_permissions)
    shop.database.parent.chmod(0o755)

    assert clear_words(said, "Failed to commit: Cannot open file")
    assert clear_words(said, "Permission denied")
    assert shop.database.read_bytes() == before
    assert os.listdir(shop.database.parent) == [shop.database.name]


def test_a_folder_that_is_not_there_is_named(shop):
    folder = shop.database.parent
    elsewhere = folder.rename(shop.folder / "elsewhere")
    said = failed_build(shop)

    assert not folder.exists()
    elsewhere.rename(folder)
    assert last_words(said, "IO Error: Cannot open file")
    assert last_words(said, "No such file or directory")


@pytest.mark.slow
def test_a_build_after_a_full_disk_equals_a_full_refresh(shop):
    before = shop.tables()
    said = failed_build(shop, limit_files)
    stopped = shop.tables()
    shop.build(*WITHOUT_LAWS)
    after = shop.tables()

    assert clear_words(said, "Could not write file")
    assert clear_words(said, "File too large")
    assert stopped["int_events_enriched"] == after["int_events_enriched"]
    assert stopped["fct_events"] == before["fct_events"] != after["fct_events"]
    for table, rows in stopped.items():
        assert rows in (before[table], after[table]), table
    shop.rebuild(*WITHOUT_LAWS)
    assert shop.tables() == after


# --------------------------------------------------------------------------- in between


class Shop(Project):
    """A copy of the project with its database in a folder of its own."""

    def __init__(self, folder):
        super().__init__(folder, has_groups=False)
        self.database = folder / "data" / "sessions.duckdb"
        self.database.parent.mkdir()

    def tables(self):
        """What each table holds but for the numbers of builds, as its number of rows
        and their sum, and the current entry of each. The log of builds and what the
        last one read are left out."""
        names = self.query(
            "select table_name as name from duckdb_tables() "
            "where schema_name = 'main' "
            "and table_name not in "
            "('agg_build_log', 'int_builds', 'int_events_new', 'int_watermarks')"
        )
        held = {
            row["name"]: self.query(
                "select count(*), sum(hash(row)) from (select columns(name -> name not "
                f"in {tuple(sorted(BATCHES))}) from main.{row['name']}) as row"
            )
            for row in names
        }
        builds = self.query(
            f"select columns(name -> name not in {tuple(sorted(BATCHES))}) "
            "from (from int_builds qualify row_number() over ("
            "partition by relation_name order by entry_number desc) = 1) "
            "where batch_number is not null"
        )
        return held | {f"entry of {row['model_name']}": row for row in builds}


def events(day, count):
    """Page views of forty visitors, each of a page with a long name."""
    chance = random.Random(day)
    midnight = datetime(2026, 3, 1) + timedelta(days=day)
    return [
        {
            "event_id": f"{day}-{number}",
            "visitor_id": f"visitor {number % 40}",
            "event_name": "page_view",
            "event_at": midnight + timedelta(seconds=40 * number),
            "loaded_at": midnight + timedelta(days=1),
            "page_url": "https://shop.example/" + chance.randbytes(2_000).hex(),
        }
        for number in range(count)
    ]


def bind_permissions():
    """For a process that is about to start: permission bits bind it, root or not."""
    if os.geteuid() == 0:
        LIBC.prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)


# Loaded before a process is split off, where loading is not safe.
LIBC = ctypes.CDLL(None)


def limit_files():
    """For a process that is about to start: none of its files grows past a size, as if
    the disk were full. dbt's own stay below, and what the first table adds does too."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (36_000_000, 36_000_000))


def failed_build(project, prepare=None, environment=None, arguments=WITHOUT_LAWS):
    """What `dbt build` says, which has to fail.

    prepare: called in its process before it starts.
    environment: variables beside those of the project.
    """
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("DBT_")}
    build = subprocess.run(
        [DBT, "--no-use-colors", *BUILD, *arguments, "--target", project.target],
        cwd=project.folder,
        env=inherited | project.environment() | (environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=prepare,
    )
    assert build.returncode in (1, 2), build.stdout
    return build.stdout


def clear_words(said, words):
    """Whether they are said without lines of Python, and documented."""
    assert "Traceback" not in said, said
    return words in said and words in DOCUMENTED


def last_words(said, words):
    """Whether the last line has the words, and they are documented. Above it are lines
    of Python: dbt opens an engine before anything of this project runs."""
    return words in said.strip().splitlines()[-1] and words in DOCUMENTED
