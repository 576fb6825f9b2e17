"""Fixtures that all folders of tests share."""

import os

import pytest
from building import SHARED_DATA, Project
from chance import REPRODUCE, SEED
from folders import ByFolder
from loading import Loader
from spreading import Spreading
from stacks import call_with_room


def pytest_addoption(parser):
    parser.addoption(
        "--by-folder", action="store_true", help="a line for each folder, no dots"
    )


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    # for the processes that share the work, and for builds in processes of their own
    os.environ["SESSIONS_TEST_SEED"] = str(SEED)
    config.pluginmanager.register(Spreading())
    if config.getoption("by_folder") and not hasattr(config, "workerinput"):
        terminal = config.pluginmanager.get_plugin("terminalreporter")
        config.pluginmanager.register(ByFolder(terminal))


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    names = pyfuncitem._fixtureinfo.argnames
    arguments = {name: pyfuncitem.funcargs[name] for name in names}
    call_with_room(pyfuncitem.obj, **arguments)
    return True


def pytest_report_header():
    return REPRODUCE


@pytest.fixture(scope="session")
def shared_data():
    """The folder of labelled data beside the project; tests without it skip."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"needs the labelled data in {SHARED_DATA}, which is not there")
    return SHARED_DATA


@pytest.fixture(scope="module")
def make_project(tmp_path_factory, request):
    """Makes copies of the project by name, for tests that need several."""
    groups = has_groups(request)
    return lambda name: Project(tmp_path_factory.mktemp(name) / "copy", groups)


@pytest.fixture(scope="module")
def project(tmp_path_factory, request):
    """One copy of the project for the tests of a module."""
    return Project(tmp_path_factory.mktemp("project") / "copy", has_groups(request))


@pytest.fixture
def fresh_project(tmp_path, request):
    """A copy of the project for one test alone."""
    return Project(tmp_path / "copy", has_groups(request))


def has_groups(request):
    """Whether the copies that a fixture makes build the groups of marts."""
    return not request.node.get_closest_marker("without_groups")


@pytest.fixture
def loader(tmp_path, monkeypatch, capsys):
    """Runs scripts/load_events on a DuckDB file of its own."""
    loader = Loader(tmp_path, capsys)
    monkeypatch.setenv("SESSIONS_DUCKDB_PATH", str(loader.database))
    return loader
