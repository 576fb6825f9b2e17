"""Write a dbt project of your own that has this one as a package.

FOLDER is created, or empty. It gets settings, seeds, a model for your table of events,
a profile for DuckDB, and this project as a package: by its path, or from a git
repository with --git. What is yours stays there, so this clone can be updated any time.

Exit codes: 0 written; 1 FOLDER is in use, or cannot be written; 2 the command line is
wrong.
"""

import json
import os
import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from command_line import Parser, RawText
from project import ROOT, RefusedError

REFUSED = 1
TEMPLATE = Path(__file__).with_name("project_template")

# Files that git would apply to the template, or ignore there.
NAMES = {"gitignore": ".gitignore", "profiles": "profiles.yml"}

# What dbt takes as the name of a project, and what it or DuckDB has in use.
NAME = re.compile(r"[a-z_][a-z0-9_]*")
IN_USE = ["dbt", "main", "sessions", "system", "temp"]


def write_project(
    folder: Path, name: str, package: str, with_metrics: bool = False
) -> None:
    """Write the files of a new project.

    folder: where; nothing may be there yet.
    name: what it is called.
    package: its line in packages.yml.
    with_metrics: whether it gets metrics.

    Raises:
        RefusedError: something is there, or it cannot be written.
    """
    if os.path.lexists(folder) and not folder.is_dir():
        raise RefusedError(f"{folder} is a file; name a folder that is new")
    if folder.is_dir() and any(folder.iterdir()):
        raise RefusedError(f"{folder} is not empty; name a folder that is new")
    try:
        for file in sorted(TEMPLATE.rglob("*")):
            if file.is_dir() or (file.parent.name == "metrics" and not with_metrics):
                continue
            target = folder / file.relative_to(TEMPLATE)
            target = target.with_name(NAMES.get(target.name, target.name))
            target.parent.mkdir(parents=True, exist_ok=True)
            text = file.read_text()
            text = text.replace("PROJECT_NAME", name).replace("PACKAGE", package)
            with open(target, "x") as new:
                new.write(text)
    except OSError as error:
        raise RefusedError(f"{folder}: {error.strerror}") from error


def name_of(folder: Path, given: str | None) -> str:
    """Return the name of a project, by its folder where none is given.

    Raises:
        RefusedError: dbt does not take it.
    """
    name = given or re.sub(r"\W", "_", folder.resolve().name.lower(), flags=re.ASCII)
    if not NAME.fullmatch(name) or name in IN_USE:
        raise RefusedError(
            f"'{name}' cannot be the name of a project; add --name NAME of small "
            f"letters, digits and _, such as my_shop, but none of {', '.join(IN_USE)}"
        )
    return name


def package_of(folder: Path, url: str | None, revision: str | None) -> str:
    """Return the line of packages.yml that names this project.

    folder: the new project.
    url: a git repository; without one, the path of this project.
    revision: a branch, tag or commit of it.
    """
    if url:
        return f"{{git: {json.dumps(url)}, revision: {json.dumps(revision)}}}"
    path = os.path.relpath(ROOT, folder.resolve())
    return f"local: {json.dumps(path, ensure_ascii=False)}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code."""
    parser = Parser("new_project", description=__doc__, formatter_class=RawText)
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="see above")
    parser.add_argument("--name", help="of the project; without it, that of the folder")
    parser.add_argument("--git", metavar="URL", help="the repository of the package")
    parser.add_argument(
        "--revision", default="main", help="a branch, tag or commit (main)"
    )
    parser.add_argument(
        "--metrics", action="store_true", help="add metrics for MetricFlow"
    )
    options = parser.parse_args(arguments)
    folder = options.folder
    try:
        name = name_of(folder, options.name)
        package = package_of(folder, options.git, options.revision)
        write_project(folder, name, package, options.metrics)
    except RefusedError as error:
        print(f"new_project: {error}", file=sys.stderr)
        return REFUSED
    dbt = shlex.quote(str(ROOT / ".venv" / "bin" / "dbt"))
    print(
        f"new_project: {folder} is the dbt project {name}. Next, in that folder:\n"
        "  1. models: write names of yours where capitals are, in "
        "_mine__sources.yml and stg_mine__events.sql\n"
        "  2. dbt_project.yml: your time zone and currency; seeds/sites.csv: your "
        "domains;\n     seeds/own_event_names.csv: your words for page_view, "
        "product_view, add_to_cart and purchase\n"
        f"  3. type: cd {shlex.quote(str(folder))} && {dbt} deps && {dbt} build"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
