"""The books of a plan, counted anew from its routes and from what it says it serves."""

from __future__ import annotations

from itertools import pairwise

from visitroute.solve import Clock, DayRoute, State, time_day


def assert_consistent(state: State) -> None:
    """Check that routes, served requests and tasks tell the same story, and its price."""
    problem = state.problem
    visits: dict[int, set[int]] = {c.index: set() for c in problem.clients}
    penalty = cost = 0
    for day, route in enumerate(state.routes):
        again = DayRoute(problem, day, Clock(problem.days[day]), route.visits)
        assert again.is_feasible
        if route.visits:
            time_day(again)
            cost += problem.costs.travel * sum(
                problem.seconds[a][b] for a, b in pairwise(again.nodes)
            )
        cost += problem.load_cost(len(route.visits))
        for visit in route.visits:
            assert day not in visits[visit.client]
            visits[visit.client].add(day)
            client = problem.clients[visit.client]
            done = state.done[visit.client].get(day, ())
            assert visit.service == client.service_with(done)
            assert all(day in job.days for job in done)
    for client in problem.clients:
        served, done = state.served[client.index], state.done[client.index]
        assert set(served.values()) == visits[client.index]
        assert set(done) <= visits[client.index]
        where = {job.task.id: day for day, jobs in done.items() for job in jobs}
        assert len(where) == sum(len(jobs) for jobs in done.values())  # each task once
        for ask in (*client.cadence, *client.others):
            day = served.get(ask.request.id)
            if day is None:
                penalty += ask.penalty
                assert ask.request.task is None or ask.request.task not in where
            else:
                assert day in ask.days
                assert ask.request.task is None or where[ask.request.task] == day
        days = [served[a.request.id] for a in client.cadence if a.request.id in served]
        assert days == sorted(set(days))
        cost += gaps_cost(state, client.index)
        if client.weekday is not None:
            cost += problem.costs.weekday * sum(
                problem.days[d].date.weekday() != client.weekday for d in visits[client.index]
            )
    assert state.penalty() == penalty
    assert state.cost() == cost
    assert state.objective() == penalty + cost


def gaps_cost(state: State, index: int) -> int:
    """Days off the ideal dates, priced: from the last visit on, then from visit to visit."""
    problem = state.problem
    client = problem.clients[index]
    served = state.served[index]
    planned = [
        (a.request, problem.offsets[served[a.request.id]])
        for a in client.cadence
        if a.request.id in served
    ]
    if not planned:
        return 0
    ideal = client.retailer.cadence.ideal_gap if client.retailer.cadence else client.ideal_gap
    price = problem.costs.irregularity
    first, day = planned[0]
    total = 0
    if client.last is not None:
        late = client.cadence[0].request.days_overdue > 0
        # An overdue retailer is due on the first day, and again one ideal gap later.
        aim = first.index * ideal if late else client.last + (first.index + 1) * ideal
        total += round(price * abs(day - aim))
    for (a, before), (b, after) in pairwise(planned):
        total += round(price * abs(after - before - (b.index - a.index) * ideal))
    return total
