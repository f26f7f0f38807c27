"""Many small random problems: plan each, judge the plan, and check again all that it says.

``make fuzz`` runs 10,000 of them and prints what it met and how long it took; ``--count`` and
``--first`` choose others. Every problem is made from its number alone: a failure names it. With
``--log`` each slice is noted when it is done, and a run that was stopped goes on from there; a
log belongs to one state of the code.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from builders import POLICY, compile_for, random_inputs, schedule_of
from explain.world import World, judge, judge_change, judge_days, judge_impossible
from visitroute.check import check_schedule
from visitroute.check.facts import gather_facts
from visitroute.explain import explain_drops, find_changes, look_at_days
from visitroute.explain.longer import LongerDays
from visitroute.explain.relaxation import relax
from visitroute.explain.room import Room
from visitroute.model import Schedule, Verdict
from visitroute.priority import request_visits
from visitroute.solve import Effort, solve_problem, warm_up
from visitroute.texts import load_texts

TEXTS = load_texts("en")


def look_into(seed: int, met: Counter[str]) -> list[str]:
    """Return everything that is wrong with the plan of one problem and what is said of it."""
    size = 3 + seed % 7
    inputs, rep, matrix = random_inputs(seed, size, weeks=1 + seed % 2, tight=seed % 3 != 0)
    problem = compile_for(inputs, rep, matrix)
    state = solve_problem(problem, Effort(10, seed))
    drops = explain_drops(state, TEXTS)
    facts = gather_facts(inputs, POLICY, Schedule(()))
    world = World(inputs, rep, matrix, state, facts)

    schedule = schedule_of(state, inputs, dropped=drops)
    wrong = [str(v) for v in check_schedule(inputs, POLICY, schedule, {rep.id: matrix})]
    planned = sum(len(served) for served in state.served)
    if planned + len(drops) != len(request_visits(inputs, POLICY).requests):
        wrong.append("requests are lost")
    least = relax([problem], request_visits(inputs, POLICY).segments).least_dropped()
    if least > len(drops):
        wrong.append(f"the audit proves {least}, the plan leaves out {len(drops)}")
    met.update(plans=1, requests=planned + len(drops), dropped=len(drops), proved=least)

    longer = LongerDays(state)
    asks = {a.request.id: (c, a) for c in problem.clients for a in (*c.cadence, *c.others)}
    for drop in drops:
        wish = facts.demands[drop.request]
        client, ask = asks[drop.request]
        met[f"{drop.verdict} {drop.code}"] += 1
        wrong += judge(world, drop, wish)
        if drop.verdict is Verdict.IMPOSSIBLE and size <= 5:
            met["impossible, confirmed beside up to two others in any order"] += 1
            wrong += judge_impossible(world, wish)
        for change in find_changes(Room(state, client, ask), longer):
            met[f"change {change.kind}"] += 1
            wrong += judge_change(world, wish, change)
        days = look_at_days(state, client, ask)
        met.update(f"day {said.chance}" for said in days)
        wrong += judge_days(world, wish, days)
    return wrong


@dataclass
class Tally:
    """What some problems showed; slices are added up."""

    problems: int = 0
    wrong: list[str] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def add(self, other: Tally) -> None:
        """Add the figures of other problems."""
        self.problems += other.problems
        self.wrong += other.wrong
        self.met.update(other.met)
        self.seconds += other.seconds
        self.cpu_seconds += other.cpu_seconds

    def lines(self) -> list[str]:
        """Return the figures in words."""
        failed = len({line.split(":")[0] for line in self.wrong})
        return [
            *(f"{count:8d}  {name}" for name, count in sorted(self.met.items())),
            f"{self.problems} problems, {failed} with something wrong, {self.seconds:.0f} seconds",
            f"{self.cpu_seconds:.0f} seconds of CPU",
        ]


def run_slice(first: int, count: int) -> Tally:
    """Look into some problems in a row, printing what is wrong."""
    began, cpu = time.monotonic(), time.process_time()
    tally = Tally(count)
    for seed in range(first, first + count):
        tally.wrong += [f"problem {seed}: {line}" for line in look_into(seed, tally.met)]
    tally.seconds = time.monotonic() - began
    tally.cpu_seconds = time.process_time() - cpu
    for line in tally.wrong:
        print(line, flush=True)
    return tally


def read_log(path: Path | None) -> dict[tuple[int, int], Tally]:
    """Return the slices that a log holds by their first problem and count."""
    if path is None or not path.exists():
        return {}
    found = {}
    for line in path.read_text("utf-8").splitlines():
        raw = json.loads(line)
        key = raw.pop("first"), raw["problems"]
        found[key] = Tally(**{**raw, "met": Counter(raw["met"])})
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print, and return 1 where some problem showed something wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--slice", type=int, default=100, help="Problems between two log lines.")
    parser.add_argument("--log", type=Path, help="File of slices done: a run goes on from there.")
    given = parser.parse_args(arguments)
    done = read_log(given.log)
    warm_up()
    whole = Tally()
    end = given.first + given.count
    for first in range(given.first, end, given.slice):
        count = min(given.slice, end - first)
        tally = done.get((first, count))
        if tally is None:
            tally = run_slice(first, count)
            if given.log is not None:
                with given.log.open("a", encoding="utf-8") as log:
                    log.write(json.dumps({"first": first, **vars(tally)}) + "\n")
        whole.add(tally)
        print(f"… {first + count - 1}, {whole.seconds / 60:.1f} min", flush=True)
    print("\n".join(whole.lines()))
    return int(bool(whole.wrong))


if __name__ == "__main__":
    sys.exit(main())
