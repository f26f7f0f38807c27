"""The progress line on stderr: what is being done, and how much of it."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

WIDTH = 30
_TITLES = {
    "roads": "reading roads",
    "priority": "weighing visits",
    "compile": "compiling once",
    "teams": "sharing out",
    "solve": "planning days",
    "robust": "making days sure",
    "routes": "drawing routes",
}


class ProgressLine:
    """A bar that overwrites itself on a terminal, and is silent elsewhere."""

    def __init__(self, *, quiet: bool) -> None:
        self.is_shown = not quiet and sys.stderr.isatty()
        self._last = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.is_shown and self._last:
            sys.stderr.write("\r" + " " * len(self._last) + "\r")
            sys.stderr.flush()

    def __call__(self, stage: str, done: float) -> None:
        """Show a stage and the share of it that is done."""
        if not self.is_shown:
            return
        filled = round(WIDTH * min(1.0, max(0.0, done)))
        bar = "█" * filled + "░" * (WIDTH - filled)
        line = f"{_TITLES.get(stage, stage):<16} {bar} {done:4.0%}"
        if line != self._last:
            sys.stderr.write("\r" + line)
            sys.stderr.flush()
            self._last = line
