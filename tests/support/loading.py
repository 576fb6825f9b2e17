"""Runs of scripts/load_events on a DuckDB file of their own."""

import duckdb
import load_events


class Outcome:
    def __init__(self, code, captured):
        self.code, self.out, self.err = code, captured.out, captured.err


class Loader:
    """Runs load_events on a DuckDB file of its own."""

    def __init__(self, folder, capsys):
        self.folder = folder
        self.database = folder / "events.duckdb"
        self.capsys = capsys

    def run(self, *files):
        self.capsys.readouterr()
        code = load_events.main([str(file) for file in files])
        return Outcome(code, self.capsys.readouterr())

    def query(self, sql):
        with duckdb.connect(self.database) as connection:
            return connection.execute(sql).fetchall()

    def events(self, columns="*"):
        return self.query(f"select {columns} from raw.events order by rowid")

    def rejected(self, columns):
        return self.query(f"select {columns} from raw.events_rejected order by line")

    def write(self, name, text):
        file = self.folder / name
        file.write_bytes(text.encode())
        return file
