"""A plan taken apart by rep: what each one needs to know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from typing import Any

from visitroute.export.owners import owners_of
from visitroute.export.record import PlanRecord
from visitroute.model import Line, Retailer, Schedule

_MARGIN = 0.15
"""Part of a rep's extent around which streets are kept."""


def split_record(record: PlanRecord) -> Iterator[PlanRecord]:
    """Yield a record for each rep, in order, with the rep's own days, retailers and streets.

    A retailer that several reps visit stands in the part of each, its requests in its owner's.
    Excluded records go with the rep of their retailer where that is known.
    """
    owner = owners_of(record.schedule, record.inputs)
    shops = _shops_by_rep(record, owner)
    doer = {t: r.rep for r in record.schedule.routes for s in r.stops for t in s.tasks}
    tasks = _by_rep(record.inputs.tasks, lambda t: doer.get(t.id, owner.get(t.retailer)))
    requests = _by_rep(record.requests, lambda r: owner.get(r.retailer))
    routes = _by_rep(record.schedule.routes, lambda r: r.rep)
    dropped = _by_rep(record.schedule.dropped, lambda d: owner.get(d.retailer))
    outcomes = _by_rep(record.schedule.tasks, lambda t: owner.get(t.retailer))
    excluded = _by_rep(record.schedule.excluded, lambda e: owner.get(e.retailer))
    bases = _by_rep(record.schedule.bases, lambda b: b.rep)
    calls = _by_rep(record.schedule.calls, lambda c: c.rep)
    boxes = [[_box(line) for line in lines] for lines in (record.main_streets, record.streets)]
    for rep in record.inputs.reps:
        inputs = replace(
            record.inputs,
            retailers=shops[rep.id],
            reps=(rep,),
            tasks=tuple(tasks[rep.id]),
        )
        schedule = Schedule(
            routes=tuple(routes[rep.id]),
            dropped=tuple(dropped[rep.id]),
            tasks=tuple(outcomes[rep.id]),
            excluded=tuple(excluded[rep.id]),
            bases=tuple(bases[rep.id]),
            warnings=record.schedule.warnings,
            calls=tuple(calls[rep.id]),
        )
        places = [(r.lon, r.lat) for r in inputs.retailers]
        frame = _grown(_box((*places, (rep.start.lon, rep.start.lat))))
        main, rest = (
            tuple(line for line, box in zip(lines, own, strict=True) if _touches(box, frame))
            for lines, own in zip((record.main_streets, record.streets), boxes, strict=True)
        )
        yield replace(
            record,
            schedule=schedule,
            inputs=inputs,
            requests=tuple(requests[rep.id]),
            main_streets=main,
            streets=rest,
        )


def _shops_by_rep(
    record: PlanRecord, owner: Mapping[str, str]
) -> Mapping[str, tuple[Retailer, ...]]:
    own: dict[str, set[str]] = {rep.id: set() for rep in record.inputs.reps}
    for name, rep in owner.items():
        own.setdefault(rep, set()).add(name)
    for route in record.schedule.routes:
        own.setdefault(route.rep, set()).update(stop.retailer for stop in route.stops)
    by_id = {shop.id: (number, shop) for number, shop in enumerate(record.inputs.retailers)}
    return {
        rep: tuple(
            shop for _, shop in sorted((by_id[n] for n in names if n in by_id), key=itemgetter(0))
        )
        for rep, names in own.items()
    }


def _by_rep(items: Sequence[Any], rep_of: Any) -> Mapping[str, list[Any]]:
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for item in items:
        rep = rep_of(item)
        if rep is not None:
            found[rep].append(item)
    return found


_Box = tuple[float, float, float, float]


def _box(line: Line) -> _Box:
    lon, lat = [p[0] for p in line], [p[1] for p in line]
    return min(lon), min(lat), max(lon), max(lat)


def _grown(box: _Box) -> _Box:
    pad = _MARGIN * max(box[2] - box[0], box[3] - box[1]) + 0.002
    return box[0] - pad, box[1] - pad, box[2] + pad, box[3] + pad


def _touches(a: _Box, b: _Box) -> bool:
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]
