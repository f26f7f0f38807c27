"""The error tree and the record of one problem found in the input.

VisitRouteError            every error this package raises on purpose
├── InputError             one or more problems in the input          VR1xxx
│   └── PolicyError        the policy file has a wrong key or value   VR15xx
└── RoadsError             a road source that cannot be used          VR3xxx
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How far a problem reaches: the whole run, one record, or nothing but trust."""

    ERROR = "error"
    QUARANTINE = "quarantine"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing found wrong in the input, with the place where it stands.

    ``row`` counts as the user's own program shows it: the header is row 1, the
    first record row 2. ``hint`` says what may mend it, without the leading "Maybe".
    """

    code: str
    message: str
    severity: Severity = Severity.ERROR
    file: str = ""
    row: int | None = None
    column: str = ""
    id: str = ""
    hint: str = ""

    def place(self) -> str:
        """Return ``file:row, column 'x', id`` with the parts that are known."""
        parts = [self.file if self.row is None else f"{self.file} row {self.row}".strip()]
        if self.column:
            parts.append(f"column '{self.column}'")
        if self.id:
            parts.append(f"id {self.id}")
        return ", ".join(part for part in parts if part)

    def __str__(self) -> str:
        """Return the problem as it is shown to a user: one line, then the hint."""
        place = self.place()
        line = f"{self.code} {self.severity}: " + (f"{place}: " if place else "") + self.message
        return f"{line}\n  Maybe {self.hint}" if self.hint else line

    def as_dict(self) -> dict[str, Any]:
        """Return the problem as plain values, for JSON."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            "file": self.file,
            "row": self.row,
            "column": self.column,
            "id": self.id,
            "message": self.message,
            "hint": self.hint,
        }


class VisitRouteError(Exception):
    """Root of every error this package raises on purpose."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        self.code = code
        self.message = message
        self.hint = hint
        super().__init__(f"{code}: {message}" + (f"\nMaybe {hint}" if hint else ""))

    def __reduce__(self) -> tuple[Any, ...]:
        # Exceptions are rebuilt from their text alone; workers send errors between processes.
        return type(self), (self.code, self.message, self.hint)


class InputError(VisitRouteError):
    """The input has errors; ``problems`` holds every one that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        errors = [p for p in self.problems if p.severity is Severity.ERROR]
        first = errors[0] if errors else self.problems[0]
        count = f"{len(errors)} error" + ("s" if len(errors) != 1 else "")
        super().__init__(first.code, f"{count} in the input:\n" + "\n".join(map(str, errors)))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)


class PolicyError(InputError):
    """The policy has an unknown key or a value it cannot take."""


class RoadsError(VisitRouteError):
    """The road source can't be read, is empty, or doesn't fit the points."""
