"""Building the arrays of a planning problem from routes and clients, one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from visitroute.solve.core.arrays import NEVER_SEEN, Arrays, Ints

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class RouteSpec:
    """One vehicle on one day; times in seconds, ``lunches`` as (first, last) begin."""

    day: int
    start: int
    end: int
    open: int
    close: int
    group: int = 0
    matrix: int = 0
    lunch: int = 0
    lunches: Sequence[Span] = ()
    blocks: Sequence[Span] = ()
    limit: int | None = None
    travel: int | None = None
    capacity: Sequence[int] = ()
    fixed: int = 0
    load_cost: Sequence[float] | None = None


@dataclass(frozen=True, slots=True)
class AskSpec:
    """A request: the days it may lie on, and its rank when it is left out."""

    days: Sequence[int]
    tier: int
    weight: int
    penalty: float
    index: int = 0


@dataclass(frozen=True, slots=True)
class ClientSpec:
    """A client: where, how long, when it is open, which routes, and what it asks.

    ``windows[d]`` are (start, end of service); a negative end fixes the begin. ``patterns``
    replace ``asks`` but for the first, which says what leaving the client out costs.
    ``services`` are the lengths of service by variant; ``variants[before + 1][day]`` says
    which one holds after a visit on day ``before``.
    """

    node: int
    services: Sequence[int]
    windows: Mapping[int, Sequence[Span]]
    routes: Mapping[int, Sequence[int]]
    asks: Sequence[AskSpec] = ()
    extras: Sequence[AskSpec] = ()
    patterns: Sequence[tuple[Sequence[int], float]] = ()
    pattern_variants: Sequence[Sequence[int]] = ()
    pattern_weights: Sequence[int] = ()
    variants: NDArray[np.int64] | None = None
    demand: Sequence[int] = ()
    demands: Sequence[Sequence[int]] = ()
    groups: Sequence[int] = ()
    day_price: Mapping[int, float] = field(default_factory=dict)
    min_gap: int = 0
    max_gap: int = 10**6
    ideal_gap: float = 0.0
    last_visit: int | None = None
    first_due: float = 0.0
    is_late: bool = False
    irregularity: float = 0.0


class _Lists:
    """A flat list with its pointers."""

    def __init__(self) -> None:
        self.items: list[int] = []
        self.ptr = [0]

    def close(self) -> None:
        self.ptr.append(len(self.items))


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _pairs(first: Sequence[int], second: Sequence[int]) -> Ints:
    return np.ascontiguousarray(np.array([first, second], dtype=np.int64).T.reshape(-1, 2))


def _width(matrix: Ints) -> type[np.int32 | np.int64]:
    """Return the narrowest type for a matrix: half the memory is twice the cache."""
    small = int(np.abs(matrix).max(initial=0)) < 2**31
    return np.int32 if small else np.int64


def _along(cost: Ints) -> Ints:
    """Return the nodes in an order in which neighbours mostly follow each other.

    Ways between the places of one route then lie close together in memory: with 1,000 places
    the whole search is a fifth faster.
    """
    count = cost.shape[-1]
    order = np.zeros(count, dtype=np.int64)
    left = np.ones(count, dtype=np.bool_)
    for i in range(1, count):
        left[order[i - 1]] = False
        rest = np.flatnonzero(left)
        order[i] = rest[np.argmin(cost[0, order[i - 1], rest])]
    return order


def _twins(routes: Sequence[RouteSpec]) -> Ints:
    """Return for each route the first that is like it in all but the group."""
    first: dict[tuple[object, ...], int] = {}
    twins = []
    for i, r in enumerate(routes):
        spans = tuple(map(tuple, r.lunches)), tuple(map(tuple, r.blocks))
        loads = None if r.load_cost is None else tuple(r.load_cost)
        key = (r.day, r.start, r.end, r.open, r.close, r.matrix, r.lunch, spans, r.limit)
        twins.append(first.setdefault((*key, r.travel, tuple(r.capacity), r.fixed, loads), i))
    return _ints(twins)


NUM_NEAR = 100
"""Neighbours kept for each client."""


def build_arrays(
    time: Ints,
    cost: Ints,
    day_offset: Sequence[int],
    routes: Sequence[RouteSpec],
    clients: Sequence[ClientSpec],
) -> Arrays:
    """Return the arrays; ``time`` and ``cost`` are (M, N, N) integer matrices."""
    days = len(day_offset)
    lunch, block = _Lists(), _Lists()
    lunch_last: list[int] = []
    block_end: list[int] = []
    for route in routes:
        lunch.items += [first for first, _ in route.lunches]
        lunch_last += [last for _, last in route.lunches]
        lunch.close()
        block.items += [first for first, _ in route.blocks]
        block_end += [last for _, last in route.blocks]
        block.close()
    dims = max((len(r.capacity) for r in routes), default=0)
    limits = [len(clients) if r.limit is None else min(r.limit, len(clients)) for r in routes]
    longest = max(limits, default=0) + 2
    load_cost = np.zeros((len(routes), longest + 1))
    for i, route in enumerate(routes):
        if route.load_cost is not None:
            line = list(route.load_cost)[: longest + 1]
            load_cost[i, : len(line)] = line
            load_cost[i, len(line) :] = line[-1]
    capacity = np.zeros((len(routes), dims), dtype=np.int64)
    for i, route in enumerate(routes):
        capacity[i, : len(route.capacity)] = route.capacity

    many = 10**15
    columns = _ClientColumns(days)
    for client in clients:
        columns.add(client)
    near_ptr, near = _neighbours(cost, [c.node for c in clients])
    loads = [
        client.demands[v] if client.demands else client.demand
        for client in clients
        for v in range(len(client.services))
    ]
    demand = np.zeros((len(loads), dims), dtype=np.int64)
    for i, load in enumerate(loads):
        demand[i, : len(load)] = load
    same = cost is time
    order = _along(cost)
    place = np.argsort(order)
    time = time[:, order][:, :, order]
    cost = time if same else cost[:, order][:, :, order]
    time = np.ascontiguousarray(time, dtype=_width(time))
    time_to = np.ascontiguousarray(time.transpose(0, 2, 1))
    cost = time if same else np.ascontiguousarray(cost, dtype=_width(cost))
    cost_to = time_to if same else np.ascontiguousarray(cost.transpose(0, 2, 1))
    return Arrays(
        time=time,
        cost=cost,
        time_to=time_to,
        cost_to=cost_to,
        route_day=_ints([r.day for r in routes]),
        route_group=_ints([r.group for r in routes]),
        route_matrix=_ints([r.matrix for r in routes]),
        route_start=place[_ints([r.start for r in routes])],
        route_end=place[_ints([r.end for r in routes])],
        route_open=_ints([r.open for r in routes]),
        route_close=_ints([r.close for r in routes]),
        route_lunch=_ints([r.lunch for r in routes]),
        lunch_ptr=_ints(lunch.ptr),
        lunch=_pairs(lunch.items, lunch_last),
        block_ptr=_ints(block.ptr),
        block=_pairs(block.items, block_end),
        route_limit=_ints(limits),
        route_travel=_ints([many if r.travel is None else r.travel for r in routes]),
        route_capacity=capacity,
        route_fixed=_ints([r.fixed for r in routes]),
        route_plain=_ints([int(not r.blocks and len(r.lunches) <= 1) for r in routes]),
        route_twin=_twins(routes),
        load_cost=load_cost,
        day_offset=_ints(day_offset),
        variant_demand=demand,
        near_ptr=near_ptr,
        near=near,
        **{**columns.arrays(), "client_node": place[_ints([c.node for c in clients])]},
    )


def _neighbours(cost: Ints, nodes: Sequence[int]) -> tuple[Ints, Ints]:
    """Return for each client the nearest others, there and back on the first matrix."""
    if not nodes:
        return _ints([0]), _ints([])
    rows = np.array(nodes)
    both = cost[0][np.ix_(rows, rows)] + cost[0][np.ix_(rows, rows)].T
    count = len(nodes)
    np.fill_diagonal(both, np.iinfo(np.int64).max)
    kept = min(NUM_NEAR, count - 1)
    order = np.argsort(both, axis=1, kind="stable")[:, :kept]
    return np.arange(0, kept * count + 1, max(kept, 1), dtype=np.int64)[: count + 1] if kept else (
        np.zeros(count + 1, dtype=np.int64)
    ), np.ascontiguousarray(order, dtype=np.int64).ravel()


class _ClientColumns:
    """The client side of the arrays, grown client by client."""

    def __init__(self, days: int) -> None:
        self.days = days
        self.plain: dict[str, list[int]] = {
            name: []
            for name in (
                "client_node",
                "variant_table",
                "min_gap",
                "max_gap",
                "last_visit",
                "late_from",
            )
        }
        self.floats: dict[str, list[float]] = {
            name: [] for name in ("ideal_gap", "first_due", "irregularity")
        }
        self.variant, self.window, self.access = _Lists(), _Lists(), _Lists()
        self.group, self.ask, self.ask_days = _Lists(), _Lists(), _Lists()
        self.extra, self.extra_days = _Lists(), _Lists()
        self.pattern, self.pattern_days = _Lists(), _Lists()
        self.window_end: list[int] = []
        self.tables: list[int] = []
        self.ask_rows: list[AskSpec] = []
        self.extra_rows: list[AskSpec] = []
        self.pattern_prices: list[float] = []
        self.pattern_variants: list[int] = []
        self.pattern_weights: list[int] = []
        self.day_prices: list[list[float]] = []

    def add(self, client: ClientSpec) -> None:
        """Append one client."""
        plain, floats = self.plain, self.floats
        plain["client_node"].append(client.node)
        plain["min_gap"].append(client.min_gap)
        plain["max_gap"].append(client.max_gap)
        plain["last_visit"].append(NEVER_SEEN if client.last_visit is None else client.last_visit)
        plain["late_from"].append(int(client.is_late))
        floats["ideal_gap"].append(client.ideal_gap)
        floats["first_due"].append(client.first_due)
        floats["irregularity"].append(client.irregularity)
        self.variant.items += client.services
        self.variant.close()
        if client.variants is None or len(client.services) == 1:
            plain["variant_table"].append(-1)
        else:
            plain["variant_table"].append(len(self.tables))
            self.tables += client.variants.ravel().tolist()
        for day in range(self.days):
            for start, end in client.windows.get(day, ()):
                self.window.items.append(start)
                self.window_end.append(end)
            self.window.close()
            if client.windows.get(day):
                self.access.items += client.routes.get(day, ())
            self.access.close()
        self.group.items += client.groups
        self.group.close()
        for asks, lists, day_lists, rows in (
            (client.asks, self.ask, self.ask_days, self.ask_rows),
            (client.extras, self.extra, self.extra_days, self.extra_rows),
        ):
            for ask in asks:
                rows.append(ask)
                lists.items.append(0)
                day_lists.items += ask.days
                day_lists.close()
            lists.close()
        for number, (pattern, price) in enumerate(client.patterns):
            own = client.pattern_variants[number] if client.pattern_variants else [0] * len(pattern)
            self.pattern_variants += own
            self.pattern_weights.append(
                client.pattern_weights[number] if client.pattern_weights else 0
            )
            self.pattern.items.append(0)
            self.pattern_prices.append(price)
            self.pattern_days.items += pattern
            self.pattern_days.close()
        self.pattern.close()
        self.day_prices.append([client.day_price.get(d, 0.0) for d in range(self.days)])

    def arrays(self) -> dict[str, Any]:
        """Return the columns as arrays of int64 or float64, by name."""
        found: dict[str, Any] = {k: _ints(v) for k, v in self.plain.items()}
        found.update({k: np.array(v, dtype=np.float64) for k, v in self.floats.items()})
        found.update(
            variant_ptr=_ints(self.variant.ptr),
            variant_service=_ints(self.variant.items),
            variant_pick=_ints(self.tables),
            window_ptr=_ints(self.window.ptr),
            window=_pairs(self.window.items, self.window_end),
            access_ptr=_ints(self.access.ptr),
            access_route=_ints(self.access.items),
            group_ptr=_ints(self.group.ptr),
            group_of=_ints(self.group.items),
            day_price=np.array(self.day_prices, dtype=np.float64).reshape(-1, self.days),
            ask_ptr=_ints(self.ask.ptr),
            ask_index=_ints([a.index for a in self.ask_rows]),
            ask_tier=_ints([a.tier for a in self.ask_rows]),
            ask_weight=_ints([a.weight for a in self.ask_rows]),
            ask_penalty=np.array([a.penalty for a in self.ask_rows], dtype=np.float64),
            ask_day_ptr=_ints(self.ask_days.ptr),
            ask_day=_ints(self.ask_days.items),
            extra_ptr=_ints(self.extra.ptr),
            extra_tier=_ints([a.tier for a in self.extra_rows]),
            extra_weight=_ints([a.weight for a in self.extra_rows]),
            extra_penalty=np.array([a.penalty for a in self.extra_rows], dtype=np.float64),
            extra_day_ptr=_ints(self.extra_days.ptr),
            extra_day=_ints(self.extra_days.items),
            pattern_ptr=_ints(self.pattern.ptr),
            pattern_price=np.array(self.pattern_prices, dtype=np.float64),
            pattern_day_ptr=_ints(self.pattern_days.ptr),
            pattern_day=_ints(self.pattern_days.items),
            pattern_variant=_ints(self.pattern_variants),
            pattern_weight=_ints(self.pattern_weights),
        )
        return found
