"""Copy the marts to where BI tools read them while builds write.

TARGET is a DuckDB file, whose name ends in .duckdb or .db, or a folder of Parquet
files. It has the marts alone, views among them as tables, with their types and
comments. It is written beside its place and then takes it in one step: who has the old
one open goes on reading it, and who opens it next sees the new one as a whole. Its
table publication has one row, with when it was published and what is newest in it.

--check-age HOURS publishes nothing and builds nothing: it reads that row, and says how
old the copy is. Its age is the time since its newest event was loaded.

Exit codes: 0 published, or not older than HOURS; 1 the marts are not as one build left
them, or TARGET cannot be written, or read; 2 the command line is wrong; 3 another
program is writing the DuckDB file; 4 older than HOURS.
"""

import fcntl
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import publication
from command_line import Parser, RawText, progress, whole_number
from compiled_models import manifest_of
from project import LockedError, RefusedError
from warehouse import (
    STORAGE_VERSION,
    database_path,
    first_line,
    identifier,
    is_lock,
    literal,
    value_of,
)

REFUSED, LOCKED, OLD = 1, 3, 4
FILES = (".duckdb", ".db")


@dataclass
class Mart:
    """A table or view to be published.

    database, schema, name: where it is; the database is named by the stem of its file.
    description: its comment, empty for none.
    columns: the comments of its columns by name.
    """

    database: str
    schema: str
    name: str
    description: str
    columns: dict[str, str]

    @property
    def relation(self) -> str:
        parts = (self.database, self.schema, self.name)
        return ".".join(identifier(part) for part in parts)

    def comments(self, table: str) -> str:
        """Return the statements that comment a table of these columns."""
        told = {f"table {table}": self.description}
        for name, text in self.columns.items():
            told[f"column {table}.{identifier(name)}"] = text
        return ";".join(
            f"comment on {what} is {literal(' '.join(text.split()))}"
            for what, text in told.items()
        )

    def metadata(self) -> str:
        """Return the comments as the metadata of a Parquet file, in SQL."""
        columns = {name: " ".join(text.split()) for name, text in self.columns.items()}
        return (
            f"{{description: {literal(' '.join(self.description.split()))}, "
            f"columns: {literal(json.dumps(columns))}}}"
        )


def marts_of(manifest: Any) -> list[Mart]:
    """Return the marts of the project as dbt has parsed it."""
    return [
        table_of(node)
        for key, node in sorted(manifest.nodes.items())
        if key.startswith("model.sessions.") and node.fqn[1] == "marts"
    ]


def table_of(node: Any) -> Mart:
    """Return where the table of a model is, with its comments."""
    return Mart(
        database_path().stem,
        node.schema,
        node.alias,
        node.description,
        {column.name: column.description for column in node.columns.values()},
    )


def is_in_file(manifest: Any) -> bool:
    """Whether builds write the DuckDB file: not another engine, nor another database
    that DuckDB has attached, such as a DuckLake."""
    path = database_path()
    database = manifest.nodes["model.sessions.fct_sessions"].database
    is_of_file = database in (path.stem, path.name.lstrip(".").partition(".")[0])
    return manifest.metadata.adapter_type == "duckdb" and is_of_file


# ---------- what is published


def row_of_copy(connection: duckdb.DuckDBPyConnection, events: str) -> Mart:
    """Return the table that says how old the copy is, a mart of its own."""
    return Mart(
        publication.create(connection, events),
        "main",
        publication.TABLE,
        publication.DESCRIPTION,
        publication.COLUMNS,
    )


@contextmanager
def opened(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Attach the DuckDB file of the project. Nobody writes it meanwhile.

    Raises:
        LockedError: another program is writing it.
        RefusedError: it is not there, or no DuckDB file.
    """
    if not database.exists():
        raise not_built(f"{database} is not there")
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        try:
            connection.execute(f"attach {literal(str(database))} (read_only)")
        except duckdb.Error as error:
            if is_lock(error):
                raise LockedError(
                    f"{database}: another program is writing it; try again when that "
                    f"has ended ({first_line(error)})"
                ) from None
            raise RefusedError(
                f"{database}: cannot be read ({first_line(error)})"
            ) from None
        yield connection


def check_all_built(
    connection: duckdb.DuckDBPyConnection, marts: Sequence[Mart], builds: str
) -> None:
    """Refuse marts of which a build has written some and not the others.

    builds: int_builds, which may be in another schema.

    Raises:
        RefusedError: one is missing, or its batch is older than that of the others.
    """
    try:
        batches = dict(
            connection.execute(
                f"select model_name, batch_number from {builds} "
                "where model_name is not null qualify row_number() over "
                "(partition by relation_name order by entry_number desc) = 1"
            ).fetchall()
        )
        for mart in marts:
            connection.execute(f"select 1 from {mart.relation} limit 0")
    except duckdb.CatalogException as error:
        raise not_built(first_line(error)) from None
    newest = max((batch for batch in batches.values() if batch is not None), default=0)
    late = sorted(name for name, batch in batches.items() if batch != newest)
    if late:
        raise not_built(f"the last build did not come to {', '.join(late)}")


def not_built(why: str) -> RefusedError:
    return RefusedError(f"{why}; type: scripts/build")


# ---------- where it goes


def publish(manifest: Any, target: Path) -> int:
    """Copy the marts into a file or a folder; return how many rows they have.

    Raises:
        LockedError: another program is writing the DuckDB file, or the target.
        RefusedError: the marts are not as one build left them, or the target cannot be
            written.
    """
    target = Path(os.path.abspath(target))
    if not is_in_file(manifest):
        raise RefusedError("only what is built in a DuckDB file can be published")
    marts = marts_of(manifest)
    builds = table_of(manifest.nodes["model.sessions.int_builds"]).relation
    events = table_of(manifest.nodes["model.sessions.fct_events"]).relation
    if not target.parent.is_dir():
        folder = target.parent
        raise RefusedError(f"{target} has no folder; type: mkdir -p '{folder}'")
    if target.exists() and target.samefile(database_path()):
        raise RefusedError(f"{target} is the DuckDB file of the builds; name another")
    into = into_file if target.suffix in FILES else into_folder
    with opened(database_path()) as connection:
        check_all_built(connection, marts, builds)
        marts.append(row_of_copy(connection, events))
        try:
            with workplace(target) as folder:
                return into(connection, marts, target, folder)
        except (duckdb.Error, OSError) as error:
            raise RefusedError(f"{target}: {first_line(error)}") from error


@contextmanager
def workplace(target: Path) -> Iterator[Path]:
    """An empty folder beside the target, which no other program has at the same time.

    Raises:
        LockedError: another one has it.
    """
    folder = target.with_name(f".{target.name}.publishing")
    folder.mkdir(exist_ok=True)
    # the lock ends with the process, however that ends
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LockedError(
                f"{target}: another program publishes there; try again later"
            ) from None
        for left in folder.iterdir():  # by a process that was killed
            left.unlink()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(descriptor)


def into_file(
    connection: duckdb.DuckDBPyConnection,
    marts: Sequence[Mart],
    target: Path,
    folder: Path,
) -> int:
    """Copy the marts into a DuckDB file, by way of a folder; return their rows."""
    if target.is_dir():
        raise RefusedError(f"{target} is a folder; name a file")
    new, rows = folder / target.name, 0
    database = identifier(f"marts of {marts[0].database}")
    attached = f"attach {literal(str(new))} as {database}"
    connection.execute(f"{attached} (storage_version '{STORAGE_VERSION}')")
    for mart in progress(marts, "publishing", "marts"):
        table = f"{database}.main.{identifier(mart.name)}"
        connection.execute(f"create table {table} as from {mart.relation}")
        connection.execute(mart.comments(table))
        rows += value_of(connection.execute(f"select count(*) from {table}"))
    connection.execute(f"detach {database}")
    os.replace(new, target)
    return rows


def into_folder(
    connection: duckdb.DuckDBPyConnection,
    marts: Sequence[Mart],
    target: Path,
    folder: Path,
) -> int:
    """Copy the marts into Parquet files; return their rows.

    The target is a link to a folder of this version. That of the version before stays
    for readers that have found it.
    """
    if target.exists() and not target.is_symlink():
        raise RefusedError(f"{target} is there, and not by this script; name another")
    rows = 0
    for mart in progress(marts, "publishing", "marts"):
        file = literal(str(folder / f"{mart.name}.parquet"))
        options = f"format parquet, compression zstd, kv_metadata {mart.metadata()}"
        copied = f"copy (from {mart.relation}) to {file} ({options})"
        rows += value_of(connection.execute(copied))
    versions = versions_of(target)
    version = target.with_name(f".{target.name}.{max(versions, default=0) + 1}")
    version.mkdir()
    for file_of_mart in folder.iterdir():
        file_of_mart.rename(version / file_of_mart.name)
    link = folder / "link"
    link.symlink_to(version.name)
    os.replace(link, target)
    for number in sorted(versions)[:-1]:
        shutil.rmtree(versions[number], ignore_errors=True)
    return rows


def versions_of(target: Path) -> dict[int, Path]:
    """Return the folders that earlier runs have made for a target, by their numbers."""
    named = re.compile(rf"\.{re.escape(target.name)}\.(\d+)")
    return {
        int(match[1]): folder
        for folder in target.parent.iterdir()
        if (match := named.fullmatch(folder.name))
    }


def check_age(target: Path, hours: int) -> int:
    """Say how old a published copy is; return the exit code."""
    copy = publication.read(target)
    why = copy.why_old(target, hours)
    if why:
        print(f"publish: {target} {why}", file=sys.stderr)
        return OLD
    print(f"publish: {target} was {copy.told()}")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code."""
    parser = Parser("publish", description=__doc__, formatter_class=RawText)
    parser.add_argument("target", metavar="TARGET", type=Path, help="see above")
    parser.add_argument(
        "--check-age",
        metavar="HOURS",
        type=whole_number(1, 1_000_000),
        help="say how old the copy is, and exit with 4 if it is older than this",
    )
    asked = parser.parse_args(arguments)
    try:
        if asked.check_age:
            return check_age(asked.target, asked.check_age)
        rows = publish(manifest_of(), asked.target)
    except RefusedError as error:
        print(f"publish: {error}", file=sys.stderr)
        return LOCKED if isinstance(error, LockedError) else REFUSED
    print(f"publish: {rows:,} rows in {asked.target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
