"""The half of the reference that is about where visits come from and who makes them:
sources, channels, domains, user agents and addresses. See reference.py.

What the seeds say is asked of many events alike. The functions that `..._by` return
therefore remember their answers.
"""

import re
import string
from fnmatch import fnmatchcase
from functools import cache
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import unquote_to_bytes

TRAFFIC_FIELDS = ("source", "medium", "campaign", "term", "content")

CLICK_IDS = {
    "gclid": ("google", "cpc"),
    "gbraid": ("google", "cpc"),
    "wbraid": ("google", "cpc"),
    "dclid": ("google", "display"),
    "gad_source": ("google", "cpc"),
    "msclkid": ("bing", "cpc"),
    "ttclid": ("tiktok", "paid"),
    "twclid": ("twitter", "paid"),
    "li_fat_id": ("linkedin", "paid"),
    "rdt_cid": ("reddit", "paid"),
    "epik": ("pinterest", "paid"),
    "sccid": ("snapchat", "paid"),
    "qclid": ("quora", "paid"),
    "tblci": ("taboola", "paid"),
    "dicbo": ("outbrain", "paid"),
    "irclickid": ("impact", "affiliate"),
    "awc": ("awin", "affiliate"),
    "fbclid": ("facebook", "social"),
    "igshid": ("instagram", "social"),
    "mc_cid": ("mailchimp", "email"),
    "_kx": ("klaviyo", "email"),
}

# Companies that are one: a link of any may bring the click id of another.
SISTERS = ("facebook", "instagram", "threads", "whatsapp")

# ---- where an event comes from ----


def event_source(event, settings):
    """The traffic source an event brings: a dict of fields, or None for none. Only what
    a referrer says has is_referrer."""
    domains = own_domains(event, settings)

    def own(name):
        return name and any(
            is_host_within_domain(ascii_lower(name), domain) for domain in domains
        )

    query = query_of(event.get("page_url"))
    parameters = query_parameters(query)
    click_id = next((name for name in CLICK_IDS if parameters.get(name)), None)

    columns = {f: event.get(f"traffic_{f}") for f in TRAFFIC_FIELDS}
    tags = {f: tag(query, parameters, f) for f in TRAFFIC_FIELDS}
    tags["medium"] = known(tags["medium"], "medium", settings)
    if said := source_of_place(columns, own, settings):
        return completed(said, click_id)
    if said := source_of_place(tags, own, settings):
        return completed(said, click_id) | {"click_id_name": click_id}

    referrer = shown_host(host(event.get("referrer_url")))
    brought = referrer and referrer_source(referrer, settings.referrer_sites)
    if click_id:
        source, medium = CLICK_IDS[click_id]
        is_of_a_sister = (
            click_id in ("fbclid", "igshid")
            and brought
            and brought["source"] in SISTERS
            and brought["source"] != source
        )
        if not is_of_a_sister:
            return {"source": source, "medium": medium, "click_id_name": click_id}

    passed_through = any(
        is_host_within_domain(referrer, row["host"])
        for row in settings.referrer_exclusions + settings.own_referrer_exclusions
        if referrer
    )
    is_nowhere = settings.is_internal_host(referrer)
    if referrer and not own(referrer) and not passed_through and not is_nowhere:
        return brought | {"click_id_name": click_id}
    return None


def source_of_place(fields, own, settings):
    """What the columns of an event or the tags of its page say, None for nothing: words
    that mean nothing are nothing, and a word for direct says that there is none."""
    source, medium = fields["source"], ascii_lower(fields["medium"])
    if is_word(source, "direct", settings):
        return None
    if own(source) and medium in (None, "referral"):
        return None
    said = fields | {"source": known(source, "source", settings)}
    return said if any(said.values()) else None


def completed(fields, click_id):
    """The fields of a place with what they leave out and the click id says. Google's
    exports call the clicks on its ads organic."""
    if not click_id:
        return fields
    source, medium = CLICK_IDS[click_id]
    said = ascii_lower(fields["medium"])
    is_unpaid = said == "organic" and source in ("google", "bing")
    is_of_network = (ascii_lower(fields["source"]) or source) == source
    if is_of_network and (said is None or is_unpaid):
        fields = fields | {"medium": medium}
    return fields | {"source": fields["source"] or source}


def is_word(value, kind, settings):
    """Whether a value is a word for nothing, of a kind of the seed."""
    return ascii_lower(value) in settings.placeholders[kind]


def known(value, kind, settings):
    return None if is_word(value, kind, settings) else value


def tag(query, parameters, field):
    """The decoded value of a tag; Matomo's other names count after utm_."""
    prefixes = ["utm"]
    if "mtm_" in query or "pk_" in query:
        prefixes += ["mtm", "pk"]
    values = [decoded(parameters.get(f"{prefix}_{field}")) for prefix in prefixes]
    return next((value for value in values if value is not None), None)


def own_domains(event, settings):
    """The domains that are no source of an event: those of the sites, and that of its
    page, which is the page's host where nobody can register one."""
    names = [ascii_lower(row["domain"]) for row in settings.sites]
    domains = [without_www(name) for name in names if name]
    page_host = shown_host(host(event.get("page_url")))
    if page_host:
        own = settings.registrable_domain(page_host)
        domains.append(own or without_www(page_host))
    return domains


def is_host_within_domain(name, domain):
    """Whether a host is a domain or lies below it."""
    return name == domain or name.endswith("." + domain)


def referrer_source(referrer, referrer_sites):
    name = without_www(referrer)
    known = [row for row in referrer_sites if is_host_within_domain(name, row["host"])]
    if known:
        best = max(known, key=lambda row: len(row["host"]))
        source, medium = best["source"], best["medium"]
    else:
        source, medium = name, "referral"
    return {"source": source, "medium": medium, "is_referrer": True}


ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def ascii_lower(text):
    return text and text.translate(ASCII_LOWER)


BARE_ADDRESS = r"(//)?(([\w-]+\.)+[\w-]+)\.?(:\d+)?([/?#]|\Z)"


def host(url):
    """The host of a URL in lower case, None where there is none. An address without
    a scheme has one if its name has a dot."""
    scheme, separator, rest = (url or "").partition("://")
    letters = all(c.isascii() and (c.isalnum() or c in "+.-") for c in scheme)
    if not separator or not scheme[:1].isalpha() or not letters:
        bare = re.match(
            r"(//)?(([\w-]+\.)+[\w-]+)\.?(:\d+)?([/?#]|\Z)", url or "", re.A
        )
        return bare and ascii_lower(bare[2])
    web = ascii_lower(scheme) in ("http", "https")
    if not web and scheme not in ("android-app", "ios-app"):
        return None
    for end in "/?#":
        rest = rest.split(end)[0]
    name = rest.rpartition("@")[2]
    if name.startswith("["):
        return ascii_lower(name.partition("]")[0] + "]")
    return ascii_lower(name.split(":")[0].rstrip(".")) or None


def path(url):
    """The path of a URL as it stands, / where a host has none, None for no URL."""
    whole = re.match(r"([A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*", url or "")
    if whole:
        return re.split("[?#]", url[whole.end() :])[0] or "/"
    bare = re.match(r"[^/?#:@]*(?::\d+)?(/[^?#]*)", url or "", re.A)
    return bare and bare[1]


def shown_host(name):
    """The host whose page a copy of Google's shows; any other host is its own."""
    for proxy in (".cdn.ampproject.org", ".translate.goog"):
        label = name and name.removesuffix(proxy)
        if label and label != name and "." not in label:
            return "-".join(part.replace("-", ".") for part in label.split("--"))
    return name


def without_www(name):
    """The name without www., unless that leaves no domain below another."""
    short = name and name.removeprefix("www.")
    return short if short and "." in short else name


def registrable_domain_by(public_suffixes):
    """A function that tells the registrable domain of a host: its public suffix and one
    label more. A host that is a suffix itself, an address, or one label has none."""
    kinds = {(row["suffix"], row["kind"]) for row in public_suffixes}

    @cache
    def registrable_domain(name):
        labels = name.split(".")
        if name.startswith("[") or parsed_address(name):
            return None
        # the last label is a suffix, listed or not
        lengths = [1]
        for place in range(len(labels)):
            tail, length = ".".join(labels[place:]), len(labels) - place
            if (tail, "exception") in kinds:
                return tail
            if (tail, "normal") in kinds:
                lengths.append(length)
            if (tail, "wildcard") in kinds and place > 0:
                lengths.append(length + 1)
        own_labels = labels[-max(lengths) - 1 :]
        return ".".join(own_labels) if len(own_labels) > max(lengths) else None

    return registrable_domain


def query_of(url):
    """All parameters that an address has, also where they are written oddly: behind
    a #, after a second ?, with &amp; between them, or with an escaped underscore. What
    follows ? or # in a value that is an address itself is of that address."""
    url = url or ""
    start = re.search("[?#]", url)
    if not start:
        return ""
    after = url[start.end() :]
    has_more = url.count("?") > 1 or "=" in url.partition("#")[2]
    if has_more or "&amp;" in url.partition("?")[2] or "utm%5" in url:
        own = re.sub("=[^&?#]*://[^&?#]*[?#][^&]*", "", after)
        own = own.replace("%5F", "_").replace("%5f", "_")
        return own.replace("&amp;", "&").replace("?", "&").replace("#", "&")
    return after.partition("#")[0] if start.group() == "?" else ""


def query_parameters(query):
    """The raw values of a query by lower-case key; the last of a key counts."""
    pairs = (pair.partition("=") for pair in query.split("&") if "=" in pair)
    return {ascii_lower(key): value for key, _, value in pairs}


def decoded(value):
    """A query value percent-decoded; as it stands where the escapes are no text."""
    if not value:
        return None
    pieces = value.split("%")[1:]
    hexadecimal = set("0123456789abcdefABCDEF")
    if any(len(p) < 2 or not set(p[:2]) <= hexadecimal for p in pieces):
        return value
    try:
        text = unquote_to_bytes(value.replace("+", " ")).decode()
    except UnicodeDecodeError:
        return value
    return value if "%00" in value else text


# ---- which channel a source belongs to ----


def channel(source, settings):
    """What the first own rule that holds says, else the default channel group of Google
    Analytics 4, rule by rule. No source goes by the name (direct), medium (none)."""
    if source is None:
        source = {"source": "(direct)", "medium": "(none)"}
    name, medium, campaign = (
        ascii_lower(source.get(field)) or ""
        for field in ("source", "medium", "campaign")
    )
    kind = category(name, settings)
    for rule in sorted(settings.own_channel_rules, key=lambda r: int(r["rule_number"])):
        if rule_holds(rule, kind, source=name, medium=medium, campaign=campaign):
            return rule["channel"]

    is_paid = (
        "cp" in medium or medium in ("ppc", "retargeting") or medium.startswith("paid")
    )
    shops = sold_in_a_shop(campaign)

    if name == "(direct)" and medium in ("(not set)", "(none)"):
        return "Direct"
    if "cross-network" in campaign:
        return "Cross-network"
    if is_paid and (kind == "shopping" or shops):
        return "Paid Shopping"
    for paid_kind in ("search", "social", "video"):
        if is_paid and kind == paid_kind:
            return f"Paid {paid_kind.capitalize()}"
    if medium in ("display", "banner", "expandable", "interstitial", "cpm"):
        return "Display"
    if is_paid:
        return "Paid Other"
    if kind == "shopping" or shops:
        return "Organic Shopping"
    networks = ("social", "social-network", "social-media", "sm")
    if kind == "social" or medium in (*networks, "social network", "social media"):
        return "Organic Social"
    if kind == "video" or "video" in medium:
        return "Organic Video"
    if kind == "search" or medium == "organic":
        return "Organic Search"
    if medium == "ai-assistant" or (
        kind == "ai_assistant" and medium in ("", "referral")
    ):
        return "AI Assistant"
    if medium in ("referral", "app", "link"):
        return "Referral"
    if {name, medium} & {"email", "e-mail", "e_mail", "e mail"}:
        return "Email"
    if medium == "affiliate":
        return "Affiliates"
    if medium == "audio":
        return "Audio"
    if "sms" in (name, medium):
        return "SMS"
    is_push = medium.endswith("push") or "mobile" in medium or "notification" in medium
    if is_push or name == "firebase":
        return "Mobile Push Notifications"
    return "Unassigned"


def rule_holds(rule, kind, **texts):
    """Whether all that a rule says holds; what it leaves empty matches anything."""
    if rule["source_category"] and rule["source_category"] != kind:
        return False
    return all(re.search(rule[f"{name}_pattern"], text) for name, text in texts.items())


def category(name, settings):
    """The kind of a source by its name, else by a pattern; None for an unknown one."""
    for row in settings.source_categories:
        if row["source"] == name:
            return row["category"]
    for row in settings.source_category_patterns:
        if re.search(row["source_pattern"], name):
            return row["category"]
    return None


def sold_in_a_shop(campaign):
    """Whether it speaks of shopping, or of a shop that ends no word but eshop."""
    if "shopping" in campaign:
        return True
    places = [i for i in range(len(campaign)) if campaign.startswith("shop", i)]
    return any(
        i == 0 or campaign[i - 1] not in "abcdfghijklmnopqrstuvwxyz" for i in places
    )


# ---- what a visitor comes with ----


def bot_by(bot_user_agents):
    """A function that tells the name and the kind of a user agent's bot, or None."""
    rows = sorted(bot_user_agents, key=lambda row: int(row["pattern_number"]))
    find = first_found_by(rows)

    @cache
    def bot(agent):
        row = find(agent)
        return row and (row["name"], row["kind"])

    return bot


def family_by(user_agent_patterns):
    """A function that tells the device, browser or system of a user agent."""
    rows = sorted(user_agent_patterns, key=lambda row: int(row["pattern_number"]))
    find = {
        kind: first_found_by([row for row in rows if row["kind"] == kind])
        for kind in ("device", "browser", "system")
    }

    @cache
    def family(agent, kind):
        row = find[kind](agent)
        return row and row["value"]

    return family


def first_found_by(rows):
    """A function that tells the first row that is found in a user agent, or None."""
    compiled = [(row["literal"], re.compile(row["pattern"]), row) for row in rows]

    def first_found(agent):
        lower = ascii_lower(agent)
        for literal, pattern, row in compiled:
            if agent and literal in lower and pattern.search(lower):
                return row
        return None

    return first_found


# ---- which address a visitor has ----


def parsed_address(text):
    """An address as Python knows it, without its zone; None for what is none."""
    bare, has_zone, _ = text.partition("%")
    try:
        address = ip_address(bare)
    except ValueError:
        return None
    return None if has_zone and address.version == 4 else address


def number_of(address):
    """The place of an address among those of version 6, where version 4 has a block."""
    return int(address) + (0xFFFF << 32 if address.version == 4 else 0)


def is_internal_by(internal_networks):
    """A function that tells whether an address lies in one of the networks."""
    networks = [ip_network(row["network"], strict=False) for row in internal_networks]
    ranges = [(number_of(each[0]), number_of(each[-1])) for each in networks]

    @cache
    def is_internal(text):
        address = parsed_address(text) if text else None
        return address is not None and any(
            first <= number_of(address) <= last for first, last in ranges
        )

    return is_internal


LOOPBACK = ("127.0.0.0/8", "::1/128")
PRIVATE = (
    *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"),
    *("fc00::/7", "fe80::/16"),
)


def is_internal_host_by(names):
    """A function that tells whether a host is one of the names, in which * stands for
    anything and two words for addresses."""
    kinds = {"loopback_addresses": LOOPBACK, "private_addresses": PRIVATE}
    networks = [ip_network(each) for name in names for each in kinds.get(name, ())]

    @cache
    def is_internal_host(host):
        address = parsed_address(host.strip("[]")) if host else None
        if address is not None:
            return any(address in each for each in networks)
        return bool(host) and any(fnmatchcase(host, name) for name in names)

    return is_internal_host


@cache
def shown_address(text, ip_addresses):
    """What fct_events says of an address: all of it, nothing, or its network."""
    if not text or ip_addresses == "dropped":
        return None
    if ip_addresses == "whole":
        return text
    address = parsed_address(text)
    if address is None:
        return None
    dotted = address if address.version == 4 else address.ipv4_mapped
    if dotted:
        return f"{str(dotted).rpartition('.')[0]}.0"
    return str(IPv6Address(int(address) >> 80 << 80))
