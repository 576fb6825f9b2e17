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

# Machines that public reports name, as they say who they are: often without the address
# that the package has beside the name. With the name and the kind that they have here.
MACHINES = """
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot) | GPTBot | ai_crawler
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0 | ChatGPT-User | ai_assistant
OAI-SearchBot/1.0 | OAI-SearchBot | ai_crawler
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com) | ClaudeBot | ai_crawler
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Claude-User/1.0) | Claude-User | ai_assistant
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; PerplexityBot/1.0) | PerplexityBot | ai_crawler
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Perplexity-User/1.0) | Perplexity-User | ai_assistant
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; MistralAI-User/1.0) | MistralAI-User | ai_assistant
CCBot/2.0 | CCBot | ai_crawler
Mozilla/5.0 (Linux; Android 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; Bytespider) | Bytespider | ai_crawler
meta-externalfetcher/1.1 | Meta-ExternalFetcher | ai_assistant
Mozilla/5.0 (Macintosh; Intel Mac OS X 10_10_1) AppleWebKit/600.2.5 (KHTML, like Gecko) Version/8.0.2 Safari/600.2.5 (Amazonbot/0.1) | Amazonbot | ai_crawler
DuckAssistBot/1.2 | DuckAssistBot | ai_assistant
omgili/0.5 | Omgili | ai_crawler
Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html) | Googlebot | search
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0) Chrome/116.0.1938.76 Safari/537.36 | bingbot | search
Mozilla/5.0 (compatible; Yahoo! Slurp) | Yahoo Slurp | search
Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15 (Applebot/0.1) | Applebot | search
Mozilla/5.0 (Linux; Android 7.0;) AppleWebKit/537.36 (KHTML, like Gecko) Mobile Safari/537.36 (compatible; PetalBot) | PetalBot | search
facebookexternalhit/1.1 | facebookexternalhit | preview
Slackbot-LinkExpanding 1.0 | Slackbot | preview
Mozilla/5.0 (compatible; Discordbot/2.0) | Discordbot | preview
TelegramBot (like TwitterBot) | TelegramBot | preview
WhatsApp/2.23.20.0 | WhatsApp | preview
Mozilla/5.0 (compatible; Embedly/0.2) | Embedly | preview
Iframely/1.3.1 | Iframely | preview
Embed PHP library | Embed PHP library | preview
Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 | SkypeUriPreview | preview
Mozilla/5.0+(compatible; UptimeRobot/2.0) | UptimeRobot | monitoring
Pingdom.com_bot_version_1.4 | Pingdom | monitoring
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/98.0.4758.102 Safari/537.36 (StatusCake) | StatusCake | monitoring
Site24x7 | Site24x7 | monitoring
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 DatadogSynthetics | Datadog | monitoring
Mozilla/5.0 (Linux; Android 11; moto g power) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse | Lighthouse | monitoring
kube-probe/1.29 | kube-probe | monitoring
GoogleHC/1.0 | GoogleHC | monitoring
Envoy/HC | Envoy | monitoring
ELB-HealthChecker/2.0 | ELB-HealthChecker | monitoring
Amazon-Route53-Health-Check-Service (ref 5b1c2f6c) | Amazon Route 53 | monitoring
Uptime-Kuma/1.23.16 | Uptime Kuma | monitoring
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Cypress/13.6.0 Chrome/114.0.5735.289 Electron/25.8.4 Safari/537.36 | Cypress | script
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36 | HeadlessChrome | script
Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1 | PhantomJS | script
PostmanRuntime/7.36.0 | Postman | script
insomnia/2023.5.8 | Insomnia | script
undici | undici | script
node | Node.js | script
axios/1.7.2 | Axios | script
curl/8.5.0 | curl | script
Wget/1.21.4 | Wget | script
python-requests/2.32.3 | python-requests | script
Go-http-client/2.0 | Go-http-client | script
Java/17.0.11 | Java | script
Apache-HttpClient/4.5.14 (Java/17.0.9) | Apache-HttpClient | script
GuzzleHttp/7 | Guzzle | script
Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/) | AhrefsBot | other
Scrapy/2.11.0 | Scrapy | script
Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.4291 | PowerShell | script
Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0 | iMessage | preview
Better Stack Better Uptime Bot Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 | Better Stack | monitoring
"""  # noqa: E501

# People whose phone, app or extension has a word of bots in its user agent.
PEOPLE = """
Mozilla/5.0 (Linux; Android 13; CUBOT KINGKONG 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 9; M bot 52) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/80.0.3987.99 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 7.0; M bot 60 Build/NRD90M; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/67.0.3396.87 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 7.1.2; M_bot_tab_71 Build/NHG47K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/58.0.3029.83 Safari/537.36
Mozilla/5.0 (Linux; Android 8.1.0; XBot Junior) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/87.0.4280.101 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 6.0; POWER BOT) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/80.0.3987.99 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 13; Spider 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/127.0.0.0 Safari/537.36 ||| ReqID: 1 | Type: xmlhttprequest | Initiator: https://shop.example
okhttp/4.9.2
MyShop/5.1 (Android 14; okhttp/5.3.2)
Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Feedly/93.0.1
Mozilla/5.0 (Windows NT 10.0; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/40.0.2214.89 Safari/537.36 Vivaldi/1.0.83.38 (Technical Preview)
Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Code/1.115.0 Chrome/142.0.7444.265 Electron/39.8.5 Safari/537.36
Mozilla/5.0 (Linux; Android 15; SM-S928B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/142.0.7444.142 Mobile Safari/537.36 Instagram 406.0.0.58.159 Android (35/15; 480dpi; 1080x2132; HTC; htc_botdugls; qcom; de_DE; 440638617)
Mozilla/5.0 (X11; Linux x86_64; rv:29.0) Gecko/20100101 Firefox/29.0 SeaMonkey/2.26 Lightning/3.1
Mozilla/5.0 (Linux; U; Android 1.6; fr-fr; LG-GT540) AppleWebKit/528.5+ (KHTML, like Gecko) Safari/525.20.1 Java/Jbed/7.0
Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)
Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8 Build/UD1A.230803.041)
Shop/1.4 CFNetwork/1494.0.7 Darwin/23.4.0
Dart/3.3 (dart:io)
Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/124.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/456.0.0.42.109;]
Mozilla/5.0 (Linux; Android 12; M bot 70 Pro) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99.0.0.0 Mobile Safari/537.36
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36 Vivaldi/6.7 preview
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

    assert len(bots_among(examples)) >= 0.995 * len(examples)


def test_machines_that_reports_name_are_found_by_name():
    machines = [line.split(" | ") for line in MACHINES.strip().splitlines()]
    expected = {agent: (name, kind) for agent, name, kind in machines}

    found = bots_among(expected)
    assert len(expected) == 60
    assert len(found) >= 58
    assert found == expected


def test_few_people_are_taken_for_bots():
    agents = refresh_seeds.kept_for_tests()
    people = [agent.text for agent in agents if agent.is_browser]

    assert len(people) > 17_000
    assert len(bots_among(people)) <= 0.0005 * len(people)


def test_people_with_the_words_of_bots_are_people():
    people = PEOPLE.strip().splitlines()
    category = {
        "Linux; Android 9; M bot 52": "mobile",
        "Linux; Android 7.1.2; M_bot_tab_71": "tablet",
        "Linux; Android 8.1.0; XBot Junior": "mobile",
        "Initiator: https://": "desktop",
    }

    assert bots_among(people) == {}
    for words, expected in category.items():
        agents = [agent for agent in people if words in agent]
        assert agreement(agents, "device", lambda _, said=expected: said) == 1


def test_real_visitors_are_not_taken_for_bots():
    assert bots_among(refresh_seeds.real_agents()) == {}


def test_a_bot_has_one_name_and_one_kind():
    rows = read("bot_user_agents")
    kinds = {(row["name"].lower(), row["kind"]) for row in rows}

    assert len({row["name"] for row in rows}) == len(kinds)
    assert {kind for _, kind in kinds} == {*refresh_seeds.NAMED_BOTS}


def test_every_bot_with_a_kind_by_the_package_has_it():
    """Where no bot with a name of its own is found in it before."""
    examples = {
        example: refresh_seeds.kind_of(entry)
        for entry in CRAWLER_USER_AGENTS_DATA
        for example in entry["instances"]
        if refresh_seeds.kind_of(entry) != refresh_seeds.OTHER
    }
    found = bots_among(examples)
    said = [found[text][1] == kind for text, kind in examples.items() if text in found]

    assert sum(said) >= 0.9 * len(said)


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


def bots_among(agents):
    """{agent: (name, kind)} of the user agents in which SQL finds a bot."""
    with beside(list(agents), "bot_user_agents") as connection:
        rows = connection.execute(
            """
            select
                text,
                arg_min(name, pattern_number::integer),
                arg_min(kind, pattern_number::integer)
            from texts
            join seed
                on contains(lower(text), literal)
                and regexp_matches(lower(text), pattern)
            group by text
            """
        ).fetchall()
    return {text: (name, kind) for text, name, kind in rows}


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
