"""One rep's day solved by trying every order: the reference that other parts are measured by.

Deliberately plain and slow: up to seven stops, every order, every place for the lunch.
It shares no code with the solver or the checker.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import permutations

from visitroute.model import Rep, Window
from visitroute.roads.matrix import UNREACHABLE, TravelMatrix

MOST_STOPS = 7


@dataclass(frozen=True)
class DayStop:
    """A retailer to be served: service in seconds, its windows of the date, a fixed begin."""

    id: str
    service: int
    windows: tuple[Window, ...] = ((0, 86_400),)
    fixed: int | None = None


@dataclass(frozen=True)
class RepDay:
    """A rep's date: places by id in the matrix, bounds in seconds.

    ``shift`` ends where the rep has to be back: the minutes of review are taken off it.
    """

    start: str
    end: str
    shift: Window
    lunch_window: Window | None = None
    lunch_seconds: int = 0
    meetings: tuple[Window, ...] = ()
    max_visits: int | None = None
    max_driving: int | None = None


@dataclass(frozen=True)
class BestDay:
    """A day that works: stops in order with arrival, begin and departure of each."""

    order: tuple[str, ...]
    times: tuple[tuple[int, int, int], ...]
    start: int
    end: int
    lunch: int | None
    travel: int


def rep_day(rep: Rep, day: date, shift: Window) -> RepDay:
    """Return a rep's date with the given shift, review taken off."""
    return RepDay(
        start=f"@start/{rep.id}",
        end=f"@end/{rep.id}",
        shift=(shift[0], shift[1] - 60 * rep.review_minutes),
        lunch_window=rep.lunch_window,
        lunch_seconds=60 * rep.lunch_minutes if rep.lunch_window else 0,
        meetings=tuple(sorted(m.window for m in rep.meetings if m.is_on(day))),
        max_visits=rep.max_visits,
        max_driving=None if rep.max_driving_minutes is None else 60 * rep.max_driving_minutes,
    )


def best_day(stops: tuple[DayStop, ...], matrix: TravelMatrix, day: RepDay) -> BestDay | None:
    """Return the day with the least travel, then the earliest end; None when none exists.

    For a given order and a given gap for the lunch, being early never hurts: later windows
    stay within reach. So every service begins as early as it can, and lunch as early as it
    can inside its gap. All orders and all gaps are tried.
    """
    if len(stops) > MOST_STOPS:
        message = f"{len(stops)} stops are too many to try every order, at most {MOST_STOPS}"
        raise ValueError(message)
    best: BestDay | None = None
    for order in permutations(sorted(stops, key=lambda s: s.id)):
        for gap in lunch_gaps(len(order), day):
            found = try_order(order, matrix, day, gap)
            if found is not None and (best is None or rank(found) < rank(best)):
                best = found
    return best


def rank(found: BestDay) -> tuple[int, int, tuple[str, ...]]:
    return found.travel, found.end, found.order


def lunch_gaps(count: int, day: RepDay) -> list[int | None]:
    """Return where lunch may be: -1 before the start, i before stop i, count + 1 after the end."""
    if count == 0 or day.lunch_window is None or day.lunch_seconds == 0:
        return [None]
    return list(range(-1, count + 2))


def try_order(
    order: tuple[DayStop, ...], matrix: TravelMatrix, day: RepDay, gap: int | None
) -> BestDay | None:
    """Return the earliest day in a given order with lunch in a given gap, None if none works."""
    if day.max_visits is not None and len(order) > day.max_visits:
        return None
    now, lunch, travel = day.shift[0], None, 0
    if gap == -1:
        lunch = earliest_lunch(0, day)
        if lunch is None:
            return None
        now = max(now, lunch + day.lunch_seconds)
    start, place = now, day.start
    times = []
    for i, stop in enumerate(order):
        leg = seconds(matrix, place, stop.id)
        if leg is None:
            return None
        travel += leg
        if gap == i:
            lunch = earliest_lunch(now, day)
            if lunch is None:
                return None
        arrival = travel_until(now, leg, day, lunch)
        begin = earliest_begin(stop, arrival, day, lunch)
        if begin is None:
            return None
        now, place = begin + stop.service, stop.id
        times.append((arrival, begin, now))
    leg = seconds(matrix, place, day.end)
    if leg is None:
        return None
    travel += leg
    if gap == len(order):
        lunch = earliest_lunch(now, day)
        if lunch is None:
            return None
    end = travel_until(now, leg, day, lunch)
    if gap == len(order) + 1:
        lunch = earliest_lunch(end, day)
        if lunch is None:
            return None
    if end > day.shift[1] or (day.max_driving is not None and travel > day.max_driving):
        return None
    return BestDay(tuple(s.id for s in order), tuple(times), start, end, lunch, travel)


def seconds(matrix: TravelMatrix, origin: str, target: str) -> int | None:
    if origin == target:
        return 0
    i, j = matrix.ids.index(origin), matrix.ids.index(target)
    deciseconds = int(matrix.deciseconds[i, j])
    return None if deciseconds >= UNREACHABLE else -(-deciseconds // 10)


def earliest_lunch(after: int, day: RepDay) -> int | None:
    """Return the first second from which lunch fits into its window between meetings."""
    assert day.lunch_window is not None
    begin = max(after, day.lunch_window[0])
    for meeting in day.meetings:
        if begin < meeting[1] and meeting[0] < begin + day.lunch_seconds:
            begin = meeting[1]
    return begin if begin + day.lunch_seconds <= day.lunch_window[1] else None


def busy(day: RepDay, lunch: int | None) -> list[Window]:
    blocks = list(day.meetings)
    if lunch is not None:
        blocks.append((lunch, lunch + day.lunch_seconds))
    return sorted(blocks)


def travel_until(start: int, leg: int, day: RepDay, lunch: int | None) -> int:
    """Return when a leg is over that stands still during meetings and lunch."""
    now, left = start, leg
    for begin, end in busy(day, lunch):
        if left > 0 and now < end:
            if now + left <= begin:
                return now + left
            left -= max(0, begin - now)
            now = end
    return now + left


def earliest_begin(stop: DayStop, arrival: int, day: RepDay, lunch: int | None) -> int | None:
    """Return the first second at which service can begin, None when there is none."""
    windows = stop.windows
    if stop.fixed is not None:
        inside = any(w[0] <= stop.fixed and stop.fixed + stop.service <= w[1] for w in windows)
        windows = ((stop.fixed, stop.fixed + stop.service),) if inside else ()
    for window in windows:
        begin = max(arrival, window[0])
        for block in busy(day, lunch):
            if begin < block[1] and block[0] < begin + stop.service:
                begin = block[1]
        if begin + stop.service <= window[1]:
            return begin
    return None


def without_lunch(day: RepDay) -> RepDay:
    """Return the same day for a rep who takes no lunch."""
    return replace(day, lunch_window=None, lunch_seconds=0)
