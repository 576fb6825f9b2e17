"""What an address is, which network it lies in and what is shown of it: dbt and the
reference, which asks Python, agree on every spelling.

Each address is that of one event, on a site of its own.
"""

from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from building import WITHOUT_LAWS
from reference_traffic import is_internal_by, number_of, shown_address

pytestmark = pytest.mark.without_groups

# None lies in another, so that each has edges.
NETWORKS = [
    "192.0.2.0/24",
    "198.51.100.77/28",
    "203.0.113.9",
    "10.0.0.0/8",
    "255.255.255.255/31",
    "::ffff:100.64.0.0/106",
    "::FFFF:233.252.0.129",
    "2001:db8:1::/48",
    "2001:DB8:2::5:8/125",
    "2001:db8:3:0:0:0:0:5",
    "2001:db8:4:0:8000::1/65",
    "FC00::/7",
]

# By hand: what is shown of an address that lies in none of them.
SHOWN = {
    None: None,
    "": None,
    "203.0.113.77": "203.0.113.0",
    "0.0.0.0": "0.0.0.0",
    "255.255.255.253": "255.255.255.0",
    "2001:db8:5:2::5": "2001:db8:5::",
    "2001:DB8:FFFF:1::": "2001:db8:ffff::",
    "2001:db8::1": "2001:db8::",
    "1:2:3:4:5:6:7:8": "1:2:3::",
    "0001:0002:0003:0004:0005:0006:0007:0008": "1:2:3::",
    "1:2:3:4:5:6:192.0.2.5": "1:2:3::",
    "1:2:3:4:5:6:7::": "1:2:3::",
    "::2:3:4:5:6:7:8": "0:2:3::",
    "1:0:0:9::": "1::",
    "1:0:3:9::": "1:0:3::",
    "0:0:7:9::": "0:0:7::",
    "0:0:0:9::": "::",
    "::": "::",
    "::1": "::",
    "::192.0.2.5": "::",
    "::ffff:0:192.0.2.5": "::",
    "::ffff:1.2.3.4": "1.2.3.0",
    "::ffff:1.2.3.4%1": "1.2.3.0",
    "64:ff9b::192.0.2.5": "64:ff9b::",
    "FE80::1%eth0": "fe80::",
    "fe80::1%wlan0.1": "fe80::",
}

# By hand: no addresses, though some look like one of an office.
MALFORMED = [
    *["192.0.2.256", "192.0.2.010", "192.0.2.00", "192.0.2.0005", "192.0.2.0x5"],
    *["192.0.2", "192.0.2.5.1", "192.0.2.", ".192.0.2.5", "192.0..5", "192.0.2.-5"],
    *["192.0.2.5:443", "192.0.2.5/32", "192.0.2.5%eth0", "192.0.2.٥", "192,0,2,5"],
    *["192.0 .2.5", "192.0.2.5, 192.0.2.6"],
    *["3221225989", "0xC0000205", "127.1", "0", "-", "unknown", "localhost"],
    *["2001:db8:1", "2001:db8:1:0:0:0:5", "2001:db8:1:0:0:0:0:0:5", "2001:db8:1:"],
    *["2001:db8:1::5::", "2001:db8:1:::5", "2001:db8:1::5:", ":2001:db8:1::5"],
    *["2001:db8:1::g", "2001:db8:1::00005", "2001:db8:1:0::0:0:0:0:5", ":", ":::"],
    *["[2001:db8:1::5]", "[2001:db8:1::5]:443", "2001:db8:1::5/128"],
    *["2001: db8:1::5", "2001:db8:1::5\n::"],
    *["::ffff:192.0.2.256", "::ffff:192.0.2.05", "::ffff:192.0.2", "192.0.2.5::"],
    *["1:2:3:4:5:6:7:192.0.2.5", "::192.0.2.5:1", "::ffff:192.0.2.5:443"],
]


def edges():
    """Whether an address lies in a network: the first and the last one of each do, and
    the ones beside them do not. Each is written in two ways."""
    places = []
    for network in (ip_network(text, strict=False) for text in NETWORKS):
        first, last = number_of(network[0]), number_of(network[-1])
        places += [(first - 1, False), (first, True), (last, True), (last + 1, False)]

    inside = {}
    for turn, (number, is_inside) in enumerate(places):
        usual, *others = spellings(number)
        inside[usual] = inside[others[turn % len(others)]] = is_inside
    return inside


def spellings(number):
    """The ways to write the address of a number, the usual one first."""
    address = IPv6Address(number)
    ways = [str(address), address.exploded.upper(), f"{address}%eth0"]
    if address.ipv4_mapped is None:
        return ways
    dotted = str(IPv4Address(address.ipv4_mapped))
    return [dotted, f"::ffff:{dotted}", f"0:0:0:0:0:FFFF:{dotted}%1", *ways]


EDGES = edges()

ADDRESSES = list(dict.fromkeys([*SHOWN, *MALFORMED, *EDGES]))

is_internal = is_internal_by([{"network": network} for network in NETWORKS])


@pytest.mark.parametrize("address", ADDRESSES, ids=repr)
def test_dbt_agrees_with_the_reference(became, address):
    expected = (
        ("internal", None)
        if is_internal(address)
        else (None, shown_address(address, "truncated"))
    )

    assert became[address] == expected


@pytest.mark.parametrize("address", EDGES)
def test_a_network_reaches_from_its_first_address_to_its_last(address):
    assert is_internal(address) == EDGES[address]


@pytest.mark.parametrize("address", [*SHOWN, *MALFORMED], ids=repr)
def test_what_is_shown_of_an_address_is_as_said_by_hand(address):
    assert not is_internal(address)
    assert shown_address(address, "truncated") == SHOWN.get(address)


@pytest.fixture(scope="module")
def became(make_project):
    """By address why its event is excluded, and what is shown of it."""
    project = make_project("project")
    project.write_seed("internal_networks", [(network, "") for network in NETWORKS])
    instant = datetime(2026, 3, 1, 9)
    project.load(
        {
            "event_id": "1",
            "site_id": str(number),
            "visitor_id": "ana",
            "event_name": "page_view",
            "event_at": instant,
            "loaded_at": instant + timedelta(minutes=1),
            "ip_address": address,
        }
        for number, address in enumerate(ADDRESSES)
    )
    project.build(*WITHOUT_LAWS)
    rows = project.query(
        "select site_id, null as reason, ip_address from fct_events "
        "union all "
        "select site_id, reason, null from fct_event_exclusions"
    )
    return {
        ADDRESSES[int(row["site_id"])]: (row["reason"], row["ip_address"])
        for row in rows
    }
