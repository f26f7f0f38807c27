"""Reasons of dropped visits: each verdict met by a small case, each statement checked again."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from builders import HOUR, MINUTE, MON, compile_for, make_rep, make_shop, matrix_of, small_inputs
from visitroute.codes import REASONS
from visitroute.explain import explain_drops
from visitroute.model import (
    Cadence,
    DroppedVisit,
    Lock,
    OpeningHours,
    PlanInput,
    Quadrant,
    Rep,
    Retailer,
    Task,
    Verdict,
    VisitRecord,
)
from visitroute.roads.matrix import TravelMatrix
from visitroute.solve import Problem, State
from visitroute.texts import load_texts

EN = load_texts("en")
H8, H17 = 8 * HOUR + 1800, 17 * HOUR + 1800
TUE = MON + timedelta(days=1)


def setting(rep: Rep | None = None, **parts: Any) -> tuple[PlanInput, Rep, TravelMatrix]:
    """Retailers that lie 10 minutes from each other and from the base."""
    inputs, rep, _ = small_inputs(rep=rep, **parts)
    ids = ("@start/R1", "@end/R1", *(r.id for r in inputs.retailers))
    return inputs, rep, matrix_of(ids, [[0 if a == b else 10 for b in ids] for a in ids])


def planned(problem: Problem, **served: int) -> State:
    """The plan with these requests only, given as retailer and day."""
    state = State.empty(problem)
    for name, day in served.items():
        client = next(c for c in problem.clients if c.retailer.id == name)
        state.place(client, {client.cadence[0].request.id: day})
        assert state.served[client.index], name
    return state


def reason(state: State, request: str) -> DroppedVisit:
    drops = {d.request: d for d in explain_drops(state, EN)}
    assert re.match(r"VR41\d\d$", drops[request].code)
    assert drops[request].code in {code.code for code in REASONS}
    return drops[request]


def expect(drop: DroppedVisit, verdict: Verdict, code: str, text: str, fix: str = "") -> None:
    assert (drop.verdict, drop.code) == (verdict, code)
    assert text in drop.reason
    assert drop.fix.startswith(fix)
    assert bool(drop.fix) == bool(fix)


def one_day(**changes: Any) -> Rep:
    """A rep who works on Monday only."""
    rest = frozenset(MON + timedelta(days=d) for d in range(1, 7))
    return make_rep(leave=rest, **changes)


# ── Impossible ───────────────────────────────────────────────────────────────────────────


def test_no_working_day() -> None:
    task = Task("t", "A", Quadrant.Q1, TUE, TUE)
    state = State.empty(compile_for(*setting(make_rep(leave=frozenset({TUE})), tasks=(task,))))
    expect(
        reason(state, "A@t"),
        Verdict.IMPOSSIBLE,
        "VR4101",
        "no working day of R1 lies between 2026-12-01 and 2026-12-01",
        "plan it before or after",
    )


def test_closed() -> None:
    for shop in (
        make_shop("A", opening=OpeningHours(((),) * 7)),
        make_shop("A", closed=frozenset(MON + timedelta(days=d) for d in range(7))),
    ):
        state = State.empty(compile_for(*setting(retailers=(shop,))))
        expect(
            reason(state, "A#0"),
            Verdict.IMPOSSIBLE,
            "VR4102",
            "closed on every working day between 2026-11-30 and 2026-12-06",
            "agree another date",
        )


def test_no_window_is_long_enough() -> None:
    short = OpeningHours((((9 * HOUR, 9 * HOUR + 19 * MINUTE), (3 * HOUR, 8 * HOUR)),) * 7)
    state = State.empty(compile_for(*setting(retailers=(make_shop("A", opening=short),))))
    expect(
        reason(state, "A#0"),
        Verdict.IMPOSSIBLE,
        "VR4103",
        "holds a visit of 20 minutes inside the shift of R1",
        "shorten the visit to 19 minutes",
    )
    night = OpeningHours((((1 * HOUR, 8 * HOUR),),) * 7)
    state = State.empty(compile_for(*setting(retailers=(make_shop("A", opening=night),))))
    assert reason(state, "A#0").code == "VR4103"
    assert reason(state, "A#0").fix == ""


def test_no_window_is_long_enough_for_the_task() -> None:
    hours = OpeningHours((((9 * HOUR, 10 * HOUR),),) * 7)
    task = Task("t", "A", Quadrant.Q1, TUE, minutes=41)
    inputs = setting(retailers=(make_shop("A", opening=hours),), tasks=(task,))
    state = planned(compile_for(*inputs), A=2)
    expect(
        reason(state, "A@t"),
        Verdict.IMPOSSIBLE,
        "VR4103",
        "holds a visit of 61 minutes",
        "shorten the visit to 60 minutes",
    )


def test_too_far_for_a_day() -> None:
    inputs, rep, matrix = setting(make_rep(shifts=((H8, H8 + 2399),) * 5 + (None, None)))
    state = State.empty(compile_for(inputs, rep, matrix))
    expect(
        reason(state, "A#0"),
        Verdict.IMPOSSIBLE,
        "VR4104",
        "takes 10 minutes each way: no day between 2026-11-30 and 2026-12-06",
        "give it to a rep",
    )
    longer = replace(rep, shifts=((H8, H8 + 2400),) * 5 + (None, None))
    state = State.empty(compile_for(replace(inputs, reps=(longer,)), longer, matrix))
    assert reason(state, "A#0").verdict is Verdict.NOT_FOUND


@pytest.mark.parametrize("time", [20 * HOUR, 3 * HOUR, H17 - 1200 + 1, H8 + 599])
def test_a_fixed_time_that_can_not_be_met(time: int) -> None:
    """Outside the shift, too near its end, or before the rep can be there."""
    task = Task("t", "A", Quadrant.Q1, MON, appointment=time)
    state = State.empty(compile_for(*setting(tasks=(task,))))
    expect(
        reason(state, "A@t"),
        Verdict.IMPOSSIBLE,
        "VR4105",
        f"the fixed time {time // HOUR:02d}:{time % HOUR // 60:02d} on 2026-11-30 can't be met",
        "move the appointment",
    )


def test_an_appointment_nobody_can_keep_makes_nothing_else_impossible() -> None:
    """The weekly visit could be on Monday at another time: the appointment is not met anyway."""
    task = Task("t", "A", Quadrant.Q1, MON, appointment=H8 + 599)
    state = planned(compile_for(*setting(one_day(), tasks=(task,))), B=0)
    assert reason(state, "A@t").verdict is Verdict.IMPOSSIBLE
    assert reason(state, "A#0").verdict is Verdict.NOT_FOUND


def test_of_two_fixed_times_the_earlier_one_outranks_the_other() -> None:
    tasks = tuple(
        Task(f"t{hour}", "A", Quadrant.Q1, MON, appointment=hour * HOUR) for hour in (10, 11)
    )
    problem = compile_for(*setting(tasks=tasks))
    assert reason(State.empty(problem), "A@t11").verdict is Verdict.NOT_FOUND
    state = State.empty(problem)
    state.insert(problem.clients[0])
    expect(
        reason(state, "A@t11"),
        Verdict.OUTRANKED,
        "VR4105",
        "the fixed time 11:00 on 2026-11-30 can't be met",
        "move the appointment",
    )


def test_locked_to_another_rep() -> None:
    state = State.empty(compile_for(*setting(locks=(Lock("A", MON, "R2"),))))
    expect(reason(state, "A!2026-11-30"), Verdict.IMPOSSIBLE, "VR4106", "the lock names R2")


# ── Outranked ────────────────────────────────────────────────────────────────────────────


def test_days_full_in_number() -> None:
    state = planned(compile_for(*setting(one_day(max_visits=2))), A=0, B=0)
    expect(
        reason(state, "C#0"),
        Verdict.OUTRANKED,
        "VR4108",
        "all 1 days allowed are full at 2 visits",
        "allow one more visit on 2026-11-30",
    )
    assert "for example A, B" in reason(state, "C#0").reason


def test_one_more_visit_is_not_offered_where_time_is_short_too() -> None:
    rep = one_day(max_visits=2, shifts=((H8, H8 + 70 * MINUTE),) * 5 + (None, None))
    state = planned(compile_for(*setting(rep)), A=0, B=0)
    expect(reason(state, "C#0"), Verdict.OUTRANKED, "VR4108", "full at 2 visits")


def test_days_full_in_time() -> None:
    """Three visits of 20 minutes and four ways of 10 take 100 minutes; the shift has 71."""
    rep = one_day(shifts=((H8, H8 + 71 * MINUTE),) * 5 + (None, None))
    state = planned(compile_for(*setting(rep)), A=0, B=0)
    expect(
        reason(state, "C#0"),
        Verdict.OUTRANKED,
        "VR4109",
        "no time is left on the 1 days allowed",
        "extend the shift on 2026-11-30 +30 min,",
    )


def test_some_days_full_in_number_the_others_in_time() -> None:
    shifts = ((H8, H8 + 55 * MINUTE), (H8, H17), None, None, None, None, None)
    full = setting(make_rep(max_visits=2, shifts=shifts))
    state = planned(compile_for(*full), A=0, B=1, C=1)
    expect(
        reason(state, "D#0"),
        Verdict.OUTRANKED,
        "VR4109",
        "1 of the 2 days allowed are full at 2 visits, the rest has no time left",
        "extend the shift on 2026-11-30 +15 min,",
    )


def weighted(**weights: float) -> tuple[Retailer, ...]:
    """Retailers whose visits weigh by their value."""
    return tuple(make_shop(name, value=value) for name, value in weights.items())


def test_a_lighter_visit_that_could_give_way_is_no_excuse() -> None:
    shops = weighted(A=1.0, C=100.0)
    state = planned(compile_for(*setting(one_day(max_visits=1), retailers=shops)), A=0)
    expect(reason(state, "C#0"), Verdict.NOT_FOUND, "VR4110", "more effort may", "raise the effort")
    state = planned(compile_for(*setting(one_day(max_visits=1), retailers=shops)), C=0)
    assert reason(state, "A#0").code == "VR4108"


def test_two_lighter_visits_together_may_be_heavier() -> None:
    """C needs the time of A and B, and weighs less than both; in a higher tier it never does."""
    rep = one_day(shifts=((H8, H8 + 70 * MINUTE),) * 5 + (None, None))
    long = make_shop("C", service_minutes=45, value=100.0)
    shops = (*weighted(A=0.0, B=0.0), long)
    state = planned(compile_for(*setting(rep, retailers=shops)), A=0, B=0)
    assert reason(state, "C#0").verdict is Verdict.OUTRANKED
    overdue = (VisitRecord("C", MON - timedelta(days=30)),)
    state = planned(compile_for(*setting(rep, retailers=shops, visits=overdue)), A=0, B=0)
    assert reason(state, "C#0").verdict is Verdict.NOT_FOUND


# ── Not found ────────────────────────────────────────────────────────────────────────────


def test_a_free_place_was_not_found() -> None:
    state = State.empty(compile_for(*setting()))
    expect(
        reason(state, "A#0"),
        Verdict.NOT_FOUND,
        "VR4110",
        "the search found no place on 5 allowed days",
        "raise the effort",
    )


def test_the_gaps_leave_no_day() -> None:
    """Exactly weekly, and the rep is on leave a week after the first visit."""
    shop = make_shop("A", cadence=Cadence(1, 7, 7, 7))
    rep = make_rep(leave=frozenset({MON + timedelta(days=11)}))
    state = planned(compile_for(*setting(rep, weeks=2, retailers=(shop,))), A=4)
    assert state.served[0] == {"A#0": 4}
    expect(
        reason(state, "A#1"),
        Verdict.NOT_FOUND,
        "VR4107",
        "no allowed day keeps the gaps of 7 to 7 days",
        "widen the gaps",
    )


def test_a_visit_on_the_day_is_no_reason_against_its_own_task() -> None:
    """The stop is there, only too short: lengthening it would do, so more effort may."""
    task = Task("t", "A", Quadrant.Q1, MON, MON, minutes=10)
    problem = compile_for(*setting(one_day(), tasks=(task,)))
    state = planned(problem, A=0)
    assert state.served[0] == {"A#0": 0, "A@t": 0}
    state.done[0], state.served[0] = {}, {"A#0": 0}
    state.routes[0] = state.routes[0].with_service(0, 1200)
    assert reason(state, "A@t").code == "VR4110"


def test_a_task_without_time_beside_others_is_outranked() -> None:
    task = Task("t", "A", Quadrant.Q2, MON, MON, minutes=16)
    shift = ((H8, H8 + 85 * MINUTE),) * 5 + (None, None)
    state = planned(compile_for(*setting(one_day(shifts=shift), tasks=(task,))), B=0, A=0)
    assert state.served[0] == {"A#0": 0}
    expect(
        reason(state, "A@t"),
        Verdict.OUTRANKED,
        "VR4109",
        "no time is left on the 1 days allowed",
        "extend the shift on 2026-11-30 +5 min,",
    )
    assert reason(state, "A@t").task == "t"


# ── Both languages ───────────────────────────────────────────────────────────────────────


def test_the_same_in_chinese() -> None:
    rep = one_day(max_visits=1, name="王经理")
    state = planned(compile_for(*setting(rep)), A=0)
    english = explain_drops(state, EN)
    chinese = explain_drops(state, load_texts("zh"))
    assert [replace(d, reason="", fix="") for d in chinese] == [
        replace(d, reason="", fix="") for d in english
    ]
    assert chinese[0].reason == ("可选的1天均已排满1次拜访，其级别相同、更高或无法互换，例如A")
    assert chinese[0].fix == "2026-11-30多安排一次拜访，或降低拜访频次"


def test_drops_name_what_was_asked() -> None:
    state = planned(compile_for(*setting(one_day(max_visits=1))), A=0)
    drops = explain_drops(state, EN)
    assert [d.request for d in drops] == ["B#0", "C#0", "D#0"]
    assert {(d.rep, d.due, d.task) for d in drops} == {("R1", date(2026, 12, 6), None)}


# ── Loads ────────────────────────────────────────────────────────────────────────────────


def test_a_load_above_the_capacity_is_impossible() -> None:
    shop = make_shop("A", load=(("cartons", 3.0),))
    state = State.empty(
        compile_for(*setting(make_rep(capacity=(("cartons", 2.5),)), retailers=(shop,)))
    )
    expect(
        reason(state, "A#0"),
        Verdict.IMPOSSIBLE,
        "VR4112",
        "the visit takes 3 cartons, the rep carries 2.5 on a day",
        "raise the capacity to 3 cartons",
    )


def test_a_day_full_in_load() -> None:
    shops = tuple(make_shop(name, load=(("", 2.0),)) for name in "AB")
    rep = one_day(capacity=(("", 3.0),))
    state = planned(compile_for(*setting(rep, retailers=shops)), B=0)
    expect(
        reason(state, "A#0"),
        Verdict.OUTRANKED,
        "VR4113",
        "no room is left for its load, or no time, on the 1 days allowed",
        "carry more on 2026-11-30",
    )
