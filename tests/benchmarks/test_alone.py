from __future__ import annotations

import json

import pytest
from benchmarks.alone import main, peak_mb, run_alone


def test_memory_is_that_of_the_process_alone() -> None:
    ballast = b"x" * 200_000_000
    found = run_alone("builtins:dict", answer=42)
    assert found["answer"] == 42
    assert 5 < found["peak_mb"] < len(ballast) / 1e6 < peak_mb()


def test_what_the_function_says_of_memory_stands(capsys: pytest.CaptureFixture[str]) -> None:
    main(["builtins:dict", '{"peak_mb": 1.5}'])
    assert json.loads(capsys.readouterr().out) == {"peak_mb": 1.5}


def test_a_failure_names_the_call_and_its_cause() -> None:
    with pytest.raises(RuntimeError, match=r"builtins:int failed with.*\n(.*\n)*.*TypeError"):
        run_alone("builtins:int", answer=42)
