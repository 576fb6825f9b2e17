"""A line for each folder of tests when its last test has ended, in place of dots."""

from collections import Counter, defaultdict
from pathlib import Path

from chance import REPRODUCE


def folder_of(nodeid):
    return Path(nodeid.partition("::")[0]).parent.name


class ByFolder:
    """What `pytest --by-folder` shows while tests run, as a plugin.

    Seconds are those of the tests, of which several may run at once.
    """

    def __init__(self, terminal):
        self.terminal = terminal
        self.missing = Counter()
        self.counts = defaultdict(Counter)
        self.seconds = Counter()

    def pytest_sessionstart(self):
        self.terminal.write_line(REPRODUCE)

    def pytest_collection_finish(self, session):
        self.expect(item.nodeid for item in session.items)

    def pytest_xdist_node_collection_finished(self, node, ids):
        self.expect(ids)

    def expect(self, nodeids):
        if not self.missing:
            self.missing.update(map(folder_of, nodeids))

    def pytest_runtest_logreport(self, report):
        folder = folder_of(report.nodeid)
        self.seconds[folder] += report.duration
        if report.when == "call" or not report.passed:
            self.counts[folder][report.outcome] += 1
        if report.when == "teardown":
            self.missing[folder] -= 1
            if not self.missing[folder]:
                self.terminal.write_line(self.line(folder))

    def line(self, folder):
        said = ", ".join(f"{n} {outcome}" for outcome, n in self.counts[folder].items())
        return f"{folder:10}{self.seconds[folder]:7.0f} s  {said}"

    def pytest_report_teststatus(self, report):
        # passed tests are counted, and no dot is shown
        if report.passed:
            return ("passed" if report.when == "call" else ""), "", ""
        return None
