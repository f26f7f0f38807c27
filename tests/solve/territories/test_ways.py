"""Nearest retailers and middles."""

from __future__ import annotations

import numpy as np

from visitroute.solve.territories import FAR_SECONDS, Ways

TABLE = np.array(
    [
        [0, 10, 30, 50],
        [20, 0, 10, 30],
        [30, 10, 0, 10],
        [50, 30, 10, 0],
    ]
)


def test_a_way_is_the_mean_of_there_and_back() -> None:
    ways = Ways.of_table(TABLE)
    assert ways.to(np.array([1]))[:, 0].tolist() == [15, 0, 10, 30]


def test_where_no_way_leads_it_is_far() -> None:
    table = TABLE.copy()
    table[0, 3] = table[3, 0] = np.iinfo(np.int64).max // 4
    assert Ways.of_table(table).to(np.array([3]))[0, 0] == FAR_SECONDS


def test_the_nearest_come_first_and_of_equals_the_first_one() -> None:
    rows, seconds = Ways.of_table(TABLE).near(2)
    assert rows.tolist() == [[1, 2], [2, 0], [1, 3], [2, 1]]
    assert seconds.tolist() == [[15, 30], [10, 15], [10, 10], [10, 30]]


def test_one_retailer_has_no_neighbours() -> None:
    rows, seconds = Ways.of_table(np.zeros((1, 1), dtype=np.int64)).near(10)
    assert rows.shape == seconds.shape == (1, 0)


def test_the_middle_has_the_least_way_by_weight() -> None:
    ways = Ways.of_table(TABLE)
    assert ways.middle(np.array([0, 1, 3]), np.array([1.0, 1.0, 1.0])) == 1
    assert ways.middle(np.array([0, 1, 3]), np.array([1.0, 1.0, 9.0])) == 3
