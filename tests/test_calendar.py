from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from visitroute.calendar import WorkingCalendar
from visitroute.errors import PolicyError, Severity
from visitroute.model import Place, Rep
from visitroute.policy import load_policy

HOME = Place(116.4, 39.9)
OFFICE = (30_600, 63_000)
SATURDAY = (32_400, 43_200)


@dataclass(frozen=True)
class Rules:
    country: str = ""
    subdivision: str = ""
    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()
    makeup_weekday: int = 0


CHINA = Rules("CN")


@pytest.fixture
def rep() -> Rep:
    return Rep("A", HOME, HOME)


def test_chinese_new_year_2026(rep: Rep) -> None:
    calendar = WorkingCalendar(CHINA, [2026])
    # State Council: off 15-23 February; 14 and 28 February, both Saturdays, are worked.
    week = {day: calendar.shift(rep, date(2026, 2, day)) for day in range(13, 29)}
    working = [day for day, shift in week.items() if shift is not None]
    assert working == [13, 14, 24, 25, 26, 27, 28]
    assert week[14] == OFFICE
    assert calendar.is_workday_makeup(date(2026, 2, 14))
    assert calendar.is_workday_makeup(date(2026, 2, 28))
    assert calendar.is_holiday(date(2026, 2, 17))
    assert not calendar.is_holiday(date(2026, 2, 14))


def test_only_the_years_asked_for_are_known() -> None:
    calendar = WorkingCalendar(CHINA, [2026])
    days = [date(2000, 1, 1) + timedelta(days=i) for i in range(365 * 26)]
    assert [day for day in days if calendar.is_workday_makeup(day)] == []


def test_a_makeup_day_follows_its_own_shift_when_there_is_one(rep: Rep) -> None:
    saturday = replace(rep, shifts=(OFFICE,) * 5 + (SATURDAY, None))
    assert WorkingCalendar(CHINA, [2026]).shift(saturday, date(2026, 2, 14)) == SATURDAY


def test_a_makeup_day_follows_the_makeup_weekday_otherwise(rep: Rep) -> None:
    short_friday = replace(rep, shifts=(OFFICE,) * 4 + (SATURDAY, None, None))
    calendar = WorkingCalendar(replace(CHINA, makeup_weekday=4), [2026])
    assert calendar.shift(short_friday, date(2026, 2, 14)) == SATURDAY


def test_leave_wins_over_a_makeup_day(rep: Rep) -> None:
    away = replace(rep, leave=frozenset({date(2026, 2, 14), date(2026, 2, 13)}))
    calendar = WorkingCalendar(CHINA, [2026])
    assert calendar.shift(away, date(2026, 2, 14)) is None
    assert calendar.shift(away, date(2026, 2, 13)) is None


def test_policy_days_win_over_the_country(rep: Rep) -> None:
    rules = replace(
        CHINA,
        holidays=(date(2026, 2, 13), date(2026, 2, 28), date(2026, 3, 2)),
        workdays=(date(2026, 2, 17), date(2026, 3, 2), date(2026, 3, 7)),
    )
    calendar = WorkingCalendar(rules, [2026])
    assert calendar.shift(rep, date(2026, 2, 13)) is None  # a day off of the policy
    assert calendar.shift(rep, date(2026, 2, 28)) is None  # the country's make-up day undone
    assert calendar.shift(rep, date(2026, 2, 17)) == OFFICE  # worked on New Year's Day
    assert calendar.shift(rep, date(2026, 3, 2)) == OFFICE  # in both lists: worked
    assert calendar.shift(rep, date(2026, 3, 7)) == OFFICE  # a Saturday


def test_without_a_country_only_weekends_are_off(rep: Rep) -> None:
    calendar = WorkingCalendar(Rules(), [2026])
    assert calendar.shift(rep, date(2026, 2, 17)) == OFFICE
    assert calendar.shift(rep, date(2026, 2, 14)) is None
    assert calendar.warnings == ()


def test_a_year_without_makeup_data_is_warned_of() -> None:
    calendar = WorkingCalendar(CHINA, [2026, 2027])
    (warning,) = calendar.warnings
    assert warning.code == "VR1307"
    assert warning.severity is Severity.WARNING
    assert "2027" in warning.message
    assert WorkingCalendar(CHINA, [2026]).warnings == ()


def test_naming_makeup_days_in_the_policy_ends_the_warning() -> None:
    rules = replace(CHINA, workdays=(date(2027, 2, 20),))
    assert WorkingCalendar(rules, [2027]).warnings == ()


def test_countries_without_makeup_days_are_not_warned_of() -> None:
    assert WorkingCalendar(Rules("DE", "BY"), [2026, 2027]).warnings == ()


@pytest.mark.parametrize(
    ("rules", "column"),
    [(Rules("XX"), "calendar.country"), (Rules("DE", "QQ"), "calendar.subdivision")],
)
def test_unknown_places_are_policy_errors(rules: Rules, column: str) -> None:
    with pytest.raises(PolicyError) as caught:
        WorkingCalendar(rules, [2026])
    (problem,) = caught.value.problems
    assert (problem.code, problem.column) == ("VR1502", column)


def test_the_policy_table_fits(rep: Rep) -> None:
    rules = load_policy({"calendar": {"country": "cn"}}).calendar
    assert WorkingCalendar(rules, [2026]).shift(rep, date(2026, 10, 1)) is None
