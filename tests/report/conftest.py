from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from export.handmade import make_sample
from report.browser import CHROMIUM, DRIVER, MISSING, open_browser
from visitroute.export import PlanRecord

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    '"><svg onload=alert(3)>',
    "=cmd|' /C calc'!A0",
    "{{7*7}} ${alert(4)} \u2028",
)


@pytest.fixture
def record() -> PlanRecord:
    """A small plan with one of everything."""
    return make_sample().record


@pytest.fixture
def hostile(record: PlanRecord) -> PlanRecord:
    """The same with names, addresses, reasons and ids that try to become code."""
    bad = HOSTILE[0]

    def odd(item: Any, number: int) -> Any:
        name = HOSTILE[number % len(HOSTILE)]
        return replace(item, name=name, address=name, phone=name, notes=name)

    inputs = replace(
        record.inputs,
        retailers=tuple(odd(r, i) for i, r in enumerate(record.inputs.retailers)),
        reps=tuple(replace(r, name=HOSTILE[1]) for r in record.inputs.reps),
        tasks=tuple(replace(t, name=HOSTILE[2]) for t in record.inputs.tasks),
    )
    schedule = replace(
        record.schedule,
        dropped=tuple(replace(d, reason=bad, fix=HOSTILE[1]) for d in record.schedule.dropped),
        excluded=tuple(replace(e, name=bad, reason=bad) for e in record.schedule.excluded),
        warnings=HOSTILE,
    )
    return replace(record, inputs=inputs, schedule=schedule)


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A browser for all tests of a process."""
    if CHROMIUM is None or DRIVER is None:
        pytest.skip(MISSING)
    with open_browser(tmp_path_factory.mktemp("profile")) as found:
        yield found
