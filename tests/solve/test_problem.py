"""The compiled problem: days, windows, fixed times, service, and penalties that never trade."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

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
    small_inputs,
)
from visitroute.check.facts import gather_facts
from visitroute.model import (
    Cadence,
    Channel,
    Lock,
    Meeting,
    OpeningHours,
    PlanInput,
    Quadrant,
    Retailer,
    Schedule,
    Segment,
    Task,
    Tier,
    VisitRecord,
)
from visitroute.policy import load_policy
from visitroute.solve import Client, Problem, State
from visitroute.solve.problem import cut

TUE = MON + timedelta(days=1)
H8, H17 = 8 * HOUR + 1800, 17 * HOUR + 1800


def compiled(rep: Any = None, shops: tuple[Retailer, ...] | None = None, **parts: Any) -> Problem:
    if shops is not None:
        parts["retailers"] = shops
    return compile_for(*small_inputs(rep=rep, **parts))


def client_of(problem: Problem, name: str) -> Client:
    return next(c for c in problem.clients if c.retailer.id == name)


def days_of(problem: Problem, request: str) -> tuple[int, ...]:
    return next(
        a.days for c in problem.clients for a in (*c.cadence, *c.others) if a.request.id == request
    )


# ── Days ─────────────────────────────────────────────────────────────────────────────────


def test_days_are_the_working_days() -> None:
    problem = compiled(make_rep(leave=frozenset({TUE})))
    assert [frame.date.weekday() for frame in problem.days] == [0, 2, 3, 4]
    assert problem.offsets == (0, 2, 3, 4)


def test_a_day_is_the_shift_less_review_with_merged_meetings() -> None:
    meetings = (Meeting((9 * HOUR, 10 * HOUR)), Meeting((9 * HOUR + 1800, 11 * HOUR), weekday=0))
    problem = compiled(make_rep(review_minutes=15, meetings=meetings, max_visits=7))
    monday, tuesday = problem.days[0], problem.days[1]
    assert (monday.start, monday.end, monday.max_visits) == (H8, H17 - 900, 7)
    assert monday.blocks == ((9 * HOUR, 11 * HOUR),)
    assert tuesday.blocks == ((9 * HOUR, 10 * HOUR),)


@pytest.mark.parametrize(
    ("blocks", "left"),
    [
        ((), ((10, 20), (30, 40))),
        (((12, 15),), ((10, 12), (15, 20), (30, 40))),
        (((0, 12), (18, 35)), ((12, 18), (35, 40))),
        (((10, 20),), ((30, 40),)),
        (((20, 30),), ((10, 20), (30, 40))),
        (((0, 50),), ()),
    ],
)
def test_cut(blocks: tuple[tuple[int, int], ...], left: tuple[tuple[int, int], ...]) -> None:
    assert cut(((10, 20), (30, 40)), blocks) == left


# ── Clients ──────────────────────────────────────────────────────────────────────────────


def test_only_retailers_with_requests_are_clients() -> None:
    shops = (make_shop("A"), make_shop("B", channel=Channel.PHONE), make_shop("C"))
    assert [c.retailer.id for c in compiled(shops=shops).clients] == ["A", "C"]


def test_windows_are_cut_to_the_shift_and_long_enough() -> None:
    hours = OpeningHours(
        (((0, H8 + 1199), (9 * HOUR, 12 * HOUR), (H17 - 1200, 86_400)),) * 7, ((TUE, ()),)
    )
    shop = make_shop("A", opening=hours, closed=frozenset({MON + timedelta(days=2)}))
    windows = compiled(shops=(shop,)).clients[0].windows
    assert windows[0] == ((9 * HOUR, 12 * HOUR), (H17 - 1200, H17))
    assert windows[1] == windows[2] == ()
    assert windows[3] == windows[0]


def test_service_time_is_the_retailers_or_the_segments() -> None:
    shops = (make_shop("A", service_minutes=12.5), make_shop("B", service_minutes=None))
    problem = compiled(shops=shops)
    assert [c.service for c in problem.clients] == [750, 25 * MINUTE]


@pytest.mark.parametrize(
    ("own", "tasks"),
    [(12.124, (0.124, 0.124)), (0.075, ()), (10.0083, (10.0083,)), (20, (1 / 3, 1 / 3, 1 / 3))],
)
def test_the_sum_of_service_and_tasks_is_rounded_once(own: float, tasks: tuple[float, ...]) -> None:
    """As the checker counts it: 7.44 s and 7.44 s are 15 s, not 14."""
    work = tuple(
        Task(f"t{i}", "A", Quadrant.Q4, TUE, minutes=minutes) for i, minutes in enumerate(tasks)
    )
    inputs, rep, matrix = small_inputs(
        "A", retailers=(make_shop("A", service_minutes=own),), tasks=work
    )
    client = compile_for(inputs, rep, matrix).clients[0]
    facts = gather_facts(inputs, POLICY, Schedule(()))
    assert client.service_with(client.jobs) == facts.service_seconds(
        client.retailer, [t.id for t in work]
    )


def test_a_gap_of_no_days_still_means_one_visit_a_day() -> None:
    shop = make_shop("A", cadence=Cadence(2, 7, 0, 7))
    thursday = MON + timedelta(days=3)
    rep = make_rep(leave=frozenset(MON + timedelta(days=d) for d in range(7)) - {thursday})
    last = (VisitRecord("A", MON - timedelta(days=1)),)
    problem = compiled(rep, shops=(shop,), visits=last)
    assert days_of(problem, "A#0") == days_of(problem, "A#1") == (0,)
    state = State.empty(problem)
    state.insert(problem.clients[0])
    assert len(state.served[0]) == 1


# ── Fixed visits ─────────────────────────────────────────────────────────────────────────


def appointment(name: str, day: date, time: int, retailer: str = "A", minutes: float = 0) -> Task:
    return Task(name, retailer, Quadrant.Q1, day, minutes=minutes, appointment=time)


def test_a_fixed_time_binds_every_visit_of_its_day() -> None:
    problem = compiled(tasks=(appointment("t", TUE, 10 * HOUR),))
    client = client_of(problem, "A")
    assert client.fixed == (None, 10 * HOUR, None, None, None)
    assert client.starts(1, 1200) == ((10 * HOUR, 10 * HOUR),)
    assert client.starts(0, 1200) == ((H8, H17 - 1200),)


@pytest.mark.parametrize(("time", "minutes"), [(20 * HOUR, 0), (H17 - 1200, 1)])
def test_a_time_that_can_not_be_met_binds_nobody(time: int, minutes: float) -> None:
    problem = compiled(tasks=(appointment("t", TUE, time, minutes=minutes),))
    assert client_of(problem, "A").fixed == (None,) * 5
    assert days_of(problem, "A@t") == ()
    assert days_of(problem, "A#0") == (0, 1, 2, 3, 4)


def test_of_two_times_on_one_day_the_earliest_stays() -> None:
    tasks = (appointment("t1", TUE, 11 * HOUR), appointment("t2", TUE, 10 * HOUR))
    problem = compiled(tasks=tasks)
    assert (days_of(problem, "A@t1"), days_of(problem, "A@t2")) == ((), (1,))
    jobs = {job.task.id: job.days for job in client_of(problem, "A").jobs}
    assert jobs == {"t1": frozenset(), "t2": {1}}  # not done at another time either


def test_a_lock_for_another_rep_binds_nobody_here() -> None:
    problem = compiled(
        locks=(Lock("A", TUE, "R2", 9 * HOUR),), tasks=(appointment("t", TUE, 10 * HOUR),)
    )
    assert days_of(problem, "A!2026-12-01") == ()
    assert days_of(problem, "A@t") == (1,)


def test_tasks_lie_on_their_days_by_rank() -> None:
    tasks = (
        Task("t4", "A", Quadrant.Q4, TUE, minutes=1),
        Task("t3", "A", Quadrant.Q3, TUE, TUE, minutes=2),
        Task("t2", "A", Quadrant.Q2, TUE, minutes=3),
        Task("t1", "A", Quadrant.Q1, TUE, minutes=4),
        Task("t0", "A", Quadrant.Q1, TUE, channel=Channel.PHONE),
    )
    jobs = client_of(compiled(tasks=tasks), "A").jobs
    assert [job.task.id for job in jobs] == ["t1", "t2", "t3", "t4"]
    assert jobs[0].days == {0, 1}
    assert jobs[2].days == {1}


# ── Penalties ────────────────────────────────────────────────────────────────────────────


def crowd(count: int) -> PlanInput:
    """Every tier at once: one retailer of each, and ``count`` of the heaviest due ones."""
    shops = tuple(make_shop(f"S{i:03}", segment=Segment.MAINTAIN, value=1.0) for i in range(count))
    special = tuple(make_shop(name, cadence=Cadence(1, 7, 4, 10), value=0.0) for name in "ABCD")
    tasks = (
        Task("q1", "A", Quadrant.Q1, TUE),
        Task("q2", "B", Quadrant.Q2, TUE),
        appointment("fix", TUE, 10 * HOUR, "C"),
    )
    visits = (
        VisitRecord("D", MON - timedelta(days=8)),
        *(VisitRecord(s.id, MON - timedelta(days=1)) for s in shops),
    )
    return small_inputs(retailers=(*special, *shops), tasks=tasks, visits=visits)[0]


def test_a_hundred_requests_never_outweigh_one_of_a_higher_tier() -> None:
    policy = load_policy(
        {
            "cadence": {"fillers": True},
            "quadrants": {"Q1": {"weight": 1}},
            "segments": {"maintain": {"weight": 9999}, "guide": {"weight": 1}},
            "cost": {"travel": 9.0, "irregularity": 9_999.0, "shortfall": 9e5, "imbalance": 9e4},
        }
    )
    inputs = crowd(100)
    rep = make_rep(min_visits=30)
    ids = ("@start/R1", "@end/R1", *(r.id for r in inputs.retailers))
    matrix = matrix_of(ids, [[0 if a == b else 300 for b in ids] for a in ids])
    problem = compile_for(inputs, rep, matrix, policy)
    by_tier: dict[Tier, list[int]] = {tier: [] for tier in Tier}
    for client in problem.clients:
        for ask in (*client.cadence, *client.others):
            by_tier[ask.request.tier].append(ask.penalty)
    assert all(by_tier.values())
    assert len(by_tier[Tier.DUE]) >= 100
    below = worst_cost(problem)
    for tier in sorted(Tier, reverse=True):
        assert min(by_tier[tier]) > below
        below += sum(by_tier[tier])


def worst_cost(problem: Problem) -> int:
    """More than any plan can cost apart from penalties."""
    asks = sum(len(c.cadence) + len(c.others) for c in problem.clients)
    longest = max(max(line) for line in problem.seconds)
    cost = 2 * asks * longest * problem.costs.travel
    cost += asks * (problem.costs.irregularity * 365 + problem.costs.weekday)
    return cost + len(problem.days) * sum(problem.load_cost(n) for n in (0, asks))


def test_load_cost_counts_shortfall_excess_and_imbalance() -> None:
    policy = load_policy({"cost": {"shortfall": 900.0, "excess": 60.0, "imbalance": 0.5}})
    inputs, rep, matrix = small_inputs(rep=make_rep(min_visits=2, target_visits=3))
    problem = replace(compile_for(inputs, rep, matrix, policy), mean_visits=2)
    assert [problem.load_cost(n) for n in range(6)] == [
        2 * 9000 + 10, 9000 + 5, 0, 5, 600 + 10, 1200 + 15,
    ]  # fmt: skip


def test_the_mean_is_what_is_asked_within_what_is_allowed() -> None:
    assert compiled(weeks=4).mean_visits == round(16 / 20)
    assert compiled(make_rep(max_visits=2), shops=tuple(map(make_shop, "ABCD"))).mean_visits == 1
