"""Retailers that several reps visit, where continuity is off: which work is whose.

The plan of the team says who comes on which date. Each rep then has the requests served on the
own dates, bound to these; what is left out goes to one rep, between the visits of the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from visitroute.model import (
    DroppedVisit,
    PlanInput,
    Retailer,
    Schedule,
    Task,
    Verdict,
    VisitRequest,
)
from visitroute.planning.jobs import RepPlan
from visitroute.policy import Policy
from visitroute.priority import Demand, task_dates
from visitroute.solve import Client, TeamPlan, TeamProblem
from visitroute.texts import Texts


@dataclass(frozen=True, slots=True)
class Share:
    """What one rep has to do at a retailer that several visit; ``shut`` are dates of the others."""

    requests: tuple[VisitRequest, ...]
    tasks: frozenset[str]
    shut: frozenset[date]


Shares = Mapping[tuple[str, str], Share]
"""Shares by the ids of retailer and rep."""


def share_work(
    inputs: PlanInput,
    policy: Policy,
    teams: Sequence[TeamProblem],
    plans: Sequence[TeamPlan],
) -> dict[tuple[str, str], Share]:
    """Return who does what at the retailers that several reps of a team visit."""
    tasks: dict[str, list[Task]] = {}
    for task in inputs.tasks:
        tasks.setdefault(task.retailer, []).append(task)
    found = {}
    for team, plan in zip(teams, plans, strict=True):
        for client, owner in zip(team.clients, plan.rep, strict=True):
            name = client.retailer.id
            if name in plan.shared:
                dates = {
                    task.id: task_dates(task, inputs.horizon, policy)
                    for task in tasks.get(name, ())
                }
                for rep, share in _Split(team, plan, client, owner).shares(dates).items():
                    found[name, team.reps[rep].id] = share
    return found


class _Split:
    """The division of one retailer's work."""

    def __init__(self, team: TeamProblem, plan: TeamPlan, client: Client, owner: int) -> None:
        self.team, self.client, self.owner = team, client, owner
        self.on = plan.shared[client.retailer.id]
        self.served = {k: d for k, d in plan.drafts[0].served.items() if d in self.on}
        for ask in client.others:
            riding = [
                day.date
                for day in (team.days[d] for d in ask.days)
                if day.date in self.on
                and ask.request.rep in {None, team.reps[self.on[day.date]].id}
            ]
            if riding:
                self.served[ask.request.id] = min(riding)

    def shares(self, dates: Mapping[str, tuple[date, date] | None]) -> dict[int, Share]:
        """Return each rep's share; ``dates`` are those of the retailer's tasks."""
        whose: dict[int, list[VisitRequest]] = {rep: [] for rep in self.on.values()}
        whose.setdefault(self.owner, [])
        wanted: dict[date, int] = dict(self.on)
        task_of: dict[str, int] = {}
        for ask in (*self.client.cadence, *self.client.others):
            request = ask.request
            on = self.served.get(request.id)
            if on is not None:
                rep = self.on[on]
                bound = replace(request, earliest=on, latest=on)
            else:
                rep = self._takes(request)
                planned = [
                    (a.request.index, self.served[a.request.id])
                    for a in self.client.cadence
                    if a.request.id in self.served
                ]
                gaps = self.client.min_gap, self.client.max_gap
                bound = _between(request, planned, *gaps) if ask.is_cadence else request
                if rep != self.owner:
                    wanted.setdefault(request.due, rep)
            whose.setdefault(rep, []).append(bound)
            if request.task is not None:
                task_of[request.task] = rep
        for name, span in dates.items():
            riding = [d for d in sorted(self.on) if span is not None and span[0] <= d <= span[1]]
            task_of.setdefault(name, self.on[riding[0]] if riding else self.owner)
        return {
            rep: Share(
                tuple(requests),
                frozenset(name for name, r in task_of.items() if r == rep),
                frozenset(d for d, r in wanted.items() if r != rep),
            )
            for rep, requests in whose.items()
        }

    def _takes(self, request: VisitRequest) -> int:
        """Return who tries what the team's plan leaves out: whom a lock names, else the owner."""
        choices = self.team.choices[self.client.index]
        return next((r for r in choices if self.team.reps[r].id == request.rep), self.owner)


def written_shares(
    inputs: PlanInput,
    demand: Demand,
    schedule: Schedule,
    visitors: Mapping[str, Sequence[str]],
) -> dict[tuple[str, str], Share]:
    """Return who does what in a written plan at the retailers that several reps visit.

    ``visitors`` are the ids of these reps by retailer. A rep has the requests that the own stops
    serve or that the rep left out, on dates that keep the gaps to the visits of the others, and
    the tasks but those that others do.
    """
    shared = {name for name, reps in visitors.items() if len(reps) > 1}
    stops = [(s, route) for route in schedule.routes for s in route.stops if s.retailer in shared]
    served = {name: route for s, route in stops for name in (s.request, *s.also)}
    done = {task: route.rep for s, route in stops for task in s.tasks}
    left = {d.request: d.rep for d in schedule.dropped}
    dates: dict[str, list[tuple[str, date]]] = {name: [] for name in shared}
    for s, route in stops:
        dates[s.retailer].append((route.rep, route.date))
    asked: dict[str, list[tuple[str, VisitRequest]]] = {name: [] for name in shared}
    for r in demand.of(shared):
        rep = served[r.id].rep if r.id in served else left.get(r.id) or visitors[r.retailer][0]
        asked[r.retailer].append((rep, r))
    tasks: dict[str, list[str]] = {name: [] for name in shared}
    for task in inputs.tasks:
        if task.retailer in shared:
            tasks[task.retailer].append(task.id)

    def part(name: str, rep: str) -> Share:
        cadence = demand.cadences[name]
        gaps = max(1, cadence.min_gap), cadence.max_gap + demand.moved.get(name, 0)
        others = [
            (r.index, served[r.id].date)
            for other, r in asked[name]
            if other != rep and r.index >= 0 and r.id in served
        ]
        own = (r for other, r in asked[name] if other == rep)
        return Share(
            tuple(_between(r, others, *gaps) if r.index >= 0 else r for r in own),
            frozenset(task for task in tasks[name] if done.get(task, rep) == rep),
            frozenset(on for other, on in dates[name] if other != rep),
        )

    return {(name, rep): part(name, rep) for name in sorted(shared) for rep in visitors[name]}


def _between(
    request: VisitRequest, others: Iterable[tuple[int, date]], min_gap: int, max_gap: int
) -> VisitRequest:
    """Return a cadence request on the dates that keep the gaps to others, by index and date."""
    first, last = request.earliest, request.latest
    near = timedelta(min_gap)
    for index, on in others:
        steps = request.index - index
        far = timedelta(abs(steps) * max_gap)
        if steps > 0:
            first, last = max(first, on + near), min(last, on + far)
        else:
            first, last = max(first, on - far), min(last, on - near)
    return replace(request, earliest=first, latest=last)


def own_work(
    rep: str, retailers: Sequence[Retailer], inputs: PlanInput, demand: Demand, shares: Shares
) -> tuple[tuple[Retailer, ...], PlanInput, Demand]:
    """Return a rep's retailers, closed on the dates of others, and the rep's tasks and requests."""
    mine = {r.id: shares[r.id, rep] for r in retailers if (r.id, rep) in shares}
    if not mine:
        return tuple(retailers), inputs, demand
    own = tuple(
        replace(r, closed=r.closed | mine[r.id].shut) if r.id in mine else r for r in retailers
    )
    tasks = tuple(
        t for t in inputs.tasks if t.retailer not in mine or t.id in mine[t.retailer].tasks
    )
    asked = {r.id for r in demand.requests}  # less than all where some gave way
    requests = [r for r in demand.requests if r.retailer not in mine]
    for share in mine.values():
        requests += [r for r in share.requests if r.id in asked]
    return own, replace(inputs, tasks=tasks), replace(demand, requests=tuple(requests))


def weaken(plans: Sequence[RepPlan], shares: Shares, texts: Texts) -> list[RepPlan]:
    """Return the plans with no more than "not found" said of retailers that several reps visit.

    One rep's problem doesn't hold what the others could do.
    """
    shared = {retailer for retailer, _ in shares}

    def mild(drop: DroppedVisit) -> DroppedVisit:
        if drop.retailer not in shared or drop.code in _STAND:
            return drop
        return replace(
            drop,
            verdict=Verdict.NOT_FOUND,
            code="VR4110",
            reason=texts.say("drop.not_found_shared"),
            fix=texts.say("fix.not_found"),
        )

    return [replace(plan, dropped=tuple(map(mild, plan.dropped))) for plan in plans]


_STAND = {"VR4106", "VR4110", "VR4111"}
"""Reasons that hold whoever else visits: a lock of somebody else, the policy, and not
found itself."""
