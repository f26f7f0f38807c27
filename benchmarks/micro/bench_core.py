"""Single steps of the compiled search on a filled plan, and whole iterations."""

from __future__ import annotations

from benchmarks.micro.cases import Case
from benchmarks.micro.conftest import Measure
from benchmarks.micro.loops import insertions, retimings, searches
from pytest_benchmark.fixture import BenchmarkFixture

from visitroute.solve.core.driver import run_core

INSERTIONS = 2_000
SEARCHES = 200_000
RETIMINGS = 50_000
ITERATIONS = 4_000
"""Enough that the search makes as few calls into compiled code as in real runs."""


def bench_insertion(case: Case, measure: Measure, benchmark: BenchmarkFixture) -> None:
    """Take a client out, retime its routes, place it back on its best days."""
    placed = measure(insertions, lambda: (*case.workplace(), INSERTIONS), INSERTIONS)
    info = benchmark.extra_info
    info["visits_per_call"] = placed / INSERTIONS
    if "calls_per_second" in info:
        info["visits_per_second"] = info["calls_per_second"] * placed / INSERTIONS


def bench_search_route(case: Case, measure: Measure) -> None:
    """Find the cheapest place of a visit in a route."""
    a, p, _, _ = case.workplace()
    measure(searches, lambda: (a, p, SEARCHES), SEARCHES)


def bench_retime(case: Case, measure: Measure) -> None:
    """Work out the times of a route."""
    a, p, _, _ = case.workplace()
    measure(retimings, lambda: (a, p, RETIMINGS), RETIMINGS)


def bench_iteration(case: Case, measure: Measure) -> None:
    """Run the search as it is used, its first plan included: what an iteration takes in all."""
    measure(run_core, lambda: (case.arrays, ITERATIONS, 1), ITERATIONS, rounds=3)
