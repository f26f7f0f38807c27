"""Reasons on random plans, checked again with the day that tries everything.

Nothing here uses the solver's timing: rooms are looked for in the reference of
``check.brute_force``, requests in the checker's own count.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from explain.world import Drops, dates, worlds
from visitroute.model import Verdict


@pytest.fixture(scope="module")
def drops() -> Drops:
    return worlds(range(1000, 1110), 12, 4)


def test_every_code_is_met(drops: Drops) -> None:
    codes = Counter(drop.code for _, drop, _ in drops)
    expected = {"VR4101", "VR4102", "VR4103", "VR4104", "VR4105", "VR4107", "VR4108", "VR4109"}
    assert expected <= set(codes)
    assert min(codes[code] for code in expected) > 5


def test_impossible_is_never_said_of_a_visit_that_fits_an_empty_day(drops: Drops) -> None:
    said = 0
    for world, drop, wish in drops:
        possible = any(world.fits_alone(wish, day) for day in dates(wish))
        if drop.verdict is Verdict.IMPOSSIBLE:
            assert not possible, drop
            said += 1
        else:
            assert possible, drop  # and what can't be is said to be impossible
    assert said > 100


def test_outranked_days_have_no_room_for_the_visit(drops: Drops) -> None:
    said = 0
    for world, drop, wish in drops:
        if drop.verdict is not Verdict.OUTRANKED or drop.code == "VR4105":
            continue
        for day in dates(wish):
            if not (world.fits_alone(wish, day) and world.keeps_gaps(wish, day)):
                continue
            assert not world.has_room(wish, day), drop
            for stop in world.stops_on(day):
                if stop.id != wish.retailer and world.lost(day, stop.id) < world.worth(wish):
                    assert not world.has_room(wish, day, {stop.id}), drop
            said += 1
    assert said > 60


def test_days_full_in_number_are(drops: Drops) -> None:
    said = 0
    for world, drop, wish in drops:
        if drop.code != "VR4108":
            continue
        limit = int(re.search(r"full at (\d+) visits", drop.reason)[1])  # type: ignore[index]
        assert limit == world.rep.max_visits
        for day in dates(wish):
            if world.fits_alone(wish, day) and world.keeps_gaps(wish, day):
                assert len(world.stops_on(day)) == limit
                said += 1
    assert said > 40


def test_no_allowed_day_keeps_the_gaps_where_that_is_said(drops: Drops) -> None:
    said = 0
    for world, drop, wish in drops:
        possible = [
            d for d in dates(wish) if world.fits_alone(wish, d) and world.keeps_gaps(wish, d)
        ]
        if drop.code == "VR4107":
            assert not possible, drop
            said += 1
        elif drop.verdict is not Verdict.IMPOSSIBLE and drop.code != "VR4105":
            assert possible, drop
    assert said > 10


def test_one_more_visit_on_the_day_named_lets_it_in(drops: Drops) -> None:
    said = 0
    for world, drop, wish in drops:
        match = re.match(r"allow one more visit on (\S+),", drop.fix)
        if match:
            day = date.fromisoformat(match[1])
            assert day in dates(wish)
            assert world.keeps_gaps(wish, day)
            assert world.has_room(wish, day, more=1), drop
            said += 1
    assert said > 10


def test_the_longer_shift_named_lets_it_in_and_no_shorter_one_does(drops: Drops) -> None:
    said = 0
    for world, drop, wish in drops:
        match = re.match(r"extend the shift on (\S+) \+(\d+) min,", drop.fix)
        if match:
            day, minutes = date.fromisoformat(match[1]), int(match[2])
            assert day in dates(wish)
            assert world.keeps_gaps(wish, day)
            assert world.has_room(wish, day, minutes=minutes), drop
            assert not world.has_room(wish, day, minutes=minutes - 15), drop
            said += 1
    assert said > 10


def test_the_shorter_visit_named_fits_some_day(drops: Drops) -> None:
    said = 0
    for world, drop, wish in drops:
        match = re.match(r"shorten the visit to (\d+) minutes", drop.fix)
        if match:
            shop = replace(world.facts.retailers[wish.retailer], service_minutes=int(match[1]))
            facts = replace(world.facts, retailers={**world.facts.retailers, shop.id: shop})
            short = replace(world, facts=facts)
            assert any(short.fits_alone(replace(wish, task=None), d) for d in dates(wish)), drop
            said += 1
    assert said > 5
