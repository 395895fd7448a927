"""The example notebook is made and executed by the command."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner

from symcheck.cli.main import symcheck
from symcheck.errors import SymcheckError
from symcheck.notebooks.example import CELLS
from symcheck.notebooks.making import executed, notebook

RUNS = find_spec("nbclient") is not None and find_spec("ipykernel") is not None


def test_the_command_writes_a_notebook(tmp_path: Path) -> None:
    target = tmp_path / "example.ipynb"
    assert CliRunner().invoke(symcheck, ["notebook", "--output", str(target)]).exit_code == 0
    made = json.loads(target.read_text())
    assert [cell["source"] for cell in made["cells"]] == [source for _, source in CELLS]
    assert len({cell["id"] for cell in made["cells"]}) == len(CELLS)
    for kind, source in CELLS:
        if kind == "code":
            compile(source, "cell", "exec")


@pytest.mark.skipif(RUNS, reason="nbclient and ipykernel are installed")
def test_without_a_kernel_it_says_what_to_install() -> None:
    with pytest.raises(SymcheckError, match="pip install nbclient ipykernel"):
        executed(notebook())


@pytest.mark.skipif(not RUNS, reason="nbclient and ipykernel are not installed")
def test_its_cells_run_and_show_what_they_promise(tmp_path: Path) -> None:
    import nbformat

    target = tmp_path / "example.ipynb"
    ran = CliRunner().invoke(symcheck, ["notebook", "--execute", "--output", str(target)], catch_exceptions=False)
    assert ran.exit_code == 0
    made = nbformat.read(target, as_version=4)
    nbformat.validate(made)
    shown = {
        cell.source: output.data
        for cell in made.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "execute_result"
    }
    texts = {source: "".join(data.get("text/html", data["text/plain"])) for source, data in shown.items()}
    assert all("text/html" in data for source, data in shown.items() if source.startswith(("symcheck.", "def init")))
    assert any("LeCun&#x27;s law" in text for text in texts.values())
    assert any("stay equal for ever" in text for text in texts.values())
    assert "'symmetry broken'" in texts.values()
    proof = shown['symcheck.prove("zero-init")']
    assert "<math>" in proof["text/html"]
    assert proof["text/latex"].startswith("$$")
