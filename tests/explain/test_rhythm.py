"""The cadence as a contract: gaps from the last actual visit, verdicts and their causes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from builders import MON, POLICY, make_rep, make_shop
from visitroute.calendar import WorkingCalendar
from visitroute.explain import Kept, Rhythm, count_rhythms, judge_cadence
from visitroute.model import (
    Cadence,
    Channel,
    DroppedVisit,
    DueState,
    Excluded,
    Horizon,
    PlanInput,
    Rep,
    Retailer,
    RouteDay,
    Schedule,
    Segment,
    Stop,
    Tier,
    Verdict,
    VisitRecord,
)
from visitroute.priority import request_visits
from visitroute.texts import load_texts

SHOP = make_shop("A")  # weekly, gaps of 4 to 10 days


def day(number: int) -> date:
    return MON + timedelta(days=number)


def judged(
    *visits: int,
    last: int | None = None,
    shop: Retailer = SHOP,
    rep: Rep | None = None,
    weeks: int = 2,
    dropped: tuple[DroppedVisit, ...] = (),
    request: str = "A#{}",
) -> Rhythm:
    """Return the rhythm of one shop visited on these days of the horizon."""
    inputs = PlanInput(
        (shop,),
        (rep or make_rep(),),
        Horizon(MON, weeks),
        visits=() if last is None else (VisitRecord("A", day(last)),),
    )
    routes = tuple(
        RouteDay("R1", day(n), 0, 9, (_stop(day(n), request.format(i)),), 1, 1)
        for i, n in enumerate(visits)
    )
    demand = request_visits(inputs, POLICY)
    calendar = WorkingCalendar(POLICY.calendar, (2026,))
    schedule = Schedule(routes, dropped)
    (found,) = judge_cadence(inputs, demand, schedule, calendar, load_texts("en"))
    return found


def _stop(due: date, request: str) -> Stop:
    place: dict[str, Any] = {"lon": 10.0, "lat": 50.0}
    return Stop("A", request, 1, 1, 2, 3, due, Tier.DUE, DueState.DUE, Segment.GUIDE, **place)


def drop(due: int) -> DroppedVisit:
    return DroppedVisit(
        "A", "A#1", day(due), Tier.DUE, Verdict.OUTRANKED, "VR4108", "all days are full", rep="R1"
    )


def test_gaps_count_from_the_last_actual_visit() -> None:
    found = judged(2, 9, last=-5)
    assert (found.gaps, found.verdict, found.days) == ((7, 7), Kept.KEPT, 0)
    assert (found.last, found.visits) == (day(-5), (day(2), day(9)))


def test_a_gap_that_is_too_long_is_late_by_so_many_days() -> None:
    found = judged(1, 13, last=-5, dropped=(drop(9),))
    assert (found.verdict, found.days, found.code) == (Kept.LATE, 2, "VR4108")
    assert found.cause == "the visit due 2026-12-09 is left out: all days are full"
    assert judged(1, 11, last=-5).verdict is Kept.KEPT


def test_the_open_gap_at_the_end_counts_too() -> None:
    assert judged(2, last=-5, weeks=1).verdict is Kept.KEPT
    found = judged(2, last=-5, dropped=(drop(9),))
    assert (found.verdict, found.days) == (Kept.LATE, 13 - 2 - 10)


def test_late_before_the_horizon_is_no_fault_of_the_plan() -> None:
    found = judged(0, 7, last=-15)
    assert (found.verdict, found.days, found.code) == (Kept.LATE, 5, "VR4301")
    assert "the last visit was on 2026-11-15, 5 days too long ago" in found.cause


def test_days_off_are_named_as_the_cause() -> None:
    away = frozenset(day(n) for n in range(7))
    found = judged(8, last=-5, rep=make_rep(leave=away))
    assert (found.verdict, found.days, found.code) == (Kept.LATE, 3, "VR4302")
    assert "from 2026-11-30 to 2026-12-05" in found.cause
    shut = replace(SHOP, closed=away)
    assert judged(8, last=-5, shop=shut).code == "VR4302"
    assert judged(8, last=-5).code == "VR4303"


def test_visits_too_close_are_early() -> None:
    found = judged(1, 3, 9, last=-5)
    assert (found.verdict, found.days, found.code) == (Kept.EARLY, 2, "VR4304")
    assert judged(1, 3, 9, last=-5, request="A@task").verdict is Kept.KEPT


def test_never_visited_though_due() -> None:
    found = judged(last=-5, dropped=(drop(2),))
    assert (found.verdict, found.code, found.gaps) == (Kept.NEVER, "VR4108", ())
    assert found.rep == "R1"
    assert judged().verdict is Kept.NEVER
    rare = replace(SHOP, cadence=Cadence(1, 90, 60, 120))
    assert judged(last=-5, shop=rare).verdict is Kept.KEPT  # nothing is due


def test_a_new_retailer_is_late_after_its_first_interval() -> None:
    assert judged(4, 11).verdict is Kept.KEPT
    assert (judged(9).verdict, judged(9).days) == (Kept.LATE, 9 - 6)


def test_phone_and_excluded_retailers_are_left_out() -> None:
    inputs = PlanInput((replace(SHOP, channel=Channel.PHONE), make_shop("B")), (), Horizon(MON, 1))
    schedule = Schedule((), excluded=(Excluded("B", "VR3061", "no way"),))
    calendar = WorkingCalendar(POLICY.calendar, (2026,))
    demand = request_visits(inputs, POLICY)
    assert judge_cadence(inputs, demand, schedule, calendar, load_texts("zh")) == ()


def test_verdicts_are_counted() -> None:
    counts = count_rhythms([judged(2, 9, last=-5), judged(last=-5)])
    assert counts == {Kept.KEPT: 1, Kept.EARLY: 0, Kept.LATE: 0, Kept.NEVER: 1}
