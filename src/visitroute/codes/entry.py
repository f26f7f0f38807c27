"""One entry of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A stable code with its title, its cause and what to do about it."""

    code: str
    title: str
    cause: str
    fix: str
