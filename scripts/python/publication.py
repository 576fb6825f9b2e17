"""How old a published copy of the marts is: what its one row of publication says."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
from project import RefusedError
from warehouse import first_line, literal

TABLE = "publication"
DESCRIPTION = "One row: how old this copy of the marts is. Times are UTC."
COLUMNS = {
    "published_at": "When the marts were copied.",
    "newest_event_at": "When the newest event of fct_events happened.",
    "newest_loaded_at": "When the newest event of fct_events was loaded.",
}


@dataclass
class Publication:
    """The row of a copy; without an event it has no times of events."""

    published_at: datetime
    newest_event_at: datetime | None
    newest_loaded_at: datetime | None

    def age(self) -> timedelta | None:
        """Return how long ago its newest event was loaded."""
        if not self.newest_loaded_at:
            return None
        return datetime.now(UTC) - self.newest_loaded_at

    def told(self) -> str:
        """Return what the row says, to follow the name of the copy and "was"."""
        published = f"published {since(self.published_at)}"
        if not self.newest_loaded_at or not self.newest_event_at:
            return f"{published} without an event"
        return (
            f"{published}, its newest event is of "
            f"{self.newest_event_at:%Y-%m-%d %H:%M} UTC and was loaded "
            f"{since(self.newest_loaded_at)}"
        )

    def why_old(self, target: Path, hours: int) -> str | None:
        """Return what to say if it is older than it may be; nothing if it is not."""
        age, most = self.age(), timedelta(hours=hours)
        if age is not None and age <= most:
            return None
        is_left = datetime.now(UTC) - self.published_at > most
        stopped = (
            f"no build has published since; type: scripts/build --publish '{target}'"
            if is_left
            else "builds publish, and loaders bring nothing new"
        )
        return f"was {self.told()}: older than {hours:,} h; {stopped}"


def since(moment: datetime) -> str:
    """Return how long ago a moment was, in words."""
    hours = (datetime.now(UTC) - moment).total_seconds() / 3600
    return f"{hours / 24:,.0f} days ago" if hours >= 72 else f"{hours:,.1f} h ago"


def create(connection: duckdb.DuckDBPyConnection, events: str) -> str:
    """Make the row of a copy from the relation fct_events; return its database."""
    connection.execute(
        f"create or replace temp table {TABLE} as "
        "select cast(now() as timestamp) as published_at, "
        "cast(max(event_at) as timestamp) as newest_event_at, "
        f"cast(max(loaded_at) as timestamp) as newest_loaded_at from {events}"
    )
    return "temp"


def read(target: Path) -> Publication:
    """Return the row of a published file or folder.

    Raises:
        RefusedError: nothing is published there, or by a version without this row.
    """
    if not target.exists():
        raise RefusedError(
            f"nothing is published in {target}; type: scripts/publish '{target}'"
        )
    try:
        if target.is_dir():
            if not (target / f"{TABLE}.parquet").exists():
                raise undated(target)
            with duckdb.connect() as connection:
                file = literal(str(target / f"{TABLE}.parquet"))
                return row_of(connection, file)
        with duckdb.connect(target, read_only=True) as connection:
            return row_of(connection, TABLE)
    except duckdb.CatalogException:
        raise undated(target) from None
    except (duckdb.Error, OSError) as error:
        raise RefusedError(f"{target}: cannot be read ({first_line(error)})") from None


def undated(target: Path) -> RefusedError:
    return RefusedError(
        f"{target} does not say when it was published; type: scripts/publish '{target}'"
    )


def row_of(connection: duckdb.DuckDBPyConnection, relation: str) -> Publication:
    [row] = connection.execute(
        f"select {', '.join(COLUMNS)} from {relation}"
    ).fetchall()
    return Publication(*(time and time.replace(tzinfo=UTC) for time in row))
