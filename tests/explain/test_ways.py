"""Ways to close a gap: each one told closes it when audited anew, and a step less does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from builders import (
    HOUR,
    MINUTE,
    MON,
    POLICY,
    compile_for,
    make_rep,
    make_shop,
    matrix_of,
    random_inputs,
    small_inputs,
)
from visitroute.explain import RepAudit, Way, audit_capacity
from visitroute.explain.ways import smallest, stretch, with_days, with_frames
from visitroute.model import (
    Horizon,
    OpeningHours,
    PlanInput,
    Quadrant,
    Rep,
    Segment,
    Task,
    VisitRecord,
)
from visitroute.priority import request_visits
from visitroute.solve import Problem
from visitroute.solve.problem import FAR
from visitroute.texts import load_texts

WEEK = frozenset(MON + timedelta(days=d) for d in range(7))
AWAY = WEEK - {MON, MON + timedelta(days=1)}
STEPS = {"stretch": 1, "all": 1, "visits": 1, "longer": 15, "days": 1}


def audited(problems: Sequence[Problem], segments: Mapping[str, Segment]) -> RepAudit:
    return audit_capacity([problems], segments, POLICY, Horizon(MON, 2)).reps[0]


def is_short(problems: Sequence[Problem], segments: Mapping[str, Segment]) -> bool:
    found = audited(problems, segments)
    return found.total.least > found.no_day


def changed(
    problems: Sequence[Problem], segments: Mapping[str, Segment], way: Way, amount: int
) -> list[Problem]:
    """Return problems with so much of a change: what a reader of the way would do."""
    if way.kind in {"stretch", "all"}:
        factors = dict.fromkeys(Segment if way.segment is None else [way.segment], amount)
        return [stretch(problem, segments, factors) for problem in problems]
    if way.kind == "days":
        return [with_days(problem, amount) for problem in problems]
    return [
        with_frames(
            problem,
            lambda f: (
                replace(f, max_visits=f.max_visits + amount)
                if way.kind == "visits"
                else replace(f, end=f.end + amount * MINUTE)
            ),
        )
        for problem in problems
    ]


def assert_true(problems: Sequence[Problem], segments: Mapping[str, Segment]) -> dict[str, int]:
    """Audit every way told anew, and a step less; return the amounts by kind."""
    ways = audited(problems, segments).ways
    for way in ways:
        assert not is_short(changed(problems, segments, way, way.amount), segments), way
        less = way.amount - STEPS[way.kind]
        assert is_short(changed(problems, segments, way, less), segments), way
    return {way.kind: way.amount for way in ways}


def village_inputs(minutes: int, limit: int | None = None) -> tuple[Problem, Mapping[str, Segment]]:
    """Return 24 shops in two villages an hour from the base, and two days of these minutes."""
    names = [f"{village}{i:02d}" for village in "NS" for i in range(12)]
    rep = make_rep(
        shifts=((8 * HOUR, 8 * HOUR + minutes * MINUTE),) * 5 + (None, None),
        leave=AWAY,
        max_visits=limit,
    )
    places = ["@start/R1", "@end/R1", *names]

    def way(a: str, b: str) -> int:
        if a == b or (a[0] == "@" and b[0] == "@"):
            return 0
        return 60 if "@" in a + b else 1 if a[0] == b[0] else 100

    matrix = matrix_of(places, [[way(a, b) for b in places] for a in places])
    inputs = PlanInput(tuple(make_shop(name) for name in names), (rep,), Horizon(MON, 1))
    return compile_for(inputs, rep, matrix), request_visits(inputs, POLICY).segments


# ── Villages: what a day holds more shares the way ───────────────────────────────────────


@pytest.mark.parametrize(("minutes", "longer"), [(260, 120), (300, 75), (340, 45)])
def test_longer_days_share_the_way_to_a_village(minutes: int, longer: int) -> None:
    """At the prices of the days as they are these would be 240, 135 and 60 minutes."""
    problem, segments = village_inputs(minutes)
    assert assert_true([problem], segments)["longer"] == longer


def test_more_visits_and_days_share_the_way_to_a_village() -> None:
    """Eight of twelve visits are allowed, on days that hold them."""
    problem, segments = village_inputs(400, limit=8)
    ways = assert_true([problem], segments)
    assert (ways["visits"], ways["days"]) == (4, 1)
    assert "longer" not in ways


# ── Every way, made-up problems ──────────────────────────────────────────────────────────


def test_ways_of_random_problems_are_true() -> None:
    told: list[str] = []
    for seed in range(40):
        inputs, rep, matrix = random_inputs(seed, 12, weeks=2, tight=True)
        problem = compile_for(inputs, rep, matrix)
        told += assert_true([problem], request_visits(inputs, POLICY).segments)
    assert {"stretch", "visits", "longer", "days"} <= set(told)
    assert len(told) > 20


def test_longer_intervals_are_audited_anew() -> None:
    """Two tasks that ride on second visits need a stop of their own when there are none."""
    away = frozenset(MON + timedelta(days=d) for d in (0, 7, 8, 9, 11))
    rep = make_rep(max_visits=1, leave=away)
    seen = tuple(VisitRecord(name, MON - timedelta(days=4)) for name in "ABCD")
    due, early = MON + timedelta(days=11), MON + timedelta(days=9)
    tasks = tuple(Task(f"t{name}", name, Quadrant.Q1, due, early) for name in "AB")
    for some, kinds in (((), {"stretch", "days"}), (tasks, {"days"})):
        inputs, rep, matrix = small_inputs(weeks=2, rep=rep, visits=seen, tasks=some)
        problem = compile_for(inputs, rep, matrix)
        ways = assert_true([problem], request_visits(inputs, POLICY).segments)
        assert ways.keys() - {"visits"} == kinds


# ── Teams, reps without days, limits ─────────────────────────────────────────────────────


def team(*reps: Rep) -> tuple[list[Problem], Mapping[str, Segment]]:
    """Return reps who all may visit the four shops."""
    inputs, _, matrix = small_inputs(rep=make_rep())
    problems = [
        replace(compile_for(inputs, replace(rep, id="R1"), matrix), rep=rep) for rep in reps
    ]
    return problems, request_visits(inputs, POLICY).segments


def one_visit(name: str) -> Rep:
    return make_rep(id=name, max_visits=1, leave=WEEK - {MON})


def test_ways_of_a_team_hold_for_each_of_its_reps() -> None:
    problems, segments = team(one_visit("R1"), one_visit("R2"))
    assert assert_true(problems, segments) == {"visits": 1, "days": 1}
    found = audit_capacity([problems], segments, POLICY, Horizon(MON, 1))
    said = {code: " ".join(found.lines(load_texts(code))) for code in ("en", "zh")}
    assert "more working days for each rep, 1, would close it" in said["en"]
    assert "每位客户经理增加1个工作日即可消除缺口" in said["zh"]


def test_a_rep_without_days_gains_none() -> None:
    problems, segments = team(one_visit("R1"), make_rep(id="R2", leave=WEEK))
    assert assert_true(problems, segments) == {"visits": 3, "days": 3}
    assert with_days(problems[1], 2) is problems[1]
    nobody, segments = team(make_rep(leave=WEEK))
    assert audited(nobody, segments).ways == ()
    assert audited(nobody, segments).no_day == audited(nobody, segments).total.least == 4


def test_a_limit_of_driving_holds_on_new_days_too() -> None:
    """Of the four shops an hour of driving a day reaches few: longer days are no way."""
    leave = WEEK - {MON}
    problems, segments = team(make_rep(max_driving_minutes=40, leave=leave))
    ways = assert_true(problems, segments)
    assert "longer" not in ways
    assert ways["days"] >= 1
    assert with_days(problems[0], 1).days[-1].max_driving < FAR


def test_new_days_are_as_roomy_as_the_roomiest() -> None:
    shops = (*map(make_shop, "ABC"), make_shop("D", opening=OpeningHours(((),) * 7)))
    inputs, rep, matrix = small_inputs(rep=make_rep(max_visits=3), retailers=shops)
    problem = compile_for(inputs, rep, matrix)
    first, *rest = problem.days
    uneven = replace(problem, days=(replace(first, end=first.end + HOUR, max_visits=2), *rest))
    more = with_days(uneven, 2)
    assert [(f.end, f.max_visits) for f in more.days[-2:]] == [(first.end + HOUR, 3)] * 2
    new = {len(uneven.days), len(uneven.days) + 1}
    for old, client in zip(uneven.clients, more.clients, strict=True):
        for a, b in zip(old.cadence, client.cadence, strict=True):
            assert set(b.days) - set(a.days) == (set() if client.retailer.id == "D" else new)


# ── The search ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("guess", range(1, 13))
@pytest.mark.parametrize(("quick", "whole"), [(0, 0), (1, 1), (5, 5), (5, 7), (11, 12), (12, 12)])
def test_the_search_finds_the_fewest_steps(guess: int, quick: int, whole: int) -> None:
    """More than ``quick`` steps may close the gap, more than ``whole`` do; twelve are the most."""
    asked: list[int] = []

    def closes(steps: int) -> bool:
        asked.append(steps)
        return steps > whole

    found = smallest(12, guess, lambda steps: steps <= quick, closes)
    assert found == (None if whole == 12 else max(1, whole + 1))
    assert len(asked) == len(set(asked)) <= 2 + whole - quick
