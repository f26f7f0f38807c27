"""A valid plan of four retailers, written by hand, and tools to break it in one place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np

from visitroute.check import Violation, check_schedule
from visitroute.model import (
    Base,
    Call,
    Channel,
    DroppedVisit,
    DueState,
    Excluded,
    Horizon,
    Lock,
    Meeting,
    OpeningHours,
    Place,
    PlanInput,
    Quadrant,
    Rep,
    Retailer,
    RouteDay,
    Schedule,
    Segment,
    Stop,
    Task,
    TaskOutcome,
    Tier,
    Verdict,
    VisitRecord,
)
from visitroute.policy import Policy, load_policy
from visitroute.roads.matrix import TravelMatrix

HOUR, MINUTE = 3600, 60
BASE = Place(10.0, 50.0)
MON, TUE, WED, THU = (date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 3))
FRI = date(2026, 12, 4)
MON2, WED2 = date(2026, 12, 7), date(2026, 12, 9)
PLACES = {"A": (10.01, 50.0), "B": (10.02, 50.01), "C": (10.0, 50.02), "D": (9.98, 49.99)}
REST_OF_DAY = OpeningHours((((9 * HOUR, 12 * HOUR), (13 * HOUR, 18 * HOUR)),) * 7)


def make_matrix(rep: str, retailers: str = "ABCD") -> TravelMatrix:
    """Every leg takes other seconds and metres, none is the same both ways."""
    ids = (f"@start/{rep}", f"@end/{rep}", *retailers)
    i, j = np.indices((len(ids), len(ids)))
    off = (i != j).astype(np.int64)
    time, way = 3003 + 410 * i + 70 * j + 51 * i * j, 20_004 + 3070 * i + 510 * j + 330 * i * j
    return TravelMatrix(ids, time * off, way * off)


@dataclass(frozen=True)
class World:
    """A plan with all it is judged by."""

    inputs: PlanInput
    schedule: Schedule
    policy: Policy = field(default_factory=load_policy)
    matrices: dict[str, TravelMatrix] = field(
        default_factory=lambda: {rep: make_matrix(rep) for rep in ("R1", "R2")}
    )

    def check(self) -> tuple[Violation, ...]:
        return check_schedule(self.inputs, self.policy, self.schedule, self.matrices)

    def codes(self) -> set[str]:
        return {violation.code for violation in self.check()}

    def plan(self, **changes: Any) -> World:
        return replace(self, schedule=replace(self.schedule, **changes))

    def given(self, **changes: Any) -> World:
        return replace(self, inputs=replace(self.inputs, **changes))

    def route(self, day: date, **changes: Any) -> World:
        return self.plan(
            routes=tuple(
                replace(r, **changes) if r.date == day else r for r in self.schedule.routes
            )
        )

    def stop(self, day: date, retailer: str, **changes: Any) -> World:
        return self.route(
            day,
            stops=tuple(
                replace(s, **changes) if s.retailer == retailer else s for s in self.day(day).stops
            ),
        )

    def day(self, day: date) -> RouteDay:
        return next(r for r in self.schedule.routes if r.date == day)

    def stop_at(self, day: date, retailer: str) -> Stop:
        return next(s for s in self.day(day).stops if s.retailer == retailer)

    def retailer(self, name: str, **changes: Any) -> World:
        return self.given(
            retailers=tuple(
                replace(r, **changes) if r.id == name else r for r in self.inputs.retailers
            )
        )

    def rep(self, name: str, **changes: Any) -> World:
        return self.given(
            reps=tuple(replace(r, **changes) if r.id == name else r for r in self.inputs.reps)
        )

    def outcome(self, task: str, **changes: Any) -> World:
        return self.plan(
            tasks=tuple(replace(o, **changes) if o.task == task else o for o in self.schedule.tasks)
        )

    def call(self, task: str, **changes: Any) -> World:
        return self.plan(
            calls=tuple(
                replace(c, **changes) if task in c.tasks else c for c in self.schedule.calls
            )
        )

    def task(self, task: str, **changes: Any) -> World:
        return self.given(
            tasks=tuple(replace(t, **changes) if t.id == task else t for t in self.inputs.tasks)
        )

    def drop(self, request: str, **changes: Any) -> World:
        return self.plan(
            dropped=tuple(
                replace(d, **changes) if d.request == request else d for d in self.schedule.dropped
            )
        )


def retailer(name: str, **changes: Any) -> Retailer:
    lon, lat = PLACES[name]
    return Retailer(name, lon, lat, opening=REST_OF_DAY, **changes)


def make_inputs() -> PlanInput:
    rep = Rep(
        "R1",
        BASE,
        BASE,
        shifts=((30_600, 63_000),) * 5 + (None, None),
        lunch_window=(41_400, 48_600),
        lunch_minutes=45,
        max_visits=3,
        max_driving_minutes=120,
        meetings=(Meeting((30_600, 32_400), weekday=0),),
        review_minutes=15,
    )
    return PlanInput(
        retailers=(
            retailer("A", rep="R1", segment=Segment.MAINTAIN),
            retailer("B", rep="R1", capability="strong", willingness="strong"),
            retailer("C", segment=Segment.GUIDE),
            retailer("D", rep="R1", segment=Segment.WATCH, service_minutes=12.5),
        ),
        reps=(rep, replace(rep, id="R2")),
        horizon=Horizon(MON, 2),
        tasks=(
            Task("t1", "A", Quadrant.Q1, WED, minutes=15),
            Task("t2", "D", Quadrant.Q2, THU, minutes=10, appointment=10 * HOUR),
            Task("t3", "B", Quadrant.Q4, date(2026, 12, 11), minutes=5),
            Task("t4", "C", Quadrant.Q3, date(2026, 12, 5), channel=Channel.PHONE),
            Task("t5", "A", Quadrant.Q2, date(2026, 12, 11), minutes=20),
            Task("t6", "C", Quadrant.Q4, date(2027, 2, 1), minutes=5),
            Task("t7", "D", Quadrant.Q3, date(2026, 12, 10), date(2026, 12, 8), minutes=10),
            Task("t8", "A", Quadrant.Q1, FRI, THU, minutes=6, channel=Channel.EITHER),
        ),
        visits=(
            VisitRecord("A", date(2026, 11, 18)),
            VisitRecord("A", date(2026, 11, 25)),
            VisitRecord("A", date(2026, 11, 29), channel=Channel.PHONE),
            VisitRecord("C", date(2026, 11, 16)),
            VisitRecord("D", date(2026, 11, 20)),
            VisitRecord("D", date(2026, 12, 1)),  # in the horizon: does not count
        ),
        locks=(Lock("C", MON2, "R1", 14 * HOUR),),
        excluded=(Excluded("X", "VR1201", "no coordinates", row=9),),
    )


# What each stop looks like is written out here, so that the rules are not repeated.
_SEGMENTS = {"A": Segment.MAINTAIN, "B": Segment.PROMOTE, "C": Segment.GUIDE, "D": Segment.WATCH}


def visit(
    name: str,
    begin: int,
    minutes: float,
    request: str,
    lead: tuple[date, Tier, DueState],
    also: tuple[str, ...] = (),
    tasks: tuple[str, ...] = (),
) -> Stop:
    lon, lat = PLACES[name]
    due, tier, state = lead
    return Stop(
        name, request, 0, begin, begin, begin + round(60 * minutes), due, tier, state,
        _SEGMENTS[name], lon, lat, also=also, tasks=tasks,
    )  # fmt: skip


def route(day: date, start: int, lunch: int, *visits: Stop, rep: str = "R1") -> RouteDay:
    """Number the stops, write their legs, arrive as late as the begin, be back in good time."""
    matrix = make_matrix(rep)
    where = {name: i for i, name in enumerate(matrix.ids)}
    seconds, metres = matrix.seconds, matrix.metres
    stops, place = [], 0
    for number, stop in enumerate(visits, 1):
        here = where[stop.retailer]
        stops.append(
            replace(
                stop,
                sequence=number,
                travel_from_previous=int(seconds[place, here]),
                distance_from_previous=int(metres[place, here]),
            )
        )
        place = here
    back, back_m = int(seconds[place, 1]), int(metres[place, 1])
    return RouteDay(
        rep,
        day,
        start,
        max(stops[-1].departure + back, start),
        tuple(stops),
        sum(s.travel_from_previous for s in stops) + back,
        sum(s.distance_from_previous for s in stops) + back_m,
        back,
        back_m,
        lunch,
        45 * MINUTE,
        ((BASE.lon, BASE.lat), *(PLACES[s.retailer] for s in stops), (BASE.lon, BASE.lat)),
    )


def small_plan() -> World:
    """Return the valid plan: lunch at the base, on the way and before the start."""
    noon, thirteen = 11 * HOUR + 30 * MINUTE, date(2026, 12, 13)
    routes = (
        route(
            MON,
            9 * HOUR,
            noon,
            visit("C", 34_800, 25, "C#0", (MON, Tier.OVERDUE, DueState.OVERDUE)),
        ),
        route(
            WED,
            10 * HOUR,
            11 * HOUR + 40 * MINUTE,
            visit("A", 11 * HOUR, 40, "A@t1", (WED, Tier.URGENT, DueState.TASK), ("A#0",), ("t1",)),
            visit("B", 13 * HOUR, 25, "B#0", (thirteen, Tier.DUE, DueState.NEW), tasks=("t3",)),
        ),
        route(
            THU,
            9 * HOUR,
            noon,
            visit(
                "D",
                10 * HOUR,
                22.5,
                "D@t2",
                (THU, Tier.FIXED, DueState.APPOINTMENT),
                ("D#0",),
                ("t2",),
            ),
        ),
        route(
            MON2,
            13 * HOUR,
            noon,
            visit(
                "C", 14 * HOUR, 25, "C!2026-12-07", (MON2, Tier.FIXED, DueState.LOCKED), ("C#1",)
            ),
        ),
        route(
            WED2,
            9 * HOUR,
            noon,
            visit("A", 10 * HOUR, 45, "A#1", (WED2, Tier.DUE, DueState.DUE), ("A@t5",), ("t5",)),
        ),
    )
    due7 = date(2026, 12, 10)
    return World(
        make_inputs(),
        Schedule(
            routes,
            dropped=(
                DroppedVisit(
                    "D", "D@t7", due7, Tier.TASK, Verdict.OUTRANKED, "VR4101", "no time", task="t7"
                ),
                DroppedVisit(
                    "A",
                    "A@t8",
                    FRI,
                    Tier.TASK,
                    Verdict.NOT_FOUND,
                    "VR4110",
                    "no place",
                    task="t8",
                    call=FRI,
                ),
            ),
            tasks=(
                TaskOutcome("t1", "A", "done", WED, "R1", WED),
                TaskOutcome("t2", "D", "done", THU, "R1", THU),
                TaskOutcome("t3", "B", "done", date(2026, 12, 11), "R1", WED),
                TaskOutcome("t4", "C", "phone", date(2026, 12, 5)),
                TaskOutcome("t5", "A", "done", date(2026, 12, 11), "R1", WED2),
                TaskOutcome("t7", "D", "dropped", due7, code="VR4101", reason="no time"),
                TaskOutcome("t8", "A", "call", FRI, "R1", FRI, "VR4110", "no place"),
            ),
            excluded=(Excluded("X", "VR1201", "no coordinates", row=9),),
            bases=(Base("R1", BASE.lon, BASE.lat),),
            calls=(
                Call("R1", TUE, "C", date(2026, 12, 5), 300, "task", ("t4",)),
                Call("R1", FRI, "A", FRI, 360, "task", ("t8",), request="A@t8"),
            ),
        ),
    )
