"""Rules on what stops serve: the right request and rep, an allowed date, well spaced."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from visitroute.check.demand import Demand, cadence_of, last_visits
from visitroute.check.facts import Facts, PlacedStop
from visitroute.check.violation import Spot, Violation


def check_visits(facts: Facts) -> Iterator[Violation]:
    """Yield what is wrong with the requests that stops name."""
    for placed in facts.placed:
        if placed.stop.retailer in facts.retailers and placed.stop.retailer not in facts.excluded:
            yield from _check_served(facts, placed)
            yield from _check_rep(facts, placed)
    if facts.policy.teams.continuity:
        yield from _check_one_rep(facts)
    yield from _check_gaps(facts)


def served(placed: PlacedStop) -> tuple[str, ...]:
    """Return the ids of all requests a stop names, the leading one first."""
    return (placed.stop.request, *placed.stop.also)


def _check_served(facts: Facts, placed: PlacedStop) -> Iterator[Violation]:
    stop, spot, day = placed.stop, placed.spot, placed.route.date
    known: list[Demand] = []
    for name in served(placed):
        wish = facts.demands.get(name)
        if wish is None:
            yield spot.tell("VR2405", f"the request '{name}' does not exist in this horizon")
        elif wish.retailer != stop.retailer:
            yield spot.tell("VR2406", f"the request {name} is one of retailer {wish.retailer}")
        else:
            known.append(wish)
            if facts.inputs.horizon.holds(day) and not wish.allows(day):
                yield spot.tell(
                    "VR2407",
                    f"{name} may be served from {wish.earliest} to {wish.latest} only",
                )
    cadence = sorted({wish.id for wish in known if wish.is_spaced})
    if len(cadence) > 1:
        yield spot.tell("VR2410", f"one stop stands for {' and '.join(cadence)}")
    if not known or known[0].id != stop.request:
        return
    lead, best = known[0], min(known, key=lambda wish: (wish.rank, wish.id))
    if best.rank < lead.rank:
        yield spot.tell("VR2409", f"{lead.id} leads, but {best.id} comes first")
    for what, written, right in (
        ("due", stop.due, lead.due),
        ("tier", stop.tier, lead.tier),
        ("state", stop.state, lead.state),
    ):
        if written != right:
            yield spot.tell(
                "VR2408", f"{what} is '{_name(written)}', but of {lead.id} '{_name(right)}'"
            )


def _name(value: object) -> str:
    name = getattr(value, "name", None)
    return name.lower() if isinstance(name, str) else str(value)


def _check_rep(facts: Facts, placed: PlacedStop) -> Iterator[Violation]:
    rep = placed.route.rep
    retailer = facts.retailers[placed.stop.retailer]
    if retailer.rep is not None and retailer.rep != rep:
        yield placed.spot.tell("VR2411", f"the retailer is assigned to rep {retailer.rep}")
    if retailer.rep is None and retailer.team and rep not in retailer.team:
        team = ", ".join(retailer.team)
        yield placed.spot.tell("VR2411", f"the retailer is shared by reps {team} only")
    for name in served(placed):
        wish = facts.demands.get(name)
        if wish is not None and wish.rep not in (None, rep):
            yield placed.spot.tell("VR2411", f"the lock {name} names rep {wish.rep}")


def _check_one_rep(facts: Facts) -> Iterator[Violation]:
    reps: dict[str, set[str]] = {}
    for placed in facts.placed:
        retailer = facts.retailers.get(placed.stop.retailer)
        if retailer is not None and retailer.rep is None:
            reps.setdefault(retailer.id, set()).add(placed.route.rep)
    for retailer_id, names in reps.items():
        if len(names) > 1:
            yield Spot(retailer=retailer_id).tell(
                "VR2412", f"visited by reps {', '.join(sorted(names))}"
            )


def _check_gaps(facts: Facts) -> Iterator[Violation]:
    """Yield cadence visits of a retailer that lie too close together or too far apart."""
    visits: dict[str, dict[int, PlacedStop]] = {}
    for placed in sorted(facts.placed, key=lambda p: p.route.date):
        for name in served(placed):
            wish = facts.demands.get(name)
            if wish is not None and wish.is_spaced and wish.retailer == placed.stop.retailer:
                visits.setdefault(wish.retailer, {}).setdefault(wish.index, placed)
    last = last_visits(facts.inputs)
    for retailer_id, by_index in visits.items():
        cadence = cadence_of(
            facts.retailers[retailer_id], facts.policy, facts.segments[retailer_id]
        )
        if cadence is None:
            continue
        order = sorted(by_index)
        most = cadence.max_gap + facts.grown.get(retailer_id, 0)
        first = by_index[order[0]]
        before = last.get(retailer_id)
        if before is not None and _days(before, first.route.date) < cadence.min_gap:
            yield first.spot.tell(
                "VR2503",
                f"{_days(before, first.route.date)} days after the last visit on {before}, "
                f"at least {cadence.min_gap} are to pass",
            )
        for i, j in pairwise(order):
            if by_index[i] is by_index[j]:
                continue  # told as VR2410
            gap = _days(by_index[i].route.date, by_index[j].route.date)
            longest = (j - i) * most
            pair = f"#{j} lies {gap} days after #{i} on {by_index[i].route.date}"
            if gap < cadence.min_gap:
                yield by_index[j].spot.tell(
                    "VR2501", f"{pair}, at least {cadence.min_gap} are to pass"
                )
            elif gap > longest:
                yield by_index[j].spot.tell("VR2502", f"{pair}, at most {longest} may pass")


def _days(first: date, second: date) -> int:
    return (second - first) // timedelta(days=1)
