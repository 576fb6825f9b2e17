"""Hosts beyond ASCII in the form that DNS knows, xn--: one host has one spelling."""

import functools
import re

import idna
import pyarrow as pa
from pyarrow import compute

URLS = ("page_url", "referrer_url")

# RE2 reads it, so that few URLs come to Python.
BEYOND_ASCII = r"^[\x00- ]*[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*[^\x00-\x7F/?#]"
PARTS = re.compile(
    r"([\x00- ]*[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#]*@)?)([^/?#:@]+)(.*)", re.DOTALL
)


def with_ascii_hosts(events: pa.Table) -> pa.Table:
    """Return events with the hosts of URLS in ASCII."""
    for name in URLS:
        urls = events[name].combine_chunks()
        found = compute.match_substring_regex(urls, BEYOND_ASCII)
        if compute.any(found).as_py():
            changed = [with_ascii_host(url) for url in urls.filter(found).to_pylist()]
            urls = compute.replace_with_mask(urls, found, pa.array(changed, urls.type))
            events = events.set_column(events.column_names.index(name), name, urls)
    return events


def with_ascii_host(url: str) -> str:
    """Return a URL with its host in ASCII; the rest of it stays as it is."""
    parts = PARTS.match(url)
    return f"{parts[1]}{ascii_host(parts[2])}{parts[3]}" if parts else url


@functools.lru_cache(maxsize=10_000)
def ascii_host(host: str) -> str:
    """Return a host in ASCII, or as it is where it has no such form."""
    try:
        return host if host.isascii() else idna.encode(host, uts46=True).decode()
    except UnicodeError:
        return host
