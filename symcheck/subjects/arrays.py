"""Named arrays as a network: which are weights and which are biases, in what order, in which layout."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from symcheck.adapters.base import NetworkParts
from symcheck.errors import NetworkError
from symcheck.fans import LAYOUTS
from symcheck.subjects.holding import refuse_large
from symcheck.subjects.limits import network_bytes
from symcheck.texts import LONGEST_NAME, plain
from symcheck.types import Array

_BIAS = re.compile(r"(^|[._/\s])(b|bias|biases|beta|intercepts?)_?(?=\d|$|[._/:])", re.IGNORECASE)

#: Name, matrix, bias.
_NamedLayer = tuple[str, Array, Array | None]
#: More matrices than this are not tried in all orders.
_MOST_ORDERED, _MOST_CHAINS = 9, 100
#: Names that a sentence lists.
_NAMED = 4


def parts_from_arrays(named: Mapping[str, Any], layout: str | None = None) -> NetworkParts:
    """Sort matrices and vectors into layers.

    Matrices are taken in the order of their numbers (``W2`` before ``W10``), else in the one they come in, else in the
    only one in which their shapes chain; a vector belongs to the matrix whose name it shares apart from the word for weight or
    bias, else to the one before it. The layout is the one in which the shapes chain; when every matrix is square it is
    (out, in).

    Raises:
        NetworkError: no matrix, an array that is neither matrix nor vector or holds no real numbers, or shapes that chain
            in neither layout, or in several orders.
    """
    arrays: dict[str, Array] = {}
    room = network_bytes()
    for name, value in named.items():
        arrays[name] = _array(_shown(name), value, room)
        room -= arrays[name].nbytes
    matrices = {n: a for n, a in sorted(arrays.items(), key=lambda item: _natural(item[0])) if a.ndim == 2}
    vectors = {n: a for n, a in sorted(arrays.items(), key=lambda item: _natural(item[0])) if a.ndim == 1}
    for name, array in arrays.items():
        if array.dtype.kind not in "fiu" or array.dtype.itemsize > 8:
            raise NetworkError(
                f"{_shown(name)} has dtype {array.dtype}; weights must be real numbers of at most 64 bits"
            )
        if array.size == 0:
            raise NetworkError(f"{_shown(name)} is empty (shape {array.shape}): every layer needs at least one unit")
    odd = [n for n, a in arrays.items() if a.ndim not in (1, 2)]
    if odd:
        raise NetworkError(
            f"{_shown(odd[0])} has shape {arrays[odd[0]].shape}: a network is read from matrices and bias vectors only"
        )
    if not matrices:
        raise NetworkError(f"no weight matrix among the arrays {_listed(arrays) or '(none)'}")
    column = {n: a for n, a in matrices.items() if _BIAS.search(n) and 1 in a.shape}
    if column and len(column) < len(matrices):
        vectors |= {n: a.reshape(-1) for n, a in column.items()}
        matrices = {n: a for n, a in matrices.items() if n not in column}
    layers = list(zip(matrices, matrices.values(), _matched(list(matrices), vectors), strict=True))
    note, order, taken = _chained(layers, list(arrays), layout)
    weights, biases = [w for _, w, _ in order], [b for _, _, b in order]
    if taken == "in_out":
        weights = [w.T for w in weights]
    parts = NetworkParts(weights, biases, ["relu"] * (len(weights) - 1), layout=taken, activation_known=False)
    parts.notes += [note] if note else []
    if layout is None and all(w.shape[0] == w.shape[1] for w in weights):
        parts.notes.append("every matrix is square, so the layout was taken to be (out, in); --layout in_out turns it")
    return parts


def _array(name: str, value: Any, room: float) -> Array:
    from symcheck.subjects.initializer import shape_of, to_array

    refuse_large(name, shape_of(value), value, room)
    converted = to_array(value)
    if not isinstance(converted, str):
        return converted[0]
    try:
        array = np.asarray(value)
    except ValueError:
        raise NetworkError(f"{name} is not an array: its rows differ in length") from None
    refuse_large(name, array.shape, array, room)
    return array


def _natural(name: str) -> list[tuple[int, int, str]]:
    """A key that sorts numbers in names by their value, of however many digits."""
    parts = [p for p in re.split(r"([0-9]+)", name) if p]
    plain_numbers = [p.lstrip("0") if p[0] in "0123456789" else None for p in parts]
    return [(1, 0, p) if n is None else (0, len(n), n) for p, n in zip(parts, plain_numbers, strict=True)]


def _stem(name: str) -> str:
    plain = re.sub(r"(weights?|kernel|bias(es)?|coefs?|intercepts?)", "", name, flags=re.IGNORECASE)
    return re.sub(r"(^|[._/\s])[wb](?=_?\d|$)", r"\1", plain, flags=re.IGNORECASE)


def _matched(matrices: list[str], vectors: dict[str, Array]) -> list[Array | None]:
    if not vectors:
        return [None] * len(matrices)
    stems = {_stem(name): array for name, array in vectors.items()}
    if len(stems) == len(vectors) and set(stems) <= {_stem(m) for m in matrices}:
        return [stems.get(_stem(m)) for m in matrices]
    if len(vectors) == len(matrices):
        return list(vectors.values())
    raise NetworkError(
        f"cannot tell which of the {len(matrices)} matrices ({_listed(matrices)}) the {len(vectors)} vectors "
        f"({_listed(vectors)}) belong to"
    )


def _fits(layers: list[_NamedLayer], axis: int) -> bool:
    chained = all(b.shape[1 - axis] == a.shape[axis] for (_, a, _), (_, b, _) in itertools.pairwise(layers))
    return chained and all(b is None or b.shape[0] == w.shape[axis] for _, w, b in layers)


def _layout(layers: list[_NamedLayer], allowed: tuple[str, ...]) -> str | None:
    return next((name for name in allowed if _fits(layers, LAYOUTS.index(name))), None)


def _chained(
    layers: list[_NamedLayer], written: list[str], layout: str | None
) -> tuple[str | None, list[_NamedLayer], str]:
    """The layers in an order in which they chain, with their layout, and a note where it is not that of their names."""
    allowed = (layout,) if layout else LAYOUTS
    as_written = sorted(layers, key=lambda layer: written.index(layer[0]))
    # Names that differ in a number only tell the order; others, such as encoder and decoder, do not.
    numbered = len({re.sub(r"\d+", "0", name) for name, _, _ in layers}) == 1
    for order in (layers, as_written) if numbered else (as_written, layers):
        if found := _layout(order, allowed):
            same = [n for n, _, _ in order] == [n for n, _, _ in layers]
            return None if same else f"read in the order of the file: {_order(order)}", order, found
    chains = (
        [] if layout and _layout(layers, LAYOUTS) else list(itertools.islice(_chains(layers, allowed), _MOST_CHAINS))
    )
    # Read backwards, matrices without biases chain in the other layout; the first name then tells the first layer.
    for beginning, some in (
        ("", chains),
        (f" from {_shown(layers[0][0])}", [c for c in chains if c[0][0] is layers[0]]),
    ):
        if len(some) == 1:
            (only, found) = some[0]
            return f"read in the only order that chains{beginning}: {_order(only)}", only, found
    shapes = ", ".join(f"{_shown(name)} {w.shape}" for name, w, _ in layers)
    biased = " with their biases" if any(b is not None for _, _, b in layers) else ""
    how = f"as ({layout.replace('_', ', ')})" if layout else "neither as (out, in) nor as (in, out)"
    which = (
        f"in more than one order, such as {_order(chains[0][0])}; name them in the order that is meant"
        if chains
        else f"{'not ' if layout else ''}{how}"
    )
    raise NetworkError(f"the matrices {shapes}{biased} chain {which}")


def _chains(layers: list[_NamedLayer], allowed: tuple[str, ...]) -> Iterator[tuple[list[_NamedLayer], str]]:
    """Every order in which few enough layers chain."""
    if len(layers) > _MOST_ORDERED:
        return
    for name in allowed:
        axis = LAYOUTS.index(name)

        def grown(chain: list[_NamedLayer], axis: int = axis) -> Iterator[list[_NamedLayer]]:
            if len(chain) == len(layers):
                yield chain
            for layer in layers:
                if not any(layer is other for other in chain) and _fits([*chain[-1:], layer], axis):
                    yield from grown([*chain, layer])

        yield from ((chain, name) for chain in grown([]))


def _order(layers: list[_NamedLayer]) -> str:
    return _listed(name for name, _, _ in layers)


def _shown(name: str) -> str:
    return plain(name, LONGEST_NAME)


def _listed(names: Iterable[str]) -> str:
    shown = [_shown(name) for name in names]
    return ", ".join(shown[:_NAMED]) + ", …" * (len(shown) > _NAMED)
