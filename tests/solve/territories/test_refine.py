"""Borders: islands join their neighbours, work comes into its band, changes stay in number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from solve.territories.fields import make_land
from visitroute.solve.territories import Land, Measure, Terms, count_moved, loads, shares
from visitroute.solve.territories.problem import middles
from visitroute.solve.territories.refine import refine
from visitroute.solve.territories.ways import Ints

GRID = [(float(x), float(y)) for x in range(10) for y in range(6)]
HOMES = [(0.0, 3.0), (9.0, 3.0)]


def refined(land: Land, owner: Ints, terms: Terms) -> tuple[Ints, float]:
    """Return the owners after one round, and how far the rep furthest off is from its share."""
    measure = Measure(land)
    work = measure.work(measure.legs(owner), owner)
    found = refine(measure, work, terms, owner, middles(land, owner, [0, 0]), 1)
    return found, float(np.abs(loads(land, work, found) / shares(land, work, found) - 1).max())


def test_islands_join_those_around_them() -> None:
    land = make_land(GRID, HOMES)
    owner = np.repeat([0, 1], 30)
    owner[8], owner[50] = 1, 0
    found, off = refined(land, owner, Terms(0.05))
    assert Measure(land).pieces(found) == [1, 1]
    assert off <= 0.05


def test_work_comes_into_its_band() -> None:
    land = make_land(GRID, HOMES)
    owner = np.repeat([0, 1], [36, 24])
    found, off = refined(land, owner, Terms(0.1))
    assert off <= 0.1
    assert (found[:24] == 0).all()


@pytest.mark.parametrize("most", [0, 2])
def test_no_more_change_than_may(most: int) -> None:
    before = np.repeat([0, 1], [36, 24])
    land = replace(make_land(GRID, HOMES), before=before)
    found, _ = refined(land, before, Terms(0.02, most))
    assert count_moved(land, found) == most


def test_fixed_ones_stay_where_they_are() -> None:
    before = np.repeat([0, 1], [36, 24])
    fixed = np.zeros(60, dtype=bool)
    fixed[30:36] = True
    land = replace(make_land(GRID, HOMES), before=before, fixed=fixed)
    found, _ = refined(land, before, Terms(0.02))
    assert (found[fixed] == 0).all()
