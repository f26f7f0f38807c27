"""What ``benchmarks.scale`` measures, one function for each kind of run, each run by itself.

Every function returns plain figures. Plans are judged by the set ``repmonth_full``: by its own
verifier and by the project's plan checker.
"""

from __future__ import annotations

import hashlib
import pickle
import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from benchmarks.alone import peak_mb
from benchmarks.micro.cases import compile_month
from benchmarks.repinputs import START, WEEKS, make_inputs
from benchmarks.sets import repmonth_full
from joblib import Parallel, delayed
from joblib.externals.loky import get_reusable_executor

from visitroute import plan_routes
from visitroute.model import PlanInput, Rep, Retailer
from visitroute.planning.jobs import RepPlan, plan_reps
from visitroute.solve import Effort, Problem, warm_up
from visitroute.solve.core.translate import search_core, to_arrays
from visitroute.units import format_clock

Figures = dict[str, Any]
Table = list[dict[str, Any]]

LANGUAGE = "en"


class Clock:
    """Seconds spent, by the name of what they were spent on."""

    def __init__(self) -> None:
        self.wall: dict[str, float] = {}
        self.cpu: dict[str, float] = {}

    @contextmanager
    def time(self, name: str) -> Iterator[None]:
        """Count the seconds spent inside."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.wall[name] = time.perf_counter() - wall
        self.cpu[name] = time.process_time() - cpu


def make_month(
    seed: int, size: int | None = None, load: str | None = None
) -> repmonth_full.Instance:
    """Return the month of a seed, with the size and load of the seed unless they are given."""
    own = make_inputs(seed, size, load)
    return repmonth_full.Instance(own, repmonth_full.to_month(own.name, own.problem))


def make_reps(count: int, size: int, load: str) -> list[repmonth_full.Instance]:
    """Return the months of that many reps, each different."""
    return [make_month(seed, size, load) for seed in range(1, count + 1)]


def solution_of(plan: RepPlan) -> dict[str, Any]:
    """Return a rep's plan as the ids of requests by day, as a set's verifier reads it."""
    routes = [
        {"day": day.day, "vehicle": 0, "stops": [stop.requests[0] for stop in day.stops]}
        for day in plan.days
    ]
    return {"routes": routes, "dropped": [dropped.request for dropped in plan.dropped]}


def judge(instance: repmonth_full.Instance, solution: dict[str, Any]) -> Figures:
    """Return weight left out by tier, cost, price, and numbers of requests and rules broken."""
    objective, faults = repmonth_full.verify(instance, solution)
    return {
        "left_out": list(objective[:-1]),
        "cost": objective[-1],
        "price": repmonth_full.price(objective),
        "dropped": len(solution["dropped"]),
        "violations": len(faults),
        "fault": faults[0] if faults else "",
    }


def first(seed: int, size: int | None = None, load: str | None = None) -> Figures:
    """Measure how soon a plan stands, when the search is told to end at once.

    The search's own first plan comes after ``arrays`` + ``search`` seconds; that of
    ``plan_reps`` holds what repair and OR-Tools still mend, and reasons.
    """
    instance = make_month(seed, size, load)
    problem = instance.own.problem
    clock = Clock()
    with clock.time("load"):
        warm_up()
    before = peak_mb()
    with clock.time("problem"):
        compile_month(instance.own)
    with clock.time("arrays"):
        to_arrays(problem)
    with clock.time("search"):
        state = search_core(problem, Effort(repmonth_full.SPARE).from_now(0.0))
    with clock.time("plan_reps"):
        [plan] = plan_reps([problem], Effort(repmonth_full.SPARE).from_now(0.0), LANGUAGE, 1)
    return {
        "month": instance.name,
        "seconds": clock.wall,
        "before_mb": before,
        "peak_mb": peak_mb(),
        "search": judge(instance, repmonth_full.as_solution(state)),
        "plan_reps": judge(instance, solution_of(plan)),
    }


def anytime(
    seed: int,
    seconds: float,
    size: int | None = None,
    load: str | None = None,
    search_seed: int = 1,
) -> Figures:
    """Plan a month under a time limit, by the clock, with the compiled code loaded before."""
    instance = make_month(seed, size, load)
    warm_up()
    clock, before = Clock(), peak_mb()
    with clock.time("plan"):
        effort = Effort(repmonth_full.SPARE, search_seed).from_now(seconds)
        [plan] = plan_reps([instance.own.problem], effort, LANGUAGE, 1)
    return {
        "month": instance.name,
        "seconds": seconds,
        "wall": clock.wall["plan"],
        "cpu": clock.cpu["plan"],
        "before_mb": before,
        "peak_mb": peak_mb(),
        **judge(instance, solution_of(plan)),
    }


def whole(
    seed: int, seconds: float | None, size: int | None = None, load: str | None = None
) -> Figures:
    """Run ``plan_routes`` on a month's tables and straight-line roads, from rows to the plan."""
    own = make_inputs(seed, size, load)
    tables = to_tables(own.inputs)
    clock, before = Clock(), peak_mb()
    with clock.time("plan"):
        plan = plan_routes(**tables, roads="straight", start=START, weeks=WEEKS, time_limit=seconds)
    peak = peak_mb()
    return {
        "month": own.name,
        "seconds": seconds,
        "requested": len(plan.requests),
        "dropped": len(plan.schedule.dropped),
        "violations": len(plan.check()),
        "before_mb": before,
        "peak_mb": peak,
        "stages": dict(plan.stage_seconds),
        "wall": clock.wall["plan"],
        "cpu": clock.cpu["plan"],
    }


def to_tables(inputs: PlanInput) -> dict[str, Table]:
    """Return a month's input as the tables that ``plan_routes`` reads."""
    return {
        "retailers": [_retailer_row(r) for r in inputs.retailers],
        "reps": [_rep_row(r) for r in inputs.reps],
        "tasks": [
            {"id": t.id, "retailer": t.retailer, "quadrant": t.quadrant.value}
            | {"due": t.due.isoformat(), "minutes": t.minutes}
            for t in inputs.tasks
        ],
        "visits": [
            {"retailer": v.retailer, "date": v.date.isoformat(), "rep": v.rep}
            for v in inputs.visits
        ],
    }


def _retailer_row(retailer: Retailer) -> dict[str, Any]:
    cadence = retailer.cadence
    hours = retailer.opening.weekly[0]
    spans = ",".join(f"{format_clock(a)}-{format_clock(b)}" for a, b in hours)
    return {
        "id": retailer.id,
        "lon": retailer.lon,
        "lat": retailer.lat,
        "rep": retailer.rep,
        "segment": retailer.segment,
        "cadence": f"{cadence.visits} per {cadence.per}" if cadence is not None else "",
        "service_minutes": retailer.service_minutes,
        "opening_hours": f"Mo-Su {spans}",
        "value": retailer.value,
        "channel": retailer.channel.value,
    }


def _rep_row(rep: Rep) -> dict[str, Any]:
    lunch = rep.lunch_window
    return {
        "id": rep.id,
        "lon": rep.start.lon,
        "lat": rep.start.lat,
        "mode": rep.mode.value,
        "shift": "Mo-Fr 08:30-17:30",
        "lunch_window": "off" if lunch is None else "-".join(format_clock(t) for t in lunch),
        "lunch_minutes": rep.lunch_minutes,
        "min_visits": rep.min_visits,
        "review_minutes": rep.review_minutes,
    }


def reps(count: int, size: int, load: str, effort: int) -> Figures:
    """Plan the months of some reps one after the other in this process."""
    instances = make_reps(count, size, load)
    problems = [i.own.problem for i in instances]
    warm_up()
    clock, before = Clock(), peak_mb()
    with clock.time("plan"):
        plans = plan_reps(problems, Effort(effort), LANGUAGE, 1)
    return {
        "reps": count,
        "retailers": size,
        "before_mb": before,
        "peak_mb": peak_mb(),
        "cpu": clock.cpu["plan"],
        "wall": clock.wall["plan"],
        **_together(instances, plans),
    }


def jobs(count: int, size: int, load: str, effort: int, processes: int) -> Figures:
    """Plan the months of some reps twice: first with new worker processes, then with the same.

    With one process both runs are in this one. ``cores`` says how many were at work on average;
    much less than the processes means that the machine had other things to do.
    """
    instances = make_reps(count, size, load)
    problems = [i.own.problem for i in instances]
    warm_up()
    clock = Clock()
    found: list[str] = []
    for name in ("cold", "warm"):
        with clock.time(name):
            plans = plan_reps(problems, Effort(effort), LANGUAGE, processes)
        found.append(digest(plans))
    worker_mb = _worker_mb(processes)
    cpu = sum(clock.cpu.values()) + _cpu_of_workers()
    if found[0] != found[1]:
        raise RuntimeError(f"two runs with {processes} processes made different plans")
    return {
        "reps": count,
        "retailers": size,
        "jobs": processes,
        "wall": clock.wall["cold"],
        "wall_warm": clock.wall["warm"],
        "cores": cpu / sum(clock.wall.values()),
        "digest": found[0],
        "worker_mb": worker_mb,
        "job_kb": max(map(_pickled_kb, problems)),
        **_together(instances, plans),
    }


def digest(plans: Sequence[RepPlan]) -> str:
    """Return a fingerprint of plans: every stop, time, task, and reason counts."""
    return hashlib.sha256(repr(list(plans)).encode()).hexdigest()[:16]


def _worker_mb(processes: int) -> float | None:
    """Return the largest resident size of a worker process, None where there are none."""
    if processes == 1:
        return None
    asked = Parallel(n_jobs=processes, backend="loky")(
        delayed(peak_mb)() for _ in range(4 * processes)
    )
    return max(asked)


def _cpu_of_workers() -> float:
    """End the worker processes and return the processor seconds they had."""
    get_reusable_executor().shutdown(wait=True)
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _pickled_kb(problem: Problem) -> float:
    """Return the size in which a job is sent to a worker."""
    return len(pickle.dumps(problem)) / 1024


def _together(instances: Sequence[repmonth_full.Instance], plans: Sequence[RepPlan]) -> Figures:
    """Return what all reps' plans leave out and cost together."""
    verdicts = [judge(i, solution_of(p)) for i, p in zip(instances, plans, strict=True)]
    return {
        "left_out": [sum(tier) for tier in zip(*(v["left_out"] for v in verdicts), strict=True)],
        "cost": sum(v["cost"] for v in verdicts),
        "violations": sum(v["violations"] for v in verdicts),
        "fault": next((v["fault"] for v in verdicts if v["fault"]), ""),
    }
