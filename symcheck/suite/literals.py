"""Arrays as text that can be pasted back into Python and gives the same numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from symcheck.types import Array

#: Longer arrays are cut in tables, never in literals.
_ROWS = 8


def literal(array: Array) -> str:
    """An array as nested lists of shortest decimals, which read back to the same floats."""
    return repr(np.asarray(array).tolist())


def arrays_code(name: str, array: Array) -> str:
    """An assignment of one array."""
    values = np.asarray(array)
    if values.size == 0:
        return f"{name} = np.zeros({values.shape})"
    dtype = ", np.float32" if values.dtype == np.float32 else ""
    return f"{name} = np.array({literal(values)}{dtype})"


def params_code(params: Any, name: str = "params") -> str:
    """An assignment of a list of (W, b)."""
    pairs = [f"    (np.array({literal(w)}), np.array({literal(b)}))," for w, b in params]
    return "\n".join([f"{name} = [", *pairs, "]"])


def side_by_side(got: Array, expected: Array) -> str:
    """Two arrays next to each other, row by row, with a mark where a row differs most."""
    left, right = np.atleast_2d(np.asarray(got, float)), np.atleast_2d(np.asarray(expected, float))
    if left.shape != right.shape:
        return f"  got {literal(got)}\n  should be {literal(expected)}"
    worst = int(np.abs(left - right).max(axis=1).argmax()) if left.size else -1
    start = max(0, min(worst - _ROWS // 2, len(left) - _ROWS))
    rows = range(start, min(start + _ROWS, len(left)))
    cells = [(_row(left[i]), _row(right[i]), "  <" if i == worst else "") for i in rows]
    width = max(len(c[0]) for c in cells + [("got", "", "")])
    lines = [f"  {'got':<{width}}   should be"] + [f"  {a:<{width}}   {b}{mark}" for a, b, mark in cells]
    if len(rows) < len(left):
        lines.append(f"  ({len(rows)} of {len(left)} rows)")
    return "\n".join(lines)


def _row(values: Array) -> str:
    shown = [f"{v:.10g}" for v in values[:_ROWS]]
    return "[" + ", ".join(shown) + (", ..." if len(values) > _ROWS else "") + "]"
