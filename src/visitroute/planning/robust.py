"""Robust days: reps whose days end late too often are planned again with more slack."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from visitroute.explain import RUNS, SEED, DayOutlook, Given
from visitroute.model import PlanInput, Tier, Weekday
from visitroute.planning.assemble import RouteBuilder
from visitroute.planning.giving import lighten
from visitroute.planning.jobs import RepPlan, plan_reps
from visitroute.planning.outlook import foresee
from visitroute.planning.territories import Territory
from visitroute.policy import Policy
from visitroute.priority import Demand
from visitroute.solve import Draft, Effort, Problem
from visitroute.texts import Texts, load_texts
from visitroute.units import MINUTE

ROUNDS = 4
"""How often a rep is planned again at most."""

LEAST = 5
"""Minutes that a round keeps free more, at least."""

Report = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """One rep's plan with ``extra`` minutes of slack beside the policy's.

    ``days`` are empty where nobody asks how sure they are; ``served`` holds what the visits
    planned weigh by tier.
    """

    extra: int
    problem: Problem
    given: Given
    plan: RepPlan
    days: tuple[DayOutlook, ...] = ()
    served: tuple[int, ...] = ()

    @property
    def num_requests(self) -> int:
        """How many requests are planned."""
        return sum(len(stop.requests) for day in self.plan.days for stop in day.stops)


@dataclass(frozen=True, slots=True)
class Steadied:
    """What became of a rep: the plan without more slack, the one kept, and why no more is kept.

    ``cause`` is empty where every day ends in time with the chance asked for.
    """

    first: Trial
    kept: Trial
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Trials:
    """Plans single reps with more slack, and looks how sure their days are.

    ``compile_own`` makes the problem of a rep by number, from requests and minutes more;
    ``drafts`` are what plans of teams have for the reps.
    """

    inputs: PlanInput
    policy: Policy
    demand: Demand
    territories: Sequence[Territory]
    drafts: Sequence[Draft | None]
    compile_own: Callable[[int, Demand, int], Problem]
    jobs: int

    def plan(self, extra: Mapping[int, int], effort: Effort, report: Report) -> list[Trial]:
        """Return the plans of reps by number with so many minutes of slack more."""
        numbers = list(extra)
        own = lighten(
            [self.compile_own(i, self.demand, extra[i]) for i in numbers],
            [self.drafts[i] for i in numbers],
            self.demand,
            self.policy,
            lambda k, asked: self.compile_own(numbers[k], asked, extra[numbers[k]]),
        )
        plans = plan_reps(
            own.problems,
            effort,
            self.policy.texts.language,
            self.jobs,
            report,
            own.drafts,
            stable=self.policy.cadence.weekday is Weekday.STABLE,
        )
        found = [
            Trial(extra[i], problem, given, plan)
            for i, problem, given, plan in zip(numbers, own.problems, own.given, plans, strict=True)
        ]
        return self._looked_at(numbers, found) if self.policy.robust.reach_chance else found

    def _looked_at(self, numbers: Sequence[int], trials: Sequence[Trial]) -> list[Trial]:
        """Return the trials with the outlook of their days, and what their visits weigh."""
        requests = {r.id: r for r in self.demand.requests}
        tasks = {t.id: t for t in self.inputs.tasks}
        texts = load_texts(self.policy.texts.language)
        routes = []
        for number, trial in zip(numbers, trials, strict=True):
            territory = self.territories[number]
            builder = RouteBuilder(
                territory, trial.problem, self.demand, requests, tasks, {}, texts
            )
            routes += [builder.build(day) for day in trial.plan.days]
        outlooks: dict[str, list[DayOutlook]] = {}
        for day in foresee(self.inputs, self.policy, routes, RUNS, SEED):
            outlooks.setdefault(day.rep, []).append(day)
        found = []
        for trial in trials:
            weights = dict.fromkeys(Tier, 0)
            for planned in trial.plan.days:
                for stop in planned.stops:
                    for name in stop.requests:
                        weights[requests[name].tier] += requests[name].weight
            days = tuple(outlooks.get(trial.problem.rep.id, ()))
            served = tuple(weights[tier] for tier in sorted(Tier))
            found.append(replace(trial, days=days, served=served))
        return found


@dataclass(frozen=True, slots=True)
class Robust:
    """The plans of all reps, with what was done for them in words.

    ``slack`` holds by rep the minutes kept free in all, where they are more than the policy's.
    """

    trials: Sequence[Trial]
    slack: Mapping[str, int]
    notes: Sequence[str]


def plan_robustly(trials: Trials, effort: Effort, report: Callable[[str, float], None]) -> Robust:
    """Plan every rep, and again where the policy asks for days that reach a chance.

    Where time is limited the first plan has half of it.
    """
    robust = trials.policy.robust
    everyone = dict.fromkeys(range(len(trials.territories)), 0)
    once = half(effort) if robust.reach_chance else effort
    first = trials.plan(everyone, once, lambda done: report("solve", done))
    if not robust.reach_chance:
        return Robust(first, {}, ())
    found = reach_chance(
        first, trials.plan, robust.min_chance, effort, lambda done: report("robust", done)
    )
    kept = [own.kept for own in found]
    reps = {trial.problem.rep.id: trial.extra for trial in kept if trial.extra}
    slack = {rep: robust.slack_of(rep) + extra for rep, extra in reps.items()}
    return Robust(kept, slack, tell_steadied(found, slack, trials.policy))


def reach_chance(
    first: Sequence[Trial],
    again: Callable[[Mapping[int, int], Effort, Report], Sequence[Trial]],
    min_chance: float,
    effort: Effort,
    report: Report,
) -> list[Steadied]:
    """Return the plan of each rep after rounds with more slack where days end late too often.

    A round keeps free what the simulation says is missing on the rep's worst day. ``again`` plans
    reps by number with minutes more; a rep whose days are sure is not planned again. The rounds end
    with the effort's clock, each of them having half of the time left.
    """
    tries = [[trial] for trial in first]
    causes = [""] * len(first)
    open_ends = [i for i, trial in enumerate(first) if _late(trial, min_chance)]
    for done in range(ROUNDS):
        wanted = {}
        for i in open_ends:
            wish, room = _wish(tries[i], min_chance), _room(tries[i][-1], tries[i][0])
            if wish > room:
                causes[i] = "fixed"
            elif not wish and causes[i] != "fixed":
                causes[i] = "no_better"
            if min(wish, room) > 0:
                wanted[i] = tries[i][-1].extra + min(wish, room)
        if not wanted:
            break
        if effort.is_over():
            causes = ["time" if i in wanted else cause for i, cause in enumerate(causes)]
            break
        for i, trial in zip(wanted, again(wanted, half(effort), _round(report, done)), strict=True):
            tries[i].append(trial)
            causes[i] = causes[i] or "rounds"
        open_ends = [i for i in wanted if _late(tries[i][-1], min_chance)]
    report(1.0)
    found = []
    for own, cause in zip(tries, causes, strict=True):
        kept = min(own, key=partial(_rank, first=own[0], min_chance=min_chance))
        why = cause
        if any(_lost(trial, own[0]) for trial in own):
            why = "fixed"
        elif kept is not own[-1] and cause == "rounds":
            why = "no_better"
        found.append(Steadied(own[0], kept, why if _late(kept, min_chance) else ""))
    return found


def _round(report: Report, number: int) -> Report:
    """Return a progress callback of one round."""
    return lambda share: report((number + share) / ROUNDS)


def half(effort: Effort) -> Effort:
    """Return the effort with half of the time left, where time is limited."""
    if effort.deadline is None:
        return effort
    return effort.from_now(max(0.0, effort.deadline - time.monotonic()) / 2)


def _late(trial: Trial, min_chance: float) -> int:
    return sum(day.in_time < min_chance for day in trial.days)


def _worst(trial: Trial) -> float:
    return min((day.in_time for day in trial.days), default=1.0)


def _lost(trial: Trial, first: Trial) -> int:
    """Return by how much weight less of fixed visits is planned than in the first plan."""
    return max(0, first.served[Tier.FIXED] - trial.served[Tier.FIXED])


def _wish(own: Sequence[Trial], min_chance: float) -> int:
    """Return the minutes to be kept free more after some rounds, 0 where the last was no better."""
    last = own[-1]
    if len(own) > 1:
        fewer = _late(last, min_chance) < _late(own[-2], min_chance)
        if not fewer and _worst(last) <= _worst(own[-2]):
            return 0
    return max(LEAST, math.ceil(max(day.lacking for day in last.days) / MINUTE))


def _room(trial: Trial, first: Trial) -> int:
    """Return by how many minutes days may still end sooner without losing a fixed time."""
    if _lost(trial, first):
        return 0
    problem = trial.problem
    room = min((frame.end - frame.start for frame in problem.days), default=0)
    times = {
        ask.request.id
        for client in problem.clients
        for ask in client.others
        if ask.request.time is not None
    }
    for day in trial.plan.days:
        frame = problem.days[day.day]
        for visit, stop in zip(day.timed.visits, day.stops, strict=True):
            if times.isdisjoint(stop.requests):
                continue
            back = visit.departure + problem.seconds[visit.client][problem.end_node]
            if day.timed.lunch is not None and day.timed.lunch >= visit.departure:
                back += frame.lunch
            room = min(room, frame.end - back)
    return room // MINUTE


def _rank(trial: Trial, first: Trial, min_chance: float) -> tuple[object, ...]:
    """Return what makes one round better than another; the least is the best.

    No fixed visit that the first plan has is lost; then the fewest days that miss the chance, a day
    without visits among them where more is left out than in the first plan; then what is left
    out, tier by tier; then the least slack.
    """
    unsure = sum(min(day.in_time, day.windows) < min_chance for day in trial.days)
    gone = 0
    if trial.served < first.served:
        gone = max(0, len(first.days) - len(trial.days))
    left = tuple(-weight for weight in trial.served)
    return _lost(trial, first), unsure + gone, _late(trial, min_chance) + gone, left, trial.extra


def tell_steadied(found: Sequence[Steadied], slack: Mapping[str, int], policy: Policy) -> list[str]:
    """Return what was done for each rep, and the days that still miss the chance, in words.

    ``slack`` holds the minutes kept free in all, by rep.
    """
    texts = load_texts(policy.texts.language)
    wanted = policy.robust.min_chance
    said = []
    for own in found:
        rep = own.kept.problem.rep.id
        if own.kept.extra:
            said.append(
                texts.say(
                    "robust.kept_free",
                    rep=rep,
                    minutes=slack[rep],
                    wanted=f"{100 * wanted:g}",
                    sure=len(own.kept.days) - _late(own.kept, wanted),
                    days=len(own.kept.days),
                    sure_before=len(own.first.days) - _late(own.first, wanted),
                    days_before=len(own.first.days),
                    planned=own.kept.num_requests,
                    before=own.first.num_requests,
                )
            )
        said += _tell_days(own, rep, wanted, texts)
    return said


def _tell_days(own: Steadied, rep: str, wanted: float, texts: Texts) -> list[str]:
    """Return what is to be said of days that miss the chance: those that end late, those shut."""
    share = f"{100 * wanted:g}"
    said = []
    late = [(day.date, day.in_time) for day in own.kept.days if day.in_time < wanted]
    if late:
        cause = texts.say(f"robust.{own.cause}", rounds=ROUNDS)
        days = _list_days(late, texts)
        said.append(texts.say("robust.late", rep=rep, wanted=share, days=days, cause=cause))
    shut = [(day.date, day.windows) for day in own.kept.days if day.windows < wanted]
    if shut:
        days = _list_days(shut, texts)
        said.append(texts.say("robust.shut", rep=rep, wanted=share, days=days))
    return said


def _list_days(days: Sequence[tuple[date, float]], texts: Texts) -> str:
    # Rounded down (56.9999999 is 57), so that what misses a chance never looks as if it reached it.
    return texts.say("purpose.joint").join(
        texts.say("robust.day", date=on.isoformat(), share=math.floor(round(100 * chance, 6)))
        for on, chance in days
    )
