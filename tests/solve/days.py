"""Single days taken from random inputs, for the solver and for the reference side by side."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from builders import POLICY, compile_for, random_inputs
from check.brute_force import BestDay, DayStop, RepDay, lunch_gaps, rep_day, try_order
from visitroute.calendar import WorkingCalendar
from visitroute.roads.matrix import TravelMatrix
from visitroute.solve import Client, Clock, DayRoute, Problem, Visit


@dataclass(frozen=True)
class Case:
    """One day with the clients that are open on it; ``day`` is the reference's view of it."""

    problem: Problem
    index: int
    clients: tuple[Client, ...]
    day: RepDay
    matrix: TravelMatrix
    name: str

    def stop(self, client: Client, service: int | None = None) -> DayStop:
        frame = self.problem.days[self.index]
        return DayStop(
            client.retailer.id,
            client.service if service is None else service,
            client.retailer.opening.on(frame.date),
            client.fixed[self.index],
        )

    def route(self, order: Sequence[Client]) -> DayRoute:
        visits = tuple(Visit(c.index, c.service) for c in order)
        return DayRoute(self.problem, self.index, Clock(self.problem.days[self.index]), visits)

    def runs(self, order: Sequence[Client], day: RepDay | None = None) -> list[BestDay]:
        """The reference's days in a given order, one for each place of lunch that works."""
        day = day or self.day
        stops = tuple(self.stop(c) for c in order)
        tried = (try_order(stops, self.matrix, day, gap) for gap in lunch_gaps(len(stops), day))
        return [found for found in tried if found is not None]


def random_days(seeds: range, most: int) -> Iterator[Case]:
    """Yield the days of random inputs, each with 1 to ``most`` clients in random order."""
    for seed in seeds:
        rng = random.Random(seed)  # noqa: S311
        inputs, rep, matrix = random_inputs(seed, 9, weeks=1, tight=seed % 3 == 0)
        problem = compile_for(inputs, rep, matrix)
        calendar = WorkingCalendar(POLICY.calendar, (2026, 2027))
        for index, frame in enumerate(problem.days):
            shift = calendar.shift(rep, frame.date)
            assert shift is not None
            clients = [c for c in problem.clients if c.windows[index]]
            rng.shuffle(clients)
            clients = clients[: rng.randint(1, most)]
            if clients:
                yield Case(
                    problem,
                    index,
                    tuple(clients),
                    rep_day(rep, frame.date, shift),
                    matrix,
                    f"seed {seed}, {frame.date}",
                )
