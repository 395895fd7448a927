"""Files are run for what they define: what trains, asks, draws, writes or ends the process is left out, and said."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

import symcheck
from symcheck.errors import SubjectError
from symcheck.subjects.notebooks import NoNotebook, code_of
from symcheck.subjects.running import left_out, run_definitions, run_whole, told

SCRATCH = Path(__file__).parents[1] / "scratch"
ONLY = ["implementation.outputs_are_those_of_the_network", "implementation.gradients_are_those_of_the_loss"]


def ran(text: str, folder: Path) -> ModuleType:
    module = ModuleType("ran_for_a_test")
    path = folder / "ran.py"
    path.write_text(text)
    module.__file__ = str(path)
    sys.modules[module.__name__] = module
    run_definitions(module, text, str(path))
    return module


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("name = input('name? ')", "it asks for input"),
        ("import no_such_module_at_all", "No module named"),
        ("sys.exit(3)", "it ends the process"),
        ("if len(sys.argv) > 0: sys.exit('usage')", "it ends the process"),
        ("os.chdir('..')", "it reaches outside"),
        ("np.savez(os.path.join(here, 'weights'), W)", "it writes a file"),
        ("saveWeights(W)", "it writes a file"),
        ("plot_weights(W)", "it draws"),
        ("urllib.request.urlretrieve('http://localhost/data')", "it downloads"),
        ("plt.plot(W)", "it draws"),
        ("data = open('no_such_file').read()", "No such file"),
        ("train(W)", "it trains"),
        ("W = train(W)", "it trains"),
    ],
)
def test_what_does_more_than_define_is_left_out_and_told(line: str, why: str, tmp_path: Path) -> None:
    text = f"import os, sys\nimport numpy as np\nhere = {str(tmp_path)!r}\nW = np.ones(2)\n"
    text += "".join(
        f"def {name}(W):\n    raise RuntimeError('it is run')\n" for name in ("train", "saveWeights", "plot_weights")
    )
    text += f"{line}\nafter = 1\n"
    before = (Path.cwd(), sorted(tmp_path.iterdir()))
    module = ran(text, tmp_path)
    (part,) = left_out(module)
    assert (part.first, part.last) == (11, 11)
    assert why in part.why
    assert vars(module)["after"] == 1
    assert (Path.cwd(), [p for p in sorted(tmp_path.iterdir()) if p.name != "ran.py"]) == before


def test_what_only_defines_is_run(tmp_path: Path) -> None:
    text = "import math\nrows = []\nfor i in range(3):\n    rows.append([math.sqrt(i)])\nprint(rows)\nmodel = {'W': rows}\n"
    module = ran(text, tmp_path)
    assert left_out(module) == ()
    assert vars(module)["model"]["W"] == [[0.0], [1.0], [2**0.5]]


def test_what_needs_something_that_was_left_out_is_left_out(tmp_path: Path) -> None:
    module = ran("data = open('no_such_file').read()\nlines = data.split()\nk = 3\n", tmp_path)
    assert [part.first for part in left_out(module)] == [1, 2]
    assert told(left_out(module)).endswith("line 2 (it needs data)")


def test_an_error_that_has_nothing_to_do_with_it_is_raised(tmp_path: Path) -> None:
    for text, kind in (("1 / 0", ZeroDivisionError), ("unknown", NameError), ("raise ValueError('x')", ValueError)):
        with pytest.raises(kind):
            ran(text + "\n", tmp_path)


def test_all_of_a_file_is_run_where_that_is_asked_for(tmp_path: Path) -> None:
    module = ran("def train():\n    return 5\nresult = train()\n", tmp_path)
    assert not hasattr(module, "result")
    run_whole(module)
    assert vars(module)["result"] == 5
    assert left_out(module) == ()


def test_loops_that_train_are_left_out_and_others_are_not(tmp_path: Path) -> None:
    module = ran((SCRATCH / "module_loop.py").read_text(), tmp_path)
    (part,) = left_out(module)
    assert part.why == "it trains"


def test_a_script_that_asks_and_writes_is_judged_without(tmp_path: Path) -> None:
    report = symcheck.check(str(SCRATCH / "asks_and_writes.py"), only=ONLY)
    assert report.passed
    (note,) = [note for note in report.notes if note.startswith("left out")]
    for words in ("(it trains)", "(it draws)", "(it writes a file)", "(it ends the process)", "(it reaches outside)"):
        assert words in note


def test_a_file_that_defines_too_little_is_refused_with_what_it_raised(tmp_path: Path) -> None:
    path = tmp_path / "needs.py"
    path.write_text("import no_such_library_at_all as lib\nclass Net(lib.Module):\n    pass\n")
    report = symcheck.check(str(path))
    assert not report.passed
    assert "No module named 'no_such_library_at_all'" in report.findings[0].message


def test_functions_that_are_not_read_are_told_beside_what_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "needs.py"
    functions = "def forward(X):\n    return X\n\ndef backward(X, Y):\n    return X - Y\n"
    path.write_text(f"import no_such_library_at_all as lib\n{functions}lib.shown(forward)\n")
    with pytest.raises(
        SubjectError, match=r"forward, backward were found, but .*; left out when the file was read: line 1"
    ):
        symcheck.check(str(path))


def test_a_notebook_is_the_code_of_its_cells(tmp_path: Path) -> None:
    code = code_of((SCRATCH / "one_hidden_layer.ipynb").read_text())
    compile(code, "notebook", "exec")
    assert "pass" in code.splitlines()[:1]
    report = symcheck.check(str(SCRATCH / "one_hidden_layer.ipynb"), only=ONLY)
    assert report.passed
    wrong = tmp_path / "wrong.ipynb"
    wrong.write_text(
        (SCRATCH / "one_hidden_layer.ipynb").read_text().replace('(1 - cache[\\"A1\\"] ** 2)', '(1 - cache[\\"A1\\"])')
    )
    report = symcheck.check(str(wrong), only=ONLY)
    assert not report.passed
    assert "derivative of tanh is written as 1 - h" in str(report.to_json())


def test_cells_that_were_run_in_another_order_are_put_in_order(tmp_path: Path) -> None:
    cells = [
        "%matplotlib inline\n!pip install numpy\nimport numpy as np",
        "net = Net(2, 3, 1)\nclass Wide(Net):\n    pass",
        "class Net:\n    def __init__(self, a, h, b):\n        self.W1, self.W2 = np.ones((a, h)), np.ones((h, b))\n"
        "    def forward(self, X):\n        return np.tanh(X @ self.W1) @ self.W2",
    ]
    text = json.dumps({"cells": [{"cell_type": "code", "source": cell} for cell in cells]})
    module = ModuleType("cells")
    run_definitions(module, code_of(text), str(tmp_path / "cells.py"))
    assert issubclass(module.Wide, module.Net)
    assert left_out(module) == ()
    with pytest.raises(NameError, match="Nowhere"):
        run_definitions(ModuleType("cells"), "x = Nowhere()\n", str(tmp_path / "cells.py"))


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"cells": 3}', "not json"])
def test_what_is_no_notebook_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(NoNotebook):
        code_of(text)
    path = tmp_path / "odd.ipynb"
    path.write_text(text)
    with pytest.raises(SubjectError, match="is no notebook"):
        symcheck.check(str(path))
