"""The borders by CP-SAT: work in its band, territories in one piece, changes counted.

A retailer may belong to a territory where one of its neighbours that is nearer to the middle
does: so each territory hangs together by road, in the manner of the adjacency trees of Zoltners
and Sinha (1983), doi:10.1287/mnsc.29.11.1237. A round moves the borders by about one retailer;
what lies inside stays where it is.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from visitroute.solve.territories.problem import Land, Measure, to_middles
from visitroute.solve.territories.start import Terms, outside_price, prices, shares
from visitroute.solve.territories.ways import Floats, Ints

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

    Picks = list[dict[int, cp_model.IntVar | int]]
    """For each retailer and rep among whom is chosen: whether it is the one."""

MOST_CHOICES = 3
"""Reps besides the present one among whom CP-SAT chooses for one retailer, at the most."""

WORK_LIMIT = 0.5
"""Deterministic time units of CP-SAT for one round and a thousand retailers, each about two
seconds of one core."""

CLOSE_ENOUGH = 0.001
"""Part of the cost by which a round may be above the least there is."""

LONELY = 1.0
"""What a retailer apart from its territory costs, in mean prices of a retailer."""


def refine(
    measure: Measure, work: Floats, terms: Terms, owner: Ints, centres: list[int], seed: int
) -> Ints:
    """Return a division with the cheapest borders that CP-SAT finds from ``owner`` on."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - slow to import

    land = measure.land
    price = prices(land, centres)
    model = cp_model.CpModel()
    picks: Picks = []
    for i in range(len(owner)):
        choices = _choices(measure, price, owner, i)
        if len(choices) < 2:  # noqa: PLR2004 - nothing to choose
            picks.append(dict.fromkeys(choices, 1))
            continue
        fresh = {r: model.new_bool_var("") for r in choices}
        model.add_exactly_one(fresh.values())
        for r, var in fresh.items():
            model.add_hint(var, int(owner[i] == r))
        picks.append({**fresh})
    goal: list[cp_model.LinearExprT] = [
        round(float(price[i, r])) * var
        for i, own in enumerate(picks)
        if len(own) > 1
        for r, var in own.items()
    ]
    goal += _keep_band(model, land, work, terms, owner, picks, price)
    goal += _keep_together(model, measure, owner, picks, price, to_middles(land, centres), centres)
    _keep_moves(model, land, terms, picks)
    model.minimize(sum(goal))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = WORK_LIMIT * max(0.1, len(owner) / 1000)
    solver.parameters.relative_gap_limit = CLOSE_ENOUGH
    # CP-SAT's own handler of Ctrl-C would take the place of the caller's for good.
    solver.parameters.catch_sigint_signal = False
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return owner
    found = owner.copy()
    for i, own in enumerate(picks):
        if len(own) > 1:
            found[i] = next(r for r, var in own.items() if solver.value(var))
    return found


def _choices(measure: Measure, price: Floats, owner: Ints, i: int) -> list[int]:
    """Return the reps among whom is chosen for a retailer: its own, those of neighbours, before."""
    land, now = measure.land, int(owner[i])
    before = int(land.before[i])
    if now < 0 or (land.fixed[i] and before >= 0):
        return [now] if now >= 0 else []
    beside = {int(owner[j]) for j in measure.links(now)[i]} - {now, -1}
    able = sorted((r for r in beside if land.able[i, r]), key=lambda r: (price[i, r], r))
    back = {before} if before >= 0 and land.able[i, before] else set()
    return sorted({now, *able[:MOST_CHOICES], *back})


def _keep_band(
    model: cp_model.CpModel,
    land: Land,
    work: Floats,
    terms: Terms,
    owner: Ints,
    picks: Picks,
    price: Floats,
) -> list[cp_model.LinearExprT]:
    """Keep each rep's work near to its share of all work; return the price of being off it."""
    rows = np.flatnonzero(owner >= 0)
    share = shares(land, work, owner)
    unit = max(1, round(outside_price(price[rows, owner[rows]], work[rows, owner[rows]])))
    costs: list[cp_model.LinearExprT] = []
    for r in range(land.size[1]):
        load = sum(round(float(work[i, r])) * own[r] for i, own in enumerate(picks) if r in own)
        net, band = share[r] - land.shared[r], terms.tolerance * share[r]
        low, high = math.ceil(net - band), math.floor(net + band)
        off = model.new_int_var(0, 10**12, "")
        model.add(load - off <= high)
        model.add(load + off >= low)
        now = sum(round(float(work[i, r])) for i in np.flatnonzero(owner == r).tolist())
        model.add_hint(off, max(0, now - high, low - now))
        costs.append(unit * off)
    return costs


def _keep_together(
    model: cp_model.CpModel,
    measure: Measure,
    owner: Ints,
    picks: Picks,
    price: Floats,
    away: Floats,
    centres: list[int],
) -> list[cp_model.LinearExprT]:
    """Ask each retailer to have a neighbour nearer to the middle; return the price of lacking it.

    Nothing is asked of those who have none in any territory, and where it makes no difference.
    """
    rows = np.flatnonzero(owner >= 0)
    lonely = max(1, round(LONELY * float(price[rows, owner[rows]].mean()))) if len(rows) else 1
    costs: list[cp_model.LinearExprT] = []
    for i, own in enumerate(picks):
        for r, var in own.items():
            if i == centres[r]:
                continue
            nearer = [j for j in measure.links(r)[i].tolist() if away[j, r] < away[i, r]]
            held = [picks[j][r] for j in nearer if r in picks[j]]
            if not nearer or any(isinstance(other, int) for other in held):
                continue
            if isinstance(var, int) and not held:
                continue
            alone = model.new_bool_var("")
            with_it = any(owner[j] == r for j in nearer)
            model.add_hint(alone, int(owner[i] == r and not with_it))
            if isinstance(var, int):
                model.add_bool_or([*held, alone])
            else:
                model.add_bool_or([*held, alone, var.negated()])
            costs.append(lonely * alone)
    return costs


def _keep_moves(model: cp_model.CpModel, land: Land, terms: Terms, picks: Picks) -> None:
    """Let no more retailers have another rep than before than may, or than have one already."""
    if terms.most_moved is None:
        return
    stays = [own[int(b)] for own, b in zip(picks, land.before, strict=True) if int(b) in own]
    free = [var for var in stays if not isinstance(var, int)]
    # A retailer whose rep is no choice has one who does not reach it: that does not count.
    if len(free) > terms.most_moved:
        model.add(sum(free) >= len(free) - terms.most_moved)
