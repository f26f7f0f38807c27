"""Answers about one retailer: why not, why on this day, what else would do, what to change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from visitroute.explain.changes import Change, find_changes
from visitroute.explain.days import FITS, Chance, DayChance, look_at_days
from visitroute.explain.longer import LongerDays
from visitroute.explain.room import Room, without_visit
from visitroute.model import DroppedVisit, VisitRequest
from visitroute.solve import Ask, Client, State, time_day
from visitroute.texts import Texts
from visitroute.units import MINUTE, format_clock


@dataclass(frozen=True, slots=True)
class Answer:
    """What a plan does with one request, and what every allowed day would do.

    ``date`` and ``time`` (seconds after midnight) are those of the planned visit, None when it is
    left out; ``dropped`` then holds its verdict and reason. ``days`` come in order of dates,
    ``changes`` the smallest first; each was confirmed by inserting the visit.
    """

    request: VisitRequest
    date: date | None
    time: int | None
    dropped: DroppedVisit | None
    days: tuple[DayChance, ...]
    changes: tuple[Change, ...]

    @property
    def best(self) -> tuple[DayChance, ...]:
        """The days on which the visit would fit, the one with the least travel first."""
        able = [d for d in self.days if d.chance in FITS]
        return tuple(sorted(able, key=lambda d: (d.seconds or 0, abs(d.off), d.date)))


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one retailer in a plan.

    ``about`` is a sentence where there is nothing to ask for: excluded, or nothing due. Printed,
    it speaks ``texts``' language.
    """

    retailer: str
    name: str
    rep: str | None
    answers: tuple[Answer, ...]
    texts: Texts
    about: str = ""

    def __str__(self) -> str:
        """Return the explanation in words, one line for each day and change."""
        return "\n".join(self.lines())

    def lines(self) -> list[str]:
        """Return the explanation in words."""
        texts = self.texts
        head = f"{self.retailer} {self.name}".strip()
        if self.rep:
            head = texts.say("explain.head", retailer=head, rep=self.rep)
        found = [head]
        if self.about:
            found.append("  " + self.about)
        for answer in self.answers:
            found += ["  " + line for line in _tell(answer, texts)]
        return found

    def as_dict(self) -> dict[str, Any]:
        """Return the explanation as plain values."""
        return {
            "retailer": self.retailer,
            "name": self.name,
            "rep": self.rep,
            "about": self.about,
            "requests": [_plain(answer) for answer in self.answers],
        }


def answer_client(
    state: State, client: Client, dropped: dict[str, DroppedVisit]
) -> tuple[Answer, ...]:
    """Return the answer to each request of a client, in order of due dates."""
    longer = LongerDays(state)
    asks = sorted((*client.cadence, *client.others), key=lambda a: (a.request.due, a.request.id))
    return tuple(_answer(state, client, ask, dropped, longer) for ask in asks)


def _answer(
    state: State, client: Client, ask: Ask, dropped: dict[str, DroppedVisit], longer: LongerDays
) -> Answer:
    name = ask.request.id
    day = state.served[client.index].get(name)
    if day is None:
        changes = find_changes(Room(state, client, ask), longer)
        return Answer(
            ask.request, None, None, dropped.get(name), look_at_days(state, client, ask), changes
        )
    left = without_visit(state, client.index, day)
    seconds = state.routes[day].travel - left.routes[day].travel
    at = state.problem.days[day].date
    chosen = DayChance(
        at, Chance.CHOSEN, (at - ask.request.due).days, len(left.routes[day].visits), seconds
    )
    days = tuple(chosen if d.date == at else d for d in look_at_days(left, client, ask))
    timed = time_day(state.routes[day])
    begin = next(v.begin for v in timed.visits if v.client == client.index)
    return Answer(ask.request, at, begin, None, days, ())


def _tell(answer: Answer, texts: Texts) -> list[str]:
    request = answer.request
    values = {
        "due": request.due.isoformat(),
        "earliest": request.earliest.isoformat(),
        "latest": request.latest.isoformat(),
        "request": request.id,
    }
    found = []
    if answer.date is not None:
        found.append(
            texts.say(
                "explain.planned",
                date=answer.date.isoformat(),
                time=format_clock(answer.time or 0),
                **values,
            )
        )
    elif answer.dropped is not None:
        drop = answer.dropped
        verdict = texts.say(f"verdict.{drop.verdict}")
        found.append(
            texts.say("explain.dropped", verdict=verdict, code=drop.code, why=drop.reason, **values)
        )
        if drop.call is not None:
            found.append("  " + texts.say("explain.called", date=drop.call.isoformat()))
    else:
        found.append(texts.say("explain.missing", **values))
    best = {d.date: n for n, d in enumerate(answer.best)}
    ordered = sorted(answer.days, key=lambda d: (best.get(d.date, len(best)), d.date))
    found += ["  " + _tell_day(day, texts) for day in ordered]
    if answer.date is None:
        found += ["  " + line for line in _tell_changes(answer.changes, texts)]
    return found


def _tell_day(day: DayChance, texts: Texts) -> str:
    weekday = texts.say(f"weekday.{day.date.weekday()}")
    move = day.move
    said = texts.say(
        f"chance.{day.chance}",
        minutes="" if day.seconds is None else signed_minutes(day.seconds),
        visits=day.visits,
        other="" if move is None else move.retailer,
        target="" if move is None else move.target.isoformat(),
    )
    return texts.say(
        "explain.day", date=day.date.isoformat(), weekday=weekday, said=said, off=f"{day.off:+d}"
    )


def signed_minutes(seconds: int) -> str:
    """Return seconds as minutes with a sign; what rounds to nothing is +0.0."""
    return f"{round(seconds / MINUTE, 1) + 0.0:+.1f}"


def _tell_changes(changes: tuple[Change, ...], texts: Texts) -> list[str]:
    if not changes:
        return [texts.say("explain.no_change")]
    said = [tell_change(change, texts) for change in changes]
    first = texts.say("explain.smallest", change=said[0])
    return [first, *(texts.say("explain.or", change=change) for change in said[1:])]


def tell_change(change: Change, texts: Texts) -> str:
    """Return a change in words."""
    return texts.say(
        f"change.{change.kind}",
        date=change.date.isoformat(),
        amount=change.amount,
        days=change.days,
        other=change.other,
        at="" if change.at is None else format_clock(change.at),
    )


def _plain(answer: Answer) -> dict[str, Any]:
    drop = answer.dropped
    return {
        "request": answer.request.id,
        "due": answer.request.due.isoformat(),
        "date": None if answer.date is None else answer.date.isoformat(),
        "time": None if answer.time is None else format_clock(answer.time),
        "verdict": None if drop is None else str(drop.verdict),
        "code": None if drop is None else drop.code,
        "reason": None if drop is None else drop.reason,
        "call": None if drop is None or drop.call is None else drop.call.isoformat(),
        "days": [
            {
                "date": d.date.isoformat(),
                "chance": str(d.chance),
                "days_off_due": d.off,
                "visits": d.visits,
                "travel_minutes": None if d.seconds is None else round(d.seconds / MINUTE, 1),
                "moves": None if d.move is None else d.move.retailer,
                "moves_to": None if d.move is None else d.move.target.isoformat(),
            }
            for d in answer.days
        ],
        "changes": [
            {
                "kind": c.kind,
                "date": c.date.isoformat(),
                "amount": c.amount,
                "days_outside": c.days or None,
                "other": c.other or None,
                "at": None if c.at is None else format_clock(c.at),
            }
            for c in answer.changes
        ],
    }
