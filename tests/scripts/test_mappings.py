"""scripts/load_events --propose and --map: files of any columns become raw.events."""

import csv
import gzip
import io
import json
import re
import shlex
import subprocess
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import file_chunks
import pyarrow as pa
import pytest
from building import ROOT, WITHOUT_LAWS
from mapping import ORIGINS, SETTINGS, TREATMENTS, open_questions
from pyarrow import parquet

# ---------------------------------------------------------------- from file to rows

OWN_TRACKER = """\
Zeit;Besucher;Aktion;Seite;Bestellnummer;Umsatz;Währung;Thema
24.10.2026 23:59:58;b1;Seitenaufruf;https://shop.example/?a,b;;;;hell
25.10.2026 02:30:00;b1;In den Warenkorb;https://shop.example/schuhe;;;;hell
25.10.2026 03:00:00;b1;Kauf;https://shop.example/danke;B-1;1.234,50;EUR;hell
25.10.2026 09:00:00;b2;Seitenaufruf;"https://shop.example/""x"";y";;;;dunkel
25.10.2026 09:01:00;b2;Newsletter;;;19,9;EUR;dunkel
"""


def test_the_file_of_a_tracker_of_ones_own(loader):
    file = loader.write("events.csv", OWN_TRACKER)
    proposal = loader.run("--propose", file)

    assert proposal.code == 0
    assert questions(proposal.out) == [
        "time_zone: UTC",
        "Seitenaufruf: page_view",
        "In den Warenkorb: add_to_cart",
        "Kauf: purchase",
    ]
    said = settings(proposal.out)
    assert said["separator"] == '";"'
    assert said["decimal_separator"] == '","'
    assert said["thousands_separator"] == '"."'
    assert said["event_at"] == '{column: Zeit, format: "%d.%m.%Y %H:%M:%S"}'
    assert (
        said["event_id"] == "{hash_of: [Zeit, Besucher, Aktion, Seite, Bestellnummer]}"
    )
    assert said["loaded_at"] == "{now: true}"
    assert "#   Thema: hell" in proposal.out
    assert "add_to_cart" in proposal.err and "24.10" not in proposal.err
    assert not loader.database.exists()

    answered = answers(proposal.out, {"time_zone": "time_zone: Europe/Berlin"})
    outcome = loader.run("--map", loader.write("mapping.yml", answered), file)

    assert outcome.code == 0
    columns = "event_at, visitor_id, event_name, page_url, order_id, revenue, currency"
    at = datetime(2026, 10, 24, 21, 59, 58)
    assert loader.events(columns) == [
        (at, "b1", "page_view", "https://shop.example/?a,b", "", None, ""),
        (
            *(datetime(2026, 10, 25, 0, 30), "b1", "add_to_cart"),
            *("https://shop.example/schuhe", "", None, ""),
        ),
        (
            *(datetime(2026, 10, 25, 2), "b1", "purchase"),
            *("https://shop.example/danke", "B-1", Decimal("1234.5"), "EUR"),
        ),
        (
            *(datetime(2026, 10, 25, 8), "b2", "page_view"),
            *('https://shop.example/"x";y', "", None, ""),
        ),
        (
            datetime(2026, 10, 25, 8, 1),
            "b2",
            "Newsletter",
            "",
            "",
            Decimal("19.9"),
            "EUR",
        ),
    ]
    [(ids, instants, loaded)] = loader.query(
        "select count(distinct event_id), count(distinct loaded_at), "
        "max(loaded_at) = (select loaded_at from raw.loaded_files) from raw.events"
    )
    assert (ids, instants, loaded) == (5, 1, True)


def test_the_actions_of_matomo(loader):
    rows = [
        "idlink_va,idvisit,idvisitor,server_time,url,type,revenue,idorder,custom_float",
        "11,5,0a1b,2026-03-01 10:00:00,https://shop.example/,action,,,0",
        "12,5,0a1b,2026-03-01 10:05:00,https://shop.example/buy,ecommerceOrder,9.99,O1,0",
        "13,6,0a1c,2026-03-01 11:00:00,https://shop.example/,action,,,0",
    ]
    file = loader.write("matomo.csv", "\n".join(rows) + "\n")
    proposal = loader.run("--propose", file).out

    assert questions(proposal) == ["time_zone: UTC", "event_name: type"]
    answered = answers(proposal) + "  action: page_view\n  ecommerceOrder: purchase\n"
    mapping = loader.write("mapping.yml", answered)
    assert loader.run("--map", mapping, file).code == 0
    assert loader.events(
        "event_id, source_session_id, visitor_id, event_name, event_at::varchar, "
        "revenue, order_id"
    ) == [
        ("11", "5", "0a1b", "page_view", "2026-03-01 10:00:00", None, ""),
        ("12", "5", "0a1b", "purchase", "2026-03-01 10:05:00", Decimal("9.99"), "O1"),
        ("13", "6", "0a1c", "page_view", "2026-03-01 11:00:00", None, ""),
    ]


NESTED = [
    {
        "messageId": "m1",
        "type": "page",
        "timestamp": 1772359200123,
        "anonymousId": "ä1",
        "context": {"page": {"url": "https://shop.example/"}, "userAgent": "Mozilla/5"},
        "properties": {"theme": "dark", "size": 2},
    },
    {
        "messageId": "m2",
        "type": "purchase",
        "timestamp": 1772359260000,
        "anonymousId": "ä1",
        "order": {"id": "O-1", "total": 10.10, "items": [{"sku": "s1"}, {"sku": "s2"}]},
    },
]


def test_nested_lines_of_json(loader):
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in NESTED)
    file = loader.write("events.ndjson", text)
    proposal = loader.run("--propose", file).out

    assert settings(proposal)["event_at"] == "{column: timestamp, epoch: milliseconds}"
    assert settings(proposal)["page_url"] == "context.page.url"
    assert "# order.items is a list, and left out: " in proposal
    answered = answers(proposal) + (
        "  event_properties: properties\n  product_id: order.items.1.sku\n"
    )
    mapping = loader.write("mapping.yml", moved_to_columns(answered))
    outcome = loader.run("--map", mapping, file)

    assert outcome.code == 0
    assert "are not loaded" not in outcome.err
    columns = (
        "event_id, event_name, visitor_id, event_at, page_url, user_agent, order_id, "
        "revenue, product_id, event_properties"
    )
    assert loader.events(columns) == [
        (
            *("m1", "page", "ä1", datetime(2026, 3, 1, 10, 0, 0, 123000)),
            *("https://shop.example/", "Mozilla/5", None, None, None),
            '{"theme": "dark", "size": "2"}',
        ),
        (
            *("m2", "purchase", "ä1", datetime(2026, 3, 1, 10, 1)),
            *(None, None, "O-1", Decimal("10.10"), "s2", None),
        ),
    ]


CLOUDFRONT = """\
#Version: 1.0
#Fields: date time c-ip cs-method cs(Host) cs-uri-stem sc-status cs(User-Agent) x-id
2026-03-01\t10:00:00\t198.51.100.1\tGET\tshop.example\t/a\t200\tMozilla/5.0%20(X)\tr1
2026-03-01\t10:00:07\t198.51.100.2\tGET\tshop.example\t/b\t404\t-\tr2
"""


def test_a_log_with_tabs_and_two_lines_before_its_rows(loader):
    file = loader.write("log.tsv", CLOUDFRONT)
    proposal = loader.run("--propose", file).out
    said = settings(proposal)

    assert (said["separator"], said["skip_lines"]) == (r'"\t"', "2")
    assert said["event_at"] == '{text: "{date} {time}", format: iso}'
    assert said["null_words"] == '["-"]'
    assert said["visitor_id"] == '{hash_of: [c-ip, "cs(User-Agent)"]}'
    assert said["event_id"].startswith("{hash_of: [date, time, c-ip, ")
    address = 'page_url: {text: "https://{cs(Host)}{cs-uri-stem}"}'
    mapping = loader.write("mapping.yml", answers(proposal, {"page_url": address}))
    assert loader.run("--map", mapping, file).code == 0
    assert loader.events("event_at::varchar, page_url, event_name, user_agent") == [
        ("2026-03-01 10:00:00", "https://shop.example/a", "page_view", LOG_AGENT),
        ("2026-03-01 10:00:07", "https://shop.example/b", "page_view", None),
    ]


def test_the_log_of_a_web_server(loader):
    agent = r'"Mozilla/5.0 (X; \"Y\")"'
    request = '"GET /%s?q=1 HTTP/1.1" 200 5 "https://search.example/"'
    lines = [
        f"198.51.100.{n} - - [0{n}/May/2026:10:00:00 +0200] {request % n} {agent}\n"
        for n in (1, 2)
    ]
    file = loader.write("access.log", "".join(lines))
    proposal = loader.run("--propose", file).out
    address = settings(proposal)["page_url"].replace("shop.example", "my.example")
    mapping = answers(proposal, {"page_url": f"page_url: {address}"})

    assert loader.run("--map", loader.write("m.yml", mapping), file).code == 0
    assert loader.events("event_at::varchar, page_url, referrer_url, user_agent") == [
        (
            *(f"2026-05-0{n} 08:00:00", f"https://my.example/{n}?q=1"),
            *("https://search.example/", 'Mozilla/5.0 (X; "Y")'),
        )
        for n in (1, 2)
    ]


def test_parquet_with_structs(loader):
    instants = [
        datetime(2026, 3, 1, 10, tzinfo=UTC) + timedelta(hours=h) for h in (0, 1)
    ]
    table = {
        "uuid": ["e1", "e2"],
        "event": ["click", "click"],
        "person": [{"id": "v1", "tags": ["a"]}, {"id": "v2", "tags": None}],
        "time.ns": [1772359200123456789, 1772362800000000000],
        "received_at": pa.array(instants, pa.timestamp("ms", "Europe/Berlin")),
        "props": pa.array([[("plan", "gold")], []], pa.map_(pa.string(), pa.string())),
    }
    file = loader.folder / "events.parquet"
    parquet.write_table(pa.table(table), file)
    proposal = loader.run("--propose", file).out
    assert settings(proposal)["event_at"] == "{column: time.ns, epoch: nanoseconds}"
    assert "# person.tags is a list, and left out: " in proposal
    mapping = loader.write(
        "mapping.yml",
        columns(
            event_id="uuid",
            visitor_id="person.id",
            event_name="event",
            event_at="{column: time.ns, epoch: nanoseconds}",
            loaded_at="received_at",
            user_id="person.tags.0",
            country="props.plan",
            event_properties="person",
        ),
    )
    assert loader.run("--map", mapping, file).code == 0
    assert loader.events(
        "event_id, visitor_id, event_at, loaded_at::varchar, user_id, country, "
        "event_properties"
    ) == [
        (
            *("e1", "v1", datetime(2026, 3, 1, 10, 0, 0, 123456)),
            *("2026-03-01 10:00:00", "a", "gold", '{"id":"v1","tags":["a"]}'),
        ),
        (
            *("e2", "v2", datetime(2026, 3, 1, 11)),
            *("2026-03-01 11:00:00", None, None, '{"id":"v2","tags":null}'),
        ),
    ]


def test_rows_of_a_mapping_become_sessions(loader, fresh_project, monkeypatch):
    monkeypatch.setenv("SESSIONS_DUCKDB_PATH", str(fresh_project.database))
    file = loader.write("events.csv", OWN_TRACKER)
    proposal = loader.run("--propose", file).out
    answered = answers(proposal, {"time_zone": "time_zone: Europe/Berlin"})
    assert loader.run("--map", loader.write("m.yml", answered), file).code == 0
    here = {"reporting_time_zone": "Europe/Berlin", "reporting_currency": "EUR"}
    fresh_project.build(*WITHOUT_LAWS, "--select", "+fct_sessions", variables=here)

    sessions = fresh_project.query(
        "select visitor_id, event_count, order_count, revenue from fct_sessions "
        "order by session_started_at"
    )
    assert [tuple(row.values()) for row in sessions] == [
        ("b1", 1, 0, 0),
        ("b1", 1, 0, 0),
        ("b1", 1, 1, Decimal("1234.5")),
        ("b2", 2, 0, 0),
    ]


def test_the_document_shows_what_is_proposed_and_loads(loader, monkeypatch):
    document = (ROOT / "docs" / "sources.md").read_text()
    _, following = document.split("\n## A file of your own\n")
    section = following.split("\n## ")[0]
    blocks = re.findall(r"```(\w*)\n(.*?)```", section, re.DOTALL)
    texts = {kind: [text for k, text in blocks if k == kind] for kind, _ in blocks}
    monkeypatch.chdir(loader.folder)
    loader.write("events.csv", texts["csv"][0])

    proposal = loader.run("--propose", "events.csv").out
    assert proposal == texts["yaml"][0]

    loader.write("mapping.yml", proposal)
    replace, load = texts["sh"][1].splitlines()
    subprocess.run(shlex.split(replace), check=True)
    arguments = load.split()[1:]
    for _ in range(2):
        outcome = loader.run(*arguments)
        assert (outcome.code, outcome.out) == (0, texts[""][0])
        assert len(loader.events()) == 7
        loader.query(texts[""][1])
        assert loader.events() == []

    keys = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    entries = re.findall(r"^\|.*`\{(\w+): ", section, re.MULTILINE)
    assert sorted(keys) == sorted([*SETTINGS, *TREATMENTS])
    assert sorted(entries) == sorted(ORIGINS)


# ---------------------------------------------------------------- times


def test_a_local_time_is_stored_in_utc(loader):
    instants = {
        "2026-01-15 12:00:00": "2026-01-15 11:00:00",
        "2026-07-15T12:00:00.5": "2026-07-15 10:00:00.5",
        "2026-07-15T12:00:00Z": "2026-07-15 12:00:00",
        "2026-07-15 12:00:00 +0530": "2026-07-15 06:30:00",
        "2026-03-29 01:59:59": "2026-03-29 00:59:59",
        "2026-03-29 03:00:00": "2026-03-29 01:00:00",
        # twice: the first of both
        "2026-10-25 02:00:00": "2026-10-25 00:00:00",
        "2026-10-25 02:59:59": "2026-10-25 00:59:59",
        "2026-10-25 03:00:00": "2026-10-25 02:00:00",
        "2026-10-25 01:30:00": "2026-10-24 23:30:00",
        "2026-07-15": "2026-07-14 22:00:00",
    }
    assert stored(loader, instants, "at", "Europe/Berlin") == instants


def test_clocks_that_go_back_by_half_an_hour_or_by_two_show_a_time_twice(loader):
    lord_howe = {
        "2026-04-05 01:45:00": "2026-04-04 14:45:00",
        "2026-04-05 02:00:00": "2026-04-04 15:30:00",
    }
    troll = {"2026-10-25 01:30:00": "2026-10-24 23:30:00"}

    assert stored(loader, lord_howe, "at", "Australia/Lord_Howe") == lord_howe
    loader.query("truncate raw.events")
    assert stored(loader, troll, "at", "Antarctica/Troll") == troll


def test_a_time_that_clocks_skipped_is_rejected(loader):
    texts = ["2026-03-29 02:00:00", "2026-03-29 02:59:59"]
    stored(loader, texts, "at", "Europe/Berlin")

    assert loader.rejected("line, reason") == [
        (n, f"event_at: '{text}' is not a time that clocks showed in Europe/Berlin")
        for n, text in enumerate(texts, start=2)
    ]


EPOCHS = {
    "seconds": {"1772359200": "10:00:00", "1772359200.25": "10:00:00.25"},
    "milliseconds": {
        "1772359200123": "10:00:00.123",
        "1772359200000.5": "10:00:00.0005",
    },
    "microseconds": {"1772359200123456": "10:00:00.123456"},
    "nanoseconds": {"1772359200123456999": "10:00:00.123456"},
}


@pytest.mark.parametrize("unit", EPOCHS)
def test_an_epoch_of_another_unit_is_rejected(loader, unit):
    others = [text for one in EPOCHS if one != unit for text in EPOCHS[one]]
    given = [*EPOCHS[unit], *others, "soon", "0", "-1"]
    times = stored(loader, given, f"{{column: at, epoch: {unit}}}", "Asia/Tokyo")

    expected = {text: f"2026-03-01 {at}" for text, at in EPOCHS[unit].items()}
    assert times == expected
    assert len(loader.rejected("line")) == len(given) - len(expected)
    [reason] = loader.query("select reason from raw.events_rejected limit 1")
    assert reason[0].endswith(f"a time in {unit} since 1970, of the years 1990 to 2099")


def test_formats_are_tried_in_their_order(loader):
    entry = '{column: at, format: ["%d/%m/%Y", "%m/%d/%Y", iso, "%d.%m.%Y %H:%M %z"]}'
    instants = {
        "01/02/2026": "2026-02-01 00:00:00",
        "12/31/2026": "2026-12-31 00:00:00",
        "2026-05-01T10:00:00+02:00": "2026-05-01 08:00:00",
        "2026-05-01": "2026-05-01 00:00:00",
        "01.05.2026 10:00 +0200": "2026-05-01 08:00:00",
    }
    bad = ["1/2/26", "infinity", "31/31/2026", "01.05.2026 10:00"]
    assert stored(loader, [*instants, *bad], entry) == instants
    [reason] = loader.query("select reason from raw.events_rejected limit 1")
    assert reason[0] == (
        "event_at: '1/2/26' is not a time like %d/%m/%Y or %m/%d/%Y or iso or "
        "%d.%m.%Y %H:%M %z"
    )


PROPOSED_TIMES = {
    "day first, by a day above 12": (
        ["31/12/2026 10:00", "01/02/2026 09:00"],
        '{column: at, format: "%d/%m/%Y %H:%M"}',
        False,
    ),
    "month first, by a day above 12": (
        ["12/31/2026 10:00:00", "02/01/2026 10:00:00"],
        '{column: at, format: "%m/%d/%Y %H:%M:%S"}',
        False,
    ),
    "days alone": (
        ["31.12.2026", "31.01.2026"],
        '{column: at, format: "%d.%m.%Y"}',
        True,
    ),
    "no day above 12, but rows in order": (
        ["01/12/2026 09:00", "02/01/2026 09:00", "03/02/2026 09:00"],
        '{column: at, format: "%m/%d/%Y %H:%M"}',
        True,
    ),
    "two formats in one column": (
        ["31.12.2026 10:00:00", "30.12.2026 10:00:00", "2026-12-31 10:00:00"],
        '{column: at, format: ["%d.%m.%Y %H:%M:%S", iso]}',
        True,
    ),
    "seconds": (["1772359200"], "{column: at, epoch: seconds}", False),
    "milliseconds": (["1772359200123"], "{column: at, epoch: milliseconds}", False),
    "mostly milliseconds": (
        ["1772359200123"] * 19 + ["1772359200"],
        "{column: at, epoch: milliseconds}",
        True,
    ),
    "ISO 8601": (["2026-03-01T10:00:00Z"], "at", False),
    "an American clock": (
        ["Mar 13 2026 1:05 PM", "Mar 14 2026 12:05 AM"],
        '{column: at, format: "%b %d %Y %I:%M %p"}',
        False,
    ),
    "a day that no calendar has": (
        ["30.06.2026 10:00", "31.06.2026 10:00"],
        '{column: at, format: "%d.%m.%Y %H:%M"}',
        True,
    ),
    "some are no time": (
        ["2026-03-01T10:00:00Z", "2026-03-01T10:00:01Z", "later"],
        "at",
        True,
    ),
}


@pytest.mark.parametrize("name", PROPOSED_TIMES)
def test_a_format_is_a_question_unless_the_rows_decide(loader, name):
    texts, entry, is_open = PROPOSED_TIMES[name]
    rows = "".join(f"e{n},v,click,{text}\n" for n, text in enumerate(texts))
    file = loader.write("events.csv", f"event_id,visitor_id,event_name,at\n{rows}")
    proposal = loader.run("--propose", file).out.replace("event_at:  ", "event_at: ")

    # the name of the column, at, is a question of its own
    named = proposal.replace("? by its name, at", "by its name, at")
    assert settings(proposal)["event_at"] == entry
    assert "event_at" in {line.split(":")[0] for line in questions(proposal)}
    sure = file.with_name("sure.csv")
    sure.write_text(file.read_text().replace(",at\n", ",event_at\n", 1))
    proposal = loader.run("--propose", sure).out
    asked = {line.split(":")[0] for line in questions(proposal)}
    assert ("event_at" in asked) == is_open, named
    has_offset = "Z" in texts[0] or "epoch" in entry
    assert ("time_zone" in asked) == (not has_offset)


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize(
    ("marks", "numbers", "bad"),
    [
        (
            {"decimal_separator": ",", "thousands_separator": "."},
            {"1.234,5": "1234.5", "12": "12", "-,5": "-0.5", "1234,56": "1234.56"},
            ["12.5", "1.23,4", "1,2,3", "1,234.5", "12 €"],
        ),
        (
            {"decimal_separator": ","},
            {"12,50": "12.5", "+1234": "1234"},
            ["1.234,5", "12.5"],
        ),
        (
            {"thousands_separator": ","},
            {"1,234.5": "1234.5", "1,234,567": "1234567", "12.345": "12.345"},
            ["1,23", "12,3456.1"],
        ),
    ],
)
def test_numbers_are_read_as_they_are_written(loader, marks, numbers, bad):
    file = loader.write(
        "events.tsv",
        "id\tsum\tcount\n" + "".join(f"{n}\t{n}\t{n}\n" for n in [*numbers, *bad]),
    )
    mapping = columns(revenue="sum") + "format: csv\nseparator: '\\t'\n"
    mapping += "".join(f"{key}: '{mark}'\n" for key, mark in marks.items())
    outcome = loader.run("--map", loader.write("mapping.yml", mapping), file)

    assert outcome.code == 3
    amounts = {text: Decimal(number) for text, number in numbers.items()}
    assert dict(loader.events("event_id, revenue")) == amounts
    point = marks.get("decimal_separator", ".")
    reasons = [reason for (reason,) in loader.rejected("reason")]
    assert len(reasons) == len(bad)
    assert all(f"with the decimal separator {point}" in reason for reason in reasons)


def test_whole_numbers_have_separators_too(loader):
    file = loader.write("events.csv", "id;n\na;1.000\nb;2,0\nc;2,5\n")
    mapping = columns(quantity="n") + (
        "separator: ;\ndecimal_separator: ','\nthousands_separator: .\n"
    )
    loader.run("--map", loader.write("mapping.yml", mapping), file)

    assert loader.events("event_id, quantity") == [("a", 1000), ("b", 2)]
    assert loader.rejected("line") == [(4,)]


def test_an_amount_with_a_comma_says_which_setting_it_lacks(loader):
    file = loader.write("events.csv", 'id,sum\na,"2,50"\nb,two\n')
    mapping = loader.write("mapping.yml", columns(revenue="sum"))
    loader.run("--map", mapping, file)

    comma, word = [reason for (reason,) in loader.rejected("reason")]
    assert comma.endswith("a decimal comma needs decimal_separator: ','")
    assert "decimal_separator" not in word


@pytest.mark.parametrize(
    ("numbers", "decimal", "thousands", "is_open"),
    [
        (["1.234,50", "3"], ",", ".", False),
        (["3,5"], ",", None, False),
        (["1,234.50"], ".", ",", False),
        (["1,234"], ".", ",", True),
        (["1.234"], ".", None, True),
        (["1.25"], None, None, False),
    ],
)
def test_the_style_of_numbers_is_a_question_where_they_could_be_both(
    loader, numbers, decimal, thousands, is_open
):
    rows = "".join(f"e{n};{text}\n" for n, text in enumerate(numbers))
    file = loader.write("events.csv", f"event_id;revenue\n{rows}")
    proposal = loader.run("--propose", file).out
    said = settings(proposal)

    assert said.get("decimal_separator", '""').strip('"') == (decimal or "")
    assert said.get("thousands_separator", '""').strip('"') == (thousands or "")
    asked = {line.split(":")[0] for line in questions(proposal)}
    assert ("decimal_separator" in asked) == is_open


# ---------------------------------------------------------------- values


def test_a_value_comes_from_several_columns(loader):
    mapping = loader.write(
        "mapping.yml",
        columns(
            event_id="{hash_of: [a, b]}",
            visitor_id="a",
            site_id="{value: no}",
            event_name="{first_of: [b, a]}",
            page_url='{text: "https://{host}/{a}"}',
            order_id="{column: a, pattern: '^O-(\\d+)'}",
        )
        + "event_names:\n  007: page_view\n  x y: click\n",
    )
    rows = ["ab,,h", "a,b,h", ",,", "O-12,x y,h", "007, ,", "ab,,h"]
    file = loader.write("events.csv", "a,b,host\n" + "\n".join(rows) + "\n")
    assert loader.run("--map", mapping, file).code == 0

    events = loader.events("event_id, site_id, event_name, page_url, order_id")
    assert [event[1:] for event in events] == [
        ("no", "ab", "https://h/ab", None),
        ("no", "b", "https://h/a", None),
        ("no", None, None, None),
        ("no", "click", "https://h/O-12", "12"),
        ("no", "page_view", "https:///007", None),
        ("no", "ab", "https://h/ab", None),
    ]
    ids = [event[0] for event in events]
    assert ids[2] is None
    assert ids[0] == ids[5] != ids[1]
    assert len(set(ids)) == 5

    lines = loader.write("e.jsonl", '{"a": "x"}\n{"b": "x"}\n')
    loader.run("--map", mapping, lines)
    [(one,), (other,)] = loader.events("event_id")[6:]
    assert one != other


def test_words_for_null_are_those_of_the_mapping_in_every_format(loader):
    mapping = columns(user_id="u") + "null_words: [none, '-']\n"
    mapping = loader.write("mapping.yml", mapping)
    texts = ["none", "-", "NULL", "anna"]
    lines = "".join(json.dumps({"id": t, "u": t}) + "\n" for t in texts)
    for file in (
        loader.write("a.csv", "id,u\n" + "".join(f"{t},{t}\n" for t in texts)),
        loader.write("b.jsonl", lines),
    ):
        assert loader.run("--map", mapping, file).code == 0
        assert loader.events("user_id") == [(None,), (None,), ("NULL",), ("anna",)]
        loader.query("truncate raw.events")


def test_csv_without_null_words_has_those_of_the_loader_and_of_its_option(loader):
    mapping = loader.write("mapping.yml", columns(user_id="u"))
    file = loader.write("a.csv", "id,u\na,NULL\nb,\\N\nc,none\nd,x\n")
    loader.run("--null", "none", "--map", mapping, file)

    assert loader.events("user_id") == [(None,), (None,), (None,), ("x",)]

    loader.run("--map", mapping, loader.write("b.jsonl", '{"id": 1, "u": "NULL"}\n'))
    assert loader.events("user_id")[4:] == [("NULL",)]


def test_a_key_with_dots_and_a_path_are_found(loader):
    lines = [
        {"id": 1, "a.b": "whole", "a": {"b": "path"}},
        {"id": 2, "a": {"b": True}},
        {"id": 3, "a": {"c": "x"}},
        {"id": 4, "a": {"b": {"c": 1}}},
        {"id": 5, "a": "text"},
    ]
    mapping = loader.write("mapping.yml", columns(user_id="a.b"))
    file = loader.write("e.jsonl", "".join(json.dumps(one) + "\n" for one in lines))
    loader.run("--map", mapping, file)

    assert loader.events("event_id, user_id") == [
        *[("1", "whole"), ("2", "true"), ("3", None), ("5", None)]
    ]
    assert loader.rejected("line, reason") == [
        (
            4,
            "the line is not a JSON object of texts and numbers: "
            "a.b is a list or an object",
        )
    ]


# ---------------------------------------------------------------- texts and encodings


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_an_encoding_is_proposed_and_read(loader, encoding, pack):
    file = loader.folder / "events.txt"
    file.write_bytes(pack(OWN_TRACKER.replace("b2", "Zoë").encode(encoding)))
    proposal = loader.run("--propose", file).out
    expected = encoding.replace("-sig", "")

    assert settings(proposal)["encoding"] == expected
    assert (f"encoding: {expected}" in questions(proposal)) == (encoding == "cp1252")
    mapping = loader.write("mapping.yml", answers(proposal))
    assert loader.run("--map", mapping, file).code == 0
    assert {row[0] for row in loader.events("visitor_id")} == {"b1", "Zoë"}


def test_bytes_that_the_encoding_lacks_reject_their_line(loader):
    mapping = loader.write("mapping.yml", columns(user_id="u") + "encoding: cp1252\n")
    file = loader.folder / "e.csv"
    file.write_bytes(b"id,u\na,\xfc\nb,\x81\nc,x\n")
    loader.run("--map", mapping, file)

    assert loader.events("user_id") == [("ü",), ("x",)]
    assert loader.rejected("line, reason") == [(3, "the line is not cp1252 text")]


def test_lines_and_contents_of_rejected_rows_are_those_of_the_file(loader, monkeypatch):
    monkeypatch.setattr(file_chunks, "CHUNK_CHARACTERS", 40)
    mapping = loader.write(
        "mapping.yml", columns(quantity="n") + "separator: ';'\nskip_lines: 2\n"
    )
    text = 'made by\nme\nid;n;note\na;1;"two\nlines"\nb;x;\n\nc;2\n"d;2;\ne;3;\n'
    file = loader.write("events.csv", text)
    outcome = loader.run("--map", mapping, file)

    assert outcome.code == 3
    assert loader.events("event_id, quantity") == [("a", 1), ("e", 3)]
    assert loader.rejected("file, line, content") == [
        (str(file), 6, "b;x;"),
        (str(file), 8, "c;2"),
        (str(file), 9, '"d;2;'),
    ]
    again = loader.run("--map", mapping, file)
    assert again.out.startswith(f"{file}: already loaded, as {file} at ")
    assert again.out.endswith("; docs/sources.md says how to load it again\n")


def test_a_rejected_row_of_parquet_is_shown_with_the_columns_of_the_file(loader):
    file = loader.folder / "events.parquet"
    table = {"id": ["a", "b"], "o": [{"n": "1"}, {"n": "x"}]}
    parquet.write_table(pa.table(table), file)
    mapping = loader.write("mapping.yml", columns(quantity="o.n"))
    assert loader.run("--map", mapping, file).code == 3

    [(line, content)] = loader.rejected("line, content")
    assert (line, json.loads(content)) == (2, {"id": "b", "o.n": "x"})


def test_a_file_without_a_header_gets_the_names_of_the_mapping(loader):
    file = loader.write("e.csv", "2026-03-01 10:00:00|v1|a\n2026-03-01 10:00:01|v2|b\n")
    proposal = loader.run("--propose", file).out

    assert settings(proposal)["header"] == "[column1, column2, column3]"
    assert "header: [column1, column2, column3]" in questions(proposal)
    mapping = columns(event_id="who", event_at="at") + (
        "separator: '|'\nheader: [at, id, who]\n"
    )
    loader.run("--map", loader.write("mapping.yml", mapping), file)
    assert loader.events("event_id, event_at::varchar")[0] == (
        "a",
        "2026-03-01 10:00:00",
    )


# ---------------------------------------------------------------- proposals


def test_what_is_required_and_not_found_has_to_be_filled_in(loader):
    file = loader.write("events.csv", "colour,size\nred,4\nblue,5\n")
    proposal = loader.run("--propose", file)

    assert questions(proposal.out) == [
        f"{name}:" for name in ("event_id", "visitor_id", "event_name", "event_at")
    ]
    loaded = loader.run("--map", loader.write("mapping.yml", proposal.out), file)
    assert (loaded.code, loaded.out) == (1, "")
    assert "mapping.yml: leaves questions open, in line " in loaded.err
    assert (
        loader.query("select * from raw.events") == []
        if (loader.database.exists())
        else True
    )
    answered = loader.write("mapping.yml", answers(proposal.out))
    assert "visitor_id is empty; write the column of the file" in (
        loader.run("--map", answered, file).err
    )


def test_a_second_column_of_the_same_meaning_is_a_question(loader):
    rows = "event_id,a.url,b.url\n1,https://a.example/,https://b.example/\n"
    proposal = loader.run("--propose", loader.write("e.csv", rows)).out

    assert "page_url: a.url  # ? by its name, url, and its addresses; or is" in proposal


def test_names_and_texts_of_any_characters_make_a_mapping_file(loader):
    names = ["a: b # ? c", "{x}", 'say "hi"', "bell\x07", "größe", "- d", "event_id"]
    rows = [names, ["1\n#", "? y", "\x85", "'", "ä", "\x00", "e1"]]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    proposal = loader.run("--propose", loader.write("e.csv", text.getvalue()))

    assert proposal.code == 0
    given = columns(
        **dict.fromkeys(("event_id", "visitor_id", "event_name"), "event_id"),
        country=json.dumps(names[0]),
    )
    loader.run("--map", loader.write("m.yml", given), loader.folder / "e.csv")
    assert loader.events("event_id, country") == [("e1", "1\n#")]


def test_ids_that_repeat_are_a_question(loader):
    rows = "".join(f"{n % 19},v,click,2026-03-01T10:00:00Z\n" for n in range(20))
    text = f"event_id,visitor_id,event_name,event_at\n{rows}"
    proposal = loader.run("--propose", loader.write("e.csv", text)).out

    assert "event_id: event_id  # ? by its name, event_id; 1 of 20 rows" in proposal
    without = text.replace("event_id", "colour", 1)
    proposal = loader.run("--propose", loader.write("f.csv", without)).out
    assert "# ? no column is an id; in these 1 row repeat another" in proposal


def test_an_id_is_made_of_the_columns_that_are_still_to_be_named_too(loader):
    file = loader.write("e.csv", "colour,at\nred,2026-03-01T10:00:00Z\n")
    proposal = loader.run("--propose", file).out

    told = "add the column that you write for visitor_id and event_name"
    assert any(
        line.lstrip().startswith("event_id: ") and "# ? " in line and told in line
        for line in proposal.splitlines()
    )


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("a.txt", "hello\nworld\n", "has one column only"),
        ("a.csv", "\n\n", "is empty; get the whole file"),
        (
            "a.json",
            '[{"a": 1}]\n',
            "is a JSON array, not one object per line; type: jq",
        ),
        ("a.json", '{\n"a": 1}\n', "has JSON objects over several lines"),
        ("a.csv", "a,b\r1,2\r", "has the line ends of old Macs"),
        ("a.csv", "a,b\n", "has no row that can be read"),
        ("a.parquet", "PAR1 and then nothing", "cannot be read: "),
    ],
)
def test_a_file_of_which_nothing_can_be_proposed(loader, name, text, complaint):
    file = loader.write(name, text)
    outcome = loader.run("--propose", file)

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith(f"load_events: {file}: {complaint}")


# ---------------------------------------------------------------- errors


GOOD = dict.fromkeys(["event_id", "visitor_id", "event_name", "loaded_at"], "id")
FAULTS = {
    "columns: [a]": "line 1: columns is not an entry for each column of raw.events",
    "separator: ;": "has no columns; write  columns:",
    "- a": "has no columns; write  columns:",
    "a: 'b": "is not YAML: ",
    "columns: {event_id: a}": "columns has no visitor_id, event_name, event_at, ",
    "@seperator: ;": "mapping has no 'seperator'; did you mean separator?",
    "@separator: ;;": "separator is ';;'; write one character in quotes",
    "@separator: [;]": "is a list or a mapping; write one text",
    "@encoding: utf8000": "encoding is 'utf8000'; did you mean utf-8?",
    "@format: jsonl": "format is 'jsonl'; did you mean json?",
    "@format: xml": "format is 'xml'; choose one of csv, json, parquet",
    "@time_zone: Berlin": "time zone 'Berlin' does not exist; write Europe/Berlin",
    "@time_zone: Europe/Berln": "does not exist; did you mean Europe/Berlin?",
    "@time_zone: home": "does not exist; write one such as Europe/Berlin",
    "@skip_lines: two": "skip_lines is 'two'; write a whole number",
    "@header: a": "header is no list; write [FIRST, SECOND]",
    "@event_names: [a]": "event_names is not a list of  theirs: ours",
    "@event_names: {a: b, a: c}": "event_names has a twice; keep one",
    "@thousands_separator: .": "thousands_separator is '.', as the decimal separator",
    "+page_ulr: a": "columns has no 'page_ulr'; did you mean page_url?",
    "+page_url:": "page_url is empty; write the column of the file, or {value: …}",
    "+page_url: [a]": "page_url is a list; write {first_of: […]}",
    "+page_url: {colum: a}": "page_url has no 'colum'; did you mean column?",
    "+page_url: {column: a, value: b}": "page_url needs exactly one of column, value",
    "+page_url: {pattern: (a)}": "page_url needs exactly one of column, value, text",
    "+page_url: {text: a}": "text of page_url has no column in braces",
    "+page_url: {hash_of: []}": "hash_of of page_url names no column",
    "+page_url: {now: true}": "page_url is no time; {now: true} is for times",
    "+page_url: {column: a, epoch: seconds}": "page_url is no time and has no epoch",
    "+page_url: {column: a, pattern: a}": "pattern has no (group)",
    "+page_url: {column: a, pattern: '(a'}": "pattern cannot be read: ",
    "+event_at: {now: yes}": "now of event_at is 'yes'; write {now: true}",
    "+event_at: {column: a, epoch: ms}": "epoch is 'ms'; choose one of seconds, millis",
    "+event_at: {column: a, format: '%d.%Q'}": "the format '%d.%Q' cannot be read",
    "+event_at: {column: a, format: dd.mm.yyyy}": "cannot be read (it has no %)",
    "+event_at: {column: a, format: '%d', epoch: seconds}": "both format and epoch",
    "+event_at: {column: a, time_zone: CEST5}": "the time zone 'CEST5' does not exist",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_of_a_mapping_says_what_to_write(loader, text):
    entries = {} if "event_at" in text else {"event_at": "id"}
    good = "".join(f"  {k}: {v}\n" for k, v in {**GOOD, **entries}.items())
    if text[0] == "+":
        written = f"columns:\n{good}  {text[1:]}\n"
    else:
        written = f"columns:\n{good}{text[1:]}\n" if text[0] == "@" else text
    mapping = loader.write("mapping.yml", written)
    outcome = loader.run("--map", mapping, loader.write("e.csv", "id\n1\n"))

    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith(f"load_events: {mapping}: ")
    assert FAULTS[text] in outcome.err
    assert outcome.err.count("\n") == 1


def test_all_faults_are_said_with_their_lines(loader):
    mapping = loader.write("m.yml", "seperator: ;\ncolumns:\n  event_idd: a\n")
    outcome = loader.run("--map", mapping, mapping)

    assert "line 1: " in outcome.err and "line 3: " in outcome.err


def test_a_mapping_that_is_not_there_or_no_text(loader):
    outcome = loader.run("--map", loader.folder / "no.yml", "e.csv")
    assert "does not exist; type: scripts/load_events --propose FILE >" in outcome.err
    (loader.folder / "bytes.yml").write_bytes(b"\xff\xfe")
    assert (
        "cannot be read: " in loader.run("--map", loader.folder / "bytes.yml", "e").err
    )


def test_questions_are_comments_that_begin_with_a_question_mark():
    text = 'a: "b # ? c"  # fine\nb: c  # ? why\n# ? d\ne: f#?g\nh: i  # j # ? k\n#?l\n'

    assert open_questions(text) == [2, 3, 6]


LACKING = {
    "a.csv": ("ID2,who\n1,a\n", "has no column 'id'; did you mean ID2?"),
    "b.csv": ("x,who\n1,a\n", "has no column 'id'; the mapping may name x, who"),
    "c.csv": ("id,ID,iD,who\n1,2,3,a\n", None),
    "d.csv": ("ID,iD,who\n1,2,a\n", "has the column id twice; rename one"),
    "e.jsonl": ('{"idd": 1}\n', "has no column 'id'; did you mean idd?"),
    "f.csv": (
        "id;who\n1;2\n",
        "has one column, 'id;who'; see to the separator",
    ),
    "g.csv": (
        b"i\0d\0\n\0".decode(),
        "is UTF-16 text, not UTF-8; write in the mapping:",
    ),
    "h.csv": ('id,"who\n1,a', "has no readable header"),
    "i.log": ("id\n1\n", "is of no known format; "),
}


@pytest.mark.parametrize("name", LACKING)
def test_a_file_that_is_not_what_the_mapping_says(loader, name):
    text, complaint = LACKING[name]
    mapping = loader.write("mapping.yml", columns())
    outcome = loader.run("--map", mapping, loader.write(name, text))

    if complaint is None:
        assert loader.events("event_id") == [("1",)]
    else:
        assert (outcome.code, outcome.out) == (1, "")
        assert complaint in outcome.err
        assert loader.events() == []


def test_parquet_that_lacks_a_path_says_which_it_has(loader):
    file = loader.folder / "e.parquet"
    parquet.write_table(pa.table({"id": ["a"], "o": [{"name": "x"}]}), file)
    for path, complaint in {
        "o.nme": "has no column 'o.nme'; did you mean o.name?",
        "o": "has lists or structs in o; the mapping may name o.name",
    }.items():
        mapping = loader.write("mapping.yml", columns(user_id=path))
        assert complaint in loader.run("--map", mapping, file).err


def test_optional_paths_may_be_in_no_row_of_json(loader):
    mapping = loader.write("mapping.yml", columns(revenue="order.total"))
    outcome = loader.run("--map", mapping, loader.write("e.jsonl", '{"id": 1}\n'))

    assert (outcome.code, loader.events("event_id, revenue")) == (0, [("1", None)])


@pytest.mark.parametrize(
    "arguments", [["--propose", "a", "b"], ["--propose", "--map", "m.yml", "a"]]
)
def test_options_that_do_not_go_together(loader, arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        loader.run(*arguments)

    assert stopped.value.code == 2
    assert "--propose" in capsys.readouterr().err


# ---------------------------------------------------------------- plumbing

LOG_AGENT = "Mozilla/5.0%20(X)"


def columns(**entries):
    """The text of a mapping in which what is required comes from the column id."""
    entries = {**GOOD, "event_at": "{now: true}", "loaded_at": "{now: true}", **entries}
    return "columns:\n" + "".join(f"  {k}: {v}\n" for k, v in entries.items())


def stored(loader, texts, entry, zone="UTC"):
    """What raw.events has for times of a file, by their texts."""
    mapping = columns(event_at=entry) + f"time_zone: {zone}\nseparator: ;\n"
    rows = "".join(f"{text};{text}\n" for text in texts)
    file = loader.write("events.csv", f"id;at\n{rows}")
    loader.run("--map", loader.write("mapping.yml", mapping), file)
    return dict(loader.events("event_id, event_at::varchar"))


def settings(proposal):
    """The entries of a proposal that stand on lines of their own, without reasons."""
    found = re.findall(r"^ *(\w+): (.*?)(?:  # .*)?$", proposal, re.MULTILINE)
    return dict(found)


def questions(proposal):
    """The lines of a proposal that are questions, without the reasons."""
    lines = proposal.splitlines()
    return [
        lines[number - 1].partition("  # ?")[0].strip()
        for number in open_questions(proposal)
    ]


def answers(proposal, others=()):
    """A proposal with its questions answered by yes, or by other lines."""
    lines = []
    for line in proposal.splitlines():
        name = line.strip().partition(":")[0]
        indent = line[: len(line) - len(line.lstrip())]
        lines.append(indent + dict(others)[name] if name in dict(others) else line)
    answered = "\n".join(lines).replace("  # ? ", "  # ") + "\n"
    assert not open_questions(answered)
    return answered


def moved_to_columns(text):
    """A proposal whose last lines belong to its columns."""
    *lines, first, second = text.splitlines()
    place = lines.index("columns:") + 1
    return "\n".join([*lines[:place], first, second, *lines[place:]]) + "\n"
