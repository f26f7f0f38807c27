from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.month import (
    Day,
    Extras,
    Month,
    Spacing,
    Visit,
    plain_month,
    time_route,
    verify_month,
)

H = 3600


def make_month() -> Month:
    """Two shops, A twice and B once, ten minutes from everything; two days with lunch."""
    seconds = np.full((4, 4), 600, dtype=np.int64)
    np.fill_diagonal(seconds, 0)
    days = tuple(
        Day(f"2026-12-0{d + 1}", 7 * d, 8 * H, 17 * H, 2700, (11 * H, 12 * H), 10) for d in range(2)
    )
    whole = {0: ((8 * H, 18 * H),), 1: ((8 * H, 18 * H),)}
    visits = (
        Visit("A#0", "A", 0, 1800, (0, 1), whole, 8, 80, 3, 0),
        Visit("A#1", "A", 0, 1800, (1,), {1: whole[1]}, 8, 80, 3, 1),
        Visit("B@T", "B", 1, 1800, (0, 1), whole, 50, 100, 1, -1),
    )
    spacing = {"A": Spacing(-7, 4, 10, 7.0, late=False), "B": Spacing(None, 4, 10, 7.0, late=False)}
    return Month(
        "two", ("A", "B", "@start", "@end"), seconds, days, visits, spacing,
        Extras(120.0, 60.0, 900.0, 2, 1),
    )  # fmt: skip


GOOD = {
    "routes": [
        {"day": 0, "vehicle": 0, "stops": ["A#0", "B@T"]},
        {"day": 1, "vehicle": 0, "stops": ["A#1"]},
    ],
    "dropped": [],
}


def test_a_valid_solution_has_its_travel_and_cost() -> None:
    found = verify_month(make_month(), GOOD)
    assert found.faults == found.spacing == []
    # Five legs; the second day has one visit less than the mean; all gaps are ideal.
    assert (found.travel, found.cost, found.worth) == (3000, 3060.0, 0)


@pytest.mark.parametrize(
    ("routes", "dropped", "told"),
    [
        ([(0, ["A#0"]), (1, ["A#1"])], [], "B@T: planned and dropped, neither, or unknown"),
        ([(0, ["A#0", "B@T"]), (1, ["A#1"])], ["B@T"], "B@T: planned and dropped, neither"),
        ([(0, ["A#0", "B@T", "A#1"])], [], "not allowed on day 0"),
        ([(1, ["A#0", "A#1"])], ["B@T"], "a shop twice"),
        ([(0, ["A#0"]), (0, ["B@T"]), (1, ["A#1"])], [], "more than one route"),
        ([(0, ["A#0", "B@T"]), (1, ["A#1", "B@T"])], [], "visited twice"),
        ([(0, ["A#0", "C"]), (1, ["A#1"])], ["B@T"], "unknown day or visits"),
    ],
)
def test_broken_solutions_are_told(
    routes: list[tuple[int, list[str]]], dropped: list[str], told: str
) -> None:
    lines = [{"day": d, "vehicle": 0, "stops": stops} for d, stops in routes]
    faults = verify_month(make_month(), {"routes": lines, "dropped": dropped}).faults
    assert any(told in fault for fault in faults)


def test_what_is_left_out_counts_by_tier_and_worth() -> None:
    part = {"routes": [{"day": 1, "vehicle": 0, "stops": ["A#1"]}], "dropped": ["A#0", "B@T"]}
    found = verify_month(make_month(), part)
    assert found.left_out == (0, 100, 0, 80, 0, 0)
    assert found.worth == 58


def test_gaps_are_told_apart_from_other_faults() -> None:
    month = make_month()
    month = replace(month, spacing={**month.spacing, "A": Spacing(-2, 4, 6, 5.0, late=False)})
    found = verify_month(month, GOOD)
    assert found.faults == []
    assert [s.split(": ")[1] for s in found.spacing] == [
        "A 2 days after the last visit",
        "A 7 days between visits 0 and 1",
    ]
    # 0 instead of 3, and a gap of 7 instead of 5.
    assert found.cost - found.travel == pytest.approx(60 + 120 * (3 + 2))


def test_lunch_lies_between_service_or_on_the_way() -> None:
    month = make_month()
    timed = time_route(month, 0, month.visits[::2])
    assert timed is not None
    assert timed.lunch == 11 * H
    # Both services are over before lunch; the day ends when it is eaten.
    assert timed.stops[-1][2] < 11 * H
    assert timed.end == 11 * H + 2700


def test_a_service_across_the_whole_lunch_window_has_no_clock() -> None:
    month = make_month()
    late = month.visits[0]._replace(service=3 * H, windows={0: ((10 * H, 14 * H),)})
    assert time_route(month, 0, [late]) is None
    early = late._replace(windows={0: ((9 * H, 12 * H),)})
    timed = time_route(month, 0, [early])
    assert timed is not None
    assert timed.lunch == 12 * H


def test_of_several_windows_the_first_that_fits_is_taken() -> None:
    month = make_month()
    split = month.visits[0]._replace(windows={0: ((8 * H, 8 * H + 2000), (14 * H, 16 * H))})
    timed = time_route(month, 0, [split])
    assert timed is not None
    assert timed.stops == ((8 * H + 600, 14 * H, 14 * H + 1800),)


def test_in_the_plain_month_a_shops_visits_share_no_day() -> None:
    assert plain_month(make_month()).visits[0].days == (0,)


def test_the_month_can_be_written() -> None:
    written = make_month().as_json()
    assert written["visits"][1]["windows"] == {"1": [(8 * H, 18 * H)]}
    assert written["seconds"][0][1] == 600
