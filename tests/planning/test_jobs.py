from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from visitroute.planning.jobs import (
    StopSwitch,
    _deaf_to_interrupts,
    _part,
    _share,
    stop_on_signal,
)
from visitroute.solve import Effort


def test_the_switch_is_a_file_that_every_process_sees(tmp_path: Path) -> None:
    switch, other = StopSwitch(tmp_path / "stop"), StopSwitch(tmp_path / "stop")
    assert not switch()
    other.turn()
    assert switch()


def test_the_switch_leaves_nothing_behind() -> None:
    with stop_on_signal() as switch:
        switch.turn()
        folder = switch.path.parent
        assert folder.is_dir()
    assert not folder.exists()


def test_workers_started_deaf_ignore_interrupts_from_birth() -> None:
    before = signal.getsignal(signal.SIGINT)
    script = "import signal; print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
    with _deaf_to_interrupts():
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        )
    assert done.stdout.strip() == "True"
    assert signal.getsignal(signal.SIGINT) is before


def test_a_time_limit_is_shared_by_the_work_that_remains() -> None:
    now = time.monotonic()
    effort = Effort(100, deadline=now + 60)
    share = _share(effort, 3)
    assert share.seconds is not None
    assert 0 < share.seconds <= 20
    assert _share(Effort(100, deadline=now - 5), 3).seconds == 0
    assert _share(Effort(100), 3) == Effort(100)


def test_progress_of_a_part_is_part_of_the_whole() -> None:
    told: list[float] = []
    report = _part(told.append, 1, 4)
    for done in (0.0, 0.5, 1.0):
        report(done)
    assert told == [0.25, 0.375, 0.5]
