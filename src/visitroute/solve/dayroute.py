"""One rep-day in a given order: exact timing with windows, lunch and meetings.

Every position holds the earliest departures and the latest arrivals, each with lunch
taken and not taken, so that an insertion is tested in constant time. The idea of forward
and backward slack is that of Savelsbergh (1992), doi:10.1287/ijoc.4.2.146, extended by
the lunch state.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

from visitroute.model import Window
from visitroute.solve.problem import FAR, DayFrame, Problem

NEVER = 10**12
"""Later than any time of day: an earliest time that can't be reached."""


class Clock:
    """How time passes on a rep-day while travelling: meetings and lunch pause the way."""

    __slots__ = ("blocks", "frame", "lunches")

    def __init__(self, frame: DayFrame) -> None:
        self.frame = frame
        self.blocks = frame.blocks
        self.lunches = tuple((a, b - frame.lunch) for a, b in frame.lunches)

    def arrive(self, leave: int, travel: int, extra: Window | None = None) -> int:
        """Return when a way of ``travel`` seconds ends that begins at ``leave``."""
        if not self.blocks and extra is None:
            return leave + travel
        now = leave + travel
        blocks = self.blocks if extra is None else sorted((*self.blocks, extra))
        for start, end in blocks:
            if end > leave and start < now:
                now += end - max(start, leave)
        return now

    def lunch_from(self, now: int) -> int:
        """Return the earliest second from ``now`` on at which lunch may begin, or NEVER."""
        for first, last in self.lunches:
            if now <= last:
                return max(now, first)
        return NEVER

    def arrive_fed(self, leave: int, travel: int) -> int:
        """Return the earliest arrival of a way on which lunch is taken too, or NEVER."""
        lunch = self.lunch_from(leave)
        if lunch >= NEVER:
            return NEVER
        arrival = self.arrive(leave, travel)
        if lunch >= arrival:
            return lunch + self.frame.lunch
        return self.arrive(leave, travel, (lunch, lunch + self.frame.lunch))

    def leave_by(self, arrival: int, travel: int) -> int:
        """Return the latest departure that arrives by ``arrival``."""
        if not self.blocks:
            return arrival - travel
        left = travel
        now = arrival
        for start, end in reversed(self.blocks):
            if start >= now:
                continue
            if end <= now:
                if now - end >= left:
                    break
                left -= now - end
            now = start
        return now - left

    def leave_fed_by(self, arrival: int, travel: int) -> int:
        """Return the latest departure that takes lunch on the way and arrives by ``arrival``."""
        if not self.blocks and len(self.lunches) == 1:
            first, last = self.lunches[0]
            if arrival < first + self.frame.lunch:
                return -NEVER
            return min(arrival - self.frame.lunch - travel, last)
        if self.arrive_fed(0, travel) > arrival:
            return -NEVER
        low, high = 0, arrival
        while low < high:
            middle = (low + high + 1) // 2
            if self.arrive_fed(middle, travel) <= arrival:
                low = middle
            else:
                high = middle - 1
        return low


@dataclass(frozen=True, slots=True)
class Visit:
    """A client on a route day with the seconds of service, tasks included."""

    client: int
    service: int


@dataclass(frozen=True, slots=True)
class Insertion:
    """The cheapest feasible place for a visit: extra travel seconds and position from 0."""

    travel: int
    position: int


def first_start(now: int, starts: Sequence[Window]) -> int:
    """Return the earliest second from ``now`` on at which service may begin, or NEVER."""
    for first, last in starts:
        if now <= last:
            return max(now, first)
    return NEVER


def last_start(by: int, starts: Sequence[Window]) -> int:
    """Return the latest second up to ``by`` at which service may begin, or -NEVER."""
    for first, last in reversed(starts):
        if by >= first:
            return min(by, last)
    return -NEVER


class DayRoute:
    """The visits of one rep-day in order, immutable, with their time bounds.

    ``is_feasible`` tells whether the order can be kept. All insertion answers are cached:
    a route never changes, a changed route is another object.
    """

    __slots__ = (
        "_cache",
        "_less",
        "clock",
        "day",
        "fed_by",
        "fed_from",
        "hungry_by",
        "hungry_from",
        "is_feasible",
        "load",
        "nodes",
        "problem",
        "travel",
        "visits",
    )

    def __init__(self, problem: Problem, day: int, clock: Clock, visits: tuple[Visit, ...]) -> None:
        self.problem = problem
        self.day = day
        self.clock = clock
        self.visits = visits
        self.nodes = (problem.start_node, *(v.client for v in visits), problem.end_node)
        self._cache: dict[tuple[int, int], Insertion | None] = {}
        self._less: dict[frozenset[int], DayRoute] = {}
        self._time()

    def _time(self) -> None:
        problem, clock, nodes = self.problem, self.clock, self.nodes
        frame = clock.frame
        starts = [problem.clients[v.client].starts(self.day, v.service) for v in self.visits]
        legs = [problem.seconds[a][b] for a, b in pairwise(nodes)]
        # On a day without visits nobody drives from the start place to the end place.
        self.travel = sum(legs) if self.visits else 0
        self.load = tuple(
            sum(problem.clients[v.client].load[k] for v in self.visits)
            for k in range(len(frame.capacity))
        )

        # Earliest departures, lunch still to come (hungry) and lunch taken (fed).
        lunch_first = clock.lunch_from(0)
        if frame.lunch:
            hungry, fed = frame.start, max(frame.start, lunch_first + frame.lunch)
        else:
            hungry, fed = NEVER, frame.start
        self.hungry_from, self.fed_from = [hungry], [fed]
        for visit, leg, windows in zip(self.visits, legs, starts, strict=False):
            fed = clock.arrive(fed, leg) if fed < NEVER else NEVER
            if hungry < NEVER:
                fed = min(fed, clock.arrive_fed(hungry, leg))
                hungry = first_start(clock.arrive(hungry, leg), windows) + visit.service
            fed = first_start(fed, windows) + visit.service
            self.hungry_from.append(min(hungry, NEVER))
            self.fed_from.append(min(fed, NEVER))

        self.hungry_by, self.fed_by = self.latest_arrivals(frame.end)
        self.is_feasible = not self.visits or (
            len(self.visits) <= frame.max_visits
            and self.travel <= frame.max_driving
            and self.carries(())
            and self._joins(self.hungry_from[0], self.fed_from[0], legs[0], 0)
        )

    def carries(self, more: Sequence[int]) -> bool:
        """Tell whether the day's load and some more stay within the rep's capacity."""
        return all(
            have + added <= most
            for have, added, most in zip(
                self.load, more or (0,) * len(self.load), self.clock.frame.capacity, strict=True
            )
        )

    def latest_arrivals(self, end: int) -> tuple[list[int], list[int]]:
        """Return the latest arrivals at each visit and the end place that end the day by ``end``.

        The first list is for arriving with lunch still to come, the second with lunch taken.
        """
        clock, problem = self.clock, self.problem
        frame = clock.frame
        fed, hungry = end, -NEVER
        if frame.lunch:
            hungry = min(end, clock.lunches[-1][1])
        hungry_by, fed_by = [hungry], [fed]
        for i in range(len(self.visits) - 1, -1, -1):
            visit = self.visits[i]
            leg = problem.seconds[visit.client][self.nodes[i + 2]]
            starts = problem.clients[visit.client].starts(self.day, visit.service)
            leave_fed = clock.leave_by(fed, leg) if fed > -NEVER else -NEVER
            leave_hungry = clock.leave_by(hungry, leg) if hungry > -NEVER else -NEVER
            if frame.lunch and fed > -NEVER:
                leave_hungry = max(leave_hungry, clock.leave_fed_by(fed, leg))
            fed = last_start(leave_fed - visit.service, starts)
            hungry = last_start(leave_hungry - visit.service, starts)
            hungry_by.append(hungry)
            fed_by.append(fed)
        return hungry_by[::-1], fed_by[::-1]

    def _joins(self, hungry: int, fed: int, leg: int, position: int) -> bool:
        """Tell whether leaving at these times keeps the rest of the day from ``position`` on."""
        clock = self.clock
        fed_by, hungry_by = self.fed_by[position], self.hungry_by[position]
        if fed < NEVER and clock.arrive(fed, leg) <= fed_by:
            return True
        if hungry >= NEVER:
            return False
        return clock.arrive(hungry, leg) <= hungry_by or clock.arrive_fed(hungry, leg) <= fed_by

    def cheapest_insertion(self, client: int, service: int) -> Insertion | None:
        """Return the feasible place with the least extra travel, or None; first of equals."""
        key = (client, service)
        if key not in self._cache:
            self._cache[key] = self._find(client, service)
        return self._cache[key]

    def _find(self, client: int, service: int) -> Insertion | None:
        frame = self.clock.frame
        starts = self.problem.clients[client].starts(self.day, service)
        if len(self.visits) >= frame.max_visits or not starts:
            return None
        if frame.capacity and not self.carries(self.problem.clients[client].load):
            return None
        seconds = self.problem.seconds
        nodes = self.nodes
        out = seconds[client]
        driven = 1 if self.visits else 0
        extra = [
            (seconds[a][client] + out[b] - driven * seconds[a][b], i)
            for i, (a, b) in enumerate(pairwise(nodes))
        ]
        extra.sort(key=itemgetter(0))
        for travel, i in extra:
            if travel >= FAR // 2 or self.travel + travel > frame.max_driving:
                return None
            if self._fits(client, service, starts, i):
                return Insertion(travel, i)
        return None

    def _fits(self, client: int, service: int, starts: Sequence[Window], i: int) -> bool:
        clock = self.clock
        leg = self.problem.seconds[self.nodes[i]][client]
        fed, hungry = self.fed_from[i], self.hungry_from[i]
        if fed < NEVER:
            fed = clock.arrive(fed, leg)
        if hungry < NEVER:
            fed = min(fed, clock.arrive_fed(hungry, leg))
            hungry = first_start(clock.arrive(hungry, leg), starts)
        if fed < NEVER:
            fed = first_start(fed, starts)
        if fed >= NEVER and hungry >= NEVER:
            return False
        leg = self.problem.seconds[client][self.nodes[i + 1]]
        return self._joins(
            hungry + service if hungry < NEVER else NEVER,
            fed + service if fed < NEVER else NEVER,
            leg,
            i,
        )

    def with_visit(self, visit: Visit, position: int) -> DayRoute:
        """Return the route with a visit put in at a position."""
        visits = (*self.visits[:position], visit, *self.visits[position:])
        return DayRoute(self.problem, self.day, self.clock, visits)

    def without(self, clients: frozenset[int] | set[int]) -> DayRoute:
        """Return the route without the visits of some clients; the same asked again is kept."""
        gone = frozenset(v.client for v in self.visits if v.client in clients)
        if not gone:
            return self
        if gone not in self._less:
            visits = tuple(v for v in self.visits if v.client not in gone)
            self._less[gone] = DayRoute(self.problem, self.day, self.clock, visits)
        return self._less[gone]

    def with_service(self, client: int, service: int) -> DayRoute:
        """Return the route with another service time at a client."""
        visits = tuple(Visit(client, service) if v.client == client else v for v in self.visits)
        return DayRoute(self.problem, self.day, self.clock, visits)

    def with_order(self, visits: Sequence[Visit]) -> DayRoute:
        """Return the route with the same or other visits in a new order."""
        return DayRoute(self.problem, self.day, self.clock, tuple(visits))
