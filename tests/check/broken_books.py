"""Hand-broken plans: requests, gaps, tasks and accounting."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from check.broken import breaks, later
from check.small_plan import (
    FRI,
    HOUR,
    MINUTE,
    MON,
    MON2,
    THU,
    TUE,
    WED,
    WED2,
    World,
    route,
)
from visitroute.model import (
    Cadence,
    Call,
    Channel,
    DroppedVisit,
    DueState,
    Excluded,
    Lock,
    Segment,
    TaskOutcome,
    Tier,
    Verdict,
    VisitRecord,
)

NOON = 41_400


# ── Requests ─────────────────────────────────────────────────────────────────────────────


@breaks("VR2401")
def stop_deleted(world: World) -> World:
    routes = tuple(r for r in world.schedule.routes if r.date != MON)
    return world.plan(routes=routes)


@breaks("VR2401")
def dropped_forgotten(world: World) -> World:
    return world.plan(dropped=())


@breaks("VR2402")
def planned_twice(world: World) -> World:
    return world.stop(WED, "B", also=("B#0",))


@breaks("VR2403")
def planned_and_dropped(world: World) -> World:
    again = DroppedVisit("A", "A#0", WED, Tier.DUE, Verdict.OUTRANKED, "VR4101", "no time")
    return world.plan(dropped=(*world.schedule.dropped, again))


@breaks("VR2404")
def dropped_twice(world: World) -> World:
    return world.plan(dropped=world.schedule.dropped * 2)


@breaks("VR2405")
def invented_at_a_stop(world: World) -> World:
    return world.stop(WED, "B", also=("B#7",))


@breaks("VR2405")
def invented_among_the_dropped(world: World) -> World:
    more = DroppedVisit("A", "A#9", WED, Tier.DUE, Verdict.OUTRANKED, "VR4101", "no time")
    return world.plan(dropped=(*world.schedule.dropped, more))


@breaks("VR2406", "VR2402")
def request_of_another(world: World) -> World:
    return world.stop(WED, "B", also=("A#0",))


@breaks("VR2407")
def date_not_allowed(world: World) -> World:
    """Fourteen days to the day after the last visit, no slack: Tuesday, not Wednesday."""
    return world.retailer("B", cadence=Cadence(1, 14, 14, 14)).given(
        visits=(*world.inputs.visits, VisitRecord("B", date(2026, 11, 17)))
    ).stop(WED, "B", due=date(2026, 12, 1), state=DueState.DUE)  # fmt: skip


@breaks("VR2408")
def due_wrong(world: World) -> World:
    return world.stop(WED, "B", due=WED)


@breaks("VR2408")
def tier_wrong(world: World) -> World:
    return world.stop(WED, "B", tier=Tier.OVERDUE)


@breaks("VR2408")
def state_wrong(world: World) -> World:
    return world.stop(WED, "B", state=DueState.DUE)


@breaks("VR2409")
def wrong_leader(world: World) -> World:
    return world.stop(
        WED, "A", request="A#0", also=("A@t1",), tier=Tier.DUE, state=DueState.DUE, due=WED
    )


@breaks("VR2410")
def two_cadence_visits_in_one(world: World) -> World:
    """Friday is allowed for C#0 and for C#1, but one visit is one visit."""
    friday = date(2026, 12, 4)
    both = world.stop(MON, "C", also=("C#1",)).stop(MON2, "C", also=())
    return later(MON, friday, both)


@breaks("VR2411")
def other_rep(world: World) -> World:
    moved = route(THU, 9 * HOUR, NOON, *world.day(THU).stops, rep="R2")
    return world.plan(
        routes=tuple(moved if r.date == THU else r for r in world.schedule.routes)
    ).outcome("t2", rep="R2")


@breaks("VR2411")
def rep_of_no_team(world: World) -> World:
    """D is shared by two reps; R1, who visits it, is neither."""
    return world.retailer("D", rep=None, team=("R2", "R0"))


@breaks("VR2412")
def team_takes_turns(world: World) -> World:
    """A is shared by two reps, one of whom has to make all its visits."""
    moved = route(WED2, 9 * HOUR, NOON, *world.day(WED2).stops, rep="R2")
    shared = world.retailer("A", rep=None, team=("R1", "R2"))
    routes = tuple(moved if r.date == WED2 else r for r in world.schedule.routes)
    return shared.plan(routes=routes).outcome("t5", rep="R2")


@breaks("VR2411")
def lock_of_another_rep(world: World) -> World:
    return world.given(locks=(Lock("C", MON2, "R2", 14 * HOUR),))


@breaks("VR2412")
def shared_retailer(world: World) -> World:
    moved = route(MON, 9 * HOUR, NOON, *world.day(MON).stops, rep="R2")
    return world.plan(routes=(moved, *world.schedule.routes[1:]))


# ── Gaps ─────────────────────────────────────────────────────────────────────────────────


@breaks("VR2501")
def too_close(world: World) -> World:
    """C#0 on Friday, C#1 on Monday: three days, at least four."""
    return later(MON, date(2026, 12, 4), world)


@breaks("VR2502")
def too_far(world: World) -> World:
    """A is visited on Monday and on Friday of the week after: eleven days, at most ten."""
    friday, monday = date(2026, 12, 11), MON
    late = later(WED2, friday, world).outcome("t5", date=friday)
    routes = tuple(replace(r, date=monday) if r.date == WED else r
                   for r in late.schedule.routes if r.date != MON)  # fmt: skip
    c0 = DroppedVisit("C", "C#0", MON, Tier.OVERDUE, Verdict.NOT_FOUND, "VR4103", "no place")
    return (
        late.plan(routes=routes, dropped=(*late.schedule.dropped, c0))
        .outcome("t1", date=monday)
        .outcome("t3", date=monday)
    )


@breaks("VR2503", "VR2407")
def too_soon_after_last(world: World) -> World:
    """A was visited on Sunday 11-29, so Wednesday is three days later, and Wednesday week
    a day before A#1 may be served."""
    seen = replace(world.inputs.visits[0], date=date(2026, 11, 29))
    return world.given(visits=(*world.inputs.visits, seen)).stop(WED2, "A", due=date(2026, 12, 13))


# ── Tasks ────────────────────────────────────────────────────────────────────────────────


@breaks("VR2601")
def outcome_missing(world: World) -> World:
    return world.plan(tasks=world.schedule.tasks[:-1])


@breaks("VR2601")
def phone_outcome_missing(world: World) -> World:
    return world.plan(tasks=tuple(o for o in world.schedule.tasks if o.task != "t4"))


@breaks("VR2602")
def outcome_twice(world: World) -> World:
    return world.plan(tasks=(*world.schedule.tasks, world.schedule.tasks[0]))


@breaks("VR2603")
def outcome_of_nothing(world: World) -> World:
    more = TaskOutcome("t99", "A", "dropped", WED, code="VR4101", reason="no time")
    return world.plan(tasks=(*world.schedule.tasks, more))


@breaks("VR2603")
def outcome_beyond_horizon(world: World) -> World:
    more = TaskOutcome("t6", "C", "dropped", date(2027, 2, 1), code="VR4101", reason="no time")
    return world.plan(tasks=(*world.schedule.tasks, more))


@breaks("VR2604")
def done_but_dropped(world: World) -> World:
    return world.outcome("t3", status="dropped", code="VR4101", reason="no time")


@breaks("VR2604")
def never_listed_but_done(world: World) -> World:
    return world.outcome("t7", status="done", rep="R1", date=WED2)


@breaks("VR2604")
def phone_for_a_visit(world: World) -> World:
    return world.outcome("t7", status="phone")


@breaks("VR2605")
def outcome_on_another_date(world: World) -> World:
    return world.outcome("t3", date=THU)


@breaks("VR2605")
def outcome_by_another_rep(world: World) -> World:
    return world.outcome("t3", rep="R2")


@breaks("VR2605")
def outcome_of_another_retailer(world: World) -> World:
    return world.outcome("t3", retailer="A")


@breaks("VR2606")
def unknown_task(world: World) -> World:
    return world.stop(WED, "B", tasks=("t3", "t99"))


@breaks("VR2606", "VR2604", "VR2609")
def task_at_another_retailer(world: World) -> World:
    stop = world.stop_at(THU, "D")
    fits = world.stop(WED2, "A", tasks=()).stop(THU, "D", tasks=("t2", "t5"))
    short = fits.stop_at(WED2, "A")
    return (
        fits.stop(WED2, "A", departure=short.departure - 20 * MINUTE)
        .stop(THU, "D", departure=stop.departure + 20 * MINUTE)
        .route(THU, end=world.day(THU).end + 20 * MINUTE)
        .outcome("t5", status="dropped", code="VR4101", reason="no time", rep=None, date=None)
    )


@breaks("VR2606")
def phone_task_at_a_stop(world: World) -> World:
    return world.stop(MON, "C", tasks=("t4",))


@breaks("VR2607")
def task_listed_twice(world: World) -> World:
    stop = world.stop_at(WED, "B")
    return world.stop(
        WED, "B", tasks=("t3", "t3"), departure=stop.departure + 5 * MINUTE
    ).route(WED, end=world.day(WED).end + 5 * MINUTE)  # fmt: skip


@breaks("VR2608")
def task_too_late(world: World) -> World:
    tasks = tuple(
        replace(t, due=TUE, earliest=MON) if t.id == "t3" else t for t in world.inputs.tasks
    )
    return world.given(tasks=tasks).outcome("t3", due=TUE)


@breaks("VR2608")
def task_not_for_this_horizon(world: World) -> World:
    stop = world.stop_at(MON, "C")
    return world.stop(
        MON, "C", tasks=("t6",), departure=stop.departure + 5 * MINUTE
    ).route(MON, end=world.day(MON).end + 5 * MINUTE)  # fmt: skip


@breaks("VR2609")
def request_without_its_task(world: World) -> World:
    stop = world.stop_at(WED2, "A")
    return world.stop(WED2, "A", tasks=(), departure=stop.departure - 20 * MINUTE).outcome(
        "t5", status="dropped", code="VR4101", reason="no time", rep=None, date=None
    )


@breaks("VR2609")
def task_without_its_request(world: World) -> World:
    left = DroppedVisit(
        "A", "A@t5", date(2026, 12, 11), Tier.TASK, Verdict.OUTRANKED, "VR4101", "x", task="t5"
    )
    return world.stop(WED2, "A", also=()).plan(dropped=(*world.schedule.dropped, left))


@breaks("VR2610")
def dropped_task_without_reason(world: World) -> World:
    return world.outcome("t7", reason=" ")


@breaks("VR2604")
def called_but_dropped(world: World) -> World:
    return world.outcome("t8", status="dropped")


@breaks("VR2605")
def called_on_another_date(world: World) -> World:
    return world.outcome("t8", date=THU)


@breaks("VR2610")
def called_without_reason(world: World) -> World:
    return world.outcome("t8", code="")


@breaks("VR2611")
def checklist_without_its_segment(world: World) -> World:
    return world.stop(MON, "C", checklist=("Talk",))


@breaks("VR2611")
def checklist_without_a_named_task(world: World) -> World:
    own = world.policy.segments[Segment.MAINTAIN].checklist["en"]
    return world.task("t1", name="Shelf").stop(WED, "A", checklist=("Till [Q1]", *own))


@breaks("VR2611")
def checklist_without_a_task(world: World) -> World:
    own = world.policy.segments[Segment.MAINTAIN].checklist["en"]
    return world.stop(WED, "A", checklist=own)


# ── Calls ────────────────────────────────────────────────────────────────────────────────


@breaks("VR2801")
def call_of_nothing(world: World) -> World:
    more = Call("R1", TUE, "B", WED, 300, "cadence")
    return world.plan(calls=(*world.schedule.calls, more))


@breaks("VR2801")
def call_twice(world: World) -> World:
    return world.plan(calls=(*world.schedule.calls, world.schedule.calls[0]))


@breaks("VR2801", "VR2604")
def call_for_a_task_that_needs_a_visit(world: World) -> World:
    more = Call("R1", FRI, "D", date(2026, 12, 10), 600, "task", ("t7",), request="D@t7")
    return world.plan(calls=(*world.schedule.calls, more)).drop("D@t7", call=FRI)


@breaks("VR2802")
def call_forgotten(world: World) -> World:
    return world.plan(calls=world.schedule.calls[1:])


@breaks("VR2802")
def call_of_a_cadence_forgotten(world: World) -> World:
    shop = replace(world.inputs.retailers[1], id="P", channel=Channel.PHONE)
    return world.given(retailers=(*world.inputs.retailers, shop))


@breaks("VR2803")
def call_too_short(world: World) -> World:
    return world.call("t4", seconds=60)


@breaks("VR2803")
def call_by_nobody(world: World) -> World:
    return world.call("t4", rep="R9")


@breaks("VR2803")
def call_by_another_rep(world: World) -> World:
    return world.call("t8", rep="R2").outcome("t8", rep="R2")


@breaks("VR2803")
def call_for_another_request(world: World) -> World:
    return world.call("t4", request="C#0")


@breaks("VR2804")
def call_on_a_day_off(world: World) -> World:
    return world.call("t4", date=date(2026, 12, 5))


@breaks("VR2804")
def call_too_late(world: World) -> World:
    return world.call("t4", date=MON2)


@breaks("VR2805")
def calls_beyond_the_day(world: World) -> World:
    return world.task("t4", minutes=490).call("t4", seconds=490 * MINUTE)


@breaks("VR2805")
def calls_beyond_what_the_route_leaves(world: World) -> World:
    return world.task("t4", minutes=420).call("t4", seconds=420 * MINUTE, date=WED)


@breaks("VR2806")
def dropped_without_its_call(world: World) -> World:
    return world.drop("A@t8", call=None)


@breaks("VR2806")
def dropped_with_a_call_that_is_none(world: World) -> World:
    return world.drop("D@t7", call=WED)


# ── Accounting ───────────────────────────────────────────────────────────────────────────


@breaks("VR2701")
def dropped_without_reason(world: World) -> World:
    return world.drop("D@t7", reason="")


@breaks("VR2701")
def dropped_without_code(world: World) -> World:
    return world.drop("D@t7", code="")


@breaks("VR2701")
def dropped_without_verdict(world: World) -> World:
    return world.drop("D@t7", verdict="because")


@breaks("VR2702")
def dropped_tier_wrong(world: World) -> World:
    return world.drop("D@t7", tier=Tier.FILLER)


@breaks("VR2702")
def dropped_due_wrong(world: World) -> World:
    return world.drop("D@t7", due=WED)


@breaks("VR2702")
def dropped_retailer_wrong(world: World) -> World:
    return world.drop("D@t7", retailer="A")


@breaks("VR2703")
def excluded_lost(world: World) -> World:
    return world.plan(excluded=())


@breaks("VR2704")
def excluded_unknown(world: World) -> World:
    more = Excluded("Y", "VR3010", "412 m from the nearest street")
    return world.plan(excluded=(*world.schedule.excluded, more))


@breaks("VR2705", "VR2004")
def excluded_and_dropped(world: World) -> World:
    more = Excluded("D", "VR3010", "412 m from the nearest street")
    return world.plan(excluded=(*world.schedule.excluded, more))


@breaks("VR2706")
def excluded_without_reason(world: World) -> World:
    return world.plan(excluded=(replace(world.schedule.excluded[0], reason=""),))
