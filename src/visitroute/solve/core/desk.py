"""Room in which the compiled search works, and copies of what it changes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from visitroute.solve.core.arrays import Arrays, Floats, Ints, Plan


class Desk(NamedTuple):
    """Room to work in, and what holds for the whole search beside the plan.

    Prices, choices and days are those of the client that is being placed; ``fine``, ``opening``,
    ``local`` and ``bias`` are set by the search; ``dirty``, ``touched`` and ``moved`` last until
    the next decision.
    """

    price: Floats  # (V, D) of a visit
    route: Ints  # (V, D) the route that price is for
    fine: Floats  # (1,) price of one unit of overload, 0: loads are kept strictly
    opening: Floats  # (1,) share of its cost at which a visit that opens a route is judged
    mark: Ints  # (R,) last mark given to the route, for visits of neighbours on it
    local: Ints  # (2,) 1: only routes on which neighbours are visited are tried; the last mark
    bias: Floats  # (D,) added to the price of a day while places are chosen, for variety
    free: NDArray[np.uint8]  # (D,) visit is there anyway
    best: Floats  # (A, D) cheapest chain that ends with request i on day d
    from_ask: Ints
    from_day: Ints
    ask_day: Ints  # (A,) chosen day, -1 left out
    keep_day: Ints  # (A,) the same for the best of several tries
    days: NDArray[np.uint8]  # (D,) days visited
    pattern: Ints  # (1,) chosen pattern
    variant: Ints  # (D,) variant of each day of the chosen pattern
    dirty: NDArray[np.uint8]  # (R,) to be retimed
    touched: NDArray[np.uint8]  # (R,) changed since the last decision
    moved: NDArray[np.uint8]  # (C,) likewise for clients


def new_desk(a: Arrays) -> Desk:
    """Return room for the largest client of a problem."""
    days = len(a.day_offset)
    variants = int(np.diff(a.variant_ptr).max(initial=1))
    asks = int(np.diff(a.ask_ptr).max(initial=1)) + 1

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return Desk(
        np.zeros((variants, days)),
        ints(variants, days),
        np.zeros(1),
        np.ones(1),
        np.zeros(len(a.route_day), dtype=np.int64),
        np.zeros(2, dtype=np.int64),
        np.zeros(days),
        np.zeros(days, dtype=np.uint8),
        np.zeros((asks, days)),
        ints(asks, days),
        ints(asks, days),
        ints(asks),
        ints(asks),
        np.zeros(days, dtype=np.uint8),
        ints(1),
        ints(days),
        np.zeros(len(a.route_day), dtype=np.uint8),
        np.zeros(len(a.route_day), dtype=np.uint8),
        np.zeros(len(a.client_node), dtype=np.uint8),
    )


@njit(cache=True)
def touch_route(p: Plan, keep: Plan, w: Desk, r: int) -> None:
    """Keep a copy of a route before its first change since the last decision."""
    if w.touched[r]:
        return
    w.touched[r] = 1
    copy_route(p, keep, r)


@njit(cache=True)
def copy_row(source: Ints, target: Ints, r: int, count: int) -> None:
    """Copy the first entries of a row."""
    for i in range(count):
        target[r, i] = source[r, i]


@njit(cache=True)
def copy_route(source: Plan, target: Plan, r: int) -> None:
    """Copy a route with its times."""
    n = source.length[r]
    target.length[r] = n
    copy_row(source.visit, target.visit, r, n)
    copy_row(source.service, target.service, r, n)
    copy_row(source.variant, target.variant, r, n)
    copy_row(source.node, target.node, r, n + 2)
    copy_row(source.leg_time, target.leg_time, r, n + 1)
    copy_row(source.leg_cost, target.leg_cost, r, n + 1)
    copy_row(source.opens, target.opens, r, n)
    copy_row(source.shuts, target.shuts, r, n)
    copy_row(source.slack, target.slack, r, n + 1)
    copy_row(source.hungry_from, target.hungry_from, r, n + 1)
    copy_row(source.fed_from, target.fed_from, r, n + 1)
    copy_row(source.hungry_by, target.hungry_by, r, n + 1)
    copy_row(source.fed_by, target.fed_by, r, n + 1)
    copy_row(source.load, target.load, r, source.load.shape[1])
    target.travel[r] = source.travel[r]
    target.travel_cost[r] = source.travel_cost[r]
    target.widest[r] = source.widest[r]
    target.version[r] = source.version[r]


@njit(cache=True)
def touch_client(a: Arrays, p: Plan, keep: Plan, w: Desk, client: int) -> None:
    """Keep a copy of a client's placement before its first change since the last decision."""
    if w.moved[client]:
        return
    w.moved[client] = 1
    copy_client(a, p, keep, client)


@njit(cache=True)
def copy_client(a: Arrays, source: Plan, target: Plan, client: int) -> None:
    """Copy a client's placement."""
    n = source.count[client]
    target.count[client] = n
    for i in range(n):
        target.route_of[client, i] = source.route_of[client, i]
    target.penalty[client] = source.penalty[client]
    target.soft[client] = source.soft[client]
    for t in range(source.left_out.shape[1]):
        target.left_out[client, t] = source.left_out[client, t]
    for ask in range(a.ask_ptr[client], a.ask_ptr[client + 1]):
        target.day_of[ask] = source.day_of[ask]
