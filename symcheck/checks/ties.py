"""Are slices of an initializer's arrays equal, or nearly so? Rows, columns, and slices along the axes of a kernel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from symcheck.checks.bench import InitializerBench, once
from symcheck.checks.definition import Skip, UnfiledFinding, failed, initializer_check, passed
from symcheck.checks.randomness import not_constant
from symcheck.checks.symmetry import symmetry
from symcheck.distribution.independence import NearPair, near_pair
from symcheck.distribution.rounding import unit_of
from symcheck.errors import counted
from symcheck.fans import Layer
from symcheck.types import Array


def tied_slices(array: Array, axis: int, excuse_zeros: bool = False) -> list[NDArray[np.intp]]:
    """Groups of slices along ``axis`` that are equal entry by entry, up to one sign.

    Args:
        excuse_zeros: leave slices of zeros out, as a sparse law may draw them.
    """
    rows = flattened(array, axis)
    nonzero = rows != 0
    first = rows[np.arange(len(rows)), nonzero.argmax(axis=1)]
    rows = np.ascontiguousarray(np.where(first[:, None] < 0, -rows, rows) + 0)
    keys = rows.view(np.dtype((np.void, rows.dtype.itemsize * rows.shape[1]))).ravel()
    _, labels, counts = np.unique(keys, return_inverse=True, return_counts=True)
    groups = [np.flatnonzero(labels == k) for k in np.flatnonzero(counts > 1)]
    return [g for g in groups if not (excuse_zeros and not nonzero[g[0]].any())]


def flattened(array: Array, axis: int) -> Array:
    """The slices along an axis as rows of a matrix."""
    return np.moveaxis(array, axis, 0).reshape(array.shape[axis], -1)


@dataclass(frozen=True)
class Ties:
    """The tied slices along one axis of one layer's array."""

    layer: Layer
    axis: int
    array: Array
    groups: list[NDArray[np.intp]]

    @property
    def number(self) -> int:
        """How many slices are tied to another one."""
        return sum(len(g) for g in self.groups)

    def opposite(self) -> bool:
        """Whether some are equal only up to sign."""
        rows = flattened(self.array, self.axis)
        return any(not np.array_equal(rows[g[0]], rows[k]) for g in self.groups for k in g[1:])


def slices_named(axis: int, dimensions: int, layout: str) -> str:
    """What the slices along an axis of an (out, in, *kernel) array are, with where they stand in the subject's own."""
    if dimensions == 2:
        rows, columns = ("rows", "columns") if layout == "out_in" else ("columns", "rows")
        return f"units ({rows})" if axis == 0 else f"inputs ({columns})"
    return {0: "output channels", 1: "input channels"}.get(axis, f"slices along kernel axis {axis - 1}")


def judged_layers(bench: InitializerBench) -> list[Layer]:
    """The layers whose slices are compared: those in which each slice has many entries."""
    return [bench.asked(layer) for layer in (*bench.compared, *bench.layers[1:2])]


def _slices(bench: InitializerBench) -> Iterator[tuple[Layer, int, Array]]:
    for layer in judged_layers(bench):
        array = bench.oriented(layer)
        yield from ((layer, axis, array) for axis in range(array.ndim))


@once
def find_ties(bench: InitializerBench) -> Ties | None:
    """The first axis along which slices are tied."""
    excuse = bench.law is not None and bench.law.family == "sparse"
    for layer, axis, array in _slices(bench):
        # A kernel that is zero but for its centre has places of zeros; they are no units.
        if groups := tied_slices(array, axis, excuse or axis > 1):
            return Ties(layer, axis, array, groups)
    return None


def _random_only(bench: InitializerBench) -> None:
    if bench.law is not None and not bench.law.random:
        raise Skip(f"{bench.law.name} is deterministic; see {symmetry.name}")
    not_constant(bench)


@initializer_check("exact")
def ties(bench: InitializerBench) -> UnfiledFinding:
    """No two rows, columns or slices along any axis are equal, up to sign.

    Causes: One row drawn and repeated, members of an ensemble drawn from one key, a block tiled over the array.
    Remedy: Draw the whole array at once, or give each part a generator of its own.
    """
    _random_only(bench)
    found = find_ties(bench)
    if found is None:
        return passed(
            f"no two rows, columns or slices alike, up to sign, in {counted(len(judged_layers(bench)), 'shape')}"
        )
    return failed(
        _ties_sentence(found, bench.layout),
        measured=found.number,
        expected=0,
        diagnosis="Equal slices that also feed the same units learn the same thing for ever.",
    )


def _ties_sentence(found: Ties, layout: str) -> str:
    word = slices_named(found.axis, found.array.ndim, layout)
    slices, first = found.array.shape[found.axis], found.groups[0]
    how = "are equal or opposite to another" if found.opposite() else "are equal to another"
    numbers = [str(k + 1) for k in first]
    if len(found.groups) > 1:
        which = f"in {counted(len(found.groups), 'group')}, such as {numbers[0]} and {numbers[1]}"
    elif len(numbers) > 4:
        which = f"{len(numbers)} alike, such as {numbers[0]} and {numbers[1]}"
    else:
        which = f"{', '.join(numbers[:-1])} and {numbers[-1]}"
    return f"{found.number} of {slices} {word} {how} at {found.layer}: {which}"


@once
def find_near_tie(bench: InitializerBench) -> tuple[NearPair, Layer, int, Array] | None:
    """The least likely pair of slices that are nearly equal and not quite."""
    law, near = bench.law, []
    for layer, axis, array in _slices(bench):
        rows, density, spacing = flattened(array, axis), None, 0.0
        if law is not None and law.independent:
            unit = unit_of(law.entry(layer.fans), bench.form(layer))
            rows = unit.of(rows)
            density, spacing = unit.entry.peak, unit.spacing(rows)
        if (pair := near_pair(rows, density, spacing)) is not None:
            near.append((pair, layer, axis, array))
    return min(near, key=lambda row: row[0].p_value, default=None)


def near_tie_limit(bench: InitializerBench) -> float:
    """The false-alarm rate for one axis of one shape."""
    return bench.share(sum(1 for _ in _slices(bench)))


@initializer_check("statistical")
def near_ties(bench: InitializerBench) -> UnfiledFinding:
    """No two rows, columns or slices are equal or opposite up to a relative 1e-3, and nearer than independent draws
    come by chance.

    Causes: Half of the units copied with a little noise, one row scaled by nearly 1, an ensemble jittered from one
    draw.
    Remedy: Draw the whole array at once; noise that is to separate units must be of the size of the weights.
    """
    _random_only(bench)
    if bench.law is not None and bench.law.family == "sparse":
        raise Skip("columns of a sparse law may share most of their zeros")
    if find_ties(bench) is not None:
        raise Skip(f"some slices are equal, which says more; see {ties.name}")
    found = find_near_tie(bench)
    if found is None:
        return passed("no two rows, columns or slices within a relative 1e-3 of each other")
    pair, layer, axis, array = found
    first, second = (k + 1 for k in pair.rows)
    word = slices_named(axis, array.ndim, bench.layout)
    figures = {"measured": pair.distance, "expected": "> 1e-3", "p_value": pair.p_value}
    if pair.p_value >= near_tie_limit(bench):
        return passed(f"the nearest {word} are {pair.distance:.1e} apart, as may be", **figures)
    how = "opposite" if pair.sign < 0 else "equal"
    return failed(
        f"{word} {first} and {second} at {layer} are {how} up to a relative {pair.distance:.1e}",
        diagnosis="They are not tied, but they start as one and separate slowly: symmetry is broken in name only.",
        **figures,
    )
