"""Makes up a month of several reps who share all their retailers: towns, villages, offices.

Offices stand in towns, but not where the work is: some towns hold more retailers than their rep
can visit, others fewer. In the largest town two reps share an office; one rep has a day off
each week and one a week of leave. Seeds 1 to 3 are 3 reps with 150 retailers, 5 with 500 and 10
with 1,500; 4 to 6 the same with other draws.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from benchmarks.repinputs import LOADS, START, WORKDAY_MINUTES, make_trade
from numpy.typing import NDArray

from visitroute.calendar import WorkingCalendar
from visitroute.model import Place, PlanInput, Rep, TravelMode
from visitroute.policy import Policy, load_policy
from visitroute.priority import Demand, request_visits
from visitroute.roads.matrix import TravelMatrix
from visitroute.solve.problem import day_frames

SIZES = ((3, 150), (5, 500), (10, 1500))
LOAD = "tight"
IN_TOWNS = 0.55
COUNTY_KM = 14.0
"""Half the side of the county, times the square root of the number of reps, is this."""


@dataclass(frozen=True, slots=True)
class TeamInputs:
    """A team's month as visitroute sees it; ``matrix`` covers all places."""

    name: str
    inputs: PlanInput
    policy: Policy
    demand: Demand
    calendar: WorkingCalendar
    matrix: TravelMatrix

    @property
    def matrices(self) -> dict[TravelMode, TravelMatrix]:
        """Travel by travel mode."""
        return {TravelMode.CAR: self.matrix}


def make_team(seed: int, size: tuple[int, int] | None = None) -> TeamInputs:
    """Return the month of a seed; (reps, retailers) can be given instead of the seed's own."""
    reps, shops = size or SIZES[(seed - 1) % len(SIZES)]
    rng = random.Random(f"visitroute team {seed} {reps} {shops}")  # noqa: S311 - no secret
    bases, spots = _spots(rng, reps, shops)
    inputs = make_trade(rng, [_place(s) for s in spots], _place(bases[0]))
    staff = tuple(_rep(inputs.reps[0], number, _place(s)) for number, s in enumerate(bases))
    shared = tuple(replace(r, rep=None) for r in inputs.retailers)
    inputs = replace(inputs, reps=staff, retailers=shared)
    matrix = _measure(inputs, spots, bases, seed)
    name = f"team{reps:02d}x{shops:04d}-s{seed}"
    return _finish(name, inputs, matrix)


def _place(spot: complex) -> Place:
    return Place(round(10.0 + spot.real / 71.5, 6), round(50.0 + spot.imag / 111.2, 6))


def _rep(first: Rep, number: int, base: Place) -> Rep:
    """Return one of the reps: the third has Fridays off, the fourth a week of leave."""
    days_off = {2: (4,)}.get(number, ())
    shifts = tuple(None if day in days_off else s for day, s in enumerate(first.shifts))
    leave = frozenset(START + timedelta(days=7 + d) for d in range(7)) if number == 3 else ()
    return replace(
        first, id=f"R{number + 1:02d}", start=base, end=base, shifts=shifts, leave=frozenset(leave)
    )


def _spots(rng: random.Random, reps: int, shops: int) -> tuple[list[complex], list[complex]]:
    """Return offices and shops in km."""
    side = COUNTY_KM * reps**0.5
    towns = [complex(rng.uniform(-side, side), rng.uniform(-side, side)) for _ in range(reps + 2)]
    weights = sorted((rng.lognormvariate(0.0, 0.6) for _ in towns), reverse=True)
    villages = [
        complex(rng.uniform(-side, side), rng.uniform(-side, side))
        for _ in range(max(3, round(shops * (1 - IN_TOWNS) / 8)))
    ]
    # Two reps share the office of the largest town, the others have towns of any size.
    others = rng.sample(range(1, len(towns)), max(0, reps - 2))
    offices = [towns[0], towns[0], *(towns[t] for t in others)][:reps]
    spots = []
    for i in range(shops):
        if i < IN_TOWNS * shops:
            spots.append(rng.choices(towns, weights)[0] + _near(rng, 1.3))
        else:
            spots.append(rng.choice(villages) + _near(rng, 0.4))
    return offices, spots


def _near(rng: random.Random, km: float) -> complex:
    return complex(rng.gauss(0, km), rng.gauss(0, km))


def _measure(
    inputs: PlanInput, spots: list[complex], bases: list[complex], seed: int
) -> TravelMatrix:
    """Return shortest ways, uneven both ways; short ones are slower."""
    rng = np.random.default_rng(seed)
    offices = list(dict.fromkeys(bases))
    points = np.array([*spots, *offices])
    km = np.abs(points[:, None] - points[None])
    uneven = 1.0 + 0.12 * rng.random(km.shape)
    seconds: NDArray[np.float64] = (170.0 * km**0.8 + 20.0) * uneven
    metres = 1500.0 * km + 20.0
    for table in (seconds, metres):
        np.fill_diagonal(table, 0.0)
    for k in range(len(points)):
        np.minimum(seconds, seconds[:, k : k + 1] + seconds[k : k + 1, :], out=seconds)
    ids = [r.id for r in inputs.retailers]
    rows = list(range(len(spots)))
    for rep, base in zip(inputs.reps, bases, strict=True):
        ids += [f"@start/{rep.id}", f"@end/{rep.id}"]
        rows += [len(spots) + offices.index(base)] * 2
    pick = np.ix_(rows, rows)
    whole = np.ceil(seconds[pick]).astype(np.int64)
    far = np.rint(metres[pick] * 10).astype(np.int64)
    return TravelMatrix(tuple(ids), whole * 10, far, "matrix")


def _finish(name: str, inputs: PlanInput, matrix: TravelMatrix) -> TeamInputs:
    """Return a month whose service times make the work as large as the load says."""
    policy = load_policy()
    demand = request_visits(inputs, policy)
    calendar = WorkingCalendar(policy.calendar, range(START.year, START.year + 2))
    days = sum(len(day_frames(inputs, rep, calendar)) for rep in inputs.reps)
    wanted = len(demand.requests)
    count = len(inputs.retailers)
    # A leg of a good plan is about as long as the way to the fifth nearest place.
    ways = np.sort(matrix.seconds[:count, :count], axis=1)
    leg = float(np.median(ways[:, min(5, count - 1)])) / 60
    leg += float(matrix.seconds[count:, :count].min(axis=0).mean()) / 60 * 2 * days / wanted * 0.5
    minutes = max(3.0, LOADS[LOAD] * WORKDAY_MINUTES * days / wanted - leg)
    reps = tuple(replace(r, min_visits=int(0.5 * wanted / days)) for r in inputs.reps)
    shops = tuple(
        replace(s, service_minutes=max(2, round(minutes * (s.service_minutes or 1.0))))
        for s in inputs.retailers
    )
    inputs = replace(inputs, reps=reps, retailers=shops)
    return TeamInputs(name, inputs, policy, demand, calendar, matrix)
