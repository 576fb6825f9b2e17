"""Draw one HTML page of the marts: days, channels, quality of traffic, funnel, cohorts.

Reads the DuckDB file as the last build left it and changes nothing. The numbers are
those of analyses/report_*.sql. The page needs no network: styles, scripts and data are
all inside. It covers the last 13 weeks, or what --from says.
"""

import argparse
import json
import signal
import sys
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import vl_convert
from command_line import Parser, calendar_day
from compiled_models import compiled_sql, manifest_of
from markupsafe import Markup
from project import ROOT, RefusedError
from report_charts import Rows, in_words
from report_contents import contents
from tqdm import tqdm
from warehouse import database_path

PAGE = Path(__file__).with_name("report_page")
PERIOD, RULES = "report_period", "report_rules"
DEFAULT_WEEKS = 13


# ---------- what the marts say


class Marts:
    """The analyses of the report, compiled by dbt and run on the DuckDB file.

    Args:
        bar: a tqdm bar that moves on with each of them.

    Raises:
        RefusedError: dbt cannot read the project.
    """

    def __init__(self, bar: tqdm) -> None:
        self.bar = bar
        bar.set_description("reading the project")
        self.manifest = manifest_of()
        if self.manifest.metadata.adapter_type != "duckdb":
            raise RefusedError(
                "profiles.yml has another target, and the report reads DuckDB alone; "
                "type: DBT_TARGET=duckdb scripts/report"
            )
        self.names = sorted(
            name
            for key in self.manifest.nodes
            if (name := key.rpartition(".")[2]).startswith("report_")
            and key.startswith("analysis.")
        )

    def read(self, first_day: date | None = None) -> dict[str, Rows]:
        """Return the rows of each analysis by its name without `report_`.

        Args:
            first_day: the date the report begins on; None for DEFAULT_WEEKS.

        Raises:
            RefusedError: dbt failed, or a mart is missing.
        """
        self.bar.total = len(self.names)
        self.bar.set_description("reading the marts")
        rows = self.rows([PERIOD], date(1970, 1, 1))
        if not first_day and rows["period"]:
            last_day = max(site["last_date"] for site in rows["period"])
            monday = last_day - timedelta(days=last_day.weekday())
            first_day = monday - timedelta(weeks=DEFAULT_WEEKS - 1)
        others = [name for name in self.names if name != PERIOD]
        return rows | self.rows(others, first_day or date(1970, 1, 1))

    def rows(self, names: Iterable[str], first_day: date) -> dict[str, Rows]:
        compiled = compiled_sql(
            *["--no-introspect", "--no-populate-cache", "--select", *names],
            variables={"report_from": first_day.isoformat()},
            manifest=self.manifest,
        )
        rows = {}
        with duckdb.connect(database(), read_only=True) as connection:
            for name, sql in compiled.items():
                try:
                    rows[name.removeprefix("report_")] = queried(connection, sql)
                except (duckdb.CatalogException, duckdb.BinderException) as error:
                    if name != RULES:  # which only scripts/compare_rules makes
                        raise not_built(error) from error
                self.bar.update()
        return rows


def not_built(error: duckdb.Error) -> RefusedError:
    said = str(error).splitlines()[0].partition(": ")[2].rstrip("!")
    return RefusedError(f"{said}; type: .venv/bin/dbt build")


def queried(connection: duckdb.DuckDBPyConnection, sql: str) -> Rows:
    """Return the rows of a query as dicts by column."""
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def database() -> Path:
    """Return the path of the DuckDB file; dbt would make an empty one.

    Raises:
        RefusedError: it is not there.
    """
    path = database_path()
    if not path.is_file():
        raise RefusedError(
            f"there is no {path} yet; type: .venv/bin/dbt build, "
            "or scripts/try for a sample"
        )
    return path


# ---------- the page


def page(rows: dict[str, Rows], first_day: date | None) -> str:
    """Return the page as HTML, from the rows of each analysis."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(PAGE),
        autoescape=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {"shown": shown, "sortable": sortable, "as_json": as_json}
    is_empty = not rows["days"]
    values: dict[str, Any] = {"title": "Sessions", "charts": {}, "first_day": first_day}
    if not is_empty:
        values |= contents(rows)
        values["title"] = (
            f"{', '.join(values['sites'])}: {shown(values['first_date'], 'date')} "
            f"to {shown(values['last_date'], 'date')}"
        )
    return environment.get_template("page.html").render(
        values,
        is_empty=is_empty,
        library=Markup(vl_convert.javascript_bundle()),
        **{
            name: Markup((PAGE / file).read_text())
            for name, file in [
                ("style", "page.css"),
                ("script", "page.js"),
                ("licences", "licences.txt"),
            ]
        },
    )


def shown(value: Any, kind: str) -> str:
    """Return a value as the page shows it; its kind is a class of the style sheet."""
    if value is None:
        return "–"
    match kind:
        case "whole":
            return f"{value:,.0f}"
        case "share":
            return "<0.1%" if 0 < value < 0.0005 else f"{value:.1%}"
        case "signed":
            return f"{value:+.1%}"
        case "money":
            return f"{value:,.2f}"
        case "times":
            return f"{value:,.1f}×"
        case "day":
            return in_words(value)
        case "date":
            return f"{value.day} {value:%B %Y}"
    return str(value)


def sortable(value: object) -> str:
    return "" if value is None else str(value)


def as_json(value: object) -> Markup:
    """Return JSON that no text inside can end early."""
    text = json.dumps(value, default=plain, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))


def plain(value: Decimal | date) -> float | str:
    return float(value) if isinstance(value, Decimal) else value.isoformat()


# ---------- the command


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = Parser(prog="report", description=__doc__)
    parser.add_argument(
        "--output",
        type=Path,
        default=ROOT / "report.html",
        metavar="FILE",
        help="where the page is written (report.html)",
    )
    parser.add_argument(
        "--from",
        dest="first_day",
        type=calendar_day,
        metavar="DATE",
        help=f"first day of the report (its last {DEFAULT_WEEKS} weeks)",
    )
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Write the page that the command line asks for; return the exit code."""
    asked = parsed(arguments)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        database()
        with tqdm(total=1, unit=" queries", leave=False, disable=None) as bar:
            rows = Marts(bar).read(asked.first_day)
            bar.set_description("drawing")
            html = page(rows, asked.first_day)
        asked.output.write_text(html, encoding="utf-8")
    except (KeyboardInterrupt, duckdb.InterruptException):
        print("\nreport: stopped; no page was written", file=sys.stderr)
        return 130
    except (RefusedError, duckdb.Error, OSError) as error:
        print(f"report: {error}", file=sys.stderr)
        return 1
    print(f"{asked.output}: open it in a browser")
    return 0


if __name__ == "__main__":
    sys.exit(main())
