"""The two solvers behind one call: the compiled search, and OR-Tools where numba is missing."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

from visitroute.solve.assignment import share_out
from visitroute.solve.drafts import Draft, take_up
from visitroute.solve.effort import Effort
from visitroute.solve.problem import Problem
from visitroute.solve.search import polish, repair, search_plan
from visitroute.solve.state import State
from visitroute.solve.teams import TeamPlan, TeamProblem

SOLVERS = ("visitroute", "ortools")


def has_core() -> bool:
    """Tell whether the compiled search can run: it needs numba."""
    return find_spec("numba") is not None


def solve_problem(
    problem: Problem,
    effort: Effort,
    progress: Callable[[float], None] | None = None,
    draft: Draft | None = None,
) -> State:
    """Return the best plan of a rep that the solver named in ``effort`` finds.

    Solver visitroute returns none worse than ``draft``, a plan found before.

    Solver visitroute is the compiled search, after which every request left out is tried
    once more by insertion and every day is put in the best order that OR-Tools finds. Solver
    ortools does without numba, and stands in where numba is missing.
    """
    if effort.solver == "visitroute" and has_core():
        from visitroute.solve.core.translate import search_core  # noqa: PLC0415 - needs numba

        known = None if draft is None else take_up(problem, draft)
        found = search_core(problem, effort, progress, known=known)
        if known is not None:
            found = min((found, known), key=State.objective)
        return polish(repair(found))
    return search_plan(problem, effort, progress)


def solve_team(
    problem: TeamProblem, effort: Effort, progress: Callable[[float], None] | None = None
) -> TeamPlan:
    """Return who visits whom in a team, the better with more effort.

    Solver visitroute searches a plan of the whole team, beginning from an assignment by a
    minimum-cost flow; solver ortools stays at the assignment.
    """
    shares = share_out(problem)
    if effort.solver == "visitroute" and has_core():
        from visitroute.solve.core.team import search_team  # noqa: PLC0415 - needs numba

        return search_team(problem, shares, effort, progress)
    return TeamPlan(shares.rep)


def warm_up() -> None:
    """Compile the search where it was not compiled before; else load it, in about a second."""
    if has_core():
        from visitroute.solve.core.warmup import compile_core  # noqa: PLC0415 - needs numba

        compile_core()
