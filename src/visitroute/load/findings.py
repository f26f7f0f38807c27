"""The list of everything found wrong while loading, kept in the order of the tables."""

from __future__ import annotations

from collections.abc import Iterable

from visitroute.errors import InputError, Problem, Severity

TABLES = ("", "retailers", "reps", "tasks", "visits", "locks")
"""Order in which problems are shown; the empty name is the run as a whole."""


class Findings:
    """Problems of one loading run; ``sorted`` gives them by table, row, and order of finding."""

    def __init__(self) -> None:
        self._found: list[tuple[int, int, Problem]] = []

    def add(self, table: str, problem: Problem) -> None:
        """Note one problem of a table."""
        self._found.append((TABLES.index(table), problem.row or 0, problem))

    def extend(self, table: str, problems: Iterable[Problem]) -> None:
        """Note several problems of a table."""
        for problem in problems:
            self.add(table, problem)

    def sorted(self) -> tuple[Problem, ...]:
        """Return every problem, by table, then row."""
        return tuple(p for _, _, p in sorted(self._found, key=lambda found: found[:2]))

    def stop_on_errors(self) -> None:
        """Raise ``InputError`` with every problem when one of them is an error."""
        if any(problem.severity is Severity.ERROR for _, _, problem in self._found):
            raise InputError(self.sorted())
