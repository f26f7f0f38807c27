"""Clock times for a day whose order somebody else has chosen."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import replace

from visitroute.calendar import WorkingCalendar
from visitroute.model import PlanInput, Rep, Retailer, RouteDay, Stop
from visitroute.planning.territories import end_id, start_id
from visitroute.roads import TravelMatrix
from visitroute.solve.dayroute import NEVER, Clock
from visitroute.solve.problem import DayFrame, day_frames, open_windows

_State = tuple[int, int | None, tuple[tuple[int, int], ...]]
"""Time now, when lunch began (None: still to come), and (arrival, begin) of the stops so far."""


class DayTimer:
    """Times days of one rep in a given order: as early as can be, lunch where it costs least.

    ``matrix`` covers the rep's start and end place and all retailers of the days.
    """

    def __init__(
        self, inputs: PlanInput, rep: Rep, calendar: WorkingCalendar, matrix: TravelMatrix
    ) -> None:
        self.rep = rep
        self.matrix = matrix
        self.where = {name: i for i, name in enumerate(matrix.ids)}
        self.seconds, self.metres = matrix.seconds, matrix.metres
        self.frames = {frame.date: frame for frame in day_frames(inputs, rep, calendar)}

    def time(
        self, day: RouteDay, shops: Mapping[str, Retailer], fixed: Mapping[str, int]
    ) -> RouteDay:
        """Return the day with times, travel and distances; its stops keep their order.

        ``fixed`` holds the second at which visits of a retailer have to begin; one that is reached
        too late for it begins as any other.

        Service lasts as long as before. A stop for which no opening is left begins on arrival; on
        a date without a shift the day begins at eight. There is no line along the streets.
        """
        frame = self.frames.get(day.date) or DayFrame(
            day.date, 28_800, 86_400, 0, (), (), len(day.stops), NEVER
        )
        clock = Clock(frame)
        names = [start_id(self.rep), *(s.retailer for s in day.stops), end_id(self.rep)]
        nodes = [self.where[name] for name in names]
        legs = [int(self.seconds[a, b]) for a, b in itertools.pairwise(nodes)]
        metres = [int(self.metres[a, b]) for a, b in itertools.pairwise(nodes)]
        states: list[_State] = [(frame.start, None if frame.lunch else -1, ())]
        for stop, leg in zip(day.stops, legs, strict=False):
            length = stop.departure - stop.begin
            windows = open_windows(shops[stop.retailer], frame, length)
            at = fixed.get(stop.retailer)
            states = _best(
                (begin + length, lunch, (*done, (arrival, begin)))
                for arrival, lunch, done in self._ways(clock, states, leg)
                for begin in (_begin(arrival, windows, length, at),)
            )
        # Lunch may also follow the day, at the base.
        ends = [
            (now, _after(clock, now) if lunch is None else lunch, done)
            for now, lunch, done in self._ways(clock, states, legs[-1])
        ]
        end, lunch, done = min(ends, key=lambda e: (e[1] is None, e[0]))
        start = frame.start
        if done and lunch is not None and (lunch < 0 or lunch >= done[0][0]):
            start = max(start, clock.leave_by(done[0][1], legs[0]))
            done = ((clock.arrive(start, legs[0]), done[0][1]), *done[1:])
        stops = tuple(
            _timed(stop, i, times, leg, way)
            for i, (stop, times, leg, way) in enumerate(
                zip(day.stops, done, legs, metres, strict=False), start=1
            )
        )
        taken = lunch if lunch is not None and lunch >= 0 else None
        return replace(
            day,
            start=start,
            end=end,
            stops=stops,
            travel=sum(legs),
            distance=sum(metres),
            travel_back=legs[-1],
            distance_back=metres[-1],
            lunch=taken,
            lunch_seconds=0 if taken is None else frame.lunch,
        )

    def _ways(self, clock: Clock, states: list[_State], leg: int) -> list[_State]:
        """Return arrivals after a leg, with lunch taken on the way and without."""
        found = []
        for now, lunch, done in states:
            found.append((clock.arrive(now, leg), lunch, done))
            if lunch is None:
                fed, begin = clock.arrive_fed(now, leg), clock.lunch_from(now)
                if fed < NEVER:
                    found.append((fed, begin, done))
        return found


def _best(states: Iterable[_State]) -> list[_State]:
    """Return the earliest state with lunch still to come, and the earliest with lunch taken."""
    best: dict[bool, _State] = {}
    for state in states:
        key = state[1] is None
        if key not in best or state[0] < best[key][0]:
            best[key] = state
    return list(best.values())


def _begin(arrival: int, windows: tuple[tuple[int, int], ...], length: int, at: int | None) -> int:
    if at is not None and arrival <= at and any(a <= at <= b - length for a, b in windows):
        return at
    for first, last in windows:
        if arrival <= last - length:
            return max(arrival, first)
    return arrival


def _after(clock: Clock, now: int) -> int | None:
    begin = clock.lunch_from(now)
    return begin if begin < NEVER else None


def _timed(stop: Stop, number: int, times: tuple[int, int], leg: int, way: int) -> Stop:
    arrival, begin = times
    return replace(
        stop,
        sequence=number,
        arrival=arrival,
        begin=begin,
        departure=begin + stop.departure - stop.begin,
        travel_from_previous=leg,
        distance_from_previous=way,
    )
