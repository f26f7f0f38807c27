"""The first plan's days: compact weekday areas by CP-SAT, tier before tier.

Retailers are grouped around as many medoids as the rep has working weekdays; CP-SAT then
chooses the day of every request within its allowed dates, gaps, daily counts and time, so
that the fewest requests are left out and visits lie near the area of their weekday.
The generalized assignment view is that of Fisher and Jaikumar (1981).
"""

from __future__ import annotations

import random
from collections import defaultdict
from typing import TYPE_CHECKING

from visitroute.solve.problem import FAR, Ask, Client, Problem

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

    Pick = dict[tuple[str, int], cp_model.IntVar]
    """Whether a request is served on a day."""

WORK_LIMIT = 0.5
"""Deterministic time units of CP-SAT for each round, about seconds on one core."""


def choose_days(problem: Problem, seed: int) -> list[dict[str, int]]:
    """Return for each client which request is served on which day; missing: left out.

    Days are feasible in count and estimated time only; the routes decide in the end.
    """
    from ortools.sat.python import cp_model  # noqa: PLC0415 - slow to import

    model = cp_model.CpModel()
    near = _area_costs(problem, seed)
    picks: list[Pick] = []
    stops: dict[int, list[tuple[cp_model.IntVar, int]]] = defaultdict(list)
    dropped: list[tuple[Ask, cp_model.IntVar]] = []
    proximity: list[cp_model.LinearExprT] = []
    for client in problem.clients:
        pick = {
            (ask.request.id, day): model.new_bool_var("")
            for ask in (*client.cadence, *client.others)
            for day in ask.days
        }
        picks.append(pick)
        for day in sorted({day for _, day in pick}):
            stop = model.new_bool_var("")
            on_day = [var for (_, d), var in pick.items() if d == day]
            model.add_max_equality(stop, on_day)
            model.add_at_most_one(pick[a.request.id, day] for a in client.cadence if day in a.days)
            stops[day].append((stop, client.index))
            proximity.append(near[client.index][day] * stop)
        for ask in (*client.cadence, *client.others):
            out = model.new_bool_var("")
            model.add_exactly_one([*(pick[ask.request.id, d] for d in ask.days), out])
            dropped.append((ask, out))
        _keep_gaps(model, problem, client, pick)
        proximity += _lateness(problem, client, pick)

    for day, found in stops.items():
        frame = problem.days[day]
        model.add(sum(stop for stop, _ in found) <= frame.max_visits)
        room = frame.end - frame.start - frame.lunch - sum(b - a for a, b in frame.blocks)
        model.add(
            sum((problem.clients[c].service + _reach(problem, c)) * stop for stop, c in found)
            <= max(0, room)
        )
    return _solve(problem, model, picks, dropped, proximity, seed)


def _solve(
    problem: Problem,
    model: cp_model.CpModel,
    picks: list[Pick],
    dropped: list[tuple[Ask, cp_model.IntVar]],
    proximity: list[cp_model.LinearExprT],
    seed: int,
) -> list[dict[str, int]]:
    """Minimise the dropped weight tier by tier, then the proximity cost."""
    from ortools.sat.python import cp_model  # noqa: PLC0415

    tiers = sorted({ask.request.tier for ask, _ in dropped})
    goals: list[cp_model.LinearExpr] = [
        cp_model.LinearExpr.sum(
            [ask.request.weight * out for ask, out in dropped if ask.request.tier is tier]
        )
        for tier in tiers
    ]
    goals.append(cp_model.LinearExpr.sum(proximity))
    best: list[dict[str, int]] = [{} for _ in problem.clients]
    for goal in goals:
        model.minimize(goal)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = seed
        solver.parameters.max_deterministic_time = WORK_LIMIT
        # CP-SAT's own handler of Ctrl-C would take the place of the caller's for good.
        solver.parameters.catch_sigint_signal = False
        status = solver.solve(model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            break
        best = [
            {name: day for (name, day), var in pick.items() if solver.value(var)} for pick in picks
        ]
        model.add(goal <= int(solver.objective_value))
        model.clear_hints()  # type: ignore[no-untyped-call]
        for pick in picks:
            for var in pick.values():
                model.add_hint(var, solver.value(var))
    return best


def _keep_gaps(model: cp_model.CpModel, problem: Problem, client: Client, pick: Pick) -> None:
    """Forbid pairs of days of a client's cadence requests that break its gaps."""
    for i, later in enumerate(client.cadence):
        for day in later.days:
            if client.last is not None and problem.offsets[day] - client.last < client.min_gap:
                model.add(pick[later.request.id, day] == 0)
        for sooner in client.cadence[:i]:
            intervals = later.request.index - sooner.request.index
            for day in later.days:
                wrong = [
                    pick[sooner.request.id, d]
                    for d in sooner.days
                    if not client.min_gap
                    <= problem.offsets[day] - problem.offsets[d]
                    <= intervals * client.max_gap
                ]
                if wrong:
                    model.add_bool_and([v.negated() for v in wrong]).only_enforce_if(
                        pick[later.request.id, day]
                    )


def _lateness(problem: Problem, client: Client, pick: Pick) -> list[cp_model.LinearExprT]:
    """Return the cost of days away from each request's due date."""
    costs: list[cp_model.LinearExprT] = []
    for ask in client.cadence:
        if client.last is None:
            continue
        for day in ask.days:
            off = abs((problem.days[day].date - ask.request.due).days)
            if off:
                costs.append(problem.costs.irregularity * off * pick[ask.request.id, day])
    return costs


def _reach(problem: Problem, client: int) -> int:
    """Return an estimate of the travel seconds a visit adds to a full day: its nearest ways."""
    line = problem.seconds[client]
    near = sorted(s for c, s in enumerate(line[: len(problem.clients)]) if c != client)[:3]
    return min(sum(near) // len(near), 3600) if near else 0


def _area_costs(problem: Problem, seed: int) -> list[dict[int, int]]:
    """Return for each client and day how far the client lies from the day's area."""
    weekdays = sorted({frame.date.weekday() for frame in problem.days})
    medoids = _medoids(problem, len(weekdays), random.Random(seed))  # noqa: S311 - no secret
    costs: list[dict[int, int]] = []
    for client in problem.clients:
        line = problem.seconds[client.index]
        far = [min(line[m], FAR // 1000) for m in medoids]
        costs.append(
            {
                d: far[weekdays.index(frame.date.weekday())] * problem.costs.travel
                for d, frame in enumerate(problem.days)
            }
        )
    return costs


def _medoids(problem: Problem, count: int, rng: random.Random, rounds: int = 8) -> list[int]:
    """Return clients around which the others group with little travel; k-medoids, seeded."""
    clients = [c.index for c in problem.clients]
    if not clients:
        return [problem.start_node] * count
    both = problem.seconds
    chosen = [rng.choice(clients)]
    while len(chosen) < count:
        # The client furthest from all medoids so far, as in farthest-first traversal.
        chosen.append(max(clients, key=lambda c: (min(both[c][m] for m in chosen), -c)))
    for _ in range(rounds):
        groups: list[list[int]] = [[] for _ in chosen]
        for c in clients:
            groups[min(range(count), key=lambda g: (both[c][chosen[g]], g))].append(c)
        moved = [
            min(group, key=lambda m: (sum(both[c][m] for c in group), m)) if group else chosen[g]
            for g, group in enumerate(groups)
        ]
        if moved == chosen:
            break
        chosen = moved
    return chosen
