"""Normalized over the batch: layers that the suite has no mathematics for, refused instead of judged by that of others."""

from __future__ import annotations

import re

import numpy as np

from symcheck.subjects.scratch.leaves import leaves
from symcheck.subjects.scratch.reading import SAMPLES, Reading, outputs_of, random_params

_SCALES = re.compile(r"(^|[._'\[])(gammas?|betas?|running_\w+|bn\w*|batch_?norm\w*)\d*($|['\].\[])", re.IGNORECASE)


def normalized(reading: Reading) -> str:
    """What is normalized over the batch by its names, where an output depends on the other samples; "" where none does."""
    with reading.keeper.lent(reading.sizes) as root:
        names = [leaf.name for leaf in leaves(root) if _SCALES.search(leaf.name)]
    if not names or reading.seen is not None:
        return ""
    rng = np.random.default_rng()
    params = random_params(reading.chain, rng)
    X = rng.standard_normal((SAMPLES, reading.sizes[0]))
    others = np.concatenate([X[:1], rng.standard_normal((SAMPLES - 1, reading.sizes[0]))])
    first, second = (dict(outputs_of(reading, batch, params)).get(reading.outputs) for batch in (X, others))
    if first is None or second is None or np.allclose(first[0], second[0]):
        return ""
    return ", ".join(names)
