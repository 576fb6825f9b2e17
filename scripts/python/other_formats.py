"""Text files that are nearly CSV or JSON lines: what each is, and what changes it."""

import json
import re
from typing import TypeAlias

from warehouse import COLUMNS

# What a file is, and the command that reads it and writes what the loader reads.
Advice: TypeAlias = tuple[str, str]

UTF16 = {
    rb"\xff\xfe|\xfe\xff": "UTF-16",
    rb"[^\0]\0": "UTF-16LE",
    rb"\0[^\0]": "UTF-16BE",
}
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}

# In JSON lines no line begins with a key: this object goes on in the next line.
GOES_ON = re.compile(r'\s*\{([^\n]*,)?[ \t\r]*\n\s*"')


def other_csv(beginning: bytes) -> Advice | None:
    """Return what a file that begins so is if it is CSV of another kind, else None."""
    if advice := other_text(beginning):
        return advice
    text = beginning.decode("utf-8-sig", "replace").lstrip("\r\n")
    header = text.partition("\n")[0]
    if header.lower().lstrip('"').startswith("sep="):
        return "begins with the line sep= that Excel reads", "tail -n +2"
    names = header.split(",")
    for separator, name in SEPARATORS.items():
        if len(known(header.split(separator))) > len(known(names)):
            command = (
                "python3 -c 'import csv, sys; csv.writer(sys.stdout).writerows("
                f"csv.reader(sys.stdin, delimiter={json.dumps(separator)}))'"
            )
            return f"has {name} instead of commas", command
    if padded := [name for name in known(names) if re.search("[ \t]", name)]:
        shown = ", ".join(repr(name.strip("\r")) for name in padded)
        return f"has blanks in its header: {shown}", "sed '1s/[[:blank:]]//g'"
    return None


def known(names: list[str]) -> list[str]:
    """Return those names that are columns but for blanks, quotes and case."""
    return [name for name in names if name.strip(' \t\r"').lower() in COLUMNS]


def other_json(beginning: bytes) -> Advice | None:
    """Return what a file that begins so is if it is JSON of another kind, else None."""
    if advice := other_text(beginning):
        return advice
    text = beginning.decode("utf-8-sig", "replace")
    if text.lstrip().startswith("["):
        return "is a JSON array, not one object per line", "jq -c '.[]'"
    if GOES_ON.match(text):
        return "has JSON objects over several lines, not one per line", "jq -c ."
    return None


def other_text(beginning: bytes) -> Advice | None:
    """Return what a file that begins so is if it is no UTF-8 in lines, else None."""
    for pattern, encoding in UTF16.items():
        if re.match(pattern, beginning):
            return "is UTF-16 text, not UTF-8", f"iconv -f {encoding} -t UTF-8"
    if re.match(rb"[^\r\n]*\r[^\n]", beginning):
        return "has the line ends of old Macs, CR alone", r"tr '\r' '\n'"
    return None
