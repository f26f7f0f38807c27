"""Rules on tasks: done at one stop of their retailer, or reported with a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from visitroute.check.facts import Facts, PlacedStop
from visitroute.check.violation import Spot, Violation
from visitroute.check.visits import served
from visitroute.model import Call, Channel, Schedule, Task, TaskOutcome


def check_tasks(facts: Facts, schedule: Schedule) -> Iterator[Violation]:
    """Yield what is wrong with the tasks listed at stops and with their outcomes."""
    places: dict[str, list[PlacedStop]] = {}
    for placed in facts.placed:
        yield from _check_listed(facts, placed)
        yield from _check_checklist(facts, placed)
        for name in placed.stop.tasks:
            places.setdefault(name, []).append(placed)
    for name, stops in places.items():
        if len(stops) > 1:
            days = ", ".join(f"{p.route.rep} {p.route.date}" for p in stops)
            yield stops[0].spot.tell("VR2607", f"task {name} is listed {len(stops)} times: {days}")
    calls = {name: c for c in schedule.calls if c.date is not None for name in c.tasks}
    outcomes: dict[str, list[TaskOutcome]] = {}
    for outcome in schedule.tasks:
        outcomes.setdefault(outcome.task, []).append(outcome)
    for task in facts.inputs.tasks:
        if task.id in facts.counting or task.channel is Channel.PHONE:
            found = outcomes.pop(task.id, [])
            yield from _check_outcome(
                facts, task, found, places.get(task.id, []), calls.get(task.id)
            )
    for name in outcomes:
        why = "its dates do not touch the horizon" if name in facts.tasks else "no task has this id"
        yield Spot().tell("VR2603", f"outcome of task '{name}', but {why}")


def _check_listed(facts: Facts, placed: PlacedStop) -> Iterator[Violation]:
    """Yield tasks that a stop must not list, and tasks parted from their requests."""
    stop, spot, day = placed.stop, placed.spot, placed.route.date
    names = Counter(stop.tasks)
    for name in names:
        task = facts.tasks.get(name)
        if task is None:
            yield spot.tell("VR2606", f"no task has the id '{name}'")
            continue
        if task.retailer != stop.retailer:
            yield spot.tell("VR2606", f"task {name} belongs to retailer {task.retailer}")
            continue
        if task.channel is Channel.PHONE:
            yield spot.tell("VR2606", f"task {name} is done by phone")
            continue
        dates = facts.counting.get(name)
        if dates is None:
            yield spot.tell("VR2608", f"task {name}, due {task.due}, is not for this horizon")
        elif facts.inputs.horizon.holds(day) and not dates[0] <= day <= dates[1]:
            yield spot.tell("VR2608", f"task {name} may be done from {dates[0]} to {dates[1]} only")
        wish = f"{task.retailer}@{name}"
        if wish in facts.demands and wish not in served(placed):
            yield spot.tell("VR2609", f"task {name} is done here without its request {wish}")
    for name in served(placed):
        demand = facts.demands.get(name)
        if demand is None or demand.task is None or demand.retailer != stop.retailer:
            continue
        if demand.task not in names:
            yield spot.tell("VR2609", f"{name} is served here without its task {demand.task}")


def _check_checklist(facts: Facts, placed: PlacedStop) -> Iterator[Violation]:
    """Yield the lines of segment and tasks that a stop's checklist lacks, where it has one."""
    listed, shop = placed.stop.checklist, placed.stop.retailer
    if listed is None or shop not in facts.segments:
        return
    policy = facts.policy
    lines = policy.segments[facts.segments[shop]].checklist[policy.texts.language]
    for line in lines:
        if line not in listed:
            yield placed.spot.tell("VR2611", f"the checklist lacks '{line}'")
    own = [line for line in listed if line not in lines]
    tasks = [facts.tasks[name] for name in placed.stop.tasks if name in facts.tasks]
    lost = [task.id for task in tasks if task.name and not any(task.name in line for line in own)]
    if not lost and len(own) < len(tasks):
        lost = [task.id for task in tasks]
    for name in lost:
        yield placed.spot.tell("VR2611", f"the checklist lacks task {name}")


def _check_outcome(
    facts: Facts,
    task: Task,
    found: list[TaskOutcome],
    stops: list[PlacedStop],
    call: Call | None,
) -> Iterator[Violation]:
    """Yield what is wrong with the outcomes of one task, listed at the given stops and call."""
    spot = Spot(retailer=task.retailer)
    if not found:
        yield spot.tell("VR2601", f"nothing is said about task {task.id}, due {task.due}")
        return
    if len(found) > 1:
        statuses = ", ".join(outcome.status for outcome in found)
        yield spot.tell("VR2602", f"task {task.id} has {len(found)} outcomes: {statuses}")
    outcome = found[0]
    phone = task.channel is Channel.PHONE
    left = "dropped" if call is None else "call"
    right = "phone" if phone else "done" if stops else left
    set_aside = task.retailer in facts.excluded or task.retailer not in facts.retailers
    allowed = {right, "dropped"} if phone and set_aside else {right}
    if outcome.status not in allowed:
        where = f"{len(stops)} stops list it" if stops else "no stop lists it"
        where += "" if call is None else ", a call does"
        yield spot.tell(
            "VR2604",
            f"task {task.id} (channel {task.channel}) is '{outcome.status}', but {where}: "
            f"must be '{right}'",
        )
    elif outcome.status == "done" and not any(
        (outcome.rep, outcome.date) == (p.route.rep, p.route.date) for p in stops
    ):
        first = stops[0].route
        yield spot.tell(
            "VR2605",
            f"task {task.id} is done by {outcome.rep or 'nobody'} on {outcome.date or 'no date'}, "
            f"but listed at a stop of {first.rep} on {first.date}",
        )
    elif (
        outcome.status == "call"
        and call is not None
        and (outcome.rep, outcome.date) != (call.rep, call.date)
    ):
        yield spot.tell(
            "VR2605",
            f"task {task.id} is called for by {outcome.rep or 'nobody'} on "
            f"{outcome.date or 'no date'}, but its call is {call.rep}'s on {call.date}",
        )
    if (outcome.retailer, outcome.due) != (task.retailer, task.due):
        yield spot.tell(
            "VR2605",
            f"outcome of {task.id} is at {outcome.retailer}, due {outcome.due}, "
            f"but the task at {task.retailer}, due {task.due}",
        )
    explained = outcome.code.strip() and outcome.reason.strip()
    if outcome.status in {"dropped", "call"} and not explained:
        yield spot.tell("VR2610", f"task {task.id} is {outcome.status} without a code or a reason")
