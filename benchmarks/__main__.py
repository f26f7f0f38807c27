"""The benchmarks of the planning core.

python -m benchmarks run --set NAME [--instances GLOB] [--seconds S | --iterations N] …
python -m benchmarks compare A.csv B.csv
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.runner import (
    DATA,
    FACTOR,
    Order,
    Row,
    compare_lines,
    load_set,
    read_csv,
    run_rows,
    summary_lines,
    table_head,
    table_line,
    write_csv,
)

SECONDS = 10.0


def main(arguments: list[str] | None = None) -> int:
    """Run or compare; return 1 when a plan breaks a rule or a run failed, 2 for bad input."""
    options = _parser().parse_args(arguments)
    if options.command == "compare":
        print("\n".join(compare_lines(read_csv(options.first), read_csv(options.second))))
        return 0
    seconds = options.seconds
    if seconds is None and options.iterations is None:
        seconds = SECONDS
    try:
        module = load_set(options.set)
    except LookupError as error:
        print(error.args[0], file=sys.stderr)
        return 2
    order = Order(
        set=options.set,
        data=options.data,
        pattern=options.instances,
        seconds=seconds,
        iterations=options.iterations,
        seeds=options.seeds,
        solvers=options.solvers or getattr(module, "SOLVERS", ("visitroute",)),
        solutions=options.solutions,
        clock=options.clock,
        factor=options.factor,
    )
    rows: list[Row] = []
    try:
        for row in run_rows(order):
            if not rows:
                print(f"{order.set}, {order.budget} each; measured warm: the core is compiled")
                print("before the clock starts\n")
                print(table_head(row))
            print(table_line(row), flush=True)
            rows.append(row)
            if options.csv is not None:
                write_csv(options.csv, rows)
    except (FileNotFoundError, LookupError) as error:
        print(error.args[0] if error.args else error, file=sys.stderr)
        return 2
    print("\n" + "\n".join(summary_lines(rows)))
    if hasattr(module, "judge"):
        print("\n" + "\n".join(module.judge(rows)))
    failed = any(row.note.startswith("failed") for row in rows)
    return int(failed or any(row.violations for row in rows))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="solve the instances of a set and verify the plans")
    run.add_argument("--set", required=True, help="a module of benchmarks/sets")
    run.add_argument("--data", type=Path, default=DATA, help="the folder of the public sets")
    run.add_argument(
        "--instances", default="*", help="which ones: 'p0*'; months: seed:1-9, streets:1-3"
    )
    effort = run.add_mutually_exclusive_group()
    effort.add_argument("--seconds", type=float, help=f"for each plan, {SECONDS:g} if not given")
    effort.add_argument("--iterations", type=int, help="instead: the same plan on any machine")
    run.add_argument("--seeds", type=_numbers, default=(1,), help="e.g. 1,2,3")
    run.add_argument("--solvers", type=_names, help="joined by commas; the set says which if not")
    run.add_argument(
        "--factor",
        type=float,
        default=FACTOR,
        help=f"times the seconds that ortools gets on full rep months, {FACTOR:g} if not given",
    )
    run.add_argument(
        "--clock",
        choices=("wall", "cpu"),
        default="wall",
        help="cpu: seconds of processor time, on a busy machine (visitroute, pyvrp)",
    )
    run.add_argument("--csv", type=Path, help="write the rows here")
    run.add_argument("--solutions", type=Path, help="write every plan as JSON to this folder")
    compare = commands.add_parser("compare", help="compare the rows of two runs, paired")
    compare.add_argument("first", type=Path)
    compare.add_argument("second", type=Path)
    return parser


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def _names(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
