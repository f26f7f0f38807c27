"""Flows: the band of work, and changes kept in number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from solve.territories.fields import make_land, scattered
from visitroute.solve.territories import Measure, Terms, count_moved, loads, shares
from visitroute.solve.territories.start import first_owners, judge

LINE = [(float(x), 0.0) for x in range(40)]
ENDS = [(0.0, 0.0), (39.0, 0.0)]


def test_a_flow_fills_the_band() -> None:
    land = make_land(LINE, ENDS, room=np.array([1e6, 3e6]), days=np.array([10.0, 30.0]))
    measure = Measure(land)
    work = measure.work(measure.legs())
    owner, _ = first_owners(land, work, Terms(0.05), [0, 39])
    load, share = loads(land, work, owner), shares(land, work, owner)
    assert np.abs(load / share - 1).max() < 0.1
    assert (np.diff(owner) >= 0).all()


@pytest.mark.parametrize("most", [0, 4, 15])
def test_no_more_change_than_may_and_the_most_useful_do(most: int) -> None:
    land = replace(make_land(LINE, ENDS), before=np.zeros(40, dtype=np.int64))
    measure = Measure(land)
    owner, _ = first_owners(land, measure.work(measure.legs()), Terms(0.05, most), [0, 39])
    assert count_moved(land, owner) <= most
    assert (owner[:20] == 0).all()


def test_with_many_reps_each_is_given_to_one_of_the_near_ones() -> None:
    land = scattered(4, 120, 12)
    measure = Measure(land)
    work = measure.work(measure.legs())
    owner, centres = first_owners(land, work, Terms(0.05), list(range(12)))
    assert set(owner) <= set(range(12))
    rank = np.argsort(np.argsort(land.haul, axis=1), axis=1)[np.arange(120), owner]
    assert np.median(rank) <= 3
    assert len(set(centres)) == 12


def test_work_outside_the_band_is_dear() -> None:
    land = make_land(LINE, ENDS)
    measure = Measure(land)
    work = measure.work(measure.legs())
    halves = np.repeat([0, 1], 20)
    uneven = np.repeat([0, 1], [26, 14])
    assert judge(land, halves, work, Terms(0.05), [10, 30]) < judge(
        land, uneven, work, Terms(0.05), [13, 33]
    )
