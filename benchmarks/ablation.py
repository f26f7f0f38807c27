"""What each part of the search is good for: it is switched off, everything else stays.

    python -m benchmarks.ablation [--set repmonth_full] [--instances seed:1-9] [--seeds 1,2,3]
                                  [--seconds 5 | --iterations N] [--only NAME,…] [--csv FILE]

Every instance is solved whole and with each part off, one after the other, with the same seeds,
so that what else the machine does falls on all alike. Rows are compared in pairs.
"""

from __future__ import annotations

import argparse
import inspect
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.coreadapter import check_fields
from benchmarks.runner import (
    DATA,
    Order,
    Row,
    load_set,
    run_rows,
    sign_test,
    versus,
    write_csv,
)
from benchmarks.tables import table_lines

VARIATIONS: dict[str, dict[str, float]] = {
    "accepting worse plans": {"hot": 1e-6, "cold": 1e-6},
    "cooling": {"hot": 1.0, "cold": 1.0},
    "hotter search of crowded months": {"hot": 10.0, "cold": 0.1, "mean": 5, "longest": 6},
    "several clients at a time": {"mean": 1},
    "strings of visits": {"longest": 1},
    "days that look dearer": {"noise": 0.0},
    "several starts": {"starts": 1},
    "children": {"children": 0},
}
"""New values of fields of ``Tuning`` that switch a part off, by the name of the part.

The hotter search of crowded months is replaced by what other months get.
"""

WHOLE = "nothing"
SECONDS = 5.0

Rows = dict[str, list[Row]]


def choose_parts(names: Sequence[str] | None) -> dict[str, dict[str, float]]:
    """Return the variations of some parts, of all for None; ``LookupError`` for others."""
    for name in names or ():
        if name not in VARIATIONS:
            raise LookupError(f"no part {name!r}\nMaybe one of {', '.join(VARIATIONS)}")
    return {name: VARIATIONS[name] for name in names or VARIATIONS}


def run_variations(
    order: Order, variations: Mapping[str, Mapping[str, float]] = VARIATIONS
) -> Rows:
    """Return the rows of the whole search, under ``nothing``, and of each variation.

    Raises ``LookupError`` when a variation names a field that ``Tuning`` has not, or when
    the set's solver has no settings to be changed.
    """
    for changes in variations.values():
        check_fields(changes)
    if "tuning" not in inspect.signature(load_set(order.set).solve).parameters:
        raise LookupError(f"set {order.set!r} takes no tuning\nMaybe use repmonth_full or pvrp")
    orders = {WHOLE: order} | {
        name: replace(order, tuning=changes) for name, changes in variations.items()
    }
    rows: Rows = {name: [] for name in orders}
    for step in zip(*(run_rows(o) for o in orders.values()), strict=True):
        for name, row in zip(orders, step, strict=True):
            rows[name].append(row)
    return rows


def summarise(rows: Rows, module: ModuleType) -> list[dict[str, Any]]:
    """Return for each part what plans lose without it; positive: the part is of use.

    "price" is the set's own single number; "cost" counts pairs that leave the same out.
    """
    found = []
    for name, varied in rows.items():
        if name == WHOLE:
            continue
        pairs = [
            (whole, row)
            for whole, row in zip(rows[WHOLE], varied, strict=True)
            if not math.isnan(whole.objective) and not math.isnan(row.objective)
        ]
        orders = [versus(whole, row) for whole, row in pairs]
        worse, better = orders.count(-1), orders.count(1)
        same_left = [
            _worse_by(a.objective, b.objective, a.sense)
            for a, b in pairs
            if a.left_out == b.left_out
        ]
        line: dict[str, Any] = {"switched off": name, "pairs": len(pairs)}
        if hasattr(module, "price"):
            prices = [[module.price((*_left(r), r.objective)) for r in pair] for pair in pairs]
            line["price worse by %"] = _mean([_worse_by(a, b, "min") for a, b in prices])
        line |= {
            "cost worse by %": _mean(same_left),
            "on pairs": len(same_left),
            "more left out": _mean([sum(_left(b)) - sum(_left(a)) for a, b in pairs]),
            "worse": worse,
            "better": better,
            "same": orders.count(0),
            "p": sign_test(worse, better),
            "CPU s": _mean([row.cpu_s for _, row in pairs]),
        }
        found.append(line)
    return found


def _left(row: Row) -> tuple[float, ...]:
    return tuple(float(v) for v in row.left_out.split("/") if v)


def _worse_by(whole: float, varied: float, sense: str) -> float:
    change = 100.0 * (varied - whole) / whole if whole else 0.0
    return -change if sense == "max" else change


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def main(arguments: list[str] | None = None) -> int:
    """Run and print; return 1 when a plan breaks a rule or a run failed, 2 for bad input."""
    options = _parser().parse_args(arguments)
    seconds = options.seconds
    if seconds is None and options.iterations is None:
        seconds = SECONDS
    order = Order(
        set=options.set,
        data=options.data,
        pattern=options.instances,
        seconds=seconds,
        iterations=options.iterations,
        seeds=options.seeds,
        solvers=("visitroute",),
        solutions=None,
    )
    try:
        rows = run_variations(order, choose_parts(options.only))
    except (FileNotFoundError, LookupError) as error:
        print(error.args[0] if error.args else error, file=sys.stderr)
        return 2
    if options.csv is not None:
        named = [replace(row, solver=f"without {name}") for name in rows for row in rows[name]]
        write_csv(options.csv, named)
    print(f"{order.set} {order.pattern}, seeds {order.seeds}, {order.budget} each; positive: worse")
    print("without the part\n")
    print("\n".join(table_lines(summarise(rows, load_set(order.set)))))
    every = [row for part in rows.values() for row in part]
    for row in every:
        if row.violations or row.note:
            print(f"{row.instance} seed {row.seed}: {row.note}", file=sys.stderr)
    return int(any(row.violations or row.note for row in every))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ablation",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--set", default="repmonth_full", help="a module of benchmarks/sets")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the public sets")
    parser.add_argument("--instances", default="*")
    parser.add_argument("--seeds", type=lambda t: tuple(map(int, t.split(","))), default=(1, 2, 3))
    effort = parser.add_mutually_exclusive_group()
    effort.add_argument("--seconds", type=float, help=f"for each plan, {SECONDS:g} if not given")
    effort.add_argument("--iterations", type=int)
    parser.add_argument("--only", type=lambda t: t.split(","), help="parts, joined by commas")
    parser.add_argument("--csv", type=Path, help="write every row here")
    return parser


if __name__ == "__main__":
    sys.exit(main())
