"""What a plan says about one retailer: each day's chance, who would move, what to change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from builders import HOUR, MINUTE, MON, compile_for, make_rep, make_shop, matrix_of, small_inputs
from visitroute.explain import (
    Answer,
    Chance,
    Explanation,
    answer_client,
    explain_drops,
    find_changes,
    tell_change,
)
from visitroute.explain.longer import LongerDays
from visitroute.explain.room import Room
from visitroute.model import Cadence, OpeningHours, Rep, VisitRecord
from visitroute.solve import State
from visitroute.texts import load_texts

EN, ZH = load_texts("en"), load_texts("zh")
H8 = 8 * HOUR + 1800


def state_of(
    rep: Rep | None = None, served: dict[str, dict[int, int]] | None = None, **parts: Any
) -> State:
    """The plan with these visits only: retailer to {number of the cadence request: day}."""
    inputs, rep, _ = small_inputs(rep=rep, **parts)
    ids = ("@start/R1", "@end/R1", *(r.id for r in inputs.retailers))
    matrix = matrix_of(ids, [[0 if a == b else 10 for b in ids] for a in ids])
    state = State.empty(compile_for(inputs, rep, matrix))
    for name, days in (served or {}).items():
        client = next(c for c in state.problem.clients if c.retailer.id == name)
        state.place(client, {client.cadence[i].request.id: d for i, d in days.items()})
    return state


def answers(state: State, name: str) -> tuple[Answer, ...]:
    client = next(c for c in state.problem.clients if c.retailer.id == name)
    dropped = {d.request: d for d in explain_drops(state, EN)}
    return answer_client(state, client, dropped)


def changes(state: State, name: str) -> dict[str, str]:
    client = next(c for c in state.problem.clients if c.retailer.id == name)
    room = Room(state, client, client.cadence[0])
    return {c.kind: tell_change(c, EN) for c in find_changes(room, LongerDays(state))}


def one_day(**changes: Any) -> Rep:
    return make_rep(leave=frozenset(MON + timedelta(days=d) for d in range(1, 7)), **changes)


# ── Why on this day ──────────────────────────────────────────────────────────────────────


def test_a_planned_visit_tells_its_day_and_what_the_others_cost() -> None:
    (answer,) = answers(state_of(served={"A": {0: 1}, "B": {0: 1}}), "A")
    assert (answer.date, answer.time) == (MON + timedelta(days=1), answer.time)
    chances = {d.date.weekday(): d for d in answer.days}
    assert chances[1].chance is Chance.CHOSEN
    assert chances[1].seconds == 10 * MINUTE  # beside B: a leg of ten minutes more
    assert chances[2].chance is Chance.FREE
    assert chances[2].seconds == 20 * MINUTE  # there and back
    assert chances[5].chance is Chance.OFF
    assert [d.date.weekday() for d in answer.best] == [1, 4, 3, 2, 0]


def test_it_names_who_would_move() -> None:
    rep = make_rep(max_visits=1, leave=frozenset(MON + timedelta(days=d) for d in (3, 4)))
    (answer,) = answers(state_of(rep, {"A": {0: 0}, "B": {0: 1}}), "A")
    tuesday = answer.days[1]
    assert (tuesday.chance, tuesday.move and tuesday.move.retailer) == (Chance.MOVE, "B")
    assert tuesday.move is not None
    assert tuesday.move.target == MON  # where A was before
    assert tuesday.seconds == 20 * MINUTE
    assert answer.days[2].chance is Chance.FREE


def test_a_day_that_breaks_the_gaps_says_so() -> None:
    shop = make_shop("A", cadence=Cadence(1, 7, 5, 9))
    seen = (VisitRecord("A", MON - timedelta(days=3)),)
    (answer,) = answers(state_of(retailers=(shop,), visits=seen, served={"A": {0: 4}}), "A")
    assert {d.date.weekday(): d.chance for d in answer.days}[2] is Chance.FREE
    assert all(d.chance is not Chance.GAP for d in answer.days)
    shop = make_shop("A", cadence=Cadence(2, 7, 3, 4))
    first, second = answers(state_of(retailers=(shop,), served={"A": {0: 1, 1: 4}}), "A")
    assert {d.date.weekday(): d.chance for d in first.days}[2] is Chance.GAP
    assert second.days[0].date == MON + timedelta(days=4)


# ── What lets it in ──────────────────────────────────────────────────────────────────────


def test_one_more_visit_or_another_left_out() -> None:
    state = state_of(one_day(max_visits=1), {"A": {0: 0}})
    assert changes(state, "B") == {
        "more": "allow one more visit on 2026-11-30",
        "swap": "leave out A on 2026-11-30 instead",
    }
    assert answers(state, "B")[0].changes[0].kind == "more"


def test_a_longer_shift() -> None:
    rep = one_day(shifts=((H8, H8 + 71 * MINUTE),) * 5 + (None, None))
    found = changes(state_of(rep, {"A": {0: 0}, "B": {0: 0}}), "C")
    assert found["longer"] == "extend the shift on 2026-11-30 by 30 minutes"
    dropped = {d.request: d for d in explain_drops(state_of(rep, {"A": {0: 0}, "B": {0: 0}}), EN)}
    assert dropped["C#0"].fix.startswith("extend the shift on 2026-11-30 +30 min")
    # An hour and ten hold two visits of 20 and three ways of 10: nothing is left for C's way.
    assert "shorter" not in found


def test_two_changes_at_once() -> None:
    """Visits of 20 and 60 and three ways of 10 take 110 minutes, the shift has 41."""
    rep = one_day(max_visits=1, shifts=((H8, H8 + 41 * MINUTE),) * 5 + (None, None))
    far = make_shop("C", service_minutes=60)
    state = state_of(rep, {"A": {0: 0}}, retailers=(make_shop("A"), far))
    assert changes(state, "C") == {
        "more_longer": "allow one more visit on 2026-11-30 and extend that shift by 70 minutes"
    }


def test_another_day_with_a_longer_shift() -> None:
    closed = make_shop(
        "A", closed=frozenset(MON + timedelta(days=d) for d in range(7)), service_minutes=60
    )
    rep = make_rep(shifts=((H8, H8 + 60 * MINUTE),) * 5 + (None, None))
    assert changes(state_of(rep, weeks=2, retailers=(closed,)), "A") == {
        "other_day_longer": "allow 2026-12-07, 1 days outside its dates, "
        "and extend that shift by 20 minutes"
    }


def test_wider_opening_hours() -> None:
    """Service from 17:05 ends at 17:25; the way back takes ten minutes, the shift ends 17:30."""
    late = make_shop("A", opening=OpeningHours((((17 * HOUR + 300, 20 * HOUR),),) * 7))
    found = changes(state_of(one_day(), retailers=(late,)), "A")
    assert found["window"] == (
        "be let in until or from 17:00 on 2026-11-30, 5 minutes beyond the opening hours"
    )
    assert found["shorter"] == "shorten the visit to 15 minutes, on 2026-11-30"


def test_a_shorter_visit() -> None:
    short = make_shop("A", opening=OpeningHours((((9 * HOUR, 9 * HOUR + 15 * MINUTE),),) * 7))
    found = changes(state_of(one_day(), retailers=(short,)), "A")
    assert found["shorter"] == "shorten the visit to 15 minutes, on 2026-11-30"
    assert found["window"].endswith("5 minutes beyond the opening hours")


def test_a_day_outside_its_dates() -> None:
    closed = make_shop("A", closed=frozenset(MON + timedelta(days=d) for d in range(7)))
    found = changes(state_of(weeks=2, retailers=(closed,)), "A")
    assert found["other_day"] == "allow 2026-12-07, 1 days outside its dates"


def test_what_fits_needs_no_change() -> None:
    assert changes(state_of(), "A") == {
        "insert": "none: it fits on 2026-11-30 as the plan is; raise the effort, or lock it there"
    }


# ── Words ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("texts", [EN, ZH])
def test_everything_is_said_in_both_languages(texts: Any) -> None:
    state = state_of(make_rep(max_visits=1), {"A": {0: 0}, "B": {0: 1}})
    for name in "ABC":
        found = Explanation(name, "Shop", "R1", answers(state, name), texts)
        assert str(found).count("\n") == len(found.lines()) - 1
        assert len(found.lines()) >= 8
        assert found.as_dict()["requests"][0]["request"] == f"{name}#0"
    planned = str(Explanation("A", "店", "R1", answers(state, "A"), texts))
    assert ("planned on 2026-11-30" if texts is EN else "排在2026-11-30") in planned
