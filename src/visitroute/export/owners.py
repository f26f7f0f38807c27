"""Who looks after whom in a finished plan, and reps by their ids."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from visitroute.errors import InputError, Problem
from visitroute.model import PlanInput, Rep, Schedule

_SHOWN = 12
"""Reps named where none is like the one asked for."""


def owners_of(schedule: Schedule, inputs: PlanInput) -> dict[str, str]:
    """Return who looks after each retailer: its rep, else who visits it or would have."""
    owner = {d.retailer: d.rep for d in schedule.dropped if d.rep is not None}
    owner |= {stop.retailer: route.rep for route in schedule.routes for stop in route.stops}
    return owner | {r.id: r.rep for r in inputs.retailers if r.rep is not None}


def known_reps(names: Iterable[str], inputs: PlanInput) -> tuple[Rep, ...]:
    """Return the reps of some ids, in the order of the input; raises ``InputError`` VR1410."""
    wanted = set(names)
    ids = [rep.id for rep in inputs.reps]
    problems = []
    for name in sorted(wanted.difference(ids)):
        near = get_close_matches(name, ids, n=3)
        hint = f"you meant {', '.join(near)}" if near else f"one of {', '.join(ids[:_SHOWN])}"
        if not near and len(ids) > _SHOWN:
            hint += f" and {len(ids) - _SHOWN} others"
        problems.append(Problem("VR1410", f"no rep has the id '{name}'", id=name, hint=hint))
    if problems:
        raise InputError(problems)
    return tuple(rep for rep in inputs.reps if rep.id in wanted)
