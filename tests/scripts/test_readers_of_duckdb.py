"""Why the loader reads CSV and JSON lines itself: what DuckDB's readers make of them.

Where one of these fails, DuckDB has learned something, and scripts/python/text_rows.py
may be shorter. What the loader makes of the same files is in test_load_events.py.
"""

import duckdb
import pytest

COLUMNS = "columns = {'a': 'varchar', 'b': 'varchar', 'c': 'varchar'}"
CSV = (
    f"read_csv($file, {COLUMNS}, header = true, auto_detect = false, "
    "delim = ',', quote = '\"', escape = '\"', nullstr = '\\0', store_rejects = true)"
)
JSON = (
    f"read_json($file, {COLUMNS}, format = 'newline_delimited', ignore_errors = true)"
)


@pytest.fixture
def read(tmp_path):
    """Makes rows, and lines and contents that are rejected, of a file's content."""

    def read(content, reader):
        file = tmp_path / "file"
        file.write_bytes(content)
        with duckdb.connect() as connection:
            rows = connection.execute(f"from {reader}", {"file": str(file)}).fetchall()
            if reader is JSON:
                return rows, []
            rejected = connection.execute("select line, csv_line from reject_errors")
            return rows, rejected.fetchall()

    return read


def test_a_stray_quote_swallows_the_rows_below(read):
    rows, rejected = read(b'a,b,c\n1,"open,3\n4,5,6\n7,"ok",8\n9,9,9\n', CSV)

    assert rows == [("9", "9", "9")]
    assert rejected == [(2, '1,"open,3\n4,5,6\n7,"ok",8')]


def test_newlines_in_quotes_are_no_lines(read):
    _, rejected = read(b'a,b,c\n1,"two\nlines",3\n4,5\n', CSV)

    assert rejected == [(3, "4,5")]  # it is the fourth line


def test_text_beside_quotes_is_changed(read):
    assert read(b'a,b,c\n1, "2" ,3\n', CSV) == ([("1", "2", "3")], [])


def test_an_empty_field_too_many_is_no_fault(read):
    assert read(b"a,b,c\n1,2,3,\n", CSV) == ([("1", "2", "3")], [])


def test_bytes_that_are_no_text_cannot_be_told(read):
    assert read(b"a,b,c\n1,gr\xfcn,3\n", CSV) == ([], [(2, "1,gr?n,3")])


def test_a_file_with_both_kinds_of_line_end_is_not_read(read):
    with pytest.raises(duckdb.InvalidInputException):
        read(b"a,b,c\n1,2,3\r\n4,5,6\n", CSV)


def test_numbers_in_json_are_rounded(read):
    rows, _ = read(b'{"a": 9999999999999999.99, "b": 1.10}\n', JSON)

    assert rows == [("1e+16", "1.1", None)]


@pytest.mark.parametrize("line", [b"{oops", b"[1]", b'{"A": "other case"}'])
def test_a_json_line_that_is_no_row_is_a_row_of_nulls(read, line):
    assert read(line + b"\n", JSON) == ([(None, None, None)], [])


def test_a_json_key_that_occurs_twice_is_no_fault(read):
    assert read(b'{"a": "1", "a": "2"}\n', JSON) == ([("1", None, None)], [])
