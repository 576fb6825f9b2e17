"""Rebuild the seeds that come from packages, in the versions of requirements.lock.

- bot_user_agents.csv: crawler-user-agents, bots that people ask for, and the words that
  most bots use.
- user_agent_patterns.csv: the rules of ua-parser for the families that matter.
- public_suffixes.csv: the list in publicsuffixlist.

The same packages make the same bytes. No build needs this: after moving one of the
packages, run it, read the difference, and let scripts/check judge it.

Which rows are worth having is learned from user agents that fake-useragent and
device-detector carry. Every second of them is kept out of it, for the tests.
"""

import argparse
import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, TypeVar

import yaml
from command_line import progress
from crawleruseragents import CRAWLER_USER_AGENTS_DATA
from project import ROOT
from shared_patterns import NotSharedError, shared_patterns
from ua_parser_builtins.matchers import MATCHERS

SEEDS = ROOT / "seeds"
LARGEST = 2**20  # bytes; dbt does not see a change in a larger seed
BROWSERS, SYSTEMS, DEVICES = MATCHERS
Rules: TypeAlias = Sequence[Any]  # matchers of ua-parser for one kind

# Kinds of device in device-detector's examples that people browse with.
USED_BY_PEOPLE = {
    "smartphone": "mobile",
    "phablet": "mobile",
    "feature phone": "mobile",
    "tablet": "tablet",
    "desktop": "desktop",
    "tv": "tv",
    "console": "tv",
}
BEGIN_BROWSERS = ("Mozilla/", "Opera/", "UCWEB/")


class SeedError(Exception):
    """A package is not what this script expects; the text says how."""


class Agent(NamedTuple):
    """A user agent that somebody has seen.

    Attributes:
        text: the user agent.
        category: the category of its device, said by hand; None where nobody did.
        is_browser: whether it looks like a browser that a person uses.
    """

    text: str
    category: str | None
    is_browser: bool


class Row(NamedTuple):
    """A shared pattern, what every match has in it, and what it finds."""

    pattern: str
    literal: str
    value: str


class BotRow(NamedTuple):
    """A shared pattern, what every match has in it, and which bot it finds."""

    pattern: str
    literal: str
    name: str
    kind: str


AnyRow = TypeVar("AnyRow", Row, BotRow)


def found_in(lower: str, rows: Iterable[AnyRow]) -> AnyRow | None:
    """The first of the rows that a user agent of lower case has in it, or None."""
    for row in rows:
        if row.literal in lower and compiled(row.pattern).search(lower):
            return row
    return None


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def lower_ascii(text: str) -> str:
    """Text with A to Z in lower case and nothing else changed."""
    return text.translate({n: n + 32 for n in range(ord("A"), ord("Z") + 1)})


# ---------- user agents to learn from and to test with


@cache
def agents() -> list[Agent]:
    """Every user agent that the packages carry, once, in the order of its text."""
    seen: dict[str, Agent] = {}
    for text in real_agents():
        seen[text] = Agent(text, None, is_browser=True)
    for text, kind in labelled_agents():
        category = USED_BY_PEOPLE.get(kind or "")
        is_browser = bool(category) and text.startswith(BEGIN_BROWSERS)
        seen.setdefault(text, Agent(text, category, is_browser))
    return [seen[text] for text in sorted(seen)]


def learned_from() -> list[Agent]:
    return agents()[::2]


def kept_for_tests() -> list[Agent]:
    return agents()[1::2]


def real_agents() -> list[str]:
    """User agents of fake-useragent: real visitors, as of April 2025."""
    source = files("fake_useragent").joinpath("data", "browsers.jsonl")
    lines = source.read_text(encoding="utf-8")
    return sorted({json.loads(line)["useragent"] for line in lines.splitlines()})


def labelled_agents() -> Iterator[tuple[str, str | None]]:
    """Yield user agent and kind of device from the examples of device-detector.

    Its code is not used, and not imported: not all that it needs is installed.
    """
    package = find_spec("device_detector")
    places = package and package.submodule_search_locations or []
    examples = Path(*places, "tests", "fixtures", "upstream")
    found = sorted(examples.glob("*.yml"))
    if len(found) < 50:
        raise SeedError(f"device-detector has no examples in {examples}")
    for file in progress(found, "reading user agents"):
        for example in yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader):
            if "bot" in example or "headers" in example:
                continue  # with client hints, the user agent is not the whole story
            text, device = example["user_agent"], example.get("device") or {}
            if isinstance(text, str):
                yield text, device.get("type")


# ---------- bots

# What bots are for. The package's tags say it, the first of these that a pattern has;
# other is for search engine optimization, advertising, security, archives and feeds.
KINDS_OF_TAGS = {
    "ai-crawler": "ai_crawler",
    "search-engine": "search",
    "social-preview": "preview",
    "monitoring": "monitoring",
    "http-library": "script",
    "browser-automation": "script",
}
OTHER = "other"

# Bots that people ask for by name, (pattern, name), beside the package: it has them
# under several patterns, with another tag, or not at all. The first that is found names
# the bot: what says most stands first.
NAMED_BOTS = {
    # They fetch a page because somebody asked an assistant about it.
    "ai_assistant": [
        ("chatgpt-user", "ChatGPT-User"),
        ("claude-user", "Claude-User"),
        ("claude-code", "Claude Code"),
        ("perplexity-?user", "Perplexity-User"),
        ("mistralai-user", "MistralAI-User"),
        ("duckassistbot", "DuckAssistBot"),
        ("gemini-deep-research", "Gemini-Deep-Research"),
        ("google-notebooklm", "Google-NotebookLM"),
        ("google-agent", "Google-Agent"),
        ("meta-externalfetcher", "Meta-ExternalFetcher"),
        ("amzn-user", "Amzn-User"),
        ("kagi-fetcher", "kagi-fetcher"),
        ("novaact", "NovaAct"),
        ("grok-deepsearch", "Grok-DeepSearch"),
        ("(^|[^a-z])devin/", "Devin"),
        ("^browser-use", "Browser Use"),
        ("^langchain", "LangChain"),
        ("jina-?reader", "Jina Reader"),
    ],
    # They collect pages to train models, or for the index that an assistant searches.
    "ai_crawler": [
        ("gptbot", "GPTBot"),
        ("oai-searchbot", "OAI-SearchBot"),
        ("claudebot", "ClaudeBot"),
        ("claude-searchbot", "Claude-SearchBot"),
        ("claude-web", "Claude-Web"),
        ("anthropic-ai", "anthropic-ai"),
        ("perplexitybot", "PerplexityBot"),
        ("ccbot/", "CCBot"),
        ("bytespider", "Bytespider"),
        ("tiktokspider", "TikTokSpider"),
        ("amazonbot", "Amazonbot"),
        ("meta-externalagent", "Meta-ExternalAgent"),
        ("facebookbot", "FacebookBot"),
        ("google-extended", "Google-Extended"),
        ("google-cloudvertexbot", "Google-CloudVertexBot"),
        ("cohere-", "Cohere"),
        ("mistralai-", "MistralAI"),
        ("diffbot", "Diffbot"),
        ("deepseek-?bot", "DeepSeekBot"),
        ("grokbot", "GrokBot"),
        ("imagesiftbot", "ImagesiftBot"),
        ("pangubot", "PanguBot"),
        ("timpibot", "Timpibot"),
        ("youbot", "YouBot"),
        ("omgili", "Omgili"),
        ("webzio-extended", "Webzio-Extended"),
        ("firecrawl", "Firecrawl"),
        ("^apify", "Apify"),
        ("cotoyogi", "Cotoyogi"),
        ("spider.*spider[.]com", "Spider"),
    ],
    # They show a page where somebody links to it.
    "preview": [
        ("facebookexternalhit.*facebot.*twitterbot", "iMessage"),
        ("line-poker", "LINE"),
        ("kakaotalk-scrap", "KakaoTalk"),
        ("facebookexternalhit", "facebookexternalhit"),
        ("facebot", "Facebot"),
        ("telegrambot", "TelegramBot"),
        ("twitterbot", "Twitterbot"),
        ("linkedinbot", "LinkedInBot"),
        ("slackbot", "Slackbot"),
        ("slack-imgproxy", "Slackbot"),
        ("discordbot", "Discordbot"),
        ("skypeuripreview", "SkypeUriPreview"),
        ("pinterest(bot|/0[.])", "Pinterestbot"),
        ("redditbot", "redditbot"),
        ("^whatsapp", "WhatsApp"),
        ("^viber$", "Viber"),
        ("bingpreview", "BingPreview"),
        ("google web preview", "Google Web Preview"),
        ("google favicon", "Google Favicon"),
        ("googleimageproxy", "GoogleImageProxy"),
        ("embedly", "Embedly"),
        ("iframely", "Iframely"),
        ("embed php library", "Embed PHP library"),
        ("noembed", "Noembed"),
        ("^rocket[.]chat", "Rocket.Chat"),
        ("camo asset proxy", "Camo"),
    ],
    "search": [
        ("googlebot", "Googlebot"),
        ("googleother", "GoogleOther"),
        ("google-inspectiontool", "Google-InspectionTool"),
        ("storebot-google", "Storebot-Google"),
        ("bingbot", "bingbot"),
        ("msnbot", "msnbot"),
        ("slurp", "Yahoo Slurp"),
        ("duckduck(bot|go-favicons)", "DuckDuckBot"),
        ("baiduspider", "Baiduspider"),
        ("yandex.*(bot|[.]com/bots)", "YandexBot"),
        ("applebot", "Applebot"),
        ("petalbot", "PetalBot"),
        ("sogou.*spider", "Sogou"),
        ("yisouspider", "YisouSpider"),
        ("360spider", "360Spider"),
        ("seznambot", "SeznamBot"),
        ("qwant(ify|bot)", "Qwantbot"),
        ("coccocbot", "coccocbot"),
        ("(^|[^a-z])yeti/", "Yeti"),
        ("(^|[^a-z])owler", "OWLer"),
        ("nutch", "Apache Nutch"),
    ],
    # They look whether a site answers, how fast, and whether it works.
    "monitoring": [
        ("uptimerobot", "UptimeRobot"),
        ("uptime-kuma", "Uptime Kuma"),
        ("better ?(stack|uptime)", "Better Stack"),
        ("pingdom", "Pingdom"),
        ("statuscake", "StatusCake"),
        ("site24x7", "Site24x7"),
        ("datadog", "Datadog"),
        ("newrelic(pinger|synthetic)", "New Relic"),
        ("ruxitsynthetic", "Dynatrace"),
        ("checkly", "Checkly"),
        ("gtmetrix", "GTmetrix"),
        ("chrome-lighthouse", "Lighthouse"),
        ("ptst/", "WebPageTest"),
        ("googlestackdrivermonitoring", "Google Cloud Monitoring"),
        ("googlehc", "GoogleHC"),
        ("kube-probe", "kube-probe"),
        ("^envoy([ /]|$)", "Envoy"),
        ("^haproxy", "HAProxy"),
        ("^traefik", "Traefik"),
        ("elb-healthchecker", "ELB-HealthChecker"),
        ("amazon-route53-health-check", "Amazon Route 53"),
        ("cloudflare-healthchecks", "Cloudflare-Healthchecks"),
        ("^azure traffic manager", "Azure Traffic Manager"),
        ("^load balancer agent", "Azure Load Balancer"),
        ("^alwayson$", "Azure AlwaysOn"),
        ("consul health check", "Consul"),
        ("^prometheus/", "Prometheus"),
        ("^grafana/", "Grafana"),
        ("^monit/", "Monit"),
        ("^sensu", "Sensu"),
        ("sitespeed[.]io", "sitespeed.io"),
    ],
    # Programs, libraries and browsers that nobody sits before.
    "script": [
        ("headlesschrome", "HeadlessChrome"),
        ("phantomjs", "PhantomJS"),
        ("puppeteer", "Puppeteer"),
        ("playwright", "Playwright"),
        ("cypress/", "Cypress"),
        ("selenium", "Selenium"),
        ("testcafe", "TestCafe"),
        ("webdriver", "WebDriver"),
        ("slimerjs", "SlimerJS"),
        ("jsdom/", "jsdom"),
        ("happydom/", "HappyDOM"),
        ("wkhtmlto(pdf|image)", "wkhtmltopdf"),
        ("^postman(runtime|$)", "Postman"),
        ("^insomnia(/|$)", "Insomnia"),
        ("^hoppscotch", "Hoppscotch"),
        ("^(rapidapi|paw)/", "RapidAPI"),
        ("^bruno-?runtime/", "Bruno"),
        ("^httpie/", "HTTPie"),
        ("jmeter", "Apache JMeter"),
        ("^(grafana ?)?k6/", "k6"),
        ("^gatling", "Gatling"),
        ("^vegeta", "Vegeta"),
        ("^locust", "Locust"),
        ("^apachebench/", "ApacheBench"),
        ("^undici", "undici"),
        ("^node([.]js.*)?$", "Node.js"),  # what its fetch says
        ("node-fetch", "node-fetch"),
        ("node-superagent", "superagent"),
        ("^axios/", "Axios"),
        ("^got([ /(]|$)", "got"),
        ("^(deno|bun)/", "Deno and Bun"),
        ("aiohttp", "aiohttp"),
        ("httpx", "httpx"),
        ("python-requests", "python-requests"),
        ("python-urllib", "Python-urllib"),
        ("scrapy", "Scrapy"),
        ("go-http-client", "Go-http-client"),
        ("^go-resty/", "Resty"),
        ("^go [0-9.]+ package http", "Go-http-client"),
        ("fasthttp", "fasthttp"),
        ("apache-httpclient/[0-9]", "Apache-HttpClient"),  # not that of Android's apps
        ("apache-httpasyncclient", "Apache-HttpAsyncClient"),
        ("^akka-http", "Akka HTTP"),
        ("^vert[.]x-webclient", "Vert.x"),
        ("^unirest", "Unirest"),
        ("^java(-http-client)?/", "Java"),  # phones say it too, behind their name
        ("^reactornetty/", "Reactor Netty"),
        ("guzzlehttp", "Guzzle"),
        ("^faraday ", "Faraday"),
        ("^ruby([ /,]|$)", "Ruby"),
        ("^reqwest/", "reqwest"),
        ("^ureq/", "ureq"),
        ("^hackney/", "hackney"),
        ("^http-kit/", "http-kit"),
        ("^httparty", "HTTParty"),
        ("^http[.]rb/", "http.rb"),
        ("^rest-client/", "rest-client"),
        ("^php([/-]|$)", "PHP"),
        ("^zend_http_client", "Zend_Http_Client"),
        ("^needle/", "needle"),
        ("^tornado/", "Tornado"),
        ("^twisted", "Twisted"),
        ("^mojolicious", "Mojolicious"),
        ("libwww-perl", "libwww-perl"),
        ("lwp::", "libwww-perl"),
        ("powershell/", "PowerShell"),
        ("winhttprequest", "WinHttp"),
        ("^winhttp", "WinHttp"),
        ("^restsharp/", "RestSharp"),
        ("(^|[^a-z])wget([^a-z]|$)", "Wget"),
        ("curl/", "curl"),
        ("libfetch/", "libfetch"),
        ("aria2/", "aria2"),
    ],
    OTHER: [
        ("adsbot-google", "AdsBot-Google"),
        ("mediapartners-google", "Mediapartners-Google"),
        ("adidxbot", "adidxbot"),
        ("ahrefs", "AhrefsBot"),
        ("semrushbot", "SemrushBot"),
        ("siteauditbot", "SiteAuditBot"),
        ("mj12bot", "MJ12bot"),
        ("(^|[^a-z])dotbot", "DotBot"),
        ("blexbot", "BLEXBot"),
        ("dataforseobot", "DataForSeoBot"),
        ("barkrowler", "Barkrowler"),
        ("screaming frog", "Screaming Frog"),
        ("archive[.]org_bot", "Internet Archive"),
        ("ia_archiver", "Internet Archive"),
        ("heritrix", "Heritrix"),
        ("feedfetcher-google", "FeedFetcher-Google"),
        ("feedly([.]com/|bot)", "Feedly"),  # Feedly's app shows pages to its reader
        ("censysinspect", "Censys"),
        ("^masscan", "masscan"),
        ("nuclei - open", "Nuclei"),
        ("^wpscan", "WPScan"),
        ("^github-hookshot", "GitHub Hookshot"),
        ("^amazon simple notification", "Amazon SNS"),
    ],
}

# Words that most bots use. A pattern of the package that one of these finds by its own
# words needs no row to find a bot. Phones and apps have such words too, so here a word
# ends where a bot's name does: at a sign, at a version or at the end of the agent.
ENDS_NAME = "([^a-z0-9_ ]|$| [^a-z0-9])"
BOT = [  # phones of Cubot have the word, and M bot 60 of Mobiwire
    f"(^|[^u ]|(^|[^c])u)bots?{ENDS_NAME}",
    " bots?([^a-z0-9_ )]|$| [^a-z0-9])",
    "bot (v[0-9]|[0-9]+[.][0-9])",
]
SPIDER = [f"spider{ENDS_NAME}"]
WORDS_OF_BOTS = {
    "monitoring": [
        "monitoring",
        "(site|web|url|page|server|network|uptime|health|integrity|http)[ _-]?monitor",
        "uptime",
        "synthetics?([^a-z]|$)",
        "(health|uptime)[ _-]?(check|probe)",
    ],
    "preview": [
        "(link|url|uri|page|web|site)[ _-]?preview",
        "(^|[^a-z])oembed",
        "unfurl",
    ],
    "script": ["headless", "python", "http-?client"],
    OTHER: [
        *BOT,
        *SPIDER,
        "crawl",
        "scrape",
        "archiver",
        "fetcher",
        "validator",
        "link ?check",
        "checker",
        "feed ?parser",
        "google-[a-z]",
    ],
}

# Words of agents that say no name. Browsers have no address to give. Bots give one for
# complaints, behind a sign; extensions append that of a page.
ADDRESS = ["^([^m]|m[^o]).*https?://", "[+(;,<=-] ?https?://"]
ADDRESSES = [
    *ADDRESS,
    "@[a-z0-9-]+[.][a-z]",
    # Where a browser says that it is compatible, it is MSIE or Konqueror.
    "mozilla/5[.]0 [(]compatible; ([^mku]|m[^s]|k[^o]|u[^;])",
    "gecko; compatible;",
]

# What bots of a kind are called that have no name of their own.
SAID_OF_OTHERS = {
    "monitoring": "monitoring",
    "preview": "preview",
    "script": "script",
    OTHER: "bot",
}

# Assistants that the package has for crawlers, beside those called User.
ASSISTANTS = {
    "Amazon-Bedrock-AgentCore-Browser",
    "AmazonBuyForMe",
    "Google-Gemini-CLI",
    "GoogleAgent-Mariner",
    "opencode-smartfetch",
    r"linkReader\/",
}

# Patterns of the package that find people, though the learned agents do not show it.
FIND_PEOPLE = {
    r"MetaIAB Facebook",  # the browser inside Facebook's app
    r"Code\/1\.",  # the browser inside an editor
    r"Trae\/",  # likewise
    "okhttp",  # the library of Android's apps
    "speedy",  # a word of phones
    "Goodreads",  # an app with a browser
    "Automaton|Newsify Feed Fetcher",
    "Chirp|gotosocial",
}

# Names of apps with a browser inside: they are bots where they begin the agent.
APPS = {
    r"Asana\/",
    r"Blackboard",
    r"Bluesky\/",
    r"Hatena",
    r"Instapaper\/",
    r"Notion\/",
    r"NextCloud",
    r"Tumblr\/",
    r"WhatsApp",
}
SHORT = 8  # a name of fewer letters has to begin a word: ning/ is the end of lightning/


def bot_user_agents() -> tuple[list[BotRow], list[str]]:
    """Rows of the seed, and lines that say which patterns of the package have none.

    First those that name a bot, then words: the first that is found has the say.
    """
    named = [
        each
        for kind, bots in NAMED_BOTS.items()
        for pattern, name in bots
        for each in bot_rows_of(pattern, name, kind)
    ]
    words = [
        each
        for kind, patterns in WORDS_OF_BOTS.items()
        for pattern in patterns
        for each in bot_rows_of(pattern, f"Other {SAID_OF_OTHERS[kind]}", kind)
    ]
    addresses = [
        each
        for pattern in ADDRESSES
        for each in bot_rows_of(pattern, f"Other {SAID_OF_OTHERS[OTHER]}", OTHER)
    ]
    names = {each.name.lower(): each for each in named}
    people = [lower_ascii(a.text) for a in learned_from() if a.is_browser]
    left_out: dict[str, list[str]] = {
        "not shared by the engines": [],
        "no example": [],
        "finds people": [],
    }
    found_by_others = 0
    for entry in progress(CRAWLER_USER_AGENTS_DATA, "choosing bots"):
        pattern = entry["pattern"]
        examples = [lower_ascii(example) for example in entry["instances"]]
        before = names.get(name_of(entry).lower())
        name, kind = before[2:] if before else (name_of(entry), kind_of(entry))
        try:
            new = bot_rows_of(placed(pattern), name, kind)
        except NotSharedError:
            left_out["not shared by the engines"].append(pattern)
            continue
        # A bot of a kind needs a row that says so.
        known = named + words + addresses if kind == OTHER else named
        texts = examples or [each.literal for each in new]
        if all(found_in(text, known) for text in texts):
            found_by_others += 1
        elif not examples:
            left_out["no example"].append(pattern)
        elif pattern in FIND_PEOPLE or any(found_in(agent, new) for agent in people):
            left_out["finds people"].append(pattern)
        else:
            named += new
            names.setdefault(name.lower(), new[0])
    said = [f"{found_by_others} patterns of the package are found by others"]
    for reason, patterns in left_out.items():
        said.append(f"{len(patterns)} left out, {reason}: {', '.join(patterns)}")
    return named + words + addresses, said


def bot_rows_of(pattern: str, name: str, kind: str) -> list[BotRow]:
    """A pattern of Python's re as rows of one bot; see rows_of."""
    return [BotRow(*each, kind) for each in rows_of(pattern, name)]


def name_of(entry: dict[str, Any]) -> str:
    """The name of a bot: what its pattern finds in an example, else the pattern."""
    pattern = re.compile(entry["pattern"])
    found = [found[0] for e in entry["instances"] if (found := pattern.search(e))]
    text = found[0] if found else entry["pattern"].replace("\\", "")
    return text.strip(" /;:,.()^$-+")


def kind_of(entry: dict[str, Any]) -> str:
    """What a bot of the package is for."""
    if entry["pattern"] in ASSISTANTS or entry["pattern"].endswith("-User"):
        return "ai_assistant"
    return next(
        (kind for tag, kind in KINDS_OF_TAGS.items() if tag in entry["tags"]), OTHER
    )


def placed(pattern: str) -> str:
    """A pattern of the package where in the agent it means a bot."""
    if pattern in APPS:
        return "^" + pattern
    if len(re.sub(r"\W", "", pattern)) < SHORT and pattern[0].isalnum():
        return f"(?:^|[^A-Za-z0-9])(?:{pattern})"
    return pattern


def rows_of(pattern: str, value: str, captured: str | None = None) -> list[Row]:
    """A pattern of Python's re as Rows with one value; see shared_patterns.

    Raises:
        NotSharedError: the engines do not share the pattern.
    """
    return [Row(*shared, value) for shared in shared_patterns(pattern, captured)]


# ---------- browsers and operating systems

FEWEST = 3  # agents that a family needs to be worth a row

# Browsers and apps of today that few of the learned agents have.
BROWSERS_OF_TODAY = {
    "AVG",
    "Avast Secure Browser",
    "Brave",
    "Coc Coc",
    "DuckDuckGo",
    "DuckDuckGo Mobile",
    "Ecosia Android",
    "Ecosia iOS",
    "Facebook Messenger",
    "Firefox iOS",
    "KakaoTalk",
    "Oculus Browser",
    "Opera Mini",
    "Opera Touch",
    "Pinterest",
    "QQ Browser",
    "Quark",
    "Snapchat",
    "Telegram",
    "TikTok",
    "Vivaldi",
    "Weibo",
    "Whale",
}

# The library has a rule for every version of Apple's network library.
SYSTEMS_BEFORE = [
    (r"CFNetwork/.* Darwin/.*\((?:i386|x86_64|Power)", "Mac OS X"),
    (r"CFNetwork/.* Darwin/", "iOS"),
]


class Said(NamedTuple):
    """What ua-parser says of a user agent: families, None where it knows none."""

    browser: str | None
    system: str | None
    device: str | None


@cache
def said_by_library(agent: str) -> Said:
    return Said(*(family(rules, agent) for rules in MATCHERS))


def family(rules: Rules, agent: str) -> str | None:
    for rule in rules:
        if found := rule(agent):
            return found.family
    return None


def families(
    rules: Rules,
    agents: Collection[str],
    before: Iterable[tuple[str, str]] = (),
    of_today: Collection[str] = (),
    doing: str = "",
) -> list[Row]:
    """Rows for what ua-parser says of agents, in the order of its rules.

    A rule whose family is a part of the agent becomes a row for each family. Then rows
    go without which every agent has the family that it had.

    Args:
        rules: the matchers of ua-parser for one kind.
        agents: the user agents to learn from.
        before: (pattern, family), ... that stay and come before the rules.
        of_today: families that stay, with every rule that names them.
        doing: what the progress bar says.
    """
    hits: Counter[tuple[int, str, str]] = Counter()
    for text in progress(agents, doing):
        for number, rule in enumerate(rules):
            if found := rule(text):
                captured = rule.pattern.search(text)[1] if "$1" in rule.family else ""
                hits[number, found.family, lower_ascii(captured)] += 1
                break
    of_family: Counter[str] = Counter()
    for (_, name, _), count in hits.items():
        of_family[name] += count
    chosen = {hit for hit in hits if of_family[hit[1]] >= FEWEST}
    for number, rule in enumerate(rules):
        chosen |= {
            (number, name, lower_ascii(name) if rule.family == "$1" else "")
            for name in of_today
            if rule.family == name
            or (rule.family == "$1" and f"({name})" in rule.pattern.pattern)
        }

    rows = {each.pattern: each for rule in before for each in rows_of(*rule)}
    stays = set(rows.values())
    for number, name, captured in sorted(chosen):
        pattern = rules[number].pattern.pattern
        try:
            new = rows_of(pattern, name, captured or None)
        except NotSharedError:
            continue  # the next rule that is found says it; tests tell how often
        for each in new:
            rows.setdefault(each.pattern, each)
            if name in of_today:
                stays.add(each)
    return needed(list(rows.values()), stays, list(map(lower_ascii, agents)))


def needed(rows: list[Row], stays: set[Row], texts: list[str]) -> list[Row]:
    """The rows that stay, and those that change what is first found in a text."""
    finds = [
        {number for number, text in enumerate(texts) if found_in(text, [each])}
        for each in rows
    ]
    kept = []
    found_before: set[int] = set()
    for place, each in enumerate(rows):
        first = finds[place] - found_before
        for later in range(place + 1, len(rows)):
            if rows[later].value != each.value and first & finds[later]:
                break  # without this row, another family would be first
            first -= finds[later]
        if first or each in stays:
            kept.append(each)
            found_before |= finds[place]
    return kept


# ---------- devices

TV = {
    "AppleTV",
    "ATV OS X",
    "Chromecast",
    "Chromecast Android",
    "Chromecast Fuchsia",
    "Chromecast Linux",
    "Espial",
    "GoogleTV",
    "HbbTV",
    "Inettv",
    "LG Web0S SmartTV",
    "NetCast Smart TV",
    "NetCast.Media",
    "NetCast.TV",
    "Nintendo Wii",
    "PlayStation 3",
    "PlayStation 4",
    "PlayStation 5",
    "Roku",
    "Sony CEBrowser",
    "Vewd Browser",
    "Web0S",
    "WebTV",
    "Xbox",
    "Xbox One",
}
TV_NAMES = re.compile(r"TV([^A-Za-z]|$)|BRAVIA|^AFT[A-Z]")
DESKTOP = {
    "Arch Linux",
    "CentOS",
    "Chrome OS",
    "Debian",
    "Fedora",
    "FreeBSD",
    "Gentoo",
    "Kubuntu",
    "Linux",
    "Linux Mint",
    "Mac OS",
    "Mac OS X",
    "Mageia",
    "NetBSD",
    "OpenBSD",
    "Red Hat",
    "Slackware",
    "Solaris",
    "SUSE",
    "Ubuntu",
    "Windows",
}
MOBILE = {
    "Android",
    "Bada",
    "BlackBerry OS",
    "BREW",
    "Brew MP",
    "Firefox OS",
    "Generic Feature Phone",
    "Generic Smartphone",
    "HarmonyOS",
    "iOS",
    "iPhone",
    "KaiOS",
    "MeeGo",
    "Symbian OS",
    "Symbian^3",
    "Tizen",
    "WatchOS",
    "webOS",
    "Windows Mobile",
    "Windows Phone",
}


def device_category(agent: str) -> str:
    """The category of a device, from what ua-parser says of its user agent.

    Android tablets send what phones send, less the word Mobile. An iPad that asks for
    the sites of a desktop says that it is a Mac, and counts as one.
    """
    said = said_by_library(agent)
    if said.device == "Spider":
        return "bot"
    if TV & set(said) or TV_NAMES.search(said.device or ""):
        return "tv"
    if said.device in ("iPad", "Kindle") or said.system == "BlackBerry Tablet OS":
        return "tablet"
    if said.system == "Android" and "Mobile" not in agent and "Safari/" in agent:
        return "tablet"
    if said.system == "Android" and re.search("Tablet([^ ]|$)", agent):
        return "tablet"
    if MOBILE & {said.system, said.device}:
        return "mobile"
    return "desktop" if said.system in DESKTOP else "unknown"


# The same by patterns: the first that is found says the category.
DEVICE_PATTERNS = [
    *((pattern, "bot") for pattern in [*BOT, *SPIDER, "crawl", *ADDRESS]),
    ("headless", "bot"),
    ("tv([^a-z]|$)", "tv"),  # HbbTV, AppleTV, SmartTV, Android TV
    ("web0s", "tv"),
    ("crkey", "tv"),  # Chromecast
    ("roku", "tv"),
    ("netcast", "tv"),
    ("bravia", "tv"),
    ("[; ]aft[a-z]", "tv"),  # Fire TV
    ("cebrowser", "tv"),
    ("espial", "tv"),
    ("omi/[0-9]", "tv"),  # Vewd
    ("playstation [345]", "tv"),
    ("nintendo wii", "tv"),
    ("xbox", "tv"),
    ("ipad", "tablet"),
    ("kindle", "tablet"),
    ("silk/", "tablet"),
    ("playbook", "tablet"),
    ("tablet([^ ]|$)", "tablet"),  # not the Tablet PC of Windows 7
    ("mobile", "mobile"),
    ("iphone", "mobile"),
    ("ipod", "mobile"),
    ("windows phone", "mobile"),
    ("windows ce", "mobile"),
    ("watchos", "mobile"),
    ("android.*safari/", "tablet"),  # and no mobile
    ("android", "mobile"),
    ("adr [0-9]", "mobile"),  # UC Browser on Android
    ("blackberry", "mobile"),
    ("symb", "mobile"),
    ("midp", "mobile"),
    ("nokia", "mobile"),
    ("tizen", "mobile"),
    ("windows", "desktop"),
    ("win(nt|32|9[58])", "desktop"),
    ("mac os x", "desktop"),
    ("macintosh", "desktop"),
    ("darwin.*x86_64", "desktop"),
    ("darwin", "mobile"),
    ("cros ", "desktop"),
    ("linux", "desktop"),
    ("ubuntu", "desktop"),
    ("bsd", "desktop"),
    ("sunos", "desktop"),
    ("x11", "desktop"),
]


def user_agent_patterns(bots: list[BotRow]) -> dict[str, list[Row]]:
    """Rows of the seed for the kinds device, browser and system, each in its order.

    Args:
        bots: rows of bot_user_agents; what they find has no say.
    """
    people = [
        agent for agent in learned_from() if not found_in(lower_ascii(agent.text), bots)
    ]
    browsers = families(
        BROWSERS,
        [agent.text for agent in people if agent.is_browser],
        of_today=BROWSERS_OF_TODAY,
        doing="learning browsers",
    )
    systems = families(
        SYSTEMS,
        [agent.text for agent in people],
        before=SYSTEMS_BEFORE,
        doing="learning systems",
    )
    devices = [each for known in DEVICE_PATTERNS for each in rows_of(*known)]
    return {"device": devices, "browser": browsers, "system": systems}


# ---------- public suffixes


def public_suffixes() -> list[tuple[str, str]]:
    """Rows (suffix, kind) of the public suffix list, by byte.

    With its private section, as browsers read it to tell sites apart: the shops of
    myshopify.com and the pages of github.io belong to many owners, and a visit that one
    of them sends to another has a source.

    Raises:
        SeedError: the list has no private section, so it is not all there.
    """
    source = files("publicsuffixlist").joinpath("public_suffix_list.dat")
    text = source.read_text(encoding="utf-8")
    if "===END PRIVATE DOMAINS===" not in text:
        raise SeedError("the list of publicsuffixlist has no end")
    rows = set()
    for line in text.splitlines():
        rule = line.split(maxsplit=1)[0] if line.strip() else "//"
        if rule.startswith("//"):
            continue
        kind = {"!": "exception", "*": "wildcard"}.get(rule[0], "normal")
        name = rule.removeprefix("!").removeprefix("*.")
        rows.add((name.encode("idna").decode().lower(), kind))
    return sorted(rows)


# ---------- files


def write(
    folder: Path, name: str, header: list[str], rows: Sequence[tuple[object, ...]]
) -> None:
    """Write a seed and say what it holds.

    Raises:
        SeedError: the seed is too large for dbt to notice its changes.
    """
    path = folder / name
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    size = path.stat().st_size
    if size >= LARGEST:
        raise SeedError(
            f"{path} has {size:,} bytes; dbt compares less than {LARGEST:,}"
        )
    print(f"{name}: {len(rows):,} rows, {size:,} bytes")


def numbered(rows: Iterable[tuple[object, ...]]) -> Iterator[tuple[object, ...]]:
    """Yield rows with their number before them."""
    for number, each in enumerate(rows, start=1):
        yield number, *each


def refresh(folder: Path) -> None:
    """Write all derived seeds into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    suffixes = public_suffixes()
    bots, said = bot_user_agents()
    kinds = user_agent_patterns(bots)
    patterns = [(kind, *each) for kind, rows in kinds.items() for each in rows]

    for package in [
        "crawler-user-agents",
        "device-detector",
        "fake-useragent",
        "publicsuffixlist",
        "ua-parser",
        "ua-parser-builtins",
    ]:
        print(f"from {package} {version(package)}")
    header = ["pattern_number", "pattern", "literal", "name", "kind"]
    write(folder, "bot_user_agents.csv", header, list(numbered(bots)))
    print(*(f"  {line}" for line in said), sep="\n")
    header = ["pattern_number", "kind", "pattern", "literal", "value"]
    write(folder, "user_agent_patterns.csv", header, list(numbered(patterns)))
    print("  " + ", ".join(f"{len(rows)} of {kind}s" for kind, rows in kinds.items()))
    write(folder, "public_suffixes.csv", ["suffix", "kind"], suffixes)


def main(arguments: list[str] | None = None) -> int:
    """Refresh what the command line asks for; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="refresh_seeds",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--output",
        metavar="FOLDER",
        type=Path,
        default=SEEDS,
        help="where to write the seeds (seeds/ of the project)",
    )
    folder = parser.parse_args(arguments).output
    try:
        refresh(folder)
    except KeyboardInterrupt:
        print("\nrefresh_seeds: stopped", file=sys.stderr)
        return 130
    except (SeedError, OSError) as error:
        print(f"refresh_seeds: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
