"""Where the project is, and how a script says that it cannot go on."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class RefusedError(Exception):
    """What was asked for cannot be done; the text says why and what to do."""


class LockedError(RefusedError):
    """Another program is writing what is asked for: the same may be done later."""
