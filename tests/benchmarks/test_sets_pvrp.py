"""Periodic routing: reading, the arrays, what the core finds, and the verifier's rules."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.runner import DATA
from benchmarks.sets import pvrp

TEXT = """1 1 3 2
40 10
40 10
 0 0 0 0 0 0 0
 1 3 4 1 4 2 1 3
 2 6 8 1 6 1 2 1 2
 3 0 5 1 6 1 2 1 2
"""


@pytest.fixture
def small(tmp_path: Path) -> pvrp.Instance:
    folder = tmp_path / "pvrp"
    folder.mkdir()
    (folder / "tiny.txt").write_text(TEXT)
    [instance] = pvrp.load(tmp_path, "t*")
    return instance


def plan(*routes: tuple[int, list[int]], dropped: tuple[int, ...] = ()) -> dict[str, object]:
    return {
        "routes": [{"day": day, "vehicle": 0, "stops": stops} for day, stops in routes],
        "dropped": list(dropped),
    }


def test_patterns_are_read_left_to_right(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("1 1 1 5\n" + "0 9\n" * 5 + "0 0 0\n1 1 1 0 1 2 1 10\n")
    [customer] = pvrp.read(tmp_path / "x.txt").customers
    assert customer.patterns == ((1, 3),)


def test_a_limit_of_zero_is_none(small: pvrp.Instance) -> None:
    free = replace(small, limits=((0.0, 0), (0.0, 0)))
    found, problems = pvrp.verify(free, plan((0, [1, 2, 3]), (1, [1])))
    assert found == pytest.approx((0, 10 + math.dist((6, 8), (0, 5)) + 5 + 10))
    assert problems == []


def test_the_core_finds_the_shortest_plan(small: pvrp.Instance) -> None:
    solution = pvrp.solve(small, "visitroute", 1, iterations=500)
    found, problems = pvrp.verify(small, solution)
    assert problems == []
    best = math.inf
    for days in itertools.product((0, 1), repeat=2):
        routes = [[1, *(c for c, d in zip((2, 3), days, strict=True) if d == k)] for k in (0, 1)]
        for orders in itertools.product(*(itertools.permutations(r) for r in routes)):
            tried, broken = pvrp.verify(small, plan(*((d, list(o)) for d, o in enumerate(orders))))
            best = min(best, math.inf if broken else tried[1])
    assert found == pytest.approx((0, best))


def test_the_same_seed_gives_the_same_plan(small: pvrp.Instance) -> None:
    first, second = (pvrp.solve(small, "visitroute", 3, iterations=300) for _ in range(2))
    assert first == second


BROKEN = {
    "carries 16 of 10": [(0, [1, 2, 3]), (1, [1])],
    "customer 1: days (0,) are no allowed set": [(0, [1, 2]), (1, [3])],
    "two routes": [(0, [1, 2]), (0, [1, 3])],
    "no such vehicle": [(0, [1, 2]), (2, [1, 3])],
    "no customer 9": [(0, [1, 2]), (1, [1, 3, 9])],
    "customer 3: visited and dropped, or neither": [(0, [1, 2]), (1, [1])],
    "takes 22.0000 of 21": [(0, [1, 2]), (1, [1, 3])],
}


@pytest.mark.parametrize("words", BROKEN)
def test_a_broken_rule_is_found(small: pvrp.Instance, words: str) -> None:
    tight = replace(small, limits=((21.0, 10), (21.0, 10)))
    _, problems = pvrp.verify(tight, plan(*BROKEN[words]))
    assert any(words in problem for problem in problems), problems


def test_a_kept_plan_has_no_problems(small: pvrp.Instance) -> None:
    _, problems = pvrp.verify(small, plan((0, [1, 2]), (1, [1, 3])))
    assert problems == []


def test_the_duration_binds_the_core(small: pvrp.Instance) -> None:
    # Customer 2 alone takes 20 of travel and 1 of service.
    exact = replace(small, limits=((21.0, 10), (21.0, 10)))
    _, problems = pvrp.verify(exact, pvrp.solve(exact, "visitroute", 1, iterations=300))
    assert problems == []
    short = replace(small, limits=((20.9, 10), (20.9, 10)))
    solution = pvrp.solve(short, "visitroute", 1, iterations=300)
    assert 2 in solution["dropped"]
    assert pvrp.verify(short, solution)[1] == []


def test_real_file() -> None:
    if not (DATA / "pvrp").is_dir():
        pytest.skip(f"{DATA / 'pvrp'} is absent")
    [instance] = pvrp.load(DATA, "p11")
    assert (len(instance.customers), instance.vehicles, len(instance.limits)) == (139, 4, 5)
    odd = next(c for c in instance.customers if c.number == 131)
    assert (odd.frequency, [len(p) for p in odd.patterns]) == (0, [1] * 5)
    solution = pvrp.solve(instance, "visitroute", 1, iterations=200)
    (left, length), problems = pvrp.verify(instance, solution)
    assert problems == []
    assert left > 0 or length >= 770
