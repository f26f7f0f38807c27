"""Day sets of visits that must keep apart, and of several services that share a point's days."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Days = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Services of one point that are done together: how often, how far apart, how long.

    ``days`` are those on which all of them may be done, ``weight`` counts their visits.
    """

    services: tuple[int, ...]
    visits: int
    lapse: int
    seconds: float
    days: Days
    weight: int


@dataclass(frozen=True, slots=True)
class Nested:
    """A way to serve a point: its days, the parts done on each, and the weight left out."""

    days: Days
    parts: tuple[frozenset[int], ...]
    left_out: int


def day_sets(days: Days, visits: int, lapse: int, limit: int) -> list[Days]:
    """Return the sets of ``visits`` days at least ``lapse`` apart.

    Where there are more than ``limit``: evenly spaced ones by first day, then others drawn
    always in the same way.
    """
    if visits == 1:
        return [(d,) for d in days]
    # ways[k][i]: sets of k days that begin at days[i].
    follow = [
        next((j for j in range(i + 1, len(days)) if days[j] >= d + lapse), len(days))
        for i, d in enumerate(days)
    ]
    ways = [[1] * len(days)]
    for _ in range(visits - 1):
        ways.append([sum(ways[-1][j:]) for j in follow])
    if sum(ways[-1]) <= limit:
        return list(_all_sets(days, follow, visits, 0))
    found: dict[Days, None] = {}
    for i in range(len(days)):
        if ways[-1][i]:
            chosen = [i]
            while len(chosen) < visits:
                chosen.append(follow[chosen[-1]])
            found[tuple(days[j] for j in chosen)] = None
        if len(found) >= limit:
            break
    rng = random.Random(0)  # noqa: S311 - no secret
    for _ in range(20 * limit):
        if len(found) >= limit:
            break
        chosen, first = [], 0
        for k in range(visits - 1, -1, -1):
            options = range(first, len(days))
            i = rng.choices(options, [ways[k][j] for j in options])[0]
            chosen.append(days[i])
            first = follow[i]
        found[tuple(chosen)] = None
    return list(found)


def _all_sets(days: Days, follow: Sequence[int], visits: int, first: int) -> Iterator[Days]:
    if visits == 0:
        yield ()
        return
    for i in range(first, len(days)):
        for rest in _all_sets(days, follow, visits - 1, follow[i]):
            yield (days[i], *rest)


def lump(parts: Sequence[Part], most: int) -> tuple[Part, ...]:
    """Return parts, most frequent first; equally frequent ones joined until ``most`` are left.

    The shortest are joined first. Parts of different frequency are never joined, so that more
    than ``most`` may be left.
    """
    found = sorted(parts, key=lambda p: (-p.visits, -p.seconds))
    while len(found) > most:
        pairs = [
            (a, b)
            for a, b in itertools.combinations(range(len(found)), 2)
            if found[a].visits == found[b].visits
        ]
        if not pairs:
            break
        a, b = min(pairs, key=lambda p: (found[p[0]].seconds + found[p[1]].seconds, p))
        one, two = found[a], found[b]
        found[a] = Part(
            one.services + two.services,
            one.visits,
            max(one.lapse, two.lapse),
            one.seconds + two.seconds,
            tuple(d for d in one.days if d in two.days),
            one.weight + two.weight,
        )
        del found[b]
    return tuple(found)


def nested_sets(parts: Sequence[Part], limit: int) -> list[Nested]:
    """Return ways to serve a point, every part on days of the most frequent one.

    ``parts`` come most frequent first; those as frequent as the first share its days. First
    come the ways that serve everything, then those that leave one or two parts out.
    """
    numbers = range(len(parts))
    found = _nested(parts, list(numbers), limit)
    for count in (1, 2):
        absent = list(itertools.combinations(numbers, count)) if count < len(parts) else []
        for out in absent:
            rest = [i for i in numbers if i not in out]
            found += _nested(parts, rest, max(8, limit // (4 * len(absent))))
    return found


def _nested(parts: Sequence[Part], chosen: list[int], limit: int) -> list[Nested]:
    most = max(parts[i].visits for i in chosen)
    top = [i for i in chosen if parts[i].visits == most]
    rest = [i for i in chosen if parts[i].visits < most]
    common = sorted(set.intersection(*(set(parts[i].days) for i in top)))
    lapse = max(parts[i].lapse for i in top)
    sets = day_sets(tuple(common), most, lapse, limit if not rest else max(12, limit // 4))
    weight = sum(parts[i].weight for i in range(len(parts)) if i not in chosen)
    share = max(3, limit // max(1, len(sets)))
    found: dict[Nested, None] = {}
    for number, days in enumerate(sets):
        options = [
            day_sets(
                tuple(d for d in days if d in parts[i].days), parts[i].visits, parts[i].lapse, 60
            )
            for i in rest
        ]
        for combination in _combinations(parts, rest, days, options, share, number):
            done = {d: set(top) for d in days}
            for i, own in zip(rest, combination, strict=True):
                for d in own:
                    done[d].add(i)
            found[Nested(days, tuple(frozenset(done[d]) for d in days), weight)] = None
    return list(found)


def _combinations(
    parts: Sequence[Part],
    rest: list[int],
    days: Days,
    options: list[list[Days]],
    share: int,
    number: int,
) -> Iterator[tuple[Days, ...]]:
    """Yield one day set for each part: all of them, or the most even ones and some drawn."""
    if any(not own for own in options):
        return
    count = 1
    for own in options:
        count *= len(own)
    if count <= share:
        yield from itertools.product(*options)
        return
    rng = random.Random(number)  # noqa: S311 - no secret
    for draw in range(share):
        load = dict.fromkeys(days, 0.0)
        chosen = []
        for i, own in zip(rest, options, strict=True):
            some = rng.sample(own, len(own))
            best = min(some, key=lambda s: max(load[d] for d in s)) if draw % 3 < 2 else some[0]
            for d in best:
                load[d] += parts[i].seconds
            chosen.append(best)
        yield tuple(chosen)
