"""Divisions keep what is asked of them: band, fixed retailers, moves, reach; and repeat."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solve.territories.fields import make_land, scattered
from visitroute.solve.territories import Land, Measure, Terms, count_moved, design, loads, shares
from visitroute.solve.territories.start import judge

TERMS = Terms(0.05)


def off(land: Land, owner: Any) -> float:
    """Return how far the rep furthest off is from its share, as a part of it."""
    measure = Measure(land)
    work = measure.work(measure.legs(owner), owner)
    return float(np.abs(loads(land, work, owner) / shares(land, work, owner) - 1).max())


def settled(seed: int, n: int, reps: int, **changes: Any) -> Land:
    """Return a land on which everybody has a rep: the nearest one."""
    land = scattered(seed, n, reps, **changes)
    return replace(land, before=np.argmin(land.haul, axis=1))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_minutes_are_balanced_and_territories_in_one_piece(seed: int) -> None:
    land = scattered(seed, 120, 4)
    nearest = np.argmin(land.haul, axis=1)
    division, measure = design(land, TERMS, 1)
    assert off(land, nearest) > 0.2
    assert off(land, division.owner) < 0.06
    assert measure.pieces(division.owner) == [1, 1, 1, 1]


def test_two_towns_are_not_cut() -> None:
    towns = [(x % 5 + 100.0 * (x // 25), x % 25 // 5) for x in range(50)]
    division, _ = design(make_land(towns, [(50.0, 0.0), (51.0, 0.0)]), TERMS, 1)
    assert len(set(division.owner[:25])) == len(set(division.owner[25:])) == 1
    assert division.owner[0] != division.owner[49]


def test_more_working_time_means_more_retailers() -> None:
    land = scattered(5, 90, 2, room=np.array([1e6, 2e6]), days=np.array([10.0, 20.0]))
    division, _ = design(land, TERMS, 1)
    assert off(land, division.owner) < 0.06
    counts = np.bincount(division.owner)
    assert counts[1] > 1.7 * counts[0]


def test_fixed_retailers_stay() -> None:
    land = settled(2, 80, 3)
    fixed = np.arange(80) % 7 == 0
    land = replace(land, before=(land.before + 1) % 3, fixed=fixed)
    division, _ = design(land, TERMS, 1)
    assert (division.owner[fixed] == land.before[fixed]).all()


@pytest.mark.parametrize("most", [0, 1, 7, 30])
def test_no_more_move_than_may(most: int) -> None:
    land = settled(3, 80, 3)
    division, _ = design(land, Terms(0.05, most), 1)
    assert count_moved(land, division.owner) <= most
    if most:
        assert off(land, division.owner) < off(land, land.before)
    else:
        assert (division.owner == land.before).all()


def test_who_is_not_reached_by_the_own_rep_moves_uncounted() -> None:
    land = settled(4, 60, 2)
    lost = int(np.flatnonzero(land.before == 0)[0])
    able = land.able.copy()
    able[lost, 0] = False
    division, _ = design(replace(land, able=able), Terms(0.05, 0), 1)
    moved = np.flatnonzero(division.owner != land.before)
    assert moved.tolist() == [lost]


def test_a_division_that_keeps_the_band_is_not_given_up() -> None:
    land = scattered(6, 100, 4)
    division, measure = design(land, TERMS, 1)
    work = measure.work(measure.legs(division.owner), division.owner)
    swapped = division.owner.copy()
    swapped[division.owner == 0], swapped[division.owner == 1] = 1, 0
    assert judge(land, division.owner, work, TERMS, division.centres) < judge(
        land, swapped, work, TERMS, division.centres
    )


def test_without_retailers_there_is_nothing_to_divide() -> None:
    land = make_land(np.zeros((0, 2)), [(0.0, 0.0)])
    division, _ = design(land, TERMS, 1)
    assert division.owner.shape == (0,)


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_any_land_is_divided_by_the_rules(data: st.DataObject) -> None:
    n, reps = data.draw(st.integers(1, 25)), data.draw(st.integers(1, 4))
    land = scattered(data.draw(st.integers(0, 99)), n, reps)
    able = np.array(
        data.draw(
            st.lists(st.lists(st.booleans(), min_size=reps, max_size=reps), min_size=n, max_size=n)
        )
    )
    able[:, data.draw(st.integers(0, reps - 1))] = True
    before = np.array(data.draw(st.lists(st.integers(-1, reps - 1), min_size=n, max_size=n)))
    fixed = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    fixed &= (before >= 0) & able[np.arange(n), before]
    visits = np.array(data.draw(st.lists(st.sampled_from([0.0, 2.0, 4.0]), min_size=n, max_size=n)))
    land = replace(land, able=able, before=before, fixed=fixed, visits=visits)
    most = data.draw(st.sampled_from([None, 0, 2]))
    division, _ = design(land, Terms(0.05, most), 1)
    owner = division.owner
    assert able[np.arange(n), owner].all()
    assert (owner[fixed] == before[fixed]).all()
    assert most is None or count_moved(land, owner) <= most
    again, _ = design(land, Terms(0.05, most), 1)
    assert (again.owner == owner).all()
