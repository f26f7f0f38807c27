"""Small and random inputs for tests, and what the solver makes of them.

``small_inputs`` is the four-retailer instance: vary it with ``dataclasses.replace``.
``random_inputs`` draws whole inputs from a seed. Both return the input, its rep and the
travel matrix of the rep's retailers.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visitroute.calendar import WorkingCalendar
from visitroute.model import (
    Base,
    Cadence,
    Call,
    Channel,
    DroppedVisit,
    Horizon,
    Lock,
    Meeting,
    OpeningHours,
    Place,
    PlanInput,
    Quadrant,
    Rep,
    Retailer,
    RouteDay,
    Schedule,
    Segment,
    Stop,
    Task,
    TaskOutcome,
    VisitRecord,
    Window,
)
from visitroute.planning.calls import calls_of_tasks, with_calls
from visitroute.policy import Policy, load_policy
from visitroute.priority import request_visits, task_dates
from visitroute.roads.matrix import TravelMatrix
from visitroute.solve import Problem, State, compile_problem, time_day
from visitroute.texts import load_texts

MINUTE, HOUR = 60, 3600
MON = date(2026, 11, 30)
BASE = Place(10.0, 50.0)
POLICY = load_policy()

SMALL_MINUTES = (
    # @start, @end, A, B, C, D: no way takes as long as the way back.
    (0, 0, 10, 20, 15, 30),
    (0, 0, 10, 20, 15, 30),
    (11, 11, 0, 12, 9, 25),
    (21, 21, 13, 0, 16, 14),
    (14, 14, 10, 15, 0, 22),
    (31, 31, 24, 15, 21, 0),
)


def matrix_of(ids: Sequence[str], minutes: Sequence[Sequence[float]]) -> TravelMatrix:
    """Return a matrix from minutes of travel; a minute is 800 metres."""
    table = np.array(minutes, dtype=np.float64)
    return TravelMatrix(
        tuple(ids),
        np.rint(table * 600).astype(np.int64),
        np.rint(table * 8000).astype(np.int64),
        "matrix",
    )


def make_rep(**changes: Any) -> Rep:
    """Return rep R1: 08:30-17:30 from Monday to Friday, no lunch, no bounds, no review."""
    return Rep(**{"id": "R1", "start": BASE, "end": BASE, **changes})


def make_shop(name: str, **changes: Any) -> Retailer:
    """Return a retailer of R1 that is visited weekly for 20 minutes, always open."""
    given = {
        "rep": "R1",
        "segment": Segment.GUIDE,
        "cadence": Cadence(1, 7, 4, 10),
        "service_minutes": 20,
        **changes,
    }
    return Retailer(name, 10.0, 50.0, **given)


def small_inputs(
    names: str = "ABCD", *, weeks: int = 1, rep: Rep | None = None, **parts: Any
) -> tuple[PlanInput, Rep, TravelMatrix]:
    """Return up to four weekly retailers of one rep, none of them visited before.

    ``parts`` replaces fields of the input, for example ``retailers`` or ``tasks``.
    """
    rep = rep or make_rep()
    given = {
        "retailers": tuple(make_shop(name) for name in names),
        "reps": (rep,),
        "horizon": Horizon(MON, weeks),
        **parts,
    }
    ids = (f"@start/{rep.id}", f"@end/{rep.id}", *"ABCD")
    return PlanInput(**given), rep, matrix_of(ids, SMALL_MINUTES)


# ── Random inputs ────────────────────────────────────────────────────────────────────────


def random_inputs(
    seed: int, n: int, *, weeks: int = 2, tight: bool = False, plain: bool = False
) -> tuple[PlanInput, Rep, TravelMatrix]:
    """Return a random input of ``n`` retailers of one rep.

    ``tight`` makes it overloaded: short shifts, few visits a day. ``plain`` leaves out what
    makes single days hard: windows, meetings, bounds, tasks and locks.
    """
    rng = random.Random(seed)  # noqa: S311
    horizon = Horizon(MON + timedelta(days=rng.randrange(7)), weeks)
    rep = _random_rep(rng, horizon, tight=tight, plain=plain)
    names = [f"S{i:02d}" for i in range(n)]
    inputs = PlanInput(
        retailers=tuple(_random_shop(rng, name, horizon, plain=plain) for name in names),
        reps=(rep,),
        horizon=horizon,
        tasks=() if plain else tuple(_random_tasks(rng, names, horizon)),
        visits=tuple(_random_visits(rng, names, horizon)),
        locks=() if plain else tuple(_random_locks(rng, names, horizon)),
    )
    return inputs, rep, random_matrix(rng, names, rep)


def random_matrix(rng: random.Random, names: Sequence[str], rep: Rep) -> TravelMatrix:
    """Return shortest ways between random places: uneven both ways, no detour is shorter."""
    ids = (f"@start/{rep.id}", f"@end/{rep.id}", *names)
    spots = [complex(rng.random(), rng.random()) for _ in ids]
    if rep.start == rep.end:
        spots[1] = spots[0]
    scale = rng.choice([6_000, 20_000, 40_000])
    table: NDArray[np.int64] = np.array(
        [[int(abs(a - b) * scale * rng.uniform(1.0, 1.4)) for b in spots] for a in spots],
        dtype=np.int64,
    )
    if rep.start == rep.end:
        table[1, :], table[:, 1] = table[0, :], table[:, 0]
    np.fill_diagonal(table, 0)
    for k in range(len(ids)):
        table = np.minimum(table, table[:, k : k + 1] + table[k : k + 1, :])
    return TravelMatrix(ids, table, table * 8, "matrix")


def _random_rep(rng: random.Random, horizon: Horizon, *, tight: bool, plain: bool) -> Rep:
    begin = rng.choice([8 * HOUR, 8 * HOUR + 1800, 9 * HOUR])
    length = rng.choice([3, 4, 5] if tight else [7, 8, 9]) * HOUR
    shift = (begin, begin + length)
    saturday = (begin, begin + 4 * HOUR) if rng.random() < 0.3 else None
    lunch = rng.random() < 0.7
    meetings: list[Meeting] = []
    if not plain and rng.random() < 0.6:
        at = rng.choice([begin - 1800, begin, 10 * HOUR, 12 * HOUR, 14 * HOUR])
        meetings.append(Meeting((at, at + rng.choice([900, 3600])), rng.choice([None, 0, 2])))
    if not plain and rng.random() < 0.3:
        day = horizon.days[rng.randrange(horizon.num_days)]
        meetings.append(Meeting((11 * HOUR, 11 * HOUR + 2700), date=day))
    end = BASE if rng.random() < 0.5 else Place(10.1, 50.1)
    return make_rep(
        end=end,
        shifts=(shift,) * 5 + (saturday, None),
        lunch_window=(11 * HOUR + 1800, rng.choice([13, 14]) * HOUR) if lunch else None,
        lunch_minutes=rng.choice([30, 45, 60]) if lunch else 0,
        min_visits=rng.choice([0, 2]),
        target_visits=rng.choice([None, 5]),
        max_visits=rng.choice([2, 3]) if tight else rng.choice([None, 6, 12]),
        leave=frozenset(d for d in horizon.days if rng.random() < 0.08),
        meetings=tuple(meetings),
        review_minutes=rng.choice([0, 15]),
        max_driving_minutes=None if plain else rng.choice([None, None, 120, 240]),
    )


def random_windows(rng: random.Random) -> tuple[Window, ...]:
    """Return opening hours of a day: none, one or two windows, some of them short."""
    a = rng.choice([6, 8, 9, 10, 13]) * HOUR
    return rng.choice(
        [
            ((0, 86_400),),
            ((0, 86_400),),
            ((a, a + 3 * HOUR),),
            ((9 * HOUR, 12 * HOUR), (13 * HOUR + 1800, 18 * HOUR)),
            ((9 * HOUR, 9 * HOUR + 1500), (15 * HOUR, 15 * HOUR + 2400)),
            (),
        ]
    )


def _random_shop(rng: random.Random, name: str, horizon: Horizon, *, plain: bool) -> Retailer:
    visits, per = rng.choice([(1, 7), (1, 14), (2, 7), (1, 28), (3, 10), (1, 5)])
    slack = rng.choice([0, 1, 3, 5])
    gap = per // visits
    cadence = Cadence(visits, per, max(1, gap - slack), -(-per // visits) + slack)
    known = rng.random()
    return Retailer(
        name,
        10.0,
        50.0,
        rep="R1",
        segment=rng.choice(list(Segment)) if known < 0.5 else None,
        capability=rng.choice([None, "strong", "weak"]),
        willingness=rng.choice([None, "strong", "weak"]),
        monthly_volume=rng.choice([None, 100.0, 600.0, 900.0]),
        brands=rng.choice([None, 10.0, 30.0]),
        display=rng.choice([None, 2.0, 4.0]),
        cadence=cadence if rng.random() < 0.6 else None,
        service_minutes=rng.choice([None, 5, 12.5, 20, 30.0083, 45]),
        opening=OpeningHours()
        if plain
        else OpeningHours(tuple(random_windows(rng) for _ in range(7))),
        closed=frozenset(d for d in horizon.days if rng.random() < 0.05),
        value=rng.choice([None, None, 10.0, 100.0]),
        preferred_weekday=rng.choice([None, None, 0, 3]),
        channel=Channel.PHONE if rng.random() < 0.1 else Channel.VISIT,
    )


def _random_tasks(rng: random.Random, names: Sequence[str], horizon: Horizon) -> list[Task]:
    tasks = []
    for i in range(rng.randrange(len(names) + 2)):
        due = horizon.start + timedelta(days=rng.randrange(-10, horizon.num_days + 12))
        early = due - timedelta(days=rng.randrange(12)) if rng.random() < 0.4 else None
        tasks.append(
            Task(
                f"t{i}",
                rng.choice(names),
                rng.choice(list(Quadrant)),
                due,
                early,
                minutes=rng.choice([0, 5, 10.0083, 15, 60]),
                channel=_task_channel(rng.random()),
                appointment=rng.choice([9, 10, 14, 20]) * HOUR if rng.random() < 0.2 else None,
            )
        )
    return tasks


def _task_channel(draw: float) -> Channel:
    return Channel.PHONE if draw < 0.15 else Channel.EITHER if draw > 0.85 else Channel.VISIT


def _random_visits(rng: random.Random, names: Sequence[str], horizon: Horizon) -> list[VisitRecord]:
    return [
        VisitRecord(
            name,
            horizon.start - timedelta(days=rng.choice([-3, 0, 1, 2, 5, 7, 9, 14, 20, 40, 400])),
            channel=Channel.PHONE if rng.random() < 0.2 else Channel.VISIT,
        )
        for name in names
        for _ in range(rng.randrange(3))
    ]


def _random_locks(rng: random.Random, names: Sequence[str], horizon: Horizon) -> list[Lock]:
    locks: dict[tuple[str, date], Lock] = {}
    for _ in range(rng.randrange(max(1, len(names) // 3) + 1)):
        name = rng.choice(names)
        day = horizon.start + timedelta(days=rng.randrange(-2, horizon.num_days + 2))
        time = rng.choice([None, 9 * HOUR, 11 * HOUR, 15 * HOUR])
        locks[name, day] = Lock(name, day, rng.choice([None, "R1"]), time)
    return list(locks.values())


# ── Problems and schedules ───────────────────────────────────────────────────────────────


def compile_for(
    inputs: PlanInput, rep: Rep, matrix: TravelMatrix, policy: Policy = POLICY
) -> Problem:
    """Return the problem of a rep who looks after all retailers of the input."""
    years = range(inputs.horizon.start.year, inputs.horizon.end.year + 1)
    calendar = WorkingCalendar(policy.calendar, years)
    demand = request_visits(inputs, policy)
    return compile_problem(inputs, policy, demand, calendar, rep, inputs.retailers, matrix)


def schedule_of(
    state: State,
    inputs: PlanInput,
    policy: Policy = POLICY,
    dropped: Sequence[DroppedVisit] = (),
) -> Schedule:
    """Return a state as a schedule that the checker can judge, with what it leaves out."""
    demand = request_visits(inputs, policy)
    routes, done = [], {}
    for day, route in enumerate(state.routes):
        if not route.visits:
            continue
        problem = state.problem
        timed = time_day(route)
        legs = list(pairwise(route.nodes))
        seconds = [problem.seconds[a][b] for a, b in legs]
        metres = [problem.metres[a][b] for a, b in legs]
        stops = []
        for i, visit in enumerate(timed.visits):
            client = problem.clients[visit.client]
            served = state.served[visit.client]
            requests = sorted(
                (
                    a.request
                    for a in (*client.cadence, *client.others)
                    if served.get(a.request.id) == day
                ),
                key=lambda r: (r.tier, r.index < 0, r.due, r.id),
            )
            tasks = tuple(j.task.id for j in state.done[visit.client].get(day, ()))
            done.update(dict.fromkeys(tasks, problem.days[day].date))
            stops.append(
                Stop(
                    client.retailer.id,
                    requests[0].id,
                    i + 1,
                    visit.arrival,
                    visit.begin,
                    visit.departure,
                    requests[0].due,
                    requests[0].tier,
                    requests[0].state,
                    demand.segments[client.retailer.id],
                    client.retailer.lon,
                    client.retailer.lat,
                    tasks=tasks,
                    also=tuple(r.id for r in requests[1:]),
                    travel_from_previous=seconds[i],
                    distance_from_previous=metres[i],
                )
            )
        lunch = problem.days[day].lunch if timed.lunch is not None else 0
        routes.append(
            RouteDay(
                problem.rep.id, problem.days[day].date, timed.start, timed.end, tuple(stops),
                sum(seconds), sum(metres), seconds[-1], metres[-1], timed.lunch, lunch,
                roads="matrix",
            )
        )  # fmt: skip
    schedule = Schedule(
        tuple(routes),
        tuple(dropped),
        bases=tuple(Base(r.id, r.start.lon, r.start.lat) for r in inputs.reps),
    )
    schedule = with_calls(inputs, policy, demand, schedule, load_texts("en"))
    calls = calls_of_tasks(schedule)
    return replace(schedule, tasks=tuple(_outcomes(state, inputs, done, calls, policy)))


def _outcomes(
    state: State,
    inputs: PlanInput,
    done: dict[str, date],
    calls: Mapping[str, Call],
    policy: Policy,
) -> Iterator[TaskOutcome]:
    for task in inputs.tasks:
        named = (task.id, task.retailer)
        if task.channel is Channel.PHONE:
            yield TaskOutcome(*named, "phone", task.due)
        elif task.id in done:
            yield TaskOutcome(*named, "done", task.due, state.problem.rep.id, done[task.id])
        elif task.id in calls:
            call = calls[task.id]
            yield TaskOutcome(*named, "call", task.due, call.rep, call.date, "VR4201", "no stop")
        elif task_dates(task, inputs.horizon, policy) is not None:
            yield TaskOutcome(*named, "dropped", task.due, code="VR4201", reason="no stop")
