"""The walk-throughs of docs, typed as they stand there."""

import os
import re
import shutil
import subprocess

import duckdb
import pytest
from building import ROOT

# Documents, and how many tables each shows.
DOCUMENTS = {"own-data.md": 5, "items.md": 4, "books.md": 3}
BLOCK = re.compile(r"```(\w+)\n(.*?)```(?:\n\n((?:\|[^\n]*\n)+))?", re.DOTALL)
UNSET = "  own_columns: []\n", "  goals: {}\n"

# A clone has these, and what scripts/setup makes.
LEFT_OUT = shutil.ignore_patterns(
    ".*", "profiles.yml", "target", "logs", "sample", "*.duckdb*", "tests"
)


@pytest.mark.slow
@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_walk_through_leads_where_it_says(tmp_path, document):
    clone = tmp_path / "shop"
    shutil.copytree(ROOT, clone, ignore=LEFT_OUT)
    shutil.copytree(ROOT / "tests" / "laws", clone / "tests" / "laws")
    (clone / ".venv").symlink_to(ROOT / ".venv")
    environment = {k: v for k, v in os.environ.items() if "SESSIONS" not in k}
    shown = 0
    for kind, text, table in BLOCK.findall((ROOT / "docs" / document).read_text()):
        if kind == "json":
            (clone / "shop.jsonl").write_text(text)
        elif kind == "yaml":
            set_variables(clone / "dbt_project.yml", text)
        elif kind == "sh":
            for command in text.splitlines():
                subprocess.run(command.split(), cwd=clone, env=environment, check=True)
        else:
            with duckdb.connect(clone / "sessions.duckdb") as connection:
                result = connection.execute(text)
                if table:
                    assert in_markdown(result) == table
                    shown += 1
    assert shown == DOCUMENTS[document]


def set_variables(project, text):
    """Put the variables of a text where the project has none of theirs."""
    written = project.read_text()
    for line in UNSET:
        assert written.count(line) == 1
        written = written.replace(line, "")
    project.write_text(written.replace("\nvars:\n", f"\nvars:\n{text}", 1))


def in_markdown(result):
    """The rows of a query as the table that the document shows."""
    names = [column[0] for column in result.description]
    rows = [names, *result.fetchall()]
    lines = ["| " + " | ".join(map(in_words, row)) + " |\n" for row in rows]
    return "".join([lines[0], "|" + "---|" * len(names) + "\n", *lines[1:]])


def in_words(value):
    return f"{value:.0f}" if isinstance(value, float) else str(value)
