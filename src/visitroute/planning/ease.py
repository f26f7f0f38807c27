"""The slack kept free at the end of every day: what the policy asks for, what a plan has chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from visitroute.model import PlanInput, Rep, Schedule
from visitroute.planning.territories import Land
from visitroute.policy import Policy


def keep_slack(inputs: PlanInput, policy: Policy) -> PlanInput:
    """Return the input with days that end so much sooner as the policy's slack asks for."""
    slack = {rep.id: policy.robust.slack_of(rep.id) for rep in inputs.reps}
    if not any(slack.values()):
        return inputs
    return replace(inputs, reps=tuple(ease_rep(rep, slack[rep.id]) for rep in inputs.reps))


def ease_rep(rep: Rep, minutes: int) -> Rep:
    """Return a rep whose days end some minutes sooner."""
    return replace(rep, review_minutes=rep.review_minutes + minutes)


def with_slack(policy: Policy, minutes: Mapping[str, int]) -> Policy:
    """Return the policy with the minutes kept free of some reps, by id."""
    if not minutes:
        return policy
    slack = {**policy.robust.slack_by_rep, **minutes}
    return replace(policy, robust=replace(policy.robust, slack_by_rep=slack))


def as_written(policy: Policy, schedule: Schedule) -> Policy:
    """Return the policy with the slack that a written plan has kept."""
    kept = {b.rep: b.slack_minutes for b in schedule.bases if b.slack_minutes is not None}
    return with_slack(policy, kept)


def ease_land(land: Land, inputs: PlanInput) -> Land:
    """Return surveyed land with the reps of an input; the travel stays as measured."""
    reps = {rep.id: rep for rep in inputs.reps}
    return replace(
        land,
        territories=tuple(replace(t, rep=reps[t.rep.id]) for t in land.territories),
        teams=tuple(replace(t, reps=tuple(reps[r.id] for r in t.reps)) for t in land.teams),
    )
