"""Every preset has a line in docs/platforms.md, every key of a rule set one in
docs/session-rules.md, and every line there is of a preset or key."""

import pytest
import yaml
from building import ROOT
from reference import DEFAULTS

PRESETS = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"][
    "session_rule_presets"
]


def rows_below(document, line):
    """The cells of the first table below a line of a document, row by row."""
    text = (ROOT / document).read_text().partition(line)[2]
    table = text[text.index("|") :].partition("\n\n")[0].splitlines()
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table[2:]]


ROWS = rows_below("docs/platforms.md", "## The presets")


def test_every_preset_has_a_line_and_every_line_a_preset():
    assert sorted(row[0].strip("`") for row in ROWS) == sorted(PRESETS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip("`"))
def test_a_line_says_platform_rule_level_and_source(row):
    preset, platform, rule, level, source, _ = row

    assert platform and rule and source
    assert level in ("code", "doc", "ours")
    assert rule.startswith("Nothing") == (PRESETS[preset.strip("`")] == {})


def test_every_key_has_a_line_with_its_default():
    rows = rows_below("docs/session-rules.md", "`standard` adds")
    documented = {key.strip("`"): yaml.safe_load(default) for key, default, _ in rows}

    assert documented == DEFAULTS
