"""Refusals: why nothing was read, in words that say what to change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from symcheck.subjects.scratch.forms import presented
from symcheck.subjects.scratch.leaves import Leaf, leaves
from symcheck.subjects.scratch.names import is_bias, is_weight
from symcheck.subjects.scratch.places import arrays_of, cells
from symcheck.subjects.scratch.playing import Play
from symcheck.subjects.scratch.reading import SAMPLES, Params, Reading, random_params
from symcheck.subjects.scratch.sources import Source
from symcheck.types import Array

#: Functions that a refusal names.
_MOST_TOLD = 6


def no_weights(holder: Any) -> str:
    """What is kept in the place of weights: arrays of whole numbers, single numbers, arrays inside of functions."""
    found = [f"{path}" for path, array in arrays_of(holder) if array.ndim == 2 and array.dtype.kind in "iub"]
    if found:
        holds = "holds" if len(found) == 1 else "hold"
        return f": {', '.join(found[:3])} {holds} whole numbers, and weights are floating-point numbers"
    numbers = [leaf.name for leaf in leaves(holder) if leaf.shape == () and is_weight(leaf.name)]
    if len(numbers) > 1:
        return f": {numbers[0]} to {numbers[-1]} are single numbers, and weights are read from arrays or lists: keep them in some"
    if any(cells(part) for part in (holder if isinstance(holder, list | tuple) else [holder])):
        return (
            ": its arrays lie inside of functions, as variables of those around them, where they are not read: return them, or "
            "keep them on an object"
        )
    return ""


def other_weights(reading: Reading) -> str:
    """Arrays that are in none of the layers that were read, and by which the outputs change all the same, as the second pieces
    of maxout units do; "" where there are none."""
    if reading.seen is not None or reading.behind:
        return ""
    rng, chain = np.random.default_rng(0), reading.chain
    X, params = rng.standard_normal((SAMPLES, chain.sizes[0])), random_params(chain, rng)
    with reading.keeper.lent(chain.sizes) as root:
        own = {path for leaf in chain.all_slots for path in leaf.paths}
        rest = [
            leaf for leaf in leaves(root) if len(leaf.shape) == 2 and not own & set(leaf.paths) and is_weight(leaf.name)
        ]
    return next((leaf.name for leaf in rest if _changes(reading, leaf, X, params)), "")


def weights_of_one_output(reading: Reading) -> Leaf | None:
    """Weights of one output above all layers that were read, kept as a vector, by which what the forward returns changes."""
    rng, chain = np.random.default_rng(0), reading.chain
    X, params = rng.standard_normal((SAMPLES, chain.sizes[0])), random_params(chain, rng)
    with reading.keeper.lent(chain.sizes) as root:
        own = {path for leaf in chain.all_slots for path in leaf.paths}
        vectors = [leaf for leaf in leaves(root) if leaf.shape == chain.sizes[-1:] and not own & set(leaf.paths)]
    vectors = [leaf for leaf in vectors if is_weight(leaf.name) and not is_bias(leaf.name)]
    return next((leaf for leaf in vectors if _changes(reading, leaf, X, params, whole=True)), None)


def _changes(reading: Reading, leaf: Leaf, X: Array, params: Params, *, whole: bool = False) -> bool:
    """Whether the outputs, or all that the forward returns, are other ones where the numbers of a leaf are."""
    found = []
    for by in (0.0, 0.5):
        with reading.keeper.lent(reading.chain.sizes) as root:
            try:
                root = reading.chain.write(leaf.write(root, leaf.read(root) + by), params)
                parts = []
                for x in presented(X, reading.form):
                    play = Play(reading.keeper, root, x)
                    play.place_data()
                    result = play.call(reading.forward)
                    if whole:
                        parts += [np.array(part.read(result)) for part in leaves(result) if result is not play.root]
                    else:
                        parts.append(np.array(play.array_at(reading.outputs, result)))
                found.append(parts)
            except Exception:
                return False
    return not all(np.array_equal(one, other) for one, other in zip(*found, strict=True))


def refused(candidates: Sequence[Source], kept: bool, problems: Mapping[str, str]) -> str:
    """Why nothing was read: what was found, what is missing, and what the likeliest functions raised."""
    if not candidates:
        return "no function of it is named as a forward or a training of a network"
    loops = [source.where for source in candidates if source.where]
    if len(loops) == len(candidates):
        first = next((error for call, error in problems.items() if "(" in call), "")
        tried = f" ({first})" if first else ""
        return f"{loops[0]} was found, but run over other arrays than its author's own it gives no outputs of a network{tried}"
    # Calls are told with their arguments, makers by their names.
    raised = [f"{call} raises {error}" if kept else error for call, error in problems.items() if ("(" in call) == kept]
    tried = f" ({'; '.join(raised[:2])})" if raised else ""
    own = dict.fromkeys(
        n for source in candidates if not source.note for n in source.functions if not n.startswith("_")
    )
    found = f"{', '.join(list(own)[:_MOST_TOLD])} {'was' if len(own) == 1 else 'were'} found, but " if own else ""
    if not kept:
        globals_too = "its globals or in " if any(not source.of_class for source in candidates) else ""
        return f"{found}no weights whose shapes fit each other in {globals_too}a network that one of them makes{tried}"
    return f"{found}none that takes X and gives outputs of the network whose weights it makes{tried}"
