"""Errors tell what is wrong and where, and survive the way between processes."""

from __future__ import annotations

import pickle

import pytest

from visitroute.errors import (
    InputError,
    PolicyError,
    Problem,
    RoadsError,
    Severity,
    VisitRouteError,
)

FULL = Problem(
    "VR1102", "'x' is not a number", file="shops.csv", row=7, column="lon", id="S1", hint="use 24.9"
)
AWAY = Problem("VR1201", "no coordinates", Severity.QUARANTINE, file="shops.csv", row=9)


def test_a_problem_names_its_place_and_hint() -> None:
    assert str(FULL) == (
        "VR1102 error: shops.csv row 7, column 'lon', id S1: 'x' is not a number\n  Maybe use 24.9"
    )


@pytest.mark.parametrize(
    ("problem", "place"),
    [
        (Problem("VR1", "m"), ""),
        (Problem("VR1", "m", file="a.csv"), "a.csv"),
        (Problem("VR1", "m", row=3), "row 3"),
        (Problem("VR1", "m", id="S1"), "id S1"),
    ],
)
def test_a_place_holds_what_is_known(problem: Problem, place: str) -> None:
    assert problem.place() == place
    assert str(problem) == ("VR1 error: " + (f"{place}: " if place else "") + "m")


def test_a_problem_as_plain_values() -> None:
    assert FULL.as_dict() == {
        "code": "VR1102",
        "severity": "error",
        "file": "shops.csv",
        "row": 7,
        "column": "lon",
        "id": "S1",
        "message": "'x' is not a number",
        "hint": "use 24.9",
    }


def test_the_message_ends_with_the_hint() -> None:
    assert str(RoadsError("VR3001", "no streets", "take a larger extract")) == (
        "VR3001: no streets\nMaybe take a larger extract"
    )
    assert str(VisitRouteError("VR3001", "no streets")) == "VR3001: no streets"


def test_an_input_error_counts_errors_and_keeps_all_problems() -> None:
    error = InputError(iter([AWAY, FULL, FULL]))
    assert error.code == "VR1102"
    assert error.problems == (AWAY, FULL, FULL)
    assert str(error).startswith("VR1102: 2 errors in the input:\nVR1102 error: shops.csv row 7")
    assert "VR1201" not in str(error)
    assert "1 error in" in str(InputError([FULL]))


@pytest.mark.parametrize(
    "error",
    [
        VisitRouteError("VR3001", "no streets"),
        RoadsError("VR3001", "no streets", "take a larger extract"),
        InputError([FULL, AWAY]),
        PolicyError([FULL]),
    ],
)
def test_errors_survive_the_way_between_processes(error: VisitRouteError) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert (again.code, again.message, again.hint) == (error.code, error.message, error.hint)
    assert getattr(again, "problems", ()) == getattr(error, "problems", ())


def test_the_tree() -> None:
    assert issubclass(PolicyError, InputError)
    assert issubclass(InputError, VisitRouteError)
    assert issubclass(RoadsError, VisitRouteError)
    assert not issubclass(RoadsError, InputError)
