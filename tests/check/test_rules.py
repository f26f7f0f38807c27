"""One hand-broken plan for every rule: the checker names that rule, and no other."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import check.broken_books
import check.broken_days  # noqa: F401 - both fill the register
import visitroute.check
from check.broken import BROKEN
from check.small_plan import (
    HOUR,
    MINUTE,
    MON,
    MON2,
    PLACES,
    THU,
    WED,
    route,
    small_plan,
)
from visitroute.check import Violation
from visitroute.codes import CHECKS
from visitroute.model import Cadence, DueState, Excluded, Meeting, Tier
from visitroute.policy import load_policy

NOON = 41_400


def test_valid_plan_has_no_violations() -> None:
    assert small_plan().check() == ()


@pytest.mark.parametrize("name", BROKEN)
def test_broken_plan_is_told_as_exactly_that(name: str) -> None:
    codes, break_it = BROKEN[name]
    assert break_it(small_plan()).codes() == codes


def test_every_code_of_the_catalogue_is_shown_by_a_broken_plan() -> None:
    shown = set().union(*(codes for codes, _ in BROKEN.values()))
    assert shown == {entry.code for entry in CHECKS}


def test_checker_uses_the_codes_of_the_catalogue_only() -> None:
    sources = Path(visitroute.check.__file__).parent.glob("*.py")
    used = {code for file in sources for code in re.findall(r'"(VR2\d+)"', file.read_text("utf-8"))}
    assert used == {entry.code for entry in CHECKS}
    assert len(CHECKS) == len({entry.code for entry in CHECKS})


def test_allowed_freedom_is_no_violation() -> None:
    """Leave early, arrive and wait, have lunch on the way, be back later than possible."""
    world = small_plan()
    free = (
        world.stop(WED, "B", arrival=world.stop_at(WED, "B").arrival - 5 * MINUTE)
        .route(THU, start=30_600, end=63_000 - 15 * MINUTE)
        .route(MON, lunch=48_600 - 45 * MINUTE)
    )
    assert free.codes() == set()


def test_gaps_and_allowed_dates_include_their_ends() -> None:
    """C#0 four days before C#1: the fewest allowed."""
    world = small_plan()
    lock = replace(world.inputs.locks[0], date=date(2026, 12, 8))
    locked = world.given(locks=(lock,)).stop(
        MON2, "C", request="C!2026-12-08", due=lock.date
    ).route(MON2, date=lock.date)  # fmt: skip
    assert locked.codes() == set()
    assert locked.route(MON, date=date(2026, 12, 4)).codes() == set()
    assert locked.retailer("C", cadence=Cadence(1, 7, 5, 10)).codes() == set()
    close = locked.route(MON, date=date(2026, 12, 4)).retailer("C", cadence=Cadence(1, 7, 5, 10))
    assert close.codes() == {"VR2501"}


def test_fillers_are_requests_when_the_policy_offers_them() -> None:
    world = small_plan()
    world = replace(world, policy=load_policy({"cadence": {"fillers": True}}))
    lost = [v.message for v in world.check()]
    assert [m.split()[0] for m in lost] == ["A#2", "C#2", "D#1"]
    friday = date(2026, 12, 11)
    filler = replace(
        world.stop_at(MON, "C"), request="C#2", due=date(2026, 12, 14), tier=Tier.FILLER,
        state=DueState.FILLER,
    )  # fmt: skip
    day = replace(world.day(MON), date=friday, stops=(filler,))
    more = world.plan(routes=(*world.schedule.routes, day))
    assert [v.message.split()[0] for v in more.check()] == ["A#2", "D#1"]
    tight = more.retailer("C", cadence=Cadence(1, 7, 5, 10))
    assert "VR2501" in tight.codes()


def test_meeting_on_the_way_puts_travel_off_but_does_not_forbid_it() -> None:
    meeting = Meeting((10 * HOUR + 10, 10 * HOUR + 610), date=WED)
    assert small_plan().rep("R1", meetings=(meeting,)).codes() == set()


def test_retailer_too_far_from_a_road_has_no_requests_but_its_tasks_are_told() -> None:
    world = small_plan()
    gone = Excluded("B", "VR3010", "412 m from the nearest street")
    only_a = replace(
        route(WED, 10 * HOUR, 11 * HOUR + 40 * MINUTE, *world.day(WED).stops[:1]), end=50_000
    )
    planned = world.plan(
        excluded=(*world.schedule.excluded, gone),
        routes=tuple(only_a if r.date == WED else r for r in world.schedule.routes),
    )
    assert planned.codes() == {"VR2604"}
    told = planned.outcome("t3", status="dropped", code="VR3010", reason="retailer excluded")
    assert told.codes() == set()


def test_repeated_row_set_aside_while_loading_does_not_exclude_the_retailer() -> None:
    world = small_plan()
    twin = Excluded("A", "VR1202", "the id stands in row 2 already", row=7)
    both = (*world.schedule.excluded, twin)
    assert world.given(excluded=both).plan(excluded=both).codes() == set()


def test_days_on_given_or_straight_ways_need_no_line() -> None:
    world = small_plan()
    for roads in ("straight", "matrix"):
        assert world.route(WED, roads=roads, line=()).codes() == set()


def test_line_stays_an_honest_distance_from_the_stop() -> None:
    """A stop 200 m off the street may be passed at 260 m, not at 300 m."""
    world = small_plan()
    metre = 1 / 111_195
    lon, lat = PLACES["B"]
    for metres, expected in ((259, set()), (261, {"VR2315"})):
        line = (
            (10.0, 50.0),
            PLACES["A"],
            (lon, lat - metres * metre),
            (lon + 1e-6, lat - metres * metre),
        )
        there = (*line, *reversed(line[:2]))
        off = world.stop(WED, "B", snap_m=200).route(
            WED, line=(*there[:4], PLACES["A"], (10.0, 50.0))
        )
        assert off.codes() == expected  # fmt: skip


def test_violations_are_sorted_and_do_not_depend_on_order() -> None:
    world = small_plan().plan(dropped=(), tasks=()).route(MON, lunch=None).stop(WED, "B", lat=0)
    first = world.check()
    again = world.plan(routes=world.schedule.routes[::-1]).given(
        retailers=world.inputs.retailers[::-1], tasks=world.inputs.tasks[::-1]
    )
    assert first == again.check()
    assert len(first) > 5
    assert [v.rep for v in first] == sorted(v.rep for v in first)


def test_violation_is_shown_on_one_line() -> None:
    violation = Violation("VR2201", "too\nearly", "R01", THU, "S0123", 4)
    assert str(violation) == "VR2201 R01 2026-12-03 stop 4 S0123: too early"
    assert str(Violation("VR2601", "gone")) == "VR2601: gone"


def test_message_names_the_values() -> None:
    world = small_plan().route(THU, lunch=NOON - 1)
    assert list(map(str, world.check())) == [
        "VR2307 R1 2026-12-03: lunch 11:29:59-12:14:59, lunch window 11:30:00-13:30:00"
    ]


def test_inputs_and_matrices_are_left_alone() -> None:
    world = small_plan()
    before = {rep: m.deciseconds.copy() for rep, m in world.matrices.items()}
    world.check()
    assert all(np.array_equal(before[rep], m.deciseconds) for rep, m in world.matrices.items())
