"""Explanations: capacity before solving, why a visit was left out, what would let it in."""

from visitroute.explain.answers import (
    Answer,
    Explanation,
    answer_client,
    signed_minutes,
    tell_change,
)
from visitroute.explain.audit import Audit, Load, RepAudit, audit_capacity
from visitroute.explain.changes import Change, find_changes
from visitroute.explain.days import Chance, DayChance, Move, look_at_days
from visitroute.explain.overload import Given, give_way, tell_given
from visitroute.explain.reasons import explain_drops
from visitroute.explain.rhythm import Kept, Rhythm, count_rhythms, judge_cadence
from visitroute.explain.shortdays import ShortDay, find_short_days
from visitroute.explain.simulation import (
    RUNS,
    SEED,
    DayOutlook,
    Variation,
    measure_variation,
    simulate_days,
)
from visitroute.explain.ways import Way

__all__ = [
    "RUNS",
    "SEED",
    "Answer",
    "Audit",
    "Chance",
    "Change",
    "DayChance",
    "DayOutlook",
    "Explanation",
    "Given",
    "Kept",
    "Load",
    "Move",
    "RepAudit",
    "Rhythm",
    "ShortDay",
    "Variation",
    "Way",
    "answer_client",
    "audit_capacity",
    "count_rhythms",
    "explain_drops",
    "find_changes",
    "find_short_days",
    "give_way",
    "judge_cadence",
    "look_at_days",
    "measure_variation",
    "signed_minutes",
    "simulate_days",
    "tell_change",
    "tell_given",
]
