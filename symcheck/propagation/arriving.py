"""Which trainable parameters a gradient comes to, at once or after a few steps of training."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from symcheck.types import Floats

#: Steps after which what got no gradient is taken to get none, and the largest change of an entry in one of them.
_STEPS, _STEP = 6, 1e-2


def arriving(
    names: Sequence[str],
    values: Sequence[Floats],
    gradients: Sequence[Floats | None],
    again: Callable[[list[Floats]], Sequence[Floats | None]],
) -> tuple[list[str], list[str]]:
    """The names of parameters that get none, and of those that get one late, as behind a factor that starts at zero.

    Args:
        values, gradients: at the start; None where nothing depends on one.
        again: the gradients at other values.
    """
    missing = [i for i, g in enumerate(gradients) if g is None or not np.any(g)]
    late: list[int] = []
    held, moved = list(values), gradients
    for _ in range(_STEPS):
        if not missing or len(missing) == len(names):
            break
        held = [
            v if g is None or not _usable(g) else v - _STEP * g / np.abs(g).max()
            for v, g in zip(held, moved, strict=True)
        ]
        moved = again(held)
        found = [i for i in missing if (g := moved[i]) is not None and np.any(g)]
        late += found
        missing = [i for i in missing if i not in found]
    return [names[i] for i in missing], [names[i] for i in sorted(late)]


def _usable(gradient: Floats) -> bool:
    largest = float(np.abs(gradient).max(initial=0))
    return 0 < largest < float("inf")
