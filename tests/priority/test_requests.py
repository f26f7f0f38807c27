"""Which visits are requested, rule by rule, and at one with the checker's own count."""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from builders import HOUR, MON, POLICY, make_shop, random_inputs, small_inputs
from visitroute.check.facts import gather_facts
from visitroute.model import (
    Cadence,
    Channel,
    DueState,
    Lock,
    PlanInput,
    Quadrant,
    RequestKind,
    Schedule,
    Task,
    Tier,
    VisitRecord,
    VisitRequest,
)
from visitroute.policy import Policy, load_policy
from visitroute.priority import Demand, last_visits, request_visits, task_dates

BIWEEKLY = Cadence(1, 14, 9, 19)
FILLERS = load_policy({"cadence": {"fillers": True}})


def on(offset: int) -> date:
    """Days counted from the first one of the horizon."""
    return MON + timedelta(days=offset)


def one(weeks: int = 4, cadence: Cadence = BIWEEKLY, **parts: object) -> PlanInput:
    shops = (make_shop("A", cadence=cadence),)
    return small_inputs(weeks=weeks, **{"retailers": shops, **parts})[0]


def seen(*offsets: int) -> tuple[VisitRecord, ...]:
    return tuple(VisitRecord("A", on(offset)) for offset in offsets)


def rows(demand: Demand) -> list[tuple[str, int, int, int, DueState]]:
    """(id, due, earliest, latest, state), dates in days from the horizon's start."""
    return [
        (r.id, (r.due - MON).days, (r.earliest - MON).days, (r.latest - MON).days, r.state)
        for r in demand.requests
    ]


def ask(inputs: PlanInput, policy: Policy = POLICY) -> list[tuple[str, int, int, int, DueState]]:
    return rows(request_visits(inputs, policy))


# ── Cadence ──────────────────────────────────────────────────────────────────────────────


def test_last_visit_is_the_latest_in_person_before_the_horizon() -> None:
    records = (
        *seen(-9, -5, 0, 3),
        VisitRecord("A", on(-1), channel=Channel.PHONE),
        VisitRecord("B", on(0)),
    )
    assert last_visits(records, one().horizon) == {"A": on(-5)}


def test_due_dates_run_on_from_the_last_visit() -> None:
    assert ask(one(visits=seen(-10))) == [
        ("A#0", 4, 0, 9, DueState.DUE),
        ("A#1", 18, 13, 23, DueState.DUE),
    ]


def test_due_on_the_first_day_is_not_overdue() -> None:
    demand = request_visits(one(visits=seen(-14)), POLICY)
    assert rows(demand)[0] == ("A#0", 0, 0, 5, DueState.DUE)
    assert demand.requests[0].tier is Tier.DUE


def test_overdue_is_due_at_once_and_days_are_counted() -> None:
    demand = request_visits(one(visits=seen(-17)), POLICY)
    assert rows(demand) == [
        ("A#0", 0, 0, 6, DueState.OVERDUE),
        ("A#1", 14, 9, 19, DueState.DUE),
    ]
    first, second = demand.requests
    assert (first.tier, first.days_overdue) == (Tier.OVERDUE, 3)
    assert (second.tier, second.days_overdue) == (Tier.DUE, 0)


def test_overdue_may_be_late_as_long_as_the_cadence_allows() -> None:
    assert ask(one(cadence=Cadence(1, 28, 18, 38), visits=seen(-40)))[0] == (
        "A#0", 0, 0, 10, DueState.OVERDUE,
    )  # fmt: skip


def test_new_with_a_short_interval_is_due_once_in_each_interval() -> None:
    assert ask(one()) == [("A#0", 13, 0, 13, DueState.NEW), ("A#1", 27, 14, 27, DueState.NEW)]


def test_uneven_cadence_rounds_due_dates_down() -> None:
    assert [due for _, due, *_ in ask(one(1, Cadence(2, 7, 2, 5), visits=seen(-2)))] == [1, 5]


@pytest.mark.parametrize("name", [f"S{i}" for i in range(12)])
def test_new_with_a_long_interval_is_spread_by_the_id(name: str) -> None:
    inputs = one(2, retailers=(make_shop(name, cadence=Cadence(1, 28, 18, 38)),))
    offset = zlib.crc32(name.encode()) % 28
    found = ask(inputs)
    if offset < 14:
        assert found == [
            (f"{name}#0", offset, max(0, offset - 10), min(13, offset + 10), DueState.NEW)
        ]
    else:
        assert found == []


def test_phone_retailers_have_no_cadence_visits() -> None:
    shop = make_shop("A", channel=Channel.PHONE)
    task = Task("t", "A", Quadrant.Q1, on(3))
    assert ask(one(retailers=(shop,))) == []
    assert [name for name, *_ in ask(one(retailers=(shop,), tasks=(task,)))] == ["A@t"]


def test_fillers_bring_the_next_visit_forward_where_the_policy_says_so() -> None:
    inputs = one(2, visits=seen(-10))
    assert [r[0] for r in ask(inputs)] == ["A#0"]
    demand = request_visits(inputs, FILLERS)
    assert rows(demand)[-1] == ("A#1", 18, 13, 13, DueState.FILLER)
    filler = demand.requests[-1]
    assert (filler.kind, filler.tier, filler.index) == (RequestKind.FILLER, Tier.FILLER, 1)
    assert len(ask(one(2, visits=seen(-4)), FILLERS)) == 1  # the next one is too far off
    assert len(ask(one(2), FILLERS)) == 1  # never for new retailers


def test_a_retailers_own_cadence_wins_over_its_segments() -> None:
    demand = request_visits(one(retailers=(make_shop("A", cadence=None),)), POLICY)
    assert demand.cadences["A"] == Cadence(1, 7, 4, 10)
    assert request_visits(one(), POLICY).cadences["A"] == BIWEEKLY


# ── Tasks, appointments, locks ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("due", "earliest", "expected"),
    [
        (10, None, (3, 10)),  # a Q1 task may be done 7 days before
        (3, None, (0, 3)),
        (10, 8, (8, 10)),
        (30, 20, (20, 27)),  # cut to the horizon
        (30, 28, None),
        (-1, None, (0, 6)),  # late already
        (-30, -40, (0, 6)),
    ],
)
def test_dates_of_a_task(due: int, earliest: int | None, expected: tuple[int, int] | None) -> None:
    task = Task("t", "A", Quadrant.Q1, on(due), None if earliest is None else on(earliest))
    found = task_dates(task, one().horizon, POLICY)
    assert found == (expected and (on(expected[0]), on(expected[1])))


def test_a_late_task_stays_within_a_short_horizon() -> None:
    horizon = replace(one().horizon, weeks=0)
    assert task_dates(Task("t", "A", Quadrant.Q1, on(-1)), horizon, POLICY) is None
    assert task_dates(Task("t", "A", Quadrant.Q1, on(-1)), one(1).horizon, POLICY) == (on(0), on(6))


@pytest.mark.parametrize(
    ("quadrant", "tier"),
    [(Quadrant.Q1, Tier.URGENT), (Quadrant.Q2, Tier.TASK), (Quadrant.Q3, Tier.TASK)],
)
def test_tier_of_a_task_with_a_trip(quadrant: Quadrant, tier: Tier) -> None:
    tasks = (Task("t", "A", quadrant, on(5), minutes=10),)
    found = {r.id: r for r in request_visits(one(tasks=tasks), POLICY).requests}["A@t"]
    assert (found.tier, found.kind, found.state) == (tier, RequestKind.TASK, DueState.TASK)
    assert (found.task, found.index, found.time) == ("t", -1, None)


def test_tasks_without_a_trip_or_by_phone_ask_for_none() -> None:
    tasks = (
        Task("t4", "A", Quadrant.Q4, on(5)),
        Task("t1", "A", Quadrant.Q1, on(5), channel=Channel.PHONE),
        Task("t2", "A", Quadrant.Q2, on(60)),
    )
    assert [name for name, *_ in ask(one(1, tasks=tasks, visits=seen(-1)))] == []


def test_an_appointment_is_fixed_whatever_its_quadrant() -> None:
    tasks = (Task("t", "A", Quadrant.Q4, on(2), on(0), appointment=10 * HOUR),)
    found = {r.id: r for r in request_visits(one(tasks=tasks), POLICY).requests}["A@t"]
    assert (found.tier, found.time) == (Tier.FIXED, 10 * HOUR)
    assert (found.earliest, found.due, found.latest) == (on(2), on(2), on(2))
    assert found.state is DueState.APPOINTMENT


@pytest.mark.parametrize("due", [-1, 28])
def test_an_appointment_outside_the_horizon_is_none(due: int) -> None:
    tasks = (Task("t", "A", Quadrant.Q1, on(due), on(0), appointment=10 * HOUR),)
    assert [name for name, *_ in ask(one(tasks=tasks))] == ["A#0", "A#1"]


def test_a_lock_is_fixed_to_its_date_rep_and_time() -> None:
    locks = (Lock("A", on(2), "R1", 9 * HOUR), Lock("A", on(30)), Lock("A", on(-1)))
    found = [r for r in request_visits(one(locks=locks), POLICY).requests if r.index < 0]
    assert [r.id for r in found] == ["A!2026-12-02"]
    lock = found[0]
    assert (lock.tier, lock.rep, lock.time) == (Tier.FIXED, "R1", 9 * HOUR)
    assert (lock.earliest, lock.latest, lock.state) == (on(2), on(2), DueState.LOCKED)


def test_of_two_locks_of_one_date_the_first_counts() -> None:
    locks = (Lock("A", on(2), "R1", 9 * HOUR), Lock("A", on(2), None, 11 * HOUR))
    found = [r for r in request_visits(one(locks=locks), POLICY).requests if r.index < 0]
    assert [(r.id, r.time) for r in found] == [("A!2026-12-02", 9 * HOUR)]


def test_tasks_and_locks_of_unknown_retailers_ask_for_nothing() -> None:
    inputs = one(tasks=(Task("t", "Z", Quadrant.Q1, on(3)),), locks=(Lock("Z", on(2)),))
    assert {r.retailer for r in request_visits(inputs, POLICY).requests} == {"A"}


# ── Weights ──────────────────────────────────────────────────────────────────────────────


def weights(demand: Demand) -> dict[str, int]:
    return {r.id: r.weight for r in demand.requests}


def test_weight_grows_with_value_and_delay() -> None:
    shops = (
        make_shop("A", value=50.0, cadence=BIWEEKLY),
        make_shop("B", value=100.0, cadence=BIWEEKLY),
        make_shop("C", monthly_volume=10_000.0, cadence=BIWEEKLY),
    )
    visits = tuple(VisitRecord(name, on(-14 - 7)) for name in "AB")
    found = weights(request_visits(one(2, retailers=shops, visits=visits), POLICY))
    # guide weighs 90; half of the largest value: 1 + 0.5 x 0.5; a week late of two: 1 + 0.5 x 0.5
    assert found == {"A#0": round(90 * 1.25 * 1.25), "B#0": round(90 * 1.5 * 1.25), "C#0": 90}


def test_delay_counts_up_to_its_cap() -> None:
    late = weights(request_visits(one(2, visits=seen(-14 - 14 * 4)), POLICY))
    later = weights(request_visits(one(2, visits=seen(-14 - 14 * 40)), POLICY))
    assert late["A#0"] == later["A#0"] == 90 * 3


def test_volume_stands_in_where_no_value_is_known() -> None:
    shops = (make_shop("A", monthly_volume=300.0), make_shop("B", monthly_volume=600.0))
    found = weights(request_visits(one(1, retailers=shops), POLICY))
    assert found == {"A#0": round(90 * 1.25), "B#0": round(90 * 1.5)}


def test_nothing_weighs_nothing() -> None:
    """A weight of 0 would let the smallest detour outweigh a fixed visit."""
    policy = load_policy({"segments": {"guide": {"weight": 0}}, "quadrants": {"Q1": {"weight": 0}}})
    inputs = one(1, tasks=(Task("t", "A", Quadrant.Q1, on(3)),), locks=(Lock("A", on(2)),))
    assert set(weights(request_visits(inputs, policy)).values()) == {1}


# ── Order, and the checker ───────────────────────────────────────────────────────────────


def test_requests_come_by_retailer_as_in_the_input_then_by_due_date() -> None:
    inputs = one(
        2,
        retailers=(make_shop("B"), make_shop("A")),
        tasks=(Task("t", "A", Quadrant.Q1, on(1)),),
        locks=(Lock("B", on(9)),),
    )
    demand = request_visits(inputs, POLICY)
    assert [r.id for r in demand.requests] == ["B#0", "B!2026-12-09", "B#1", "A@t", "A#0", "A#1"]
    assert [r.id for r in demand.of(["A"])] == ["A@t", "A#0", "A#1"]


def test_agrees_with_the_checkers_own_count() -> None:
    """The rules of docs/concepts.md, coded twice, give the same requests on random input."""
    kinds: Counter[tuple[RequestKind, DueState]] = Counter()
    for seed in range(400):
        inputs, _, _ = random_inputs(seed, 5, weeks=1 + seed % 4)
        policy = FILLERS if seed % 2 else POLICY
        requests = request_visits(inputs, policy).requests
        counted = gather_facts(inputs, policy, Schedule(())).demands
        assert {facts_of(r) for r in requests} == {facts_of(d) for d in counted.values()}, seed
        assert len({r.id for r in requests}) == len(requests)
        kinds.update((r.kind, r.state) for r in requests)
    assert len(kinds) == 7  # every kind and state has been met
    assert min(kinds.values()) > 50


def facts_of(r: VisitRequest) -> tuple[object, ...]:
    return (
        r.id, r.retailer, r.kind, r.due, r.earliest, r.latest, r.tier, r.state, r.index,
        r.task, r.rep, r.time,
    )  # fmt: skip
