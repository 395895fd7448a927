"""Which laws a model's parameters follow, those of repeated blocks taken together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcheck.checks.parameters.bench import ParameterBench
from symcheck.checks.parameters.sentences import pattern_of
from symcheck.diagnosis.identification import identify_draws
from symcheck.diagnosis.identified import Identified
from symcheck.distribution.formats import format_named
from symcheck.distribution.orthogonality import gram_rounding
from symcheck.distribution.recognise import Observation
from symcheck.fans import Layer
from symcheck.file_arrays import FileArray, Values, in_memory
from symcheck.parameters import Parameter
from symcheck.types import Array

#: Entries of one parameter that its law is sought from.
_MOST = 1 << 18
#: Rows or columns that show whether a matrix is orthogonal, and entries of one that are looked at then.
_FEW_LINES, _LARGEST_BLOCK = 64, 1 << 22


def pattern_groups(bench: ParameterBench) -> dict[str, list[Parameter]]:
    """Parameters that have numbers of their own, by the pattern of their names and the kind of their layer."""
    groups: dict[tuple[str, str, str], list[Parameter]] = {}
    for p in bench.valued.values():
        groups.setdefault((pattern_of(p.name), p.layer, p.role), []).append(p)
    patterns = [pattern for pattern, _, _ in groups]
    return {
        pattern if patterns.count(pattern) == 1 else f"{pattern} of {layer or role}": members
        for (pattern, layer, role), members in groups.items()
    }


def identified(bench: ParameterBench, members: Sequence[Parameter], rate: float) -> Identified:
    """Which law parameters follow that are taken to follow one."""
    observations = [_observation(bench, p) for p in members]
    forms = [format_named(p.dtype) for p in members]
    return identify_draws(observations, forms=forms, false_alarm_rate=rate, seed=bench.seed)


def _observation(bench: ParameterBench, p: Parameter) -> Observation:
    """What is looked at of a parameter: all of a small one, in some builds; of a large one entries chosen at random, and where
    these entries are no independent draws, a block of it, as large as can be."""
    assert p.values is not None
    layer = Layer(p.outputs or 1, p.inputs or 1, p.kernel)
    if p.values.size > _MOST:
        block = _block(p, p.values, layer)
        return Observation(layer, bench.some_of(p, _MOST)) if block is None else block
    whole = in_memory(p.values)
    return Observation(layer, np.stack([whole, *bench.more_of(p)]) if p.name in bench.redrawn else whole)


def _block(p: Parameter, values: Values, layer: Layer) -> Observation | None:
    """A matrix that is orthogonal or has zeros, or whole rows or columns of it; None of another array, or one too large."""
    if values.shape != layer.shape("out_in") or len(values.shape) != 2 or values.dtype.kind != "f":
        return None
    rows, columns = values.shape
    count = min(_LARGEST_BLOCK // max(values.shape), min(values.shape))
    few = _lines(values, rows < columns, min(count, _FEW_LINES)).astype(np.float64)
    gram = few @ few.T
    square = float(np.trace(gram)) / max(len(gram), 1)
    off = float(np.abs(gram - square * np.eye(len(gram))).max(initial=0))
    orthogonal = len(gram) > 1 and square > 0 and off <= gram_rounding(rows, columns, format_named(p.dtype)) * square
    if values.size <= _LARGEST_BLOCK and (orthogonal or (few == 0).any()):
        return Observation(layer, in_memory(values))
    if not orthogonal:
        return None
    lines = _lines(values, rows < columns, count)
    block = lines if rows < columns else lines.T
    return Observation(Layer(*block.shape), block)


def _lines(values: Values, across: bool, count: int) -> Array:
    """The first rows, or the first columns as rows."""
    if across:
        return values.rows(0, count) if isinstance(values, FileArray) else values[:count]
    return values.columns(0, count)[:, :, 0].T if isinstance(values, FileArray) else values[:, :count].T
