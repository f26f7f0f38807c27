"""How many visits no plan can make: the slots and minutes of the days, shared out at will.

Whatever a plan does, its visits of a day are at most the day's limit, and service, least
travel (``travelbound``), lunch and meetings fit between the day's start and end. Left aside
are opening hours inside a day, gaps, the order of visits and that a visit is made whole. What
even such a plan leaves out, every plan does. The bound is the value of a dual solution worked
out in integers, so that it is certain whatever the rounding of the linear solver.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from visitroute.explain.travelbound import TravelBound, bound_travel, free_seconds
from visitroute.model import RequestKind, Segment, VisitRequest
from visitroute.solve import Ask, Client, DayFrame, Problem
from visitroute.solve.problem import FAR

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_SCALE = 1 << 24
"""Prices are rounded to this part of a visit; any rounding keeps the bound true."""

_GRAIN = 30
"""Seconds to which least times are rounded down, so that alike visits count as one kind."""


Prices = NDArray[np.int64]
"""Prices of a visit, a second and a second of driving, one row for each slot."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One rep-day: at most ``visits``, ``seconds`` of service and travel, ``driving`` of travel.

    ``is_limited`` tells whether the rep has a limit of visits at all.
    """

    rep: str
    day: DayFrame
    visits: int
    seconds: int
    driving: int
    is_limited: bool = True


@dataclass(frozen=True, slots=True)
class Need:
    """A request and what it takes at the least in every slot that may hold it.

    ``uses`` holds (slot, visits, seconds, driving); a request that can ride on another stop of
    its retailer takes no visit and no travel of its own.
    """

    request: VisitRequest
    segment: Segment
    uses: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Relaxation:
    """Slots and needs of one rep, or of a team that shares retailers."""

    slots: tuple[Slot, ...]
    needs: tuple[Need, ...]

    def only(self, keep: Callable[[Need], bool]) -> Relaxation:
        """Return the same days with some of the needs."""
        return replace(self, needs=tuple(n for n in self.needs if keep(n)))

    def on(self, slots: Iterable[Slot]) -> Relaxation:
        """Return the same needs on as many other days."""
        return replace(self, slots=tuple(slots))

    def least_dropped(self, weigh: Callable[[Need], int] = lambda _: 1) -> int:
        """Return what no plan can help leaving out: a number of requests, or their weight."""
        return self.price(weigh)[0]

    def price(self, weigh: Callable[[Need], int] = lambda _: 1) -> tuple[int, Prices | None]:
        """Return the bound and the prices of the slots that prove it."""
        kinds = _kinds(self.needs, weigh)
        held = [kind for kind in kinds if kind[2]]
        prices = _prices(self.slots, held) if held else None
        return _bound(self.slots, kinds, prices), prices


class Prover:
    """Tells whether like relaxations are short, with the prices that proved the last ones.

    Prices of one case prove another one short at a fraction of the work, where they do.
    """

    def __init__(self, prices: Prices | None) -> None:
        self._prices = prices

    def is_short(self, relaxation: Relaxation) -> bool:
        """Tell whether some request of a relaxation must be left out, or may have to be.

        Where the linear program finds no prices nothing is proved, and it counts as short.
        """
        if self._prices is not None and len(self._prices) == len(relaxation.slots):
            kinds = _kinds(relaxation.needs, lambda _: 1)
            if _bound(relaxation.slots, kinds, self._prices):
                return True
        least, prices = relaxation.price()
        if least:
            self._prices = prices
        unknown = prices is None and any(need.uses for need in relaxation.needs)
        return least > 0 or unknown


def relax(
    problems: Sequence[Problem],
    segments: Mapping[str, Segment],
    bounds: Sequence[TravelBound] | None = None,
) -> Relaxation:
    """Return the relaxation of one rep's problem, or of a team's: one problem for each rep.

    A request that several problems hold may be served by any of their reps. Left aside is what
    needs no visit: fillers, and requests of tasks for which a call may stand in. ``bounds`` hold
    the least travel of each problem where it is known.
    """
    slots: list[Slot] = []
    uses: dict[str, list[tuple[int, int, int, int]]] = defaultdict(list)
    requests: dict[str, VisitRequest] = {}
    for number, problem in enumerate(problems):
        travel = bound_travel(problem) if bounds is None else bounds[number]
        first = len(slots)
        slots += [
            Slot(
                problem.rep.id,
                frame,
                frame.max_visits,
                max(0, free_seconds(frame) - travel.day),
                max(0, frame.max_driving - travel.day),
                problem.rep.max_visits is not None,
            )
            for frame in problem.days
        ]
        for client in problem.clients:
            for ask, takes in _takes(client, travel.visit[client.index]):
                requests[ask.id] = ask
                uses[ask.id] += [(first + d, *take) for d, take in takes.items()]
    return Relaxation(
        tuple(slots),
        tuple(Need(r, segments[r.retailer], tuple(uses[name])) for name, r in requests.items()),
    )


def _takes(
    client: Client, travel: int
) -> Iterable[tuple[VisitRequest, dict[int, tuple[int, int, int]]]]:
    """Yield each request with what it takes on each of its days: visits, seconds, driving."""
    every = _needed(client)
    for ask in every:
        jobs = [j for j in client.jobs if j.task.id == ask.request.task]
        work = int(sum((j.exact for j in jobs), 0 * client.exact))
        own = (1, client.service_with(jobs) + travel, travel)
        takes = {}
        for day in ask.days:
            # Where another request may share the stop, the stop may be its, not this one's.
            rides = not ask.is_cadence and any(
                day in other.days for other in every if other is not ask
            )
            takes[day] = (0, work, 0) if rides else own
        yield ask.request, takes


def _needed(client: Client) -> list[Ask]:
    """Return the requests of a client that nothing but a visit serves."""
    callable_tasks = {job.task.id for job in client.jobs if job.task.may_be_called}
    return [
        ask
        for ask in (*client.cadence, *client.others)
        if ask.request.kind is not RequestKind.FILLER and ask.request.task not in callable_tasks
    ]


_Kind = tuple[int, int, tuple[tuple[int, int, int, int], ...]]
"""How many needs are alike, what each weighs, and their uses."""


def _kinds(needs: Iterable[Need], weigh: Callable[[Need], int]) -> list[_Kind]:
    """Return alike needs together; times are rounded down, which keeps the bound true."""
    counts: dict[tuple[int, tuple[tuple[int, int, int, int], ...]], int] = defaultdict(int)
    for need in needs:
        uses = tuple((s, n, t // _GRAIN * _GRAIN, d // _GRAIN * _GRAIN) for s, n, t, d in need.uses)
        counts[weigh(need), uses] += 1
    return [(count, weight, uses) for (weight, uses), count in counts.items()]


def _bound(slots: Sequence[Slot], kinds: Sequence[_Kind], prices: Prices | None) -> int:
    """Return the weight that prices prove to be left out, rounded up to a whole number.

    By weak duality any prices that are not negative prove what they say.
    """
    lost = sum(count * weight for count, weight, uses in kinds if not uses)
    if prices is None:
        return lost
    table = prices.tolist()
    total = -sum(
        a * slot.visits + b * slot.seconds + c * slot.driving
        for (a, b, c), slot in zip(table, slots, strict=True)
    )
    for count, weight, uses in kinds:
        if uses:
            cheapest = min(
                table[s][0] * n + table[s][1] * t + table[s][2] * d for s, n, t, d in uses
            )
            total += count * min(weight * _SCALE, cheapest)
    return lost + int(max(0, -(-total // _SCALE)))


@dataclass(frozen=True, slots=True)
class _Table:
    """A linear program's table: rows of kinds, then of visits, minutes and driving by slot."""

    matrix: csr_matrix
    kinds: int
    slots: int
    parts: int
    owner: NDArray[np.int64]
    limits: NDArray[np.float64]


def _tabulate(slots: Sequence[Slot], kinds: Sequence[_Kind]) -> _Table:
    """Return the table of what kinds take of slots; driving only where it is bounded."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - slow to import

    starts = np.cumsum([0, *(len(uses) for _, _, uses in kinds)])
    flat = np.array([use for _, _, uses in kinds for use in uses], dtype=np.int64)
    owner = np.repeat(np.arange(len(kinds)), [b - a for a, b in pairwise(starts)])
    columns = np.arange(len(flat))
    size = len(slots)
    parts = 3 if any(slot.driving < FAR // 2 for slot in slots) else 2
    # Times in minutes keep the program's numbers of one size.
    worth = [np.ones(len(flat)), flat[:, 1], flat[:, 2] / 60, flat[:, 3] / 60]
    rows = [owner, *(len(kinds) + part * size + flat[:, 0] for part in range(parts))]
    matrix = csr_matrix(
        (
            np.concatenate(worth[: parts + 1]),
            (np.concatenate(rows), np.tile(columns, parts + 1)),
        ),
        shape=(len(kinds) + parts * size, len(flat)),
    )
    limits = np.array([[slot.visits, slot.seconds / 60, slot.driving / 60] for slot in slots])
    return _Table(matrix, len(kinds), size, parts, owner, limits.T[:parts].reshape(-1))


def _prices(slots: Sequence[Slot], kinds: Sequence[_Kind]) -> Prices | None:
    """Return the prices of a visit, a second and a second of driving in each slot.

    They are the cheapest by which no need is worth more than it takes: the dual of the linear
    program that serves as much weight as the slots hold, several times as fast to solve. None
    when it can't be solved: then nothing is known.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to import

    table = _tabulate(slots, kinds)
    sides = np.concatenate([[count for count, _, _ in kinds], table.limits])
    weights = np.array([weight for _, weight, _ in kinds], dtype=np.float64)[table.owner]
    found = linprog(
        sides,
        A_ub=-table.matrix.T,
        b_ub=-weights,
        bounds=(0, None),
        method="highs-ds",
        options={"presolve": False},
    )
    if found.status != 0:
        return None
    prices = np.zeros((table.slots, 3))
    prices[:, : table.parts] = found.x[len(kinds) :].reshape(table.parts, table.slots).T
    prices[:, 1:] /= 60
    return np.maximum(0, np.rint(prices * _SCALE)).astype(np.int64)


def fewest_steps(
    relaxation: Relaxation, growth: Sequence[tuple[int, int, int]], most: int
) -> float | None:
    """Return how many steps of growth it takes until nothing need be left out, as a fraction.

    ``growth`` holds the visits, seconds and seconds of driving that each slot gains by a step.
    None when ``most`` steps are too few, or the linear program can't be solved.
    """
    from scipy.optimize import linprog  # noqa: PLC0415 - slow to import
    from scipy.sparse import csr_matrix, hstack  # noqa: PLC0415

    kinds = _kinds(relaxation.needs, lambda _: 1)
    table = _tabulate(relaxation.slots, kinds)
    gains = np.array(growth, dtype=np.float64) / (1, 60, 60)
    column = -gains.T[: table.parts].reshape(-1, 1)
    found = linprog(
        np.append(np.zeros(table.matrix.shape[1]), 1.0),
        A_ub=hstack([table.matrix[table.kinds :], csr_matrix(column)]),
        b_ub=table.limits,
        A_eq=hstack([table.matrix[: table.kinds], csr_matrix((table.kinds, 1))]),
        b_eq=np.array([count for count, _, _ in kinds], dtype=np.float64),
        bounds=[(0, None)] * table.matrix.shape[1] + [(0, most)],
        method="highs",
    )
    return float(found.x[-1]) if found.status == 0 else None
