"""Why a visit was left out: a verdict, a code and a sentence that can be checked again.

*impossible* is said only where no plan can hold the visit, whatever else is planned;
*outranked* only where no allowed day has room and leaving out any one visit that ranks lower
would not make enough;
*not_found* is everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from visitroute.model import DroppedVisit, Verdict, VisitRequest
from visitroute.solve import Ask, Client, Clock, DayRoute, State
from visitroute.texts import Texts
from visitroute.units import MINUTE, format_clock

MAX_EXTENSION = 180
"""Minutes by which a shift is extended at the most when a way in is looked for."""


def explain_drops(state: State, texts: Texts) -> tuple[DroppedVisit, ...]:
    """Return every request that the plan leaves out, with its reason."""
    return tuple(
        _Reasons(state, client, ask, texts).find()
        for client in state.problem.clients
        for ask in (*client.cadence, *client.others)
        if ask.request.id not in state.served[client.index]
    )


def rank(request: VisitRequest) -> tuple[int, int]:
    """Return the rank of a request: the smaller, the more it counts."""
    return int(request.tier), -request.weight


class _Reasons:
    """The reason of one dropped request."""

    def __init__(self, state: State, client: Client, ask: Ask, texts: Texts) -> None:
        self.state = state
        self.problem = state.problem
        self.client = client
        self.ask = ask
        self.texts = texts
        request = ask.request
        self.working = [
            d
            for d, frame in enumerate(self.problem.days)
            if request.earliest <= frame.date <= request.latest
        ]
        self.values = {
            "rep": self.problem.rep.name or self.problem.rep.id,
            "earliest": request.earliest.isoformat(),
            "latest": request.latest.isoformat(),
            "minutes": round(client.service / MINUTE),
            "days": len(ask.days),
            "min_gap": client.min_gap,
            "max_gap": client.max_gap,
        }

    def find(self) -> DroppedVisit:
        """Return the dropped visit with its reason."""
        request, client = self.ask.request, self.client
        if request.rep not in {None, self.problem.rep.id}:
            return self._say(Verdict.IMPOSSIBLE, "VR4106", "other_rep", rep=request.rep)
        if not self.working:
            return self._say(Verdict.IMPOSSIBLE, "VR4101", "no_working_day", fix="no_working_day")
        if not self.ask.days:
            return self._no_window()
        alone = [d for d in self.ask.days if self._alone(d) is not None]
        if not alone:
            return self._too_far()
        free = [d for d in alone if not self._is_visited(d) and self._keeps_gaps(d)]
        if not free:
            return self._say(Verdict.NOT_FOUND, "VR4107", "gap", fix="gap")
        full = [d for d in free if len(self.state.routes[d].visits) >= self._limit(d)]
        others = [o for d in free for o in self._ranked_on(d)]
        if any(self._insertable(d) or self._swappable(d) for d in free):
            return self._say(Verdict.NOT_FOUND, "VR4110", "not_found", fix="not_found")
        if others:
            names = ", ".join(_unique(o.retailer for o in others if o is not None)[:3])
            if len(full) == len(free):
                limit = max(self._limit(d) for d in free)
                return self._say(
                    Verdict.OUTRANKED,
                    "VR4108",
                    "outranked_count",
                    days=len(free),
                    limit=limit,
                    others=names,
                    **self._one_more(free),
                )
            return self._say(
                Verdict.OUTRANKED,
                "VR4109",
                "outranked_time",
                days=len(free),
                others=names,
                **self._longer(free),
            )
        del client
        return self._say(Verdict.NOT_FOUND, "VR4110", "not_found", fix="not_found")

    def _no_window(self) -> DroppedVisit:
        client, request = self.client, self.ask.request
        if request.time is not None:
            return self._say(
                Verdict.IMPOSSIBLE,
                "VR4105",
                "locked_conflict",
                fix="locked_conflict",
                time=format_clock(request.time),
                date=request.due.isoformat(),
            )
        frames = [self.problem.days[d] for d in self.working]
        opening, closed = client.retailer.opening, client.retailer.closed
        if all(f.date in closed or not opening.on(f.date) for f in frames):
            return self._say(Verdict.IMPOSSIBLE, "VR4102", "closed", fix="closed")
        return self._say(Verdict.IMPOSSIBLE, "VR4103", "too_short")

    def _too_far(self) -> DroppedVisit:
        seconds = self.problem.seconds
        out = seconds[self.problem.start_node][self.client.index]
        back = seconds[self.client.index][self.problem.end_node]
        return self._say(
            Verdict.IMPOSSIBLE,
            "VR4104",
            "too_far",
            fix="too_far",
            travel=round(max(out, back) / MINUTE),
        )

    def _alone(self, day: int) -> object | None:
        """Return the insertion into the empty day: without it no plan can hold the visit."""
        empty = DayRoute(self.problem, day, self.state.routes[day].clock, ())
        return empty.cheapest_insertion(self.client.index, self.client.service)

    def _is_visited(self, day: int) -> bool:
        return day in self.state.served[self.client.index].values()

    def _keeps_gaps(self, day: int) -> bool:
        """Tell whether a cadence visit on a day keeps the gaps to the client's other visits."""
        if not self.ask.is_cadence:
            return True
        client, served = self.client, self.state.served[self.client.index]
        offsets = self.problem.offsets
        if client.last is not None and offsets[day] - client.last < client.min_gap:
            return False
        for ask in client.cadence:
            if ask.request.id in served:
                steps = self.ask.request.index - ask.request.index
                gap = offsets[day] - offsets[served[ask.request.id]]
                if steps < 0:
                    steps, gap = -steps, -gap
                if not client.min_gap <= gap <= steps * client.max_gap:
                    return False
        return True

    def _limit(self, day: int) -> int:
        return self.problem.days[day].max_visits

    def _insertable(self, day: int) -> bool:
        route = self.state.routes[day]
        return route.cheapest_insertion(self.client.index, self.client.service) is not None

    def _swappable(self, day: int) -> bool:
        """Tell whether leaving out one visit that ranks lower would make room on a day."""
        route = self.state.routes[day]
        for visit, other in zip(route.visits, self._ranked_on(day), strict=True):
            if other is None or rank(other) <= rank(self.ask.request):
                continue
            rest = route.without({visit.client})
            if rest.cheapest_insertion(self.client.index, self.client.service) is not None:
                return True
        return False

    def _ranked_on(self, day: int) -> list[VisitRequest | None]:
        """Return the highest request that each visit of a day serves."""
        found = []
        for visit in self.state.routes[day].visits:
            client = self.problem.clients[visit.client]
            served = self.state.served[visit.client]
            requests = [
                a.request
                for a in (*client.cadence, *client.others)
                if served.get(a.request.id) == day
            ]
            found.append(min(requests, key=rank) if requests else None)
        return found

    def _one_more(self, days: Sequence[int]) -> dict[str, str]:
        """Return the day on which one more visit, where allowed, lets this one in."""
        for day in days:
            frame = self.problem.days[day]
            wider = replace(frame, max_visits=frame.max_visits + 1)
            if self._fits(day, Clock(wider)):
                return {"fix": "outranked_count", "date": frame.date.isoformat()}
        return {}

    def _longer(self, days: Sequence[int]) -> dict[str, str]:
        """Return the day on which a longer shift lets the visit in."""
        for minutes in range(15, MAX_EXTENSION + 1, 15):
            for day in days:
                frame = self.problem.days[day]
                if self._fits(day, Clock(replace(frame, end=frame.end + minutes * MINUTE))):
                    until = f"{frame.date.isoformat()} +{minutes} min"
                    return {"fix": "outranked_time", "date": until}
        return {}

    def _fits(self, day: int, clock: Clock) -> bool:
        """Tell whether the visit can be inserted on a day whose frame is changed."""
        route = DayRoute(self.problem, day, clock, self.state.routes[day].visits)
        return route.cheapest_insertion(self.client.index, self.client.service) is not None

    def _say(self, verdict: Verdict, code: str, key: str, **more: object) -> DroppedVisit:
        fix = more.pop("fix", None)
        values = {**self.values, **more}
        request = self.ask.request
        return DroppedVisit(
            retailer=request.retailer,
            request=request.id,
            due=request.due,
            tier=request.tier,
            verdict=verdict,
            code=code,
            reason=self.texts.say(f"drop.{key}", **values),
            fix=self.texts.say(f"fix.{fix}", **values) if fix else "",
            rep=self.problem.rep.id,
            task=request.task,
        )


def _unique(names: object) -> list[str]:
    return list(dict.fromkeys(names))  # type: ignore[call-overload, no-any-return]


