"""What territories take, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from solve.territories.fields import MINUTE, make_land, scattered
from visitroute.solve.territories import Measure, loads, shares
from visitroute.solve.territories.problem import middles, paces
from visitroute.solve.territories.start import prices
from visitroute.solve.territories.ways import Ways

LINE = [(x, 0.0) for x in (0, 2, 4, 6, 20, 22, 24, 26)]
BASES = [(3.0, 0.0), (23.0, 0.0)]
HALVES = np.array([0, 0, 0, 0, 1, 1, 1, 1])


def test_a_leg_is_the_mean_way_to_the_three_nearest() -> None:
    legs = Measure(make_land(LINE, BASES)).legs()
    assert legs[:, 0].tolist() == legs[:, 1].tolist()
    assert legs[0, 0] == pytest.approx((2 + 4 + 6) / 3 * MINUTE)
    assert legs[1, 0] == pytest.approx((2 + 2 + 4) / 3 * MINUTE)


def test_legs_in_a_territory_pass_over_the_retailers_of_others() -> None:
    measure = Measure(make_land(LINE, BASES))
    assert measure.legs(HALVES)[0, 0] == pytest.approx(4 * MINUTE)
    mixed = np.array([0, 1, 0, 1, 0, 1, 0, 1])
    assert measure.legs(mixed)[0, 0] == pytest.approx((4 + 20 + 24) / 3 * MINUTE)


def test_a_day_has_one_way_from_the_base_and_back() -> None:
    land = make_land([(3.0, 0.0)], [(0.0, 0.0)])
    # Four visits in twenty days: each day on which it works has one, and no legs.
    measure = Measure(land)
    assert measure.travel(measure.legs())[0, 0] == pytest.approx(4 * 6 * MINUTE)


def test_full_days_share_their_way_from_the_base() -> None:
    land = make_land(LINE, BASES, days=np.array([4.0, 4.0]))
    measure = Measure(land)
    # 16 visits on 4 days: four a day, each with a quarter of the haul, three of a leg.
    travel = measure.travel(measure.legs(HALVES), HALVES)
    assert travel[0, 0] == pytest.approx(4 * (6 / 4 + 4 * 3 / 4) * MINUTE)


def test_the_share_follows_from_the_working_time() -> None:
    room = np.array([100.0, 300.0])
    land = make_land(LINE, BASES, room=room)
    measure = Measure(land)
    work = measure.work(measure.legs(HALVES), HALVES)
    share, load = shares(land, work, HALVES), loads(land, work, HALVES)
    assert share.sum() == pytest.approx(load.sum())
    assert share[1] == pytest.approx(3 * share[0])


def test_work_shared_with_others_counts() -> None:
    land = make_land(LINE, BASES, shared=np.array([1000.0, 0.0]))
    measure = Measure(land)
    work = measure.work(measure.legs(HALVES), HALVES)
    load = loads(land, work, HALVES)
    assert load[0] - load[1] == pytest.approx(1000)
    assert shares(land, work, HALVES).sum() == pytest.approx(load.sum())


def test_pieces_are_counted_by_neighbours() -> None:
    far = [(x + 500.0 * (i // 12), 0.0) for i, x in enumerate([*range(12), *range(12)])]
    measure = Measure(make_land(far, BASES))
    assert measure.pieces(np.array([0] * 12 + [1] * 12)) == [1, 1]
    assert measure.pieces(np.array([0] * 24)) == [2, 0]


def test_a_territory_without_retailers_keeps_its_middle() -> None:
    land = make_land(LINE, BASES)
    assert middles(land, HALVES, [7, 7]) == [1, 5]
    assert middles(land, np.zeros(8, dtype=np.int64), [7, 7])[1] == 7


def test_whoever_is_quick_gets_no_retailers_all_over_the_land() -> None:
    land = scattered(5, 30, 2)
    quick = Ways(land.ways[0].seconds / 3)
    mixed = replace(land, ways=(land.ways[0], quick), modes=(0, 1), haul=land.haul / [1.0, 3.0])
    assert paces(land).tolist() == [1.0, 1.0]
    slow, fast = paces(mixed)
    assert fast == pytest.approx(3 * slow)
    assert slow < 1.0 < fast
    # The same way, three times as fast: it means the same to both.
    same = replace(mixed, haul=land.haul[:, [0, 0]] / [1.0, 3.0])
    one, other = prices(same, [3, 3]).T
    assert one == pytest.approx(other, rel=1e-4)
