"""What dbt has parsed of copies of the project, for all that differ in seeds alone.

A build of few events takes less time than to parse the project for it. What dbt parses
depends on the files of the project, on the name of its database and on a few variables;
all others are read when a node is compiled. Seeds are read when they are loaded: of
these, a parsed project remembers the folder and a checksum.
"""

import json

from dbt.artifacts.resources.base import FileHash

# What dbt parses, rows of seeds aside.
PARSED = [
    *["dbt_project.yml", "macros", "models", "analyses", "seeds/_seeds.yml"],
    "tests/laws",
]

# The variables that matter to dbt when it parses, and how those begin that say where
# the tables of a source are.
MATTER = [
    *["event_sources", "source_models", "mart_groups", "own_columns"],
    "attach_booked_orders",
]
PLACES = ("raw_", "ga4_", "segment_", "snowplow_")

# Bytes. Of a larger seed dbt takes the path for a checksum.
LARGEST_SEED = 1024 * 1024

# Manifests by the name of the database and the files of the project, a few.
PARSED_PROJECTS = {}
MOST_PARSED_PROJECTS = 4


def parsed_project(project, variables, parse):
    """The manifest of a copy, to be handed to dbtRunner; None where a seed is so large
    that dbt has to look at it.

    project: a copy of the project.
    variables: those of the command.
    parse: a function that makes dbt parse the copy, and returns the manifest. It takes
        the variables that matter to it.
    """
    matter = {
        name: value
        for name, value in sorted(variables.items())
        if (value or name == "mart_groups")
        and (name in MATTER or name.startswith(PLACES))
    }
    key = (
        project.database.stem,
        frozenset(files(project.folder)),
        json.dumps(matter),
    )
    if key not in PARSED_PROJECTS:
        manifest = parse(matter)
        # the first, of the project as it is, serve most
        if len(PARSED_PROJECTS) == MOST_PARSED_PROJECTS:
            del PARSED_PROJECTS[[*PARSED_PROJECTS][-1]]
        PARSED_PROJECTS[key] = manifest
    manifest = PARSED_PROJECTS[key]
    if manifest is None:
        return None
    for node in manifest.nodes.values():
        if node.resource_type == "seed":
            file = project.folder / node.original_file_path
            if file.stat().st_size > LARGEST_SEED:
                return None
            node.root_path = str(project.folder)
            node.checksum = FileHash.from_path(str(file))
            # what macros see of it as `graph`
            manifest.flat_graph["nodes"][node.unique_id].update(node.to_dict())
    return manifest


def files(folder):
    """Names and contents of the files that dbt parses in a folder."""
    for place in (folder / name for name in PARSED):
        for file in [place] if place.is_file() else place.rglob("*"):
            if file.is_file():
                yield file.relative_to(folder), hash(file.read_bytes())
