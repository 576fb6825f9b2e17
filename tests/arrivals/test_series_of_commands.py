"""Whatever commands follow one another, some of which stop: the build that ends a
series makes every table what a full refresh makes."""

import gc
import random

import pytest
from building import STEPS, TABLES, WITHOUT_LAWS, Project, messages
from chance import REPRODUCE, SEED
from full_refresh import differences, refresh_fully
from random_events import SEEDS
from test_odd_runs import Shop, give_goals

pytestmark = [pytest.mark.long, pytest.mark.slow]

COMMANDS_OF_A_SERIES = 7

BUILD = "dbt build --exclude-resource-type unit_test test"

# What may come, and how often among the others.
COMMANDS = {
    "arrive": 5,
    "dbt run --select {model}": 4,
    "dbt run --select {model}+": 2,
    "dbt run --select +{model}": 2,
    "dbt run --exclude {model}": 2,
    "dbt run --exclude {model}+": 2,
    "dbt run --full-refresh --select {model}": 2,
    "dbt run --full-refresh --select {model}+": 1,
    "dbt seed": 1,
    "dbt retry": 2,
    BUILD: 1,
    "rates change": 1,
    "marts go to another schema": 1,
    "marts come back": 1,
    "a clone leaves a view of {model}": 1,
    "{model} is dropped": 2,
    "a copy of {model} is kept": 2,
    "the oldest copy is restored": 2,
    "the file gets another name": 1,
}


@pytest.mark.parametrize(
    "number", [0, 1, 2, pytest.param(None, marks=pytest.mark.random, id="random")]
)
def test_a_build_after_any_series_of_commands_equals_a_full_refresh(
    number, tmp_path, request
):
    if number is None and request.config.option.markexpr != "random":
        pytest.skip("a series of its own for each round of scripts/check --soak")
    chance = random.Random(SEED if number is None else number)
    shop = WanderingShop(tmp_path / "shop" / "copy", chance)
    for command in ["arrive", BUILD, "arrive", *random_commands(chance)]:
        print(command)
        shop.take(command)
    shop.take("marts come back")
    shop.build(*WITHOUT_LAWS)
    shop.remove_what_is_left()

    rebuilt = Project(tmp_path / "rebuilt" / "copy")
    give_goals(rebuilt)
    rebuilt.write_seeds(SEEDS)
    rebuilt.write_seed("exchange_rates", shop.rates)
    refresh_fully(shop, rebuilt)
    different = differences(shop, rebuilt)
    assert not different, f"{different}\n{REPRODUCE}"


def random_commands(chance):
    """A series, each command with a model of its own."""
    forms = chance.choices(list(COMMANDS), COMMANDS.values(), k=COMMANDS_OF_A_SERIES)
    return [form.format(model=chance.choice([*STEPS, *TABLES])) for form in forms]


class WanderingShop(Shop):
    """A shop whose owner types what comes to mind. Commands may stop."""

    spares_files = ()  # dbt retry reads what a run has left

    def __init__(self, folder, chance):
        super().__init__(folder)
        self.write_seed("exchange_rates", [])
        self.chance = chance
        self.rates = []
        self.copies = []
        self.settings = self.folder / "dbt_project.yml"
        self.as_delivered = self.settings.read_text()

    def take(self, command):
        if command == "arrive":
            if self.arrived < len(self.batches):
                super().take(command)
        elif command == "rates change":
            self.rates = [("EUR", "2020-01-01", f"{self.chance.uniform(0.8, 1.3):.4f}")]
            self.write_seed("exchange_rates", self.rates)
        elif command == "marts go to another schema":
            self.settings.write_text(
                self.as_delivered.replace(
                    "    marts:\n", "    marts:\n      +schema: other\n"
                )
            )
        elif command == "marts come back":
            self.settings.write_text(self.as_delivered)
        elif command == "the file gets another name":
            after = self.folder / f"sessions_{self.chance.randrange(10**6)}.duckdb"
            self.database.rename(after)
            self.database = after
        elif command.startswith("a clone leaves a view of "):
            name = command.split()[-1]
            if self.kind_of(name) == "TABLE":
                self.execute("create schema if not exists cloned")
                self.execute(f"drop table if exists cloned.{name}")
                self.replace_by_a_view(name)
        elif command.endswith(" is dropped"):
            name = command.split()[0]
            if kind := self.kind_of(name):
                self.execute(f"drop {kind} main.{name}")
        elif command.startswith("a copy of "):
            name = command.split()[3]
            if self.kind_of(name) == "TABLE" and name not in self.copies:
                self.execute(
                    "create schema if not exists kept; "
                    f"create table kept.{name} as from main.{name}"
                )
                self.copies.append(name)
        elif command == "the oldest copy is restored":
            if self.copies:
                name = self.copies.pop(0)
                kind = self.kind_of(name) or "table"
                self.execute(
                    f"drop {kind} if exists main.{name}; "
                    f"create table main.{name} as from kept.{name}; "
                    f"drop table kept.{name}"
                )
        else:
            outcome = self.dbt(*command.split()[1:])
            if not outcome.success:
                print(f"stopped: {messages(outcome)}")
            # what the error holds on to keeps the file open
            del outcome
            gc.collect()

    def kind_of(self, name):
        """TABLE or VIEW, of what bears the name in the schema main; None if nothing."""
        rows = self.query(
            "select replace(table_type, 'BASE ', '') as kind "
            "from information_schema.tables "
            f"where table_schema = 'main' and table_name = '{name}'"
        )
        return rows[0]["kind"] if rows else None

    def remove_what_is_left(self):
        """What a full refresh elsewhere does not have."""
        for schema in ["cloned", "kept", "main_other"]:
            self.execute(f"drop schema if exists {schema} cascade")
        self.execute("delete from int_builds where relation_name not like 'main.%'")
