"""Regular expressions rewritten into what RE2, Java and PostgreSQL read alike.

A shared pattern is searched for in text of ASCII lower case. It has letters, digits,
punctuation, ., [sets], (groups), |, ^, $ and the greedy *, +, ? and {n,m}; and no
backslash, because engines also disagree on those in quoted text.

tree-sitter reads a pattern. Between reading and writing, it is a sequence (list) of
nodes:

- Letter(text): one character.
- Some(text): one character of several, as it is written: a set, or the dot.
- Place(text): an edge, as it is written.
- Repeat(body, least, most): a sequence again and again; most is None without a limit.
- Choice(bodies): one of several sequences; one of them may be empty.
"""

import re
import string
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeAlias

import tree_sitter_regex
from tree_sitter import Language, Parser
from tree_sitter import Node as Part

PARSER = Parser(Language(tree_sitter_regex.language()))

LOWER = frozenset(map(chr, range(32, 127))) - frozenset(string.ascii_uppercase)
CLASSES = {
    r"\d": frozenset(string.digits),
    r"\s": frozenset(" "),
    r"\w": frozenset(string.ascii_lowercase + string.digits + "_"),
}
EDGE = "(^|[^a-z0-9_]|$)"  # takes the character beside the edge
PLACES = {"^": "^", r"\A": "^", "$": "$", r"\Z": "$", r"\b": EDGE}
WORD_BEGINS, WORD_ENDS = "(^|[^a-z0-9_])", "([^a-z0-9_]|$)"
# A search does not tell lazy from greedy.
COUNT = re.compile(r"([*+?])|\{(\d*)(,?)(\d*)\}")
COUNTS = {"*": (0, None), "+": (1, None), "?": (0, 1)}
MANY = 30  # above this a repeat has no limit: RE2 is slow to count
UNWRITABLE = frozenset("[]^\\")  # engines disagree on them in sets
BETWEEN = "[Z-^]"  # these four and Z, which lower case does not have
SHORT = 4  # a literal of fewer letters is worth more patterns than one


class NotSharedError(Exception):
    """The pattern needs what the engines do not share; the text says what."""


@dataclass(frozen=True)
class Letter:
    text: str


@dataclass(frozen=True)
class Some:
    text: str


@dataclass(frozen=True)
class Place:
    text: str


@dataclass(frozen=True)
class Repeat:
    body: "Nodes"
    least: int
    most: int | None


@dataclass(frozen=True)
class Choice:
    bodies: "list[Nodes]"


Node: TypeAlias = Letter | Some | Place | Repeat | Choice
Nodes: TypeAlias = list[Node]


def shared_patterns(pattern: str, captured: str | None = None) -> list[tuple[str, str]]:
    """Rewrite a pattern of Python's re.

    What comes behind the last thing that must be there is cut off: no search needs it.

    Args:
        pattern: the pattern as its library has it.
        captured: a text for its first group, when that one stands for many.

    Returns:
        [(pattern, literal), ...]: shared patterns that together find what it finds, and
        of each the longest text that every match has. Most often one; a pattern where
        such a text is short becomes one for each of its alternatives.

    Raises:
        NotSharedError: the pattern has look-around, a back reference or an inline flag,
            or no text that every match has.
    """
    tree = PARSER.parse(pattern.encode()).root_node
    if tree.has_error:
        raise NotSharedError("what tree-sitter does not read")
    return told_apart(trimmed(beside_prefix(Reader(captured).alternatives(tree))))


def told_apart(nodes: Nodes) -> list[tuple[str, str]]:
    """Pattern and literal of a sequence, or of its alternatives where that helps.

    Raises:
        NotSharedError: a part has no literal.
    """
    literal = literal_of(nodes)
    choices = [(n, node) for n, node in enumerate(nodes) if isinstance(node, Choice)]
    if len(literal) < SHORT and choices:
        place, choice = choices[0]
        before, after = nodes[:place], nodes[place + 1 :]
        try:
            parts = [
                part
                for body in choice.bodies
                for part in told_apart(trimmed(before + body + after))
            ]
        except NotSharedError:
            parts = []
        if parts and min(len(part[1]) for part in parts) > len(literal):
            return parts
    if not literal:
        raise NotSharedError("no text that every match has")
    return [(written(nodes), literal)]


# ---------- reading


class Reader:
    """Makes nodes of what tree-sitter read.

    captured: a text for the first group, or None.
    """

    def __init__(self, captured: str | None) -> None:
        self.captured = captured
        self.group_count = 0

    def alternatives(self, pattern: Part) -> Nodes:
        """The sequence that a whole pattern is, or what is inside a group."""
        bodies: list[Nodes] = [[]]
        (inside,) = pattern.named_children or [pattern]
        for part in inside.children if inside.type == "alternation" else [inside]:
            if part.type == "|":
                bodies.append([])
            elif part.type == "term":
                bodies[-1] = self.sequence(part)
        return bodies[0] if len(bodies) == 1 else one_of_sequences(bodies)

    def sequence(self, term: Part) -> Nodes:
        nodes: Nodes = []
        last: Nodes = []  # what a quantifier repeats
        for part in term.named_children:
            if count := COUNT.match(text_of(part)):
                nodes[len(nodes) - len(last) :] = [repeated(last, count)]
            else:
                last = self.nodes_of(part)
                nodes += last
        return nodes

    def nodes_of(self, part: Part) -> Nodes:
        """What one part of a sequence becomes.

        Raises:
            NotSharedError: the engines do not share it.
        """
        text = text_of(part)
        if text in PLACES:
            return [Place(PLACES[text])]
        match part.type:
            case "any_character":
                return [Some(".")]
            case "character_class" | "character_class_escape":
                return [one_of(part)]
            case "non_capturing_group":
                return self.alternatives(part.named_children[-1])
            case "anonymous_capturing_group" | "named_capturing_group":
                self.group_count += 1
                is_first = self.group_count == 1
                inside = beside_prefix(self.alternatives(part.named_children[-1]))
                if is_first and self.captured is not None:
                    return [Letter(letter) for letter in self.captured.lower()]
                return inside
        return [Letter(letter_of(part).lower())]


def text_of(part: Part) -> str:
    return (part.text or b"").decode()


def letter_of(part: Part) -> str:
    """The character that a part of a pattern is.

    Raises:
        NotSharedError: it is more than that.
    """
    text = text_of(part)
    match part.type:
        case "pattern_character" | "class_character":
            return text
        case "identity_escape" if not text[1].isalnum():
            return text[1]
        case "control_escape" if text[1] == "x":
            return chr(int(text[2:], 16))
    raise NotSharedError(part.type.replace("_", " "))


def repeated(body: Nodes, count: re.Match[str]) -> Repeat:
    sign, least, comma, most = count.groups()
    if sign:
        return Repeat(body, *COUNTS[sign])
    limit = int(most or least) if most or not comma else None
    if limit is not None and limit > MANY:
        limit = None
    return Repeat(body, min(int(least or 0), MANY), limit)


def one_of_sequences(bodies: list[Nodes]) -> Nodes:
    """What all sequences begin with, and then a choice of what follows, or a set."""
    bodies = [body for n, body in enumerate(bodies) if body not in bodies[:n]]
    if len(bodies) == 1:
        return bodies[0]
    columns = zip(*bodies, strict=False)
    alike = takewhile(lambda nodes: nodes.count(nodes[0]) == len(nodes), columns)
    before = [nodes[0] for nodes in alike]
    rests = [body[len(before) :] for body in bodies]
    letters = {rest[0].text for rest in rests if rest and isinstance(rest[0], Letter)}
    if len(letters) == len(rests) and all(len(rest) == 1 for rest in rests):
        return [*before, some(letters, is_negated=False)]
    return [*before, Choice(rests)]


def beside_prefix(nodes: Nodes) -> Nodes:
    """A sequence of letters and a choice as a choice of words: ip(od|ad) as ipod|ipad.

    A longer word tells more, as a literal.
    """
    last = nodes[-1] if nodes else None
    if isinstance(last, Choice) and all(isinstance(n, Letter) for n in nodes[:-1]):
        return [Choice([nodes[:-1] + body for body in last.bodies])]
    return nodes


def one_of(part: Part) -> Node:
    """The node of a set, in lower case."""
    found: set[str] = set()
    is_negated = len(part.children) > 1 and part.children[1].type == "^"
    for member in part.named_children or [part]:
        if member.type == "character_class_escape":
            # all but a class: stands beside that class, for anything
            found |= CLASSES.get(text_of(member), LOWER)
        elif member.type == "class_range":
            first, last = map(letter_of, member.named_children)
            found |= {chr(n).lower() for n in range(ord(first), ord(last) + 1)}
        else:
            found.add(letter_of(member).lower())
    return some(found, is_negated)


def some(found: set[str], is_negated: bool) -> Node:
    """The node of any of these characters, or of any other one."""
    if len(found) == 1 and not is_negated:
        return Letter(*found)
    found = (found & LOWER) - UNWRITABLE
    if not found or found == LOWER - UNWRITABLE:
        return Some(".")
    return Some(f"[{'^' if is_negated else ''}{ranges(found)}]")


def ranges(letters: set[str]) -> str:
    """Characters as they stand in a set, with ranges of three and more."""
    text, run = "", ""
    for letter in [*sorted(letters - {"-"}), ""]:
        if letter.isalnum() and run and ord(letter) == ord(run[-1]) + 1:
            run += letter
        else:
            text += run if len(run) < 3 else f"{run[0]}-{run[-1]}"
            run = letter
    return text + ("-" if "-" in letters else "")


def is_optional(node: Node) -> bool:
    """Whether a node may match nothing, wherever it stands."""
    if isinstance(node, Repeat):
        return node.least == 0
    return isinstance(node, Choice) and any(
        all(map(is_optional, body)) for body in node.bodies
    )


def trimmed(nodes: Nodes) -> Nodes:
    """A sequence without what may match nothing at its end."""
    while nodes and is_optional(nodes[-1]):
        nodes = nodes[:-1]
    if nodes and isinstance(last := nodes[-1], Repeat):
        nodes = [*nodes[:-1], Repeat(last.body, last.least, last.least)]
    edge = Place(EDGE)
    if nodes and nodes[0] == edge:
        nodes = [Place(WORD_BEGINS), *nodes[1:]]
    if nodes and nodes[-1] == edge:
        nodes = [*nodes[:-1], Place(WORD_ENDS)]
    return nodes


# ---------- writing


def literal_of(nodes: Nodes) -> str:
    """The longest text that every match has, the first of several."""
    runs = [""]
    for node in nodes:
        if isinstance(node, Letter) and node.text in LOWER - {"\\"}:
            runs[-1] += node.text
        elif isinstance(node, Repeat) and node.least:
            runs += [literal_of(node.body), ""]
        else:
            runs.append("")
    return max(runs, key=len)


def written(nodes: Nodes) -> str:
    """A sequence as a shared pattern."""
    return "".join(map(node_written, nodes))


def node_written(node: Node) -> str:
    if isinstance(node, Letter):
        if node.text in UNWRITABLE:
            return BETWEEN
        if node.text not in LOWER:
            return "."
        return f"[{node.text}]" if node.text in ".*+?()|${}" else node.text
    if isinstance(node, Choice):
        bodies = "|".join(written(body) for body in node.bodies if body)
        return f"({bodies})" + ("" if all(node.bodies) else "?")
    if isinstance(node, Repeat):
        return repeat_written(node)
    return node.text


def repeat_written(node: Repeat) -> str:
    body, least, most = node.body, node.least, node.most
    inside = written(body)
    is_single = len(body) == 1 and not isinstance(body[0], (Repeat, Place))
    if not is_single or (isinstance(body[0], Choice) and not all(body[0].bodies)):
        inside = f"({inside})"
    if (least, most) == (1, 1):
        return inside
    if (least, most) == (0, 1):
        return inside + "?"
    if most is None:
        # A count that begins at two or more is as good as one.
        return inside + ("+" if least else "*")
    return inside + (f"{{{least}}}" if least == most else f"{{{least},{most}}}")
