"""The example as a notebook in the format of Jupyter, version 4.5, executed where that is asked for."""

from __future__ import annotations

import json
from importlib.util import find_spec
from typing import Any

from symcheck.errors import SymcheckError
from symcheck.notebooks.example import CELLS


def notebook() -> dict[str, Any]:
    """The notebook as plain data, without outputs."""
    cells = []
    for number, (kind, source) in enumerate(CELLS, 1):
        cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": source}
        if kind == "code":
            cell |= {"execution_count": None, "outputs": []}
        cells.append(cell)
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}


def as_json(made: dict[str, Any]) -> str:
    """The text of the file."""
    return json.dumps(made, indent=1, ensure_ascii=False)


def executed(made: dict[str, Any]) -> dict[str, Any]:
    """The notebook with the outputs of its cells.

    Raises:
        SymcheckError: nbclient and ipykernel are not installed.
        nbclient.exceptions.CellExecutionError: a cell raises.
    """
    if find_spec("nbclient") is None or find_spec("ipykernel") is None:
        raise SymcheckError("to execute a notebook install nbclient and ipykernel: pip install nbclient ipykernel")
    import nbformat
    from nbclient import NotebookClient

    held = nbformat.from_dict(made)
    ran: dict[str, Any] = NotebookClient(held, timeout=None, kernel_name="python3").execute()
    return ran
