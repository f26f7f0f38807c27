"""The working calendar: public holidays, make-up working days 调休, and a rep's shift on a date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Protocol

from visitroute.errors import PolicyError, Problem, Severity
from visitroute.model import Rep, Window

_LOOK_BACK = 5
_HABIT = 3
"""A country that had make-up days in 3 of the 5 years before is expected to have them again."""


class CalendarRules(Protocol):
    """What the calendar reads of the policy: its table ``calendar``."""

    @property
    def country(self) -> str:
        """ISO 3166 code of the country, empty for no public holidays."""

    @property
    def subdivision(self) -> str:
        """State or province, empty for the whole country."""

    @property
    def holidays(self) -> tuple[date, ...]:
        """Further days off."""

    @property
    def workdays(self) -> tuple[date, ...]:
        """Further make-up working days; they win over every day off."""

    @property
    def makeup_weekday(self) -> int:
        """Weekday whose shift a make-up day takes where the rep has none, 0 = Monday."""


class WorkingCalendar:
    """Public holidays and make-up working days 调休 of some years, after the policy's own days.

    ``rules`` is the policy's table ``calendar``, ``years`` the calendar years of the horizon.
    Raises ``PolicyError`` (VR1502) for an unknown country or subdivision. Two calendars of
    the same rules and years are equal in everything they answer.
    """

    def __init__(self, rules: CalendarRules, years: Iterable[int]) -> None:
        self.rules = rules
        self.years = tuple(sorted(set(years)))
        off, makeup = _country_days(rules, self.years)
        workdays = frozenset(rules.workdays)
        self._makeup = workdays | (makeup - frozenset(rules.holidays))
        self._off = (off | frozenset(rules.holidays)) - self._makeup

    def is_holiday(self, day: date) -> bool:
        """Tell whether a date is a public holiday or one of the policy's days off."""
        return day in self._off

    def is_workday_makeup(self, day: date) -> bool:
        """Tell whether a date is a make-up working day 调休, the country's or the policy's."""
        return day in self._makeup

    def shift(self, rep: Rep, day: date) -> Window | None:
        """Return the rep's shift on a date in seconds after midnight, None on a day off.

        On a make-up working day it is the shift of the date's own weekday, or that of
        ``makeup_weekday`` when the rep has none on it. Leave always wins.
        """
        if day in self._makeup:
            return rep.shift_on(day) or rep.shift_on(day, self.rules.makeup_weekday)
        return None if day in self._off else rep.shift_on(day)

    @cached_property
    def warnings(self) -> tuple[Problem, ...]:
        """One warning (VR1307) for each year whose make-up days should be known but are not.

        A year counts when the country had make-up days in at least three of the five
        years before, the calendar's data has none, and the policy names none either.
        """
        if not self.rules.country:
            return ()
        span = range(self.years[0] - _LOOK_BACK, self.years[-1] + 1) if self.years else range(0)
        with_makeup = {day.year for day in _country_days(self.rules, span)[1]}
        known = with_makeup | {day.year for day in self.rules.workdays}
        return tuple(
            Problem(
                "VR1307",
                f"no make-up working days 调休 of {self.rules.country} are known for {year}: "
                "its days off are the bare public holidays",
                Severity.WARNING,
                file="policy",
                column="calendar.workdays",
                hint=f"name the days published for {year} in calendar.workdays "
                "and calendar.holidays",
            )
            for year in self.years
            if year not in known
            and sum(year - back in with_makeup for back in range(1, _LOOK_BACK + 1)) >= _HABIT
        )


def _country_days(
    rules: CalendarRules, years: Iterable[int]
) -> tuple[frozenset[date], frozenset[date]]:
    """Return (public holidays, make-up working days) of the country in the given years."""
    wanted = frozenset(years)
    if not rules.country or not wanted:
        return frozenset(), frozenset()
    import holidays  # noqa: PLC0415 - only those who name a country pay for it

    try:
        days = holidays.country_holidays(
            rules.country.upper(), subdiv=rules.subdivision or None, years=wanted
        )
    except NotImplementedError as error:
        raise PolicyError([_unknown_country(rules)]) from error
    # The library also reports make-up days of years nobody asked for.
    makeup = frozenset(day for day in days.weekend_workdays if day.year in wanted)
    return frozenset(days) - makeup, makeup


def _unknown_country(rules: CalendarRules) -> Problem:
    import holidays  # noqa: PLC0415

    provinces = holidays.list_supported_countries().get(rules.country.upper())
    if provinces is None:
        return Problem(
            "VR1502",
            f"no public holidays are known for the country '{rules.country}'",
            file="policy",
            column="calendar.country",
            hint='use the two-letter ISO 3166 code, such as "CN", or leave it empty and list '
            "calendar.holidays yourself",
        )
    return Problem(
        "VR1502",
        f"'{rules.subdivision}' is no subdivision of {rules.country} with holidays of its own",
        file="policy",
        column="calendar.subdivision",
        hint=f"one of {', '.join(provinces)}" if provinces else "leave it empty",
    )
