"""The reference for single days: right on small cases, and at one with the checker."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import event, given, reject, settings
from hypothesis import strategies as st

from check.brute_force import (
    BestDay,
    DayStop,
    RepDay,
    best_day,
    rep_day,
    travel_until,
    try_order,
    without_lunch,
)
from check.small_plan import WED, World, make_matrix, small_plan
from visitroute.check.times import advance
from visitroute.model import RouteDay, Stop, Window
from visitroute.roads.matrix import UNREACHABLE, TravelMatrix

TIMES = {"VR22", "VR23"}


def line_matrix(*kilometres: int) -> TravelMatrix:
    """Retailers S0, S1, … on one straight road from the base, a minute each kilometre."""
    where = np.array([0, 0, *kilometres], dtype=np.int64)
    gap = np.abs(where[:, None] - where[None, :])
    ids = ("@start/R1", "@end/R1", *(f"S{i}" for i in range(len(kilometres))))
    return TravelMatrix(ids, gap * 600, gap * 10_000)


DAY = RepDay("@start/R1", "@end/R1", (28_800, 61_200))


def test_takes_the_shortest_way() -> None:
    stops = tuple(DayStop(f"S{i}", 600) for i in range(4))
    best = best_day(stops, line_matrix(3, 9, 1, 6), DAY)
    assert best is not None
    assert best.order == ("S0", "S1", "S3", "S2")
    assert best.travel == 18 * 60
    assert best.end == 28_800 + 18 * 60 + 4 * 600


def test_windows_force_a_detour_or_forbid_the_day() -> None:
    near, far = DayStop("S0", 600, ((40_000, 40_600),)), DayStop("S1", 600, ((30_000, 31_000),))
    best = best_day((near, far), line_matrix(1, 9), DAY)
    assert best is not None
    assert best.order == ("S1", "S0")
    assert (
        best_day((near, replace(far, windows=((40_000, 40_600),))), line_matrix(1, 9), DAY) is None
    )


def test_fixed_begin_is_kept_and_needs_an_open_door() -> None:
    fixed = DayStop("S0", 600, ((30_000, 40_000),), fixed=36_000)
    best = best_day((fixed,), line_matrix(5), DAY)
    assert best is not None
    assert best.times == ((29_100, 36_000, 36_600),)
    assert best_day((replace(fixed, fixed=39_500),), line_matrix(5), DAY) is None


def test_lunch_on_the_way_when_nowhere_else() -> None:
    """Both ends of the lunch window are taken by visits; the way between is long enough."""
    day = replace(DAY, lunch_window=(41_400, 45_000), lunch_seconds=2_700)
    stops = (DayStop("S0", 600, ((40_800, 41_400),)), DayStop("S1", 600, ((45_000, 45_600),)))
    best = best_day(stops, line_matrix(0, 15), day)
    assert best is not None
    assert best.lunch == 41_400
    assert best_day(stops, line_matrix(0, 16), day) is None
    assert best_day(stops, line_matrix(0, 16), without_lunch(day)) is not None


def test_lunch_at_the_base_may_lie_outside_the_shift() -> None:
    day = RepDay("@start/R1", "@end/R1", (36_000, 39_600), (30_000, 36_000), 2_700)
    best = best_day((DayStop("S0", 2_400),), line_matrix(10), day)
    assert best is not None
    assert best.lunch == 30_000
    day = replace(day, lunch_window=(39_600, 43_200))
    best = best_day((DayStop("S0", 2_400),), line_matrix(10), day)
    assert best is not None
    assert (best.end, best.lunch) == (39_600, 39_600)


def test_meeting_stops_travel_and_service() -> None:
    day = replace(DAY, meetings=((29_000, 30_000),))
    best = best_day((DayStop("S0", 600),), line_matrix(5), day)
    assert best is not None
    assert best.times == ((30_100, 30_100, 30_700),)
    inside = DayStop("S0", 600, ((29_100, 29_900),))
    assert best_day((inside,), line_matrix(0), day) is None


def test_bounds_of_the_day() -> None:
    stops = (DayStop("S0", 600), DayStop("S1", 600))
    matrix = line_matrix(5, 5)
    assert best_day(stops, matrix, replace(DAY, max_visits=1)) is None
    assert best_day(stops, matrix, replace(DAY, max_driving=599)) is None
    assert best_day(stops, matrix, replace(DAY, max_driving=600)) is not None
    assert best_day(stops, matrix, replace(DAY, shift=(28_800, 30_599))) is None
    assert best_day(stops, matrix, replace(DAY, shift=(28_800, 30_600))) is not None


def test_no_way_no_day() -> None:
    matrix = line_matrix(5)
    cut = matrix.deciseconds.copy()
    cut[2, 1] = UNREACHABLE
    there_only = TravelMatrix(matrix.ids, cut, matrix.decimetres)
    assert best_day((DayStop("S0", 600),), there_only, DAY) is None


def test_empty_day_needs_no_lunch() -> None:
    day = replace(DAY, lunch_window=(41_400, 42_000), lunch_seconds=3_600)
    best = best_day((), line_matrix(), day)
    assert best == BestDay((), (), 28_800, 28_800, None, 0)


def test_too_many_stops_are_refused() -> None:
    with pytest.raises(ValueError, match="8 stops"):
        best_day(tuple(DayStop(f"S{i}", 1) for i in range(8)), line_matrix(*range(8)), DAY)


# ── Against lunch at every minute ────────────────────────────────────────────────────────

TEN = st.integers(0, 12).map(lambda n: 600 * n)


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    """One or two windows of a day of two hours, in steps of ten minutes."""
    cuts = sorted(draw(st.sets(TEN, min_size=2, max_size=4)))
    return tuple(zip(cuts[::2], cuts[1::2], strict=False))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    windows(),
    windows(),
    windows(),
    windows(),
    st.integers(1, 3),
    st.lists(st.integers(0, 3), min_size=2, max_size=2),
)
def test_lunch_gaps_are_as_good_as_every_minute(
    first: tuple[Window, ...],
    second: tuple[Window, ...],
    lunch: tuple[Window, ...],
    meetings: tuple[Window, ...],
    length: int,
    places: list[int],
) -> None:
    """With all times in steps of ten minutes, lunch at every such step loses nothing."""
    where = np.array([0, 0, *places], dtype=np.int64)
    legs = np.abs(where[:, None] - where[None, :]) * 6_000
    matrix = TravelMatrix(("@start/R1", "@end/R1", "S0", "S1"), legs, legs)
    stops = (DayStop("S0", 600, first), DayStop("S1", 1_200, second))
    window = lunch[0]
    day = RepDay("@start/R1", "@end/R1", (600, 7_200), window, 600 * length, meetings[1:])
    found = best_day(stops, matrix, day)
    dumb = []
    for order in permutations(stops):
        for begin in range(window[0], window[1] - 600 * length + 1, 600):
            block = (begin, begin + 600 * length)
            if any(block[0] < m[1] and m[0] < block[1] for m in day.meetings):
                continue
            busy = replace(without_lunch(day), meetings=tuple(sorted((*day.meetings, block))))
            tried = try_order(order, matrix, busy, None)
            if tried is not None:
                dumb.append((tried.travel, tried.end))
    event("a day exists" if dumb else "no day exists")
    assert (found is None) == (not dumb)
    if found is not None:
        assert (found.travel, found.end) == min(dumb)


# ── Against the checker ──────────────────────────────────────────────────────────────────


def write_day(world: World, best: BestDay) -> World:
    """Put a day of the reference into the small plan's Wednesday."""
    matrix = make_matrix("R1")
    row = {name: i for i, name in enumerate(matrix.ids)}
    places = ["@start/R1", *best.order, "@end/R1"]
    legs = [(row[a], row[b]) for a, b in pairwise(places)]
    seconds = [int(matrix.seconds[leg]) for leg in legs]
    metres = [int(matrix.metres[leg]) for leg in legs]
    plain = {stop.retailer: stop for route in world.schedule.routes for stop in route.stops}
    stops: list[Stop] = []
    for i, name in enumerate(best.order):
        arrival, begin, departure = best.times[i]
        stops.append(
            replace(
                plain[name],
                request="",
                also=(),
                tasks=(),
                sequence=i + 1,
                arrival=arrival,
                begin=begin,
                departure=departure,
                travel_from_previous=seconds[i],
                distance_from_previous=metres[i],
            )
        )
    day = RouteDay(
        "R1", WED, best.start, best.end, tuple(stops), sum(seconds), sum(metres), seconds[-1],
        metres[-1], best.lunch, 2_700 if best.lunch is not None else 0, roads="matrix",
    )  # fmt: skip
    return world.plan(routes=(day,))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.sets(st.sampled_from("ABCD"), min_size=1),
    st.integers(0, 4),
    st.integers(0, 4),
    st.integers(34_000, 60_000),
)
def test_days_of_the_reference_please_the_checker(
    names: set[str], opens: int, lunch_at: int, meeting: int
) -> None:
    hours = ((32_400 + 1_800 * opens, 43_200), (46_800, 59_400 - 1_800 * opens))
    world = small_plan()
    for name in sorted(names):
        world = world.retailer(
            name, opening=replace(world.inputs.retailers[0].opening, weekly=(hours,) * 7)
        )
    rep = replace(
        world.inputs.reps[0],
        max_visits=None,
        lunch_window=(39_600 + 900 * lunch_at, 45_000 + 900 * lunch_at),
        meetings=(
            replace(
                world.inputs.reps[0].meetings[0], weekday=None, window=(meeting, meeting + 1_000)
            ),
        ),
    )
    world = world.given(reps=(rep,))
    service = {"A": 1_500, "B": 1_200, "C": 1_500, "D": 750}
    stops = tuple(DayStop(name, service[name], hours) for name in sorted(names))
    best = best_day(stops, make_matrix("R1"), rep_day(rep, WED, (30_600, 63_000)))
    if best is None:  # a meeting in the middle of the lunch window leaves no lunch
        reject()
    told = [v for v in write_day(world, best).check() if v.code[:4] in TIMES or v.code == "VR2103"]
    assert told == []


@settings(max_examples=200, deadline=None, derandomize=True)
@given(windows(), TEN, st.integers(0, 20).map(lambda n: 300 * n))
def test_checker_and_reference_agree_on_interrupted_travel(
    blocks: tuple[Window, ...], start: int, travel: int
) -> None:
    day = RepDay("", "", (0, 0), meetings=blocks)
    assert advance(start, travel, blocks) == travel_until(start, travel, day, None)
