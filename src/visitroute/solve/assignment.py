"""Whose each shared retailer is, by a minimum-cost flow over travel and workload.

Each retailer sends its work to the reps who may visit it; a rep's work costs nothing up to the
fair share of the rep's working time, what the policy says above it, and much where the time is
used up.
Around the centres of what each rep then has, the flow is solved again a few times, as in
balanced k-means. Travel is estimated: the way from the base shared by the visits of a day, and
the way from the centre. The view of assignment first, routes second is that of Fisher and
Jaikumar (1981), doi:10.1002/net.3230110205.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from visitroute.solve.problem import FAR
from visitroute.solve.teams import TeamProblem, working_seconds

ROUNDS = 8
"""Most times that the flow is solved around new centres."""

NEAR_CENTRE = 0.3
"""Weight of the way between a retailer and the rep's centre; the way from the base has 1."""

MINUTE = 60
SCALE = 1000
"""Travel seconds for a minute of work are counted in parts so small."""
HIGHEST = 10**9
"""Most that a minute may cost, so that sums stay in 64 bits."""
EASY = 0.75
"""Part of a rep's room that may be used at no more than the policy's price of uneven work."""
PIECES = ((1.1, 0.5), (1.5, 20.0))
"""Multiples of a rep's fair share, and what a minute up to it costs, in mean travel costs of a
minute; the first reaches as far as the room."""
BEYOND = 100.0
"""What a minute costs beyond the last of them."""


@dataclass(frozen=True, slots=True)
class Shares:
    """The rep of each client, what it costs with each rep (clients, reps), and its minutes.

    Prices are seconds of travel in the horizon.
    """

    rep: tuple[int, ...]
    price: NDArray[np.float64]
    work: NDArray[np.int64]


def share_out(problem: TeamProblem) -> Shares:
    """Return a rep for each client: near, and with room for it as far as there is any."""
    clients, reps = len(problem.clients), len(problem.reps)
    if not clients:
        return Shares((), np.zeros((0, reps)), np.zeros(0, dtype=np.int64))
    visits = np.array([max(1, len(c.cadence) + len(c.others)) for c in problem.clients])
    able = np.zeros((clients, reps), dtype=bool)
    for c, choices in enumerate(problem.choices):
        able[c, list(choices)] = True
    work = _work(problem, visits)
    room = _room(problem, float(work.sum()) / float(visits.sum()))
    uneven = _uneven(problem, float(work.sum()) / float(visits.sum()))
    base = _ways(problem, [problem.start_node(r) for r in range(reps)])
    days = max(1, len(problem.routes))
    a_day = max(1.0, float(visits.sum()) / days)
    from_base = base / a_day
    owner = _flow(visits[:, None] * from_base, able, work, room, uneven)
    centres = _first_centres(problem, owner, able)
    best: tuple[float, Shares] | None = None
    seen = set()
    for _ in range(ROUNDS):
        price = visits[:, None] * (from_base + NEAR_CENTRE * _ways(problem, centres))
        owner = _flow(price, able, work, room, uneven)
        cost = float(price[np.arange(clients), owner].sum())
        over = float(np.maximum(0, np.bincount(owner, work, reps) - room).sum())
        if best is None or over * SCALE + cost < best[0]:
            best = (over * SCALE + cost, Shares(tuple(owner.tolist()), price, work))
        centres = [_centre(problem, owner == r, r, visits, centres[r]) for r in range(reps)]
        if tuple(centres) in seen:
            break
        seen.add(tuple(centres))
    if best is None:
        raise ValueError("no round was run")
    return best[1]


def _work(problem: TeamProblem, visits: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the minutes each client takes: service, and the way from a near neighbour."""
    count = len(problem.clients)
    service = np.array([c.service for c in problem.clients])
    ways = np.sort(problem.seconds[0][:count, :count], axis=1)
    leg = np.minimum(ways[:, min(3, count - 1)], 3600)
    return np.asarray(np.maximum(1, visits * (service + leg) // MINUTE), dtype=np.int64)


def _room(problem: TeamProblem, visit: float) -> NDArray[np.int64]:
    """Return the minutes each rep has: no more a day than the visits allowed there take."""
    room = np.zeros(len(problem.reps))
    for route in problem.routes:
        minutes = working_seconds(route.frame) / MINUTE
        room[route.rep] += min(minutes, route.frame.max_visits * visit)
    return np.asarray(room, dtype=np.int64)


def _uneven(problem: TeamProblem, visit: float) -> float:
    """Return the policy's price of a minute above the fair share, in seconds of travel.

    Such a minute is one too many here and one too few with somebody else. ``visit`` is the mean
    work of a visit in minutes.
    """
    return 2.0 * problem.even_work / max(1, problem.costs.travel) / max(1.0, visit)


def _ways(problem: TeamProblem, nodes: list[int]) -> NDArray[np.float64]:
    """Return the seconds there and back between each client and a node of each rep."""
    count = len(problem.clients)
    columns = []
    for rep, node in enumerate(nodes):
        table = problem.seconds[problem.modes[rep]]
        columns.append(table[:count, node] + table[node, :count])
    return np.asarray(np.minimum(np.stack(columns, axis=1), FAR), dtype=np.float64)


def _flow(
    price: NDArray[np.float64],
    able: NDArray[np.bool_],
    work: NDArray[np.int64],
    room: NDArray[np.int64],
    uneven: float,
) -> NDArray[np.int64]:
    """Return the rep of each client in a flow of least cost; the largest part of it decides.

    ``uneven`` is what a minute above the fair share costs while there is room, in seconds.
    """
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415 - slow to import

    clients, reps = able.shape
    whole = int(work.sum())
    fair = np.maximum(room, 1) * whole / max(1, int(np.maximum(room, 1).sum()))
    rate = np.where(able, price / work[:, None], 0.0)
    typical = max(1.0, float(np.median(rate.min(axis=1, where=able, initial=np.inf))) * SCALE)
    typical = min(typical, HIGHEST / BEYOND)
    flow = min_cost_flow.SimpleMinCostFlow()
    sink = clients + reps
    arcs = []
    for c, r in zip(*np.nonzero(able), strict=True):
        unit = min(int(rate[c, r] * SCALE), HIGHEST)
        arcs.append(
            flow.add_arc_with_capacity_and_unit_cost(int(c), int(clients + r), int(work[c]), unit)
        )
    for r in range(reps):
        even = min(uneven * SCALE, float(HIGHEST))
        steps = [(float(fair[r]), 0.0), (max(float(fair[r]), EASY * float(room[r])), even)]
        steps += [(share * float(fair[r]), even + cost * typical) for share, cost in PIECES]
        steps[2] = (max(steps[2][0], float(room[r])), steps[2][1])
        filled = 0
        for upto, cost in steps:
            size = max(0, int(upto) - filled)
            filled += size
            flow.add_arc_with_capacity_and_unit_cost(clients + r, sink, size, int(cost))
        flow.add_arc_with_capacity_and_unit_cost(
            clients + r, sink, whole, int(even + BEYOND * typical)
        )
    for c in range(clients):
        flow.set_node_supply(c, int(work[c]))
    flow.set_node_supply(sink, -whole)
    if flow.solve() != flow.OPTIMAL:
        raise ValueError("the assignment has no solution")
    sent = np.zeros((clients, reps), dtype=np.int64)
    for arc in arcs:
        sent[flow.tail(arc), flow.head(arc) - clients] = flow.flow(arc)
    return np.asarray(np.argmax(np.where(able, sent, -1), axis=1), dtype=np.int64)


def _first_centres(
    problem: TeamProblem, owner: NDArray[np.int64], able: NDArray[np.bool_]
) -> list[int]:
    """Return each rep's base, or for reps with one base clients of theirs far from each other."""
    centres = [problem.start_node(r) for r in range(len(problem.reps))]
    together: dict[tuple[object, ...], list[int]] = {}
    for r, rep in enumerate(problem.reps):
        together.setdefault((rep.start, rep.mode), []).append(r)
    for group in together.values():
        if len(group) == 1:
            continue
        pool = np.flatnonzero(np.isin(owner, group))
        table = problem.seconds[problem.modes[group[0]]]
        chosen: list[int] = []
        # Reps who may visit few come first: the others have more to choose from.
        for r in sorted(group, key=lambda r: (int(able[:, r].sum()), r)):
            own = [int(c) for c in pool if able[c, r] and c not in chosen]
            if own:
                marks = [*chosen, centres[r]]
                chosen.append(max(own, key=lambda c: (min(table[c, m] for m in marks), -c)))
                centres[r] = chosen[-1]
    return centres


def _centre(
    problem: TeamProblem,
    own: NDArray[np.bool_],
    rep: int,
    visits: NDArray[np.int64],
    before: int,
) -> int:
    """Return the client of a rep with the least way to the others, by visits."""
    rows = np.flatnonzero(own)
    if not len(rows):
        return before
    table = problem.seconds[problem.modes[rep]][np.ix_(rows, rows)]
    far = (np.minimum(table + table.T, FAR) * visits[rows][:, None]).sum(axis=0)
    return int(rows[int(np.argmin(far))])
