"""The seed of everything random in a run, which conftest.py prints."""

import os
import random
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pytest

SEED = int(
    os.environ.get("SESSIONS_TEST_SEED") or random.SystemRandom().getrandbits(32)
)

REPRODUCE = f"SESSIONS_TEST_SEED={SEED} makes the same events, rules and kills again"


# How many times as many random events as scripts/check has for a change.
MANY = int(os.environ.get("SESSIONS_TEST_MANY") or 1)


def drawn(names: Collection[str]) -> set[str]:
    """A third of some tests that are alike, drawn by the seed: each runs in every third
    scripts/check --all. SESSIONS_TEST_DRAWN=all runs all of them."""
    if os.environ.get("SESSIONS_TEST_DRAWN") == "all":
        return set(names)
    return set(random.Random(SEED).sample(sorted(names), (len(names) + 2) // 3))


def slow_but(
    soon: Collection[str], cases: Collection[str] | Mapping[str, Sequence[Any]]
) -> list[Any]:
    """Parameters of tests that are alike: each check runs some, --all the others too.

    soon: the names of some.
    cases: names, which are the parameters themselves, or by name what they are.
    """
    unknown = set(soon) - set(cases)
    if unknown:
        raise ValueError(f"no such case: {', '.join(sorted(unknown))}")
    return [
        pytest.param(
            *(cases[name] if isinstance(cases, Mapping) else [name]),
            id=name,
            marks=[] if name in soon else pytest.mark.slow,
        )
        for name in cases
    ]
