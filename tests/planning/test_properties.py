"""Whole random problems: every plan is valid, complete in its books, and the same each time."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from planning.town import rep, shops
from strategies import Problem, problems
from visitroute.codes import CATALOGUE
from visitroute.export import read_schedule
from visitroute.model import Tier
from visitroute.planning import RunOptions, VisitPlan, plan_inputs, plan_routes
from visitroute.planning.checking import check_inputs
from visitroute.priority import request_visits

CODES = {code.code for code in CATALOGUE}
QUICK = RunOptions(effort=12, seed=3)

calm = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def plan(problem: Problem, options: RunOptions = QUICK) -> VisitPlan:
    return plan_inputs(problem.inputs, problem.roads, problem.policy, options)


@settings(calm, max_examples=60)
@given(problem=problems())
def test_every_plan_is_valid_and_accounts_for_every_request(problem: Problem) -> None:
    found = plan(problem)
    assert [str(v) for v in found.check()] == []

    totals = found.summary()["totals"]
    left = totals["called"] + totals["dropped"]
    assert totals["requested"] == totals["planned"] + left + totals["quarantined"]
    planned = [
        name for r in found.schedule.routes for s in r.stops for name in (s.request, *s.also)
    ]
    dropped = [d.request for d in found.schedule.dropped]
    aside = {e.retailer for e in found.schedule.excluded}
    quarantined = [r.id for r in found.requests if r.retailer in aside]
    assert sorted(planned + dropped + quarantined) == sorted(r.id for r in found.requests)

    for drop in found.schedule.dropped:
        assert drop.code in CODES
        assert drop.reason.strip()
    for record in found.schedule.excluded:
        assert record.code in CODES
        assert record.reason.strip()
    for outcome in found.schedule.tasks:
        explained = outcome.code in CODES and outcome.reason != ""
        assert (outcome.status in {"dropped", "call"}) <= explained
    due = [d for d in found.schedule.dropped if d.tier is not Tier.FILLER and d.call is None]
    assert found.is_complete == (not due and not aside)


@settings(calm, max_examples=20)
@given(problem=problems())
def test_the_written_file_is_as_valid_as_the_plan(problem: Problem) -> None:
    found = plan(problem, RunOptions(effort=0))
    text = found.to_geojson()
    schedule = read_schedule(text)
    assert check_inputs(problem.inputs, problem.policy, schedule, problem.roads) == ()
    assert replace(found, schedule=schedule).to_geojson() == text
    assert len(found.visits) == sum(found.routes["visits"])
    assert len(found.dropped) == len(schedule.dropped)


@settings(calm, max_examples=10)
@given(problem=problems())
def test_the_same_seed_gives_the_same_bytes(problem: Problem) -> None:
    assert plan(problem).to_geojson() == plan(problem).to_geojson()


@settings(calm, max_examples=25)
@given(problem=problems())
def test_the_order_of_rows_does_not_change_what_is_requested(problem: Problem) -> None:
    inputs = problem.inputs
    rng = random.Random(1)  # noqa: S311 - no secret
    shuffled = replace(
        inputs,
        **{
            name: tuple(rng.sample(getattr(inputs, name), len(getattr(inputs, name))))
            for name in ("retailers", "reps", "tasks", "visits")
        },
    )
    before = request_visits(inputs, problem.policy).requests
    after = request_visits(shuffled, problem.policy).requests
    assert sorted(before, key=lambda r: r.id) == sorted(after, key=lambda r: r.id)
    assert len({r.id for r in before}) == len(before)


def test_processes_do_not_change_a_byte() -> None:
    # The first rep has most to do, so that its plan is ready last.
    reps = [rep("A"), rep("B", 900, 900), rep("C", 0, 900, mode="ebike")]
    rows = [dict(row, rep="BC"[i] if i < 2 else "A") for i, row in enumerate(shops(40))]
    alone, together = (
        plan_routes(rows, reps, "straight", start="2026-11-30", weeks=2, effort=40, jobs=jobs)
        for jobs in (1, 2)
    )
    assert {r.rep for r in alone.schedule.routes} == {"A", "B", "C"}
    assert together.to_geojson() == alone.to_geojson()
    assert together.summary() == alone.summary()
    assert together.check() == ()
