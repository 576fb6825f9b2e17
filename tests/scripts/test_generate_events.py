"""The same seed makes the same traffic; and it tells the story of the shop."""

import subprocess
import time
from pathlib import Path

import duckdb
import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "maintenance" / "generate_events"


def test_the_same_seed_gives_the_same_file(tmp_path):
    assert small(tmp_path / "a").read_bytes() == small(tmp_path / "b").read_bytes()


def test_another_seed_gives_other_events(tmp_path):
    one, other = small(tmp_path / "a", seed=1), small(tmp_path / "b", seed=2)

    for column in ("event_id", "visitor_id", "order_id"):
        shared = duckdb.sql(
            f"select {column} from '{one}' where {column} is not null intersect "
            f"select {column} from '{other}'"
        )
        assert shared.fetchall() == []


@pytest.mark.parametrize("events", [5_000, 60_000])
@pytest.mark.parametrize("days", [7, 28])
def test_a_number_of_events_is_met_within_five_percent(tmp_path, events, days):
    file = generate(tmp_path / "events.parquet", days=days, events=events)

    [count] = duckdb.sql(f"select count(*) from '{file}'").fetchone()
    assert count == pytest.approx(events, rel=0.05)


def test_the_columns_are_those_of_raw_events(shop):
    assert shop.table("raw").columns == RAW_COLUMNS.split()
    assert dict(zip(RAW_COLUMNS.split(), shop.table("raw").types, strict=True)) == {
        **dict.fromkeys(RAW_COLUMNS.split(), "VARCHAR"),
        "event_at": "TIMESTAMP",
        "loaded_at": "TIMESTAMP",
        "event_sequence": "BIGINT",
        "quantity": "BIGINT",
        "engaged_milliseconds": "BIGINT",
        **dict.fromkeys(["revenue", "tax", "shipping", "discount"], "DECIMAL(20,6)"),
    }


def test_ordinary_days_have_the_visits_that_were_asked_for(shop):
    days = rows(shop, "select count(*) from visits where not sale group by day")

    assert len(days) == 26
    assert all(count == pytest.approx(SESSIONS_PER_DAY, rel=0.15) for [count] in days)


def test_the_days_of_the_sale_have_more_than_twice_the_visits(shop):
    assert rows(shop, "select distinct day from visits where sale order by 1") == [
        ("2026-03-18",),
        ("2026-03-19",),
    ]
    assert 2 < value(shop, f"select {SALE_DAY} / {ORDINARY_DAY} from visits") < 3


def test_paid_social_brings_most_of_the_additional_visits(shop):
    added = f"select {SALE_DAY} - {ORDINARY_DAY} from visits"

    assert value(shop, f"{added} where paid_social") > value(shop, added) / 2


def test_most_newcomers_of_the_sale_come_from_paid_social(shop):
    newcomers = "select avg(paid_social::int) from visits where sale and newcomer"

    assert value(shop, newcomers) > 0.5


def test_email_converts_better_than_paid_social(shop):
    orders = "select avg(buys::int) from visits"
    email, paid_social = f"{orders} where email", f"{orders} where paid_social"

    assert value(shop, email) > 2 * value(shop, paid_social)
    assert 0.02 < value(shop, orders) < 0.03


def test_about_a_third_of_the_visits_are_returns(shop):
    assert 0.25 < value(shop, "select avg((not newcomer)::int) from visits") < 0.4


def test_visits_pause_change_their_source_and_run_through_midnight(shop):
    visits = value(shop, "select count(*) from visits")
    steps = "select count(*) from steps where"
    pauses = f"{steps} silence between interval 30 minutes and interval 90 minutes"
    arrivals = f"{steps} arrives and goes_on"
    nights = f"{steps} at_midnight and goes_on"

    assert 0.01 < value(shop, pauses) / visits < 0.04
    assert 0.01 < value(shop, arrivals) / visits < 0.04
    assert value(shop, nights) > 20


def test_evenings_are_busy_and_nights_are_quiet_by_the_local_clock(shop):
    for day in ("2026-03-04", "2026-03-11"):  # before and after the clocks change
        that_day = f"select hour from kept where day = '{day}'"
        hours = rows(shop, f"{that_day} group by hour order by count(*)")
        [quietest], *_, [busiest] = hours

        assert quietest in (3, 4)
        assert busiest in (19, 20, 21)


def test_some_thank_you_pages_are_opened_again(shop):
    orders = """
        select order_id, count(distinct event_id) as pages from raw
        where event_name = 'purchase' group by 1
    """

    assert 0.02 < value(shop, f"select avg((pages > 1)::int) from ({orders})") < 0.12


def test_an_order_is_of_a_product_that_its_visitor_put_into_the_cart(shop):
    orders = (
        "select * from raw where event_name = 'purchase' and visitor_id is not null"
    )
    carts = "select * from raw where event_name = 'add_to_cart'"
    known = f"({orders}) semi join ({carts}) using (visitor_id, product_id, quantity)"

    assert value(shop, f"select count(*) from ({orders})") > 100
    named, all_of_them = rows(
        shop, f"select count(*) from {known} union all select count(*) from ({orders})"
    )
    # a few carts are damaged on their way
    assert named[0] > 0.98 * all_of_them[0]


def test_refunds_follow_known_orders_and_never_exceed_them(shop):
    refunds = """
        select refund.*, purchase.event_at as bought_at, purchase.revenue as paid
        from raw as refund
        left join raw as purchase on
            refund.order_id = purchase.order_id and purchase.event_name = 'purchase'
        where refund.event_name = 'refund'
    """
    wrong = "bought_at is null or event_at < bought_at or revenue > paid"

    assert value(shop, f"select count(*) from ({refunds})") > 10
    assert rows(shop, f"from ({refunds}) where {wrong} or page_url is not null") == []


def test_some_events_arrive_late(shop):
    late = "select avg((loaded_at > event_at + interval 2 hours)::int) from raw"

    assert 0.005 < value(shop, late) < 0.02


def test_events_delivered_twice_differ_only_in_their_arrival(shop):
    events = "select distinct * exclude (loaded_at) from raw"

    delivered, ids = rows(shop, "select count(*), count(distinct event_id) from raw")[0]
    assert 0.005 < 1 - ids / delivered < 0.01
    assert value(shop, f"select count(*) from ({events})") == ids


def test_a_few_rows_are_damaged(shop):
    damaged = """
        select avg((
            visitor_id is null or event_name is null
            or event_at > loaded_at + interval 1 hour
        )::int) from raw
    """

    assert 0 < value(shop, damaged) < 0.001


def test_robots_and_colleagues_are_among_the_visitors(shop):
    visitors = "select count(distinct visitor_id) from raw"

    everyone = value(shop, visitors)
    robots = value(shop, f"{visitors} where {IS_ROBOT}")
    colleagues = value(shop, f"{visitors} where ip_address like '10.20.%'")
    assert 0.01 < robots / everyone < 0.02
    assert 0.002 < colleagues / everyone < 0.01


def test_some_people_use_two_devices(shop):
    devices = "select count(distinct visitor_id) from raw group by user_id"

    assert {1, 2} == {n for [n] in rows(shop, f"{devices} having user_id is not null")}


def test_events_of_one_instant_are_numbered(shop):
    instants = """
        select list(event_sequence order by event_sequence) from (
            select distinct on (event_id) * from raw where visitor_id is not null
        ) group by visitor_id, event_at having count(*) > 1
    """

    numbers = [numbers for [numbers] in rows(shop, instants)]
    assert len(numbers) > 100
    assert all(number == list(range(1, len(number) + 1)) for number in numbers)


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["--days", "0"], "type a whole number from 1 to 3,650, not '0'"),
        (["--events", "many"], "type a whole number from 1,000 to"),
        (["--start", "2026-02-30"], "type a day from 1970 to 2036 such as 2026-03-02"),
        (["--output", "."], "type the name of a file; . is a folder"),
        (["--sessions-per-day", "9", "--events", "9999"], "not allowed with argument"),
    ],
)
def test_a_wrong_argument_is_answered_in_one_line(tmp_path, arguments, advice):
    run = subprocess.run(
        [SCRIPT, "--output", tmp_path / "events.parquet", *arguments],
        check=False,
        capture_output=True,
        text=True,
    )

    assert run.returncode == 2
    assert advice in run.stderr
    assert run.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_stopped_leaves_no_file(tmp_path):
    run = start_long_run(tmp_path / "events.parquet")
    run.terminate()

    assert run.wait() == 143
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_killed_leaves_the_file_of_the_run_before(tmp_path):
    file = tmp_path / "events.parquet"
    file.write_text("the run before")
    run = start_long_run(file)
    run.kill()
    run.wait()

    assert file.read_text() == "the run before"


SESSIONS_PER_DAY = 1_000
RAW_COLUMNS = (
    "event_id site_id visitor_id user_id source_session_id consent event_name event_at "
    "event_sequence loaded_at page_url page_title referrer_url user_agent "
    "device_category browser operating_system platform ip_address country region city "
    "language traffic_source traffic_medium traffic_campaign traffic_term "
    "traffic_content order_id revenue currency tax shipping discount coupon product_id "
    "quantity engaged_milliseconds event_properties event_source"
)
SALE_DAY = "(count(*) filter (sale) / 2)"
ORDINARY_DAY = "(count(*) filter (not sale) / 26)"
IS_ROBOT = "coalesce(regexp_matches(user_agent, '(?i)bot|curl|headless'), false)"

VISITOR_ORDER = "partition by visitor_id order by event_at, event_sequence, event_id"

# A visit here ends with a silence of 30 minutes. New York sets its clocks on the 8th.
STORY = f"""
create table kept as
select
    *,
    event_at - to_hours(if(event_at < timestamp '2026-03-08 07:00', 5, 4)) as local_at,
    strftime(local_at, '%Y-%m-%d') as day,
    hour(local_at) as hour,
    lower(concat_ws(' ', page_url, traffic_medium)) as tags
from (select distinct on (event_id) * from raw order by event_id, loaded_at)
where
    visitor_id is not null
    and event_name != 'refund'
    and event_at <= loaded_at
    and day between '2026-03-02' and '2026-03-29'
    and not {IS_ROBOT};

create table steps as
select
    *,
    event_at - lag(event_at) over in_order as silence,
    silence <= interval 30 minutes as goes_on,
    day != lag(day) over in_order as at_midnight,
    page_url != lag(page_url) over in_order
    and (
        tags like '%utm%' or tags like '%clid=%'
        or referrer_url not like 'https://shop.example.com%'
    ) as arrives
from kept
window in_order as ({VISITOR_ORDER});

create table visits as
select
    visitor_id,
    min(day) as day,
    min(day) in ('2026-03-18', '2026-03-19') as sale,
    visit = 1 as newcomer,
    arg_min(tags, event_at) like '%paid_social%' as paid_social,
    arg_min(tags, event_at) like '%email%' as email,
    bool_or(event_name = 'purchase') as buys
from (
    select *, count(*) filter (goes_on is not true) over in_order as visit
    from steps
    window in_order as ({VISITOR_ORDER})
)
group by visitor_id, visit
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A database with four weeks of the shop as tables raw, kept, steps and visits."""
    file = tmp_path_factory.mktemp("shop") / "events.parquet"
    generate(file, sessions_per_day=SESSIONS_PER_DAY)
    database = duckdb.connect()
    database.execute(f"create view raw as from '{file}'; {STORY}")
    return database


def generate(file, **arguments):
    """The file with the traffic of these arguments of the script."""
    options = [f"--{name.replace('_', '-')}={arguments[name]}" for name in arguments]
    subprocess.run([SCRIPT, "--output", file, *options], check=True)
    return file


def small(folder, seed=1):
    """A file with a week of little traffic."""
    return generate(folder / "events.parquet", seed=seed, days=7, sessions_per_day=200)


def start_long_run(file):
    """A run that has begun to write and would take minutes."""
    command = [SCRIPT, "--output", file, "--events", "90000000"]
    run = subprocess.Popen(command)
    while not list(file.parent.glob(".events*")) and run.poll() is None:
        time.sleep(0.02)
    return run


def rows(database, query):
    """All rows of a query."""
    return database.sql(query).fetchall()


def value(database, query):
    """The one value of a query."""
    [[only]] = rows(database, query)
    return only
