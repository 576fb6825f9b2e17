"""How tests are spread over processes: each goes to whichever is free, but tests that
share a fixture of their module, or a mark `xdist_group`, stay together. Those marked
`long` begin first, the longest of them before the others.

pytest-xdist's own `--dist loadgroup` tells its scheduler of groups by changing the ids
of tests, which pytest 9.2 no longer lets it do.
"""

import json
import tempfile
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

# Fixtures of a module that are cheap to make once more.
CHEAP = ["make_project"]


class Spreading:
    """The hooks of pytest and pytest-xdist that it takes, as a plugin."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items):
        items.sort(key=minutes_of, reverse=True)

    def pytest_configure_node(self, node):
        node.workerinput["groups_file"] = str(Path(self.folder.name, node.gateway.id))

    def pytest_collection_finish(self, session):
        if hasattr(session.config, "workerinput"):
            groups = {item.nodeid: group_of(item) for item in session.items}
            Path(session.config.workerinput["groups_file"]).write_text(
                json.dumps(groups)
            )

    def pytest_xdist_make_scheduler(self, config, log):
        return GroupScheduling(config, log, Path(self.folder.name))


class GroupScheduling(LoadScopeScheduling):
    """Hands out groups of tests in the order in which they were collected.

    folder: where each process writes what groups it found.
    """

    def __init__(self, config, log, folder):
        config.option.loadscopereorder = False
        super().__init__(config, log)
        self.folder = folder
        self.groups = {}

    def _split_scope(self, nodeid):
        if not self.groups:
            found = next(self.folder.iterdir())
            self.groups = json.loads(found.read_text())
        return self.groups[nodeid]


def minutes_of(item):
    """How long a test takes, as far as its mark says so; 0 without one."""
    mark = item.get_closest_marker("long")
    return (*mark.args, 1)[0] if mark else 0


def group_of(item):
    """The name of what a test has to stay together with; its own if with nothing."""
    marks = [mark.args[0] for mark in item.iter_markers("xdist_group")]
    if marks:
        return marks[0]
    shared = any(
        fixture.scope == "module" and fixture.argname not in CHEAP
        for fixtures in item._fixtureinfo.name2fixturedefs.values()
        for fixture in fixtures
    )
    return str(item.path) if shared else item.nodeid
