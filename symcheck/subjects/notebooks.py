"""Notebooks as the code of their cells, one after the other, without what only a notebook understands."""

from __future__ import annotations

import json

#: Cells whose whole content is for something else than Python.
_OTHER = (
    "%%bash",
    "%%sh",
    "%%html",
    "%%javascript",
    "%%js",
    "%%latex",
    "%%writefile",
    "%%markdown",
    "%%svg",
    "%%script",
)


class NoNotebook(ValueError):
    """A text is no notebook."""


def code_of(text: str) -> str:
    """The Python of a notebook (``.ipynb``).

    Raises:
        NoNotebook: it is none.
    """
    try:
        document = json.loads(text)
        # Notebooks of version 3 keep their cells in worksheets.
        cells = document["cells"] if "cells" in document else document["worksheets"][0]["cells"]
        sources = [c.get("source", c.get("input", "")) for c in cells if c["cell_type"] == "code"]
        return "\n\n".join(_python("".join(source)) for source in sources) + "\n"
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise NoNotebook("it holds no cells") from error


def _python(cell: str) -> str:
    if cell.lstrip().startswith(_OTHER):
        return ""
    return "\n".join(_line(line) for line in cell.splitlines())


def _line(line: str) -> str:
    """A line, or nothing in its place where it is a magic, a command of the shell, or a question for help."""
    bare = line.strip()
    if bare.startswith(("%", "!", "?")) or (bare.endswith("?") and "#" not in bare):
        return line[: len(line) - len(line.lstrip())] + "pass"
    return line
