"""The best days for one retailer's visits, given everybody else's.

The cadence requests of a retailer are placed by dynamic programming over (request, day):
each visit pays its cheapest insertion, what it changes in the day's load, and the days off
the ideal gap; a request left out pays its penalty. Fixed visits and visits for tasks are
placed around that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from visitroute.solve.dayroute import DayRoute
from visitroute.solve.problem import Ask, Client, Problem


@dataclass(frozen=True, slots=True)
class Placement:
    """On which days a client is visited and which requests each visit serves.

    ``served`` maps request id to day; requests missing there are dropped. ``cost`` counts
    penalties, insertions, loads and irregularity in tenths of a second.
    """

    served: Mapping[str, int]
    cost: int

    @property
    def days(self) -> frozenset[int]:
        """The days with a visit."""
        return frozenset(self.served.values())


def place_client(
    problem: Problem, client: Client, routes: Sequence[DayRoute], taken: Sequence[int]
) -> Placement:
    """Return the cheapest placement of a client that is on no route.

    ``taken`` counts the visits on each day.
    """
    prices = _prices(problem, client, routes, taken)
    forced: dict[str, int] = {}
    days: frozenset[int] = frozenset()
    best = _place_cadence(problem, client, prices, days)
    extra = 0
    for ask in client.others:
        able = _able_days(client, ask, routes, prices)
        riding = [d for d in able if d in best.days]
        if riding:
            forced[ask.request.id] = riding[0]
            if riding[0] not in days:
                # From now on this day is needed, whatever happens to the cadence.
                days, extra = days | {riding[0]}, extra + prices[riding[0]]
                best = _place_cadence(problem, client, prices, days)
            continue
        options = [(best.cost + extra + ask.penalty, -1, best)]
        for day in able:
            price = 0 if day in days else prices[day]
            placed = _place_cadence(problem, client, prices, days | {day})
            options.append((placed.cost + extra + price, day, placed))
        _, day, best = min(options, key=lambda option: option[:2])
        if day < 0:
            extra += ask.penalty
        else:
            forced[ask.request.id] = day
            days, extra = days | {day}, extra + (0 if day in days else prices[day])
    return Placement({**best.served, **forced}, best.cost + extra)


def irregularity(problem: Problem, client: Client, served: Mapping[str, int]) -> int:
    """Return the cost of all days off the ideal gaps of a client's planned cadence visits."""
    asks = [a for a in client.cadence if a.request.id in served]
    total = 0
    for i, ask in enumerate(asks):
        day = problem.offsets[served[ask.request.id]]
        if i == 0:
            total += _first_off(problem, client, ask, day)
        else:
            before = asks[i - 1]
            total += _gap_off(
                problem,
                client,
                day - problem.offsets[served[before.request.id]],
                ask.request.index - before.request.index,
            )
    return total


def _prices(
    problem: Problem, client: Client, routes: Sequence[DayRoute], taken: Sequence[int]
) -> dict[int, int]:
    """Return what a visit on each possible day would cost, tasks done there if they fit."""
    prices = {}
    wanted = {d for ask in (*client.cadence, *client.others) for d in ask.days}
    for day in sorted(wanted):
        insertion = None
        jobs = client.jobs_on(day)
        if jobs:
            insertion = routes[day].cheapest_insertion(client.index, client.service_with(jobs))
        if insertion is None:
            insertion = routes[day].cheapest_insertion(client.index, client.service)
        if insertion is None:
            continue
        load = problem.load_cost(taken[day] + 1) - problem.load_cost(taken[day])
        prices[day] = (
            insertion.travel * problem.costs.travel + load + weekday_cost(problem, client, day)
        )
    return prices


def _able_days(
    client: Client, ask: Ask, routes: Sequence[DayRoute], prices: Mapping[int, int]
) -> list[int]:
    """Return the days on which a visit can serve a request: one for a task needs its time."""
    days = [d for d in ask.days if d in prices]
    jobs = [job for job in client.jobs if job.task.id == ask.request.task]
    if not jobs:
        return days
    service = client.service_with(jobs)
    return [d for d in days if routes[d].cheapest_insertion(client.index, service) is not None]


def weekday_cost(problem: Problem, client: Client, day: int) -> int:
    """Return what a visit away from the preferred weekday costs."""
    if client.weekday is None or problem.days[day].date.weekday() == client.weekday:
        return 0
    return problem.costs.weekday


def _first_off(problem: Problem, client: Client, ask: Ask, day: int) -> int:
    """Return the irregularity of the first planned visit, on horizon day ``day``."""
    if client.last is None:
        return 0
    if ask.request.index == 0 and ask.request.days_overdue:
        return problem.costs.irregularity * day
    ideal = (ask.request.index + 1) * client.ideal_gap
    if client.cadence[0].request.days_overdue:
        ideal += -client.last - client.ideal_gap  # counted from the first due date, day 0
    return round(problem.costs.irregularity * abs(day - client.last - ideal))


def _gap_off(problem: Problem, client: Client, gap: int, intervals: int) -> int:
    return round(problem.costs.irregularity * abs(gap - intervals * client.ideal_gap))


def _place_cadence(
    problem: Problem, client: Client, prices: Mapping[int, int], free: frozenset[int]
) -> Placement:
    """Return the cheapest days for the cadence requests; days in ``free`` cost nothing more."""
    asks = client.cadence
    offsets = problem.offsets
    # best[i][day] = (cost, previous i, previous day) with request i served on that day.
    best: list[dict[int, tuple[int, int, int]]] = []
    dropped_before = [0]
    for ask in asks:
        dropped_before.append(dropped_before[-1] + ask.penalty)
    for i, ask in enumerate(asks):
        row: dict[int, tuple[int, int, int]] = {}
        for day in ask.days:
            if day in free:
                price = 0
            elif day in prices:
                price = prices[day]
            else:
                continue
            at = offsets[day]
            if client.last is None or at - client.last >= client.min_gap:
                found = (
                    price + dropped_before[i] + _first_off(problem, client, ask, at),
                    -1,
                    -1,
                )
            else:
                found = None
            for j in range(i):
                intervals = ask.request.index - asks[j].request.index
                skipped = dropped_before[i] - dropped_before[j + 1]
                for before, (cost, _, _) in best[j].items():
                    gap = at - offsets[before]
                    if client.min_gap <= gap <= intervals * client.max_gap:
                        total = cost + price + skipped + _gap_off(problem, client, gap, intervals)
                        if found is None or total < found[0]:
                            found = (total, j, before)
            if found is not None:
                row[day] = found
        best.append(row)
    chosen = (dropped_before[-1], -1, -1)
    for i, row in enumerate(best):
        rest = dropped_before[-1] - dropped_before[i + 1]
        for day, (cost, _, _) in row.items():
            if cost + rest < chosen[0]:
                chosen = (cost + rest, i, day)
    served = {}
    cost, i, day = chosen
    while i >= 0:
        served[asks[i].request.id] = day
        _, i, day = best[i][day]
    return Placement(served, cost)
