"""The overload policy: which visits give way when the audit proves that not all can be made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from visitroute.explain.relaxation import Relaxation, relax
from visitroute.model import (
    DroppedVisit,
    GiveWay,
    RequestKind,
    Segment,
    Tier,
    Verdict,
    VisitRequest,
)
from visitroute.policy import Policy
from visitroute.solve import Problem
from visitroute.texts import Texts


@dataclass(frozen=True, slots=True)
class Given:
    """What gave way in a rep's horizon.

    ``least`` visits were proved to be too many, ``left`` still are. ``requests`` holds what gave
    way with its segment.
    """

    rep: str
    least: int = 0
    left: int = 0
    requests: tuple[tuple[VisitRequest, Segment], ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """Ids of the requests that gave way."""
        return frozenset(request.id for request, _ in self.requests)


def give_way(problem: Problem, segments: Mapping[str, Segment], policy: Policy) -> Given:
    """Return which requests of a rep give way: no more retailers than the audit makes needed.

    Segments give way in the policy's order, in each the retailers of the least weight first. What
    is overdue, asked for by tasks or fixed never gives way.
    """
    name = problem.rep.id
    if not policy.overload.order:
        return Given(name)
    whole = relax([problem], segments).only(lambda need: bool(need.uses))
    least = whole.least_dropped()
    if not least:
        return Given(name)
    turns = _turns(problem, segments, policy)
    count, left = _fewest(whole, turns)
    gone = [request for turn in turns[:count] for request in turn]
    return Given(
        name,
        least,
        left,
        tuple((request, segments[request.retailer]) for request in gone),
    )


def _turns(
    problem: Problem, segments: Mapping[str, Segment], policy: Policy
) -> list[list[VisitRequest]]:
    """Return what each retailer would give, in the order in which they are asked."""
    factor = policy.overload.stretch
    found = []
    phase = 0
    for segment in policy.overload.order:
        owned = [
            [a.request for a in client.cadence if a.request.kind is RequestKind.CADENCE]
            for client in problem.clients
            if segments[client.retailer.id] is segment
        ]
        for own in sorted(filter(None, owned), key=lambda r: (r[0].weight, r[0].retailer)):
            is_late = any(r.tier is Tier.OVERDUE for r in own)
            if policy.overload.how[segment] is GiveWay.STRETCH:
                # The visits that stay alternate between shops, so that every week is eased.
                kept = 0 if is_late else phase
                given = [r for r in own if r.index % factor != kept]
                given = given if len(given) < len(own) else []
            else:
                given = [] if is_late else own
            if given:
                phase = (phase + 1) % factor
                found.append(given)
    return found


def _fewest(whole: Relaxation, turns: Sequence[Sequence[VisitRequest]]) -> tuple[int, int]:
    """Return how many turns it takes until no more would help, and what then is left out."""

    def left(count: int) -> int:
        names = {request.id for turn in turns[:count] for request in turn}
        return whole.only(lambda need: need.request.id not in names).least_dropped()

    low, high = 0, len(turns)
    goal = left(high)
    while low < high:
        middle = (low + high) // 2
        if left(middle) > goal:
            low = middle + 1
        else:
            high = middle
    return low, goal


def tell_given(
    given: Given, policy: Policy, texts: Texts
) -> tuple[tuple[DroppedVisit, ...], list[str]]:
    """Return what gave way as dropped visits, and the plan's report of it in words."""
    dropped = []
    for request, segment in given.requests:
        values = _values(segment, policy, texts)
        dropped.append(
            DroppedVisit(
                retailer=request.retailer,
                request=request.id,
                due=request.due,
                tier=request.tier,
                verdict=Verdict.OUTRANKED,
                code="VR4111",
                reason=texts.say("drop.gave_way", rep=given.rep, least=given.least, **values),
                fix=texts.say("overload.fix"),
                rep=given.rep,
            )
        )
    said = []
    for segment in dict.fromkeys(segment for _, segment in given.requests):
        own = [request for request, other in given.requests if other is segment]
        said.append(
            texts.say(
                "overload.said",
                rep=given.rep,
                least=given.least,
                shops=len({r.retailer for r in own}),
                visits=len(own),
                **_values(segment, policy, texts),
            )
        )
    if given.left:
        said.append(texts.say("overload.still", rep=given.rep, least=given.left))
    return tuple(dropped), said


def _values(segment: Segment, policy: Policy, texts: Texts) -> dict[str, str]:
    how = texts.say(f"overload.{policy.overload.how[segment]}", factor=policy.overload.stretch)
    return {"segment": texts.say(f"segment.{segment}"), "how": how}
