"""A whole plan under search: one route for each day and one placement for each client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from visitroute.solve.dayroute import Clock, DayRoute, Insertion, Visit
from visitroute.solve.placement import irregularity, place_client, weekday_cost
from visitroute.solve.problem import Client, Job, Problem


@dataclass(slots=True)
class State:
    """Routes by day, served requests by client, and the tasks done on each visit.

    Routes are immutable and shared between copies, so that a copy is cheap and a rejected
    change costs nothing to undo.
    """

    problem: Problem
    routes: list[DayRoute]
    served: list[dict[str, int]]
    done: list[dict[int, tuple[Job, ...]]] = field(default_factory=list)

    @classmethod
    def empty(cls, problem: Problem) -> State:
        """Return the plan in which nobody is visited."""
        routes = [DayRoute(problem, d, Clock(f), ()) for d, f in enumerate(problem.days)]
        return cls(
            problem,
            routes,
            [{} for _ in problem.clients],
            [{} for _ in problem.clients],
        )

    def copy(self) -> State:
        """Return a copy that can be changed on its own."""
        return State(self.problem, self.routes[:], self.served[:], self.done[:])

    def remove(self, clients: Iterable[int]) -> None:
        """Take all visits of some clients off the routes."""
        gone = frozenset(clients)
        touched = {day for c in gone for day in self.served[c].values()}
        for day in touched:
            self.routes[day] = self.routes[day].without(gone)
        for c in gone:
            self.served[c] = {}
            self.done[c] = {}

    def insert(self, client: Client) -> None:
        """Place a client that is on no route at its cheapest days."""
        taken = [len(route.visits) for route in self.routes]
        placement = place_client(self.problem, client, self.routes, taken)
        self.place(client, placement.served)

    def place(self, client: Client, served: Mapping[str, int]) -> None:
        """Put a client's visits on given days, each at its cheapest position, then its tasks.

        Requests whose day has no room are dropped.
        """
        kept = {}
        for day in sorted(set(served.values())):
            found = self._find_room(client, day, served)
            if found is None:
                continue
            self.routes[day] = self.routes[day].with_visit(
                Visit(client.index, client.service), found.position
            )
            kept.update({name: d for name, d in served.items() if d == day})
        self.served[client.index] = kept
        self.done[client.index] = {}
        self._assign_jobs(client)

    def _find_room(self, client: Client, day: int, served: Mapping[str, int]) -> Insertion | None:
        """Return a place with time for all tasks of the day, or for those that ask for it."""
        jobs = client.jobs_on(day)
        asking = {a.request.task for a in client.others if served.get(a.request.id) == day}
        needed = tuple(job for job in jobs if job.task.id in asking)
        for wanted in dict.fromkeys((jobs, needed, ())):
            service = client.service_with(wanted)
            found = self.routes[day].cheapest_insertion(client.index, service)
            if found is not None:
                return found
        return None

    def _assign_jobs(self, client: Client) -> None:
        """Let each task ride on the first visit in its dates that has time for it."""
        c = client.index
        days = sorted(set(self.served[c].values()))
        done: dict[int, tuple[Job, ...]] = {}
        asked = {a.request.task: a.request.id for a in client.others if a.request.task}
        for job in client.jobs:
            request = asked.get(job.task.id)
            fitting = [d for d in days if d in job.days]
            for day in fitting:
                service = client.service_with((*done.get(day, ()), job))
                route = self.routes[day].with_service(c, service)
                if route.is_feasible:
                    self.routes[day] = route
                    done[day] = (*done.get(day, ()), job)
                    if request is not None:
                        self.served[c][request] = day
                    break
            else:
                if request is not None:
                    self.served[c].pop(request, None)
        self.done[c] = done
        # A visit made only for a task that found no time there has no reason to stay.
        idle = set(days) - set(self.served[c].values())
        for day in idle:
            self.routes[day] = self.routes[day].without({c})
            done.pop(day, None)

    def settle(self, client: Client, served: Mapping[str, int], days: Iterable[int]) -> None:
        """Take over which request is served on which day, for visits already on the routes.

        ``days`` are all days with a visit; a visit that serves nothing is taken off.
        """
        self.served[client.index] = dict(served)
        self.done[client.index] = {}
        self._assign_jobs(client)
        for day in set(days) - set(self.served[client.index].values()):
            self.routes[day] = self.routes[day].without({client.index})

    def penalty(self) -> int:
        """Return the penalties of all dropped requests."""
        return sum(
            ask.penalty
            for client in self.problem.clients
            for ask in (*client.cadence, *client.others)
            if ask.request.id not in self.served[client.index]
        )

    def cost(self) -> int:
        """Return travel, loads, irregularity and weekdays, in tenths of a second."""
        problem = self.problem
        total = 0
        for route in self.routes:
            total += route.travel * problem.costs.travel
            total += problem.load_cost(len(route.visits))
        for client in problem.clients:
            served = self.served[client.index]
            if served:
                total += irregularity(problem, client, served)
                total += sum(weekday_cost(problem, client, d) for d in set(served.values()))
        return total

    def objective(self) -> int:
        """Return penalties and cost as one integer; smaller is better, tier by tier."""
        return self.penalty() + self.cost()
