"""The problem and the plan as flat arrays, the shape in which compiled code works on them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NUM_TIERS = 6


class Arrays(NamedTuple):
    """A planning problem: R routes (rep-days), D days, C clients, K load dimensions.

    Lists of varying length are flat with a pointer array: item ``i`` owns the entries
    ``ptr[i]:ptr[i + 1]``. Times are seconds after midnight, costs are in the unit of ``cost``.
    """

    # Travel: (M, N, N); a route uses matrix route_matrix[r].
    time: Ints
    cost: Ints
    time_to: Ints  # the same, transposed: row n holds the ways to node n
    cost_to: Ints
    # Routes.
    route_day: Ints
    route_group: Ints  # the rep: clients with continuity keep to one group
    route_matrix: Ints
    route_start: Ints  # node
    route_end: Ints  # node
    route_open: Ints
    route_close: Ints
    route_lunch: Ints  # seconds, 0 for none
    lunch_ptr: Ints
    lunch: Ints  # (, 2): earliest and latest begin of lunch, by window
    block_ptr: Ints
    block: Ints  # (, 2): start and end of meetings
    route_limit: Ints  # visits
    route_travel: Ints  # seconds of travel
    route_capacity: Ints  # (R, K)
    route_fixed: Ints  # cost of using the route at all
    route_plain: Ints  # 1: no meetings and at most one window for lunch
    route_twin: Ints  # routes of one day with the same number differ in their group at most
    load_cost: Floats  # (R, L): cost of having n visits
    day_offset: Ints  # calendar day of each day
    # Clients.
    client_node: Ints
    variant_ptr: Ints  # lengths of service, by tasks that ride along
    variant_service: Ints
    variant_demand: Ints  # (variants, K)
    variant_table: Ints  # offset of the client's (D + 1, D) table of variants, -1: one only
    variant_pick: Ints
    window_ptr: Ints  # (C * D + 1)
    window: Ints  # (, 2): start and end of service; end negative: begins exactly at start
    access_ptr: Ints  # (C * D + 1): routes that may serve the client on a day
    access_route: Ints
    group_ptr: Ints  # groups among which a client with continuity chooses
    group_of: Ints
    day_price: Floats  # (C, D)
    # Requests in order of due date, each with its days.
    ask_ptr: Ints
    ask_index: Ints
    ask_tier: Ints
    ask_weight: Ints
    ask_penalty: Floats
    ask_day_ptr: Ints
    ask_day: Ints
    min_gap: Ints
    max_gap: Ints
    ideal_gap: Floats
    last_visit: Ints  # calendar day, NEVER_SEEN for none
    first_due: Floats  # calendar day of the first due date
    late_from: Ints  # 1: the first visit is late already, each day counts from day 0
    irregularity: Floats  # cost of one day off
    # Requests that any visit on one of their days serves.
    extra_ptr: Ints
    extra_tier: Ints
    extra_weight: Ints
    extra_penalty: Floats
    extra_day_ptr: Ints
    extra_day: Ints
    # Clients with a list of day patterns instead of requests.
    pattern_ptr: Ints
    pattern_price: Floats
    pattern_day_ptr: Ints
    pattern_day: Ints
    pattern_variant: Ints  # of each day
    pattern_weight: Ints  # left out although the pattern is planned
    # For ruin: other clients, nearest first.
    near_ptr: Ints
    near: Ints


NEVER_SEEN = -(10**6)

SEVERAL = -1
"""In place of the latest begin of service: several windows, or one with a fixed begin."""

UNCHANGED = 10**6
"""The first changed visit of a route whose times hold."""


class Plan(NamedTuple):
    """A plan under search. Position 0 of a route is its start, then come its visits."""

    length: Ints  # (R,) visits
    visit: Ints  # (R, L) clients in order
    service: Ints  # (R, L) seconds of service of each visit
    variant: Ints  # (R, L) number of the variant of each visit
    node: Ints  # (R, L + 2) places in order, from start to end
    leg_time: Ints  # (R, L + 1) seconds from each place to the next; 0 on an empty route
    leg_cost: Ints
    opens: Ints  # (R, L) earliest begin of service
    shuts: Ints  # (R, L) latest begin of service, SEVERAL: look the windows up
    hungry_from: Ints  # (R, L + 2) earliest departures, lunch to come
    fed_from: Ints  # lunch taken
    hungry_by: Ints  # latest arrivals
    fed_by: Ints
    slack: Ints  # (R, L + 2) no more than this fits between two places, legs included
    widest: Ints  # (R,) the most of it
    changed_from: Ints  # (R,) visits whose neighbours changed since the route was timed
    changed_to: Ints
    travel: Ints  # (R,) seconds
    travel_cost: Ints  # (R,) with the fixed cost
    load: Ints  # (R, K)
    version: Ints  # (R,) a number that no other content of the route has
    counter: Ints  # (1,) last version given
    count: Ints  # type: ignore[assignment]  # (C,) visits of a client; hides tuple.count
    route_of: Ints  # (C, V) routes it is on
    penalty: Floats  # (C,) price of what is left out
    soft: Floats  # (C,) irregularity and weekdays
    left_out: Ints  # (C, T) weight left out by tier
    day_of: Ints  # (asks,) day on which each request is served, -1: left out
    cache_version: Ints  # (variants, R)
    cache_cost: Ints
    cache_position: Ints


def new_plan(a: Arrays) -> Plan:
    """Return the plan in which nobody is visited; its routes are still to be timed."""
    routes, clients = len(a.route_day), len(a.client_node)
    longest = int(min(a.route_limit.max(initial=0), max(1, clients))) + 1
    days = len(a.day_offset)
    per_client = max(1, days)
    variants = len(a.variant_service)

    def ints(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return Plan(
        length=ints(routes),
        visit=ints(routes, longest),
        service=ints(routes, longest),
        variant=ints(routes, longest),
        node=ints(routes, longest + 2),
        leg_time=ints(routes, longest + 1),
        leg_cost=ints(routes, longest + 1),
        opens=ints(routes, longest),
        shuts=ints(routes, longest),
        hungry_from=ints(routes, longest + 2),
        fed_from=ints(routes, longest + 2),
        hungry_by=ints(routes, longest + 2),
        fed_by=ints(routes, longest + 2),
        slack=ints(routes, longest + 2),
        widest=ints(routes),
        changed_from=np.full(routes, UNCHANGED, dtype=np.int64),
        changed_to=np.full(routes, -1, dtype=np.int64),
        travel=ints(routes),
        travel_cost=ints(routes),
        load=ints(routes, a.route_capacity.shape[1]),
        version=np.arange(1, routes + 1, dtype=np.int64),
        counter=np.array([routes], dtype=np.int64),
        count=ints(clients),
        route_of=ints(clients, per_client),
        penalty=np.zeros(clients),
        soft=np.zeros(clients),
        left_out=ints(clients, NUM_TIERS),
        day_of=np.full(len(a.ask_index), -1, dtype=np.int64),
        cache_version=ints(variants, routes),
        cache_cost=ints(variants, routes),
        cache_position=ints(variants, routes),
    )
