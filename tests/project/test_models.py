"""What models keep to that no linter asks of them."""

import re

import pytest
from building import ROOT

MODELS = sorted(ROOT.glob("models/**/*.sql"))

# A loader writes what it likes into loaded_at, and new rows are found by it as it is.
UNION = "stg_events"


@pytest.mark.parametrize(
    "model",
    [m for m in MODELS if "staging" not in m.parts and m.stem != UNION],
    ids=lambda path: path.stem,
)
def test_outside_of_staging_a_cast_that_fails_fails(model):
    tolerant = r"\b(try_cast|cast_bigint|amount|timestamp_or_null)\("

    assert not re.findall(tolerant, model.read_text())


@pytest.mark.parametrize("model", MODELS, ids=lambda path: path.stem)
def test_no_sql_stands_in_a_config(model):
    configs = re.findall(r"\{\{\s*config\((.*?)\)\s*\}\}", model.read_text(), re.DOTALL)

    assert not [config for config in configs if re.search(r"\bselect\b", config)]
