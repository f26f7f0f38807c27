"""The months that single steps are measured on: compiled, as arrays, and with a filled plan."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
from benchmarks.repinputs import START, RepInputs, make_inputs

from visitroute.calendar import WorkingCalendar
from visitroute.solve import Problem, compile_problem
from visitroute.solve.core.arrays import Arrays, Plan, new_plan
from visitroute.solve.core.desk import Desk, new_desk
from visitroute.solve.core.driver import run_core
from visitroute.solve.core.translate import to_arrays

SEEDS = tuple(range(1, 10))
FILL_ITERATIONS = 500
"""Iterations of the search that fill the plan: a plan of the kind the search works on."""


@dataclass(frozen=True, slots=True)
class Case:
    """A month, its arrays, and a plan that is full."""

    month: RepInputs
    arrays: Arrays
    plan: Plan

    def workplace(self) -> tuple[Arrays, Plan, Plan, Desk]:
        """Return arguments of a loop that changes the plan: copies that nobody else holds."""
        return self.arrays, deepcopy(self.plan), new_plan(self.arrays), new_desk(self.arrays)


def make_case(seed: int, size: int | None = None, load: str | None = None) -> Case:
    """Return the month of a seed with a plan of a short search."""
    month = make_inputs(seed, size, load)
    arrays = to_arrays(month.problem)
    return Case(month, arrays, run_core(arrays, FILL_ITERATIONS, 1))


def compile_month(month: RepInputs) -> Problem:
    """Compile a month's problem from its tables anew."""
    calendar = WorkingCalendar(month.policy.calendar, range(START.year, START.year + 2))
    inputs = month.inputs
    return compile_problem(
        inputs, month.policy, month.demand, calendar, inputs.reps[0], inputs.retailers, month.matrix
    )


def num_bytes(arrays: Arrays | Plan) -> int:
    """Return the bytes of all arrays of a problem or a plan; one that is shared counts once."""
    own = {id(part): part for part in arrays if isinstance(part, np.ndarray)}
    return sum(part.nbytes for part in own.values())


def peak_bytes(work: Callable[[], object]) -> int:
    """Return the most memory that Python and numpy held at a time during ``work``."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def memory(case: Case) -> dict[str, int]:
    """Return bytes by what they hold: arrays, one plan, and the peaks of building and search."""
    problem, arrays = case.month.problem, case.arrays
    return {
        "arrays_bytes": num_bytes(arrays),
        "plan_bytes": num_bytes(case.plan),
        "build_peak_bytes": peak_bytes(lambda: to_arrays(problem)),
        "search_peak_bytes": peak_bytes(lambda: run_core(arrays, 1, 1)),
    }
