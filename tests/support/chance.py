"""The seed of everything random in a run, which conftest.py prints."""

import os
import random

SEED = int(
    os.environ.get("SESSIONS_TEST_SEED") or random.SystemRandom().getrandbits(32)
)

REPRODUCE = f"SESSIONS_TEST_SEED={SEED} makes the same events, rules and kills again"
