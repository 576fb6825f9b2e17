"""Count the same events under the rules of several platforms, side by side.

Reads int_events_enriched as the last build left it and changes no model. dbt compiles
the models from there to fct_sessions once per preset, as for a full refresh, and they
run on temporary tables. Writes the table session_rules_comparison beside fct_sessions,
one row per preset, session_date and channel, and prints a summary. Presets are compared
as they are, without session_rule_overrides.
"""

import signal
import sys
from collections import Counter
from typing import Any

import duckdb
import yaml
from command_line import Parser, progress
from compiled_models import RESULT, Models
from project import ROOT, RefusedError
from warehouse import connect

BASE = "standard"  # what the others are measured by
TABLE = "session_rules_comparison"

COMPARE = """
    select
        '{preset}' as preset,
        session_date,
        channel,
        count(*) as sessions,
        count(distinct (site_id, visitor_id)) as visitors,
        avg(is_bounce::integer) as bounce_share,
        avg(duration_seconds)::double as mean_duration_seconds,
        sum(order_count)::double / count(*) as orders_per_session
    from {sessions}
    group by session_date, channel
"""


def compare(presets: list[str]) -> dict[str, Counter[str]]:
    """Write the table; return for each preset a Counter of sessions by start_reason.

    Raises:
        RefusedError: there are no events to compare, or dbt failed.
    """
    models = Models()
    check_built(models)
    compiled = {
        preset: models.compiled({"session_rules": preset, "session_rule_overrides": {}})
        for preset in progress(presets, "reading the rules", "presets")
    }
    reasons = {}
    with connect() as connection:
        connection.execute("reset memory_limit")
        for number, preset in enumerate(
            progress(presets, "counting sessions", "presets")
        ):
            models.run(connection, compiled[preset])
            rows = COMPARE.format(preset=preset, sessions=RESULT)
            into = "insert into" if number else "create temp table"
            connection.execute(f"{into} compared {'' if number else 'as'} {rows}")
            counts = connection.execute(
                f"select start_reason, count(*) from {RESULT} group by all"
            )
            reasons[preset] = Counter(dict(counts.fetchall()))
        connection.execute(
            f"create or replace table {beside(models.steps[-1])} as "
            "from compared order by all"
        )
    return reasons


def check_built(models: Models) -> None:
    """Stop where the events have not been built.

    Raises:
        RefusedError: the table is not there.
    """
    with connect() as connection:
        found = connection.execute(
            "select 1 from duckdb_tables() where schema_name = ? and table_name = ?",
            [models.shared.schema, models.shared.name],
        )
        if not found.fetchone():
            raise RefusedError("no events are built yet; type: .venv/bin/dbt build")


def beside(node: Any) -> str:
    """Return the name of the table, in the schema of a model."""
    return f'"{node.schema}".{TABLE}'


def print_summary(reasons: dict[str, Counter[str]]) -> None:
    """Print a line per preset, most sessions first, from Counters by start_reason."""
    base = reasons[BASE]
    print(f"\n{'preset':24}{'sessions':>12}{'difference':>12}  most of it")
    for preset, counts in sorted(reasons.items(), key=lambda item: -item[1].total()):
        difference = counts.total() / max(base.total(), 1) - 1
        print(
            f"{preset:24}{counts.total():>12,}{difference:>+12.1%}  "
            f"{explanation(counts, base)}".rstrip()
        )
    print(f"\nBy day and channel: select * from {TABLE}")


def explanation(counts: Counter[str], base: Counter[str]) -> str:
    """Return in words the start reason whose count differs most."""
    differences = {r: counts[r] - base[r] for r in sorted(counts | base)}
    reason = max(differences, key=lambda r: abs(differences[r]), default=None)
    if not reason or not differences[reason]:
        return ""
    return f"{reason} {differences[reason]:+,}"


def parsed(arguments: list[str] | None) -> list[str]:
    """Return the presets that the command line asks for, BASE among them."""
    known = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"][
        "session_rule_presets"
    ]
    parser = Parser(prog="compare_rules", description=__doc__)
    parser.add_argument(
        "presets",
        nargs="*",
        metavar="PRESET",
        help=f"some of {', '.join(sorted(known))} (all)",
    )
    asked = parser.parse_args(arguments).presets
    for preset in asked:
        if preset not in known:
            parser.error(
                f"no preset is called {preset}; choose among {', '.join(known)}"
            )
    return [BASE, *dict.fromkeys(p for p in asked or known if p != BASE)]


def main(arguments: list[str] | None = None) -> int:
    """Compare what the command line asks for; return the exit code."""
    presets = parsed(arguments)
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    try:
        print_summary(compare(presets))
    except (KeyboardInterrupt, duckdb.InterruptException):
        print("\ncompare_rules: stopped; the table is as before", file=sys.stderr)
        return 130
    except (RefusedError, duckdb.Error, OSError) as error:
        print(f"compare_rules: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
