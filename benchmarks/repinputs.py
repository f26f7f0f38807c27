"""Makes up one rep's month from a seed: a town with villages, cadences, history, one-offs.

Seeds 1 to 9 go through all pairs of 60, 120 or 200 retailers and of a month that is
under-loaded, tight or overloaded; 10 to 18 again with other draws.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from visitroute.calendar import WorkingCalendar
from visitroute.model import (
    Cadence,
    Channel,
    Horizon,
    OpeningHours,
    Place,
    PlanInput,
    Quadrant,
    Rep,
    Retailer,
    Segment,
    Task,
    VisitRecord,
    Window,
)
from visitroute.policy import Policy, load_policy
from visitroute.priority import Demand, request_visits
from visitroute.roads.matrix import TravelMatrix
from visitroute.solve import Problem, compile_problem

START = date(2026, 11, 30)
WEEKS = 4
SIZES = (60, 120, 200)
LOADS = {"under": 0.6, "tight": 0.92, "over": 1.25}
"""Work in the month, travel included, as a share of the working time."""
WORKING_DAYS = 20
WORKDAY_MINUTES = 480
"""A day from 08:30 to 17:30 less 45 minutes of lunch and 15 of review."""
TOWN_SHARE = 0.6
ONE_OFFS = 0.06
UNKNOWN, OVERDUE = 0.05, 0.10
HOURS = 3600
SEGMENTS = {Segment.MAINTAIN: 0.2, Segment.GUIDE: 0.25, Segment.PROMOTE: 0.2, Segment.WATCH: 0.35}
WEEKLY = (Segment.MAINTAIN, Segment.GUIDE)
OPENING: tuple[tuple[float, tuple[Window, ...]], ...] = (
    (0.25, ((0, 24 * HOURS),)),
    (0.35, ((8 * HOURS, 20 * HOURS),)),
    (0.20, ((9 * HOURS, 12 * HOURS + 1800), (14 * HOURS, 19 * HOURS))),
    (0.10, ((6 * HOURS + 1800, 14 * HOURS),)),
    (0.10, ((11 * HOURS, 22 * HOURS),)),
)


@dataclass(frozen=True, slots=True)
class RepInputs:
    """A rep's month as visitroute sees it."""

    name: str
    inputs: PlanInput
    policy: Policy
    demand: Demand
    matrix: TravelMatrix
    problem: Problem


def size_and_load(seed: int) -> tuple[int, str]:
    """Return the number of retailers and the load of a seed."""
    return SIZES[(seed - 1) % 3], list(LOADS)[(seed - 1) // 3 % 3]


def make_inputs(seed: int, size: int | None = None, load: str | None = None) -> RepInputs:
    """Return the month of a seed; size and load can be given instead of the seed's own."""
    own_size, own_load = size_and_load(seed)
    size, load = size or own_size, load or own_load
    rng = random.Random(f"visitroute month {seed} {size} {load}")  # noqa: S311 - no secret
    spots = _spots(rng, size)
    places = [Place(round(10.0 + s.real / 71.5, 6), round(50.0 + s.imag / 111.2, 6)) for s in spots]
    inputs = make_trade(rng, places, Place(10.0, 50.0))
    matrix = _measure([r.id for r in inputs.retailers], spots, seed)
    return finish(f"rep{size:03d}-{load}-s{seed}", inputs, matrix, load)


def finish(name: str, inputs: PlanInput, matrix: TravelMatrix, load: str) -> RepInputs:
    """Return a month whose service times make the work as large as the load says."""
    policy = load_policy()
    demand = request_visits(inputs, policy)
    wanted = len(demand.requests)
    # A leg of a good plan is about as long as the way to the fifth nearest place.
    ways = np.sort(matrix.seconds[:-2, :-2], axis=1)
    leg = float(np.median(ways[:, min(5, len(ways) - 1)])) / 60
    leg += float(matrix.seconds[-2, :-2].mean()) / 60 * 2 * WORKING_DAYS / wanted * 0.5
    minutes = max(3.0, LOADS[load] * WORKDAY_MINUTES * WORKING_DAYS / wanted - leg)
    rep = replace(inputs.reps[0], min_visits=int(0.5 * wanted / WORKING_DAYS))
    shops = tuple(
        replace(s, service_minutes=max(2, round(minutes * (s.service_minutes or 1.0))))
        for s in inputs.retailers
    )
    inputs = replace(inputs, reps=(rep,), retailers=shops)
    calendar = WorkingCalendar(policy.calendar, range(START.year, START.year + 2))
    problem = compile_problem(inputs, policy, demand, calendar, rep, shops, matrix)
    return RepInputs(name, inputs, policy, demand, matrix, problem)


def _spots(rng: random.Random, size: int) -> list[complex]:
    """Return places in km around the base: most in the town, the rest in villages."""
    villages = [
        complex(rng.gauss(0, 1), rng.gauss(0, 1)) for _ in range(max(2, round(size * 0.4 / 8)))
    ]
    villages = [v / abs(v) * rng.uniform(4, 16) for v in villages]
    spots = []
    for i in range(size):
        if i < TOWN_SHARE * size:
            spots.append(complex(rng.gauss(0, 1.3), rng.gauss(0, 1.3)))
        else:
            near = rng.choice(villages)
            spots.append(near + complex(rng.gauss(0, 0.4), rng.gauss(0, 0.4)))
    return spots


def make_trade(rng: random.Random, places: list[Place], base: Place) -> PlanInput:
    """Return a rep and shops with relative lengths of service, last visits, and one-offs."""
    rep = Rep(
        id="R1",
        start=base,
        end=base,
        lunch_window=(11 * HOURS + 1800, 13 * HOURS + 1800),
        lunch_minutes=45,
        review_minutes=15,
    )
    shops, visits, tasks = [], [], []
    one_offs = set(rng.sample(range(len(places)), max(1, round(ONE_OFFS * len(places)))))
    for i, place in enumerate(places):
        name = f"S{i:03d}"
        segment = rng.choices(list(SEGMENTS), list(SEGMENTS.values()))[0]
        windows = rng.choices([w for _, w in OPENING], [p for p, _ in OPENING])[0]
        weekly = segment in WEEKLY
        shops.append(
            Retailer(
                name,
                place.lon,
                place.lat,
                rep="R1",
                segment=segment,
                cadence=Cadence(1, 7, 4, 10) if weekly else Cadence(1, 14, 9, 19),
                service_minutes=rng.uniform(0.6, 1.4),
                opening=OpeningHours((windows,) * 7),
                value=float(rng.randrange(20, 101)),
                channel=Channel.PHONE if i in one_offs else Channel.VISIT,
            )
        )
        if i in one_offs:
            due = START + timedelta(days=rng.randrange(2, 26))
            tasks.append(Task(f"T{i:03d}", name, Quadrant.Q1, due, minutes=10))
            continue
        gap, drawn = (7 if weekly else 14), rng.random()
        ago = rng.randrange(3, gap + 1)
        if drawn < UNKNOWN:
            continue
        if drawn < UNKNOWN + OVERDUE:
            ago = gap + rng.randrange(1, gap + 1)
        visits.append(VisitRecord(name, START - timedelta(days=ago), "R1"))
    return PlanInput(tuple(shops), (rep,), Horizon(START, WEEKS), tuple(tasks), tuple(visits))


def _measure(names: list[str], spots: list[complex], seed: int) -> TravelMatrix:
    """Return shortest ways, uneven both ways; short ones are slower."""
    rng = np.random.default_rng(seed)
    points = np.array([*spots, 0j, 0j])
    km = np.abs(points[:, None] - points[None])
    uneven = 1.0 + 0.12 * rng.random(km.shape)
    seconds: NDArray[np.float64] = (170.0 * km**0.8 + 20.0) * uneven
    metres = 1500.0 * km + 20.0
    for table in (seconds, metres):
        table[-1, :], table[:, -1] = table[-2, :], table[:, -2]
        table[-2, -1] = table[-1, -2] = 0.0
        np.fill_diagonal(table, 0.0)
    for k in range(len(points)):
        seconds = np.minimum(seconds, seconds[:, k : k + 1] + seconds[k : k + 1, :])
    ids = (*names, "@start/R1", "@end/R1")
    whole = np.ceil(seconds).astype(np.int64)
    return TravelMatrix(ids, whole * 10, np.rint(metres * 10).astype(np.int64), "matrix")
