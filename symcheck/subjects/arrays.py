"""Named arrays as a network: which are weights and which are biases, in what order, in which layout."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symcheck.adapters import NetworkParts
from symcheck.errors import NetworkError

_BIAS = re.compile(r"(^|[._/\s])(b|bias|biases|beta|intercepts?)_?(?=\d|$|[._/:])", re.IGNORECASE)


def parts_from_arrays(named: Mapping[str, Any], layout: str | None = None) -> NetworkParts:
    """Sort matrices and vectors into layers.

    Matrices are taken in the order of their names (``W2`` before ``W10``); a vector belongs to the matrix whose name it
    shares apart from the word for weight or bias, else to the one before it. The layout is the one in which the
    shapes chain; when every matrix is square it is (out, in).

    Raises:
        NetworkError: no matrix, an array that is neither matrix nor vector, or shapes that chain in neither layout.
    """
    arrays = {name: _array(name, value) for name, value in named.items()}
    matrices = {n: a for n, a in sorted(arrays.items(), key=lambda item: _natural(item[0])) if a.ndim == 2}
    vectors = {n: a for n, a in sorted(arrays.items(), key=lambda item: _natural(item[0])) if a.ndim == 1}
    odd = [n for n, a in arrays.items() if a.ndim not in (1, 2)]
    if odd:
        raise NetworkError(
            f"{odd[0]} has shape {arrays[odd[0]].shape}: a network is read from matrices and bias vectors only"
        )
    if not matrices:
        raise NetworkError(f"no weight matrix among the arrays {', '.join(arrays) or '(none)'}")
    column = {n: a for n, a in matrices.items() if _BIAS.search(n) and 1 in a.shape}
    if column and len(column) < len(matrices):
        vectors |= {n: a.reshape(-1) for n, a in column.items()}
        matrices = {n: a for n, a in matrices.items() if n not in column}
    weights = list(matrices.values())
    biases = _matched(list(matrices), vectors)
    taken = layout or _layout(weights, biases)
    if taken == "in_out":
        weights = [w.T for w in weights]
    parts = NetworkParts(weights, biases, ["relu"] * (len(weights) - 1), layout=taken, activation_known=False)
    if layout is None and all(w.shape[0] == w.shape[1] for w in weights):
        parts.notes.append("every matrix is square, so the layout was taken to be (out, in); --layout in_out turns it")
    return parts


def _array(name: str, value: Any) -> NDArray[Any]:
    from symcheck.subjects.initializer import to_array

    converted = to_array(value)
    if isinstance(converted, str):
        try:
            return np.asarray(value)
        except ValueError:
            raise NetworkError(f"{name} is not an array: its rows differ in length") from None
    return converted[0]


def _natural(name: str) -> list[tuple[int, Any]]:
    return [(0, int(p)) if p.isdigit() else (1, p) for p in re.split(r"(\d+)", name) if p]


def _stem(name: str) -> str:
    plain = re.sub(r"(weights?|kernel|bias(es)?|coefs?|intercepts?)", "", name, flags=re.IGNORECASE)
    return re.sub(r"(^|[._/\s])[wb](?=_?\d|$)", r"\1", plain, flags=re.IGNORECASE)


def _matched(matrices: list[str], vectors: dict[str, NDArray[Any]]) -> list[NDArray[Any] | None]:
    if not vectors:
        return [None] * len(matrices)
    stems = {_stem(name): array for name, array in vectors.items()}
    if len(stems) == len(vectors) and set(stems) <= {_stem(m) for m in matrices}:
        return [stems.get(_stem(m)) for m in matrices]
    if len(vectors) == len(matrices):
        return list(vectors.values())
    raise NetworkError(
        f"cannot tell which of the {len(matrices)} matrices ({', '.join(matrices)}) the {len(vectors)} vectors "
        f"({', '.join(vectors)}) belong to"
    )


def _layout(weights: list[NDArray[Any]], biases: list[NDArray[Any] | None]) -> str:
    def fits(axis: int) -> bool:
        chained = all(b.shape[1 - axis] == a.shape[axis] for a, b in itertools.pairwise(weights))
        return chained and all(b is None or b.shape[0] == w.shape[axis] for w, b in zip(weights, biases, strict=True))

    if fits(0):
        return "out_in"
    if fits(1):
        return "in_out"
    shapes = " ".join(str(w.shape) for w in weights)
    raise NetworkError(f"the matrices {shapes} with their biases chain neither as (out, in) nor as (in, out)")
