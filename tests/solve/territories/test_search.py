"""The search for middles: even by prices, faithful to what is fixed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from solve.territories.fields import make_land, scattered
from visitroute.solve.territories import Measure, Terms, loads, shares
from visitroute.solve.territories.search import search_middles

TERMS = Terms(0.05)


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


@pytest.mark.parametrize("seed", [1, 2])
def test_prices_make_loads_even(seed: int) -> None:
    land = scattered(seed, 150, 4)
    measure = Measure(land)
    work = measure.work(measure.legs())
    found = search_middles(land, work, TERMS, rng())
    off = loads(land, work, found.owner) / shares(land, work, found.owner) - 1
    assert np.abs(off).max() < 0.04
    again = search_middles(land, work, TERMS, rng())
    assert (again.owner == found.owner).all()


def test_each_of_four_towns_is_a_territory() -> None:
    corners = [(0.0, 0.0), (80.0, 0.0), (0.0, 80.0), (80.0, 80.0)]
    places = [(x + i % 5, y + i // 5) for x, y in corners for i in range(20)]
    # All bases stand amid the towns: only the search finds these.
    land = make_land(places, [(42.0, 41.5)] * 4)
    measure = Measure(land)
    owner = search_middles(land, measure.work(measure.legs()), TERMS, rng()).owner
    assert [len(set(owner[20 * k : 20 * k + 20])) for k in range(4)] == [1, 1, 1, 1]
    assert len(set(owner)) == 4


def test_what_is_fixed_stays_whatever_it_costs() -> None:
    land = scattered(3, 60, 3)
    fixed = np.arange(60) % 6 == 0
    far = np.argmax(land.haul, axis=1)
    land = replace(land, before=far, fixed=fixed)
    measure = Measure(land)
    owner = search_middles(land, measure.work(measure.legs()), TERMS, rng()).owner
    assert (owner[fixed] == far[fixed]).all()
    assert (owner[~fixed] != far[~fixed]).any()
