"""Hypothesis strategies: whole small planning problems, of everything an input can hold."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from visitroute.model import (
    Cadence,
    Channel,
    Horizon,
    Lock,
    Meeting,
    OpeningHours,
    Place,
    PlanInput,
    Quadrant,
    Rep,
    Retailer,
    Segment,
    Task,
    TravelMode,
    VisitRecord,
    Window,
)
from visitroute.policy import Policy, load_policy
from visitroute.roads import given_matrix

MONDAY = date(2026, 11, 30)
HOUR, MINUTE = 3600, 60
NAMES = ("", "福源烟酒店", "Ääkkös & Söhne", '"=1+1"', "<b>Shop</b>", "line\nbreak", "a;b,c")

WINDOWS: tuple[tuple[Window, ...], ...] = (
    ((0, 86_400),),
    ((9 * HOUR, 18 * HOUR),),
    ((9 * HOUR, 12 * HOUR), (13 * HOUR, 18 * HOUR)),
    ((10 * HOUR, 10 * HOUR + 1800), (15 * HOUR, 15 * HOUR + 2400)),
    ((20 * HOUR, 22 * HOUR),),
    (),
)


@dataclass(frozen=True)
class Problem:
    """What one planning run is given."""

    inputs: PlanInput
    roads: Any
    policy: Policy


def often(value: Any, *others: Any) -> st.SearchStrategy[Any]:
    """Return a strategy of the first value mostly, and of the others now and then."""
    return st.sampled_from([value] * (6 * len(others)) + list(others))


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Draw a whole problem: one to three reps, up to fourteen retailers, one to three weeks."""
    start = MONDAY + timedelta(days=draw(st.integers(0, 6)))
    horizon = Horizon(start, draw(st.integers(1, 3)))
    reps = tuple(draw(_reps(f"R{i}", horizon)) for i in range(draw(st.integers(1, 3))))
    owners = [None, *(r.id for r in reps)]
    shops = tuple(
        draw(_retailers(f"S{i:02d}", owners, horizon))
        for i in range(draw(st.sampled_from([4, 9, 14])))
    )
    names = [shop.id for shop in shops]
    inputs = PlanInput(
        retailers=shops,
        reps=reps,
        horizon=horizon,
        tasks=tuple(draw(_tasks(f"t{i}", names, horizon)) for i in range(draw(st.integers(0, 8)))),
        visits=tuple(draw(_history(names, horizon))),
        locks=tuple(draw(_locks(names, owners, horizon))),
    )
    roads = draw(st.sampled_from(["straight", "matrix"]))
    return Problem(
        inputs,
        draw(_matrices(inputs)) if roads == "matrix" else roads,
        draw(_policies(horizon)),
    )


@st.composite
def _policies(draw: st.DrawFn, horizon: Horizon) -> Policy:
    days = st.lists(st.sampled_from(horizon.days), max_size=2, unique=True)
    return load_policy(
        {
            "cadence": {
                "fillers": draw(st.booleans()),
                "make_up": draw(st.sampled_from(["skip", "before", "after"])),
            },
            "calendar": {"holidays": draw(days), "workdays": draw(days)},
            "texts": {"language": draw(st.sampled_from(["en", "zh"]))},
            "cost": {"shortfall": draw(st.sampled_from([0, 900.0]))},
            "teams": {"continuity": draw(st.booleans())},
        }
    )


def _places(spread: float) -> st.SearchStrategy[Place]:
    steps = st.integers(-40, 40)
    return st.builds(
        lambda x, y: Place(round(10 + spread * x / 40, 6), round(50 + spread * y / 40, 6)),
        steps,
        steps,
    )


@st.composite
def _reps(draw: st.DrawFn, name: str, horizon: Horizon) -> Rep:
    begin = draw(st.sampled_from([8 * HOUR, 8 * HOUR + 1800, 9 * HOUR]))
    shift = (begin, begin + draw(st.sampled_from([3, 6, 9])) * HOUR)
    lunch = draw(st.booleans())
    low = draw(often(0, 2))
    most = draw(st.sampled_from([None, 1, 2, 3, 12]))
    target = draw(st.sampled_from([None, 2, 5]))
    if most is not None:
        low, target = min(low, most), None if target is None else min(target, most)
    base = draw(_places(0.1))
    meetings = [
        Meeting((8 * HOUR, 9 * HOUR), 0, None, "weekly meeting"),
        Meeting((13 * HOUR, 13 * HOUR + 1800)),
        Meeting((10 * HOUR, 11 * HOUR), None, draw(st.sampled_from(horizon.days))),
    ]
    return Rep(
        name,
        base,
        draw(often(base, Place(10.05, 50.02))),
        name=draw(st.sampled_from(NAMES)),
        shifts=(shift,) * 5 + (draw(often(None, (begin, begin + 3 * HOUR))), None),
        lunch_window=(11 * HOUR, 14 * HOUR) if lunch else None,
        lunch_minutes=draw(st.sampled_from([30, 60])) if lunch else 0,
        min_visits=low,
        target_visits=target if target is None else max(low, target),
        max_visits=most,
        mode=draw(often(TravelMode.CAR, TravelMode.EBIKE, TravelMode.FOOT)),
        leave=frozenset(draw(st.lists(st.sampled_from(horizon.days), max_size=2))),
        meetings=tuple(draw(st.lists(st.sampled_from(meetings), max_size=2, unique=True))),
        review_minutes=draw(st.sampled_from([0, 15])),
        max_driving_minutes=draw(often(None, 45, 120)),
        capacity=draw(often((), (("cartons", 4.0), ("samples", 1.0)))),
    )


@st.composite
def _cadences(draw: st.DrawFn) -> Cadence:
    visits, per = draw(st.sampled_from([(1, 7), (1, 14), (2, 7), (3, 10), (1, 60)]))
    slack = draw(st.sampled_from([0, 1, 3]))
    return Cadence(visits, per, max(1, per // visits - slack), -(-per // visits) + slack)


@st.composite
def _retailers(draw: st.DrawFn, name: str, owners: list[str | None], horizon: Horizon) -> Retailer:
    place = draw(often(draw(_places(0.1)), Place(13.0, 52.0)))
    week = tuple(draw(st.sampled_from(WINDOWS)) for _ in range(7))
    owner = draw(st.sampled_from(owners))
    reps = [other for other in owners if other is not None]
    team = () if owner or len(reps) < 3 else draw(st.sampled_from([(), tuple(reps[:2])]))
    return Retailer(
        name,
        place.lon,
        place.lat,
        name=draw(st.sampled_from(NAMES)),
        rep=owner,
        team=team,
        segment=draw(st.sampled_from([None, *Segment])),
        capability=draw(st.sampled_from([None, "strong", "weak"])),
        willingness=draw(st.sampled_from([None, "strong", "weak"])),
        cadence=draw(st.none() | _cadences()),
        service_minutes=draw(often(None, 5, 12.25, 45, 300)),
        opening=draw(often(OpeningHours(), OpeningHours(week))),
        closed=frozenset(draw(st.lists(st.sampled_from(horizon.days), max_size=3))),
        value=draw(st.sampled_from([None, 0.0, 100.0])),
        preferred_weekday=draw(st.sampled_from([None, 0, 4])),
        channel=draw(often(Channel.VISIT, Channel.PHONE)),
        extra=draw(often((), (("片区", "=1+1"), ("date", "x")))),
        load=draw(often((), (("cartons", 2.5),), (("cartons", 1.0), ("samples", 1.0)))),
    )


@st.composite
def _tasks(draw: st.DrawFn, name: str, names: list[str], horizon: Horizon) -> Task:
    due = horizon.start + timedelta(days=draw(st.integers(-9, horizon.num_days + 9)))
    early = draw(st.sampled_from([None, 0, 3, 12]))
    appointment = draw(often(None, 9 * HOUR, 14 * HOUR, 21 * HOUR))
    return Task(
        name,
        draw(st.sampled_from(names)),
        draw(st.sampled_from(Quadrant)),
        due,
        None if early is None or appointment is not None else due - timedelta(days=early),
        minutes=draw(st.sampled_from([0, 5, 10.01, 60])),
        channel=draw(often(Channel.VISIT, Channel.PHONE, Channel.EITHER)),
        appointment=appointment,
    )


@st.composite
def _history(draw: st.DrawFn, names: list[str], horizon: Horizon) -> list[VisitRecord]:
    ages = st.sampled_from([-2, 0, 1, 3, 6, 9, 14, 21, 300])
    return [
        VisitRecord(name, horizon.start - timedelta(days=age), channel=channel)
        for name in names
        for age in draw(st.lists(ages, max_size=2))
        for channel in [draw(often(Channel.VISIT, Channel.PHONE))]
    ]


@st.composite
def _locks(
    draw: st.DrawFn, names: list[str], owners: list[str | None], horizon: Horizon
) -> list[Lock]:
    keys = st.tuples(st.sampled_from(names), st.sampled_from(horizon.days))
    times = often(None, 9 * HOUR, 11 * HOUR + 1800, 23 * HOUR)
    return [
        Lock(name, day, draw(st.sampled_from(owners)), draw(times))
        for name, day in draw(st.lists(keys, max_size=3, unique=True))
    ]


@st.composite
def _matrices(draw: st.DrawFn, inputs: PlanInput) -> Any:
    """Draw a matrix that is uneven both ways, with a retailer no road leads to now and then."""
    ids = [r.id for r in inputs.retailers]
    for rep in inputs.reps:
        ids += [f"@start/{rep.id}", f"@end/{rep.id}"]
    scale, lost = draw(st.sampled_from([60, 600, 2400])), draw(often(None, 0))
    numbers = draw(st.randoms(use_true_random=False))
    time = [[0.1 * numbers.randrange(1, 10 * scale) for _ in ids] for _ in ids]
    if lost is not None:
        time = [[math.inf if j == lost else t for j, t in enumerate(row)] for row in time]
    return given_matrix(ids, time, [[8 * t for t in row] for row in time])
