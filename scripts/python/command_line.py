"""What the command lines of several scripts share."""

import argparse
from collections.abc import Callable, Iterable
from datetime import date
from typing import NoReturn, TypeVar

from tqdm import tqdm

# Leaves the paragraphs of a description as they are.
RawText = argparse.RawDescriptionHelpFormatter

Item = TypeVar("Item")


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong with the arguments.

    Attributes:
        usage_code: the exit code then.
    """

    usage_code = 2

    def error(self, message: str) -> NoReturn:
        self.exit(self.usage_code, f"{self.prog}: {message} (see --help)\n")


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """A type of argument: whole numbers between two bounds."""

    def parse(text: str) -> int:
        if text.isdecimal() and least <= int(text) <= most:
            return int(text)
        expected = f"type a whole number from {least:,} to {most:,}"
        raise argparse.ArgumentTypeError(f"{expected}, not '{text}'")

    return parse


def calendar_day(text: str) -> date:
    """A type of argument: days."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if 1970 <= day.year <= 2036:
        return day
    expected = "type a day from 1970 to 2036 such as 2026-03-02"
    raise argparse.ArgumentTypeError(f"{expected}, not '{text}'")


def progress(items: Iterable[Item], doing: str, unit: str = "it") -> Iterable[Item]:
    """The items, with a bar on a terminal that says what is being done to them."""
    return tqdm(items, desc=doing, unit=f" {unit}", leave=False, disable=None)
