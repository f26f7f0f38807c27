"""The requests counted anew: every case of "Which visits are requested", by hand."""

from __future__ import annotations

import zlib
from datetime import date, timedelta

import pytest

from check.small_plan import MON, WED, small_plan
from visitroute.check.demand import (
    Demand,
    cadence_demands,
    cadence_of,
    last_visits,
    segment_of,
    task_dates,
    task_demand,
)
from visitroute.check.facts import gather_facts
from visitroute.model import (
    Cadence,
    Channel,
    DueState,
    Horizon,
    Quadrant,
    Retailer,
    Segment,
    Task,
    Tier,
)
from visitroute.policy import load_policy

POLICY = load_policy()
FOUR_WEEKS = Horizon(MON, 4)  # 2026-11-30 to 2026-12-27
WEEKLY = Cadence(1, 7, 4, 10)
BIWEEKLY = Cadence(1, 14, 9, 19)


def day(offset: int) -> date:
    """Days counted from the first one of the horizon."""
    return MON + timedelta(days=offset)


def table(
    cadence: Cadence, last: int | None, weeks: int = 4
) -> list[tuple[int, int, int, DueState]]:
    """(due, earliest, latest, state) of every request, in days from the horizon's start."""
    wishes = cadence_demands(
        "S1", cadence, None if last is None else day(last), Horizon(MON, weeks)
    )
    return [
        ((w.due - MON).days, (w.earliest - MON).days, (w.latest - MON).days, w.state)
        for w in wishes
    ]  # fmt: skip


def test_due_dates_run_on_from_the_last_visit() -> None:
    rows = [(2, 0, 5), (9, 6, 12), (16, 13, 19), (23, 20, 26)]
    assert table(WEEKLY, -5) == [(*row, DueState.DUE) for row in rows]


def test_due_on_the_first_day_is_not_overdue() -> None:
    assert table(BIWEEKLY, -14)[0] == (0, 0, 5, DueState.DUE)


def test_overdue_is_due_at_once_and_later_visits_follow_from_there() -> None:
    rows = table(BIWEEKLY, -15)
    assert rows == [(0, 0, 6, DueState.OVERDUE), (14, 9, 19, DueState.DUE)]


def test_overdue_may_be_late_as_long_as_its_cadence_allows() -> None:
    assert table(Cadence(1, 28, 18, 38), -40)[0] == (0, 0, 10, DueState.OVERDUE)


def test_overdue_has_its_own_tier() -> None:
    wishes = list(cadence_demands("S1", BIWEEKLY, day(-100), FOUR_WEEKS))
    assert [w.tier for w in wishes] == [Tier.OVERDUE, Tier.DUE]
    assert [w.id for w in wishes] == ["S1#0", "S1#1"]


def test_new_retailers_are_visited_once_in_each_interval() -> None:
    new = DueState.NEW
    assert table(BIWEEKLY, None) == [(13, 0, 13, new), (27, 14, 27, new)]
    assert table(Cadence(1, 28, 18, 38), None) == [(27, 0, 27, new)]


def test_intervals_that_do_not_divide_are_rounded_down_from_the_anchor() -> None:
    twice = Cadence(2, 7, 1, 6)
    assert [row[0] for row in table(twice, -1, weeks=2)] == [2, 6, 9, 13]
    assert table(twice, None, weeks=1) == [(2, 0, 2, DueState.NEW), (6, 4, 6, DueState.NEW)]


@pytest.mark.parametrize("name", ["S1", "S2", "零售户7", "x", "y", "z", "w"])
def test_new_retailers_with_long_intervals_are_spread_by_their_id(name: str) -> None:
    cadence = Cadence(1, 60, 42, 78)
    offset = zlib.crc32(name.encode("utf-8")) % 60
    wishes = list(cadence_demands(name, cadence, None, FOUR_WEEKS))
    if offset < 28:
        assert [(w.due, w.earliest, w.latest) for w in wishes] == [
            (day(offset), day(max(0, offset - 18)), day(min(27, offset + 18)))
        ]
    else:
        assert wishes == []


@pytest.mark.parametrize(
    ("cadence", "last", "filler"),
    [
        (WEEKLY, -5, ("S1#4", 30, 27, 27)),
        (BIWEEKLY, -14, ("S1#2", 28, 23, 27)),
        (BIWEEKLY, -9, None),  # due on day 33, five days early is day 28
        (Cadence(1, 60, 42, 78), -20, ("S1#0", 40, 22, 27)),
        (BIWEEKLY, None, None),
    ],
)
def test_fillers_are_the_first_visits_after_the_horizon(
    cadence: Cadence, last: int | None, filler: tuple[str, int, int, int] | None
) -> None:
    before = None if last is None else day(last)
    plain = list(cadence_demands("S1", cadence, before, FOUR_WEEKS))
    more = list(cadence_demands("S1", cadence, before, FOUR_WEEKS, fillers=True))
    assert more[: len(plain)] == plain
    found = [(w.id, w.due, w.earliest, w.latest) for w in more[len(plain) :]]
    assert found == ([] if filler is None else [(filler[0], *map(day, filler[1:]))])
    for wish in more[len(plain) :]:
        assert (wish.tier, wish.state, wish.is_spaced) == (Tier.FILLER, DueState.FILLER, True)


def test_cadence_that_makes_no_sense_asks_for_nothing() -> None:
    assert table(Cadence(0, 7, 1, 6), -3) == []
    assert table(Cadence(1, 0, 1, 6), -3) == []


def test_only_visits_in_person_before_the_horizon_count_as_last() -> None:
    assert last_visits(small_plan().inputs) == {
        "A": date(2026, 11, 25),
        "C": date(2026, 11, 16),
        "D": date(2026, 11, 20),
    }


def test_shops_that_are_only_called_have_no_cadence() -> None:
    called = Retailer("S1", 0, 0, channel=Channel.PHONE, cadence=WEEKLY)
    assert cadence_of(called, POLICY, Segment.WATCH) is None


def test_own_cadence_wins_over_that_of_the_segment() -> None:
    assert cadence_of(Retailer("S1", 0, 0, cadence=WEEKLY), POLICY, Segment.WATCH) == WEEKLY
    assert cadence_of(Retailer("S1", 0, 0), POLICY, Segment.WATCH) == BIWEEKLY


def task(quadrant: Quadrant, due: int, **changes: object) -> Task:
    return Task("t", "S1", quadrant, day(due), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (task(Quadrant.Q1, 10), (3, 10)),
        (task(Quadrant.Q1, 3), (0, 3)),
        (task(Quadrant.Q2, 30), (16, 27)),
        (task(Quadrant.Q1, 35), None),
        (task(Quadrant.Q1, 34), (27, 27)),
        (task(Quadrant.Q1, -1), (0, 6)),
        (task(Quadrant.Q1, 5, earliest=day(5)), (5, 5)),
        (task(Quadrant.Q1, 5, channel=Channel.PHONE), None),
        (task(Quadrant.Q1, 5, appointment=36_000), (5, 5)),
        (task(Quadrant.Q1, 28, appointment=36_000), None),
        (task(Quadrant.Q1, -1, appointment=36_000), None),
    ],
)
def test_dates_on_which_a_task_may_be_done(given: Task, expected: tuple[int, int] | None) -> None:
    found = task_dates(given, POLICY, FOUR_WEEKS)
    assert found == (None if expected is None else (day(expected[0]), day(expected[1])))


def test_tasks_ask_for_visits_by_their_quadrant() -> None:
    def wish(given: Task) -> Demand | None:
        return task_demand(given, POLICY, (MON, WED))

    assert wish(task(Quadrant.Q4, 2)) is None
    urgent, plain = wish(task(Quadrant.Q1, 2)), wish(task(Quadrant.Q3, 2))
    agreed = wish(task(Quadrant.Q4, 2, appointment=36_000))
    assert urgent is not None
    assert plain is not None
    assert agreed is not None
    assert (urgent.id, urgent.tier, urgent.state) == ("S1@t", Tier.URGENT, DueState.TASK)
    assert plain.tier is Tier.TASK
    assert (agreed.tier, agreed.state, agreed.time) == (Tier.FIXED, DueState.APPOINTMENT, 36_000)


def test_all_requests_of_the_small_plan() -> None:
    world = small_plan()
    facts = gather_facts(world.inputs, world.policy, world.schedule)
    assert list(facts.demands) == [
        "A#0", "A#1", "B#0", "C#0", "C#1", "D#0", "A@t1", "D@t2", "A@t5", "D@t7", "A@t8",
        "C!2026-12-07",
    ]  # fmt: skip


def shop(**known: object) -> Retailer:
    return Retailer("S1", 0, 0, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({}, Segment.WATCH),
        ({"segment": Segment.GUIDE, "capability": "strong"}, Segment.GUIDE),
        ({"capability": "strong", "willingness": "strong"}, Segment.PROMOTE),
        ({"capability": "strong", "willingness": "weak"}, Segment.MAINTAIN),
        ({"capability": "weak", "willingness": "strong"}, Segment.GUIDE),
        ({"capability": "weak", "willingness": "weak"}, Segment.WATCH),
        ({"capability": "strong"}, Segment.MAINTAIN),
        ({"willingness": "strong"}, Segment.GUIDE),
        ({"capability": "weak", "monthly_volume": 900, "brands": 40}, Segment.WATCH),
        ({"monthly_volume": 600, "brands": 30, "display": 1}, Segment.MAINTAIN),
        ({"monthly_volume": 600, "brands": 29, "display": 1}, Segment.WATCH),
        ({"monthly_volume": 600}, Segment.MAINTAIN),
        ({"monthly_volume": 599}, Segment.WATCH),
        ({"monthly_volume": 600, "brands": 29, "willingness": "strong"}, Segment.GUIDE),
        ({"display": 4, "willingness": "strong"}, Segment.PROMOTE),
    ],
)
def test_segment_is_derived_by_the_rules(known: dict[str, object], expected: Segment) -> None:
    assert segment_of(shop(**known), POLICY.segment_rules) is expected


def test_fallback_is_for_shops_about_which_nothing_is_known() -> None:
    rules = load_policy({"segment_rules": {"fallback": "promote"}}).segment_rules
    assert segment_of(shop(), rules) is Segment.PROMOTE
    assert segment_of(shop(brands=1), rules) is Segment.WATCH


def test_service_time_is_rounded_half_up_after_the_sum() -> None:
    world = small_plan().retailer("B", service_minutes=0.025)
    facts = gather_facts(world.inputs, world.policy, world.schedule)
    assert facts.service_seconds(facts.retailers["B"], ()) == 2
    assert facts.service_seconds(facts.retailers["B"], ("t3", "t99")) == 302
    assert facts.service_seconds(facts.retailers["A"], ("t1",)) == 2400
