"""How planning scales: with time, with reps, with processes.

    python -m benchmarks.scale first     seconds until a valid plan stands; memory
    python -m benchmarks.scale anytime   the plan after 1, 2, 5 and 60 seconds
    python -m benchmarks.scale reps      processor seconds for 1 to 100 reps, one after the other
    python -m benchmarks.scale jobs      the same reps with one and with two processes

All months are made up (``benchmarks.repinputs``). Every figure comes from a fresh process that
does nothing else. Prints Markdown, writes CSV with --csv; returns 1 when a plan breaks a rule.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.alone import run_alone
from benchmarks.repinputs import LOADS
from benchmarks.tables import show, table_lines, write_rows

from visitroute.model import Tier

Row = dict[str, Any]
RUNS = "benchmarks.scaleruns"
SEEDS = (3, 6, 9)
"""200 retailers each: an under-loaded, a tight and an overloaded month."""

LIMITS = (1.0, 2.0, 5.0, 60.0)
COUNTS = (1, 10, 25, 50, 100)
SIZES = (60, 200)
EFFORT = 500
"""The default of the policy, in units of 250 iterations for each rep."""


def first_rows(options: argparse.Namespace) -> Iterator[Row]:
    """Yield for each month when the first plan stood.

    The search's own, that of ``plan_reps``, and that of ``plan_routes`` from tables.
    """
    for month in _months(options):
        found = run_alone(f"{RUNS}:first", **month)
        spent = found["seconds"]
        for kind, seconds in (
            ("search", spent["arrays"] + spent["search"]),
            ("plan_reps", spent["plan_reps"]),
        ):
            plan = found[kind]
            yield {
                "month": found["month"],
                "plan": kind,
                "seconds": seconds,
                "dropped": plan["dropped"],
                "left out": _slashed(plan["left_out"]),
                "cost s": plan["cost"],
                "violations": plan["violations"],
                "load s": spent["load"],
                "problem s": spent["problem"],
                "MB before": found["before_mb"],
                "peak MB": found["peak_mb"],
            }
        routes = run_alone(f"{RUNS}:whole", **month, seconds=0.0)
        yield {
            "month": routes["month"],
            "plan": "plan_routes",
            "seconds": routes["wall"],
            "dropped": routes["dropped"],
            "violations": routes["violations"],
            "load s": routes["stages"]["compile"],
            "MB before": routes["before_mb"],
            "peak MB": routes["peak_mb"],
        }


def anytime_rows(options: argparse.Namespace) -> Iterator[Row]:
    """Yield the plan of each month after each time limit, and how far it is behind the last."""
    limits = sorted(options.limits)
    for month in _months(options):
        runs = [
            run_alone(f"{RUNS}:anytime", **month, seconds=s, search_seed=options.search_seed)
            for s in limits
        ]
        for run in runs:
            yield {
                "month": run["month"],
                "plan": "plan_reps",
                "limit s": run["seconds"],
                "wall s": run["wall"],
                "CPU s": run["cpu"],
                "dropped": run["dropped"],
                "left out": _slashed(run["left_out"]),
                "cost s": run["cost"],
                "behind the last": behind(run, runs[-1]),
                "price": run["price"],
                "price gap %": 100 * (run["price"] - runs[-1]["price"]) / runs[-1]["price"],
                "violations": run["violations"],
                "MB before": run["before_mb"],
                "peak MB": run["peak_mb"],
            }
        routes = run_alone(f"{RUNS}:whole", **month, seconds=limits[-1])
        yield {
            "month": routes["month"],
            "plan": "plan_routes",
            "limit s": limits[-1],
            "wall s": routes["wall"],
            "CPU s": routes["cpu"],
            "dropped": routes["dropped"],
            "violations": routes["violations"],
            "MB before": routes["before_mb"],
            "peak MB": routes["peak_mb"],
        }


def behind(run: Mapping[str, Any], last: Mapping[str, Any]) -> str:
    """Say how a plan differs from another: in the first tier that differs, else in cost."""
    for tier, (mine, best) in enumerate(zip(run["left_out"], last["left_out"], strict=True)):
        if mine != best:
            return f"{Tier(tier).name.lower()} {mine - best:+g}"
    return f"{100 * (run['cost'] - last['cost']) / last['cost']:+.2f} %"


def reps_rows(options: argparse.Namespace) -> Iterator[Row]:
    """Yield processor seconds for growing numbers of reps."""
    for size in options.sizes:
        for count in options.counts:
            found = run_alone(
                f"{RUNS}:reps", count=count, size=size, load=options.load, effort=options.effort
            )
            yield {
                "retailers": size,
                "reps": count,
                "CPU s": found["cpu"],
                "CPU s a rep": found["cpu"] / count,
                "wall s": found["wall"],
                "left out": _slashed(found["left_out"]),
                "violations": found["violations"],
                "MB before": found["before_mb"],
                "peak MB": found["peak_mb"],
            }


def growth(rows: Sequence[Mapping[str, Any]]) -> float | None:
    """Return the power of the number of reps with which seconds grow: 1 is linear.

    The slope of a straight line through the logarithms; None for less than two numbers.
    """
    points = [(math.log(row["reps"]), math.log(row["CPU s"])) for row in rows]
    if len({x for x, _ in points}) < 2:
        return None
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    over = sum((x - mean_x) * (y - mean_y) for x, y in points)
    return over / sum((x - mean_x) ** 2 for x, _ in points)


def jobs_rows(options: argparse.Namespace) -> Iterator[Row]:
    """Yield wall seconds with each number of processes, and whether the plans are the same."""
    for size in options.sizes:
        base: Mapping[str, Any] | None = None
        for processes in options.jobs:
            found = run_alone(
                f"{RUNS}:jobs",
                count=options.count,
                size=size,
                load=options.load,
                effort=options.effort,
                processes=processes,
            )
            base = base or found
            yield {
                "retailers": size,
                "reps": options.count,
                "jobs": processes,
                "wall s": found["wall"],
                "speed-up": base["wall"] / found["wall"],
                "workers running: wall s": found["wall_warm"],
                "speed-up then": base["wall_warm"] / found["wall_warm"],
                "cores at work": found["cores"],
                "plans": found["digest"],
                "same": "yes" if found["digest"] == base["digest"] else "NO",
                "violations": found["violations"],
                "job kB": found["job_kb"],
                "worker MB": found["worker_mb"],
                "peak MB": found["peak_mb"],
            }


MEASURES = {
    "first": first_rows,
    "anytime": anytime_rows,
    "reps": reps_rows,
    "jobs": jobs_rows,
}


def _months(options: argparse.Namespace) -> list[Row]:
    return [{"seed": s, "size": options.retailers, "load": options.load} for s in options.seeds]


def _slashed(left: Sequence[float]) -> str:
    return "/".join(f"{v:g}" for v in left)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; return 1 when a plan breaks a rule or differs between processes."""
    options = _parser().parse_args(arguments)
    rows: list[Row] = []
    for row in MEASURES[options.measure](options):
        rows.append(row)
        print(", ".join(f"{k} {show(v)}" for k, v in row.items()), file=sys.stderr, flush=True)
        if options.csv is not None:
            write_rows(options.csv, rows)
    print("\n".join(table_lines(rows)))
    if options.measure == "reps":
        for size in options.sizes:
            power = growth([row for row in rows if row["retailers"] == size])
            if power is not None:
                print(f"\n{size} retailers: processor seconds grow with reps to the {power:.3f}")
    broken = sum(row["violations"] for row in rows)
    differ = sum(row.get("same") == "NO" for row in rows)
    print(f"\n{len(rows)} rows, {broken} violations" + f", {differ} differ" * bool(differ))
    return int(bool(broken or differ))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scale",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="measure", required=True)
    for name in MEASURES:
        command = commands.add_parser(name)
        command.add_argument("--csv", type=Path, help="write the rows here")
        if name in ("first", "anytime"):
            command.add_argument("--seeds", type=_ints, default=SEEDS, help="months: 1 to 9")
            command.add_argument("--retailers", type=int, help="instead of the seed's own number")
            command.add_argument("--load", choices=LOADS, help="instead of the seed's own")
        else:
            command.add_argument("--sizes", type=_ints, default=SIZES, help="retailers of a rep")
            command.add_argument("--load", choices=LOADS, default="tight")
            command.add_argument("--effort", type=int, default=EFFORT, help="for each rep")
    anytime, reps, jobs = (commands.choices[name] for name in ("anytime", "reps", "jobs"))
    anytime.add_argument("--limits", type=_floats, default=LIMITS, help="seconds, e.g. 1,5,60")
    anytime.add_argument("--search-seed", type=int, default=1)
    reps.add_argument("--counts", type=_ints, default=COUNTS, help="numbers of reps")
    jobs.add_argument("--count", type=int, default=20, help="reps")
    jobs.add_argument("--jobs", type=_ints, default=(1, 2), help="processes")
    return parser


def _ints(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _floats(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
