"""Overloads made up from a seed: what the capacity audit proves beside what a plan leaves out.

``python -m benchmarks.overloads`` prints the tables of docs/explain.md. In the first the
daily limit of visits is what is short, in the second the working time.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from benchmarks.repinputs import START, RepInputs, make_inputs

from visitroute.calendar import WorkingCalendar
from visitroute.explain import Audit, audit_capacity
from visitroute.model import Cadence
from visitroute.solve import Effort, compile_problem, solve_problem, warm_up

LIMITS = (
    # retailers, most visits a day, all of them weekly, days of leave
    (190, 20, True, 0),
    (190, 15, True, 0),
    (120, 10, False, 0),
    (150, 12, False, 2),
    (200, 18, False, 0),
    (200, 24, True, 3),
    (180, 16, False, 5),
    (100, 8, False, 0),
    (160, 25, True, 1),
    (140, 9, False, 0),
)
"""Ten overloads in number; each has its own seed."""


@dataclass(frozen=True)
class Outcome:
    """One overload: what was required, what the audit proves, what the best plan leaves out."""

    name: str
    required: int
    proved: int
    dropped: int
    seconds: float

    @property
    def share(self) -> float:
        """The proved part of what the plan leaves out."""
        return self.proved / self.dropped if self.dropped else 1.0


def limited(number: int) -> RepInputs:
    """Return an overload in number: short visits, more of them than the days may hold."""
    size, most, weekly, leave = LIMITS[number]
    made = make_inputs(100 + number, size, "under")
    days = frozenset(START + timedelta(days=7 * (i % 4) + i) for i in range(leave))
    rep = replace(made.inputs.reps[0], max_visits=most, min_visits=0, leave=days)
    shops = tuple(
        replace(s, service_minutes=5, cadence=Cadence(1, 7, 4, 10) if weekly else s.cadence)
        for s in made.inputs.retailers
    )
    return rebuild(made, replace(made.inputs, reps=(rep,), retailers=shops))


def crowded(number: int) -> RepInputs:
    """Return an overload in time: the work of the month is a quarter above the working time."""
    return make_inputs(200 + number, (120, 160, 200)[number % 3], "over")


def rebuild(made: RepInputs, inputs: object) -> RepInputs:
    """Return a month with other input on the same roads."""
    from visitroute.model import PlanInput  # noqa: PLC0415
    from visitroute.priority import request_visits  # noqa: PLC0415

    assert isinstance(inputs, PlanInput)  # noqa: S101
    demand = request_visits(inputs, made.policy)
    calendar = WorkingCalendar(made.policy.calendar, range(START.year, START.year + 2))
    rep = inputs.reps[0]
    problem = compile_problem(
        inputs, made.policy, demand, calendar, rep, inputs.retailers, made.matrix
    )
    return replace(made, inputs=inputs, demand=demand, problem=problem)


def audit(made: RepInputs) -> Audit:
    """Return the capacity audit of a month."""
    groups = [[made.problem]]
    return audit_capacity(groups, made.demand.segments, made.policy, made.inputs.horizon)


def measure(made: RepInputs, effort: int, seeds: Sequence[int]) -> Outcome:
    """Return what the audit proves and the fewest visits that a plan of some seeds leaves out."""
    began = time.process_time()
    found = audit(made)
    seconds = time.process_time() - began
    dropped = []
    for seed in seeds:
        state = solve_problem(made.problem, Effort(effort, seed))
        dropped.append(
            sum(
                a.request.id not in state.served[c.index]
                for c in made.problem.clients
                for a in (*c.cadence, *c.others)
            )
        )
    return Outcome(
        f"{len(made.inputs.retailers)} retailers, "
        + (f"{made.inputs.reps[0].max_visits} a day" if made.inputs.reps[0].max_visits else "time"),
        len(made.demand.requests),
        found.least,
        min(dropped),
        seconds,
    )


def lines(outcomes: Iterator[Outcome]) -> Iterator[str]:
    """Yield a table of outcomes as Markdown."""
    yield "| overload | requested | proved | best plan | proved ÷ plan | audit, CPU s |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for o in outcomes:
        yield (
            f"| {o.name} | {o.required} | {o.proved} | {o.dropped} | {o.share:.1%} "
            f"| {o.seconds:.2f} |"
        )


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--effort", type=int, default=2000)
    parser.add_argument("--seeds", type=int, default=1)
    given = parser.parse_args()
    warm_up()
    audit(limited(0))  # libraries are loaded once
    seeds = range(1, 1 + given.seeds)
    for line in lines(measure(limited(i), given.effort, seeds) for i in range(len(LIMITS))):
        print(line, flush=True)
    print()
    for line in lines(measure(crowded(i), given.effort, seeds) for i in range(5)):
        print(line, flush=True)
    print(date.today().isoformat())  # noqa: DTZ011


if __name__ == "__main__":
    main()
