"""Clock times as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visitroute.units import DAY, HOUR, MINUTE, format_clock, parse_clock, parse_clock_range


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("8:30", 30_600),
        ("08:30", 30_600),
        (" 17:45:10 ", 63_910),
        ("9：05", 32_700),
        ("9.05", 32_700),
        ("0:00", 0),
        ("24:00", DAY),
    ],
)
def test_reads_clock_times(text: str, seconds: int) -> None:
    assert parse_clock(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "8", "8:3", "8:60", "8:00:60", "24:01", "24:00:01", "25:00", "8h30", "-1:00"]
)
def test_refuses_what_is_no_time_of_day(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a (clock time|time of day)"):
        parse_clock(text)


@pytest.mark.parametrize("text", ["08:30-17:30", "8:30 – 17:30", "8：30～17：30", "8:30至17:30"])
def test_reads_ranges(text: str) -> None:
    assert parse_clock_range(text) == (8 * HOUR + 30 * MINUTE, 17 * HOUR + 30 * MINUTE)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("8:30", "not a time range"),
        ("8:30-12:00-13:00", "not a time range"),
        ("17:30-8:30", "ends before it starts"),
        ("8:30-8:30", "ends before it starts"),
        ("8:30-noon", "not a clock time"),
    ],
)
def test_refuses_what_is_no_range(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_clock_range(text)


@given(st.integers(0, DAY))
def test_whole_minutes_come_back(seconds: int) -> None:
    assert parse_clock(format_clock(seconds)) == seconds // MINUTE * MINUTE
