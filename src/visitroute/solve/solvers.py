"""The two solvers behind one call: the compiled search, and OR-Tools where numba is missing."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from visitroute.solve.effort import Effort
from visitroute.solve.problem import Problem
from visitroute.solve.search import polish, repair, search_plan
from visitroute.solve.state import State

SOLVERS = ("visitroute", "ortools")


def has_core() -> bool:
    """Tell whether the compiled search can run: it needs numba."""
    return find_spec("numba") is not None


def solve_problem(
    problem: Problem, effort: Effort, progress: Callable[[float], None] | None = None
) -> State:
    """Return the best plan of a rep that the solver named in ``effort`` finds.

    Solver visitroute is the compiled search, after which every request left out is tried
    once more by insertion and every day is put in the best order that OR-Tools finds. Solver
    ortools does without numba, and stands in where numba is missing.
    """
    if effort.solver == "visitroute" and has_core():
        from visitroute.solve.core.translate import search_core  # noqa: PLC0415 - needs numba

        return polish(repair(search_core(problem, effort, progress)))
    return search_plan(problem, effort, progress)


def warm_up() -> None:
    """Compile the search where it was not compiled before; else load it, in about a second."""
    if has_core():
        from visitroute.solve.core.warmup import compile_core  # noqa: PLC0415 - needs numba

        compile_core()
