from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visitroute.load.hours import (
    read_meetings,
    read_opening,
    read_shift,
    read_shifts,
    read_window,
    read_windows,
    weekly_opening,
)
from visitroute.load.values import UnreadableError
from visitroute.model import ALL_DAY, Horizon, Meeting, OpeningHours, Window
from visitroute.units import format_clock

HOUR = 3600
NINE_TO_SIX = (9 * HOUR, 18 * HOUR)
SPLIT = ((9 * HOUR, 12 * HOUR), (13 * HOUR, 18 * HOUR))


@pytest.mark.parametrize(
    "text",
    [
        "09:00-12:00,13:00-18:00",
        "9:00–12:00，13:00–18:00",
        "9:00~12:00、13:00~18:00",
        "Mo-Su 09:00-12:00,13:00-18:00",
    ],
)
def test_times_alone_hold_every_day(text: str, horizon: Horizon) -> None:
    assert read_opening(text, horizon) == OpeningHours((SPLIT,) * 7)


@pytest.mark.parametrize(
    "text",
    [
        "Mo-Fr 09:00-18:00; Sa 10:00-12:00",
        "Mon-Fri 9:00-18:00; Sat 10:00-12:00; Sun closed",
        "周一至周五 9:00-18:00；周六 10:00-12:00；周日休息",
        "周一~周五：9点到18点；周六：10:00-12:00",
        "星期一至五 9:00-18:00; 星期六 10:00-12:00",
        "工作日 9:00-18:00; 周六 10:00-12:00",
    ],
)
def test_weekdays_in_both_languages(text: str, horizon: Horizon) -> None:
    opening = read_opening(text, horizon)
    assert opening.weekly == ((NINE_TO_SIX,),) * 5 + (((10 * HOUR, 12 * HOUR),), ())
    assert opening.dates == ()


def test_dates_that_differ_stand_apart(horizon: Horizon) -> None:
    opening = read_opening("Mo-Sa 09:00-18:00; Dec 08 off; Dec 24 09:00-12:00", horizon)
    assert opening.weekly == ((NINE_TO_SIX,),) * 6 + ((),)
    assert opening.dates == (
        (date(2026, 12, 8), ()),
        (date(2026, 12, 24), ((9 * HOUR, 12 * HOUR),)),
    )


def test_public_holidays_follow_the_country(horizon: Horizon) -> None:
    text = "Mo-Fr 09:00-18:00; PH off"
    assert read_opening(text, horizon).dates == ()
    assert read_opening(text, horizon, "PT").dates == (
        (date(2026, 12, 1), ()),
        (date(2026, 12, 8), ()),
        (date(2026, 12, 25), ()),
    )
    assert read_opening(text, horizon, "QQ").dates == ()


def test_hours_over_midnight_are_cut_there(horizon: Horizon) -> None:
    opening = read_opening("Fr 20:00-02:00", horizon)
    assert opening.weekly[4] == ((20 * HOUR, 24 * HOUR),)
    assert opening.weekly[5] == ((0, 2 * HOUR),)
    assert read_windows("20:00-02:00") == ((20 * HOUR, 24 * HOUR),)


def test_always_and_never(horizon: Horizon) -> None:
    for text in ("24/7", "24小时", "全天"):
        assert read_opening(text, horizon).weekly == ((ALL_DAY,),) * 7
    for text in ("off", "休息"):
        assert read_opening(text, horizon).weekly == ((),) * 7


@pytest.mark.parametrize("text", ["whenever", "9-18", "Mo-Fr", "Mo 9:00-10:00 Tu"])
def test_other_texts_are_refused(text: str, horizon: Horizon) -> None:
    if text == "Mo-Fr":
        assert read_opening(text, horizon).weekly[0] == (ALL_DAY,)
        return
    with pytest.raises(UnreadableError) as caught:
        read_opening(text, horizon)
    assert "OpenStreetMap" in caught.value.hint


@given(
    st.lists(st.integers(0, 96), min_size=2, max_size=8, unique=True).filter(
        lambda marks: len(marks) % 2 == 0
    )
)
@settings(max_examples=40)
def test_own_reader_and_openstreetmaps_agree(marks: list[int]) -> None:
    marks = sorted(marks)
    windows = tuple((a * 900, b * 900) for a, b in zip(marks[::2], marks[1::2], strict=True))
    text = ",".join(f"{format_clock(a)}-{format_clock(b)}" for a, b in windows)
    assert read_windows(text) == windows
    assert read_opening(text, Horizon(date(2026, 11, 30), 1)).weekly == (windows,) * 7


def test_windows_are_sorted_and_joined() -> None:
    assert read_windows("13:00-14:00;09:00-12:00,11:00-13:00") == ((9 * HOUR, 14 * HOUR),)
    assert read_windows("休") == ()
    assert read_windows("全天") == (ALL_DAY,)
    with pytest.raises(UnreadableError):
        read_windows("9 to late")


def test_weekday_cells_lie_over_the_text() -> None:
    base = OpeningHours(((NINE_TO_SIX,),) * 7, ((date(2026, 12, 7), ()), (date(2026, 12, 8), ())))
    opening = weekly_opening(base, {0: SPLIT, 6: ()}, blank_closes=True)
    assert opening.weekly == (SPLIT, *((NINE_TO_SIX,),) * 5, ())
    assert opening.dates == ((date(2026, 12, 8), ()),)
    assert weekly_opening(None, {0: SPLIT}, blank_closes=True).weekly == (SPLIT, *((),) * 6)


def _week(*shifts: Window | None) -> tuple[Window | None, ...]:
    return (*shifts, *(None,) * (7 - len(shifts)))


EIGHT_TO_FIVE = (8 * HOUR, 17 * HOUR)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("08:00-17:00", _week(*(EIGHT_TO_FIVE,) * 5)),
        ("8:00至17:00", _week(*(EIGHT_TO_FIVE,) * 5)),
        ("Mo-Fr 08:00-17:00; Sa 09:00-18:00", _week(*(EIGHT_TO_FIVE,) * 5, NINE_TO_SIX)),
        ("周一至周五 8:00-17:00；周六 9:00-18:00", _week(*(EIGHT_TO_FIVE,) * 5, NINE_TO_SIX)),
        ("Mo-Sa 08:00-17:00; Tu off", _week(EIGHT_TO_FIVE, None, *(EIGHT_TO_FIVE,) * 4)),
        ("Mo,We 08:00-17:00", _week(EIGHT_TO_FIVE, None, EIGHT_TO_FIVE)),
        ("每天 8:00-17:00", (EIGHT_TO_FIVE,) * 7),
        ("off", (None,) * 7),
        ("Mo 18:00-00:00", _week((18 * HOUR, 24 * HOUR))),
    ],
)
def test_shifts(text: str, expected: tuple[Window | None, ...]) -> None:
    assert read_shifts(text, (0, 1, 2, 3, 4)) == expected


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("17:00-08:00", "ends before it starts"),
        ("08:00-12:00,13:00-17:00", "more than one shift"),
        ("early", "does not read as a shift"),
        ("8:00", "not a time range"),
        ("Xy 08:00-17:00", "does not read as a shift"),
        (";", "no times"),
    ],
)
def test_other_shifts_are_refused(text: str, part: str) -> None:
    with pytest.raises(UnreadableError, match=part):
        read_shifts(text, (0, 1, 2, 3, 4))


def test_a_split_shift_is_told_as_shift_and_lunch() -> None:
    with pytest.raises(UnreadableError) as caught:
        read_shift("08:00-12:00,13:00-17:00")
    assert "08:00-17:00" in caught.value.hint
    assert "lunch" in caught.value.hint


def test_meetings() -> None:
    assert read_meetings("Mo 08:00-09:00 weekly meeting; 2026-12-31 15:00-17:00") == (
        Meeting((8 * HOUR, 9 * HOUR), 0, None, "weekly meeting"),
        Meeting((15 * HOUR, 17 * HOUR), None, date(2026, 12, 31), ""),
    )
    assert read_meetings("周一 8:00-9:00 周会；每天 8:00-8:15 早会") == (
        Meeting((8 * HOUR, 9 * HOUR), 0, None, "周会"),
        Meeting((8 * HOUR, 8 * HOUR + 900), None, None, "早会"),
    )
    assert [m.weekday for m in read_meetings("Mo,Th 08:00-09:00")] == [0, 3]


@pytest.mark.parametrize("text", ["Mo meeting", "Mo 09:00-08:00", "2026-02-30 08:00-09:00"])
def test_other_meetings_are_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_meetings(text)


def test_window() -> None:
    assert read_window("12:00 - 13:00") == (12 * HOUR, 13 * HOUR)
    assert read_window("12:00 to 13:00") == (12 * HOUR, 13 * HOUR)
    with pytest.raises(UnreadableError):
        read_window("13:00-12:00")
