"""Which laws a model's parameters follow, those of repeated blocks taken together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symcheck.checks.parameters.bench import ParameterBench
from symcheck.checks.parameters.sentences import pattern_of
from symcheck.diagnosis.identification import identify_draws
from symcheck.diagnosis.identified import Identified
from symcheck.distribution.formats import format_named
from symcheck.distribution.recognise import Observation
from symcheck.fans import Layer
from symcheck.file_arrays import FileArray
from symcheck.parameters import Parameter
from symcheck.types import Array

#: Entries of one parameter that its law is sought from.
_MOST = 1 << 18


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
    observations = [Observation(_layer(p), _some(bench, p)) for p in members]
    forms = [format_named(p.dtype) for p in members]
    return identify_draws(observations, forms=forms, false_alarm_rate=rate, seed=bench.seed)


def _some(bench: ParameterBench, p: Parameter) -> Array:
    assert p.values is not None
    if p.values.size > _MOST or isinstance(p.values, FileArray):
        return bench.some_of(p, _MOST)
    return np.stack([p.values, *bench.more_of(p)]) if p.name in bench.redrawn else p.values


def _layer(p: Parameter) -> Layer:
    return Layer(p.outputs or 1, p.inputs or 1, p.kernel)
