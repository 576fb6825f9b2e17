"""scripts/load_events: every row lands in raw.events or is kept aside with a reason."""

import csv
import gzip
import io
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import event_contract
import file_chunks
import load_events
import pyarrow as pa
import pytest
import warehouse
from pyarrow import parquet

COLUMNS = list(warehouse.COLUMNS)
SCRIPTS = Path(load_events.__file__).parent

# ---------------------------------------------------------------- rows and formats


def test_the_same_rows_are_the_same_table_from_every_format(loader):
    tables = []
    for write in (write_parquet, write_csv, write_csv_gz, write_jsonl, write_json_gz):
        file = write(loader.folder, [FULL, SPARSE])
        loader.run(file)
        tables.append(loader.query(f"select {NULL_TEXTS} from raw.events"))
        loader.query("truncate raw.events")

    assert tables == [[tuple(FULL.values()), tuple(SPARSE.values())]] * len(tables)


def test_raw_events_has_the_columns_of_the_specification(loader):
    loader.run(write_csv(loader.folder, []))

    described = loader.query(
        "select column_name, column_type from (describe raw.events)"
    )
    assert described == [(name, kind.upper()) for name, kind in COLUMN_TYPES.items()]


def test_a_table_that_orders_its_columns_otherwise_is_filled_by_name(loader):
    columns = ", ".join(f"{name} {COLUMN_TYPES[name]}" for name in reversed(COLUMNS))
    loader.query(f"create schema raw; create table raw.events ({columns})")
    loader.run(write_csv(loader.folder, [FULL]))

    assert loader.events(", ".join(COLUMNS)) == [tuple(FULL.values())]


def test_chunks_of_any_size_give_the_same_rows_and_lines(loader, monkeypatch):
    monkeypatch.setattr(file_chunks, "CHUNK_CHARACTERS", 300)
    rows = [{"event_id": str(number), "quantity": number} for number in range(50)]
    rows[40]["quantity"] = "many"
    loader.run(write_csv(loader.folder, rows))

    numbers = [number for number in range(50) if number != 40]
    assert loader.events("event_id, quantity") == [(str(n), n) for n in numbers]
    assert loader.rejected("line") == [(42,)]


def test_required_columns_may_be_null(loader):
    loader.run(write_jsonl(loader.folder, [{name: None for name in COLUMNS}]))

    assert loader.events() == [(None,) * len(COLUMNS)]


def test_text_is_kept_as_it_is(loader):
    texts = ["", "null", " padded ", 'a "quote", a comma', "two\nlines", "ä€😀", "a\0b"]
    rows = [{"event_id": str(n), "page_url": text} for n, text in enumerate(texts)]
    for write in (write_parquet, write_csv, write_jsonl):
        loader.run(write(loader.folder, rows))

    stored = [row[0] for row in loader.events("page_url")]
    assert stored == texts * 3


def test_text_beside_quotes_is_kept_too(loader):
    lines = csv_line(page_url=' "padded" ') + csv_line(page_url='a"b"c')
    loader.run(loader.write("events.csv", HEADER + lines))

    assert loader.events("page_url") == [(' "padded" ',), ('a"b"c',)]


def test_lines_may_end_in_either_way_in_one_file(loader):
    text = HEADER + csv_line(event_id="a") + csv_line(event_id="b")[:-1] + "\r\n"
    loader.run(loader.write("events.csv", text + csv_line(event_id="c")))

    assert loader.events("event_id") == [("a",), ("b",), ("c",)]


def test_an_empty_field_is_null_where_it_is_no_text(loader):
    loader.run(write_csv(loader.folder, [dict.fromkeys(COLUMNS, "")]))

    [row] = loader.events()
    nulls = [name for name, value in zip(COLUMNS, row, strict=True) if value is None]
    assert nulls == [name for name in COLUMNS if COLUMN_TYPES[name] != "varchar"]
    assert set(row) == {None, ""}


def test_the_words_of_database_clients_for_null_are_null_in_csv(loader):
    names = ("event_at", "user_id", "revenue")
    words = [dict.fromkeys(names, word) for word in ("NULL", r"\N")]
    near = [{"user_id": text} for text in ("null", " NULL", "NULLs", "N", r"\\N")]
    loader.run(write_csv(loader.folder, words + near))

    assert loader.rejected("reason") == []
    rows = loader.events(", ".join(names))
    assert rows[:2] == [(None, None, None)] * 2
    assert [row[1] for row in rows[2:]] == [row["user_id"] for row in near]


def test_other_words_for_null_are_named(loader):
    texts = ["NULL", "none", "n/a", "", "n/a!"]
    file = write_csv(loader.folder, [{"user_id": text} for text in texts])
    loader.run("--null", "none", "--null", "n/a", "--null", "", file)

    assert loader.events("user_id") == [(None,)] * 4 + [("n/a!",)]


def test_a_column_may_be_called_null(loader):
    text = HEADER.strip() + ",NULL\n" + csv_line(event_id="a").strip() + ",\n"
    outcome = loader.run(loader.write("events.csv", text))

    assert "note: columns that are not loaded: null\n" in outcome.err
    assert loader.events("event_id") == [("a",)]


@pytest.mark.parametrize("write", ["events.parquet", "events.jsonl"])
def test_formats_that_have_nulls_need_no_word_for_them(loader, write):
    loader.run(
        "--null", "none", WRITERS[write](loader.folder, column("user_id", NULLS))
    )

    assert loader.events("user_id") == [(text,) for text in NULLS]


# ---------------------------------------------------------------- values


def test_a_instant_is_stored_in_utc(loader):
    instants = {
        "2026-03-01T10:00:00Z": "2026-03-01 10:00:00",
        "2026-03-01T10:00:00+02:00": "2026-03-01 08:00:00",
        "2026-03-01 10:00:00.123456-0530": "2026-03-01 15:30:00.123456",
        "2026-03-01 10:00:00+02": "2026-03-01 08:00:00",
        "2026-03-01 10:00:00 +02:00": "2026-03-01 08:00:00",
        "2026-03-01 10:00:00 UTC": "2026-03-01 10:00:00",
        "2026-03-01 10:00:00UTC": "2026-03-01 10:00:00",
        "2026-03-01t10:00:00z": "2026-03-01 10:00:00",
        "2026-03-01T10:00Z": "2026-03-01 10:00:00",
        "2026-03-01T10:00+01": "2026-03-01 09:00:00",
        "2026-03-01 10:00": "2026-03-01 10:00:00",
        "2026-03-01": "2026-03-01 00:00:00",
        " 2026-03-01 10:00:00 ": "2026-03-01 10:00:00",
        "2026-03-01 10:00:00.1": "2026-03-01 10:00:00.1",
        "2026-03-01 10:00:00.1234569": "2026-03-01 10:00:00.123456",
        "2026-03-01 10:00:00.123456999+01:00": "2026-03-01 09:00:00.123456",
        "2026-12-31T23:30:00-01:00": "2027-01-01 00:30:00",
    }
    loader.run(write_csv(loader.folder, column("event_at", instants)))

    assert dict(loader.events("event_id, event_at::varchar")) == instants


def test_a_value_that_is_no_instant_is_rejected(loader):
    texts = [
        "2026-13-40",
        "2026-02-29 10:00:00",
        "2026-03-01 25:00:00",
        "2026-03-01 10:00:00+99:99",
        "2026-03-01 10:00:00 Europe/Berlin",
        "2026-03-01 10:00:00 EST",
        "1772359200",
        "yesterday",
        "infinity",
        "epoch",
        "01.03.2026",
        "null",
    ]
    loader.run(write_csv(loader.folder, column("event_at", texts)))

    reasons = [(f"event_at: '{text}' is not a timestamp",) for text in texts]
    assert loader.rejected("reason") == reasons


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        (pa.timestamp("s"), 1_772_359_200),
        (pa.timestamp("ms"), 1_772_359_200_123),
        (pa.timestamp("us"), 1_772_359_200_123_456),
        (pa.timestamp("ns"), 1_772_359_200_123_456_789),
        (pa.timestamp("us", "UTC"), 1_772_359_200_123_456),
        (pa.timestamp("ms", "America/New_York"), 1_772_359_200_123),
        (pa.timestamp("ns", "+05:30"), 1_772_359_200_123_456_789),
    ],
    ids=str,
)
def test_parquet_instants_of_any_unit_and_zone_are_stored_in_utc(loader, kind, number):
    columns = {name: pa.nulls(1, pa.string()) for name in COLUMNS}
    columns["event_at"] = pa.array([number], kind)
    loader.run(parquet_file(loader.folder, columns))

    digits = str(number)[:16].ljust(16, "0")
    micro = int(digits) if len(str(number)) > 10 else number * 10**6
    instant = datetime.fromtimestamp(micro // 10**6, UTC).replace(tzinfo=None)
    assert loader.events("event_at") == [(instant.replace(microsecond=micro % 10**6),)]


def test_revenue_is_stored_exactly(loader):
    numbers = {
        "12.3400": Decimal("12.34"),
        "12": Decimal("12"),
        "-5.": Decimal("-5"),
        ".5": Decimal("0.5"),
        "1e2": Decimal("100"),
        "1.23456789E7": Decimal("12345678.9"),
        "99999999999999.999999": Decimal("99999999999999.999999"),
        "12.345": Decimal("12.345"),
        "5e-3": Decimal("0.005"),
        "59.970000000000006": Decimal("59.97"),
        "-0.0000005": Decimal("-0.000001"),
    }
    loader.run(write_csv(loader.folder, column("revenue", numbers)))

    assert dict(loader.events("event_id, revenue")) == numbers


def test_revenue_that_is_no_amount_is_rejected(loader):
    texts = ["abc", "1,234.56", "100000000000000", "1,0", "NaN", "0x10", "1_0", "inf"]
    loader.run(write_csv(loader.folder, column("revenue", texts)))

    expected = "a number of at most 14 digits before the point"
    reasons = [(f"revenue: '{text}' is not {expected}",) for text in texts]
    assert loader.rejected("reason") == reasons
    assert loader.events() == []


def test_quantity_is_a_whole_number(loader):
    numbers = {"3": 3, "3.0": 3, "-1": -1, "+7": 7, "2e3": 2000}
    loader.run(write_csv(loader.folder, column("quantity", numbers)))

    assert dict(loader.events("event_id, quantity")) == numbers


def test_quantity_that_is_no_whole_number_is_rejected(loader):
    texts = ["x", "3.5", "9223372036854775808", "0x10"]
    loader.run(write_csv(loader.folder, column("quantity", texts)))

    expected = "a whole number of 64 bits"
    reasons = [(f"quantity: '{text}' is not {expected}",) for text in texts]
    assert loader.rejected("reason") == reasons


def test_parquet_numbers_of_other_types_are_loaded_exactly(loader):
    columns = {name: pa.nulls(3, pa.string()) for name in COLUMNS}
    columns["revenue"] = pa.array([19.99, 0.1 + 0.2, 5.0], pa.float64())
    columns["quantity"] = pa.array([1.0, 2.0, 2.5], pa.float32())
    columns["event_id"] = pa.array([1, 2, 3], pa.int32())
    columns["user_id"] = pa.array([b"ana", b"ben", None], pa.binary())
    columns["country"] = pa.array(["DE", "DE", None]).dictionary_encode()
    loader.run(parquet_file(loader.folder, columns))

    assert loader.events("event_id, user_id, country, revenue, quantity") == [
        ("1", "ana", "DE", Decimal("19.99"), 1),
        ("2", "ben", "DE", Decimal("0.3"), 2),
    ]
    assert loader.rejected("line, reason") == [
        (3, "quantity: '2.5' is not a whole number of 64 bits"),
    ]


@pytest.mark.parametrize("name", ["events.csv", "events.parquet", "events.jsonl"])
def test_a_host_beyond_ascii_is_stored_as_dns_knows_it(loader, name):
    urls = {
        "https://bücher.example/ä?ö#ü": "https://xn--bcher-kva.example/ä?ö#ü",
        "http://Ä:ö@www.BÜCHER.example:8080": (
            "http://Ä:ö@www.xn--bcher-kva.example:8080"
        ),
        "android-app://пример.испытание": "android-app://xn--e1afmkfd.xn--80akhbyknj4f",
        "https://straße.example./": "https://xn--strae-oqa.example./",
        "https://xn--bcher-kva.example/": "https://xn--bcher-kva.example/",
    }
    same = [
        "https://shop.example/ä?to=https://bücher.example/",
        "https://Shop.Example?ü",
        "https://ü:ü@shop.example/",
        "https://_ü.example/",
        "https://ü..example/",
        f"https://{'ü' * 300}/",
        "/bücher.example/",
        "bücher.example/",
        "//",
        "",
    ]
    urls |= {url: url for url in same}
    rows = [
        {"page_url": url, "referrer_url": url, "user_id": url} for url in [*urls, None]
    ]
    loader.run(WRITERS[name](loader.folder, rows))

    stored = loader.events("nullif(page_url, ''), nullif(referrer_url, ''), user_id")
    hosts = [url or None for url in urls.values()]
    assert [row[0] for row in stored] == [*hosts, None]
    assert [row[1] for row in stored] == [*hosts, None]
    assert [row[2] for row in stored[:-1]] == list(urls)


# ---------------------------------------------------------------- rejected rows


def test_a_bad_row_is_kept_with_file_line_reason_and_content(loader):
    file = loader.write(
        "events.csv", HEADER + csv_line(event_id="a") + csv_line(event_at="2026-13-40")
    )
    outcome = loader.run(file)

    summary = f"{file}: 1 rows loaded, 1 rejected (see raw.events_rejected)\n"
    advice = (
        "load_events: 1 of 2 rows were rejected; raw.events_rejected says why, "
        "and --allow-rejected lets the exit code be 0\n"
    )
    assert (outcome.code, outcome.out, outcome.err) == (3, summary, advice)
    [rejected] = loader.rejected("file, line, reason, content, file_sha256")
    assert rejected == (
        str(file),
        3,
        "event_at: '2026-13-40' is not a timestamp",
        csv_line(event_at="2026-13-40").strip(),
        loader.query("select sha256 from raw.loaded_files")[0][0],
    )
    [(recent,)] = loader.rejected(
        "rejected_at between now() - interval 1 hour and now()"
    )
    assert recent


def test_the_exit_code_tells_whether_any_or_all_rows_were_rejected(loader):
    good, mixed, bad, worse = (
        loader.write(f"{texts}.csv", HEADER + "".join(map(csv_quantity, texts)))
        for texts in ("12", "3x", "yz", "z")
    )
    codes = {
        (good,): 0,
        (mixed,): 3,
        (bad,): 4,
        (bad, worse): 4,
        (bad, good): 3,
        (mixed, good, bad): 3,
        ("--allow-rejected", mixed): 0,
        ("--allow-rejected", bad, worse): 0,
        (bad, loader.folder / "no.csv"): 1,
        ("--allow-rejected", loader.folder / "no.csv", mixed): 1,
    }
    for arguments, code in codes.items():
        assert (arguments, loader.run(*arguments).code) == (arguments, code)
        loader.query("truncate raw.loaded_files")


def test_rows_that_an_earlier_run_rejected_are_not_counted_again(loader):
    file = write_csv(loader.folder, [{"quantity": "x"}])

    assert (loader.run(file).code, loader.run(file).code) == (4, 0)


def test_all_faults_of_a_row_are_named(loader):
    loader.run(write_csv(loader.folder, [{"event_at": "x", "quantity": "y"}]))

    [(reason,)] = loader.rejected("reason")
    assert reason == (
        "event_at: 'x' is not a timestamp; "
        "quantity: 'y' is not a whole number of 64 bits"
    )


def test_the_line_counts_quoted_newlines_and_blank_lines(loader):
    text = HEADER + csv_line(page_url='"one\r\ntwo\nthree"') + "\n" + "a,b\n"
    loader.run(loader.write("events.csv", text + csv_line(quantity="x") + csv_line()))

    assert loader.events("page_url") == [("one\r\ntwo\nthree",), ("",)]
    assert loader.rejected("line, reason, content") == [
        (6, f"the line has 2 fields, the header has {len(COLUMNS)}", "a,b"),
        (
            7,
            "quantity: 'x' is not a whole number of 64 bits",
            csv_line(quantity="x")[:-1],
        ),
    ]


def test_an_empty_field_too_many_is_a_fault(loader):
    loader.run(loader.write("events.csv", HEADER + csv_line()[:-1] + ",\n"))

    assert loader.rejected("line, reason") == [
        (2, f"the line has {len(COLUMNS) + 1} fields, the header has {len(COLUMNS)}")
    ]


def test_a_row_with_a_quoted_newline_is_kept_whole(loader):
    line = csv_line(page_url='"one\ntwo"', quantity="x")
    loader.run(loader.write("events.csv", HEADER + line))

    assert loader.rejected("line, content") == [(2, line.rstrip())]


def test_a_stray_quote_loses_its_own_line_only(loader):
    good = csv_line(page_url='"has, a comma"')
    bad = [csv_line(page_url=quoted) for quoted in ('"open', '"a"b', '"')]
    loader.run(loader.write("events.csv", HEADER + good + (good * 2).join(bad) + good))

    assert loader.events("page_url") == [("has, a comma",)] * 6
    assert loader.rejected("content") == [(line.rstrip(),) for line in bad]


def test_a_parquet_row_is_shown_as_json(loader):
    loader.run(write_parquet(loader.folder, [FULL, FULL | {"event_at": "soon"}], str))

    [(line, content)] = loader.rejected("line, content")
    assert line == 2
    assert json.loads(content) == {k: str(v) for k, v in FULL.items()} | {
        "event_at": "soon"
    }


def test_a_json_line_that_is_no_row_is_rejected(loader):
    bad = {
        "{oops": "the line is not valid JSON: Expecting property name",
        "[1, 2]": f"{NO_OBJECT} it is a list or a single value",
        "17": f"{NO_OBJECT} it is a list or a single value",
        '{"revenue": NaN}': f"{NO_OBJECT} NaN is not JSON",
        '{"event_id": "a", "event_id": "b"}': f"{NO_OBJECT} a key occurs twice",
        '{"event_id": "a", "EVENT_ID": "b"}': f"{NO_OBJECT} a key occurs twice",
        '{"page_url": {"path": "/"}}': f"{NO_OBJECT} page_url is a list or an object",
        '{"page_url": "\\ud800"}': f"{NO_OBJECT} page_url has half of a surrogate pair",
        '{"event_at": 1772359200}': "event_at: '1772359200' is not a timestamp",
        '{"revenue": "12,345"}': "revenue: '12,345' is not a number",
        "[" * 100_000: f"{NO_OBJECT} maximum recursion depth exceeded",
    }
    good = json_text([{}])
    loader.run(loader.write("events.jsonl", good + "\n\n".join(bad) + "\n" + good))

    assert len(loader.events()) == 2
    rejected = loader.rejected("line, content, reason")
    assert [row[:2] for row in rejected] == [(2 * n + 2, x) for n, x in enumerate(bad)]
    for (_, _, reason), expected in zip(rejected, bad.values(), strict=True):
        assert reason.startswith(expected)


def test_a_json_line_that_is_no_row_may_end_the_file(loader):
    line = '{"page_url": []}'
    outcome = loader.run(loader.write("events.jsonl", json_text([{}]) + line))

    assert (outcome.code, loader.rejected("content")) == (3, [(line,)])


def test_json_numbers_and_truth_values_become_the_text_they_were(loader):
    line = '{"event_id": 12345678901234567890123, "user_id": true, "country": 1.10}'
    good = json.dumps(dict.fromkeys(COLUMNS))
    loader.run(loader.write("events.jsonl", f"{line}\n{good}\n"))

    assert loader.events("event_id, user_id, country")[0] == (
        "12345678901234567890123",
        "true",
        "1.10",
    )


def test_revenue_in_json_is_no_float(loader):
    loader.run(
        loader.write(
            "events.jsonl", json_text([{}]) + '{"revenue": 99999999999999.999999}\n'
        )
    )

    assert loader.events("revenue")[1] == (Decimal("99999999999999.999999"),)


@pytest.mark.parametrize("name", ["events.csv", "events.jsonl"])
def test_a_line_that_is_not_utf8_is_rejected(loader, name):
    good, bad = {"event_id": "good"}, {"event_id": "bad", "page_url": "gr\udcfcn"}
    rows = [dict.fromkeys(COLUMNS) | row for row in (good, bad, good)]
    text = csv_text(rows) if name.endswith("csv") else json_text(rows)
    file = loader.folder / name
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    loader.run(file)

    assert loader.events("event_id") == [("good",)] * 2
    [(reason, content)] = loader.rejected("reason, content")
    assert reason == "the line is not UTF-8 text"
    assert r"gr\xfcn" in content


# ---------------------------------------------------------------- columns


def test_columns_come_in_any_order_and_case_after_a_byte_order_mark(loader):
    header = ",".join(name.upper() for name in reversed(COLUMNS))
    line = ",".join(reversed(csv_line(event_id="a", country="DE").strip().split(",")))
    file = loader.write("events.csv", f"\ufeff{header}\r\n{line}\r\n")
    outcome = loader.run(file)

    assert outcome.code == 0
    assert loader.events("event_id, country") == [("a", "DE")]


def test_json_keys_come_in_any_case_after_a_byte_order_mark(loader):
    line = json.dumps({name.upper(): None for name in COLUMNS} | {"EVENT_ID": "a"})
    loader.run(loader.write("events.json", f"\ufeff{line}\r\n"))

    assert loader.events("event_id") == [("a",)]


@pytest.mark.parametrize("name", ["events.csv", "events.parquet", "events.jsonl"])
def test_columns_that_are_not_known_are_named_and_left_out(loader, name):
    rows = [FULL | {"theme": "dark", "shoe size": "44"}]
    outcome = loader.run(WRITERS[name](loader.folder, rows))

    assert "note: columns that are not loaded: shoe size, theme" in outcome.err
    assert (outcome.code, loader.events()) == (0, [tuple(FULL.values())])


@pytest.mark.parametrize("name", ["events.csv", "events.parquet"])
def test_all_missing_columns_are_named_in_one_line(loader, name):
    rows = [{n: v for n, v in FULL.items() if n not in ("user_id", "revenue")}]
    outcome = loader.run(WRITERS[name](loader.folder, rows))

    assert outcome.err.endswith(
        f"{name}: has no column user_id, revenue; add what is missing, even empty, or "
        "say which columns are which: --propose FILE > mapping.yml\n"
    )
    assert (outcome.code, loader.events()) == (1, [])


@pytest.mark.parametrize("name", ["events.csv", "events.parquet"])
def test_a_file_may_lack_what_few_trackers_send(loader, name):
    lacking = ("source_session_id", "device_category", "language", "event_source")
    lacking += ("tax", "coupon")
    rows = [{n: v for n, v in FULL.items() if n not in lacking}]
    outcome = loader.run(WRITERS[name](loader.folder, rows))

    assert outcome.code == 0
    assert loader.events(", ".join(lacking)) == [(None,) * len(lacking)]
    assert loader.events("browser, country") == [("browser 1", "DE")]


def test_json_rows_may_lack_keys_that_other_rows_have(loader):
    file = loader.write(
        "events.jsonl",
        '{"event_id": "a", "visitor_id": "v", "event_name": "click"}\n'
        '{"event_at": "2026-03-01", "loaded_at": "2026-03-02"}\n',
    )
    outcome = loader.run(file)

    assert outcome.code == 0
    assert loader.events("event_id, event_at::varchar, country") == [
        ("a", None, None),
        (None, "2026-03-01 00:00:00", None),
    ]


def test_json_needs_each_required_key_somewhere(loader):
    file = loader.write("events.jsonl", '{"event_id": "a", "event_at": null}\n')
    outcome = loader.run(file)

    assert "has no row with visitor_id, event_name, loaded_at; " in outcome.err
    assert (outcome.code, loader.events()) == (1, [])


# ---------------------------------------------------------------- refused files


def cut(content):
    return content[: len(content) * 2 // 3]


REFUSED = {
    "empty.csv": (lambda: b"", "is empty; get the whole file"),
    "empty.csv.gz": (lambda: gzip.compress(b""), "has no column event_id, "),
    "notes.txt": (lambda: b"hello\n", "is of no known format; name it .parquet, "),
    "prose.csv": (lambda: b"Dear all,\nno events.\n", "has no column event_id, "),
    "twice.csv": (lambda: b"Event_id," + HEADER.encode(), "has the column event_id tw"),
    "latin.csv": (lambda: b"gr\xfcn," + HEADER.encode(), "has no readable header"),
    "image.parquet": (lambda: b"\x89PNG" * 100, "cannot be loaded; "),
    "array.json": (lambda: b"[\n{}\n]\n", "is a JSON array, not one object per line"),
    "pretty.json": (lambda: b'{\n"event_id":\n"a"\n}\n', "has JSON objects over sev"),
    "cut.parquet": (lambda: cut(parquet_bytes()), "cannot be loaded; "),
    "cut.csv.gz": (lambda: cut(gzip.compress(LONG)), "cannot be loaded; "),
    "cut.csv": (lambda: (HEADER + csv_line() + "a,b").encode(), "ends inside line 3 "),
    "quote.csv": (lambda: (HEADER + 'a,"b').encode(), "ends inside line 2 "),
    "header.csv": (lambda: HEADER.encode()[:-60], "has no column "),
    "cut.jsonl": (lambda: b'{"event_id": "a"}\n{"event', "ends inside line 2 "),
    "nested.parquet": (lambda: nested_parquet(), "has lists or structs in page_url"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_loaded_whole_changes_nothing(loader, name):
    content, complaint = REFUSED[name]
    file = loader.folder / name
    file.write_bytes(content())
    outcome = loader.run(file)

    assert outcome.code == 1
    assert outcome.out == ""
    assert outcome.err.startswith(f"load_events: {file}: {complaint}")
    assert outcome.err.count("\n") == 1
    for table in ("events", "events_rejected", "loaded_files"):
        assert loader.query(f"from raw.{table}") == []


BLANKS = "has blanks in its header:"
PYTHON = "python3 -c 'import csv, sys; csv.writer(sys.stdout).writerows("
MACS = ("has the line ends of old Macs, CR alone", r"tr '\r' '\n'")
JSON_OVER_LINES = ("has JSON objects over several lines, not one per line", "jq -c .")

# A file of another kind, what is said of it, and what makes it one that is read.
OTHER_FORMATS = {
    "semicolons.csv": (
        lambda: separated(";"),
        "has semicolons instead of commas",
        f'{PYTHON}csv.reader(sys.stdin, delimiter=";"))\'',
    ),
    "it's tabs.csv": (
        lambda: separated("\t"),
        "has tabs instead of commas",
        f'{PYTHON}csv.reader(sys.stdin, delimiter="\\t"))\'',
    ),
    "bars.CSV": (
        lambda: separated("|").replace(b"event_id", b'"Event_ID"', 1),
        "has vertical bars instead of commas",
        f'{PYTHON}csv.reader(sys.stdin, delimiter="|"))\'',
    ),
    "sep.csv": (
        lambda: b"\xef\xbb\xbfsep=,\r\n" + OTHER_CSV,
        "begins with the line sep= that Excel reads",
        "tail -n +2",
    ),
    "utf16.csv": (
        lambda: OTHER_CSV.decode().encode("utf-16"),
        "is UTF-16 text, not UTF-8",
        "iconv -f UTF-16 -t UTF-8",
    ),
    "big_endian.csv": (
        lambda: b"\xfe\xff" + OTHER_CSV.decode().encode("utf-16-be"),
        "is UTF-16 text, not UTF-8",
        "iconv -f UTF-16 -t UTF-8",
    ),
    "no_mark.csv": (
        lambda: OTHER_CSV.decode().encode("utf-16-le"),
        "is UTF-16 text, not UTF-8",
        "iconv -f UTF-16LE -t UTF-8",
    ),
    "no_mark.jsonl": (
        lambda: OTHER_JSON.decode().encode("utf-16-be"),
        "is UTF-16 text, not UTF-8",
        "iconv -f UTF-16BE -t UTF-8",
    ),
    "blanks.csv": (
        lambda: OTHER_CSV.replace(b",site_id,", b", site_id\t,", 1),
        f"{BLANKS} ' site_id\\t'",
        "sed '1s/[[:blank:]]//g'",
    ),
    "blanks_at_the_ends.csv": (
        lambda: b" " + OTHER_CSV.replace(b"\n", b" \r\n", 1),
        f"{BLANKS} ' event_id', 'event_source '",
        "sed '1s/[[:blank:]]//g'",
    ),
    "macs.csv": (lambda: OTHER_CSV.replace(b"\n", b"\r"), *MACS),
    "macs.jsonl": (lambda: OTHER_JSON.replace(b"\n", b"\r"), *MACS),
    "pretty.json": (lambda: pretty(2), *JSON_OVER_LINES),
    "pretty_on_windows.json": (
        lambda: pretty(4).replace(b"\n", b"\r\n"),
        *JSON_OVER_LINES,
    ),
    "begins_in_the_first_line.json": (
        lambda: pretty(2).replace(b"{\n  ", b"{ "),
        *JSON_OVER_LINES,
    ),
    "array.json": (
        lambda: b"\n [" + OTHER_JSON.rstrip().replace(b"\n", b",\n") + b"]",
        "is a JSON array, not one object per line",
        "jq -c '.[]'",
    ),
}


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "zipped"])
@pytest.mark.parametrize("name", OTHER_FORMATS)
def test_a_file_of_another_kind_is_named_with_what_makes_it_one_to_load(
    loader, monkeypatch, name, zipped
):
    content, fault, command = OTHER_FORMATS[name]
    monkeypatch.chdir(loader.folder)
    file = Path(f"{name}.gz" if zipped else name)
    file.write_bytes(gzip.compress(content()) if zipped else content())
    outcome = loader.run(file)

    new = "NEW.csv" if "csv" in name.lower() else "NEW.jsonl"
    quoted = shlex.quote(str(file))
    pipe = f"gunzip < {quoted} | {command}" if zipped else f"{command} < {quoted}"
    expected = f"load_events: {file}: {fault}; type: {pipe} > {new}\n"
    assert (outcome.code, outcome.err) == (1, expected)
    if shutil.which(command.split()[0]):
        subprocess.run(["sh", "-c", outcome.err.partition("type: ")[2]], check=True)
        assert loader.run(new).code == 0
        assert loader.events("event_id, page_url") == OTHER_EVENTS


def test_what_only_looks_like_another_kind_is_loaded(loader):
    good = {
        "semicolons in a name.csv": HEADER.strip()
        + ",a;b;c\n"
        + csv_line()[:-1]
        + ",\n",
        "blanks in another name.csv": HEADER.strip()
        + ", x \n"
        + csv_line()[:-1]
        + ",\n",
        "returns in a cell.csv": HEADER + csv_line(page_url='"a\rb"'),
        "a header alone.csv": HEADER[:-1] + "\r\n",
        "blank lines.csv": "\r\n\n" + HEADER + csv_line(),
        "a comma at the end.jsonl": json_text([{}]).replace("}", "}\n{},"),
    }
    for name, text in good.items():
        assert "rows loaded" in loader.run(loader.write(name, text)).out


def test_a_missing_file_and_a_folder_are_refused(loader):
    missing = loader.run(loader.folder / "no.csv")
    folder = loader.run(loader.folder)

    assert "no.csv: does not exist; check the name and the folder\n" in missing.err
    assert "is not a file; name the files themselves\n" in folder.err
    assert (missing.code, folder.code) == (1, 1)


def test_a_whole_last_line_needs_no_newline(loader):
    loader.run(
        loader.write("events.csv", (HEADER + csv_line(event_id="a")).rstrip("\n"))
    )

    assert loader.events("event_id") == [("a",)]


def test_a_file_that_changes_while_it_is_read_is_refused(loader, monkeypatch):
    file = write_csv(loader.folder, [FULL])

    def change_meanwhile(chunks):
        yield from chunks
        os.utime(file, ns=(0, 0))

    monkeypatch.setattr(load_events, "ahead", change_meanwhile)
    outcome = loader.run(file)

    assert "changed while it was read; load it when it is done" in outcome.err
    assert loader.events() == []


def test_other_files_load_beside_a_refused_one(loader):
    good = write_csv(loader.folder, [FULL])
    bad = loader.write("bad.csv", "nothing\n")
    outcome = loader.run(bad, good, loader.folder / "no.csv")

    assert outcome.code == 1
    assert len(loader.events()) == 1
    assert outcome.err.splitlines()[-1] == "load_events: 2 of 3 files failed"


# ---------------------------------------------------------------- once, and whole


def test_the_same_content_loads_once_whatever_its_name(loader):
    file = write_csv(loader.folder, [FULL, {"quantity": "x"}])
    first = loader.run(file)
    kept = loader.query("from raw.loaded_files")
    copy = loader.write("copy.csv", file.read_bytes().decode())
    second = loader.run(copy, file)

    assert first.out == f"{file}: 1 rows loaded, 1 rejected (see raw.events_rejected)\n"
    assert second.code == 0
    assert [line.split(": ")[1][:14] for line in second.out.splitlines()] == [
        "already loaded"
    ] * 2
    assert (len(loader.events()), len(loader.rejected("line"))) == (1, 1)
    assert loader.query("from raw.loaded_files") == kept
    assert kept[0][1:4] == (str(file), 1, 1)


def test_a_file_named_twice_is_loaded_once(loader):
    file = write_csv(loader.folder, [FULL])
    outcome = loader.run(file, file)

    assert outcome.out == f"{file}: 1 rows loaded, 0 rejected\n"


def test_a_killed_load_leaves_nothing_and_the_next_completes(loader):
    file = write_csv(loader.folder, [FULL | {"event_id": str(n)} for n in range(500)])
    killed = subprocess.run(
        [sys.executable, "-c", KILL_AT_THIRD_CHUNK, file], cwd=SCRIPTS, check=False
    )
    left = loader.query("select count(*) from raw.events")
    loader.run(file)

    assert killed.returncode == -signal.SIGKILL
    assert left == [(0,)]
    assert len(loader.events()) == 500


def test_an_interrupted_load_leaves_nothing(loader, monkeypatch):
    def interrupted(chunks):
        yield next(chunks)
        raise KeyboardInterrupt

    monkeypatch.setattr(load_events, "ahead", interrupted)
    outcome = loader.run(write_csv(loader.folder, [FULL]))

    assert outcome.code == 130
    assert "stopped; the file it was at is not loaded: run it again" in outcome.err
    assert loader.events() == []


# ---------------------------------------------------------------- names and places


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_name_means_the_file_of_that_name(loader, ending):
    names = [
        "a*b",
        "a?b",
        "a[1]b",
        "[a]",
        "a1b",
        "it's",
        'say "hi"',
        "country=X",
        "ä b",
    ]
    files = []
    for name in names:
        folder = loader.folder / name
        folder.mkdir()
        file = WRITERS[f"events.{ending}"](folder, [FULL | {"event_id": name}])
        files.append(file.rename(loader.folder / name / f"{name}.{ending}"))
    outcome = loader.run(*files)

    lines = [f"{file}: 1 rows loaded, 0 rejected" for file in files]
    assert outcome.out.splitlines() == lines
    assert loader.events("event_id, country") == [(name, "DE") for name in names]


def test_a_name_that_is_not_utf8_can_be_printed(loader):
    file = write_csv(loader.folder, [FULL])
    renamed = os.fsencode(file.parent) + b"/gr\xfcn.csv"
    os.rename(file, renamed)
    outcome = loader.run(os.fsdecode(renamed))

    assert r"gr\xfcn.csv: 1 rows loaded, 0 rejected" in outcome.out


@pytest.mark.parametrize("name", ["events.csv.gz", "events.jsonl", "events.parquet"])
def test_a_name_or_a_folder_that_is_not_utf8_is_loaded(loader, name):
    file = WRITERS[name](loader.folder, [FULL])
    folder = os.fsencode(loader.folder) + b"/gr\xfcn"
    os.mkdir(folder)
    renamed = folder + b"/\xe4 [1]." + os.fsencode(name)
    os.rename(file, renamed)
    outcome = loader.run(os.fsdecode(renamed))

    shown = rf"{loader.folder}/gr\xfcn/\xe4 [1].{name}"
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == f"{shown}: 1 rows loaded, 0 rejected\n"
    assert loader.query("select file from raw.loaded_files") == [(shown,)]
    assert loader.events() == [tuple(FULL.values())]


def test_a_refused_file_whose_name_is_not_utf8_can_be_printed(loader):
    for name in (b"gr\xfcn.csv", b"gr\xfcn.parquet"):
        file = os.fsdecode(os.fsencode(loader.folder) + b"/" + name)
        Path(file).write_bytes(separated(";"))
        outcome = loader.run(file)

        assert outcome.code == 1
        assert outcome.err.startswith(f"load_events: {load_events.printable(file)}: ")
        assert outcome.err.isascii() and outcome.err.count("\n") == 1


def test_content_tells_parquet_and_gzip_whatever_the_name(loader):
    parquet_named = write_parquet(loader.folder, [FULL]).rename(loader.folder / "a.csv")
    zipped = write_csv_gz(loader.folder, [FULL]).rename(loader.folder / "b.csv")
    plain = write_csv(loader.folder, [FULL]).rename(loader.folder / "C.CSV.GZ")
    loader.run(parquet_named, zipped, plain)

    assert loader.events() == [tuple(FULL.values())] * 3


def test_the_database_is_relative_to_the_project(loader, monkeypatch):
    file = write_csv(loader.folder, [FULL])
    monkeypatch.setattr(warehouse, "ROOT", loader.folder)
    monkeypatch.setenv("SESSIONS_DUCKDB_PATH", "own.duckdb")
    loader.run(file)
    monkeypatch.delenv("SESSIONS_DUCKDB_PATH")
    loader.run(file)

    for name in ("own.duckdb", "sessions.duckdb"):
        loader.database = loader.folder / name
        assert len(loader.events()) == 1


def test_a_database_called_raw_works(loader, monkeypatch):
    database = loader.folder / "raw.duckdb"
    monkeypatch.setenv("SESSIONS_DUCKDB_PATH", str(database))
    outcome = loader.run(write_csv(loader.folder, [FULL]))

    assert outcome.code == 0
    with duckdb.connect(database) as connection:
        assert connection.sql("select count(*) from raw.raw.events").fetchone() == (1,)


def test_a_locked_database_says_who_has_it(loader):
    loader.query("select 1")
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD_DATABASE, loader.database],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    other.stdout.readline()
    outcome = loader.run(write_csv(loader.folder, [FULL]))
    other.communicate()

    assert outcome.code == 1
    assert "another program has it open; close that and try again" in outcome.err
    assert str(other.pid) in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_database_that_cannot_be_written_is_refused(loader, monkeypatch):
    file = write_csv(loader.folder, [FULL])
    prose = loader.write("prose.duckdb", "Dear all,\n" * 1000)
    missing = loader.folder / "no"
    other_name = "let SESSIONS_DUCKDB_PATH name a DuckDB file that can be written"
    for place, advice in [
        (file, other_name),
        (prose, other_name),
        (loader.folder, other_name),
        (missing / "x.duckdb", f"type: mkdir -p '{missing}'"),
    ]:
        monkeypatch.setenv("SESSIONS_DUCKDB_PATH", str(place))
        outcome = loader.run(file)

        assert (outcome.code, outcome.out) == (1, "")
        assert advice in outcome.err
        assert outcome.err.count("\n") == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_read_only_database_is_refused(loader):
    loader.query("select 1")
    loader.database.chmod(0o444)
    outcome = loader.run(write_csv(loader.folder, [FULL]))

    assert outcome.code == 1
    assert "a DuckDB file that can be written" in outcome.err


@pytest.mark.parametrize("name", ["main", "temp", "system", "it's", 'a "b"', "a;b"])
def test_a_file_in_which_dbt_cannot_build_is_refused(loader, monkeypatch, name):
    database = loader.folder / f"{name}.duckdb"
    monkeypatch.setenv("SESSIONS_DUCKDB_PATH", str(database))
    outcome = loader.run(write_csv(loader.folder, [FULL]))

    assert outcome.code == 1
    assert "dbt cannot build in a file of this name" in outcome.err
    assert not database.exists()


def test_a_table_that_is_older_than_a_column_gets_it(loader):
    loader.run(write_csv(loader.folder, [FULL]))
    loader.query("alter table raw.events drop country")
    outcome = loader.run(write_csv(loader.folder, [FULL | {"event_id": "later"}]))

    assert outcome.code == 0
    assert sorted(loader.events("country"), key=str) == [(FULL["country"],), (None,)]


def test_a_table_that_does_not_fit_is_one_line(loader):
    loader.query("create schema raw; create table raw.events (event_id varchar)")
    outcome = loader.run(write_csv(loader.folder, [FULL]))

    assert outcome.code == 1
    assert "cannot be loaded; " in outcome.err
    assert outcome.err.count("\n") == 1


# ---------------------------------------------------------------- the command line


def test_help_tells_the_rules(capsys):
    with pytest.raises(SystemExit) as stopped:
        load_events.main(["--help"])

    assert stopped.value.code == 0
    told = capsys.readouterr().out
    for text in (
        "raw.events_rejected",
        r"NULL or \N,",
        "--allow-rejected",
        "  4    ",
        "--propose",
    ):
        assert text in told


def test_no_file_is_a_wrong_call(capsys):
    with pytest.raises(SystemExit) as stopped:
        load_events.main([])

    assert stopped.value.code == 2
    assert "usage: load_events" in capsys.readouterr().err


def test_a_terminal_shows_progress(loader, monkeypatch):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", terminal)
    loader.run(write_csv(loader.folder, [FULL]))

    assert "events.csv:   0%" in terminal.getvalue()


def test_properties_of_an_event_may_be_an_object(loader):
    properties = {"experiment": {"variant": "B"}, "scroll": 25, "é": None}
    file = loader.write("a.jsonl", json_text([FULL | {"event_properties": properties}]))

    assert loader.run(file).code == 0
    ((text,),) = loader.events("event_properties")
    assert json.loads(text) == properties | {"scroll": "25"}


def test_columns_that_own_columns_come_from_are_loaded(tmp_path, monkeypatch):
    project = tmp_path / "dbt_project.yml"
    project.write_text(
        "vars: {own_columns: [{name: page_type, type: text}, {name: a, from: Scroll}, "
        "{name: b, from: properties.b}, {name: buyer, from: user_id}]}"
    )
    monkeypatch.setattr(event_contract, "PROJECT", project)
    types = event_contract.duckdb_types()

    assert {name: types[name] for name in types if name not in COLUMNS} == {
        "page_type": "varchar",
        "scroll": "varchar",
    }
    assert "scroll" in event_contract.columns_files_may_lack()


def test_thousands_are_set_apart(loader):
    file = write_csv(loader.folder, [{"event_id": str(n)} for n in range(1234)])
    outcome = loader.run(file)

    assert outcome.out == f"{file}: 1,234 rows loaded, 0 rejected\n"


# ---------------------------------------------------------------- plumbing

COLUMN_TYPES = {
    **dict.fromkeys(COLUMNS, "varchar"),
    "event_at": "timestamp",
    "event_sequence": "bigint",
    "loaded_at": "timestamp",
    **dict.fromkeys(["revenue", "tax", "shipping", "discount"], "decimal(20,6)"),
    "quantity": "bigint",
    "engaged_milliseconds": "bigint",
}
FULL = {name: f"{name} 1" for name in COLUMNS} | {
    "event_at": datetime(2026, 3, 1, 10, 0, 0, 123456),
    "event_sequence": 7,
    "loaded_at": datetime(2026, 3, 1, 10, 5),
    "page_url": 'https://shop.example/?q="a, b"',
    "country": "DE",
    "revenue": Decimal("1234.50"),
    "tax": Decimal("197.10"),
    "shipping": Decimal("4.90"),
    "discount": Decimal("0.00"),
    "quantity": 3,
    "engaged_milliseconds": 4000,
}
SPARSE = dict.fromkeys(COLUMNS) | {"event_id": "b", "event_at": datetime(2026, 3, 2)}
NULLS = ["NULL", r"\N", "none"]
NULL_TEXTS = ", ".join(
    f"nullif({name}, '')" if kind == "varchar" else name
    for name, kind in COLUMN_TYPES.items()
)
NO_OBJECT = "the line is not a JSON object of texts and numbers:"
HEADER = ",".join(COLUMNS) + "\n"
KILL_AT_THIRD_CHUNK = """
import os, signal, sys
import file_chunks, load_events

def ahead(chunks):
    for number, chunk in enumerate(chunks):
        if number == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        yield chunk

load_events.ahead, file_chunks.CHUNK_CHARACTERS = ahead, 10_000
load_events.main(sys.argv[1:])
"""
HOLD_DATABASE = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


def column(name, texts):
    """Rows with one text each in a column, and the same text as event_id."""
    return [{"event_id": text, name: text} for text in texts]


def csv_text(rows):
    names = list(rows[0]) if rows and len(rows[0]) > 10 else COLUMNS
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def csv_line(**values):
    return ",".join(values.get(name, "") for name in COLUMNS) + "\n"


def csv_quantity(text):
    return csv_line(quantity=text)


def json_text(rows):
    """JSON lines of rows, with every key of raw.events in the first."""
    rows = [dict.fromkeys(COLUMNS) | rows[0], *rows[1:]]
    return "".join(
        json.dumps(row, default=str, ensure_ascii=False) + "\n" for row in rows
    )


def write_csv(folder, rows):
    file = folder / "events.csv"
    file.write_bytes(csv_text(rows).encode())
    return file


def write_csv_gz(folder, rows):
    file = folder / "events.csv.gz"
    file.write_bytes(gzip.compress(csv_text(rows).encode()))
    return file


def write_jsonl(folder, rows):
    file = folder / "events.jsonl"
    file.write_bytes(json_text(rows).encode())
    return file


def write_json_gz(folder, rows):
    file = folder / "events.json.gz"
    file.write_bytes(gzip.compress(json_text(rows).encode()))
    return file


def parquet_file(folder, columns):
    file = folder / "events.parquet"
    parquet.write_table(pa.table(columns), file)
    return file


def write_parquet(folder, rows, convert=None):
    names = list(rows[0]) if len(rows[0]) > 10 else COLUMNS
    columns = {}
    for name in names:
        values = [row.get(name) for row in rows]
        columns[name] = pa.array([convert(v) for v in values] if convert else values)
    return parquet_file(folder, columns)


WRITERS = {
    "events.csv": write_csv,
    "events.csv.gz": write_csv_gz,
    "events.parquet": write_parquet,
    "events.jsonl": write_jsonl,
}
LONG = (HEADER + "".join(csv_line(event_id=str(n)) for n in range(5_000))).encode()


OTHER_EVENTS = [("a", "/?q=1,2;3|4"), ("b", "ä")]
OTHER_ROWS = [{"event_id": name, "page_url": url} for name, url in OTHER_EVENTS]
OTHER_CSV = csv_text(OTHER_ROWS).encode()
OTHER_JSON = json_text(OTHER_ROWS).encode()


def separated(separator):
    text = io.StringIO()
    rows = csv.reader(io.StringIO(OTHER_CSV.decode(), newline=""))
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def pretty(indent):
    rows = OTHER_JSON.decode().splitlines()
    return "\n".join(json.dumps(json.loads(r), indent=indent) for r in rows).encode()


def parquet_bytes(**columns):
    table = pa.table({name: pa.nulls(9, pa.string()) for name in COLUMNS} | columns)
    stream = io.BytesIO()
    parquet.write_table(table, stream)
    return stream.getvalue()


def nested_parquet():
    return parquet_bytes(page_url=pa.array([["a", "b"]] * 9))
