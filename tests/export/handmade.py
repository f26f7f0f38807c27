"""A plan written by hand: two reps, three days, and one of everything that is left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from visitroute.export import PlanRecord, to_geojson
from visitroute.model import (
    Base,
    Cadence,
    Call,
    DroppedVisit,
    DueState,
    Excluded,
    Horizon,
    Line,
    Place,
    PlanInput,
    Quadrant,
    Rep,
    RequestKind,
    Retailer,
    RouteDay,
    Schedule,
    Segment,
    Stop,
    Task,
    TaskOutcome,
    Tier,
    Verdict,
    VisitRequest,
)

MON, TUE, WED = date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2)
PLACES = {"A": (24.94, 60.17), "B": (24.951234567, 60.175), "C": (24.96, 60.18), "D": (25.5, 60.9)}


@dataclass(frozen=True)
class Sample:
    """A schedule with its input and the requests it answers."""

    schedule: Schedule
    inputs: PlanInput
    requests: tuple[VisitRequest, ...]

    @property
    def text(self) -> str:
        return to_geojson(self.schedule, self.inputs)

    @property
    def record(self) -> PlanRecord:
        """The sample as outputs see it: every retailer has its segment and cadence."""
        shops = tuple(
            replace(r, segment=Segment.GUIDE, cadence=Cadence(1, 7, 5, 9))
            for r in self.inputs.retailers
        )
        streets = (((24.93, 60.16), (24.95, 60.17)),)
        return PlanRecord(
            self.schedule,
            replace(self.inputs, retailers=shops),
            self.requests,
            streets,
            streets,
            checklists={Segment.GUIDE: {"en": ("Shelf full?",), "zh": ("货架是否补满",)}},
        )


def stop(shop: str, sequence: int, arrival: int, minutes: float, **changes: Any) -> Stop:
    lon, lat = PLACES[shop]
    given = {
        "request": f"{shop}#0",
        "due": TUE,
        "tier": Tier.DUE,
        "state": DueState.DUE,
        "segment": Segment.GUIDE,
        "snap_m": 12.5,
        "travel_from_previous": 411,
        "distance_from_previous": 2345,
        "begin": arrival,
        "checklist": ("Shelf full?",),
        **changes,
    }
    given["departure"] = round(given["begin"] + 60 * minutes)
    return Stop(
        retailer=shop,
        sequence=sequence,
        arrival=arrival,
        lon=lon,
        lat=lat,
        **given,
    )


def route(rep: str, day: date, *stops: Stop, **changes: Any) -> RouteDay:
    line: Line = ((24.93, 60.16), *((s.lon, s.lat) for s in stops), (24.93, 60.16))
    travel = sum(s.travel_from_previous for s in stops) + 300
    given = {
        "start": 30_671,
        "end": 60_007,
        "travel": travel,
        "distance": sum(s.distance_from_previous for s in stops) + 1234,
        "travel_back": 300,
        "distance_back": 1234,
        "lunch": 43_200,
        "lunch_seconds": 2700,
        "line": line,
        **changes,
    }
    return RouteDay(rep, day, stops=stops, **given)


def request(name: str, tier: Tier, kind: RequestKind = RequestKind.CADENCE) -> VisitRequest:
    return VisitRequest(name, name[0], kind, TUE, MON, TUE, tier, 10, DueState.DUE)


def make_sample() -> Sample:
    base = Place(24.93, 60.16)
    inputs = PlanInput(
        retailers=(
            Retailer(
                "A",
                *PLACES["A"],
                name="福源烟酒店",
                address="=1+1",
                phone="+8613800000000",
                extra=(("片区", "城东"), ("date", "1998"), ("balance", "-12.50")),
            ),
            Retailer("B", *PLACES["B"], name='"Bravo", <b>&co</b>', extra=(("片区", "@城西"),)),
            Retailer("C", *PLACES["C"], name="-Charlie"),
            Retailer("D", *PLACES["D"], name="Delta"),
        ),
        reps=(Rep("R1", base, base, name="王伟"), Rep("R2", base, base)),
        horizon=Horizon(MON, 1),
        tasks=(
            Task("t1", "A", Quadrant.Q1, TUE),
            Task("t2", "C", Quadrant.Q3, TUE),
            Task("t3", "B", Quadrant.Q4, TUE),
        ),
        excluded=(Excluded("X", "VR1201", "there are no coordinates", name="Xi", row=9),),
    )
    schedule = Schedule(
        routes=(
            route(
                "R1",
                MON,
                stop(
                    "A",
                    1,
                    31_082,
                    24.75,
                    name="福源烟酒店",
                    purpose="Business advice: display",
                    checklist=("t1 [Q1]", "Shelf full?"),
                    tasks=("t1",),
                    also=("A@t1",),
                    state=DueState.OVERDUE,
                    tier=Tier.OVERDUE,
                ),
                stop("B", 2, 33_000, 20, begin=34_200, name='"Bravo", <b>&co</b>'),
            ),
            route("R1", TUE, stop("C", 1, 36_000, 10), lunch=None, lunch_seconds=0),
            route("R2", TUE, stop("A", 1, 32_400, 25, request="A#1"), roads="straight"),
        ),
        dropped=(
            DroppedVisit(
                "B",
                "B#1",
                TUE,
                Tier.DUE,
                Verdict.OUTRANKED,
                "VR4108",
                "the days are full",
                fix="allow one more visit",
                rep="R1",
            ),
            DroppedVisit(
                "C",
                "C@t2",
                TUE,
                Tier.URGENT,
                Verdict.IMPOSSIBLE,
                "VR4102",
                "closed on all days",
                rep="R1",
                task="t2",
            ),
        ),
        tasks=(
            TaskOutcome("t1", "A", "done", TUE, "R1", MON),
            TaskOutcome("t3", "B", "phone", TUE, reason="by phone"),
            TaskOutcome("t2", "C", "dropped", TUE, code="VR4102", reason="closed on all days"),
        ),
        excluded=(
            Excluded("D", "VR3010", "3000 m from the nearest street", *PLACES["D"], "Delta"),
            Excluded("X", "VR1201", "there are no coordinates", name="Xi", row=9),
        ),
        bases=(
            Base("R1", base.lon, base.lat, "王伟"),
            Base("R2", base.lon, base.lat),
        ),
        warnings=("VR3021: estimated\nMaybe give streets",),
        calls=(
            Call("R1", MON, "B", TUE, 300, "task", ("t3",), "Ask for stock"),
            Call("R1", WED, "A", TUE, 600, "cadence", (), "Ask for orders"),
            Call("R2", None, "C", TUE, 300, "cadence", (), "Ask for orders"),
        ),
    )
    schedule = replace(
        schedule,
        excluded=(replace(schedule.excluded[0], requests=3), schedule.excluded[1]),
    )
    requests = (
        request("A#0", Tier.OVERDUE),
        request("A@t1", Tier.URGENT, RequestKind.TASK),
        request("A#1", Tier.DUE),
        request("B#0", Tier.DUE),
        request("B#1", Tier.DUE),
        request("C#0", Tier.DUE),
        request("C@t2", Tier.URGENT, RequestKind.TASK),
        request("D#0", Tier.DUE),
        request("D#1", Tier.DUE),
        request("D#2", Tier.DUE),
    )
    return Sample(schedule, inputs, requests)
