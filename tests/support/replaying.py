"""The tables that a copy would have under other rules, or from nothing, unbuilt.

Models are compiled as for a full refresh and run as queries on what is built, as
scripts/compare_rules does: in a second, where a build takes four.
"""

import json

import duckdb
from building import MARTS, rows
from compiled_models import SHARED, Models


class Replay:
    """The models of a copy that is built.

    shared: the model that is read as it is built. Variables that it depends on stay
        as they were.
    results: the models that are looked at.
    stand_ins: queries to be read in place of models that are not run again, by name.
    with_tests: whether all data tests of them have to pass as well.
    variables: those of all runs, where some matter to what dbt parses.
    """

    def __init__(
        self,
        project,
        shared=SHARED,
        results=MARTS,
        stand_ins=None,
        with_tests=False,
        variables=None,
    ):
        self.project = project
        self.stand_ins = stand_ins or {}
        manifest = project.parsed(["compile"], variables or {})
        self.tests = [
            node.name
            for node in manifest.nodes.values()
            if with_tests
            and node.resource_type == "test"
            and node.config.severity.lower() == "error"
            and not node.original_file_path.startswith("seeds")
        ]
        self.models = Models(project.folder, shared, results, self.tests, manifest)
        self.compiled = {}
        self.connection = None

    def under(self, variables=None):
        """Run the models under dbt variables; a data test that does not pass fails."""
        self.close()
        compiled = self.sql_under(variables or {})
        self.connection = duckdb.connect(self.project.database)
        for name, query in self.stand_ins.items():
            self.connection.execute(f"create temp table {name} as {query}")
        self.models.run(self.connection, compiled)
        for test in self.tests:
            offenders = self.query(compiled[test])
            assert not offenders, f"{test}: {len(offenders)}, such as {offenders[0]}"
        return self

    def sql_under(self, variables):
        key = json.dumps(variables, sort_keys=True)
        if key not in self.compiled:
            self.project.enter()
            compiled = self.models.compiled(variables)
            for name in self.stand_ins:
                relation = self.models.manifest.nodes[f"model.sessions.{name}"]
                for model, sql in compiled.items():
                    compiled[model] = sql.replace(relation.relation_name, name)
            self.compiled[key] = compiled
        return self.compiled[key]

    def query(self, sql):
        """The rows of a query on the models as dicts by column."""
        return rows(self.connection.execute(sql))

    def close(self):
        if self.connection:
            self.connection.close()
            self.connection = None
