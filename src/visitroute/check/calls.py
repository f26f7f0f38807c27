"""Rules on calls: what asks for one has one, on an allowed date, in time the day has left."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from visitroute.check.demand import allowed_dates, cadence_demands
from visitroute.check.facts import Facts
from visitroute.check.violation import Spot, Violation
from visitroute.model import (
    Call,
    Channel,
    GiveWay,
    Rep,
    RequestKind,
    Retailer,
    RouteDay,
    Schedule,
    Window,
)
from visitroute.units import MINUTE

_GAVE_WAY = "VR4111"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A call that is asked for; ``request`` is the visit request it stands in for, if any."""

    earliest: date
    latest: date
    seconds: int
    request: str


_Key = tuple[str, str, date, tuple[str, ...]]
"""What tells calls apart: why, retailer, due date and tasks."""


def check_calls(facts: Facts, schedule: Schedule) -> Iterator[Violation]:
    """Yield calls that nobody asks for, that are missing, or that have no place in their day."""
    wanted = dict(_wanted(facts, schedule)) if facts.reps else {}
    listed = Counter(_key(call) for call in schedule.calls)
    for key, count in listed.items():
        spot = Spot(retailer=key[1])
        if key not in wanted:
            yield spot.tell("VR2801", f"nothing asks for the call ({_label(key)})")
        elif count > 1:
            yield spot.tell("VR2801", f"the call ({_label(key)}) is listed {count} times")
    for key in wanted.keys() - listed.keys():
        yield Spot(retailer=key[1]).tell("VR2802", f"the call ({_label(key)}) is not listed")
    for call in schedule.calls:
        if _key(call) in wanted:
            yield from _check_call(facts, call, wanted[_key(call)])
    yield from _check_days(facts, schedule)
    yield from _check_dropped(schedule)


def _key(call: Call) -> _Key:
    return call.why, call.retailer, call.due, call.tasks


def _label(key: _Key) -> str:
    why, _, due, tasks = key
    return f"{why}, due {due}{''.join(f', task {name}' for name in tasks)}"


def _wanted(facts: Facts, schedule: Schedule) -> Iterator[tuple[_Key, _Wanted]]:
    """Yield what asks for a call: tasks, cadences by phone, and visits that gave way to one."""
    inputs, policy = facts.inputs, facts.policy
    usual = round(policy.calls.minutes * MINUTE)
    at_stops = {name for placed in facts.placed for name in placed.stop.tasks}
    known = facts.retailers.keys() - facts.excluded
    for task in inputs.tasks:
        dates = allowed_dates(task, policy, inputs.horizon)
        by_phone = task.channel is Channel.PHONE or (
            task.channel is Channel.EITHER and task.appointment is None and task.id not in at_stops
        )
        if by_phone and dates is not None and task.retailer in known:
            name = f"{task.retailer}@{task.id}"
            request = name if name in facts.demands else ""
            seconds = round(task.minutes * MINUTE) or usual
            yield (
                ("task", task.retailer, task.due, (task.id,)),
                _Wanted(*dates, seconds, request),
            )
    last: dict[str, date] = {}
    for record in inputs.visits:
        if record.date < inputs.horizon.start:
            last[record.retailer] = max(record.date, last.get(record.retailer, record.date))
    for shop in inputs.retailers:
        if shop.channel is Channel.PHONE and shop.id in known:
            cadence = shop.cadence or policy.segments[facts.segments[shop.id]].cadence
            for wish in cadence_demands(shop.id, cadence, last.get(shop.id), inputs.horizon):
                if wish.kind is RequestKind.CADENCE:
                    yield (
                        ("cadence", shop.id, wish.due, ()),
                        _Wanted(wish.earliest, wish.latest, usual, ""),
                    )
    for visit in schedule.dropped:
        demand = facts.demands.get(visit.request)
        if visit.code == _GAVE_WAY and demand is not None and demand.retailer in known:
            segment = facts.segments[demand.retailer]
            if policy.overload.how[segment] is GiveWay.PHONE:
                yield (
                    ("overload", demand.retailer, demand.due, ()),
                    _Wanted(demand.earliest, demand.latest, usual, demand.id),
                )


def _check_call(facts: Facts, call: Call, wanted: _Wanted) -> Iterator[Violation]:
    spot = Spot(call.rep, call.date, call.retailer)
    for what, written, right in (
        ("length in seconds", call.seconds, wanted.seconds),
        ("request", call.request, wanted.request),
    ):
        if written != right:
            yield spot.tell("VR2803", f"{what} of the call is '{written}', must be '{right}'")
    rep = facts.reps.get(call.rep)
    if rep is None:
        yield spot.tell("VR2803", f"no rep has the id '{call.rep}'")
    elif not _looks_after(facts.retailers[call.retailer], call.rep):
        yield spot.tell("VR2803", f"rep {call.rep} does not look after {call.retailer}")
    if call.date is None:
        return
    if not wanted.earliest <= call.date <= wanted.latest:
        yield spot.tell(
            "VR2804", f"the call may be made from {wanted.earliest} to {wanted.latest} only"
        )
    elif rep is not None and facts.calendar.shift(rep, call.date) is None:
        yield spot.tell("VR2804", "a call on a day off")


def _looks_after(shop: Retailer, rep: str) -> bool:
    return rep == shop.rep if shop.rep is not None else not shop.team or rep in shop.team


def _check_days(facts: Facts, schedule: Schedule) -> Iterator[Violation]:
    """Yield the days whose calls take more time than route, meetings and lunch leave."""
    taken: dict[tuple[str, date], int] = defaultdict(int)
    for call in schedule.calls:
        if call.date is not None:
            taken[call.rep, call.date] += call.seconds
    routes: dict[tuple[str, date], list[RouteDay]] = defaultdict(list)
    for route in schedule.routes:
        routes[route.rep, route.date].append(route)
    for (name, day), seconds in sorted(taken.items()):
        rep = facts.reps.get(name)
        if rep is None or not facts.inputs.horizon.holds(day):
            continue
        shift = facts.calendar.shift(rep, day)
        if shift is None:
            continue
        inside = shift[0], shift[1] - rep.review_minutes * MINUTE
        left = _left(routes.get((name, day), ()), rep, day, inside)
        if seconds > left:
            yield Spot(name, day).tell(
                "VR2805",
                f"the calls take {seconds / MINUTE:.1f} minutes, the day leaves "
                f"{left / MINUTE:.1f}",
            )


def _left(own: Sequence[RouteDay], rep: Rep, day: date, shift: Window) -> int:
    """Return the seconds of a shift that are neither route nor meeting nor lunch."""
    busy = [m.window for m in rep.meetings if m.is_on(day)]
    busy += [(route.start, route.end) for route in own]
    busy += [(r.lunch, r.lunch + r.lunch_seconds) for r in own if r.lunch is not None]
    idle, now = 0, shift[0]
    for begin, end in sorted(busy):
        idle += max(0, min(begin, shift[1]) - now)
        now = max(now, min(end, shift[1]))
    idle += max(0, shift[1] - now)
    return idle if own or rep.lunch_window is None else idle - rep.lunch_minutes * MINUTE


def _check_dropped(schedule: Schedule) -> Iterator[Violation]:
    """Yield dropped visits that name another date than the call standing in for them."""
    dates = {call.request: call.date for call in schedule.calls if call.request}
    for visit in schedule.dropped:
        if visit.call != dates.get(visit.request):
            yield Spot(retailer=visit.retailer).tell(
                "VR2806",
                f"{visit.request} is called for on {visit.call or 'no date'}, its call is on "
                f"{dates.get(visit.request) or 'no date'}",
            )
