"""scripts/report draws a page that says what the marts say, to everybody who looks.

Chromium opens it from the disk, as a reader would.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from building import ROOT, WITHOUT_LAWS, Project

NEEDS_REPORT = "needs what draws the report: scripts/setup --report"
playwright = pytest.importorskip("playwright.sync_api", reason=NEEDS_REPORT)
report = pytest.importorskip("report", reason=NEEDS_REPORT)

CHROMIUM = next(
    filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])),
    None,
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {"desk": (1280, 900), "phone": (390, 844)}

# Text that would be markup, were it taken for it.
HOSTILE_PATH = "/<img src=x onerror=document.title='taken'>"
HOSTILE_CAMPAIGN = "</script><script>document.title='taken'</script>"


def hostile_events():
    """Visits of the sale that land on a page and come by a campaign of such names.

    Each buys something in a currency that has no rate.
    """
    for number in range(1_500):
        yield {
            "event_id": f"hostile-{number}",
            "site_id": "shop",
            "visitor_id": f"hostile-{number}",
            "event_name": "purchase",
            "event_at": datetime(2026, 3, 18, 12),
            "loaded_at": datetime(2026, 4, 1),
            "page_url": f"https://shop.example.com{HOSTILE_PATH}",
            "traffic_campaign": HOSTILE_CAMPAIGN,
            "traffic_source": "instagram",
            "traffic_medium": "paid_social",
            "order_id": f"hostile-{number}",
            "revenue": Decimal("10.50"),
            "currency": "XTS",
        }


RULES = """
    create table session_rules_comparison as
    select
        preset,
        session_date,
        channel,
        count(*) * weight as sessions,
        count(distinct visitor_id) as visitors,
        avg(is_bounce::integer) as bounce_share,
        avg(duration_seconds)::double as mean_duration_seconds,
        avg(purchase_count) as orders_per_session
    from fct_sessions
    cross join (values ('standard', 1), ('twice', 2)) as presets (preset, weight)
    group by preset, weight, session_date, channel
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """The sample shop, small, with some events of its own."""
    project = Project(tmp_path_factory.mktemp("project") / "copy")
    events = project.folder / "events.parquet"
    for script, arguments in [
        ("maintenance/generate_events", ["--events", "60000", "--output", events]),
        ("load_events", [events]),
    ]:
        subprocess.run(
            [ROOT / "scripts" / script, *arguments],
            env=os.environ | project.environment(),
            check=True,
            capture_output=True,
        )
    project.append(hostile_events())
    project.build(*WITHOUT_LAWS)
    project.execute(RULES)
    return project


@pytest.fixture(scope="module")
def report_file(shop, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    ended = subprocess.run(
        [ROOT / "scripts" / "report", "--output", path],
        env=os.environ | shop.environment(),
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    assert str(path) in ended.stdout
    return path


@pytest.fixture(scope="module")
def chromium():
    if not CHROMIUM:
        pytest.skip("needs Chromium: apt-get install chromium")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def open_page(chromium):
    """Opens a file, and notes what it asks the network for and what it complains of."""

    def opened(path, width="desk", scheme="light"):
        size = dict(zip(["width", "height"], WIDTHS[width], strict=True))
        context = chromium.new_context(viewport=size, color_scheme=scheme)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.requests, page.complaints = [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-drawn]", state="attached")
        return page

    return opened


@pytest.fixture(scope="module")
def page(open_page, report_file):
    return open_page(report_file)


@pytest.fixture
def draw(monkeypatch, tmp_path, tmp_path_factory, capsys):
    """Draws the report of a database; its code, what it complained of, and the file."""

    def drawn(database, *arguments):
        monkeypatch.setenv("SESSIONS_DUCKDB_PATH", str(database))
        target = tmp_path_factory.getbasetemp() / "target"
        monkeypatch.setenv("DBT_TARGET_PATH", str(target))
        path = tmp_path / "report.html"
        code = report.main(["--output", str(path), *arguments])
        return code, capsys.readouterr().err, path

    return drawn


# ---------- what it looks like


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_it_is_drawn_without_a_network(open_page, report_file, width, scheme):
    page = open_page(report_file, width, scheme)

    assert page.complaints == []
    assert [u for u in page.requests if not u.startswith("data:")] == [
        report_file.as_uri()
    ]
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width][0]
    charts = json.loads(page.locator("#charts").text_content())
    assert {*charts} == {
        *["sessions", "conversion", "worth", "verdicts", "funnel", "rules"]
    }
    for name in charts:
        drawn = page.locator(f"#chart-{name} svg")
        box = drawn.bounding_box()
        assert box["width"] > 250 and box["height"] > 60, name
        assert drawn.locator("[class*='mark-'] path").count() >= 2, name
        assert not re.search("undefined|null|NaN", drawn.text_content()), name


@pytest.mark.parametrize("width", WIDTHS)
def test_it_can_be_read_in_light_and_in_dark(open_page, report_file, width):
    seen = {}
    for scheme in ["light", "dark"]:
        page = open_page(report_file, width, scheme)
        assert colours(page)["ground"] not in seen
        seen[colours(page)["ground"]] = scheme
        faint = [text for text in page.evaluate(TEXTS) if contrast(*text[:2]) < 4.5]
        assert faint == []
        ground = colours(page)["ground"]
        for name, colour in colours(page).items():
            if re.match("channel|verdict|accent$", name):
                assert contrast(colour, ground) >= 3, name


def test_a_button_turns_it_dark_and_light_again(open_page, report_file):
    page = open_page(report_file)
    before = colours(page)["ground"]
    bar = (
        "getComputedStyle(document.querySelector('#chart-funnel [fill*=accent]')).fill"
    )
    before_bar = page.evaluate(bar)

    page.get_by_role("button", name="Dark").press("Enter")
    assert colours(page)["ground"] != before
    assert page.evaluate(bar) != before_bar
    page.get_by_role("button", name="Light").press("Enter")
    assert colours(page)["ground"] == before


# For each element with text of its own: the colours of the text and behind it.
TEXTS = """() => [...document.querySelectorAll("body *")]
    .filter(element => element.checkVisibility() && [...element.childNodes].some(
        node => node.nodeType === 3 && node.textContent.trim()
    ) && !element.closest("script, style, .unseen"))
    .map(element => {
        const style = getComputedStyle(element);
        const background = element => getComputedStyle(element).backgroundColor;
        let behind = element;
        while (background(behind) === "rgba(0, 0, 0, 0)" && behind !== document.body)
            behind = behind.parentElement;
        return [
            element.closest("svg") ? style.fill : style.color,
            background(behind),
            element.textContent.trim().slice(0, 40),
        ];
    })"""

COLOURS = """() => {
    const probe = document.body.appendChild(document.createElement("i"));
    const names = ["ground", "ink", "accent", "accent-faint", "mark",
        ...[1, 2, 3, 4, 5, 6, 7].map(number => `channel-${number}`),
        ...["quality", "worth", "bot", "fading"].map(name => `verdict-${name}`)];
    const found = Object.fromEntries(names.map(name => {
        probe.style.color = `var(--${name})`;
        return [name, getComputedStyle(probe).color];
    }));
    probe.remove();
    return found;
}"""


def colours(page):
    return page.evaluate(COLOURS)


def contrast(one, other):
    """The contrast of two CSS colours, from 1 to 21, as WCAG 2 reckons it."""
    lighter, darker = sorted([luminance(one), luminance(other)], reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour):
    name, numbers = re.fullmatch(r"(rgb|color\(srgb)[ (]*(.*?)\)", colour).groups()
    parts = [float(part) for part in re.findall(r"[\d.]+", numbers)[:3]]
    if name == "rgb":
        parts = [part / 255 for part in parts]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return sum(
        weight * part
        for weight, part in zip([0.2126, 0.7152, 0.0722], linear, strict=True)
    )


# ---------- who can use it


def test_each_chart_and_table_says_what_it_is(page):
    described = page.evaluate(
        """() => [...document.querySelectorAll("[role=img]")].map(chart =>
            ["aria-labelledby", "aria-describedby"].map(name =>
                document.getElementById(chart.getAttribute(name))?.textContent.trim()
        ))"""
    )
    assert all(title and summary for title, summary in described)
    assert page.locator("table").count() == page.locator("table caption").count()
    assert page.locator("main h1, header h1").count() == 1


def test_the_keyboard_is_enough(open_page, report_file):
    page = open_page(report_file)
    page.keyboard.press("Tab")
    focused = page.locator(":focus")
    assert focused.text_content() == "Skip to the report"
    assert focused.evaluate("e => e.getBoundingClientRect().top") >= 0
    assert focused.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    for name in ["channels-table", "pages-table", "verdicts-table"]:
        for heading in page.locator(f"#{name} thead th").all():
            column = heading.evaluate("e => e.cellIndex")
            heading.locator("button").focus()
            before = heading.get_attribute("aria-sort")
            for press in ["Enter", "Space"]:
                page.keyboard.press(press)
                order = heading.get_attribute("aria-sort")
                assert order in ("ascending", "descending") and order != before
                before = order
                values = [v for v in column_values(page, name, column) if v != ""]
                if all(isinstance(value, float) for value in values):
                    assert values == sorted(values, reverse=order == "descending")
                else:
                    assert values[0] != values[-1] or len({*values}) == 1
            assert page.locator(f"#{name} [aria-sort]").count() == 1


def test_a_long_table_opens(open_page, report_file):
    page = open_page(report_file)
    rows = page.locator("#pages-table tbody tr:visible")
    button = page.locator("[data-table=pages-table]")
    assert rows.count() == 12

    button.press("Enter")
    assert rows.count() == 100
    assert button.get_attribute("aria-expanded") == "true"
    button.press("Enter")
    assert rows.count() == 12


def test_the_pointer_is_told_the_number(open_page, report_file):
    page = open_page(report_file)
    page.locator("#chart-funnel .mark-rect path").first.hover()

    shown = page.locator("#vg-tooltip-element.visible")
    assert "sessions" in shown.text_content()


# ---------- what it says


def column_values(page, table, column):
    """The values behind a column, as numbers where they are numbers."""
    texts = page.evaluate(
        """([table, column]) => [...document.getElementById(table).tBodies[0].rows]
            .map(row => row.cells[column].dataset.value)""",
        [table, column],
    )
    try:
        return [float(text) if text else "" for text in texts]
    except ValueError:
        return texts


def rows_of(page, table, *columns):
    """Some columns of a table, as one tuple per row."""
    return [
        *zip(*(column_values(page, table, column) for column in columns), strict=True)
    ]


def asked(shop, sql):
    """The rows of a query: numbers as floats, null as nothing, the others as text."""
    with duckdb.connect(shop.database, read_only=True) as connection:
        rows = connection.execute(sql).fetchall()
    return [
        tuple(
            pytest.approx(float(value))
            if isinstance(value, (int, float)) or hasattr(value, "as_tuple")
            else ""
            if value is None
            else str(value)
            for value in row
        )
        for row in rows
    ]


def test_text_of_events_stays_text(page):
    assert page.title() != "taken"
    assert HOSTILE_PATH in page.locator("#pages-table").text_content()
    assert HOSTILE_CAMPAIGN in page.locator("#sessions-summary").text_content()


def test_headline_numbers(page, shop):
    [(sessions, visitors, rate, revenue, after, per_visitor)] = shop.query(
        """
        select [
            format('{:,}', count(*)),
            format('{:,}', count(distinct visitor_id)),
            format('{:.1f}%', 100 * count_if(order_count > 0) / count(*)),
            format('{:,.0f}', sum(revenue)::double),
            format('{:,.0f}', sum(net_revenue)::double),
            format('{:,.2f}', sum(revenue)::double / count(distinct visitor_id))
        ] as texts
        from fct_sessions
        """
    )[0].values()
    for name, text in [
        ("sessions-count", sessions),
        ("visitors-count", visitors),
        ("conversion-rate", rate),
        ("revenue", revenue),
        ("revenue-per-visitor", per_visitor),
    ]:
        assert page.locator(f"#{name}").text_content() == text
    headline = page.locator(".tiles").text_content()
    assert f"{after} after refunds" in headline
    assert "Revenue, USD" in headline
    without_rate = shop.query(
        "select count(*) as orders from fct_orders where exchange_rate is null"
    )[0]["orders"]
    assert f"leaves out {without_rate:,} orders" in page.locator(".note").text_content()


def test_the_sale_is_marked(page, shop):
    days = page.evaluate(
        """() => [...document.getElementById("days-table").tBodies[0].rows]
            .filter(row => row.cells[1].dataset.value === "stands out")
            .map(row => row.cells[0].dataset.value)"""
    )
    assert days == ["2026-03-18", "2026-03-19"]
    [(count,)] = asked(
        shop,
        "select count(*) from fct_sessions where session_date in "
        "('2026-03-18', '2026-03-19')",
    )
    summary = page.locator("#sessions-summary").text_content()
    assert "18–19\N{NO-BREAK SPACE}Mar stand out" in summary
    assert float(re.search(r"([\d,]+) sessions", summary)[1].replace(",", "")) == count
    for chart in ["sessions", "conversion", "worth"]:
        assert page.locator(f"#chart-{chart} [fill='var(--mark)']").count() == 1


TABLES = {
    "days-table": (
        [0, 2, 4, 5, 6, 7],
        """
        select session_date, count(*), count(distinct visitor_id),
            count_if(order_count > 0) / count(*), sum(order_count), sum(revenue)
        from fct_sessions group by session_date order by session_date
        """,
    ),
    "channels-table": (
        [0, 1, 2, 3, 4, 5, 6, 7, 8],
        """
        select channel, count(*) as n, count(distinct visitor_id),
            count_if(is_engaged) / count(*), count_if(order_count > 0) / count(*),
            sum(order_count), sum(revenue),
            sum(revenue)::double / nullif(sum(valued_order_count), 0),
            sum(revenue)::double / count(distinct visitor_id)
        from fct_sessions group by channel order by n desc, channel
        """,
    ),
    "devices-table": (
        [0, 1, 2, 6],
        """
        select device_category, count(*) as n, count(distinct visitor_id), sum(revenue)
        from fct_sessions group by device_category order by n desc, device_category
        """,
    ),
    "pages-table": (
        [0, 1, 2, 3, 4, 5],
        """
        select landing_page_path, count(*) as n, count_if(is_bounce) / count(*),
            count_if(order_count > 0) / count(*), sum(order_count), sum(revenue)
        from fct_sessions group by landing_page_path
        order by n desc, landing_page_path limit 100
        """,
    ),
    "funnel-table": (
        [0, 1, 4],
        """
        select step, count_if(furthest >= number),
            count_if(furthest = number and number < 5)
        from (
            select list_position(['none', 'product', 'cart', 'checkout', 'purchase'],
                furthest_funnel_step) as furthest
            from fct_sessions
        ), (
            values ('landing', 1), ('product', 2), ('cart', 3), ('checkout', 4),
                ('purchase', 5)
        ) as steps (step, number)
        group by step, number order by number
        """,
    ),
    "verdicts-table": (
        [0, 1, 2, 3, 4],
        """
        select channel || ', ' || device_category, session_date, verdict,
            session_count, baseline_session_count
        from agg_traffic_quality_daily
        where verdict not in ('steady', 'no baseline', 'day not over')
        order by abs(session_count - baseline_session_count) desc, site_id,
            session_date, channel, device_category
        """,
    ),
    "start-reasons-table": (
        [0, 1],
        """
        select start_reason, count(*) as n from fct_sessions
        group by start_reason order by n desc, start_reason
        """,
    ),
    "exclusions-table": (
        [0, 1, 2],
        """
        select reason, sum(event_count) as n, n / (select count(*) from raw.events)
        from fct_event_exclusions group by reason order by n desc, reason
        """,
    ),
    "rules-table": (
        [0, 1, 2],
        """
        select preset, sum(sessions) as n, n / (select count(*) from fct_sessions) - 1
        from session_rules_comparison group by preset order by n desc
        """,
    ),
}


@pytest.mark.parametrize("table", TABLES)
def test_tables(page, shop, table):
    columns, sql = TABLES[table]

    assert rows_of(page, table, *columns) == asked(shop, sql)


def test_cohorts(page, shop):
    expected = shop.query(
        """
        with visitors as (
            select visitor_id, date_trunc('week', min(session_date)) as monday
            from fct_sessions group by visitor_id
        )
        select
            strftime(monday, '%Y-%m-%d') as week,
            date_diff('week', monday, session_date) as since,
            count(distinct visitor_id) as visitors
        from fct_sessions join visitors using (visitor_id)
        group by monday, since order by monday, since
        """
    )
    sizes = {row["week"]: row["visitors"] for row in expected if row["since"] == 0}
    shown = page.evaluate(
        """() => [...document.querySelector(".cohorts").tBodies[0].rows].map(row =>
            [...row.cells].map(cell => cell.textContent))"""
    )

    assert [row[1] for row in shown] == [f"{size:,}" for size in sizes.values()]
    for (week, size), row in zip(sizes.items(), shown, strict=True):
        again = {r["since"]: r["visitors"] for r in expected if r["week"] == week}
        assert row[2:-1] == [
            f"{again[since] / size:.1%}" if since in again else ""
            for since in range(1, len(row) - 2)
        ]


def test_the_bars_are_the_sessions_of_each_day(page, shop):
    data = json.loads(page.locator("#charts").text_content())["sessions"]["data"]
    totals = {}
    for row in data["days"]:
        day = row["session_date"]
        totals[day] = totals.get(day, 0) + row["session_count"]

    expected = asked(
        shop, "select session_date, count(*) from fct_sessions group by session_date"
    )
    assert totals == dict(expected)


# ---------- other databases


def test_a_later_first_day_leaves_out_what_was_before(shop, open_page, draw):
    code, complaint, path = draw(shop.database, "--from", "2026-03-23")
    assert code == 0, complaint
    page = open_page(path, "phone")

    [(count,)] = asked(
        shop, "select count(*) from fct_sessions where session_date >= '2026-03-23'"
    )
    shown = page.locator("#sessions-count").text_content()
    assert float(shown.replace(",", "")) == count
    assert "No day stands out" in page.locator("#sessions-summary").text_content()
    assert page.complaints == []


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A project that was built before anything was loaded."""
    project = Project(tmp_path_factory.mktemp("empty") / "copy")
    project.build(*WITHOUT_LAWS)
    return project


def test_without_sessions_it_says_so(empty, open_page, draw):
    code, complaint, path = draw(empty.database)
    assert code == 0, complaint
    page = open_page(path)

    assert "no sessions" in page.locator("main").text_content()
    assert "scripts/load_events" in page.locator("main").text_content()
    assert page.complaints == []


def test_a_mart_that_is_missing_is_named(empty, draw):
    empty.execute("drop table fct_orders")
    code, complaint, path = draw(empty.database)

    assert code == 1
    assert "fct_orders" in complaint
    assert complaint.endswith("; type: .venv/bin/dbt build\n")
    assert not path.exists()


def test_without_a_database_it_says_what_to_type(draw, tmp_path):
    code, complaint, _ = draw(tmp_path / "none.duckdb")

    assert code == 1
    assert "type: .venv/bin/dbt build" in complaint
    assert complaint.count("\n") == 1
    assert not (tmp_path / "none.duckdb").exists()


def test_while_somebody_writes_it_says_so(shop, draw):
    held = subprocess.Popen(
        [
            *[sys.executable, "-c"],
            "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print(); input()",
            shop.database,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with held:
        held.stdout.readline()
        code, complaint, _ = draw(shop.database)
        held.stdin.close()

    assert code == 1
    assert "Could not set lock" in complaint
    assert "Traceback" not in complaint


def test_the_quick_look_can_be_drawn(shop, tmp_path):
    ended = subprocess.run(
        [
            *[Path(sys.executable).with_name("dct"), "render"],
            *[ROOT / "boards" / "quick_look.yml", "--format", "text"],
            *["--no-warnings", "--output", tmp_path / "quick_look.txt"],
        ],
        cwd=ROOT,
        env=os.environ
        | {"SESSIONS_DUCKDB_PATH": str(shop.database), "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
    )

    assert ended.returncode == 0, ended.stderr
