"""What every plan of an instance of the set mapotempo must keep, as one CP-SAT model.

Nothing here comes from a search for plans: each inequality follows from the rules that the
verifier of ``benchmarks.sets.mapotempo`` checks, so the best value of the model, and any
bound of it, bounds the visits that a plan can make.

The point's days
    A point's services lie on days of its most frequent planned one: a day ``x`` of the point
    for each visit of that one, and no service on any other day. A service is planned wholly
    or not at all, and two of its visits never lie closer than its lapse.

The stop
    Services that can't be done in one stop even if the vehicle did nothing else, coming and
    returning by the shortest ways, can't all lie on one day. Nor can more of them: without
    one of its services a stop is never later, longer or heavier.

The day's load
    What is carried on a day is at most what its vehicles hold together.

The day's time
    Take the services that begin at ``h`` or later and at ``t`` or earlier, in whatever window
    they have. All of their time, setups and ways between lies between ``h`` and the end of the
    shift (or ``t``, except for the length of the last), but for the setup of the first stop,
    which may be over before ``h``. The ways are bounded from below as ``benchmarks.moats``
    explains, on shortest paths, because vehicles may stop elsewhere in between. For several
    vehicles the times of all of them are summed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.mapofacts import EPSILON, Facts, Slice
from benchmarks.moats import Bound

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

SCALE = 10
"""Times are counted in tenths of a second, loads in thousandths."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What CP-SAT found: at most ``served`` visits, and the points of each day if it chose any.

    ``days`` maps (day, point) to the services done there; it need not be a plan. ``work`` is
    the deterministic time it took.
    """

    served: int
    is_best: bool
    work: float
    days: dict[tuple[int, str], list[int]]


class Relaxation:
    """The inequalities of the module's docstring over some groups of services."""

    def __init__(self, facts: Facts, groups: Sequence[int]) -> None:
        from ortools.sat.python import cp_model  # noqa: PLC0415 - slow to import

        self.facts = facts
        self.cp = cp_model
        self.model = cp_model.CpModel()
        self.planned: dict[int, cp_model.IntVar] = {}
        self.done: dict[tuple[int, int], cp_model.IntVar] = {}
        self.touched: dict[tuple[int, frozenset[int]], cp_model.IntVar] = {}
        self.known: set[tuple[object, ...]] = set()
        self.looked_at: set[tuple[object, ...]] = set()
        for group in groups:
            self._group(group)
        services = facts.instance.services
        self.model.maximize(sum(services[i].visits * z for i, z in self.planned.items()))

    def _group(self, group: int) -> None:
        """Add the days of a group's services."""
        model, facts = self.model, self.facts
        services = facts.instance.services
        members = facts.groups[group]
        clashes = facts.clashes(group)
        for i in members:
            service = services[i]
            self.planned[i] = model.new_bool_var("")
            for day in facts.days:
                if (i,) not in clashes[day]:
                    self.done[i, day] = model.new_bool_var("")
            own = [(day, self.done[i, day]) for day in facts.days if (i, day) in self.done]
            model.add(sum(y for _, y in own) == service.visits * self.planned[i])
            for day, _ in own:
                close = [y for d, y in own if day <= d < day + service.lapse]
                if service.visits > 1 and len(close) > 1:
                    model.add(sum(close) <= self.planned[i])
        for day, sets in clashes.items():
            for clash in sets:
                if len(clash) > 1:
                    model.add(sum(self.done[i, day] for i in clash) <= len(clash) - 1)
        if len(members) == 1:
            return
        # The first planned one in the order of the group sets the days.
        leads = []
        for k, i in enumerate(members):
            lead = model.new_bool_var("")
            model.add_implication(lead, self.planned[i])
            for j in members[:k]:
                model.add_implication(lead, ~self.planned[j])
            leads.append(lead)
            model.add_at_least_one(~self.planned[i], *leads)
        count = sum(services[i].visits * lead for i, lead in zip(members, leads, strict=True))
        here = []
        for day in facts.days:
            own = [self.done[i, day] for i in members if (i, day) in self.done]
            if own:
                here.append(self._any(day, frozenset(members), own))
        model.add(sum(here) == count)

    def _any(
        self, day: int, services: frozenset[int], own: Sequence[cp_model.IntVar]
    ) -> cp_model.IntVar:
        """Return whether any of the services is done on a day."""
        if len(own) == 1:
            return own[0]
        if (day, services) not in self.touched:
            found = self.model.new_bool_var("")
            self.touched[day, services] = found
            self.model.add_max_equality(found, own)
        return self.touched[day, services]

    def add_loads(self) -> None:
        """Add what the vehicles of a day can carry together."""
        facts = self.facts
        services = facts.instance.services
        for day in facts.days:
            for unit in facts.units:
                limits = [v.limits.get(unit, math.inf) for v, _, _ in facts.working(day)]
                if math.isinf(sum(limits)):
                    continue
                load = [
                    (math.floor(services[i].load.get(unit, 0.0) * 1000), y)
                    for (i, d), y in self.done.items()
                    if d == day
                ]
                most = math.ceil(sum(limits) * 1000 + EPSILON)
                if sum(q for q, _ in load) > most:
                    self.model.add(sum(q * y for q, y in load if q) <= most)

    def add_times(self) -> None:
        """Add the time of every slice of every day."""
        for day in self.facts.days:
            for one in self.facts.slices(day):
                for bound in one.bounds:
                    self.add_slice(day, one, bound)

    def add_slice(self, day: int, one: Slice, bound: Bound) -> None:
        """Add the time of a slice on a day: all terms rounded down, the limit up."""
        services = self.facts.instance.services
        terms = [
            (math.floor(services[i].seconds * SCALE), self.done[i, day])
            for i in one.services
            if (i, day) in self.done
        ]
        here: dict[str, list[int]] = defaultdict(list)
        for i in one.services:
            if (i, day) in self.done:
                here[services[i].point].append(i)

        def touched(points: frozenset[int]) -> cp_model.IntVar | None:
            inside = [i for k in points for i in here.get(one.points[k], ())]
            if not inside:
                return None
            return self._any(day, frozenset(inside), [self.done[i, day] for i in inside])

        alone = [(frozenset((k,)), one.setups[k] + p) for k, p in enumerate(bound.places)]
        for points, price in (*alone, *bound.sets.items()):
            whole = math.floor(price * SCALE)
            is_touched = touched(points) if whole else None
            if is_touched is not None:
                terms.append((whole, is_touched))
        self.model.add(sum(q * y for q, y in terms if q) <= math.ceil(one.limit * SCALE))

    def solve(self, work: float) -> Outcome:
        """Return the bound after so much deterministic time of one worker."""
        solver = self.cp.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_deterministic_time = work
        solver.parameters.catch_sigint_signal = False
        solver.parameters.linearization_level = 2
        status = solver.solve(self.model)
        has_plan = status in (self.cp.OPTIMAL, self.cp.FEASIBLE)
        days: dict[tuple[int, str], list[int]] = defaultdict(list)
        if has_plan:
            for (i, day), y in self.done.items():
                if solver.value(y):
                    days[day, self.facts.instance.services[i].point].append(i)
        # Without a plan at all CP-SAT tells no bound either.
        most = sum(self.facts.instance.services[i].visits for i in self.planned)
        served = math.floor(solver.best_objective_bound + EPSILON) if has_plan else most
        work = float(solver.response_proto.deterministic_time)
        return Outcome(served, status == self.cp.OPTIMAL, work, dict(days))

    def sharpen(self, days: dict[tuple[int, str], list[int]]) -> int:
        """Add what an outcome breaks; return how much.

        First bounds of the time made for the points visited on a day, then, for a day that
        keeps them and has few stops, a smallest set of services that can't share a day. Both
        hold on every day of the same kind, and are added to all.
        """
        facts = self.facts
        everything = range(len(facts.instance.services))
        alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for day in facts.days:
            alike[facts.kind(everything, day)].append(day)
        broken = 0
        for same in alike.values():
            for day in same:
                done = frozenset(i for (d, _), own in days.items() if d == day for i in own)
                cuts = self._late(day, done)
                for one in cuts:
                    for other in same:
                        self.add_slice(other, one, one.bounds[0])
                broken += len(cuts)
                if not cuts and (clash := self._smallest_clash(day, done)):
                    broken += 1
                    for other in same:
                        self.model.add(sum(self.done[i, other] for i in clash) <= len(clash) - 1)
        return broken

    def _late(self, day: int, done: frozenset[int]) -> list[Slice]:
        """Return the slices of a day that are too short, with the bound that tells it."""
        facts = self.facts
        services = facts.instance.services
        found = []
        for h, t in facts.times(day):
            inside = facts.between_times(day, h, t) & done
            visited = frozenset(services[i].point for i in inside)
            key = (facts.kind(range(len(services)), day), h, t, visited)
            if not visited or key in self.known:
                continue
            one = facts.slice(day, h, t, visited)
            if one is None:
                continue
            numbers = {k for k, p in enumerate(one.points) if p in visited}
            need = sum(services[i].seconds for i in inside) + one.bounds[0].value(numbers)
            if need + sum(one.setups[k] for k in numbers) > one.limit + 1.0:
                self.known.add(key)
                found.append(one)
        return found

    def _smallest_clash(self, day: int, done: frozenset[int]) -> frozenset[int]:
        """Return services of a day none of which can be left out without making it possible."""
        services = self.facts.instance.services
        key = (self.facts.kind(range(len(services)), day), done)
        if key in self.looked_at:
            return frozenset()
        self.looked_at.add(key)
        if self.facts.is_possible(sorted(done), day) is not False:
            return frozenset()
        for i in sorted(done, key=lambda i: (services[i].seconds, i)):
            fewer = done - {i}
            if self.facts.is_possible(sorted(fewer), day) is False:
                done = fewer
        return done
