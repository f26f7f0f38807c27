"""Ways to close a gap of capacity: the smallest changes after which an audit proves nothing short.

A change is looked for with the moats of the days as they are, which say for certain where less is
too little, and told when an audit of the changed days, made anew, finds nothing short. A longer or
fuller day holds more visits of a village, so that they share the way there, and cost less each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from visitroute.explain.relaxation import Prices, Prover, Relaxation, fewest_steps, relax
from visitroute.explain.travelbound import TravelBound, bound_travel, free_seconds
from visitroute.model import Segment, VisitRequest
from visitroute.solve import Ask, DayFrame, Problem
from visitroute.units import MINUTE

STRETCHES = (2, 3, 4)
"""How many times longer intervals are tried as a way to close a gap."""

_NEARLY = 1e-6
"""A linear program's solution may lie so far beside a whole number that it means."""

_STEP = 15 * MINUTE
"""Days are made longer by multiples of it."""

MOST_VISITS, MOST_MINUTES, MOST_DAYS = 20, 240, 60
"""The furthest that more visits a day, a longer day and more days are tried."""

Factors = Mapping[Segment, int]
"""How many times less often shops of a segment are visited; others as before."""

_Growth = tuple[int, int, int]
"""Visits, seconds and seconds of driving that a slot gains by a step."""


@dataclass(frozen=True, slots=True)
class Way:
    """A change after which the audit finds nothing more that must be left out.

    ``kind`` is stretch (with segment), all, visits, longer or days; ``amount`` the factor, the
    visits a day, the minutes a day or the days, of every rep where a team shares retailers.
    """

    kind: str
    amount: int
    segment: Segment | None = None


def find_ways(
    problems: Sequence[Problem],
    segments: Mapping[str, Segment],
    bounds: Sequence[TravelBound],
    whole: Relaxation,
    prices: Prices | None,
) -> tuple[Way, ...]:
    """Return the smallest change of each kind that leaves nothing proved to be left out.

    ``whole`` is the relaxation of the problems, with ``bounds`` on the travel of each, and
    ``prices`` prove that it is short. Requests without any day are set aside: none of these
    changes helps them.
    """
    search = _Search(problems, segments, bounds, whole, prices)
    if not search.is_short:
        return ()
    return (
        *search.stretches(),
        *search.more_visits(),
        *search.longer_days(),
        *search.more_days(),
    )


def stretch(problem: Problem, segments: Mapping[str, Segment], factors: Factors) -> Problem:
    """Return a problem when shops of some segments are visited that many times less often."""

    def fewer(asks: Sequence[Ask]) -> tuple[Ask, ...]:
        return tuple(a for a in asks if _stays(a.request, segments[a.request.retailer], factors))

    clients = tuple(
        replace(c, cadence=fewer(c.cadence), others=fewer(c.others)) for c in problem.clients
    )
    return replace(problem, clients=clients)


def with_frames(problem: Problem, change: Callable[[DayFrame], DayFrame]) -> Problem:
    """Return a problem on other days."""
    return replace(problem, days=tuple(change(frame) for frame in problem.days))


def with_days(problem: Problem, count: int) -> Problem:
    """Return a problem with further days, as roomy as the roomiest, for all that has a day.

    Only what an audit asks for grows: days, and those of requests.
    """
    frames = problem.days
    if not frames:
        return problem
    more = replace(
        max(frames, key=free_seconds),
        max_visits=max(f.max_visits for f in frames),
        max_driving=max(f.max_driving for f in frames),
    )
    new = tuple(range(len(frames), len(frames) + count))

    def longer(asks: Sequence[Ask]) -> tuple[Ask, ...]:
        return tuple(replace(a, days=(*a.days, *new)) if a.days else a for a in asks)

    clients = tuple(
        replace(c, cadence=longer(c.cadence), others=longer(c.others)) for c in problem.clients
    )
    return replace(problem, days=(*frames, *[more] * count), clients=clients)


def _stays(request: VisitRequest, segment: Segment, factors: Factors) -> bool:
    return request.index < 0 or request.index % factors.get(segment, 1) == 0


def _able(whole: Relaxation) -> Relaxation:
    return whole.only(lambda need: bool(need.uses))


def _fewer(able: Relaxation, factors: Factors) -> Relaxation:
    return able.only(lambda need: _stays(need.request, need.segment, factors))


class _Search:
    """Looks for the smallest change of each kind that closes the gap of some problems."""

    def __init__(
        self,
        problems: Sequence[Problem],
        segments: Mapping[str, Segment],
        bounds: Sequence[TravelBound],
        whole: Relaxation,
        prices: Prices | None,
    ) -> None:
        self._problems, self._segments, self._bounds = problems, segments, bounds
        self._able = _able(whole)
        self._prover = Prover(prices)
        self.is_short = self._prover.is_short(self._able)

    def stretches(self) -> list[Way]:
        """Return longer intervals of single segments, or of all where no single one will do."""
        present = {need.segment for need in self._able.needs}
        ways = [
            Way("stretch", factor, segment)
            for segment in reversed(Segment)
            if segment in present and (factor := self._factor([segment]))
        ]
        if not ways and (factor := self._factor(Segment)):
            return [Way("all", factor)]
        return ways

    def more_visits(self) -> list[Way]:
        """Return how many more visits a day close the gap, where a rep has a limit."""
        if not any(slot.is_limited for slot in self._able.slots):
            return []
        count = self._fewest(
            MOST_VISITS,
            lambda frame, steps: replace(frame, max_visits=frame.max_visits + steps),
            (1, 0, 0),
        )
        return [Way("visits", count)] if count else []

    def longer_days(self) -> list[Way]:
        """Return how many minutes more a day close the gap."""
        count = self._fewest(
            MOST_MINUTES * MINUTE // _STEP,
            lambda frame, steps: replace(frame, end=frame.end + steps * _STEP),
            (0, _STEP, 0),
        )
        return [Way("longer", count * _STEP // MINUTE)] if count else []

    def more_days(self) -> list[Way]:
        """Return how many more days of every rep close the gap."""
        one = self._relaxed([with_days(problem, 1) for problem in self._problems])
        new = set(_last_slots(self._problems))

        def days(count: int) -> Relaxation:
            # All new days of a rep are alike: as one slot they hold the same.
            return one.on(
                replace(
                    slot,
                    visits=count * slot.visits,
                    seconds=count * slot.seconds,
                    driving=count * slot.driving,
                )
                if i in new
                else slot
                for i, slot in enumerate(one.slots)
            )

        growth = [
            (slot.visits, slot.seconds, slot.driving) if i in new else (0, 0, 0)
            for i, slot in enumerate(one.slots)
        ]
        count = smallest(
            MOST_DAYS,
            _guess(days(0), growth, MOST_DAYS),
            lambda steps: self._prover.is_short(days(steps)),
            lambda steps: self._closes(with_days(problem, steps) for problem in self._problems),
        )
        return [Way("days", count)] if count else []

    def _factor(self, stretched: Iterable[Segment]) -> int | None:
        """Return the smallest factor of some segments' intervals that closes the gap."""
        for factor in STRETCHES:
            factors = dict.fromkeys(stretched, factor)
            if not self._prover.is_short(_fewer(self._able, factors)) and self._closes(
                stretch(problem, self._segments, factors) for problem in self._problems
            ):
                return factor
        return None

    def _fewest(
        self, most: int, change: Callable[[DayFrame, int], DayFrame], growth: _Growth
    ) -> int | None:
        """Return the fewest steps of a change of every day that close the gap."""

        def changed(steps: int) -> list[Problem]:
            return [with_frames(p, lambda frame: change(frame, steps)) for p in self._problems]

        return smallest(
            most,
            _guess(self._able, [growth] * len(self._able.slots), most),
            lambda steps: self._prover.is_short(self._relaxed(changed(steps))),
            lambda steps: self._closes(changed(steps)),
        )

    def _relaxed(self, problems: Sequence[Problem]) -> Relaxation:
        """Return the relaxation of changed problems, with the moats of the unchanged ones."""
        bounds = [
            bound_travel(problem, bound.moats)
            for problem, bound in zip(problems, self._bounds, strict=True)
        ]
        return _able(relax(problems, self._segments, bounds))

    def _closes(self, problems: Iterable[Problem]) -> bool:
        """Tell whether an audit of changed problems, made anew, finds nothing short."""
        return not self._prover.is_short(_able(relax(list(problems), self._segments)))


def _last_slots(problems: Sequence[Problem]) -> list[int]:
    """Return the slot of each rep's last day when every rep who has days has one more."""
    found, first = [], 0
    for problem in problems:
        if problem.days:
            first += len(problem.days) + 1
            found.append(first - 1)
    return found


def _guess(start: Relaxation, growth: Sequence[_Growth], most: int) -> int:
    """Return about how many steps it takes at the prices of travel that hold at the start."""
    steps = fewest_steps(start, growth, most)
    return most if steps is None else max(1, math.ceil(steps - _NEARLY))


def smallest(
    most: int,
    guess: int,
    is_short: Callable[[int], bool],
    closes: Callable[[int], bool],
) -> int | None:
    """Return the fewest steps that close a gap, None when ``most`` don't.

    ``is_short`` is quick, and right where it says yes: with it the smallest no is looked for,
    from a guess that is good enough to ask ``closes``. What this says counts.
    """
    closes = cache(closes)
    low, high, width = 0, most + 1, 1
    steps = guess
    while low < steps < high:
        short = not closes(steps) if steps == guess else is_short(steps)
        if short:
            low, steps = steps, steps + width
        else:
            high, steps = steps, steps - width
        width *= 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_short(middle) else (low, middle)
    return next((steps for steps in range(high, most + 1) if closes(steps)), None)
