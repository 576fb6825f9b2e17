"""What --propose writes: a mapping file for a file, with the reason of each guess."""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache

from column_contents import (
    AGENT,
    CLOCK,
    IPV4,
    IPV6,
    ISO,
    REQUEST,
    URL,
    Style,
    Texts,
    Times,
    filled,
    numeric_share,
    share,
    share_whole,
    style_of,
    times_of,
)
from column_words import COLUMN_WORDS, guessed_event, known_events, plain
from sampled_files import Line, Sample
from text_rows import printable
from warehouse import COLUMNS, REQUIRED

AMOUNTS = [name for name, kind in COLUMNS.items() if kind.startswith("decimal")]
NUMBERS = [name for name, kind in COLUMNS.items() if kind != "varchar"]
MOST_EVENT_NAMES = 40

# Each column of the file is taken once: by the first of these that it is for.
ORDER = [
    *REQUIRED,
    *("user_id", "source_session_id", "page_url", "referrer_url", "user_agent"),
    *("ip_address", "order_id", "revenue", "currency"),
]


def proposed(sample: Sample, path: str) -> str:
    """Return the text of a mapping file for the file of a sample."""
    return Proposal(sample, path).text()


class Proposal:
    """Guesses which column of a file is which of raw.events."""

    def __init__(self, sample: Sample, path: str) -> None:
        self.sample, self.path = sample, path
        self.taken: set[str] = set()
        self.columns: dict[str, Line] = {}
        self.times: dict[str, Times] = {}
        self.times_of = cache(lambda name: times_of(self.of(name)))
        # column of raw.events: that of the file
        self.given: dict[str, str] = {}
        # those of several
        self.parts: dict[str, list[str]] = {}
        self.texts = {
            name: [None if text in NULLS else text for text in texts]
            for name, texts in sample.columns.items()
        }

    def of(self, name: str) -> Texts:
        """Return the texts of a column, without words for null."""
        return self.texts[name]

    def text(self) -> str:
        self.guess_times()
        for name in ORDER + [one for one in COLUMNS if one not in ORDER]:
            if name not in self.columns:
                self.guess(name)
        self.guess_by_content()
        self.complete_required()
        return self.written()

    # ---------- by name

    def guess(self, name: str) -> None:
        """Take the column whose name says that it is `name`, and that fits it."""
        found = [
            (column, word, is_sure, fit)
            for column, word, is_sure in self.candidates(name)
            if (fit := self.fit(name, column)) and (is_sure or filled(self.of(column)))
        ]
        found.sort(key=lambda one: not filled(self.of(one[0])))
        if not found:
            return
        column, word, is_sure, fit = found[0]
        if told := self.told_by_content(name, column):
            is_sure, fit = True, Line("", told)
        line = Line(quoted(column), f"by its name, {word}{fit.reason}")
        line.is_open = fit.is_open or not is_sure
        others = [
            quoted(other)
            for other, _, sure, _ in found[1:]
            if sure and is_sure and filled(self.of(other)) != filled(self.of(column))
        ]
        if others and filled(self.of(column)):
            line.reason += f"; or is it {' or '.join(others[:3])}?"
            line.is_open = True
        self.take(name, column, line)

    def told_by_content(self, name: str, column: str) -> str:
        """Return what makes a guess by a doubtful name sure, or nothing."""
        texts = self.of(column)
        if name == "page_url" and share(URL, texts) > 0.8:
            return ", and its addresses"
        if name == "user_agent" and share(AGENT, texts) > 0.8:
            return ", and its texts"
        if name == "event_id" and len(set(texts)) == len(texts) >= 1_000:
            return "; another in each row"
        return ""

    def candidates(self, name: str) -> list[tuple[str, str, bool]]:
        """Return columns that may be `name` by their own names, the best first."""
        sure, unsure = (words.split() for words in COLUMN_WORDS.get(name, ("", "")))
        words = [plain(name), *sure, *unsure]
        found = []
        for place, column in enumerate(self.sample.columns):
            if column in self.taken:
                continue
            parts = column.split(".")
            # at the end of a path a word says less
            called = [column, ".".join(parts[-2:]), parts[-1]]
            keys = [
                (words.index(plain(one)) > len(sure), words.index(plain(one)), depth)
                for depth, one in enumerate(called)
                if plain(one) in words
            ]
            ends = [
                one for one in sure if len(one) >= 7 and plain(column).endswith(one)
            ]
            if keys:
                key = min(keys)
                found.append((*key, place, column, called[key[2]]))
            elif ends:
                # such as page_view_page_title
                found.append((True, len(words), 0, place, column, ends[0]))
        return [
            (column, word, not unsure)
            for unsure, _, _, _, column, word in sorted(found)
        ]

    def fit(self, name: str, column: str) -> Line | None:
        """Return what the texts of a column add to the guess; None: they do not fit."""
        texts = self.of(column)
        if not filled(texts):
            return Line("", "; empty in all rows looked at")
        if name in NUMBERS:
            return numbers(texts)
        check = CHECKS.get(name)
        return check(texts) if check else Line("")

    def take(self, name: str, column: str, line: Line) -> None:
        self.taken.add(column)
        self.given[name] = column
        if name == "page_url":
            line = self.whole_address(column, line)
        self.columns[name] = line

    # ---------- times

    def guess_times(self) -> None:
        """Take the columns of event_at and loaded_at, which have to hold times."""
        for name in ("loaded_at", "event_at"):
            found = [
                (column, times, word, is_sure)
                for column, word, is_sure in self.candidates(name)
                if (times := self.times_of(column)) and not times.is_day_only
            ]
            # a time with an offset, or an epoch, is no question
            found.sort(key=lambda one: (not one[3], not one[1].has_offset))
            for column, times, word, is_sure in found[:1]:
                why = f"by its name, {word}"
                self.take_time(name, column, times, why, not is_sure)
        if "event_at" in self.columns:
            return
        if self.day_and_clock():
            return
        for column in self.sample.columns:
            times = self.times_of(column)
            if column not in self.taken and times:
                why = "the first column that holds times"
                if times.is_day_only:
                    why = "days without a time of day"
                self.take_time("event_at", column, times, why, True)
                return

    def take_time(
        self, name: str, column: str, times: Times, why: str, is_open: bool
    ) -> None:
        self.times[name] = times
        text = timed(f"column: {quoted(column)}", times)
        if times.formats == (ISO,):
            text = quoted(column)
        line = Line(text, f"{why}; {times.reason}", is_open or times.is_open)
        self.take(name, column, line)

    def day_and_clock(self) -> bool:
        """Take a column of days and one of clock times, or of offsets, as event_at."""
        columns = list(self.sample.columns)
        for day, clock in zip(columns, columns[1:], strict=False):
            days = self.times_of(day)
            has_clock = share_whole(CLOCK, self.of(clock)) > 0.95
            offset = share_whole(re.compile(r"[+-]\d{4}\]?"), self.of(clock)) > 0.95
            if not (days and days.is_day_only and has_clock) and not offset:
                continue
            texts = [
                f"{a} {b}" if a and b else None
                for a, b in zip(self.of(day), self.of(clock), strict=True)
            ]
            times = times_of(texts)
            if times:
                self.times["event_at"] = times
                text = timed(f"text: {quoted(f'{{{day}}} {{{clock}}}')}", times)
                reason = f"two columns together are a time; {times.reason}"
                self.columns["event_at"] = Line(text, reason, times.is_open)
                self.taken |= {day, clock}
                self.parts["event_at"] = [day, clock]
                return True
        return False

    # ---------- by content

    def guess_by_content(self) -> None:
        """Take columns whose texts say what they are, where no name did."""
        for name, pattern, what in BY_CONTENT:
            if name in self.columns:
                continue
            for column in self.sample.columns:
                if column in self.taken or share(pattern, self.of(column)) < 0.8:
                    continue
                text, is_open = quoted(column), name != "user_agent"
                self.take(name, column, Line(text, f"its texts are {what}", is_open))
                break

    def whole_address(self, column: str, line: Line) -> Line:
        """Return the line of page_url, with a host where paths have none."""
        if share(URL, self.of(column)) > 0.5:
            return line
        hosts = ("host", "hostname", "domain", "xhostheader", "cshost", "pagehost")
        host = next(
            (one for one in self.sample.columns if plain(one.split(".")[-1]) in hosts),
            "",
        )
        treated = ""
        if share_whole(REQUEST, self.of(column)) > 0.5:
            treated = ", pattern: '^[A-Z]+ (\\S+)'"
        if host:
            self.taken.add(host)
            text = quoted(f"https://{{{host}}}{{{column}}}")
            text = f"{{text: {text}{treated}}}"
            return Line(text, f"{line.reason}; with the host", True)
        text = quoted(f"https://shop.example{{{column}}}")
        return Line(
            f"{{text: {text}{treated}}}",
            f"{line.reason}; paths without a host: write yours for shop.example",
            True,
        )

    # ---------- what has to be there

    def complete_required(self) -> None:
        """Derive what is required and was not found, or leave it to be filled in."""
        if "loaded_at" not in self.columns:
            self.columns["loaded_at"] = Line(
                "{now: true}", "the time of loading, as the file has no time of arrival"
            )
        if "visitor_id" not in self.columns:
            self.derive_visitor()
        if "event_name" not in self.columns:
            line = Line(
                "", "no column was found: write the one that says what happened"
            )
            if "page_url" in self.columns:
                line = Line(
                    "{value: page_view}",
                    "no column says what happened; are all rows page views?",
                )
            line.is_open = True
            self.columns["event_name"] = line
        if "event_at" not in self.columns:
            self.columns["event_at"] = Line(
                "", "no column holds times: write the one that says when", True
            )
        if "event_id" not in self.columns:
            self.derive_event_id()

    def derive_visitor(self) -> None:
        for other in ("user_id", "source_session_id"):
            if other in self.given:
                column = self.given[other]
                self.parts["visitor_id"] = [column]
                del self.columns[other]
                self.columns["visitor_id"] = Line(
                    quoted(column),
                    f"no column is of a browser or device; {column} is the nearest",
                    True,
                )
                return
        if {"ip_address", "user_agent"} <= self.given.keys():
            names = [self.given["ip_address"], self.given["user_agent"]]
            self.parts["visitor_id"] = names
            self.columns["visitor_id"] = Line(
                f"{{hash_of: [{', '.join(map(quoted, names))}]}}",
                "no column is of a visitor; address and browser are the nearest",
                True,
            )
            return
        self.columns["visitor_id"] = Line(
            "", "no column was found: write the one of the cookie or device", True
        )

    def derive_event_id(self) -> None:
        wanted = ("event_at", "visitor_id", "event_name", "page_url", "order_id")
        names = [one for name in wanted for one in self.origins(name)]
        names = list(dict.fromkeys(names))
        alike = self.rows_alike(names)
        if alike and self.rows_alike(list(self.sample.columns)) < alike:
            names = list(self.sample.columns)
            alike = self.rows_alike(names)
        reason = "no column is an id; these tell all rows looked at apart"
        if alike:
            reason = (
                f"no column is an id; in these {in_rows(alike)} repeat another, and "
                "would be one event with it"
            )
        open_ids = [
            name for name in ("visitor_id", "event_name") if not self.columns[name].text
        ]
        if open_ids:
            reason += f"; add the column that you write for {' and '.join(open_ids)}"
        text = f"{{hash_of: [{', '.join(map(quoted, names))}]}}" if names else ""
        is_open = bool(alike) or not names or bool(open_ids)
        self.columns["event_id"] = Line(text, reason, is_open)

    def origins(self, name: str) -> list[str]:
        """Return the columns of the file that a column of raw.events comes from."""
        if name in self.parts:
            return self.parts[name]
        return [self.given[name]] if name in self.given else []

    def rows_alike(self, names: Sequence[str]) -> int:
        rows = list(zip(*(self.of(name) for name in names), strict=True))
        return len(rows) - len(set(rows))

    # ---------- the file

    def written(self) -> str:
        rows = f"{'all' if self.sample.is_whole else 'the first'} rows"
        if self.sample.row_count >= 10_000:
            rows = f"the first {self.sample.row_count:,} rows"
        lines = [
            f"# How {shown(printable(self.path))} becomes raw.events: a "
            f"proposal, by {rows}.",
            "# A question mark before a reason is an open question: put the line",
            "# right, delete the mark, and type:",
            "#     scripts/load_events --map THIS_FILE FILE...",
            "# docs/sources.md has all keys.",
            "",
            *map(commented, self.sample.lines),
            *map(commented, self.common_lines()),
            "",
            "columns:",
        ]
        for name in COLUMNS:
            if name in self.columns:
                line = self.columns[name]
                text = f"{name}: {line.text}".strip()
                filled_in = Line(text, line.reason, line.is_open)
                lines.append("  " + commented(filled_in))
        if "site_id" not in self.columns:
            lines.append("  # site_id: {value: shop}  # for several sites in one table")
        lines += self.event_name_lines()
        left = [name for name in self.sample.columns if name not in self.taken]
        if left:
            lines += [
                "",
                "# Columns of the file that are left out, and a text of each:",
            ]
            lines += [f"#   {quoted(one)}: {some_text(self.of(one))}" for one in left]
        lines += [f"# {shown(note)}" for note in self.sample.notes]
        return "\n".join(line.rstrip() for line in lines) + "\n"

    def common_lines(self) -> list[Line]:
        """Return what holds for all columns: null words, time zone, decimals."""
        lines = []
        words = self.null_words()
        if words:
            listed = ", ".join(map(json.dumps, words))
            lines.append(Line(f"null_words: [{listed}]", "they stand for nothing"))
        if any(not times.has_offset for times in self.times.values()):
            lines.append(
                Line(
                    "time_zone: UTC",
                    "times have no offset: write the zone of the clock, such as "
                    "Europe/Berlin",
                    True,
                )
            )
        numbers = [
            text
            for name in [*AMOUNTS, "quantity"]
            if name in self.given
            for text in filled(self.of(self.given[name]))
        ]
        style = style_of(numbers) if numbers else Style()
        if style.decimal != "." or style.thousands or style.is_open:
            lines.append(
                Line(
                    f'decimal_separator: "{style.decimal}"', style.reason, style.is_open
                )
            )
        if style.thousands:
            lines.append(Line(f'thousands_separator: "{style.thousands}"'))
        return lines

    def null_words(self) -> list[str]:
        """Return the words for null that the sample has."""
        found: set[str] = set()
        for texts in self.sample.columns.values():
            found.update(NULLS.intersection(filled(texts)))
        return sorted(found)

    def event_name_lines(self) -> list[str]:
        column = self.given.get("event_name")
        if not column:
            return []
        counts = Counter(filled(self.of(column)))
        known = {plain(name): ours for name, ours in known_events().items()}
        lines = []
        for name, count in counts.most_common(MOST_EVENT_NAMES):
            rows = in_rows(count)
            guess = guessed_event(name)
            if plain(name) in known:
                ours = known[plain(name)]
                lines.append(f"  # {name}: the seed event_names knows it as {ours}")
            elif guess:
                line = Line(f"{quoted(name)}: {guess}", f"{rows}; by its name", True)
                lines.append("  " + commented(line))
            else:
                lines.append(f"  # {quoted(name)}: {plain_name(name)}  # {rows}")
        if len(counts) > MOST_EVENT_NAMES:
            lines.append(f"  # and {len(counts) - MOST_EVENT_NAMES} more")
        head = "event_names:  # theirs: ours; what is not listed stays as it is"
        return ["", head, *lines]


# ---------- what texts have to be


def numbers(texts: Texts) -> Line | None:
    part = numeric_share(texts)
    if part >= 0.95:
        return Line("")
    others = f"; {1 - part:.0%} of its texts are no numbers of one style"
    return Line("", others, True) if part > 0.5 else None


def platforms(texts: Texts) -> Line | None:
    return None if share_whole(DEVICES, texts) > 0.5 else Line("")


def urls(texts: Texts) -> Line | None:
    some = filled(texts)[:200]
    fits = [t for t in some if "/" in t or URL.match(t)]
    return Line("") if len(fits) > len(some) / 2 else None


def referrers(texts: Texts) -> Line | None:
    some = filled(texts)[:2_000]
    fits = [t for t in some if "/" in t or "." in t or t.startswith("$")]
    return Line("") if len(fits) > len(some) / 2 else None


def unique(texts: Texts) -> Line | None:
    some = filled(texts)
    repeated = len(some) - len(set(some))
    if repeated > len(some) / 10:
        return None
    if not repeated and len(some) == len(texts):
        return Line("", "; another in each row")
    return Line("", f"; {repeated:,} of {len(texts):,} rows repeat one", True)


def event_names(texts: Texts) -> Line | None:
    some = filled(texts)
    if len(set(some)) > max(200, len(some) / 20) or numeric_share(texts) >= 0.95:
        return None
    kinds = len(set(some))
    return Line("", f"; {kinds:,} of them" if kinds > 1 else "; the same in all rows")


def agents(texts: Texts) -> Line | None:
    return Line("") if share(AGENT, texts) > 0.3 else None


def addresses(texts: Texts) -> Line | None:
    whole = share_whole(IPV4, texts) + share_whole(IPV6, texts)
    return Line("") if whole > 0.5 else None


def not_address(texts: Texts) -> Line | None:
    return None if addresses(texts) or agents(texts) else Line("")


CHECKS: dict[str, Callable[[Texts], Line | None]] = {
    "platform": platforms,
    "page_url": urls,
    "referrer_url": referrers,
    "event_id": unique,
    "event_name": event_names,
    "user_agent": agents,
    "ip_address": addresses,
    "visitor_id": not_address,
    "user_id": not_address,
}
DEVICES = re.compile(r"desktop|mobile|tablet|smartphone|phone", re.IGNORECASE)
BY_CONTENT = (
    ("device_category", re.compile(rf"({DEVICES.pattern})$", re.I), "kinds of devices"),
    ("user_agent", AGENT, "those of browsers"),
    ("ip_address", re.compile(rf"({IPV4.pattern}|{IPV6.pattern})$"), "IP addresses"),
    ("page_url", REQUEST, "requests"),
    ("page_url", URL, "addresses"),
    ("referrer_url", URL, "addresses too"),
)
# What exports write for null; other words for nothing are in the seed
# placeholder_values, by the column in which they mean it.
NULLS = {"NULL", "null", r"\N", "-", "NaN", "nan", "None"}


# ---------- texts


def timed(origin: str, times: Times) -> str:
    """Return an entry with how its times are written."""
    if times.epoch:
        return f"{{{origin}, epoch: {times.epoch}}}"
    formats = [one if one == ISO else json.dumps(one) for one in times.formats]
    listed = formats[0] if len(formats) == 1 else f"[{', '.join(formats)}]"
    return f"{{{origin}, format: {listed}}}"


def quoted(text: str) -> str:
    """Return a text as YAML has it, in quotes where it needs them."""
    if re.fullmatch(r"[A-Za-z_$][\w.$/-]*( [\w.$/-]+)*", text):
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())


def shown(text: str) -> str:
    """Return a text as a comment may have it: one line, no control characters."""
    words = "".join(c if c.isprintable() else " " for c in text).split()
    return " ".join(words)


def in_rows(count: int) -> str:
    """Return a number of rows in words."""
    return "1 row" if count == 1 else f"{count:,} rows"


def plain_name(text: str) -> str:
    """Return the name of an event as models write names."""
    return re.sub(r"\W+", "_", text.lower()).strip("_") or "other"


def commented(line: Line) -> str:
    """Return a line with its reason, and a question mark where it is a question."""
    mark = "? " if line.is_open else ""
    reason = shown(line.reason)
    return f"{line.text}  # {mark}{reason}" if reason or mark else line.text


def some_text(texts: Texts) -> str:
    """Return the most frequent text of a column, cut."""
    counts = Counter(filled(texts))
    if not counts:
        return "(empty)"
    text = shown(counts.most_common(1)[0][0])
    return text if len(text) <= 60 else f"{text[:60]}…"
