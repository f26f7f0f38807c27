"""Plans of reps and choices of teams as jobs: the same in this process or in a worker."""

from __future__ import annotations

import contextlib
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from visitroute.explain import explain_drops
from visitroute.model import DroppedVisit
from visitroute.solve import (
    Draft,
    Effort,
    Problem,
    StablePrice,
    State,
    TeamPlan,
    TeamProblem,
    TimedDay,
    price_of,
    solve_problem,
    solve_team,
    time_day,
    with_stable_weekdays,
)
from visitroute.texts import load_texts

R_co = TypeVar("R_co", covariant=True)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """What one visit serves: request ids and task ids."""

    requests: tuple[str, ...]
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedDay:
    """A day of a rep's plan: index of the day, clock times, and what each visit serves."""

    day: int
    timed: TimedDay
    travel: int
    stops: tuple[PlannedStop, ...]


@dataclass(frozen=True, slots=True)
class RepPlan:
    """A rep's plan as plain values, small enough to be sent between processes."""

    days: tuple[PlannedDay, ...]
    dropped: tuple[DroppedVisit, ...]
    price: StablePrice | None = None


class StopSwitch:
    """A switch that ends all searches of a run, in every process: a file that appears."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def turn(self) -> None:
        """Ask every search to end with the best plan it has."""
        self.path.touch()

    def __call__(self) -> bool:
        """Tell whether the switch was turned."""
        return self.path.exists()


@contextlib.contextmanager
def stop_on_signal() -> Iterator[StopSwitch]:
    """Turn Ctrl-C and SIGTERM into the wish for the best plan so far, while inside.

    A second Ctrl-C ends the run at once.
    """
    with tempfile.TemporaryDirectory(prefix="visitroute-") as folder:
        switch = StopSwitch(Path(folder) / "stop")
        if threading.current_thread() is not threading.main_thread():
            yield switch
            return

        def turn(number: int, _: object) -> None:
            if switch():
                raise KeyboardInterrupt
            del number
            switch.turn()

        numbers = [signal.SIGINT, signal.SIGTERM]
        before = [signal.signal(number, turn) for number in numbers]
        try:
            yield switch
        finally:
            for number, handler in zip(numbers, before, strict=True):
                # None stands for a handler that was not set from Python; it can't be put back.
                signal.signal(number, signal.SIG_DFL if handler is None else handler)


@dataclass(frozen=True, slots=True)
class RepJob:
    """What one rep's plan is made of; ``draft`` comes from the plan of the rep's team."""

    problem: Problem
    language: str
    draft: Draft | None = None
    stable: bool = False

    def run(self, effort: Effort, progress: Callable[[float], None] | None = None) -> RepPlan:
        """Return the plan of one rep."""
        report = progress or (lambda _: None)
        parts = 2 if self.stable else 1
        # Where time is limited the plan on free weekdays may take its part of it only.
        first = _share(effort, parts)
        state = solve_problem(self.problem, first, _part(report, 0, parts), self.draft)
        price = None
        if self.stable:
            fixed = with_stable_weekdays(self.problem, state)
            steady = solve_problem(fixed, effort, _part(report, 1, parts))
            price = price_of(state, steady)
            state = steady
        texts = load_texts(self.language)
        return RepPlan(tuple(_days(state)), explain_drops(state, texts), price)


@dataclass(frozen=True, slots=True)
class TeamJob:
    """The choice of a team's reps for the retailers they share."""

    problem: TeamProblem

    def run(self, effort: Effort, progress: Callable[[float], None] | None = None) -> TeamPlan:
        """Return who visits whom."""
        return solve_team(self.problem, effort, progress)


class Job(Protocol[R_co]):
    """A piece of work whose result depends on nothing but itself and the effort."""

    def run(self, effort: Effort, progress: Callable[[float], None] | None = None) -> R_co:
        """Do it."""
        ...


def plan_reps(
    problems: Sequence[Problem],
    effort: Effort,
    language: str,
    jobs: int,
    progress: Callable[[float], None] | None = None,
    drafts: Sequence[Draft | None] | None = None,
    *,
    stable: bool = False,
) -> list[RepPlan]:
    """Return the plans of all reps, in their order; ``jobs`` processes work at a time.

    ``drafts`` are plans found before, for those reps that have one. With ``stable`` each rep is
    planned twice, the second time on the weekdays of the first.
    """
    known = drafts or [None] * len(problems)
    work = [RepJob(p, language, draft, stable) for p, draft in zip(problems, known, strict=True)]
    return run_jobs(work, effort, jobs, progress)


def run_jobs(
    jobs: Sequence[Job[R]],
    effort: Effort,
    processes: int,
    progress: Callable[[float], None] | None = None,
) -> list[R]:
    """Return the results of all jobs, in their order; ``processes`` work at a time.

    Each result depends on its own job only, so that neither the number of processes nor the
    order of completion changes it.
    """
    results: dict[int, R] = {}
    report = progress or (lambda _: None)
    count = max(1, len(jobs))
    if processes <= 1 or len(jobs) <= 1:
        for number, job in enumerate(jobs):
            share = _share(effort, len(jobs) - number)
            results[number] = job.run(share, _part(report, number, count))
    else:
        from joblib import Parallel, delayed  # noqa: PLC0415 - only where processes are wanted

        rounds = -(-len(jobs) // processes)
        share = _share(effort, rounds)
        with _deaf_to_interrupts():
            work = Parallel(n_jobs=processes, backend="loky", return_as="generator_unordered")(
                delayed(_run_numbered)(number, job, share) for number, job in enumerate(jobs)
            )
        for done, (number, result) in enumerate(work, start=1):
            results[number] = result
            report(done / count)
    report(1.0)
    return [results[number] for number in range(len(jobs))]


def _part(report: Callable[[float], None], number: int, count: int) -> Callable[[float], None]:
    """Return a progress callback of one of ``count`` equal pieces of work."""
    return lambda done: report((number + done) / count)


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Ignore Ctrl-C while worker processes are started, so that they ignore it from birth.

    The terminal sends it to them too; before their first job it would end them. One that
    comes in these few hundredths of a second is lost: it has to be pressed again.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)


def _run_numbered(number: int, job: Job[R], effort: Effort) -> tuple[int, R]:
    # The terminal sends Ctrl-C to the workers too; the switch tells them what to do.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if effort.seconds is not None:
        effort = effort.from_now(effort.seconds)
    return number, job.run(effort)


def _share(effort: Effort, remaining: int) -> Effort:
    """Return the effort for the next of ``remaining`` equal pieces of work."""
    if effort.deadline is None:
        return effort
    return effort.from_now(max(0.0, effort.deadline - time.monotonic()) / max(1, remaining))


def _days(state: State) -> Iterator[PlannedDay]:
    clients = state.problem.clients
    for route in state.routes:
        if not route.visits:
            continue
        stops = []
        for visit in route.visits:
            served = state.served[visit.client]
            client = clients[visit.client]
            requests = [
                ask.request
                for ask in (*client.cadence, *client.others)
                if served.get(ask.request.id) == route.day
            ]
            requests.sort(key=lambda r: (r.tier, r.index < 0, r.due, r.id))
            tasks = state.done[visit.client].get(route.day, ())
            stops.append(
                PlannedStop(tuple(r.id for r in requests), tuple(j.task.id for j in tasks))
            )
        yield PlannedDay(route.day, time_day(route), route.travel, tuple(stops))
