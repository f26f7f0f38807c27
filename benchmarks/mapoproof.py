"""Visits of the set mapotempo that no plan can make, with the proof's kind for each.

    python -m benchmarks.mapoproof [--data DIR] [--instances GLOB] [--seconds S]

Three proofs, from conditions that every plan keeps (``benchmarks.relaxation``):

alone
    The service can't be planned at all, even if it were the only one: it is too heavy for
    every vehicle, or no day lets a vehicle come, serve and return in time, or its days are
    too few for its visits at its lapse.
at its point
    Of the services of one point, which share days and stops, not all can be planned even if
    there were no other point. Told is how many visits are lost at least, not which.
together
    All points share the days' time and load. Told is a number only.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.mapofacts import Facts
from benchmarks.relaxation import Relaxation
from benchmarks.runner import DATA
from benchmarks.sets import mapotempo

SECONDS = 20.0
POINT_SECONDS = 2.0
LARGEST = 3000
"""Instances with more pairs of service and day are not looked at together."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What no plan of an instance can serve.

    ``alone`` gives the reason for each service, ``points`` the visits lost at a point beyond
    those of such services, ``bound`` the visits lost in all. ``is_settled`` tells that the
    joint model was solved to its end: more time would not prove more.
    """

    requested: int
    alone: dict[str, str]
    points: dict[str, int]
    bound: int
    is_settled: bool


def prove(instance: mapotempo.Instance, seconds: float = SECONDS) -> Proof:
    """Return a lower bound of the visits that every plan leaves out.

    ``seconds`` bounds CP-SAT's deterministic time for all points together, so that the same
    instance gives the same bound on every machine.
    """
    facts = Facts(instance)
    services = instance.services
    requested = sum(s.visits for s in services)
    alone = dict(_alone(facts))
    points, separate = {}, 0
    for number, members in enumerate(facts.groups):
        visits = sum(services[i].visits for i in members)
        lost = visits - Relaxation(facts, [number]).solve(POINT_SECONDS).served
        separate += lost
        lost -= sum(services[i].visits for i in members if services[i].id in alone)
        if lost > 0:
            points[services[members[0]].point] = lost
    joint, is_settled = _together(facts, requested, seconds)
    return Proof(requested, alone, points, max(separate, joint), is_settled)


def _alone(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield the services that can't be planned even alone, with the reason."""
    for i, service in enumerate(facts.instance.services):
        if not any(facts.fits((i,), day) for day in facts.days):
            heavy = all(facts.overload([service], v) for v in facts.instance.vehicles)
            yield service.id, "too heavy" if heavy else "never in time"
            continue
        # The earliest days that keep apart are as many as any that do.
        count, last = 0, None
        for day in facts.days:
            if (last is None or day - last >= service.lapse) and facts.fits((i,), day):
                count, last = count + 1, day
        if count < service.visits:
            yield service.id, f"only {count} days {service.lapse} apart for {service.visits} visits"


def _together(facts: Facts, requested: int, seconds: float) -> tuple[int, bool]:
    """Return the bound of the joint model, sharpened as long as its outcomes break rules."""
    if len(facts.instance.services) * len(facts.days) > LARGEST:
        return 0, False
    relaxation = Relaxation(facts, range(len(facts.groups)))
    relaxation.add_loads()
    relaxation.add_times()
    best, left = 0, seconds
    while left > 0.0:
        outcome = relaxation.solve(left)
        left -= outcome.work
        best = max(best, requested - outcome.served)
        if not outcome.is_best:
            return best, False
        if not relaxation.sharpen(outcome.days):
            return best, True
    return best, False


def lines(name: str, proof: Proof) -> Iterator[str]:
    """Yield a proof as text: one line for the instance, one for each reason."""
    end = "" if proof.is_settled else ", more time may prove more"
    yield f"{name}: {proof.requested} requested, at least {proof.bound} unassigned{end}"
    for service, reason in proof.alone.items():
        yield f"  alone: {service}: {reason}"
    for point, lost in proof.points.items():
        yield f"  at its point: {point}: {lost} visits"


def main(arguments: list[str] | None = None) -> int:
    """Print the proofs; return 2 for bad input."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mapoproof", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the public sets")
    parser.add_argument("--instances", default="performance_*", help="which ones")
    parser.add_argument(
        "--seconds", type=float, default=SECONDS, help=f"deterministic, {SECONDS:g} if not given"
    )
    options = parser.parse_args(arguments)
    try:
        instances = mapotempo.load(options.data, options.instances)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 2
    requested = bound = 0
    for instance in instances:
        proof = prove(instance, options.seconds)
        requested += proof.requested
        bound += proof.bound
        print("\n".join(lines(instance.name, proof)), flush=True)
    print(f"\n{len(instances)} instances: {requested} requested, at least {bound} unassigned")
    return 0


if __name__ == "__main__":
    sys.exit(main())
