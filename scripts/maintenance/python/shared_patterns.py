"""Regular expressions rewritten into what RE2, Java and PostgreSQL read alike.

A shared pattern is searched for in text of ASCII lower case. It has letters, digits,
punctuation, ., [sets], (groups), |, ^, $ and the greedy *, +, ? and {n,m}; and no
backslash, because engines also disagree on those in quoted text.

Between reading and writing, a pattern is a sequence (list) of nodes:

- Letter(text): one character.
- Some(text): one character of several, as it is written: a set, or the dot.
- Place(text): an edge, as it is written.
- Repeat(body, least, most): a sequence again and again; most is None without a limit.
- Choice(bodies): one of several sequences; one of them may be empty.
"""

import string
from re import _constants as code
from re import _parser
from typing import NamedTuple

LOWER = frozenset(map(chr, range(32, 127))) - frozenset(string.ascii_uppercase)
CLASSES = {
    code.CATEGORY_DIGIT: frozenset(string.digits),
    code.CATEGORY_SPACE: frozenset(" "),
    code.CATEGORY_WORD: frozenset(string.ascii_lowercase + string.digits + "_"),
}
PLACES = {
    code.AT_BEGINNING: "^",
    code.AT_BEGINNING_STRING: "^",
    code.AT_END: "$",
    code.AT_END_STRING: "$",
    code.AT_BOUNDARY: "(^|[^a-z0-9_]|$)",  # takes the character beside the edge
}
WORD_BEGINS, WORD_ENDS = "(^|[^a-z0-9_])", "([^a-z0-9_]|$)"
REPEATS = (code.MAX_REPEAT, code.MIN_REPEAT)  # a search does not tell lazy from greedy
MANY = 30  # above this a repeat has no limit: RE2 is slow to count
UNWRITABLE = frozenset("[]^\\")  # engines disagree on them in sets
BETWEEN = "[Z-^]"  # these four and Z, which lower case does not have
SHORT = 4  # a literal of fewer letters is worth more patterns than one


class NotSharedError(Exception):
    """The pattern needs what the engines do not share; the text says what."""


class Letter(NamedTuple):
    text: str


class Some(NamedTuple):
    text: str


class Place(NamedTuple):
    text: str


class Repeat(NamedTuple):
    body: list
    least: int
    most: int | None


class Choice(NamedTuple):
    bodies: list


def shared_patterns(pattern, captured=None):
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
    parsed = _parser.parse(pattern)
    if parsed.state.flags & ~code.SRE_FLAG_UNICODE:
        raise NotSharedError("an inline flag")
    return told_apart(trimmed(beside_prefix(list(nodes_of(parsed, captured)))))


def told_apart(nodes):
    """Pattern and literal of a sequence, or of its alternatives where that helps.

    Raises:
        NotSharedError: a part has no literal.
    """
    literal = literal_of(nodes)
    places = [n for n, node in enumerate(nodes) if isinstance(node, Choice)]
    if len(literal) < SHORT and places:
        before, after = nodes[: places[0]], nodes[places[0] + 1 :]
        try:
            parts = [
                part
                for body in nodes[places[0]].bodies
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


def nodes_of(parsed, captured):
    """Yield the nodes of what Python's own parser made of a pattern."""
    for kind, value in parsed:
        if kind is code.LITERAL:
            yield Letter(chr(value).lower())
        elif kind is code.ANY:
            yield Some(".")
        elif kind is code.IN:
            yield one_of(value)
        elif kind is code.NOT_LITERAL:
            yield one_of([(code.NEGATE, None), (code.LITERAL, value)])
        elif kind is code.SUBPATTERN and not (value[1] or value[2]):
            if value[0] == 1 and captured is not None:
                yield from map(Letter, captured.lower())
            else:
                yield from beside_prefix(list(nodes_of(value[3], captured)))
        elif kind is code.BRANCH:
            bodies = [list(nodes_of(branch, captured)) for branch in value[1]]
            yield Choice([b for n, b in enumerate(bodies) if b not in bodies[:n]])
        elif kind in REPEATS:
            least, most, body = value
            limit = None if most is code.MAXREPEAT or most > MANY else most
            yield Repeat(list(nodes_of(body, captured)), min(least, MANY), limit)
        elif kind is code.AT and value in PLACES:
            yield Place(PLACES[value])
        else:
            raise NotSharedError(str(kind).lower())


def beside_prefix(nodes):
    """A sequence as it was before Python's parser drew out what all alternatives have.

    It reads ipod|ipad as ip(od|ad).
    """
    *letters, last = nodes or [None]
    if not isinstance(last, Choice) or not all(isinstance(n, Letter) for n in letters):
        return nodes
    return [Choice([letters + body for body in last.bodies])]


def one_of(members):
    """The node of a set, in lower case."""
    negated = members[0][0] is code.NEGATE
    found = set()
    for kind, value in members[negated:]:
        if kind is code.LITERAL:
            found.add(chr(value).lower())
        elif kind is code.RANGE:
            found |= {chr(n).lower() for n in range(value[0], value[1] + 1)}
        elif kind is code.CATEGORY and value in CLASSES:
            found |= CLASSES[value]
        else:
            found |= LOWER  # all but a class: stands beside that class, for anything
    if len(found) == 1 and not negated:
        return Letter(*found)
    found = (found & LOWER) - UNWRITABLE
    if not found or found == LOWER - UNWRITABLE:
        return Some(".")
    return Some(f"[{'^' if negated else ''}{ranges(found)}]")


def ranges(letters):
    """Characters as they stand in a set, with ranges of three and more."""
    text, run = "", ""
    for letter in [*sorted(letters - {"-"}), ""]:
        if letter.isalnum() and run and ord(letter) == ord(run[-1]) + 1:
            run += letter
        else:
            text += run if len(run) < 3 else f"{run[0]}-{run[-1]}"
            run = letter
    return text + ("-" if "-" in letters else "")


def is_optional(node):
    """Whether a node may match nothing, wherever it stands."""
    if isinstance(node, Repeat):
        return node.least == 0
    return isinstance(node, Choice) and any(
        all(map(is_optional, body)) for body in node.bodies
    )


def trimmed(nodes):
    """A sequence without what may match nothing at its end."""
    while nodes and is_optional(nodes[-1]):
        nodes = nodes[:-1]
    if nodes and isinstance(nodes[-1], Repeat):
        body, least, _ = nodes[-1]
        nodes = [*nodes[:-1], Repeat(body, least, least)]
    edge = Place(PLACES[code.AT_BOUNDARY])
    if nodes and nodes[0] == edge:
        nodes = [Place(WORD_BEGINS), *nodes[1:]]
    if nodes and nodes[-1] == edge:
        nodes = [*nodes[:-1], Place(WORD_ENDS)]
    return nodes


# ---------- writing


def literal_of(nodes):
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


def written(nodes):
    """A sequence as a shared pattern."""
    return "".join(map(node_written, nodes))


def node_written(node):
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


def repeat_written(node):
    body, least, most = node
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
