"""Patterns of libraries become patterns that all engines read alike, with a literal."""

import pytest
from shared_patterns import NotSharedError, shared_patterns


@pytest.mark.parametrize(
    ("pattern", "shared"),
    [
        (r"Googlebot\/2\.1", [("googlebot/2[.]1", "googlebot/2.1")]),
        (r"bot[\w.-]+x{2,30}?y", [("bot[.0-9_a-z-]+x{2,30}y", "bot")]),
        (r"abcd(\d+)(?:\.\d+|)*", [("abcd[0-9]", "abcd")]),
        (r"\bnews\b", [("(^|[^a-z0-9_])news([^a-z0-9_]|$)", "news")]),
        (r"(?:Windows|windows) \x41", [("windows a", "windows a")]),
        (r"fetch(?:er|ing) Me", [("fetch(er|ing) me", "fetch")]),
        (r"MSIE [98]\.", [("msie [89][.]", "msie ")]),
        (r"MSIE (?:9|8)\.", [("msie [89][.]", "msie ")]),
        ("ipod|ipad", [("ipod", "ipod"), ("ipad", "ipad")]),
        (r"agent: (?:\.x|.y)z", [("agent: ([.]x|.y)z", "agent: ")]),
        (r"^a{40}gent$", [("^a+gent$", "gent")]),
    ],
)
def test_a_pattern_is_rewritten(pattern, shared):
    assert shared_patterns(pattern) == shared


def test_a_text_stands_for_the_first_group():
    shared = shared_patterns(r"(?:x|y)?(Fire(?:fox|bird))/(\d+)", "Firefox")

    assert shared == [("[xy]?firefox/[0-9]", "firefox/")]


@pytest.mark.parametrize(
    "pattern",
    ["bot(?=x)", "bot(?<!x)", "(?i:bot)", r"(b)ot\1", "(bot", "[a-z]+", r"bot\B", ""],
)
def test_what_engines_do_not_share_is_refused(pattern):
    with pytest.raises(NotSharedError):
        shared_patterns(pattern)
