"""The derived seeds are what the packages make, and find what they are for.

User agents are those that refresh_seeds did not learn from.
"""

import csv
import re
import subprocess
from collections import Counter
from contextlib import contextmanager
from importlib.resources import files

import duckdb
import pytest
import refresh_seeds
from building import ROOT
from crawleruseragents import CRAWLER_USER_AGENTS_DATA
from refresh_seeds import lower_ascii

pytestmark = pytest.mark.slow

SEEDS = ["bot_user_agents", "user_agent_patterns", "public_suffixes"]
WITH_PATTERNS = SEEDS[:2]

# Bots that come in numbers, as they say who they are.
WELL_KNOWN = """
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36
Mozilla/5.0 (Linux; Android 11; moto g power) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 DatadogSynthetics
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/117.0.0.0 Safari/537.36 GTmetrix
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/98.0.4758.102 Safari/537.36 (StatusCake)
Mozilla/5.0 (compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)
Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)
Site24x7
curl/8.5.0
Wget/1.21.4
python-requests/2.32.3
Go-http-client/2.0
Java/17.0.11
okhttp/4.12.0
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2; +https://openai.com/gptbot
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Claude-User/1.0)
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; PerplexityBot/1.0)
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Perplexity-User/1.0)
CCBot/2.0
Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; Bytespider)
meta-externalagent/1.1
facebookexternalhit/1.1
Mozilla/5.0 (compatible; Yahoo! Slurp)
"""  # noqa: E501

PEOPLE = """
Mozilla/5.0 (Linux; Android 13; CUBOT KINGKONG 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36
Mozilla/5.0 (X11; Linux x86_64; rv:29.0) Gecko/20100101 Firefox/29.0 SeaMonkey/2.26 Lightning/3.1
Mozilla/5.0 (Linux; U; Android 1.6; fr-fr; LG-GT540) AppleWebKit/528.5+ (KHTML, like Gecko) Safari/525.20.1 Java/Jbed/7.0
Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)
"""  # noqa: E501

# A pattern that all engines read alike, when every group in it is one letter.
LETTER = r"""[a-z0-9 !"#%&',/:;<=>@_`~-]"""
SET = r"\[Z-\^\]|\[\^?(?:[a-z0-9]-[a-z0-9]|[^\[\]\\^&A-Z-])*-?\]"
PIECE = rf"(?:[\^$]|(?:{LETTER}|\.|{SET})(?:[*+?]|\{{\d{{1,2}}(?:,\d{{1,2}})?\}})?)"
BRANCHES = rf"{PIECE}+(?:\|{PIECE}+)*"


@pytest.mark.parametrize("seed", SEEDS)
def test_committed_seeds_are_what_the_packages_make(seed, refreshed):
    made = (refreshed / f"{seed}.csv").read_bytes()

    assert made == (ROOT / "seeds" / f"{seed}.csv").read_bytes()
    assert len(made) < refresh_seeds.LARGEST


@pytest.mark.parametrize("seed", WITH_PATTERNS)
def test_engines_read_every_pattern_alike(seed):
    patterns = [row["pattern"] for row in read(seed)]
    not_shared = [pattern for pattern in patterns if not is_shared(pattern)]
    with duckdb.connect() as connection:
        for pattern in patterns:
            connection.execute("select regexp_matches('x', $1)", [pattern])

    assert not_shared == []


@pytest.mark.parametrize(
    "pattern",
    [r"a\b", r"\d", "(?:a)", "(?i)a", "a(?=b)", "a+?", "a**", "(a|)", "A", "é", "[[]"]
    + ["[a&&b]", "a{300}", "(a", "a)", "*a", "x(|a)", ""],
)
def test_what_engines_read_each_in_their_way_is_told(pattern):
    assert not is_shared(pattern)


@pytest.mark.parametrize("seed", WITH_PATTERNS)
def test_every_match_has_the_literal_in_it(seed):
    texts = [lower_ascii(agent.text) for agent in refresh_seeds.kept_for_tests()[::9]]
    for row in read(seed):
        found = re.compile(row["pattern"])
        assert row["literal"] == lower_ascii(row["literal"]) != ""
        for text in texts:
            assert row["literal"] in text or not found.search(text), row


def test_most_user_agents_have_the_families_that_the_library_says():
    agents = [agent.text for agent in refresh_seeds.kept_for_tests()[::3]]
    said = {text: refresh_seeds.said_by_library(text) for text in agents}
    people = [text for text in agents if said[text].device != "Spider"]

    assert agreement(agents, "device", refresh_seeds.device_category) >= 0.95
    assert agreement(people, "browser", lambda text: said[text].browser) >= 0.97
    assert agreement(people, "system", lambda text: said[text].system) >= 0.98


def test_most_devices_have_the_category_that_somebody_gave_them():
    by_hand = {
        agent.text: agent.category
        for agent in refresh_seeds.kept_for_tests()
        if agent.category
    }

    assert agreement(by_hand, "device", by_hand.get) >= 0.89


def test_real_visitors_have_the_families_that_the_library_says():
    agents = refresh_seeds.real_agents()
    said = {text: refresh_seeds.said_by_library(text) for text in agents}

    assert agreement(agents, "device", refresh_seeds.device_category) >= 0.99
    assert agreement(agents, "browser", lambda text: said[text].browser) >= 0.99
    assert agreement(agents, "system", lambda text: said[text].system) >= 0.99


def test_most_bots_are_found():
    examples = [e for entry in CRAWLER_USER_AGENTS_DATA for e in entry["instances"]]

    assert len(found_among(examples)) >= 0.98 * len(examples)


def test_well_known_bots_are_found():
    agents = WELL_KNOWN.strip().splitlines()

    assert found_among(agents) == agents


def test_few_people_are_taken_for_bots():
    agents = refresh_seeds.kept_for_tests()
    people = [agent.text for agent in agents if agent.is_browser]

    assert len(people) > 10_000
    assert len(found_among(people)) <= 0.001 * len(people)
    assert found_among(PEOPLE.strip().splitlines()) == []


def test_real_visitors_are_not_taken_for_bots():
    assert found_among(refresh_seeds.real_agents()) == []


def test_hosts_have_the_registrable_domain_that_the_list_says():
    cases = re.findall(
        r"^checkPublicSuffix\('([^.'][^']*)', (?:'(.*)'|null)\)",
        files("publicsuffixlist").joinpath("test_psl.txt").read_text(),
        re.MULTILINE,
    )
    expected = {punycode(host): punycode(domain) or None for host, domain in cases}
    assert len(expected) > 60

    assert registrable_domains(expected) == expected


def test_the_model_of_hosts_looks_at_as_many_labels_as_domains_have():
    model = next(ROOT.rglob("models/**/int_lookup_hosts.sql")).read_text()
    looked_at = int(re.search(r"set most_labels = (\d+)", model)[1])
    longest = max(
        row["suffix"].count(".") + 1 + (row["kind"] == "wildcard")
        for row in read("public_suffixes")
    )

    assert longest + 1 <= looked_at


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory):
    """A folder that refresh_seeds has written to."""
    folder = tmp_path_factory.mktemp("refreshed") / "seeds"
    script = ROOT / "scripts" / "maintenance" / "refresh_seeds"
    subprocess.run([script, "--output", folder], check=True)
    return folder


def read(seed):
    with open(ROOT / "seeds" / f"{seed}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_shared(pattern):
    """Whether a pattern is one that RE2, Java and PostgreSQL read alike."""
    group, before = re.compile(rf"\({BRANCHES}\)"), None
    while before != pattern:
        before, pattern = pattern, group.sub("x", pattern)
    return re.fullmatch(BRANCHES, pattern) is not None


@contextmanager
def beside(texts, seed):
    """A connection with texts and the rows of a seed as tables."""
    with duckdb.connect() as connection:
        connection.execute("create table texts as select unnest($1) as text", [texts])
        path = str(ROOT / "seeds" / f"{seed}.csv")
        connection.read_csv(path, all_varchar=True).create("seed")
        yield connection


def found_among(agents):
    """The user agents in which SQL finds a bot, in their order."""
    with beside(list(agents), "bot_user_agents") as connection:
        found = connection.execute(
            """
            select distinct text
            from texts
            join seed
                on contains(lower(text), literal)
                and regexp_matches(lower(text), pattern)
            """
        ).fetchall()
    found = {text for (text,) in found}
    return [agent for agent in agents if agent in found]


def agreement(texts, kind, expected):
    """The share of user agents of which SQL says what is expected.

    Args:
        texts: user agents.
        kind: the kind of user_agent_patterns.
        expected: a function of the user agent.
    """
    with beside(list(texts), "user_agent_patterns") as connection:
        said = connection.execute(
            """
            select text, arg_min(value, pattern_number::integer)
            from texts
            join seed
                on kind = $1
                and contains(lower(text), literal)
                and regexp_matches(lower(text), pattern)
            group by text
            """,
            [kind],
        ).fetchall()
    said = dict(said)
    unknown = "unknown" if kind == "device" else None
    others = Counter()
    for text in texts:
        pair = expected(text), said.get(text, unknown)
        others[pair] += pair[0] != pair[1]
    share = 1 - others.total() / len(texts)
    print(f"{kind}: {share:.4f} of {len(texts):,}; others {others.most_common(5)}")
    return share


def punycode(host):
    return host.encode("idna").decode().lower()


def registrable_domains(hosts):
    """{host: domain} by the seed public_suffixes: its suffix and one label more."""
    with beside(list(hosts), "public_suffixes") as connection:
        rows = connection.execute(
            """
            with tails as (
                select
                    text as host,
                    string_split(host, '.') as labels,
                    unnest(range(1, len(labels) + 1)) as place,
                    len(labels) - place + 1 as count,
                    array_to_string(labels[place:], '.') as tail,
                    array_to_string(labels[place + 1:], '.') as parent
                from texts
            ),

            longest as (
                select
                    host,
                    any_value(labels) as labels,
                    coalesce(
                        max(count - 1) filter (kind = 'exception'),
                        max(count) filter (kind is not null or count = 1)
                    ) as count
                from tails
                left join seed
                    on suffix = case when kind = 'wildcard' then parent else tail end
                group by host
            )

            select host, array_to_string(labels[-count - 1:], '.')
            from longest
            where len(labels) > count
            """
        ).fetchall()
    return dict.fromkeys(hosts) | dict(rows)
