"""Policies at work on problems and plans: what gives way, what stable weekdays cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from visitroute.explain import Given, give_way, signed_minutes, tell_given
from visitroute.planning.jobs import RepPlan
from visitroute.policy import Policy
from visitroute.priority import Demand
from visitroute.solve import Draft, Problem
from visitroute.texts import load_texts


@dataclass(frozen=True, slots=True)
class Lightened:
    """Problems from which some requests were taken; ``given`` says which, by rep in order."""

    problems: list[Problem]
    drafts: list[Draft | None]
    given: tuple[Given, ...]


def lighten(
    problems: Sequence[Problem],
    drafts: Sequence[Draft | None],
    demand: Demand,
    policy: Policy,
    recompile: Callable[[int, Demand], Problem],
) -> Lightened:
    """Return the problems after the overload policy; ``recompile`` makes one of a lesser demand.

    A draft of a team's plan counts with all requests, so it is set aside with them.
    """
    given = tuple(give_way(problem, demand.segments, policy) for problem in problems)
    return Lightened(
        [
            recompile(i, demand.without(own.names)) if own.requests else problem
            for i, (problem, own) in enumerate(zip(problems, given, strict=True))
        ],
        [None if own.requests else d for d, own in zip(drafts, given, strict=True)],
        given,
    )


def tell_ways(
    plans: Sequence[RepPlan], given: Sequence[Given], policy: Policy
) -> tuple[list[RepPlan], list[str]]:
    """Return the plans with what gave way among the dropped visits, and the report, by rep."""
    texts = load_texts(policy.texts.language)
    done, said = [], []
    for plan, own in zip(plans, given, strict=True):
        dropped, lines = tell_given(own, policy, texts)
        done.append(replace(plan, dropped=(*plan.dropped, *dropped)))
        said += lines
    return done, said


def tell_prices(plans: Sequence[RepPlan], policy: Policy) -> list[str]:
    """Return what stable weekdays cost each rep, in words; nothing where they are flexible."""
    texts = load_texts(policy.texts.language)
    return [
        texts.say(
            "stable.said",
            rep=price.rep,
            minutes=signed_minutes(price.travel),
            steady=price.steady,
            before=price.steady_before,
            regular=price.regular,
            dropped=price.dropped,
        )
        for plan in plans
        if (price := plan.price) is not None
    ]
