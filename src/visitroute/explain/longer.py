"""Route days of a plan as they would be with a longer shift."""

from __future__ import annotations

from dataclasses import replace

from visitroute.solve import Clock, DayRoute, State
from visitroute.solve.problem import open_windows
from visitroute.units import MINUTE

STEP = 5
"""Shifts are tried longer in steps of so many minutes."""


class LongerDays:
    """The route days of a plan with later ends, each built once and kept."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._routes: dict[tuple[int, int], DayRoute] = {}
        self._lacking = {
            client.index
            for client in state.problem.clients
            if len(state.served[client.index]) < len(client.cadence) + len(client.others)
        }

    def route(self, day: int, minutes: int) -> DayRoute:
        """Return a day's route when the shift ends some minutes later.

        Opening hours that the shift had cut short count up to its new end, for the retailers that
        are visited on the day and those that lack a visit.
        """
        key = day, minutes
        if key not in self._routes:
            problem = self._state.problem
            frame = problem.days[day]
            frame = replace(frame, end=frame.end + minutes * MINUTE)
            visits = self._state.routes[day].visits
            clients = list(problem.clients)
            for index in self._lacking.union(v.client for v in visits):
                c = clients[index]
                new = open_windows(c.retailer, frame, c.service)
                clients[index] = replace(c, windows=(*c.windows[:day], new, *c.windows[day + 1 :]))
            days = (*problem.days[:day], frame, *problem.days[day + 1 :])
            longer = replace(problem, days=days, clients=tuple(clients))
            self._routes[key] = DayRoute(longer, day, Clock(frame), visits)
        return self._routes[key]
