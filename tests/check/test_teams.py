"""Shared retailers: any rep of the team may visit, but one of them alone."""

from __future__ import annotations

from dataclasses import replace

from check import broken_books
from check.small_plan import small_plan
from visitroute.policy import load_policy


def test_one_rep_of_the_team_is_as_good_as_another() -> None:
    world = small_plan()
    assert world.retailer("D", rep=None, team=("R2", "R1")).codes() == set()


def test_who_shares_is_told() -> None:
    world = small_plan().retailer("D", rep=None, team=("R2", "R3"))
    (told,) = world.check()
    assert (told.code, told.retailer) == ("VR2411", "D")
    assert told.message == "the retailer is shared by reps R2, R3 only"


def test_reps_may_take_turns_where_the_policy_says_so() -> None:
    turns = broken_books.team_takes_turns(small_plan())
    assert turns.codes() == {"VR2412"}
    policy = load_policy({"teams": {"continuity": False}})
    assert replace(turns, policy=policy).codes() == set()
