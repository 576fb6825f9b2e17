"""The seed of everything random in a run, which conftest.py prints."""

import os
import random
from collections.abc import Collection

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
