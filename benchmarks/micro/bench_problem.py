"""From tables to the compiled search: the problem, its arrays, and the memory they take."""

from __future__ import annotations

from benchmarks.micro.cases import Case, compile_month, memory
from benchmarks.micro.conftest import Measure
from pytest_benchmark.fixture import BenchmarkFixture

from visitroute.solve.core.translate import to_arrays


def bench_compile_problem(case: Case, measure: Measure) -> None:
    """Compile a rep's problem from the domain objects."""
    measure(compile_month, lambda: (case.month,), 1)


def bench_to_arrays(case: Case, measure: Measure, benchmark: BenchmarkFixture) -> None:
    """Build the arrays of the compiled search; notes the memory of arrays and plans too."""
    measure(to_arrays, lambda: (case.month.problem,), 1)
    benchmark.extra_info.update(memory(case))
