from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from benchmarks.nested import Part, day_sets, lump, nested_sets


@pytest.mark.parametrize(("visits", "lapse"), [(1, 7), (2, 3), (3, 2), (4, 2), (3, 9)])
def test_day_sets_are_all_that_keep_apart(visits: int, lapse: int) -> None:
    days = (0, 1, 3, 4, 7, 8, 9, 12)
    brute = [
        s
        for s in combinations(days, visits)
        if visits == 1 or all(b - a >= lapse for a, b in pairwise(s))
    ]
    assert sorted(day_sets(days, visits, lapse, 10**6)) == brute


def test_too_many_day_sets_are_thinned_the_same_way_every_time() -> None:
    days = tuple(d for d in range(84) if d % 7 < 5)
    sets = day_sets(days, 3, 28, 50)
    assert sets == day_sets(days, 3, 28, 50)
    assert len(set(sets)) == 50
    assert all(b - a >= 28 for s in sets for a, b in pairwise(s))


def test_parts_lie_on_days_of_the_most_frequent_one() -> None:
    days = tuple(range(0, 84, 7))
    parts = [
        Part((0,), 6, 14, 100.0, days, 6),
        Part((1,), 3, 28, 300.0, days, 3),
        Part((2,), 1, 84, 500.0, days[:4], 1),
    ]
    ways = nested_sets(parts, 100)
    whole = [w for w in ways if not w.left_out]
    assert whole
    for way in whole:
        assert len(way.days) == 6
        for number, part in enumerate(parts):
            own = [d for d, done in zip(way.days, way.parts, strict=True) if number in done]
            assert len(own) == part.visits
            assert set(own) <= set(part.days)
            assert all(b - a >= part.lapse for a, b in pairwise(own))
    assert {w.left_out for w in ways} == {0, 1, 3, 6, 1 + 3, 1 + 6, 3 + 6}


def test_equally_frequent_parts_share_all_days() -> None:
    days = tuple(range(10))
    parts = [Part((0,), 2, 5, 1.0, days, 2), Part((1,), 2, 3, 1.0, days, 2)]
    for way in nested_sets(parts, 100):
        if not way.left_out:
            assert all(done == {0, 1} for done in way.parts)
            assert way.days[1] - way.days[0] >= 5


def test_equally_frequent_parts_are_lumped_until_few_are_left() -> None:
    days = tuple(range(10))
    parts = [
        Part((0,), 1, 7, 5.0, days[:5], 1),
        Part((1,), 2, 5, 1.0, days, 2),
        Part((2,), 1, 9, 9.0, days[3:], 1),
        Part((3,), 1, 3, 2.0, days, 1),
    ]
    assert [p.services for p in lump(parts, 4)] == [(1,), (2,), (0,), (3,)]
    assert lump(parts, 3)[2] == Part((0, 3), 1, 7, 7.0, days[:5], 2)
    (_, all_once) = lump(parts, 1)
    assert (all_once.days, all_once.lapse, all_once.weight) == ((3, 4), 9, 3)
