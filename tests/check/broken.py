"""The register of hand-broken plans, and the codes each must be told as."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from check.small_plan import World

BROKEN: dict[str, tuple[set[str], Callable[[World], World]]] = {}


def breaks(*codes: str) -> Callable[[Callable[[World], World]], Callable[[World], World]]:
    """Register a way to break the plan with exactly the codes it must be told as."""

    def register(function: Callable[[World], World]) -> Callable[[World], World]:
        assert function.__name__ not in BROKEN
        BROKEN[function.__name__] = (set(codes), function)
        return function

    return register


def later(day: date, shifted: date, world: World) -> World:
    """Move a whole route day to another date, times and all."""
    return world.route(day, date=shifted)
