"""Whatever a user does to a valid plan by hand is seen, and nothing makes the checker crash."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from check.small_plan import MON, World, small_plan
from visitroute.codes import CHECKS
from visitroute.model import (
    DroppedVisit,
    DueState,
    Excluded,
    RouteDay,
    Schedule,
    Segment,
    Stop,
    TaskOutcome,
    Tier,
    Verdict,
)

VALID = small_plan()
NUM_STOPS = sum(len(route.stops) for route in VALID.schedule.routes)


def all_stops(world: World) -> list[tuple[int, Stop]]:
    """Every stop with the number of its route."""
    return [(i, s) for i, route in enumerate(world.schedule.routes) for s in route.stops]


def with_stops(world: World, number: int, stops: tuple[Stop, ...]) -> World:
    routes = list(world.schedule.routes)
    routes[number] = replace(routes[number], stops=stops)
    return world.plan(routes=tuple(routes))


def delete(world: World, which: int) -> World:
    found = all_stops(world)
    if not found:
        return world
    number, stop = found[which % len(found)]
    rest = tuple(s for s in world.schedule.routes[number].stops if s is not stop)
    renumbered = tuple(replace(s, sequence=i) for i, s in enumerate(rest, 1))
    return with_stops(world, number, renumbered)


def move(world: World, which: int, target: int) -> World:
    found = all_stops(world)
    if not found:
        return world
    _, stop = found[which % len(found)]
    world = delete(world, which)
    number = target % len(world.schedule.routes)
    stops = world.schedule.routes[number].stops
    return with_stops(world, number, (*stops, replace(stop, sequence=len(stops) + 1)))


def swap(world: World, first: int, second: int) -> World:
    """Let two stops change places: sequence and times stay, the visits change."""
    found = all_stops(world)
    if not found:
        return world
    (i, one), (j, two) = found[first % len(found)], found[second % len(found)]
    times = ("sequence", "arrival", "begin", "departure")
    new_one = replace(two, **{name: getattr(one, name) for name in times})
    new_two = replace(one, **{name: getattr(two, name) for name in times})
    for number in {i, j}:
        stops = world.schedule.routes[number].stops
        world = with_stops(
            world,
            number,
            tuple(new_one if s is one else new_two if s is two else s for s in stops),
        )
    return world


@st.composite
def edited(draw: st.DrawFn) -> World:
    world = VALID
    number = st.integers(0, 20)
    for _ in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(("delete", "move", "swap")))
        if kind == "delete":
            world = delete(world, draw(number))
        elif kind == "move":
            world = move(world, draw(number), draw(number))
        else:
            world = swap(world, draw(number), draw(number))
    return world


@settings(max_examples=300, deadline=None, derandomize=True)
@given(edited())
def test_every_edit_by_hand_is_seen(world: World) -> None:
    assume(world.schedule != VALID.schedule)
    assert world.check()


names = st.sampled_from(("", "R1", "R2", "A", "B", "C", "Z", "A#0", "A@t1", "t1", "t4", "\n", "零"))
times = st.integers(-(10**6), 10**6)
days = st.one_of(
    st.dates(), st.sampled_from([MON + timedelta(days=i) for i in range(14)] + [date.max, date.min])
)
degrees = st.floats(width=32)
codes = st.sampled_from(("", "VR4101", "VR1201"))
stops = st.builds(
    Stop, retailer=names, request=names, sequence=st.integers(-2, 5), arrival=times, begin=times,
    departure=times, due=days, tier=st.sampled_from(Tier), state=st.sampled_from(DueState),
    segment=st.sampled_from(Segment), lon=degrees, lat=degrees, snap_m=degrees,
    tasks=st.lists(names, max_size=3).map(tuple), also=st.lists(names, max_size=3).map(tuple),
    travel_from_previous=times, distance_from_previous=times,
)  # fmt: skip
routes = st.builds(
    RouteDay, rep=names, date=days, start=times, end=times,
    stops=st.lists(stops, max_size=4).map(tuple), travel=times, distance=times, travel_back=times,
    distance_back=times, lunch=st.none() | times, lunch_seconds=times,
    line=st.lists(st.tuples(degrees, degrees), max_size=4).map(tuple),
    roads=st.sampled_from(("streets", "straight", "")),
)  # fmt: skip
schedules = st.builds(
    Schedule,
    routes=st.lists(routes, max_size=4).map(tuple),
    dropped=st.lists(
        st.builds(
            DroppedVisit, retailer=names, request=names, due=days, tier=st.sampled_from(Tier),
            verdict=st.sampled_from(Verdict), code=codes, reason=codes, task=st.none() | names,
        ), max_size=3,
    ).map(tuple),
    tasks=st.lists(
        st.builds(
            TaskOutcome, task=names, retailer=names, status=names, due=days, rep=st.none() | names,
            date=st.none() | days, code=codes, reason=codes,
        ), max_size=3,
    ).map(tuple),
    excluded=st.lists(
        st.builds(Excluded, retailer=names, code=codes, reason=codes, table=names), max_size=3
    ).map(tuple),
)  # fmt: skip


@settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(schedules)
def test_nonsense_is_told_and_never_crashes(schedule: Schedule) -> None:
    found = replace(VALID, schedule=schedule).check()
    known = {entry.code for entry in CHECKS}
    assert found
    assert {violation.code for violation in found} <= known
    assert all(len(str(violation).splitlines()) == 1 for violation in found)
    assert len(set(found)) == len(found)


def test_plan_of_nothing_loses_every_request() -> None:
    empty = replace(VALID, schedule=Schedule(())).check()
    assert sum(violation.code == "VR2401" for violation in empty) == 12
