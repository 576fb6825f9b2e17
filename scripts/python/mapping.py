"""Mapping files: what scripts/load_events --map reads, checked, as a Mapping.

docs/sources.md has every key. Each scalar is the text that the file has, so that no and
007 stay what they are.
"""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import yaml
from project import RefusedError
from warehouse import COLUMNS, REQUIRED, first_line

Node: TypeAlias = yaml.Node

FORMATS = ("csv", "json", "parquet")
ISO = "iso"
# How many of a unit are a second.
EPOCHS = {
    "seconds": 1,
    "milliseconds": 10**3,
    "microseconds": 10**6,
    "nanoseconds": 10**9,
}

# Whence a value comes: exactly one of these; and what is done with it.
ORIGINS = ("column", "value", "text", "first_of", "hash_of", "now")
TREATMENTS = ("pattern", "format", "epoch", "time_zone")
SETTINGS = (
    *("format", "encoding", "separator", "quote", "escape", "skip_lines", "header"),
    *("null_words", "time_zone", "decimal_separator", "thousands_separator"),
    *("columns", "event_names"),
)
NO_COLUMNS = "an entry for each column of raw.events, such as  visitor_id: client_id"

IN_BRACES = re.compile(r"\{([^{}]+)\}")
COMMENT = re.compile(r"(?:^|(?<=\s))(?P<mark>#)(?=[ \t]*(?P<question>\?)?)", re.M)


@dataclass(frozen=True)
class Value:
    """How a column of raw.events is filled."""

    origin: str
    # Names of columns or paths of the file, the constant, or a text with {names}.
    names: tuple[str, ...] = ()
    text: str = ""
    pattern: str = ""
    formats: tuple[str, ...] = ()
    epoch: str = ""
    time_zone: str = ""


@dataclass(frozen=True)
class Mapping:
    """What a mapping file says."""

    columns: dict[str, Value]
    format: str = ""
    encoding: str = "utf-8"
    separator: str = ","
    quote: str = '"'
    escape: str = ""
    skip_lines: int = 0
    header: tuple[str, ...] = ()
    null_words: tuple[str, ...] | None = None
    time_zone: str = "UTC"
    decimal_separator: str = ""
    thousands_separator: str = ""
    event_names: dict[str, str] = field(default_factory=dict)

    def names(self) -> list[str]:
        """Return the columns or paths of the file that are read, each once."""
        names = [name for value in self.columns.values() for name in value.names]
        return list(dict.fromkeys(names))


def read_mapping(path: str) -> Mapping:
    """Return what the mapping file at `path` says.

    Raises:
        RefusedError: it cannot be read, has a fault, or leaves a question open.
    """
    try:
        text = Path(path).read_text("utf-8-sig")
    except FileNotFoundError:
        raise RefusedError(
            "does not exist; type: scripts/load_events --propose FILE > mapping.yml"
        ) from None
    except (OSError, UnicodeError) as error:
        raise RefusedError(f"cannot be read: {first_line(error)}") from None
    if lines := open_questions(text):
        raise RefusedError(
            f"leaves questions open, in line {', '.join(map(str, lines))}: put right "
            "what each of these lines says, and delete its question mark (# ?)"
        )
    return parsed(text)


def parsed(text: str, is_draft: bool = False) -> Mapping:
    """Return what the text of a mapping file says; a draft may lack what is required.

    Raises:
        RefusedError: it has faults; all of them are named.
    """
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        said = " ".join(str(error).split())
        raise RefusedError(f"is not YAML: {said}") from None
    reader = Reader(is_draft)
    mapping = reader.mapping(root)
    if reader.faults:
        raise RefusedError("; ".join(reader.faults))
    return mapping


def open_questions(text: str) -> list[int]:
    """Return the lines with a comment that begins with a question mark."""
    try:
        scalars = [
            range(token.start_mark.index, token.end_mark.index)
            for token in yaml.scan(text, Loader=yaml.BaseLoader)
            if isinstance(token, yaml.ScalarToken)
        ]
    except yaml.YAMLError:
        return []  # reading it tells what is wrong
    found: dict[int, bool] = {}
    for mark in COMMENT.finditer(text):
        place = mark.start("mark")
        if not any(place in scalar for scalar in scalars):
            # what follows in the line belongs to the first comment
            line = text.count("\n", 0, place) + 1
            found.setdefault(line, bool(mark["question"]))
    return [line for line, is_question in found.items() if is_question]


class Reader:
    """Reads nodes of YAML, and collects what is wrong with them."""

    def __init__(self, is_draft: bool) -> None:
        self.is_draft = is_draft
        self.faults: list[str] = []
        self.zones: list[str] = []

    def fault(self, node: Node, text: str) -> None:
        self.faults.append(f"line {node.start_mark.line + 1}: {text}")

    def mapping(self, root: Node | None) -> Mapping:
        if not isinstance(root, yaml.MappingNode):
            self.faults.append(f"has no columns; write  columns:  with {NO_COLUMNS}")
            return Mapping({})
        nodes = self.entries(root, SETTINGS, "a mapping")
        settings: dict[str, Any] = {
            name: getattr(self, f"read_{name}", self.one_text)(node)
            for name, node in nodes.items()
        }
        if "columns" not in nodes:
            self.fault(root, f"has no columns; write  columns:  with {NO_COLUMNS}")
            return Mapping({})
        mapping = Mapping(**{k: v for k, v in settings.items() if v is not None})
        one = mapping.decimal_separator or "."
        if mapping.thousands_separator == one:
            self.fault(
                nodes["thousands_separator"],
                f"thousands_separator is {one!r}, as the decimal separator is; "
                "write  decimal_separator:  with the other one",
            )
        return mapping

    # ---------- settings

    def read_format(self, node: Node) -> str | None:
        return self.choice(node, "format", FORMATS)

    def read_encoding(self, node: Node) -> str | None:
        name = self.one_text(node)
        try:
            "".encode(name or "?")
        except LookupError:
            known = ("utf-8", "utf-16", "cp1252", "latin-1", "iso8859-15", "cp1250")
            self.fault(node, f"encoding is {name!r}; {nearest(name or '', known)}")
            return None
        return name

    def read_separator(self, node: Node) -> str | None:
        text = self.one_text(node)
        return self.character(node, "separator", "\t" if text == r"\t" else text)

    def read_quote(self, node: Node) -> str | None:
        return self.character(node, "quote", self.one_text(node), may_lack=True)

    def read_escape(self, node: Node) -> str | None:
        return self.character(node, "escape", self.one_text(node), may_lack=True)

    def read_decimal_separator(self, node: Node) -> str | None:
        return self.character(node, "decimal_separator", self.one_text(node))

    def read_thousands_separator(self, node: Node) -> str | None:
        return self.character(node, "thousands_separator", self.one_text(node))

    def read_skip_lines(self, node: Node) -> int | None:
        text = self.one_text(node)
        if text is not None and not text.isdecimal():
            self.fault(node, f"skip_lines is {text!r}; write a whole number")
            return None
        return int(text) if text else None

    def read_header(self, node: Node) -> tuple[str, ...] | None:
        return self.texts(node, "header")

    def read_null_words(self, node: Node) -> tuple[str, ...] | None:
        return self.texts(node, "null_words")

    def read_time_zone(self, node: Node) -> str | None:
        zone = self.one_text(node)
        if not self.zones:
            with duckdb.connect() as connection:
                rows = connection.execute("select name from pg_timezone_names()")
                self.zones = [name for (name,) in rows.fetchall()]
        if zone is None or zone in self.zones:
            return zone
        alike = [name for name in self.zones if name.rpartition("/")[2] == zone]
        advice = f"write {alike[0]}" if alike else nearest(zone, self.zones, 1)
        self.fault(node, f"the time zone {zone!r} does not exist; {advice}")
        return None

    def read_event_names(self, node: Node) -> dict[str, str] | None:
        if isinstance(node, yaml.ScalarNode) and not node.value:
            return {}  # all of its lines are comments
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, "event_names is not a list of  theirs: ours")
            return None
        entries = self.entries(node, None, "event_names")
        return {theirs: self.one_text(ours) or "" for theirs, ours in entries.items()}

    def read_columns(self, node: Node) -> dict[str, Value]:
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, f"columns is not {NO_COLUMNS}")
            return {}
        entries = self.entries(node, COLUMNS, "columns")
        columns = {name: self.value(name, entry) for name, entry in entries.items()}
        lacking = [name for name in REQUIRED if name not in entries]
        if lacking and not self.is_draft:
            self.fault(
                node,
                f"columns has no {', '.join(lacking)}; write  {lacking[0]}: {{column: "
                "NAME OF THE FILE}  or  {value: CONSTANT}, {hash_of: [NAMES]}, "
                "{now: true}",
            )
        return {name: value for name, value in columns.items() if value}

    # ---------- the value of a column

    def value(self, name: str, node: Node) -> Value | None:
        if isinstance(node, yaml.ScalarNode):
            if node.value:
                return Value("column", (node.value,))
            if not self.is_draft:
                self.fault(
                    node,
                    f"{name} is empty; write the column of the file, or {{value: …}}",
                )
            return None
        if not isinstance(node, yaml.MappingNode):
            self.fault(node, f"{name} is a list; write {{first_of: […]}}")
            return None
        entries = self.entries(node, (*ORIGINS, *TREATMENTS), name)
        origins = [key for key in entries if key in ORIGINS]
        if len(origins) != 1:
            self.fault(node, f"{name} needs exactly one of {', '.join(ORIGINS)}")
            return None
        (origin,) = origins
        given = entries[origin]
        names: tuple[str, ...] = ()
        text = ""
        if origin in ("first_of", "hash_of"):
            names = self.texts(given, origin) or ()
            if not names:
                self.fault(given, f"{origin} of {name} names no column")
        else:
            text = self.one_text(given) or ""
            if origin == "text":
                names = tuple(IN_BRACES.findall(text))
                if not names:
                    self.fault(
                        given,
                        f"text of {name} has no column in braces, as in "
                        "'{date} {time}'; a constant is {value: …}",
                    )
            elif origin == "column":
                names = (text,)
            elif origin == "now" and text != "true":
                self.fault(given, f"now of {name} is {text!r}; write {{now: true}}")
        is_time = COLUMNS[name] == "timestamp"
        if origin == "now" and not is_time:
            self.fault(given, f"{name} is no time; {{now: true}} is for times")
        for key in ("format", "epoch", "time_zone"):
            if key in entries and not is_time:
                self.fault(entries[key], f"{name} is no time and has no {key}")
        if "format" in entries and "epoch" in entries:
            self.fault(node, f"{name} has both format and epoch; keep one")
        return Value(
            origin,
            names,
            text,
            self.pattern(entries.get("pattern")),
            self.formats(entries.get("format")),
            self.of("epoch", entries) or "",
            self.of("time_zone", entries) or "",
        )

    def of(self, key: str, entries: dict[str, Node]) -> str | None:
        if key not in entries:
            return None
        if key == "epoch":
            return self.choice(entries[key], key, EPOCHS)
        return self.read_time_zone(entries[key])

    def pattern(self, node: Node | None) -> str:
        text = self.one_text(node) if node else ""
        if text and node:
            try:
                duckdb.execute("select regexp_extract('', ?, 1)", [text]).fetchall()
                if not re.compile(text).groups:
                    self.fault(node, "pattern has no (group): put what counts in one")
            except (duckdb.Error, re.error) as error:
                self.fault(node, f"pattern cannot be read: {first_line(error)}")
        return text or ""

    def formats(self, node: Node | None) -> tuple[str, ...]:
        if node is None:
            return ()
        is_one = isinstance(node, yaml.ScalarNode)
        formats = (node.value,) if is_one else self.texts(node, "format") or ()
        for one in formats:
            if one == ISO:
                continue
            try:
                duckdb.execute("select try_strptime('', ?)", [one]).fetchall()
                fault = "" if "%" in one else "it has no %"
            except duckdb.Error as error:
                fault = first_line(error)
            if fault:
                self.fault(
                    node,
                    f"the format {one!r} cannot be read ({fault}); write one such as "
                    "'%d.%m.%Y %H:%M:%S', or iso",
                )
        return formats

    # ---------- nodes

    def entries(
        self, node: yaml.MappingNode, known: Iterable[str] | None, of: str
    ) -> dict[str, Node]:
        """Return the entries of a node; those that are not `known` are faults."""
        entries: dict[str, Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None:
                self.fault(key, f"{of} has a list or a mapping as a key")
            elif name in entries:
                self.fault(key, f"{of} has {name} twice; keep one")
            elif known is not None and name not in known:
                self.fault(key, f"{of} has no {name!r}; {nearest(name, known)}")
            else:
                entries[name] = value
        return entries

    def one_text(self, node: Node | None) -> str | None:
        if isinstance(node, yaml.ScalarNode):
            return node.value
        if node is not None:
            self.fault(node, "is a list or a mapping; write one text")
        return None

    def texts(self, node: Node, of: str) -> tuple[str, ...] | None:
        if not isinstance(node, yaml.SequenceNode):
            self.fault(node, f"{of} is no list; write [FIRST, SECOND]")
            return None
        return tuple(self.one_text(one) or "" for one in node.value)

    def choice(self, node: Node, of: str, known: Iterable[str]) -> str | None:
        text = self.one_text(node)
        if text is None or text in known:
            return text
        self.fault(node, f"{of} is {text!r}; {nearest(text, known)}")
        return None

    def character(
        self, node: Node, of: str, text: str | None, may_lack: bool = False
    ) -> str | None:
        if text is None or len(text) == 1 or (may_lack and not text):
            return text
        self.fault(node, f"{of} is {text!r}; write one character in quotes")
        return None


def nearest(name: str, known: Iterable[str], most: int = 99) -> str:
    """Return what to write instead of `name`: what is most like it, or all there is."""
    known = list(known)
    by_case = {one.lower(): one for one in known}
    found = difflib.get_close_matches(name.lower(), by_case, 1, 0.6)
    if found:
        return f"did you mean {by_case[found[0]]}?"
    if most < len(known):
        return "write one such as Europe/Berlin, America/New_York or UTC"
    return f"choose one of {', '.join(known)}"
