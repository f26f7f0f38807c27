"""docs/errors.md is what the catalogue says, and the catalogue is what the code says."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from visitroute.codes import CATALOGUE, Code

CODE = re.compile(r"VR\d{4}")


@pytest.fixture(scope="module")
def modules(root: Path) -> dict[str, str]:
    """Source of every module but those of the catalogue."""
    paths = sorted((root / "src").rglob("*.py"))
    return {p.as_posix(): p.read_text("utf-8") for p in paths if "codes" not in p.parts}


def literals(source: str) -> Iterator[str]:
    """Yield every string of a module that is not a docstring."""
    tree = ast.parse(source)
    loose = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in loose:
            yield node.value


def test_page_is_up_to_date(read_page: Callable[[str], str], make_errors: ModuleType) -> None:
    page = read_page("docs/errors.md")
    assert page == make_errors.errors_page(), "run python docs/make_errors.py"


def test_page_names_every_code_once_as_a_row(make_errors: ModuleType) -> None:
    rows = re.findall(r"^\| `(VR\d{4})` \|", make_errors.errors_page(), re.MULTILINE)
    assert rows == sorted(code.code for code in CATALOGUE)


def test_cells_do_not_break_the_table(
    make_errors: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = replace(CATALOGUE[0], cause="one | two\nthree")
    monkeypatch.setattr(make_errors, "CATALOGUE", (odd,))
    assert "one \\| two three" in make_errors.errors_page()


def test_codes_are_unique() -> None:
    codes = [code.code for code in CATALOGUE]
    assert len(codes) == len(set(codes))


def test_every_code_in_the_source_is_in_the_catalogue(modules: dict[str, str]) -> None:
    known = {code.code for code in CATALOGUE}
    found = {(code, name) for name, text in modules.items() for code in CODE.findall(text)}
    assert {(code, name) for code, name in found if code not in known} == set()


def test_every_code_of_the_catalogue_is_used(modules: dict[str, str]) -> None:
    used = {c for text in modules.values() for s in literals(text) for c in CODE.findall(s)}
    assert sorted({code.code for code in CATALOGUE} - used) == []


def test_docstrings_are_no_use() -> None:
    source = 'def f():\n    """Raise VR1001."""\n    return f"VR1002: {1}"\n'
    assert "".join(literals(source)) == "VR1002: "


@pytest.mark.parametrize("code", CATALOGUE, ids=lambda code: code.code)
def test_entry_is_complete(code: Code) -> None:
    for text in (code.title, code.cause, code.fix):
        assert text.strip() == text
        assert text
    assert code.title[0].isupper()
    assert not code.title.endswith(".")
    assert code.cause.endswith(".")
    assert code.fix.endswith(".")
