from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitroute.load.values import (
    UnreadableError,
    is_blank,
    is_shortened,
    read_amount,
    read_amounts,
    read_clock,
    read_count,
    read_date,
    read_dates,
    read_degrees,
    read_id,
    read_minutes,
    read_number,
    read_text,
)
from visitroute.units import DAY, format_clock

DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))


@given(DAYS)
def test_every_spelling_of_a_date_is_the_same_date(day: date) -> None:
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - spreadsheets have no zone
    y, m, d = day.year, day.month, day.day
    spellings = [
        day.isoformat(),
        f"{y}/{m}/{d}",
        f"{y}.{m}.{d}",
        f"{y}{m:02d}{d:02d}",
        float(f"{y}{m:02d}{d:02d}"),
        f"{y}年{m}月{d}日",
        f"{day.isoformat()} 08:30:00",
        f"{day.isoformat()}T08:30",
        day,
        midnight,
        midnight + timedelta(hours=9),
        (day - date(1899, 12, 30)).days,
        float((day - date(1899, 12, 30)).days),
    ]
    assert {read_date(spelling) for spelling in spellings} == {day}


@pytest.mark.parametrize(
    "text",
    ["1/12/2026", "12-01-2026", "2026-13-01", "2026-02-30", "soon", "12月1日", "2026", "999"],
)
def test_other_dates_are_refused(text: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_date(text)
    assert text in str(caught.value)
    assert "2026-12-01" in caught.value.hint


@given(st.integers(0, DAY // 60 - 1))
def test_every_spelling_of_a_clock_time_is_the_same_time(minute: int) -> None:
    h, m = divmod(minute, 60)
    pm = f"{(h - 1) % 12 + 1}:{m:02d} {'pm' if h >= 12 else 'am'}"
    spellings = [
        format_clock(minute * 60),
        f"{h}:{m:02d}",
        f"{h}：{m:02d}",
        f"{h:02d}{m:02d}",
        f"{h}点{m}分" if m > 9 else f"{h}点0{m}分",
        f"2026-12-01 {h:02d}:{m:02d}",
        f"2026-12-01T{h:02d}:{m:02d}:00",
        pm,
        time(h, m),
        datetime(2026, 12, 1, h, m),  # noqa: DTZ001 - spreadsheets have no zone
        timedelta(hours=h, minutes=m),
        minute / (24 * 60),
    ]
    assert {read_clock(spelling) for spelling in spellings} == {minute * 60}


@pytest.mark.parametrize(
    ("text", "seconds"), [("下午2:15", 51_300), ("8点", 28_800), ("8点半", 30_600), ("24:00", DAY)]
)
def test_spoken_times(text: str, seconds: int) -> None:
    assert read_clock(text) == seconds


@pytest.mark.parametrize("text", ["25:00", "8:61", "noon", "8"])
def test_other_times_are_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_clock(text)


def test_date_lists_with_ranges() -> None:
    expected = {date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)}
    for text in (
        "2026-12-24..2026-12-26; 2027-01-01",
        "2026/12/24 - 2026/12/26, 2027/1/1",
        "2026年12月24日至2026年12月26日、2027年1月1日",
        "2026.12.24~2026.12.26；2027.1.1;",
    ):
        assert read_dates(text) == expected
    assert read_dates(date(2026, 12, 24)) == {date(2026, 12, 24)}


@pytest.mark.parametrize(
    "text",
    ["2026-12-26..2026-12-24", "2026-12-24..2099-12-24", "2026-12-24..", "1..2..3"],
)
def test_odd_date_ranges_are_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_dates(text)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1,234.5", 1234.5),
        ("1,234", 1234),
        ("12,5", 12.5),
        ("1.234,5", 1234.5),
        ("1 234", 1234),
        ("1'234'567", 1_234_567),
        ("１２", 12),
        ("2.5万", 25_000),
        (7, 7),
        ("-3", -3),
        ("1e3", 1000),
    ],
)
def test_numbers(cell: object, number: float) -> None:
    assert read_number(cell) == number


@pytest.mark.parametrize("cell", ["many", "12 cartons", True, "inf", "1,23,4"])
def test_other_numbers_are_refused(cell: object) -> None:
    with pytest.raises(UnreadableError):
        read_number(cell)


def test_amounts_and_counts_have_bounds() -> None:
    with pytest.raises(UnreadableError, match="below 0"):
        read_amount("-1")
    with pytest.raises(UnreadableError, match="whole"):
        read_count("2.5")
    assert read_count(20.0) == 20


@pytest.mark.parametrize(
    ("cell", "amounts"),
    [
        (40, (("", 40.0),)),
        ("40", (("", 40.0),)),
        ("1,200", (("", 1200.0),)),
        ("cartons 40; samples 12.5", (("cartons", 40.0), ("samples", 12.5))),
        ("12 Samples；Cartons=40", (("cartons", 40.0), ("samples", 12.0))),
        ("样品 12、条:1.2万", (("条", 12_000.0), ("样品", 12.0))),
    ],
)
def test_amounts_by_dimension(cell: object, amounts: tuple[tuple[str, float], ...]) -> None:
    assert read_amounts(cell) == amounts


@pytest.mark.parametrize("cell", ["cartons", "cartons 4 boxes", "a 1; A 2", "1; 2", "a -1", -1])
def test_other_amounts_are_refused(cell: object) -> None:
    with pytest.raises(UnreadableError):
        read_amounts(cell)


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [("20", 20), ("20 min", 20), ("20分钟", 20), ("1.5 h", 90), ("1小时", 60), (25.5, 25.5)],
)
def test_minutes(cell: object, minutes: float) -> None:
    assert read_minutes(cell) == minutes


@pytest.mark.parametrize(
    ("cell", "degrees"),
    [
        ("116.404", 116.404),
        ("8,611 W", -8.611),
        ("41.15°N", 41.15),
        ("E116.4", 116.4),
        (-8.6, -8.6),
    ],
)
def test_degrees(cell: object, degrees: float) -> None:
    assert read_degrees(cell) == degrees


@pytest.mark.parametrize("cell", ["N41.15S", "Rua 5", "116°24'15\""])
def test_other_degrees_are_refused(cell: str) -> None:
    with pytest.raises(UnreadableError):
        read_degrees(cell)


@pytest.mark.parametrize(
    ("cell", "text"),
    [(1001.0, "1001"), ("1001.0", "1001"), (" 007 ", "007"), (12, "12"), ("A.0", "A.0")],
)
def test_ids_lose_what_a_spreadsheet_added(cell: object, text: str) -> None:
    assert read_id(cell) == text


def test_ids_cut_short_are_told() -> None:
    assert is_shortened("1.10102E+11")
    assert not is_shortened("110102000001")


def test_text_of_dates_has_no_midnight() -> None:
    assert read_text(datetime(2026, 12, 1)) == "2026-12-01"  # noqa: DTZ001
    assert read_text(1.5) == "1.5"


@pytest.mark.parametrize("cell", [None, "", "  ", "N/A", "-", float("nan"), "NULL"])
def test_signs_for_nothing_are_blank(cell: object) -> None:
    assert is_blank(cell)
    assert not is_blank(0)
    assert not is_blank("无")
