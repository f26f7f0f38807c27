"""How long a search may go on: by iterations, by the clock, or until somebody says stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Effort:
    """How long a search goes on, and which solver searches: visitroute or ortools.

    ``iterations`` of ruin and recreate give the same plan on every machine; ``seconds``, of
    which ``deadline`` is the end on the clock of ``time.monotonic``, and ``should_stop`` end
    it early.
    """

    iterations: int
    seed: int = 1
    solver: str = "visitroute"
    seconds: float | None = None
    deadline: float | None = None
    should_stop: Callable[[], bool] | None = None

    def from_now(self, seconds: float) -> Effort:
        """Return the same effort with a clock that runs out in some seconds."""
        return replace(self, seconds=seconds, deadline=time.monotonic() + seconds)

    def is_over(self) -> bool:
        """Tell whether the search is to end now."""
        if self.deadline is not None and time.monotonic() >= self.deadline:
            return True
        return self.should_stop is not None and self.should_stop()
