"""Single steps of the compiled search, called many times inside compiled code.

A call from Python would cost more than most steps. The loops are not cached: numba would keep
the steps that were compiled into them when only the steps' own files change.
"""

from __future__ import annotations

from numba import njit

from visitroute.solve.core.arrays import Arrays, Plan
from visitroute.solve.core.borrow import borrow
from visitroute.solve.core.desk import Desk
from visitroute.solve.core.place import insert_client, remove_client, retime_dirty
from visitroute.solve.core.route import retime
from visitroute.solve.core.scan import search_route


@njit
def insertions(a: Arrays, p: Plan, keep: Plan, w: Desk, calls: int) -> int:
    """Take one client after the other out and place it back; return the visits placed.

    What a rejected change would need is copied each time, as the search does for each change.
    """
    a, p, keep, w = borrow(a), borrow(p), borrow(keep), borrow(w)
    clients = len(p.count)
    placed = 0
    for i in range(calls):
        client = i % clients
        remove_client(a, p, keep, w, client)
        retime_dirty(a, p, w)
        insert_client(a, p, keep, w, client)
        placed += p.count[client]
        w.touched[:] = 0
        w.moved[client] = 0
    return placed


@njit
def searches(a: Arrays, p: Plan, calls: int) -> int:
    """Look for the cheapest place of one visit in one route; return how many were found."""
    a, p = borrow(a), borrow(p)
    clients, routes = len(p.count), len(p.length)
    found = 0
    for i in range(calls):
        variant = a.variant_ptr[i % clients]
        r = (i // clients) % routes
        search_route(a, p, i % clients, variant, r)
        found += p.cache_cost[variant, r] < 10**12
    return found


@njit
def retimings(a: Arrays, p: Plan, calls: int) -> int:
    """Work out the times of one route after the other; return how many can be kept."""
    a, p = borrow(a), borrow(p)
    kept = 0
    for i in range(calls):
        kept += retime(a, p, i % len(p.length))
    return kept
