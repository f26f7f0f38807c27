"""Why a visit was left out: a verdict, a code and a sentence that can be checked again.

*impossible* is said only where no plan can hold the visit, whatever else is planned;
*outranked* only where no allowed day has room, and leaving out any one visit that weighs less,
or the lightest ones together as long as they weigh less, would not make enough;
*not_found* is everything else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from visitroute.explain.longer import STEP, LongerDays
from visitroute.explain.room import Room
from visitroute.model import DroppedVisit, Verdict
from visitroute.solve import Ask, Client, Clock, DayRoute, State
from visitroute.solve.problem import UNBOUNDED
from visitroute.texts import Texts
from visitroute.units import MINUTE, format_clock

EXTENSIONS = range(3 * STEP, 181, 3 * STEP)
"""Minutes by which a shift is extended when a way in is looked for, fewest first."""


def explain_drops(state: State, texts: Texts) -> tuple[DroppedVisit, ...]:
    """Return every request that the plan leaves out, with its reason."""
    longer = LongerDays(state)
    return tuple(
        _Reasons(state, client, ask, texts, longer).find()
        for client in state.problem.clients
        for ask in (*client.cadence, *client.others)
        if ask.request.id not in state.served[client.index]
    )


class _Reasons(Room):
    """The reason of one dropped request."""

    def __init__(
        self, state: State, client: Client, ask: Ask, texts: Texts, longer: LongerDays
    ) -> None:
        super().__init__(state, client, ask)
        self.texts = texts
        self.longer = longer
        request = ask.request
        self.values = {
            "rep": self.problem.rep.name or self.problem.rep.id,
            "earliest": request.earliest.isoformat(),
            "latest": request.latest.isoformat(),
            "minutes": round(self.service / MINUTE),
            "days": len(ask.days),
            "min_gap": client.min_gap,
            "max_gap": client.max_gap,
        }

    def find(self) -> DroppedVisit:
        """Return the dropped visit with its reason."""
        request = self.ask.request
        if request.rep not in {None, self.problem.rep.id}:
            return self._say(Verdict.IMPOSSIBLE, "VR4106", "other_rep", rep=request.rep)
        if not self.working:
            return self._say(Verdict.IMPOSSIBLE, "VR4101", "no_working_day", fix="no_working_day")
        free_of_others = self.unbound()
        open_days = [d for d in self.ask.days if free_of_others.starts(d, self.service)]
        if not open_days:
            return self._no_window()
        too_much = self._too_much()
        if too_much is not None:
            return too_much
        alone = [d for d in open_days if self.alone(d, free_of_others, self.service)]
        if not alone:
            return self._too_far()
        kept = [d for d in alone if self.keeps_gaps(d)]
        if not kept:
            return self._say(Verdict.NOT_FOUND, "VR4107", "gap", fix="gap")
        if any(self._may_fit(d) for d in kept):
            return self._say(Verdict.NOT_FOUND, "VR4110", "not_found", fix="not_found")
        return self._outranked(kept)

    def _outranked(self, days: Sequence[int]) -> DroppedVisit:
        found = {
            visit.client: self.loss(visit.client, day)
            for day in days
            for visit in self.state.routes[day].visits
            if visit.client != self.client.index
        }
        if not found:  # the retailer's own tasks leave no time
            return self._say(Verdict.NOT_FOUND, "VR4110", "not_found", fix="not_found")
        heaviest = sorted(found, key=lambda c: (-found[c], c))[:3]
        names = ", ".join(self.problem.clients[c].retailer.id for c in heaviest)
        full = [d for d in days if len(self.rest(d).visits) >= self.limit(d)]
        more = {
            "days": len(days),
            "full": len(full),
            "limit": max((self.limit(d) for d in full), default=0),
            "others": names,
        }
        if len(full) == len(days):
            fix = self._one_more(full)
            return self._say(Verdict.OUTRANKED, "VR4108", "outranked_count", **more, **fix)
        loaded = [d for d in days if d not in full and not self.rest(d).carries(self.client.load)]
        if loaded:
            fix = self._carry_more(loaded)
            return self._say(Verdict.OUTRANKED, "VR4113", "outranked_load", **more, **fix)
        key = "outranked_both" if full else "outranked_time"
        fix = self._longer([d for d in days if d not in full]) or self._one_more(full)
        return self._say(Verdict.OUTRANKED, "VR4109", key, **more, **fix)

    def _no_window(self) -> DroppedVisit:
        client, request = self.client, self.ask.request
        if request.time is not None:
            return self._say(
                self._fixed_verdict(request.time),
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
        longest = max((b - a, -d) for d in self.working for a, b in self.windows(d) or ((0, 0),))
        minutes = longest[0] // MINUTE
        fits = minutes > 0 and self.alone(-longest[1], self._widened(), minutes * MINUTE)
        fix = {"fix": "too_short", "longest": minutes} if fits else {}
        return self._say(Verdict.IMPOSSIBLE, "VR4103", "too_short", **fix)

    def _fixed_verdict(self, time: int) -> Verdict:
        """Tell a fixed time that can't be met from one that gave way to another fixed time."""
        for day in self.working:
            if self.client.fixed[day] != time and any(
                a <= time and time + self.service <= b for a, b in self.client.windows[day]
            ):
                return Verdict.OUTRANKED if self.is_visited(day) else Verdict.NOT_FOUND
        return Verdict.IMPOSSIBLE

    def _too_far(self) -> DroppedVisit:
        request = self.ask.request
        if request.time is not None:
            return self._no_window()
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

    def _too_much(self) -> DroppedVisit | None:
        """Return the reason of a visit whose load alone is above what the rep carries."""
        for name, most in self.problem.rep.capacity:
            load = dict(self.client.retailer.load).get(name, 0.0)
            if load > most:
                values = {"load": f"{load:g} {name}".strip(), "capacity": f"{most:g}"}
                return self._say(Verdict.IMPOSSIBLE, "VR4112", "too_much", fix="too_much", **values)
        return None

    def _carry_more(self, days: Sequence[int]) -> dict[str, str]:
        """Return the day on which a larger capacity lets the visit in."""
        for day in days:
            frame = self.problem.days[day]
            wider = Clock(replace(frame, capacity=(UNBOUNDED,) * len(frame.capacity)))
            if self.has_room(DayRoute(self.problem, day, wider, self.state.routes[day].visits)):
                return {"fix": "outranked_load", "date": frame.date.isoformat()}
        return {}

    def _widened(self) -> Client:
        """Return the client with all windows of its days, those too short for a visit included."""
        windows = tuple(self.windows(d) for d in range(len(self.problem.days)))
        return replace(self.unbound(), windows=windows)

    def _is_swappable(self, day: int) -> bool:
        """Tell whether leaving out visits that weigh less would make room on a day."""
        route = self.state.routes[day]
        lost = {
            v.client: self.loss(v.client, day)
            for v in route.visits
            if v.client != self.client.index
        }
        lighter = sorted(
            (c for c in lost if lost[c] < self.ask.penalty), key=lambda c: (lost[c], c)
        )
        if any(self.has_room(route, {c}) for c in lighter):
            return True
        together: list[int] = []
        weight = 0
        for c in lighter:
            weight += lost[c]
            if weight >= self.ask.penalty:
                break
            together.append(c)
        return len(together) > 1 and self.has_room(route, together)

    def _may_fit(self, day: int) -> bool:
        """Tell whether a better search could have used a day, as far as can be seen."""
        is_bound = self.ask.request.time is None and self.client.fixed[day] is not None
        if is_bound and not self.is_visited(day):
            # The appointment that binds the day is not kept itself: it bars no other visit.
            return True
        return self.has_room(self.state.routes[day]) or self._is_swappable(day)

    def _one_more(self, days: Sequence[int]) -> dict[str, str]:
        """Return the day on which one more visit, where allowed, lets this one in."""
        for day in days:
            frame = self.problem.days[day]
            wider = Clock(replace(frame, max_visits=frame.max_visits + 1))
            if self.has_room(DayRoute(self.problem, day, wider, self.state.routes[day].visits)):
                return {"fix": "outranked_count", "date": frame.date.isoformat()}
        return {}

    def _longer(self, days: Sequence[int]) -> dict[str, str]:
        """Return the day on which the least longer shift lets the visit in."""
        for most in EXTENSIONS:
            able = self._fitting(days, most)
            for minutes in range(most - EXTENSIONS.step + STEP, most + 1, STEP) if able else ():
                found = self._fitting(able, minutes)
                if found:
                    until = f"{self.problem.days[found[0]].date.isoformat()} +{minutes} min"
                    return {"fix": "outranked_time", "date": until}
        return {}

    def _fitting(self, days: Sequence[int], minutes: int) -> list[int]:
        """Return the days that hold the visit when their shifts are so much longer."""
        return [d for d in days if self.has_room(self.longer.route(d, minutes))]

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
