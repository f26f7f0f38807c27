"""Clock times for a route day: as late a start as ends no later."""

from __future__ import annotations

from dataclasses import dataclass

from visitroute.solve.dayroute import NEVER, DayRoute, first_start


@dataclass(frozen=True, slots=True)
class TimedVisit:
    """When the rep arrives at a client, begins service and leaves; seconds after midnight."""

    client: int
    arrival: int
    begin: int
    departure: int


@dataclass(frozen=True, slots=True)
class TimedDay:
    """The clock times of a route day; ``lunch`` is when lunch begins, None without lunch."""

    start: int
    end: int
    visits: tuple[TimedVisit, ...]
    lunch: int | None


def time_day(route: DayRoute) -> TimedDay:
    """Return the schedule that ends earliest and, ending then, starts latest.

    The route must be feasible and have visits.
    """
    frame = route.clock.frame
    _, end = _run(route, frame.start)
    hungry_by, fed_by = route.latest_arrivals(end)
    leg = route.problem.seconds[route.nodes[0]][route.nodes[1]]
    clock = route.clock
    late = [clock.leave_by(hungry_by[0], leg), clock.leave_by(fed_by[0], leg)]
    if frame.lunch:
        late.append(clock.leave_fed_by(fed_by[0], leg))
    # A start may be late for one lunch state and impossible for another: try the latest first.
    for start in sorted({max(frame.start, t) for t in late if t > -NEVER}, reverse=True):
        timed, reached = _run(route, start)
        if timed is not None and reached <= end:
            return timed
    timed, _ = _run(route, frame.start)
    if timed is None:
        raise ValueError("the route day is not feasible")
    return timed


def _run(route: DayRoute, start: int) -> tuple[TimedDay | None, int]:
    """Return the earliest schedule that leaves the base at ``start``, and when it ends."""
    clock, problem = route.clock, route.problem
    frame = clock.frame
    # State 0: lunch still to come, state 1: lunch taken (or none needed).
    steps: list[tuple[int, int]] = [_begin(route, start)]
    trail: list[list[tuple[int, int, int] | None]] = []
    for i, node in enumerate(route.nodes[1:]):
        leg = problem.seconds[route.nodes[i]][node]
        hungry, fed = steps[-1]
        options: list[tuple[int, int, int] | None] = [None, None]
        arrivals = [
            (0, 0, clock.arrive(hungry, leg) if hungry < NEVER else NEVER),
            (1, 1, clock.arrive(fed, leg) if fed < NEVER else NEVER),
            (0, 1, clock.arrive_fed(hungry, leg) if hungry < NEVER and frame.lunch else NEVER),
        ]
        for before, after, arrival in arrivals:
            begin = arrival
            if i < len(route.visits):
                visit = route.visits[i]
                begin = first_start(
                    arrival, problem.clients[visit.client].starts(route.day, visit.service)
                )
            found = options[after]
            if begin < NEVER and (found is None or begin < found[2]):
                options[after] = (before, arrival, begin)
        trail.append(options)
        service = route.visits[i].service if i < len(route.visits) else 0
        steps.append(
            (
                NEVER if options[0] is None else options[0][2] + service,
                NEVER if options[1] is None else options[1][2] + service,
            )
        )
    hungry, fed = steps[-1]
    if hungry < NEVER and clock.lunch_from(hungry) >= NEVER:
        hungry = NEVER
    end = min(hungry, fed)
    if end > frame.end:
        return None, NEVER
    return _trace(route, start, steps, trail, 0 if hungry < fed else 1), end


def _begin(route: DayRoute, start: int) -> tuple[int, int]:
    clock, frame = route.clock, route.clock.frame
    if not frame.lunch:
        return NEVER, start
    lunch_over = clock.lunch_from(0) + frame.lunch
    return start, (start if start >= lunch_over else max(start, lunch_over))


def _trace(
    route: DayRoute,
    start: int,
    steps: list[tuple[int, int]],
    trail: list[list[tuple[int, int, int] | None]],
    state: int,
) -> TimedDay:
    clock, frame = route.clock, route.clock.frame
    end = steps[-1][state]
    lunch: int | None = None
    if frame.lunch and state == 0:
        lunch = clock.lunch_from(end)
    timed = []
    for i in range(len(trail) - 1, -1, -1):
        option = trail[i][state]
        if option is None:
            raise ValueError("the route day is not feasible")
        before, arrival, begin = option
        if state == 1 and before == 0:
            lunch = clock.lunch_from(steps[i][0])
            # Lunch taken on arrival ends the way before it begins: the rep is there earlier.
            arrival = _arrival_before(route, i, steps[i][0], arrival, lunch)
        if i < len(route.visits):
            visit = route.visits[i]
            timed.append(TimedVisit(visit.client, arrival, begin, begin + visit.service))
        state = before
    if frame.lunch and lunch is None:
        lunch = clock.lunch_from(0)
    first = max(start, steps[0][state])
    return TimedDay(first, end, tuple(reversed(timed)), lunch)


def _arrival_before(route: DayRoute, i: int, leave: int, arrival: int, lunch: int) -> int:
    leg = route.problem.seconds[route.nodes[i]][route.nodes[i + 1]]
    reached = route.clock.arrive(leave, leg)
    return reached if reached <= lunch else arrival
