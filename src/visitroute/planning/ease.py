"""The slack that a policy keeps free at the end of every day."""

from __future__ import annotations

from dataclasses import replace

from visitroute.model import PlanInput
from visitroute.policy import Policy


def keep_slack(inputs: PlanInput, policy: Policy) -> PlanInput:
    """Return the input with days that end so much sooner as the policy's slack asks for."""
    slack = policy.robust.slack_minutes
    if not slack:
        return inputs
    reps = tuple(replace(r, review_minutes=r.review_minutes + slack) for r in inputs.reps)
    return replace(inputs, reps=reps)
