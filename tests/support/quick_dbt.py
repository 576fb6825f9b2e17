"""What dbt does over and over and need not, for the many builds of few events in tests.

Most of the time of such a build is Python of dbt's own, not SQL.
"""

from functools import cache

from dbt.adapters.base.impl import BaseAdapter
from dbt.compilation import Linker
from dbt_common.behavior_flags import BehaviorFlagRendered
from dbt_common.clients import agate_helper
from dbt_common.clients.jinja import CallableMacroGenerator, MacroFuzzEnvironment
from dbt_common.events.base_types import BaseEvent, DebugLevel, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager
from dbt_common.tests import enable_test_caching

compile_template = MacroFuzzEnvironment.compile
find_macro = CallableMacroGenerator.get_macro
matching_relations = BaseAdapter._make_match
type_tester = cache(agate_helper.build_type_tester)

# The code of templates by their text.
TEMPLATES = {}


class WithoutDebugMessages(EventManager):
    """Passes on what dbt says, but for some two thousand messages of a build that dbt
    writes out before it looks whether anyone wants them."""

    def fire_event(self, e, level=None, *others, **named):
        if (level or e.level_tag()) != EventLevel.DEBUG:
            super().fire_event(e, level, *others, **named)


def leave_unwritten(event, *words, **named):
    """Make a message for debugging, whose text is written when it is asked for."""
    vars(event)["unwritten"] = words, named


def write(event, name):
    """What a message has under a name, written now."""
    if name == "pb_msg":
        words, named = vars(event)["unwritten"]
        BaseEvent.__init__(event, *words, **named)
        return vars(event)["pb_msg"]
    return getattr(event.pb_msg, name)


def compiled_once(environment, source, *others, **named):
    """The code of a template: the SQL of a model is the same text in every build."""
    if others or named or not isinstance(source, str):
        return compile_template(environment, source, *others, **named)
    key = type(environment), source
    if key not in TEMPLATES:
        TEMPLATES[key] = compile_template(environment, source)
    return TEMPLATES[key]


def macro_found_once(generator):
    """A macro as a node of the graph calls it, some hundred times."""
    found = generator.context.setdefault("found macros", {})
    key = generator.macro.unique_id
    if key not in found:
        found[key] = find_macro(generator)
    return found[key]


def matches_of_one_name(adapter, relations, database, schema, identifier):
    """Which relations are meant, of those of a whole schema."""
    name = identifier.lower()
    named = [r for r in relations if r.identifier and r.identifier.lower() == name]
    return matching_relations(adapter, named, database, schema, identifier)


def type_tester_made_once(text_columns, string_null_values=("null", "")):
    """What finds the types of the columns of a result, of which some are texts."""
    return type_tester(tuple(text_columns), tuple(string_null_values))


def make_dbt_quick():
    """Let all that dbt runs in this process do these things once, or not at all."""
    enable_test_caching()
    ctx_set_event_manager(WithoutDebugMessages())
    DebugLevel.__init__, DebugLevel.__getattr__ = leave_unwritten, write
    MacroFuzzEnvironment.compile = compiled_once
    CallableMacroGenerator.get_macro = macro_found_once
    BaseAdapter._make_match = matches_of_one_name
    agate_helper.build_type_tester = type_tester_made_once
    agate_helper.empty_table = cache(agate_helper.empty_table)
    # whether models read each other in a circle, which scripts/check asks in its build
    Linker.find_cycles = lambda linker: None
    # whose a flag is, for which dbt looks through all callers and their files
    BehaviorFlagRendered._default_source = staticmethod(lambda: "dbt.adapters")
