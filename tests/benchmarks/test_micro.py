"""The loops around single steps, and the run of them where pytest-benchmark is installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from benchmarks.micro import cases, loops

from visitroute.solve.core.anneal import total_cost
from visitroute.solve.core.arrays import new_plan
from visitroute.solve.core.translate import to_state

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def case() -> cases.Case:
    return cases.make_case(5, size=30, load="under")


def test_the_plan_is_full_and_its_problem_compiles_alike(case: cases.Case) -> None:
    assert not case.plan.left_out.any()
    assert cases.compile_month(case.month) == case.month.problem


def test_insertions_leave_a_plan_that_keeps_its_books(case: cases.Case) -> None:
    a, p, keep, w = case.workplace()
    clients = len(p.count)
    placed = loops.insertions(a, p, keep, w, clients)
    assert placed == p.count.sum() == p.length.sum()
    assert total_cost(a, p) <= total_cost(a, case.plan)
    assert not w.touched.any()
    assert not w.moved.any()
    state = to_state(case.month.problem, a, p)
    assert sum(len(route.visits) for route in state.routes) == placed


def test_loops_work_on_copies(case: cases.Case) -> None:
    before = [part.copy() for part in case.plan]
    loops.insertions(*case.workplace(), 40)
    assert all(np.array_equal(x, y) for x, y in zip(before, case.plan, strict=True))


def test_searches_and_retimings_are_counted(case: cases.Case) -> None:
    a, p, _, _ = case.workplace()
    clients, routes = len(p.count), len(p.length)
    found = loops.searches(a, p, clients * routes)
    first = a.variant_ptr[:-1]
    assert found == (p.cache_cost[first] < 10**12).sum() > 0
    assert loops.retimings(a, p, routes) == routes


def test_bytes_count_every_array_once(case: cases.Case) -> None:
    sizes = cases.memory(case)
    arrays = case.arrays
    assert sizes["arrays_bytes"] == sum(part.nbytes for part in arrays)
    shared = arrays._replace(cost=arrays.time)
    assert cases.num_bytes(arrays) - cases.num_bytes(shared) == arrays.cost.nbytes
    assert sizes["plan_bytes"] == sum(part.nbytes for part in new_plan(arrays))
    assert sizes["build_peak_bytes"] > sizes["arrays_bytes"]
    # The plan, the best one, the one to return to, and two first plans to choose from.
    assert sizes["search_peak_bytes"] > 4 * sizes["plan_bytes"]


def test_the_suite_runs_and_says_what_one_call_takes(tmp_path: Path) -> None:
    pytest.importorskip("pytest_benchmark")
    file = tmp_path / "found.json"
    words = (
        f"-m pytest benchmarks/micro --benchmark-only -p no:cacheprovider --benchmark-json {file}"
    )
    pick = ["-k", "(retime or to_arrays) and s1"]
    # The plugin times nothing in a worker of xdist, which this process may be.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_XDIST")}
    done = subprocess.run(
        [sys.executable, *words.split(), *pick],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| bench_retime[060-under-s1] | 50,000 |" in done.stdout
    noted = {b["name"]: b["extra_info"] for b in json.loads(file.read_text())["benchmarks"]}
    assert noted["bench_retime[060-under-s1]"]["calls_per_second"] > 1000
    assert noted["bench_to_arrays[060-under-s1]"]["plan_bytes"] > 10_000
