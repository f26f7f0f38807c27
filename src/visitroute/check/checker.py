"""The plan checker: judges a written plan by the rules, without any code that made it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from visitroute.check.accounting import check_accounting
from visitroute.check.calls import check_calls
from visitroute.check.facts import Facts, Legs, gather_facts
from visitroute.check.lines import check_line
from visitroute.check.structure import check_structure
from visitroute.check.times import check_times
from visitroute.check.violation import Violation, sort_violations
from visitroute.check.visits import check_visits
from visitroute.check.work import check_tasks
from visitroute.model import PlanInput, Schedule
from visitroute.policy import Policy
from visitroute.roads.matrix import TravelMatrix


def check_schedule(
    inputs: PlanInput,
    policy: Policy,
    schedule: Schedule,
    matrices: Mapping[str, TravelMatrix],
) -> tuple[Violation, ...]:
    """Return every rule of docs/concepts.md that a plan breaks.

    Requests, segments, times and sums are computed anew from the input; the plan may come
    from the solver, or have been written or edited by hand. Nonsense in it is reported
    and never raises.

    Parameters
    ----------
    inputs, policy
        What was to be planned.
    schedule
        The plan. Sequence numbers decide the order of a day.
    matrices
        Travel by rep id, over the ids of all retailers the rep visits and the places
        ``@start/<rep>`` and ``@end/<rep>``.

    Returns
    -------
    tuple of Violation
        One for every broken rule and place, in the order of the plan; empty for a valid one.

    Raises
    ------
    PolicyError
        VR1502 when the policy names an unknown country.
    """
    facts = gather_facts(inputs, policy, schedule)
    return sort_violations(set(_judge(facts, schedule, matrices)))


def _judge(
    facts: Facts, schedule: Schedule, matrices: Mapping[str, TravelMatrix]
) -> Iterator[Violation]:
    reps = sorted({route.rep for route in schedule.routes} & set(matrices))
    travel = {rep: Legs(matrices[rep]) for rep in reps}
    yield from check_structure(facts, schedule)
    for route in schedule.routes:
        yield from check_times(facts, route, travel.get(route.rep))
        yield from check_line(facts, route)
    yield from check_visits(facts)
    yield from check_tasks(facts, schedule)
    yield from check_accounting(facts, schedule)
    yield from check_calls(facts, schedule)
