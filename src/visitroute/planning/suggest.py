"""The best days for one visit more: at a new retailer, or at a known one for an appointment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from visitroute.explain import Chance, DayChance, look_at_days, signed_minutes
from visitroute.export import known_reps
from visitroute.model import Channel, PlanInput, Quadrant, Rep, Retailer, Schedule, Task
from visitroute.planning.capacity import working_calendar
from visitroute.planning.desk import read_state
from visitroute.planning.ease import keep_slack
from visitroute.planning.territories import tie
from visitroute.planning.views import Row
from visitroute.policy import Policy
from visitroute.priority import request_visits
from visitroute.roads import RoadSource
from visitroute.solve import State, Visit, compile_problem, time_day
from visitroute.texts import Texts
from visitroute.units import MINUTE, format_clock

NEW = "@new"
"""Id of a retailer that is in no table yet, and of the visit asked for."""

COLOURS = ("green", "yellow", "red")


@dataclass(frozen=True, slots=True)
class DayOffer:
    """What one rep-day offers: ``begin`` is when service would start, None where it can't."""

    rep: str
    chance: DayChance
    colour: str
    begin: int | None = None


def offer_days(
    inputs: PlanInput,
    policy: Policy,
    schedule: Schedule,
    roads: RoadSource,
    retailer: Retailer,
    minutes: float,
    reps: Sequence[Rep],
) -> tuple[DayOffer, ...]:
    """Return what every day of some reps offers for one more visit, the best days first.

    ``minutes`` are those of the visit; where the retailer is visited on a day already they
    lengthen that visit.
    """
    found = []
    for rep in reps:
        state = _with_wish(inputs, policy, schedule, roads, retailer, minutes, rep)
        if state is not None:
            found += _offers(state, policy, retailer)
    return tuple(
        sorted(
            found,
            key=lambda o: (
                COLOURS.index(o.colour),
                o.chance.seconds if o.chance.seconds is not None else 10**9,
                o.chance.date,
                o.rep,
            ),
        )
    )


def new_retailer(lon: float, lat: float, minutes: float) -> Retailer:
    """Return a retailer that is in no table yet, at a place in WGS 84."""
    return Retailer(NEW, lon, lat, service_minutes=minutes, channel=Channel.PHONE)


def _with_wish(
    inputs: PlanInput,
    policy: Policy,
    schedule: Schedule,
    roads: RoadSource,
    retailer: Retailer,
    minutes: float,
    rep: Rep,
) -> State | None:
    """Return a rep's plan with the wish for one visit more, None where no road leads there."""
    rep = next(r for r in keep_slack(inputs, policy).reps if r.id == rep.id)
    routes = [route for route in schedule.routes if route.rep == rep.id]
    visited = {stop.retailer for route in routes for stop in route.stops} | {retailer.id}
    shops = [s for s in (*inputs.retailers, retailer) if s.id in visited]
    shops = list({s.id: s for s in shops}.values())
    territory, aside = tie(rep, shops, roads)
    if retailer.id in aside:
        return None
    horizon = inputs.horizon
    wish = Task(
        NEW,
        retailer.id,
        Quadrant.Q1,
        horizon.end,
        horizon.start,
        0 if retailer.id == NEW else minutes,
    )
    # The rank of a wish must not depend on what a policy makes of quadrants.
    trip = replace(policy.quadrants[Quadrant.Q1], trip=True)
    policy = replace(policy, quadrants={**policy.quadrants, Quadrant.Q1: trip})
    asked = replace(inputs, retailers=tuple(shops), reps=(rep,), tasks=(*inputs.tasks, wish))
    problem = compile_problem(
        asked,
        policy,
        request_visits(asked, policy),
        working_calendar(asked, policy),
        rep,
        territory.retailers,
        territory.matrix,
    )
    return read_state(problem, routes)


def _offers(state: State, policy: Policy, retailer: Retailer) -> list[DayOffer]:
    problem = state.problem
    client = next(c for c in problem.clients if c.retailer.id == retailer.id)
    ask = next(a for a in client.others if a.request.task == NEW)
    frames = {frame.date: d for d, frame in enumerate(problem.days)}
    service = client.service_with(j for j in client.jobs if j.task.id == NEW)
    found = []
    for chance in look_at_days(state, client, ask):
        begin = None
        day = frames.get(chance.date)
        if chance.chance is Chance.FREE and day is not None:
            route = state.routes[day]
            if not any(v.client == client.index for v in route.visits):
                place = route.cheapest_insertion(client.index, service)
                if place is not None:
                    route = route.with_visit(Visit(client.index, service), place.position)
            timed = time_day(route)
            begin = next(v.begin for v in timed.visits if v.client == client.index)
        found.append(DayOffer(problem.rep.id, chance, _colour(chance, policy), begin))
    return found


def _colour(chance: DayChance, policy: Policy) -> str:
    if chance.seconds is None:
        return "red"
    minutes = chance.seconds / MINUTE
    if chance.chance is Chance.FREE and minutes <= policy.suggest.green_minutes:
        return "green"
    return "yellow" if minutes <= policy.suggest.yellow_minutes else "red"


def day_rows(offers: Sequence[DayOffer], texts: Texts) -> list[Row]:
    """Return one row for each rep-day, with the reason in words."""
    return [
        {
            "date": o.chance.date.isoformat(),
            "rep": o.rep,
            "colour": o.colour,
            "detour_minutes": _minutes(o.chance.seconds),
            # The next full minute: the rep is not there sooner.
            "time": None if o.begin is None else format_clock(-(-o.begin // MINUTE) * MINUTE),
            "visits": o.chance.visits,
            "chance": str(o.chance.chance),
            "moves": None if o.chance.move is None else o.chance.move.retailer,
            "moves_to": None if o.chance.move is None else o.chance.move.target.isoformat(),
            "reason": texts.say(
                f"chance.{o.chance.chance}",
                minutes="" if o.chance.seconds is None else signed_minutes(o.chance.seconds),
                visits=o.chance.visits,
                other="" if o.chance.move is None else o.chance.move.retailer,
                target="" if o.chance.move is None else o.chance.move.target.isoformat(),
            ),
        }
        for o in offers
    ]


def _minutes(seconds: int | None) -> float | None:
    return None if seconds is None else round(seconds / MINUTE, 1)


def able_reps(
    inputs: PlanInput, retailer: Retailer, owner: Mapping[str, str], rep: str | None
) -> list[Rep]:
    """Return the reps who may make a visit: the one named, the retailer's own, or all.

    Raises ``InputError`` VR1410 for a rep that stands in no table.
    """
    if rep is not None:
        return list(known_reps([rep], inputs))
    own = retailer.rep or owner.get(retailer.id)
    if own is not None:
        return [r for r in inputs.reps if r.id == own]
    return [r for r in inputs.reps if not retailer.team or r.id in retailer.team]
