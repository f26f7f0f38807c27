"""Rules on the books: every request planned or dropped once, every record accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from visitroute.check.facts import Facts
from visitroute.check.violation import Spot, Violation
from visitroute.check.visits import served
from visitroute.model import DroppedVisit, Schedule, Verdict


def check_accounting(facts: Facts, schedule: Schedule) -> Iterator[Violation]:
    """Yield requests that are lost or counted twice, and entries without reason."""
    planned = Counter(name for placed in facts.placed for name in served(placed))
    dropped = Counter(visit.request for visit in schedule.dropped)
    for demand in facts.demands.values():
        spot = Spot(retailer=demand.retailer)
        label = f"{demand.id} (tier {demand.tier.name.lower()}, due {demand.due})"
        if not planned[demand.id] and not dropped[demand.id]:
            yield spot.tell("VR2401", f"{label} is neither planned nor dropped")
        if planned[demand.id] > 1:
            yield spot.tell("VR2402", f"{label} is planned {planned[demand.id]} times")
        if planned[demand.id] and dropped[demand.id]:
            yield spot.tell("VR2403", f"{label} is planned and dropped")
        if dropped[demand.id] > 1:
            yield spot.tell("VR2404", f"{label} is dropped {dropped[demand.id]} times")
    for visit in schedule.dropped:
        yield from _check_dropped(facts, visit)
    yield from _check_excluded(facts, schedule)


def _check_dropped(facts: Facts, visit: DroppedVisit) -> Iterator[Violation]:
    spot = Spot(retailer=visit.retailer)
    demand = facts.demands.get(visit.request)
    if visit.retailer in facts.excluded:
        yield spot.tell("VR2705", f"{visit.request} is dropped, but its retailer is excluded")
    elif demand is None:
        yield spot.tell("VR2405", f"'{visit.request}' is dropped, but does not exist")
    else:
        for what, written, right in (
            ("retailer", visit.retailer, demand.retailer),
            ("due", visit.due, demand.due),
            ("tier", visit.tier, demand.tier),
            ("task", visit.task, demand.task),
        ):
            if written != right:
                yield spot.tell(
                    "VR2702", f"{what} of the dropped {demand.id} is '{written}', not '{right}'"
                )
    known = visit.verdict in tuple(Verdict)
    if not (known and visit.code.strip() and visit.reason.strip()):
        yield spot.tell(
            "VR2701",
            f"{visit.request} is dropped with verdict '{visit.verdict}', code '{visit.code}' "
            f"and reason '{visit.reason}'",
        )


def _check_excluded(facts: Facts, schedule: Schedule) -> Iterator[Violation]:
    loaded = Counter((record.retailer, record.code) for record in facts.inputs.excluded)
    listed = Counter((record.retailer, record.code) for record in schedule.excluded)
    for (name, code), count in loaded.items():
        if listed[name, code] < count:
            yield Spot(retailer=name).tell(
                "VR2703",
                f"loading set {count} records aside with {code}, the plan lists "
                f"{listed[name, code]}",
            )
    left = Counter(loaded)
    for record in schedule.excluded:
        spot = Spot(retailer=record.retailer)
        if not (record.code.strip() and record.reason.strip()):
            yield spot.tell(
                "VR2706", f"excluded with code '{record.code}' and reason '{record.reason}'"
            )
        key = (record.retailer, record.code)
        if left[key] > 0:
            left[key] -= 1
        elif record.table != "retailers" or record.retailer not in facts.retailers:
            yield spot.tell(
                "VR2704", f"excluded from {record.table}, but the input has no such retailer"
            )
