"""Is what the recipe holds to zeros, ones, a constant, the identity or an orthogonal matrix that, entry by entry?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from symcheck.checks.definition import Skip, UnfiledFinding, failed, parameter_check, passed
from symcheck.checks.parameters.bench import ParameterBench
from symcheck.checks.parameters.held import Held
from symcheck.checks.parameters.pieces import box_pieces
from symcheck.checks.parameters.sentences import first_few, named
from symcheck.distribution.formats import FloatFormat
from symcheck.distribution.orthogonality import gram_rounding
from symcheck.errors import counted
from symcheck.file_arrays import PIECE, FileArray, Values
from symcheck.parameters import Parameter
from symcheck.recipes.boxes import Box
from symcheck.types import Floats

#: Vectors of random signs that a matrix in a file is tried on: a row that is off by some length is off by a good part of it
#: on each with a chance of at least 3/16 (Paley and Zygmund 1932), so that all of them miss it with a chance below 2e-9.
_TRIED_ON = 96
#: Matrices in files of a side no longer than this are multiplied out. Numbers in images of vectors that are held at a time.
_SMALL_SIDE, _MOST_IMAGES = 2048, 1 << 23


@parameter_check("rounding")
def structure(bench: ParameterBench) -> UnfiledFinding:
    """What the recipe holds to zeros, ones, a constant, the identity or an orthogonal matrix is that, entry by entry.

    Causes: A bias that is drawn, an orthogonal draw of a fused matrix as a whole where each block is meant, a gain that is
    lost.
    Remedy: Compare the parameter the message names with its rule in the recipe.
    """
    held = [one for one in bench.held if not one.law.independent]
    if not held:
        raise Skip("the recipe holds no parameter to a structure")
    builds = [bench.parameters, bench.another()] if bench.factory else [bench.parameters]
    misses = [
        (one, *miss_of(one, values, np.random.default_rng([bench.seed, 10])))
        for one in held
        for build in builds
        if (values := _values(build, one)) is not None
    ]
    unknown = [
        f"{one.name}: {one.law.name} of a parameter is not tested yet" for one, miss, *_ in misses if miss is None
    ]
    told = [
        f"{one.name} is not {one.law.name}: {what} ({one.said})"
        for one, miss, what, rest in misses
        if miss is not None and not miss <= rest
    ]
    told = list(dict.fromkeys(told))
    if told:
        return failed(first_few(told, "parameters"), measured=len(told), expected=0)
    moved = [one.name for one in held if one.name in bench.moved]
    if moved:
        which = f"{named(moved)}, held to a constant, {'differs' if len(moved) == 1 else 'differ'} between builds"
        return failed(which, measured=len(moved), expected=0)
    if unknown:
        return UnfiledFinding("error", first_few(unknown), measured="untested")
    return passed(f"as the recipe has it, in {counted(len(held), 'parameter')}")


def _values(build: Mapping[str, Parameter], held: Held) -> Values | None:
    found = build.get(held.parameter.name)
    return None if found is None or found.shape != held.parameter.shape else found.values


def miss_of(held: Held, values: Values, rng: np.random.Generator) -> tuple[float | None, str, float]:
    """How far a parameter is from its structure, in words too, and what rounding explains.

    Args:
        values: of the whole parameter. rng: of the vectors that a matrix in a file is tried on.
    """
    law, spacing = held.law, held.form.spacing
    if law.family == "constant":
        return *_not_constant(values, held.boxes, law.value), 4 * float(spacing(abs(law.value)))
    if len(held.boxes) > 1 or values.ndim < 2:
        return None, "", 0.0
    if law.family == "identity":
        miss = _not_identity(values, held.boxes[0], law.gain)
        return miss, f"it is off by {miss:.3g}", 4 * float(spacing(law.gain))
    if law.family == "orthogonal":
        return _not_orthogonal(values, held.boxes[0], law.gain, held.form, rng)
    return None, "", 0.0


def _not_constant(values: Values, boxes: tuple[Box, ...], value: float) -> tuple[float, str]:
    """The entry that is farthest from a number: how far, and where it is."""
    miss, said = -1.0, ""
    for box in boxes:
        shape = [high - low for low, high in box.ranges]
        for at, piece in box_pieces(values, box):
            off = np.abs(piece.astype(np.float64) - value)
            if not (most := float(off.max(initial=0))) <= miss:
                farthest = int(off.argmax())
                place = np.unravel_index(at + farthest, shape) if shape else ()
                whole = tuple(int(i) + low for i, (low, _) in zip(place, box.ranges, strict=True))
                miss, said = most, f"entry {whole} is {float(piece[farthest]):.6g}"
    return miss, said


def _not_identity(values: Values, box: Box, gain: float) -> float:
    rows, columns = _sides(box)
    ones = np.arange(min(rows, columns)) * (columns + 1)
    miss = 0.0
    for at, piece in box_pieces(values, box):
        off = piece.astype(np.float64)
        first, last = np.searchsorted(ones, (at, at + off.size))
        off[ones[first:last] - at] -= gain
        miss = max(miss, float(np.abs(off).max(initial=0)))
    return miss


def _sides(box: Box) -> tuple[int, int]:
    rows = box.ranges[0][1] - box.ranges[0][0]
    return rows, box.size // rows


def _not_orthogonal(
    values: Values, box: Box, gain: float, form: FloatFormat, rng: np.random.Generator
) -> tuple[float, str, float]:
    rows, columns = _sides(box)
    allowed = gram_rounding(rows, columns, form, gain)
    what = "rows" if rows < columns else "columns"
    if isinstance(values, FileArray) and min(rows, columns) > _SMALL_SIDE:
        miss = _not_isometric(values, box, gain, rng)
        # Of many small roundings, as many as a side has, whose signs are chance, the root of that many adds up.
        return (
            miss,
            f"products of its {what} with sums of them are off by {miss:.3g}, in units of the gain",
            8 * allowed,
        )
    gram = np.zeros((min(rows, columns),) * 2)
    for matrix in _matrices(values, box):
        unit = matrix / gain
        gram += unit @ unit.T if rows < columns else unit.T @ unit
    miss = float(np.abs(gram - np.eye(len(gram))).max())
    return miss, f"products of its {what} are off by {miss:.3g}, in units of the gain", allowed


def _matrices(values: Values, box: Box) -> Iterator[Floats]:
    """A matrix in slices across its longer side."""
    rows, columns = _sides(box)
    if not isinstance(values, FileArray):
        yield values[box.slices].astype(np.float64).reshape(rows, columns)
    elif rows >= columns:
        yield from _slices(values, box, 0)
    else:
        yield from _slices(values, box, 1) if len(box.ranges) == 2 else _slices(values, box, 0, whole=True)


def _slices(values: FileArray, box: Box, axis: int, whole: bool = False) -> Iterator[Floats]:
    (low, high), side = box.ranges[axis], box.size // (box.ranges[axis][1] - box.ranges[axis][0])
    step = high - low if whole else max(1, PIECE // side)
    for at in range(low, high, step):
        ranges = (*box.ranges[:axis], (at, min(at + step, high)), *box.ranges[axis + 1 :])
        part = Box(ranges)
        piece = np.concatenate([piece for _, piece in box_pieces(values, part)])
        yield piece.astype(np.float64).reshape(_sides(part))


def _not_isometric(values: FileArray, box: Box, gain: float, rng: np.random.Generator) -> float:
    """How far M^T M x (or M M^T x, where M has fewer rows than columns) is from x, for vectors x of random signs.

    Of an orthogonal matrix it is not; the matrix of all products, which is as large as M, is not needed (Freivalds 1977).
    """
    rows, columns = _sides(box)
    miss = 0.0
    at_once = max(1, min(_TRIED_ON, _MOST_IMAGES // max(rows, columns)))
    for begin in range(0, _TRIED_ON, at_once):
        signs = rng.choice((-1.0, 1.0), (min(rows, columns), min(at_once, _TRIED_ON - begin)))
        slices = (matrix / gain for matrix in _matrices(values, box))
        back = sum(m @ (m.T @ signs) if rows < columns else m.T @ (m @ signs) for m in slices)
        miss = max(miss, float(np.abs(back - signs).max()))
    return miss
