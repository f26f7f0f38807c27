"""Benchmark rows: solve, verify, measure, write, compare.

A set is a module in ``benchmarks/sets`` with three functions:

- ``load(data, pattern)`` returns the instances, each with a ``name``;
- ``solve(instance, solver, seed, seconds=…, iterations=…)`` returns a dictionary with
  ``routes`` (``day``, ``vehicle``, ``stops``) and ``dropped``; ``ImportError`` when the
  solver is not there;
- ``verify(instance, solution)`` returns the objective, what is left out by tier and the cost
  last, and the rules broken. It shares no code with ``solve``.

Where the planning core's settings can be changed, ``solve`` also takes ``tuning``, new values by
field of ``Tuning``. ``price(objective)``, where it is there, returns one number, to be compared
between plans that leave different things out.

``describe(instance)``, where it is there, returns the instance as JSON, written beside the
solutions. ``BEST_KNOWN`` names the set in best_known.csv; ``SENSE`` is ``max`` where more is
better. ``SOLVERS`` are those that run when none is named.

Where a set asks the same thing in several ways, ``statement(instance)`` says which one an
instance is. ``times(instance, solver, factor)`` returns how many times the seconds a solver gets
on it, 0 where it isn't run at all. ``judge(rows)`` returns lines about all rows.
"""

from __future__ import annotations

import csv
import importlib
import json
import math
import multiprocessing
import resource
import time
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks import coreadapter

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / ".." / "shared" / "bench"
FACTOR = 12.0


@dataclass(frozen=True, slots=True)
class Row:
    """What one solver reached on one instance with one seed.

    ``left_out`` holds the weight left out by tier, joined by slashes.
    """

    set: str
    instance: str
    seed: int
    solver: str
    budget: str
    left_out: str
    objective: float
    violations: int
    cpu_s: float
    wall_s: float
    memory_mb: float
    best_known: float | None
    gap_pct: float | None
    sense: str
    note: str
    statement: str = ""

    def key(self) -> tuple[float, ...]:
        """Return what two plans are compared by; less is better."""
        cost = -self.objective if self.sense == "max" else self.objective
        left = tuple(float(v) for v in self.left_out.split("/") if v)
        return (float(self.violations), *left, cost)


@dataclass(frozen=True, slots=True)
class Order:
    """What to run; ``tuning`` holds new values of the planning core's settings, by field.

    ``factor`` is how many times the seconds the solver ortools gets on a full rep month.
    ``clock`` says what seconds mean to the compiled core and PyVRP: "wall", or "cpu" where other
    work on the machine would make rows unlike; other solvers go by the wall.
    """

    set: str
    data: Path
    pattern: str
    seconds: float | None
    iterations: int | None
    seeds: tuple[int, ...]
    solvers: tuple[str, ...]
    solutions: Path | None
    tuning: Mapping[str, float] | None = None
    factor: float = FACTOR
    clock: str = "wall"

    @property
    def budget(self) -> str:
        """Say how long every solver may run."""
        unit = "s" if self.clock == "wall" else "CPU s"
        return f"{self.seconds:g} {unit}" if self.seconds else f"{self.iterations} iterations"


def load_set(name: str) -> ModuleType:
    """Return the module of a set; ``LookupError`` when there is none."""
    try:
        return importlib.import_module(f"benchmarks.sets.{name}")
    except ModuleNotFoundError as missing:
        if missing.name != f"benchmarks.sets.{name}":
            raise
        known = sorted(p.stem for p in (Path(__file__).parent / "sets").glob("[a-z]*.py"))
        raise LookupError(f"no set {name!r}\nMaybe one of {', '.join(known)}") from None


def read_best_known(data: Path, name: str | None) -> dict[str, float]:
    """Return the best known values of a set by instance."""
    path = data / "best_known.csv"
    if name is None or not path.is_file():
        return {}
    found = {}
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if line["set"] == name:
                try:
                    found[line["instance"]] = float(line["bks"])
                except ValueError:
                    continue  # a bound such as "<=2", not a value
    return found


def run_rows(order: Order) -> Iterator[Row]:
    """Run every instance, seed and solver; each in a process of its own, warm."""
    module = load_set(order.set)
    best = read_best_known(order.data, getattr(module, "BEST_KNOWN", None))
    instances = module.load(order.data, order.pattern)
    if "visitroute" in order.solvers:
        coreadapter.warm()
    for instance in instances:
        for seed in order.seeds:
            for solver in order.solvers:
                own = order
                if hasattr(module, "times"):
                    times = module.times(instance, solver, order.factor)
                    if not times:
                        continue
                    own = replace(order, seconds=order.seconds and order.seconds * times)
                yield _measure(module, own, instance, seed, solver, best.get(instance.name))


def _measure(
    module: ModuleType, order: Order, instance: Any, seed: int, solver: str, best: float | None
) -> Row:
    """Solve in a forked process, which inherits the compiled code, and verify here."""
    context = multiprocessing.get_context("fork")
    receive, send = context.Pipe(duplex=False)
    child = context.Process(target=_inside, args=(send, module, order, instance, seed, solver))
    child.start()
    send.close()
    try:
        found = receive.recv()
    except EOFError:
        found = {"error": "the process died without a word"}
    child.join()
    sense = getattr(module, "SENSE", "min")
    statement = module.statement(instance) if hasattr(module, "statement") else ""
    spent = (found.get("cpu", 0.0), found.get("wall", 0.0), found.get("memory", 0.0))
    if "error" in found:
        head = (order.set, instance.name, seed, solver, order.budget)
        return Row(
            *head, "", math.nan, 0, *spent, best, None, sense, str(found["error"]), statement
        )
    # Verified as written: through JSON and back.
    written = {"instance": instance.name, "seed": seed, "solver": solver, **found["solution"]}
    text = json.dumps(written)
    if order.solutions is not None:
        order.solutions.mkdir(parents=True, exist_ok=True)
        (order.solutions / f"{instance.name}-{seed}-{solver}.json").write_text(text + "\n")
        describe = getattr(module, "describe", None)
        if describe is not None:
            whole = json.dumps(describe(instance)) + "\n"
            (order.solutions / f"{instance.name}.json").write_text(whole)
    objective, problems = module.verify(instance, json.loads(text))
    left, cost = objective[:-1], float(objective[-1])
    gap = None
    if best and not any(left):
        gap = 100.0 * ((best - cost) if sense == "max" else (cost - best)) / best
    return Row(
        set=order.set,
        instance=instance.name,
        seed=seed,
        solver=solver,
        budget=order.budget,
        left_out="/".join(f"{v:g}" for v in left),
        objective=cost,
        violations=len(problems),
        cpu_s=spent[0],
        wall_s=spent[1],
        memory_mb=spent[2],
        best_known=best,
        gap_pct=gap,
        sense=sense,
        note=problems[0] if problems else "",
        statement=statement,
    )


def _inside(
    send: Any, module: ModuleType, order: Order, instance: Any, seed: int, solver: str
) -> None:
    coreadapter.CLOCK.now = coreadapter.CLOCKS[order.clock]
    began, cpu = time.perf_counter(), _cpu()
    extra = {} if order.tuning is None else {"tuning": order.tuning}
    try:
        solution = module.solve(
            instance, solver, seed, seconds=order.seconds, iterations=order.iterations, **extra
        )
        found = {"solution": solution}
    except ImportError as missing:
        found = {"error": f"skipped: {missing}"}
    except Exception as error:  # noqa: BLE001 - one failed row must not end the table
        traceback.print_exc()
        found = {"error": f"failed: {type(error).__name__}: {error}"}
    found["wall"] = time.perf_counter() - began
    found["cpu"] = _cpu() - cpu
    peaks = [resource.getrusage(who).ru_maxrss for who in _WHO]
    found["memory"] = max(peaks) / 1024
    send.send(found)
    send.close()


_WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def _cpu() -> float:
    """Return the CPU seconds of this process and the ones it started."""
    usages = [resource.getrusage(who) for who in _WHO]
    return sum(u.ru_utime + u.ru_stime for u in usages)


def write_csv(path: Path, rows: Iterable[Row]) -> None:
    """Write rows as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([f.name for f in fields(Row)])
        for row in rows:
            writer.writerow(["" if v is None else v for v in astuple(row)])


def read_csv(path: Path) -> list[Row]:
    """Read rows written by ``write_csv``."""
    rows = []
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            values: dict[str, Any] = dict(line)
            for name in ("seed", "violations"):
                values[name] = int(line[name])
            for name in ("objective", "cpu_s", "wall_s", "memory_mb"):
                values[name] = float(line[name])
            for name in ("best_known", "gap_pct"):
                values[name] = float(line[name]) if line[name] else None
            rows.append(Row(**values))
    return rows


_COLUMNS = (
    "instance",
    "seed",
    "solver",
    "left out",
    "objective",
    "best known",
    "gap %",
    "violations",
    "CPU s",
    "wall s",
    "MB",
)


def table_head(row: Row) -> str:
    """Return the head of the printed table; rows of a set with statements say theirs."""
    names = (*_COLUMNS[:2], "statement", *_COLUMNS[2:]) if row.statement else _COLUMNS
    return _line(names) + "\n" + _line("---" for _ in names)


def table_line(row: Row) -> str:
    """Return a row as a line of the printed table."""
    start = [row.instance, str(row.seed), *([row.statement] if row.statement else []), row.solver]
    if math.isnan(row.objective):
        return _line([*start, row.note, *[""] * 7])
    return _line(
        [
            *start,
            row.left_out,
            f"{row.objective:,.2f}",
            "" if row.best_known is None else f"{row.best_known:,.2f}",
            "" if row.gap_pct is None else f"{row.gap_pct:.2f}",
            f"{row.violations} ({row.note})" if row.violations else "0",
            f"{row.cpu_s:.1f}",
            f"{row.wall_s:.1f}",
            f"{row.memory_mb:.0f}",
        ]
    )


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def summary_lines(rows: list[Row]) -> list[str]:
    """Return one line for each statement and solver: gap, what is left out, violations, time."""
    lines = []
    for statement, solver in dict.fromkeys((row.statement, row.solver) for row in rows):
        every = [r for r in rows if (r.statement, r.solver) == (statement, solver)]
        mine = [r for r in every if not math.isnan(r.objective)]
        absent = len(every) - len(mine)
        gaps = [r.gap_pct for r in mine if r.gap_pct is not None]
        parts = [f"{statement} {solver}: {len(mine)} rows".lstrip()]
        if absent:
            parts.append(f"{absent} skipped or failed")
        if gaps:
            parts.append(f"mean gap {sum(gaps) / len(gaps):.3f} %, worst {max(gaps):.2f} %")
        left = sum(sum(float(v) for v in r.left_out.split("/") if v) for r in mine)
        parts.append(f"left out {left:g}")
        parts.append(f"violations {sum(r.violations for r in mine)}")
        parts.append(f"CPU {sum(r.cpu_s for r in mine):.0f} s")
        lines.append(", ".join(parts))
    return lines


def compare_lines(first: list[Row], second: list[Row]) -> list[str]:
    """Compare two files row by row: the same set, instance and seed.

    The solver counts too when a file holds more than one. The sign test is two-sided and
    leaves ties out.
    """
    several = any(len({row.solver for row in rows}) > 1 for rows in (first, second))

    def index(rows: list[Row]) -> dict[tuple[object, ...], Row]:
        return {
            (r.set, r.instance, r.seed, r.solver if several else ""): r
            for r in rows
            if not math.isnan(r.objective)
        }

    a, b = index(first), index(second)
    pairs = [(a[k], b[k]) for k in a if k in b]
    if not pairs:
        return ["no instance and seed stand in both files"]
    lines, wins, losses, changes = [], 0, 0, []
    for one, other in pairs:
        order = versus(one, other)
        wins += order < 0
        losses += order > 0
        if one.key()[:-1] == other.key()[:-1] and one.objective:
            changes.append(100.0 * (other.objective - one.objective) / one.objective)
        sign = "A=B"[order + 1]
        lines.append(
            f"| {one.instance} | {one.seed} | {one.left_out} | {one.objective:,.2f} "
            f"| {other.left_out} | {other.objective:,.2f} | {sign} |"
        )
    head = "| instance | seed | A left out | A | B left out | B | better |"
    lines[:0] = [head, "| --- | --- | --- | --- | --- | --- | --- |"]
    ties = len(pairs) - wins - losses
    p = sign_test(wins, losses)
    lines.append(f"\n{len(pairs)} pairs: A better {wins}, B better {losses}, the same {ties}")
    lines.append(f"sign test: p = {p:.4f}")
    if changes:
        mean = sum(changes) / len(changes)
        lines.append(f"objective of B against A, where as much is left out: {mean:+.3f} %")
    for name, rows in (("A", [x for x, _ in pairs]), ("B", [y for _, y in pairs])):
        lines += [f"{name} {line}" for line in summary_lines(rows)]
    return lines


def versus(one: Row, other: Row) -> int:
    """Return -1 where the first plan is better, 1 where the second is, 0 when they are alike."""
    x, y = one.key(), other.key()
    if x[:-1] == y[:-1] and math.isclose(x[-1], y[-1], rel_tol=1e-9):
        return 0
    return -1 if x < y else 1


def sign_test(wins: int, losses: int) -> float:
    """Return the two-sided p value of so many wins and losses under even odds."""
    n = wins + losses
    if n == 0:
        return 1.0
    tail = sum(math.comb(n, k) for k in range(min(wins, losses) + 1)) / 2**n
    return min(1.0, 2.0 * tail)
