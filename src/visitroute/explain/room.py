"""What a request left out, or looked into, would find on each day of a finished plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from visitroute.solve import Ask, Client, DayRoute, Insertion, Problem, State
from visitroute.solve.problem import open_windows


class Room:
    """One request of a retailer against the days of a plan."""

    def __init__(self, state: State, client: Client, ask: Ask) -> None:
        self.state = state
        self.problem = state.problem
        self.client = client
        self.ask = ask
        # A request for a task needs the task's time too.
        self.jobs = tuple(j for j in client.jobs if j.task.id == ask.request.task)
        self.service = client.service_with(self.jobs)
        self.working = [
            d
            for d, frame in enumerate(self.problem.days)
            if ask.request.earliest <= frame.date <= ask.request.latest
        ]

    def unbound(self) -> Client:
        """Return the client without the fixed times of its other requests."""
        if self.ask.request.time is not None:
            return self.client
        return replace(self.client, fixed=(None,) * len(self.client.fixed))

    def windows(self, day: int) -> tuple[tuple[int, int], ...]:
        """Return the retailer's windows inside the shift, those too short for a visit included."""
        return open_windows(self.client.retailer, self.problem.days[day], 0)

    def alone(self, day: int, client: Client, service: int) -> bool:
        """Tell whether the visit fits the empty day: if not, no plan can hold it there.

        In a given matrix a way by another place may be shorter than the direct one. What does
        not fit directly is tried with the shortest ways there and back.
        """
        clients = list(self.problem.clients)
        clients[client.index] = client
        problem = replace(self.problem, clients=tuple(clients))
        clock = self.state.routes[day].clock
        empty = DayRoute(problem, day, clock, ())
        if empty.cheapest_insertion(client.index, service) is not None:
            return True
        legs = _shortest_ways(self.problem, client.index)
        if legs is None:
            return False
        empty = DayRoute(replace(problem, seconds=legs), day, clock, ())
        return empty.cheapest_insertion(client.index, service) is not None

    def is_visited(self, day: int) -> bool:
        """Tell whether the retailer is visited on a day already."""
        return day in self.state.served[self.client.index].values()

    def is_visited_at_all(self) -> bool:
        """Tell whether the plan visits the retailer on any day."""
        return bool(self.state.served[self.client.index])

    def keeps_gaps(self, day: int) -> bool:
        """Tell whether a cadence visit on a day keeps the gaps to the client's other visits."""
        return self.gap_off(day) == 0

    def gap_off(self, day: int) -> int:
        """Return by how many days a cadence visit on a day would break the worst gap."""
        if not self.ask.is_cadence:
            return 0
        client, served = self.client, self.state.served[self.client.index]
        offsets = self.problem.offsets
        off = 0
        if client.last is not None:
            off = client.min_gap - (offsets[day] - client.last)
        for ask in client.cadence:
            if ask.request.id in served:
                steps = self.ask.request.index - ask.request.index
                gap = offsets[day] - offsets[served[ask.request.id]]
                if steps < 0:
                    steps, gap = -steps, -gap
                off = max(off, client.min_gap - gap, gap - steps * client.max_gap)
        return max(0, off)

    def limit(self, day: int) -> int:
        """Return the most visits of a day."""
        return self.problem.days[day].max_visits

    def rest(self, day: int) -> DayRoute:
        """Return a route day without the retailer itself."""
        return self.state.routes[day].without({self.client.index})

    def has_room(self, route: DayRoute, gone: Iterable[int] = ()) -> bool:
        """Tell whether a route day, some visits left out, can hold the visit.

        Where the retailer is visited already, the stop has to be long enough for all.
        """
        return self.place(route, gone) is not None

    def place(self, route: DayRoute, gone: Iterable[int] = ()) -> Insertion | None:
        """Return the cheapest place for the visit on a route day, some visits left out.

        A fixed time that is not kept itself binds nothing.
        """
        is_bound = self.ask.request.time is None and self.client.fixed[route.day] is not None
        if is_bound and not self.is_visited(route.day):
            clients = list(route.problem.clients)
            clients[self.client.index] = replace(
                clients[self.client.index], fixed=(None,) * len(self.client.fixed)
            )
            free = replace(route.problem, clients=tuple(clients))
            route = DayRoute(free, route.day, route.clock, route.visits)
        done = self.state.done[self.client.index].get(route.day, ())
        service = self.client.service_with((*done, *self.jobs))
        rest = route.without({self.client.index, *gone})
        return rest.cheapest_insertion(self.client.index, service)

    def loss(self, client: int, day: int) -> int:
        """Return what leaving out a client's visit of a day would cost: the requests it serves."""
        other, served = self.problem.clients[client], self.state.served[client]
        return sum(
            a.penalty for a in (*other.cadence, *other.others) if served.get(a.request.id) == day
        )


def without_visit(state: State, client: int, day: int) -> State:
    """Return a plan without a client's visit of one day."""
    left = state.copy()
    left.routes[day] = left.routes[day].without({client})
    left.served[client] = {name: d for name, d in left.served[client].items() if d != day}
    left.done[client] = {d: jobs for d, jobs in left.done[client].items() if d != day}
    return left


def _shortest_ways(problem: Problem, client: int) -> list[list[int]] | None:
    """Return travel with the shortest ways from the start to a client and on to the end.

    None when the direct ones are the shortest.
    """
    seconds = np.array(problem.seconds, dtype=np.int64)
    size = len(problem.clients)
    out, back = seconds[problem.start_node].copy(), seconds[:, problem.end_node].copy()
    for way, table in ((out, seconds), (back, seconds.T)):
        for _ in range(size):
            shorter = np.minimum(way[:size], (way[:size, None] + table[:size, :size]).min(axis=0))
            if (shorter == way[:size]).all():
                break
            way[:size] = shorter
    start, end = problem.start_node, problem.end_node
    direct = problem.seconds[start][client], problem.seconds[client][end]
    if (int(out[client]), int(back[client])) == direct:
        return None
    legs = [list(row) for row in problem.seconds]
    legs[start][client], legs[client][end] = int(out[client]), int(back[client])
    return legs
