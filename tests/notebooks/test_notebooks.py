"""Notebooks are valid, hold no outputs, and their code can be compiled; run.py runs them."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

nbformat = pytest.importorskip("nbformat", reason="needs the extra notebooks")
pytest.importorskip("nbclient", reason="needs the extra notebooks")


@pytest.fixture(scope="module")
def runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_notebooks", ROOT / "notebooks" / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_are_notebooks() -> None:
    assert len(NOTEBOOKS) >= 2


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_is_valid_and_stripped(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    ids = [cell["id"] for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [], f"{cell['id']} has outputs"
            assert cell.execution_count is None
            ast.parse(cell.source)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_names_only_files_that_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "../data/helsinki" in text
    assert "/home/" not in text
    assert "http" not in text


def write_notebook(path: Path, source: str) -> Path:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    nbformat.write(notebook, path)
    return path


@pytest.mark.filterwarnings("ignore")
def test_a_failing_cell_is_an_error(runner: ModuleType, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "broken.ipynb", "1 / 0")
    assert "ZeroDivisionError" in runner.run_notebook(path)


@pytest.mark.filterwarnings("ignore")
def test_outputs_stay_out_of_the_file(runner: ModuleType, tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "fine.ipynb", "open('made.txt', 'w').write('x')\n1 + 1")
    before = path.read_bytes()
    assert runner.run_notebook(path) == ""
    assert path.read_bytes() == before
    assert (tmp_path / "made.txt").exists()
