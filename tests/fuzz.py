"""Many small random problems: plan each, judge the plan, and check again all that it says.

``make fuzz`` runs 10,000 of them and prints what it met and how long it took; ``--count`` and
``--first`` choose others. Every problem is made from its number alone: a failure names it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import replace

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

    schedule = replace(schedule_of(state, inputs), dropped=drops)
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


def main() -> int:
    """Run, print, and return how many problems showed something wrong, at most 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=1)
    given = parser.parse_args()
    warm_up()
    began, cpu = time.monotonic(), time.process_time()
    met: Counter[str] = Counter()
    failed = 0
    for seed in range(given.first, given.first + given.count):
        wrong = look_into(seed, met)
        for line in wrong:
            print(f"problem {seed}: {line}", flush=True)
        failed += bool(wrong)
        if seed % 1000 == 0:
            print(f"… {seed}, {(time.monotonic() - began) / 60:.1f} min", flush=True)
    for name, count in sorted(met.items()):
        print(f"{count:8d}  {name}")
    minutes, cpu_minutes = (time.monotonic() - began) / 60, (time.process_time() - cpu) / 60
    print(
        f"{given.count} problems, {failed} with something wrong, "
        f"{minutes:.1f} minutes ({cpu_minutes:.1f} of CPU)"
    )
    return min(1, failed)


if __name__ == "__main__":
    sys.exit(main())
