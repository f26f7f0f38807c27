"""Hand-broken plans: build-up, working days, times and route days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from check.broken import breaks, later
from check.small_plan import (
    BASE,
    HOUR,
    MINUTE,
    MON,
    MON2,
    PLACES,
    THU,
    TUE,
    WED,
    WED2,
    World,
)
from visitroute.model import (
    Excluded,
    Lock,
    Meeting,
    OpeningHours,
    Place,
    Segment,
)
from visitroute.policy import load_policy
from visitroute.roads.matrix import UNREACHABLE, TravelMatrix

NOON = 41_400


# ── Structure ────────────────────────────────────────────────────────────────────────────


@breaks("VR2001")
def gap_in_sequence(world: World) -> World:
    return world.stop(WED, "B", sequence=3)


@breaks("VR2001")
def repeated_sequence(world: World) -> World:
    return world.stop(WED, "B", sequence=1)


@breaks("VR2002", "VR2605", "VR2411")
def unknown_rep(world: World) -> World:
    return world.route(WED2, rep="R9").outcome("t5", rep="R8")


@breaks("VR2003")
def unknown_retailer(world: World) -> World:
    stop = replace(world.stop_at(MON, "C"), retailer="Z")
    return world.route(MON, stops=(stop,))


@breaks("VR2004")
def excluded_yet_planned(world: World) -> World:
    gone = Excluded("B", "VR3010", "412 m from the nearest street")
    return world.plan(excluded=(*world.schedule.excluded, gone))


@breaks("VR2005")
def stop_elsewhere(world: World) -> World:
    return world.stop(WED, "B", lat=50.0101)


@breaks("VR2005", "VR2315")
def stop_far_away(world: World) -> World:
    return world.stop(WED, "B", lat=50.2)


@breaks("VR2005")
def stop_nowhere(world: World) -> World:
    return world.stop(WED, "B", lat=float("nan"))


@breaks("VR2006", "VR2402", "VR2008", "VR2607")
def two_stops_on_a_date(world: World) -> World:
    return world.plan(routes=(*world.schedule.routes, world.day(THU)))


@breaks("VR2007", "VR2304", "VR2305")
def order_swapped(world: World) -> World:
    return world.stop(WED, "A", sequence=2).stop(WED, "B", sequence=1)


@breaks("VR2009")
def wrong_segment(world: World) -> World:
    return world.stop(WED, "B", segment=Segment.WATCH)


# ── Calendar ─────────────────────────────────────────────────────────────────────────────


@breaks("VR2101")
def outside_horizon(world: World) -> World:
    return later(MON, date(2026, 11, 27), world)


@breaks("VR2102")
def no_shift_on_that_weekday(world: World) -> World:
    return world.rep("R1", shifts=((30_600, 63_000),) * 2 + (None,) + ((30_600, 63_000),) * 4)


@breaks("VR2102")
def leave(world: World) -> World:
    return world.rep("R1", leave=frozenset({WED}))


@breaks("VR2102")
def public_holiday(world: World) -> World:
    return replace(world, policy=load_policy({"calendar": {"holidays": [WED]}}))


@breaks("VR2103")
def retailer_closed(world: World) -> World:
    return world.retailer("B", closed=frozenset({WED}))


@breaks("VR2103")
def retailer_has_no_hours_on_date(world: World) -> World:
    return world.retailer("B", opening=OpeningHours(dates=((WED, ()),)))


# ── Times ────────────────────────────────────────────────────────────────────────────────


def lag(world: World, day: date, name: str, seconds: int) -> World:
    """Arrive and begin other than written, keep the service time."""
    stop = world.stop_at(day, name)
    return world.stop(
        day, name, arrival=stop.arrival + seconds, begin=stop.begin + seconds,
        departure=stop.departure + seconds,
    )  # fmt: skip


@breaks("VR2201")
def first_arrival_too_early(world: World) -> World:
    first = world.stop_at(WED, "A")
    return world.route(WED, start=first.arrival - first.travel_from_previous + 1)


@breaks("VR2201")
def arrival_forgets_lunch(world: World) -> World:
    """A is left at 11:40, lunch takes 45 minutes: B can't be reached before 12:25 + travel."""
    travel = world.stop_at(WED, "B").travel_from_previous
    reachable = 11 * HOUR + 40 * MINUTE + 45 * MINUTE + travel
    return world.stop(WED, "B", arrival=reachable - 1)


@breaks("VR2201")
def arrival_forgets_meeting(world: World) -> World:
    meeting = Meeting((9 * HOUR + 50 * MINUTE, 10 * HOUR + 55 * MINUTE), date=WED)
    return world.rep("R1", meetings=(meeting,))


@breaks("VR2202")
def begin_before_arrival(world: World) -> World:
    return world.stop(THU, "D", arrival=10 * HOUR + 1)


@breaks("VR2203")
def service_over_closing(world: World) -> World:
    """Open again after noon, but a visit does not run through the noon break."""
    hours = OpeningHours((((9 * HOUR, 41_000), (41_000, 64_800)),) * 7)
    return world.retailer("A", opening=hours)


@breaks("VR2203")
def before_opening(world: World) -> World:
    hours = OpeningHours((((13 * HOUR + 1, 64_800),),) * 7)
    return world.retailer("B", opening=hours)


@breaks("VR2204")
def service_too_short(world: World) -> World:
    return world.stop(WED, "B", departure=world.stop_at(WED, "B").departure - 1)


@breaks("VR2204")
def service_too_long(world: World) -> World:
    return world.stop(WED, "B", departure=world.stop_at(WED, "B").departure + 60).route(
        WED, end=world.day(WED).end + 60
    )


@breaks("VR2204")
def service_before_begin(world: World) -> World:
    return world.stop(WED, "B", departure=world.stop_at(WED, "B").begin - 600)


@breaks("VR2205")
def service_in_meeting(world: World) -> World:
    return world.rep("R1", meetings=(Meeting((13 * HOUR + 1200, 13 * HOUR + 1260), weekday=2),))


@breaks("VR2206")
def appointment_missed(world: World) -> World:
    later_end = world.route(THU, end=world.day(THU).end + 60)
    return lag(later_end, THU, "D", 60)


@breaks("VR2206")
def lock_time_missed(world: World) -> World:
    return world.given(locks=(Lock("C", MON2, "R1", 14 * HOUR - 300),))


# ── Route day ────────────────────────────────────────────────────────────────────────────


@breaks("VR2301")
def before_shift(world: World) -> World:
    return world.route(THU, start=30_599)


@breaks("VR2302")
def into_review(world: World) -> World:
    return world.route(THU, end=63_000 - 15 * MINUTE + 1)


@breaks("VR2303")
def back_too_early(world: World) -> World:
    return world.route(THU, end=world.day(THU).end - 1)


@breaks("VR2303")
def back_forgets_lunch(world: World) -> World:
    """Lunch on the way back puts the end off."""
    return world.route(WED, lunch=13 * HOUR + 25 * MINUTE).rep("R1", lunch_window=(NOON, 54_000))


@breaks("VR2304")
def leg_time_wrong(world: World) -> World:
    stop = world.stop_at(WED, "B")
    return world.stop(WED, "B", travel_from_previous=stop.travel_from_previous + 1)


@breaks("VR2304")
def leg_distance_wrong(world: World) -> World:
    return world.stop(WED, "B", distance_from_previous=0)


@breaks("VR2304")
def way_back_wrong(world: World) -> World:
    return world.route(WED, travel_back=world.day(WED).travel_back - 1)


@breaks("VR2305")
def total_travel_wrong(world: World) -> World:
    return world.route(WED, travel=world.day(WED).travel + 1)


@breaks("VR2305")
def total_distance_wrong(world: World) -> World:
    return world.route(WED, distance=world.day(WED).distance - 1)


@breaks("VR2304", "VR2305")
def day_without_stops_but_travel(world: World) -> World:
    empty = replace(world.day(WED), date=TUE, stops=(), lunch=None)
    return world.plan(routes=(*world.schedule.routes, empty))


@breaks("VR2306")
def lunch_missing(world: World) -> World:
    return world.route(THU, lunch=None, lunch_seconds=0)


@breaks("VR2307")
def lunch_too_early(world: World) -> World:
    return world.route(THU, lunch=NOON - 1)


@breaks("VR2307")
def lunch_too_late(world: World) -> World:
    return world.route(THU, lunch=48_600 - 45 * MINUTE + 1)


@breaks("VR2307")
def lunch_too_short(world: World) -> World:
    return world.route(THU, lunch_seconds=44 * MINUTE)


@breaks("VR2307")
def lunch_of_a_rep_without_any(world: World) -> World:
    return world.rep("R1", lunch_window=None)


@breaks("VR2308")
def lunch_in_service(world: World) -> World:
    return world.route(WED, lunch=NOON)


@breaks("VR2308")
def lunch_in_meeting(world: World) -> World:
    return world.rep("R1", meetings=(Meeting((12 * HOUR, 12 * HOUR + 60), date=THU),))


@breaks("VR2309")
def too_many_visits(world: World) -> World:
    return world.rep("R1", max_visits=1)


@breaks("VR2310")
def too_much_driving(world: World) -> World:
    """No day travels longer than Wednesday; a second less is too little."""
    longest = max(r.travel for r in world.schedule.routes)
    assert world.day(WED).travel == longest
    return world.rep("R1", max_driving_minutes=longest // 60)


@breaks("VR2316")
def too_much_load(world: World) -> World:
    """Two stops on Wednesday of 1.2 each, the rep carries 2.3."""
    for stop in world.day(WED).stops:
        world = world.retailer(stop.retailer, load=(("cartons", 1.2), ("samples", 9.0)))
    return world.rep("R1", capacity=(("boxes", 0.0), ("cartons", 2.3)))


@breaks("VR2311")
def matrix_missing(world: World) -> World:
    return replace(world, matrices={})


@breaks("VR2311")
def retailer_not_in_matrix(world: World) -> World:
    whole = world.matrices["R1"]
    return replace(world, matrices={"R1": whole.subset([i for i in whole.ids if i != "D"])})


@breaks("VR2312")
def no_way(world: World) -> World:
    whole = world.matrices["R1"]
    cut = whole.deciseconds.copy()
    cut[whole.ids.index("A"), whole.ids.index("B")] = UNREACHABLE
    return replace(world, matrices={"R1": TravelMatrix(whole.ids, cut, whole.decimetres)})


@breaks("VR2313")
def line_missing(world: World) -> World:
    return world.route(WED, line=())


@breaks("VR2313")
def line_of_nothing(world: World) -> World:
    return world.route(WED, line=((10.0, 50.0), (float("nan"), 50.0)))


@breaks("VR2314")
def line_begins_elsewhere(world: World) -> World:
    return world.route(WED, line=((10.1, 50.0), *world.day(WED).line))


@breaks("VR2314")
def line_ends_elsewhere(world: World) -> World:
    return (
        world.rep("R1", end=Place(10.0, 50.05))
        .route(WED, line=world.day(WED).line)
        .plan(
            routes=tuple(
                r if r.date == WED else replace(r, roads="straight") for r in world.schedule.routes
            )
        )
    )


@breaks("VR2315")
def line_misses_a_stop(world: World) -> World:
    return world.route(WED, line=(PLACES["A"], (BASE.lon, BASE.lat)))


@breaks("VR2315")
def snap_distance_is_no_excuse(world: World) -> World:
    return world.stop(WED, "B", snap_m=1e9).route(WED, line=(PLACES["A"], (BASE.lon, BASE.lat)))
